import ArgumentParser
import Foundation
import Grader
import Workbook

/// Shows a hint, each time the next.
struct HintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hint",
    abstract: "Show a hint: a question, the equation, a smaller case, nearly the answer.")

  @Argument(
    help: ArgumentHelp(
      "The exercise, such as 4.2; without, the one that you work at.", valueName: "exercise"))
  var name: String?

  @Option(help: ArgumentHelp("Which hint, from 1 to 4; the next without.", valueName: "n"))
  var level: Int?

  @OptionGroup var options: SessionOptions

  func validate() throws {
    if let level, !(1...4 ~= level) {
      throw ValidationError("--level takes a number from 1 to 4, not \(level).")
    }
  }

  func run() throws {
    let session = try ExerciseSession(options)
    _ = try session.allExercises()
    guard let exercise = try name.map(session.exercise(named:)) ?? session.current else {
      throw ValidationError(
        "All exercises pass; for a hint, name one, as in \(CommandName.typed) hint 4.2.")
    }
    Output.standard.write(try session.hint(for: exercise, level: level))
  }
}

extension ExerciseSession {
  /// Returns a hint, the next one without a level, and logs that it was read.
  func hint(for exercise: Exercise, level: Int? = nil) throws -> String {
    let read = ExerciseProgress(exercise, in: directory.progressLog.events).hints
    let level = level ?? min(read + 1, exercise.hints.count)
    try note(.init(exercise: exercise.name, kind: .hint, level: level))
    let rest =
      level < exercise.hints.count
      ? "\nFor the next: \(CommandName.typed) hint \(exercise.name)\n"
      : "\nThis is the last hint.\n"
    return "Hint \(level) of \(exercise.hints.count) for \(exercise.name) · \(exercise.title)\n\n"
      + exercise.hintText(level) + "\n" + rest
  }
}

/// Names the next exercise.
struct NextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "next", abstract: "Name the first exercise that has not passed yet.")

  @OptionGroup var options: SessionOptions

  func run() throws {
    let session = try ExerciseSession(options)
    _ = try session.allExercises()
    guard let exercise = session.next else {
      return Output.standard.write("All exercises pass.\n")
    }
    let answer = session.directory.answer(to: exercise) ?? ""
    Output.standard.write(
      """
      \(exercise.name) · \(exercise.title) \(exercise.difficulty)
      Open \(exercise.path):\(exercise.template.firstChange(in: answer))
      To check it: \(CommandName.typed) check \(exercise.name)

      """)
  }
}

/// Puts an exercise back to its beginning.
struct ResetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract: "Put one exercise back to its beginning; a copy of your answer is kept.")

  @Argument(help: ArgumentHelp("The exercise, such as 4.2.", valueName: "exercise"))
  var name: String

  @OptionGroup var options: SessionOptions

  func run() throws {
    let session = try ExerciseSession(options)
    let exercise = try session.exercise(named: name)
    do {
      let copy = try session.directory.reset(exercise)
      let kept = copy.map { " Your answer is kept in \($0)." } ?? ""
      Output.standard.write("\(exercise.path) is as it was at the beginning.\(kept)\n")
    } catch {
      Output.error.write(sentence(error, "\(exercise.path): it cannot be put back"))
      throw ExitCode.cannotCreate
    }
  }
}

/// Shows the solution of an exercise.
struct SolutionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solution", abstract: "Show the solution of an exercise that you have solved.")

  @Argument(help: ArgumentHelp("The exercise, such as 4.2.", valueName: "exercise"))
  var name: String

  @Flag(help: "Show it before your own answer passes.")
  var anyway = false

  @OptionGroup var options: SessionOptions

  func run() throws {
    let session = try ExerciseSession(options)
    let exercise = try session.exercise(named: name)
    if !anyway && !ExerciseProgress(exercise, in: session.directory.progressLog.events).hasPassed {
      Output.error.write(
        """
        \(exercise.name) has not passed yet. A hint may help more: \(CommandName.typed) hint \(exercise.name)
        To see the solution all the same: \(CommandName.typed) solution \(exercise.name) --anyway

        """)
      throw ExitCode.failure
    }
    try session.note(.init(exercise: exercise.name, kind: .solution))
    Output.standard.write(exercise.template.solution)
  }
}
