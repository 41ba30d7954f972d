import Foundation
import Workbook

/// The folder that holds the book's source.
public struct ChapterFolder {
  /// The folder.
  public let path: String

  /// Points at a folder, by default the package's `Chapters`.
  public init(_ path: String = BundledData.packageRoot + "/Chapters") { self.path = path }

  /// Reads the pages of a chapter, in reading order.
  ///
  /// - Throws: `InputError` where the chapter's folder or a page cannot be read.
  public func source(of chapter: Chapter, report: Report) throws(InputError) -> Book.Source {
    let folder = try folder(of: chapter)
    let pages = names(in: folder, endingIn: ".swift")
    return Book.Source(
      chapter: chapter, report: report, folder: folder,
      pages: try pages.map { name throws(InputError) in (name, try text("\(folder)/\(name)")) })
  }

  /// Returns the name of a chapter's folder.
  ///
  /// - Throws: `InputError` where there is none.
  public func folder(of chapter: Chapter) throws(InputError) -> String {
    let number = chapter.number < 10 ? "0\(chapter.number)" : "\(chapter.number)"
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard let folder = folders.first(where: { $0.hasPrefix(number + "-") }) else {
      throw InputError(.missing, "\(path)/\(number)-…", "there is no folder of chapter \(number)")
    }
    return folder
  }

  /// The files of a folder, in the order of the numbers in their names; none where it does not exist.
  private func names(in folder: String, endingIn ending: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []
    return names.filter { $0.hasSuffix(ending) }
      .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
  }

  /// Reads the pages before and after the chapters.
  ///
  /// - Throws: `InputError` where one cannot be read.
  public func frontMatter() throws(InputError) -> Book.FrontMatter {
    var frontMatter = Book.FrontMatter(
      preface: try text("Preface.md"), notation: try text("Notation.md"),
      bibliography: try text("Bibliography.md"))
    frontMatter.appendix = try names(in: "Appendix", endingIn: ".md").map {
      name throws(InputError) in
      Book.AppendixPage(file: "Appendix/\(name)", text: try text("Appendix/\(name)"))
    }
    frontMatter.library = try Self.libraryFolders.map { name throws(InputError) in
      let folder = "../Sources/Workbook/\(name)"
      return Book.LibraryFolder(
        name: name,
        files: try names(in: folder, endingIn: ".swift").map { file throws(InputError) in
          try text("\(folder)/\(file)")
        })
    }
    return frontMatter
  }

  /// The folders of the library, those that exercises need most first.
  private static let libraryFolders = [
    "Arrays", "Numbers", "Random", "Data", "Checks", "Figures", "Report", "Text", "Machine",
  ]

  /// Reads the numerals that may stand in prose, each with its reason.
  ///
  /// A line names a page, a numeral, and why it is no result: `01-Perceptron/1-….swift: 2: …`.
  ///
  /// - Throws: `InputError` where the list cannot be read or a line is not of this form.
  public func allowedNumbers() throws(InputError) -> [String] {
    let lines = try text("LiteralNumbers.txt").split(separator: "\n").filter { !$0.hasPrefix("#") }
    return try lines.map { line throws(InputError) in
      let parts = line.split(separator: ":", maxSplits: 2)
      guard parts.count == 3, parts[2].contains(where: \.isLetter) else {
        throw InputError(
          .damaged, "\(path)/LiteralNumbers.txt", "“\(line)” is not page: numeral: reason")
      }
      return "\(parts[0]):\(parts[1])"
    }
  }

  private func text(_ name: String) throws(InputError) -> String {
    guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else {
      throw InputError(.missing, "\(path)/\(name)", "there is no such page")
    }
    return String(decoding: data, as: UTF8.self)
  }
}

extension Book {
  /// Returns what keeps the list of literal numbers from being true: numerals that are not on it, and
  /// entries that no numeral needs any more.
  public func disagreements(withAllowed allowed: [String]) -> [String] {
    let used = literalNumbers.map { number in
      (number, "\(number.position.file.replacing("Chapters/", with: "")): \(number.numeral)")
    }
    let unlisted = used.filter { !allowed.contains($0.1) }.map { number, _ in
      "\(number.position): error: \(number.numeral) is typed by hand; record it, or make it a formula"
    }
    let needed = Set(used.map(\.1))
    let stale = allowed.filter { !needed.contains($0) }.map {
      "Chapters/LiteralNumbers.txt: error: “\($0)” no longer stands in the prose; delete its line"
    }
    return unlisted + stale
  }
}
