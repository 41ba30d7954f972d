import ArgumentParser
import Foundation
import Grader
import Weaver
import Workbook

/// Weaves the book from the chapters' sources and a run of each.
struct WeaveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "book", abstract: "Weave the book, or check that it is what would be woven.")

  @Flag(help: "Write nothing; fail where the book differs, and print the difference.")
  var check = false

  @Flag(help: "List the numerals that are typed in prose by hand, and weave nothing.")
  var literalNumbers = false

  @Option(
    help: ArgumentHelp(
      "Weave one chapter only, to look at it, into the folder of --output.", valueName: "n"))
  var chapter: Int?

  @Option(help: ArgumentHelp("The folder to weave into.", valueName: "folder"))
  var output = bookFolder

  private static let bookFolder = BundledData.packageRoot + "/book"

  func validate() throws {
    if check && literalNumbers {
      throw ValidationError("Ask for --check or --literal-numbers, not both.")
    }
    if let chapter {
      if !book.contains(where: { $0.number == chapter }) {
        throw ValidationError(
          "There is no chapter \(chapter); the book has chapters 1 to \(book.count).")
      }
      if check || literalNumbers {
        throw ValidationError("--chapter weaves a chapter into a folder, and does nothing else.")
      }
      if output == Self.bookFolder {
        throw ValidationError("--chapter needs --output, a folder for the chapter.")
      }
    }
    if output.isEmpty || BookFolder(output).path == "/" {
      throw ValidationError("--output takes a folder for the book.")
    }
  }

  func run() throws {
    if let chapter { return try preview(chapter) }
    let woven = try weave()
    if literalNumbers {
      for number in woven.literalNumbers {
        Output.standard.write("\(number.position): \(number.numeral)\n")
      }
      return
    }
    let disagreements = woven.disagreements(
      withAllowed: try reading { try ChapterFolder().allowedNumbers() })
    if !disagreements.isEmpty { try fail(disagreements) }

    try requireMeasures(of: woven)
    let folder = BookFolder(output)
    if check {
      let differences = folder.differences(from: woven)
      if !differences.isEmpty {
        try fail(
          ["The book is not what the chapters now give. To weave it: \(CommandName.typed) book"]
            + differences)
      }
      return Output.standard.write(
        "The book is what the chapters give: \(woven.files.count) files.\n")
    }
    do {
      try folder.replace(with: woven)
    } catch {
      Output.error.write(sentence(error, "\(folder.path): the book cannot be written there"))
      throw ExitCode.cannotCreate
    }
    Output.standard.write("\(output): \(woven.files.count) files.\n")
  }

  /// Tells how long each chapter is and how much of it is code, and fails beyond the limits.
  private func requireMeasures(of book: Book) throws {
    for measure in book.measures { Output.standard.write("\(measure.description)\n") }
    let excesses = book.measures.flatMap { measure in
      measure.excesses.map { "A limit of the page is exceeded by \(measure.name): \($0)." }
    }
    if !excesses.isEmpty { try fail(excesses) }
  }

  /// Weaves one chapter into a folder.
  private func preview(_ number: Int) throws {
    let folder = ChapterFolder()
    let catalogue = try ExerciseSession().catalogue
    let outline = try reading { try book.map { ($0, try folder.folder(of: $0)) } }
    for chapter in book where chapter.number == number {
      do {
        let woven = try Book(
          only: try source(of: chapter, in: folder, catalogue), of: outline,
          frontMatter: try Self.frontMatter(of: folder))
        for (name, text) in woven.files.sorted(by: { $0.key < $1.key }) {
          let file = URL(filePath: output).appending(path: name)
          try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
          try Data(text.utf8).write(to: file, options: .atomic)
        }
        for number in woven.literalNumbers {
          Output.standard.write("\(number.position): \(number.numeral) is typed by hand\n")
        }
        try requireMeasures(of: woven)
      } catch let errors as WeaveErrors {
        try fail(errors.errors.map(\.description))
      } catch let error as CocoaError {
        Output.error.write(sentence(error, "\(output): the chapter cannot be written there"))
        throw ExitCode.cannotCreate
      }
    }
  }

  /// Runs a chapter, and puts its pages and exercises beside the report.
  private func source(
    of chapter: Chapter, in folder: ChapterFolder, _ catalogue: Catalogue
  ) throws -> Book.Source {
    let report = try reading { try chapter.report(options: RunOptions()) }
    for check in report.checks where check.verdict != .pass {
      try fail([
        "Chapter \(chapter.number): “\(check.name)”: \(check.verdict.rawValue): \(check.detail)"
      ])
    }
    var source = try reading { try folder.source(of: chapter, report: report) }
    source.exercises = catalogue.statements(ofChapter: chapter.number).map {
      Book.Statement(file: $0.file, line: $0.line, lines: $0.lines)
    }
    return source
  }

  /// Runs every chapter and weaves what they give.
  private func weave() throws -> Book {
    let folder = ChapterFolder()
    let catalogue = try ExerciseSession().catalogue
    let sources = try book.map { try source(of: $0, in: folder, catalogue) }
    var frontMatter = try Self.frontMatter(of: folder)
    frontMatter.grading = catalogue.killTable
    do {
      return try Book(sources, frontMatter: frontMatter)
    } catch {
      try fail(error.errors.map(\.description))
      throw ExitCode.failure
    }
  }

  /// Reads the pages before and after the chapters, with what `certify` says of the files that they show.
  private static func frontMatter(of folder: ChapterFolder) throws -> Book.FrontMatter {
    try reading {
      var frontMatter = try folder.frontMatter()
      frontMatter.appendix = try frontMatter.appendix.map { try $0.withCertifiedFiles() }
      return frontMatter
    }
  }

  private func fail(_ lines: [String]) throws {
    Output.error.write(lines.joined(separator: "\n") + "\n")
    throw ExitCode.failure
  }
}

/// Calls `body`; what cannot be read ends the command with a sentence and the right exit code.
func reading<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let error as InputError {
    Output.error.write("\(error)\n")
    if error.kind == .damaged { throw ExitCode.unreadableData }
    // What belongs to the book is missing where its folder was moved, or is not whole.
    let isOurs = ["Chapters", "Data"].contains {
      error.path.hasPrefix("\(BundledData.packageRoot)/\($0)/")
    }
    throw isOurs ? ExitCode.ownFault : ExitCode.noSuchInput
  }
}
