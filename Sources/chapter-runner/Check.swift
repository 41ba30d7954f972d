import ArgumentParser
import Foundation
import Grader
import Workbook

/// Checks exercises and says how they did.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check your answers to the exercises.",
    discussion: """
      Exit code 0 says that no answer is wrong, also where one is not attempted; 1 that one \
      is wrong; 75 that one did not compile, crashed or did not end.
      """)

  @Argument(
    help: ArgumentHelp("A chapter, an exercise or its file: 4 or 4.2.", valueName: "exercise"))
  var names: [String] = []

  @Flag(help: "Check every exercise.")
  var all = false

  @Flag(help: "Write the verdicts as JSON to standard output, and nothing else.")
  var json = false

  @OptionGroup var options: SessionOptions

  func validate() throws {
    if names.isEmpty != all {
      throw ValidationError("Name a chapter or an exercise, as in check 4.2, or --all.")
    }
  }

  func run() throws {
    let session = try ExerciseSession(options)
    let grader = try session.grader()
    let exercises = try session.exercises(named: all ? [] : names)
    let style = TerminalStyle.detected(descriptor: STDOUT_FILENO)
    let verdicts = try exercises.map { exercise in
      let verdict = try session.verdict(on: exercise, by: grader)
      if !json { Output.standard.write(verdict.text(on: exercise, style: style)) }
      return verdict
    }
    if json { try writeJSON(exercises, verdicts) }
    if let code = verdicts.exitCode { throw code }
  }

  private func writeJSON(_ exercises: [Exercise], _ verdicts: [Verdict]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let entries = zip(exercises, verdicts).map { Entry(exercise: $0.name, verdict: $1) }
    let report = ExerciseReport(schema: "workbook-exercises/1", exercises: entries)
    Output.standard.write(try encoder.encode(report) + Data("\n".utf8))
  }

  private struct ExerciseReport: Encodable {
    let schema: String
    let exercises: [Entry]
  }

  private struct Entry: Encodable {
    let exercise: String
    let verdict: Verdict

    private enum CodingKeys: String, CodingKey { case exercise }

    func encode(to encoder: any Encoder) throws {
      try verdict.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(exercise, forKey: .exercise)
    }
  }
}

extension [Verdict] {
  /// 75 where an answer did not run to its end, else 1 where one is wrong, else none.
  var exitCode: ExitCode? {
    if contains(where: { [.didNotCompile, .crashed, .timedOut].contains($0.state) }) {
      return .didNotRun
    }
    return contains { $0.state == .fail } ? .failure : nil
  }
}
