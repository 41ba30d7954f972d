import ArgumentParser
import Foundation
import Grader
import Workbook

/// Weaves the book from the chapters' sources and a run of each.
struct WeaveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "book", abstract: "Weave the book, or check that it is what would be woven.")

  @Flag(help: "Write nothing; fail where the book differs, and print the difference.")
  var check = false

  @Flag(help: "List the numerals that are typed in prose by hand, and weave nothing.")
  var typedNumbers = false

  @Option(help: ArgumentHelp("The folder to weave into.", valueName: "folder"))
  var output = EmbeddedData.packageFolder + "/book"

  func validate() throws {
    if check && typedNumbers { throw ValidationError("Ask for --check or --typed-numbers.") }
    if output.isEmpty || BookFolder(output).path == "/" {
      throw ValidationError("--output takes a folder for the book.")
    }
  }

  func run() throws {
    let woven = try weave()
    if typedNumbers {
      for number in woven.typedNumbers {
        Output.standard.write("\(number.place): \(number.numeral)\n")
      }
      return
    }
    let typed = woven.disagreements(
      withAllowed: try reading { try ChapterFolder().allowedNumbers() })
    if !typed.isEmpty { try fail(typed) }

    let folder = BookFolder(output)
    if check {
      let differences = folder.differences(from: woven)
      if !differences.isEmpty {
        try fail(
          ["The book is not what the chapters now give. To weave it: chapter-runner book"]
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
    let catalogue = try Desk().catalogue
    let sources = try book.map { chapter in
      let report = try reading { try chapter.report(options: RunOptions()) }
      for check in report.checks where check.verdict != .pass {
        try fail(["Chapter \(chapter.number): “\(check.name)” does not hold: \(check.detail)"])
      }
      var source = try reading { try folder.source(of: chapter, report: report) }
      source.exercises = catalogue.statements(ofChapter: chapter.number)
      return source
    }
    var frame = try reading { try folder.frame() }
    frame.grading = catalogue.killTable
    do {
      return try Book(sources, frame: frame)
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

/// Returns what kept a file from being written, in a sentence.
func sentence(_ error: any Error, _ what: String) -> String {
  if let error = error as? InputError { return "\(error)\n" }
  let reason = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
  return "\(what): \(reason.localizedDescription)\n"
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
