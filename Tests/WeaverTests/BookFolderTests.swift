import Foundation
import Testing
import Weaver
import Workbook

@Suite struct BookFolderTests {
  /// Calls `body` with a book and a path where nothing stands yet.
  func withFolder(_ body: (Book, String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "backprop-checked-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(try BookTests().weave(BookTests.whole), folder.appending(path: "book").path())
  }

  /// The hidden neighbour of a book's folder that a change of places goes by.
  func beside(_ path: String, _ role: String) -> String {
    path.replacing("/book", with: "/.book.woven-\(role)")
  }

  @Test func `what was woven is what stands there`() throws {
    try withFolder { book, path in
      let folder = BookFolder(path)
      #expect(folder.differences(from: book).count == book.files.count)
      try folder.replace(with: book)
      #expect(folder.differences(from: book) == [])
      try folder.replace(with: book)
      #expect(folder.differences(from: book) == [])
    }
  }

  @Test func `a changed, a missing and a strange file are told`() throws {
    try withFolder { book, path in
      let folder = BookFolder(path)
      try folder.replace(with: book)
      let chapter = try #require(book.files["07-small.md"])
      try Data(chapter.replacing("0.69", with: "0.70").utf8).write(
        to: URL(filePath: path + "/07-small.md"))
      try FileManager.default.removeItem(atPath: path + "/notation.md")
      try Data().write(to: URL(filePath: path + "/stray.md"))
      let differences = folder.differences(from: book)
      #expect(differences.count == 3)
      #expect(differences[0].contains("0.70") && differences[0].contains("0.69"))
      #expect(differences.contains("notation.md: missing"))
      #expect(differences.contains("stray.md: not part of the book"))
    }
  }

  @Test func `what is no woven book is left alone`() throws {
    try withFolder { book, path in
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      let mine = path + "/mine.txt"
      try Data("mine".utf8).write(to: URL(filePath: mine))
      #expect(throws: InputError.self) { try BookFolder(path).replace(with: book) }
      #expect(FileManager.default.contents(atPath: mine) == Data("mine".utf8))
      #expect(throws: InputError.self) { try BookFolder(mine).replace(with: book) }
      #expect(FileManager.default.contents(atPath: mine) == Data("mine".utf8))
    }
  }

  @Test func `a link to a book stays a link`() throws {
    try withFolder { book, path in
      try BookFolder(path).replace(with: book)
      try FileManager.default.createSymbolicLink(
        atPath: path + "-link", withDestinationPath: path)
      try BookFolder(path + "-link/").replace(with: book)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path + "-link") == path)
      #expect(BookFolder(path).differences(from: book) == [])
    }
  }

  @Test func `an interruption before the change of places leaves the old book whole`() throws {
    try withFolder { book, path in
      let folder = BookFolder(path)
      try folder.replace(with: book)
      // Half of a next book was written when the power failed.
      try FileManager.default.createDirectory(
        atPath: beside(path, "next"), withIntermediateDirectories: true)
      try Data("half".utf8).write(to: URL(filePath: beside(path, "next") + "/README.md"))
      #expect(folder.differences(from: book) == [])
      try folder.replace(with: book)
      #expect(folder.differences(from: book) == [])
      #expect(!FileManager.default.fileExists(atPath: beside(path, "next")))
    }
  }

  @Test func `an interruption half way brings the old book back`() throws {
    try withFolder { book, path in
      let folder = BookFolder(path)
      try folder.replace(with: book)
      try FileManager.default.moveItem(atPath: path, toPath: beside(path, "previous"))
      try folder.replace(with: book)
      #expect(folder.differences(from: book) == [])
      #expect(!FileManager.default.fileExists(atPath: beside(path, "previous")))
    }
  }
}
