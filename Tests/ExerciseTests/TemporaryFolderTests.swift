import Foundation
import Testing

@testable import Grader

/// Folders of which nothing is left, whatever lies in them.
@Suite struct TemporaryFolderTests {
  private func withParent(_ body: (String) throws -> Void) throws {
    let parent = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: parent) }
    try body(parent)
  }

  private func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func `it is removed with what is in it, and no link is followed`() throws {
    try withParent { parent in
      let victim = "\(parent)/victim"
      try FileManager.default.createDirectory(
        atPath: "\(victim)/inner", withIntermediateDirectories: true)
      try Data("gold".utf8).write(to: URL(filePath: "\(victim)/inner/treasure"))
      let folder = try TemporaryFolder(in: parent)
      for path in ["locked/in", "readable", ".moved-1/x", "many"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder.path)/\(path)", withIntermediateDirectories: true)
      }
      for number in 0..<200 { try Data().write(to: URL(filePath: "\(folder.path)/many/\(number)")) }
      symlink(victim, "\(folder.path)/link")
      symlink("\(victim)/inner/treasure", "\(folder.path)/locked/in/link")
      #expect(mkfifo("\(folder.path)/readable/pipe", 0o600) == 0)
      for (path, mode) in [("locked/in", 0), ("locked", 0), ("readable", 0o500), ("", 0)] {
        #expect(chmod("\(folder.path)/\(path)", mode_t(mode)) == 0)
      }
      folder.remove()
      #expect(try names(in: parent) == ["victim"])
      #expect(
        FileManager.default.contents(atPath: "\(victim)/inner/treasure") == Data("gold".utf8))
    }
  }

  @Test func `folders in folders go, however deep, with few descriptors and short paths`() throws {
    try withParent { parent in
      let folder = try TemporaryFolder(in: parent)
      // Deeper than a path can say: 400 names of 100 bytes.
      let name = String(repeating: "d", count: 100)
      var place = open(folder.path, O_RDONLY | O_DIRECTORY)
      for _ in 0..<400 {
        #expect(mkdirat(place, name, 0o700) == 0)
        let inner = openat(place, name, O_RDONLY | O_DIRECTORY)
        close(place)
        place = inner
      }
      close(place)
      folder.remove()
      #expect(try names(in: parent) == [])
    }
  }

  @Test func `what a process has left is removed, and what another uses is not`() throws {
    try withParent { parent in
      let used = try TemporaryFolder(in: parent)
      let left = "\(parent)/\(TemporaryFolder.prefix)left"
      try FileManager.default.createDirectory(
        atPath: "\(left)/run", withIntermediateDirectories: true)
      try FileManager.default.createDirectory(
        atPath: "\(parent)/other", withIntermediateDirectories: true)
      symlink("\(parent)/other", "\(parent)/\(TemporaryFolder.prefix)link")
      TemporaryFolder.removeLeft(in: parent)
      #expect(
        try names(in: parent)
          == ["other", TemporaryFolder.prefix + "link", used.name].sorted())
      used.remove()
    }
  }

  @Test func `it is known from the path of what lies in it`() throws {
    try withParent { parent in
      let folder = try TemporaryFolder(in: parent)
      #expect(TemporaryFolder.around("\(folder.path)/run") == [parent, folder.name])
      #expect(TemporaryFolder.around(parent) == [])
      folder.remove()
    }
  }

  @Test func `a folder that cannot be made is a fault of the machine, with its path`() throws {
    try withParent { parent in
      let fault = #expect(throws: GradingFault.self) {
        try TemporaryFolder(in: "\(parent)/nowhere")
      }
      #expect(fault?.description.contains("cannot be written: No such file or directory") == true)
    }
  }
}
