import ArgumentParser
import Foundation
import Grader
import Workbook

/// Shows a hint, each time the next.
struct HintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hint",
    abstract: "Show a hint: a question, the equation, a smaller case, nearly the answer.")

  @Argument(help: ArgumentHelp("The exercise, such as 4.2.", valueName: "exercise"))
  var name: String

  @Option(help: ArgumentHelp("Which hint, from 1 to 4; the next without.", valueName: "n"))
  var level: Int?

  @OptionGroup var place: DeskOptions

  func validate() throws {
    if let level, !(1...4 ~= level) {
      throw ValidationError("--level takes a number from 1 to 4, not \(level).")
    }
  }

  func run() throws {
    let desk = try Desk(place)
    let exercise = try desk.exercise(named: name)
    Output.standard.write(try desk.hint(for: exercise, level: level))
  }
}

extension Desk {
  /// Returns a hint, the next where none is asked for, and keeps in mind that it was read.
  func hint(for exercise: Exercise, level: Int? = nil) throws -> String {
    let read = Standing(exercise, in: home.logbook.events).hints
    let level = level ?? min(read + 1, exercise.hints.count)
    try note(.init(exercise: exercise.name, kind: .hint, level: level))
    let rest =
      level < exercise.hints.count
      ? "\nFor the next: chapter-runner hint \(exercise.name)\n" : "\nThis is the last hint.\n"
    return "Hint \(level) of \(exercise.hints.count) for \(exercise.name) · \(exercise.title)\n\n"
      + exercise.hints[level - 1] + "\n" + rest
  }
}

/// Names the next exercise.
struct NextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "next", abstract: "Name the first exercise that has not passed yet.")

  @OptionGroup var place: DeskOptions

  func run() throws {
    let desk = try Desk(place)
    guard let exercise = desk.next else {
      return Output.standard.write("All exercises pass.\n")
    }
    let answer = desk.home.answer(to: exercise) ?? ""
    Output.standard.write(
      """
      \(exercise.name) · \(exercise.title) \(exercise.difficulty)
      Open \(exercise.path):\(exercise.template.firstChange(in: answer))
      To check it: chapter-runner check \(exercise.name)

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

  @OptionGroup var place: DeskOptions

  func run() throws {
    let desk = try Desk(place)
    let exercise = try desk.exercise(named: name)
    do {
      let copy = try desk.home.reset(exercise)
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

  @OptionGroup var place: DeskOptions

  func run() throws {
    let desk = try Desk(place)
    let exercise = try desk.exercise(named: name)
    if !anyway && !Standing(exercise, in: desk.home.logbook.events).hasPassed {
      Output.error.write(
        """
        \(exercise.name) has not passed yet. A hint may help more: chapter-runner hint \(exercise.name)
        To see the solution all the same: chapter-runner solution \(exercise.name) --anyway

        """)
      throw ExitCode.failure
    }
    try desk.note(.init(exercise: exercise.name, kind: .solution))
    Output.standard.write(exercise.template.solution)
  }
}
