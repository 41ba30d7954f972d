import ArgumentParser
import Foundation
import Grader
import Workbook

/// Checks an exercise whenever its file is saved.
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Check your answer whenever you save it.")

  @Argument(help: ArgumentHelp("A chapter or an exercise; all without.", valueName: "exercise"))
  var names: [String] = []

  @OptionGroup var options: SessionOptions

  func run() throws {
    let session = try ExerciseSession(options)
    let exercises = try session.exercises(named: names)
    let input = TerminalInput()
    defer { input.release() }
    var watch = Watch(exercises, in: session, by: try session.grader(), on: input)
    watch.begin()
    while !watch.isOver { watch.wait() }
  }
}

/// The exercise that is checked now, and what is shown of it.
private struct Watch {
  private let session: ExerciseSession
  private let grader: Grader
  private let exercises: [Exercise]
  private let input: TerminalInput
  private let style = TerminalStyle.detected(descriptor: STDOUT_FILENO)
  private var current: Exercise
  private var verdict: Verdict?
  private var answers: [String: String] = [:]
  private(set) var isOver = false

  /// How often the files are read, in milliseconds. Contents are compared, not times: those of a shared
  /// folder cannot be trusted.
  private static let interval: Int32 = 200

  init(
    _ exercises: [Exercise], in session: ExerciseSession, by grader: Grader, on input: TerminalInput
  ) {
    self.exercises = exercises
    self.session = session
    self.grader = grader
    self.input = input
    current = exercises[0]
    for exercise in exercises { answers[exercise.name] = session.directory.answer(to: exercise) }
  }

  /// Takes the first exercise that does not pass.
  mutating func begin() {
    current = unsolved(after: nil) ?? exercises[0]
    check()
  }

  /// Waits for a key or a saved file, and does what it asks for.
  mutating func wait() {
    switch input.next(within: Self.interval) {
    case .key(let key): obey(key)
    case .end: isOver = true
    case .none: look()
    }
  }

  private mutating func obey(_ key: Character) {
    switch key {
    case "n": advance()
    case "s": skip()
    case "h": tell { try session.hint(for: current) }
    case "l": tell { list }
    case "c": checkAll()
    case "x":
      tell {
        let copy = try session.directory.reset(current)
        return copy.map { "Your answer is kept in \($0).\n" } ?? "It was unchanged.\n"
      }
    case "q": isOver = true
    case "\n", "\r", " ": check()
    default: tell { "There is no key \(key).\n" }
    }
  }

  /// Looks for a file that was saved. One that is gone for a moment is an editor's doing.
  private mutating func look() {
    for exercise in exercises {
      guard let answer = session.directory.answer(to: exercise), answer != answers[exercise.name]
      else {
        continue
      }
      answers[exercise.name] = answer
      current = exercise
      return check()
    }
  }

  private mutating func check() {
    show(input.clearsScreen ? "\u{1B}[2J\u{1B}[H" : "\n")
    do {
      let verdict = try session.verdict(on: current, by: grader)
      self.verdict = verdict
      show(verdict.text(on: current, style: style))
      if verdict.state == .pass {
        show("\n    the solution: \(CommandName.typed) solution \(current.name)\n")
      }
    } catch {
      // What is wrong was said already, and the next save is another chance.
      verdict = nil
    }
    prompt()
  }

  /// Goes on to the next exercise, but not past one that does not pass yet.
  private mutating func advance() {
    if verdict?.state != .pass {
      return tell {
        "\(current.name) does not pass yet. To leave it for later, type s or save another file.\n"
      }
    }
    guard let next = unsolved(after: current) else { return tell { "All exercises pass.\n" } }
    current = next
    check()
  }

  /// Goes on to the next exercise that has not passed, and leaves this one for later.
  private mutating func skip() {
    guard let next = unsolved(after: current), next.name != current.name else {
      return tell { "There is no other exercise to do.\n" }
    }
    current = next
    check()
  }

  private mutating func checkAll() {
    for exercise in exercises {
      guard let verdict = try? session.verdict(on: exercise, by: grader) else { continue }
      let words = style.paint(verdict.state.rawValue, verdict.state.textStyle)
      show("\(exercise.name)  \(words)\n")
    }
    prompt()
  }

  /// The first exercise after another, or before it, that has not passed.
  private func unsolved(after exercise: Exercise?) -> Exercise? {
    let events = session.directory.progressLog.events
    let start = exercise.flatMap { one in exercises.firstIndex { $0.name == one.name } } ?? -1
    return (exercises[(start + 1)...] + exercises[..<max(start, 0)]).first {
      ExerciseProgress($0, in: events).verdict != .pass
    }
  }

  private var list: String {
    let events = session.directory.progressLog.events
    return exercises.map { exercise in
      let mark = exercise.name == current.name ? ">" : " "
      return "\(mark) \(exercise.name)  \(exercise.title) \(exercise.difficulty)  "
        + ExerciseProgress(exercise, in: events).words(style) + "\n"
    }.joined()
  }

  private func tell(_ text: () throws -> String) {
    show((try? text()) ?? "That cannot be done: the folder cannot be written.\n")
    prompt()
  }

  private func prompt() {
    let events = session.directory.progressLog.events
    let done = exercises.count { ExerciseProgress($0, in: events).verdict == .pass }
    show("\n\(bar(done)) \(done) of \(exercises.count)\n")
    let keys = "n next · s skip · h hint · l list · c check all · x reset · q quit"
    for text in [current.path, keys] {
      for line in style.wrapped(text, first: "", rest: "") { show(line + "\n") }
    }
  }

  private func bar(_ done: Int) -> String {
    let width = 24
    let full = width * done / max(exercises.count, 1)
    let (one, none) = style.hasUnicode ? ("█", "░") : ("#", "-")
    return String(repeating: one, count: full) + String(repeating: none, count: width - full)
  }

  private func show(_ text: String) { Output.standard.write(text) }
}
