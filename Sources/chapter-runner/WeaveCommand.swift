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

  @Option(help: ArgumentHelp("The folder to weave into.", valueName: "folder"))
  var output = BundledData.packageRoot + "/book"

  func validate() throws {
    if check && literalNumbers {
      throw ValidationError("Ask for --check or --literal-numbers, not both.")
    }
    if output.isEmpty || BookFolder(output).path == "/" {
      throw ValidationError("--output takes a folder for the book.")
    }
  }

  func run() throws {
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

  /// Runs every chapter and weaves what they give.
  private func weave() throws -> Book {
    let folder = ChapterFolder()
    let catalogue = try ExerciseSession().catalogue
    let sources = try book.map { chapter in
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
    var frontMatter = try reading { try folder.frontMatter() }
    frontMatter.grading = catalogue.killTable
    do {
      return try Book(sources, frontMatter: frontMatter)
    } catch {
      try fail(error.errors.map(\.description))
      throw ExitCode.failure
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
    throw error.kind == .missing ? ExitCode.noSuchInput : ExitCode.unreadableData
  }
}
