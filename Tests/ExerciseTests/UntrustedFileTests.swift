import Foundation
import Testing

@testable import Grader

/// What somebody else has written is read only where it is a small file.
@Suite struct UntrustedFileTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func `a file of 1 MiB is read, one of a byte more is not`() throws {
    try withFolder { folder in
      let path = "\(folder)/file"
      try Data(repeating: 7, count: 1 << 20).write(to: URL(filePath: path))
      #expect(try UntrustedFile.contents(of: path) == Data(repeating: 7, count: 1 << 20))
      try Data(repeating: 7, count: 1 << 20 + 1).write(to: URL(filePath: path))
      #expect(throws: UntrustedFile.Failure.tooLarge(1 << 20 + 1)) {
        try UntrustedFile.contents(of: path)
      }
    }
  }

  @Test(arguments: ["/dev/zero", "/etc/passwd", "nowhere"])
  func `a link is not followed, wherever it leads`(target: String) throws {
    try withFolder { folder in
      let path = "\(folder)/report.json"
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
      #expect(throws: UntrustedFile.Failure.link) { try UntrustedFile.contents(of: path) }
      #expect(Backtrace(contentsOf: path).frames == [])
    }
  }

  #if os(Linux)
    @Test func `a file that says it is empty and has no end is read up to the limit`() throws {
      // It is a regular file of size 0, and of 256 GiB when it is read.
      #expect(throws: UntrustedFile.Failure.self) {
        try UntrustedFile.contents(of: "/proc/self/pagemap")
      }
    }
  #endif

  @Test func `a pipe is not waited for, and a folder and a device are no files`() throws {
    try withFolder { folder in
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      for path in ["\(folder)/pipe", folder, "/dev/zero"] {
        #expect(throws: UntrustedFile.Failure.notRegular) { try UntrustedFile.contents(of: path) }
      }
      #expect(throws: UntrustedFile.Failure.missing) {
        try UntrustedFile.contents(of: "\(folder)/pipe/file")
      }
    }
  }
}
