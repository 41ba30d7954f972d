import Foundation
import Workbook

/// A folder that holds a woven book.
public struct BookFolder {
  /// The folder, in full and without links.
  public let path: String

  /// Points at a folder, which need not exist.
  public init(_ path: String) {
    let full = URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath()
    let text = full.path(percentEncoded: false)
    self.path = text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  /// Where the next book is written, and where the previous one waits while they change places.
  private var next: String { beside("next") }
  private var previous: String { beside("previous") }

  private func beside(_ role: String) -> String {
    let place = URL(filePath: path)
    return place.deletingLastPathComponent()
      .appending(path: ".\(place.lastPathComponent).woven-\(role)").path(percentEncoded: false)
  }

  /// Puts a book in the place of what the folder held.
  ///
  /// The book is first written whole beside the folder, and then the two change places. Interrupted
  /// at any moment, the old book or the new one is whole; the next call tidies up.
  ///
  /// - Throws: `InputError` where the folder holds something that is no woven book, which is then left
  ///   alone; the file system's error, where something cannot be written.
  public func replace(with book: Book) throws {
    let files = FileManager.default
    try restore()
    try requireOwn()
    try? files.removeItem(atPath: next)
    do {
      for (name, text) in book.files.sorted(by: { $0.key < $1.key }) {
        let file = URL(filePath: next).appending(path: name)
        try files.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      if files.fileExists(atPath: path) { try files.moveItem(atPath: path, toPath: previous) }
      try files.moveItem(atPath: next, toPath: path)
    } catch {
      try? files.removeItem(atPath: next)
      throw error
    }
    try? files.removeItem(atPath: previous)
  }

  /// Refuses to write over anything but a woven book.
  private func requireOwn() throws(InputError) {
    let files = FileManager.default
    guard files.fileExists(atPath: path) else { return }
    guard let names = try? files.contentsOfDirectory(atPath: path) else {
      throw InputError(.damaged, path, "a file stands there; name a folder for the book")
    }
    let contents = files.contents(atPath: path + "/README.md") ?? Data()
    if !names.isEmpty && !contents.starts(with: Data(Book.marker.utf8)) {
      throw InputError(
        .damaged, path, "it holds files that are no woven book; name an empty folder for it")
    }
  }

  /// Brings the old book back where a change of places was interrupted half way.
  private func restore() throws {
    let files = FileManager.default
    guard files.fileExists(atPath: previous) else { return }
    if files.fileExists(atPath: path) {
      try files.removeItem(atPath: previous)
    } else {
      try files.moveItem(atPath: previous, toPath: path)
    }
  }

  /// Returns what differs between the folder and a book, file by file, in words; empty where nothing
  /// does.
  public func differences(from book: Book) -> [String] {
    let present = Set(fileNames)
    let missing = Set(book.files.keys).subtracting(present).map { "\($0): missing" }
    let extra = present.subtracting(book.files.keys).map { "\($0): not part of the book" }
    let changed = book.files.filter { present.contains($0.key) }.compactMap { name, text in
      let found = FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data()
      return found == Data(text.utf8)
        ? nil : "\(name): differs\n" + Self.lines(from: found, to: text)
    }
    return (missing + extra + changed).sorted()
  }

  /// The first lines that differ, as - what stands and + what should.
  private static func lines(from found: Data, to text: String) -> String {
    let old = String(decoding: found, as: UTF8.self).components(separatedBy: "\n")
    let changes = text.components(separatedBy: "\n").difference(from: old)
    let lines = changes.map { change -> (offset: Int, text: String) in
      switch change {
      case .remove(let offset, let line, _): (offset, "  -\(offset + 1): \(line)")
      case .insert(let offset, let line, _): (offset, "  +\(offset + 1): \(line)")
      }
    }
    let sorted = lines.sorted { $0.offset < $1.offset }.map { String($0.text.prefix(160)) }
    let rest = sorted.count > 12 ? ["  … and \(sorted.count - 12) more lines"] : []
    return (sorted.prefix(12) + rest).joined(separator: "\n")
  }

  private var fileNames: [String] {
    let all = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return all.filter { name in
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(
        atPath: "\(path)/\(name)", isDirectory: &isFolder)
      return exists && !isFolder.boolValue
    }
  }
}
