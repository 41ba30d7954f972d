import ArgumentParser
import Foundation
import Grader
import Synchronization
import Workbook

/// Grades what a class handed in.
struct GradeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade",
    abstract: "Grade many submissions, with the exams of this copy of the book.",
    discussion: """
      Each folder of FOLDER is a submission: a clone of the book, or its Exercises alone.
      Exit code 0 says that all were graded, whatever the verdicts.
      """)

  @Argument(help: ArgumentHelp("The folder of the submissions.", valueName: "folder"))
  var folder: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Grade these chapters or exercises; all without.", valueName: "exercise"))
  var exercises: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Grade these submissions; all without.", valueName: "name"))
  var only: [String] = []

  @Option(help: ArgumentHelp("Write the verdicts as JSON.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Write the verdicts as JUnit's XML.", valueName: "file"))
  var junit: String?

  @Option(help: ArgumentHelp("Write the verdicts as a table.", valueName: "file"))
  var csv: String?

  @Option(help: ArgumentHelp("How many answers to grade at once.", valueName: "n"))
  var threads = Threads.count

  @OptionGroup var options: SessionOptions

  func validate() throws {
    if !(1...1_024 ~= threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads).")
    }
  }

  func run() throws {
    let session = try ExerciseSession(options)
    let chosen = try session.exercises(named: exercises)
    var grader = try session.grader()
    // Many answers are graded at once, so the clock runs ahead of the processor's time.
    grader.timeout = 30
    let book = Gradebook(
      of: try submissions(), on: chosen, by: grader, width: threads, tell: Self.counter()
    )
    try write(json, try book.json())
    try write(junit, Data(book.junit.utf8))
    try write(csv, Data(book.csv.utf8))
    for result in book.results { Output.standard.write(result.line) }
    let faults = book.results.flatMap { result in result.faults.map { "\(result.name): \($0)\n" } }
    for fault in faults { Output.error.write(fault) }
    if !faults.isEmpty { throw ExitCode.ownFault }
  }

  private func submissions() throws -> [Submission] {
    do {
      let all = try Submission.all(in: folder)
      if let unknown = only.first(where: { name in !all.contains { $0.name == name } }) {
        throw ValidationError("There is no submission \(unknown) in \(folder).")
      }
      return only.isEmpty ? all : all.filter { only.contains($0.name) }
    } catch let error as SetupError {
      Output.error.write("\(error)\n")
      throw ExitCode.noSuchInput
    }
  }

  private func write(_ file: String?, _ data: Data) throws {
    guard let file else { return }
    do {
      try Output.write(data, toFile: file)
    } catch {
      Output.error.write(sentence(error, "\(file): it cannot be written"))
      throw ExitCode.cannotCreate
    }
  }

  /// Counts the answers on standard error, if it is a terminal.
  private static func counter() -> @Sendable (Int) -> Void {
    guard TerminalStyle.isInteractive(descriptor: STDERR_FILENO) else { return { _ in } }
    return { Output.error.write("\r\($0) answers graded") }
  }
}

extension Gradebook.SubmissionResult {
  /// The submission in a line: how many passed, and what is odd.
  var line: String {
    let counts = Verdict.State.allCases.compactMap { state -> String? in
      let count = verdicts.count { $0.state == state }
      return count == 0 ? nil : "\(count) \(state.rawValue)"
    }
    let odd = changes.isEmpty ? "" : "; changed: " + changes.joined(separator: ", ")
    return "\(name): \(counts.joined(separator: ", "))\(odd)\n"
  }
}
