import Foundation
import Synchronization

/// What the grader does with its own material: stubs, solutions, and answers that are known to be wrong.
///
/// A grader that was never seen to refuse proves nothing.
package struct GraderSelfTest: Sendable {
  /// What is not as it must be, each with file and line.
  package private(set) var problems: [CatalogueError] = []
  /// The wrong answers, each with the verdict that it got.
  package private(set) var mutantResults: [MutantResult] = []

  /// A wrong answer and the verdict that it got.
  package struct MutantResult: Sendable {
    package let exercise: Exercise
    package let mistake: KnownMistake
    package let verdict: Verdict

    /// Whether the verdict is the one that the mistake must get, with its diagnosis.
    package var isRight: Bool {
      verdict.state == mistake.state && verdict.words.contains(mistake.diagnosis)
    }
  }

  /// Puts stubs, solutions and wrong answers of some exercises before the grader.
  ///
  /// - Parameters:
  ///   - exercises: The exercises.
  ///   - grader: The grader.
  ///   - seeds: The seeds with which each solution must pass, and with the first three each other right answer.
  ///   - width: How many answers are looked at at once.
  ///   - part: The part of all other answers that is looked at beside the solutions; all where it is `nil`.
  ///   - tell: Called at the beginning and after each answer, from any thread, with how many of how many are done.
  /// - Throws: `GradingFault` where no program can be run.
  package init(
    of exercises: [Exercise], by grader: Grader, seeds: [UInt64], width: Int, part: Part? = nil,
    tell: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(GradingFault) {
    let root = grader.catalogue.root
    problems = exercises.flatMap { Self.drift(of: $0, in: root, command: grader.command) }
    problems += leaks(of: exercises, in: root)
    let all = exercises.flatMap(SelfTestCase.cases)
    let others = all.filter { !$0.isSolution }
    let cases = all.filter(\.isSolution) + (part?.chosen(from: others) ?? others)
    let exams = Dictionary(grouping: cases, by: \.exercise.name).mapValues {
      SharedExam($0[0].exercise, uses: $0.count)
    }
    let done = AtomicCounter()
    tell(0, cases.count)
    let verdicts = try concurrently(cases.count, width: width) { index throws(GradingFault) in
      defer { tell(done.increment(), cases.count) }
      let test = cases[index]
      let shared = exams[test.exercise.name]
      defer { shared?.giveBack() }
      let some = test.alternative == nil ? seeds : Array(seeds.prefix(3))
      // The solution goes the way of a learner's answer.
      let exam = test.isSolution ? nil : shared?.exam(by: grader)
      return try grader.examine(
        test.answer, of: test.exercise, named: test.name,
        seeds: test.isRight ? some : [grader.seed], with: exam)
    }
    for (test, verdict) in zip(cases, verdicts) {
      if let mistake = test.mistake {
        mutantResults.append(
          MutantResult(exercise: test.exercise, mistake: mistake, verdict: verdict))
      }
      if let problem = test.problem(with: verdict) { problems.append(problem) }
    }
  }

  /// Looks whether the learner's file is the stub of its solution.
  private static func drift(of exercise: Exercise, in root: String, command: String)
    -> [CatalogueError]
  {
    let text = FileManager.default.contents(atPath: "\(root)/\(exercise.path)")
    if text == Data(exercise.template.stub.utf8) { return [] }
    return [
      CatalogueError(
        file: exercise.path, line: 1,
        problem:
          "this file differs from the stub of its solution; to write the stubs: \(command) dev stubs"
      )
    ]
  }
}

/// An answer that is put before the grader, and what is known of it.
private struct SelfTestCase: Sendable {
  let exercise: Exercise
  let answer: String
  var mistake: KnownMistake?
  /// Whether it is the solution or another right answer, and then the line of the notes.
  var isRight = false
  var alternative: Alternative?

  static func cases(for exercise: Exercise) -> [SelfTestCase] {
    [
      SelfTestCase(exercise: exercise, answer: exercise.template.stub),
      SelfTestCase(exercise: exercise, answer: exercise.template.solution, isRight: true),
    ]
      + exercise.alternatives.map {
        SelfTestCase(exercise: exercise, answer: $0.answer, isRight: true, alternative: $0)
      }
      + exercise.mistakes.map { SelfTestCase(exercise: exercise, answer: $0.answer, mistake: $0) }
  }

  var isSolution: Bool { isRight && alternative == nil }

  var name: String { isSolution ? exercise.solutionPath : exercise.path }

  /// Returns what is not as it must be.
  func problem(with verdict: Verdict) -> CatalogueError? {
    let words = verdict.words.trimmed
    if let mistake {
      let result = GraderSelfTest.MutantResult(
        exercise: exercise, mistake: mistake, verdict: verdict)
      return result.isRight
        ? nil
        : CatalogueError(
          file: exercise.notesPath, line: mistake.line,
          problem: "“\(mistake.name)” must get \(mistake.state.rawValue): \(mistake.diagnosis), "
            + "and gets \(verdict.state.rawValue) at \(verdict.location): \(words)")
    }
    if let alternative {
      return verdict.state == .pass
        ? nil
        : CatalogueError(
          file: exercise.notesPath, line: alternative.line,
          problem: "“\(alternative.name)” is right, and gets \(verdict.state.rawValue): \(words)")
    }
    if isRight {
      return verdict.state == .pass
        ? nil
        : CatalogueError(
          file: verdict.file, line: verdict.line ?? 1,
          problem: "the solution gets \(verdict.state.rawValue): \(words)")
    }
    return verdict.state != .didNotCompile && verdict.state != .pass
      ? nil
      : CatalogueError(
        file: exercise.path, line: verdict.line ?? 1,
        problem: "the stub gets \(verdict.state.rawValue): \(words)")
  }
}

/// The compiled check of an exercise, from the first answer that is examined to the last.
private final class SharedExam: Sendable {
  private let exercise: Exercise
  private let state: Mutex<State>

  private struct State {
    /// How many answers are still to be examined.
    var uses: Int
    var isBegun = false
    var exam: PreparedExam?
  }

  init(_ exercise: Exercise, uses: Int) {
    self.exercise = exercise
    state = Mutex(State(uses: uses))
  }

  /// Returns the exam; `nil` while somebody else prepares it, and where the solution does not compile. An answer
  /// has its check compiled anew then.
  func exam(by grader: Grader) -> PreparedExam? {
    let (exam, isMine) = state.withLock { state in
      defer { state.isBegun = true }
      return (state.exam, !state.isBegun)
    }
    guard isMine, let prepared = try? grader.preparedExam(of: exercise) else { return exam }
    state.withLock { $0.exam = prepared }
    return prepared
  }

  /// Says that an answer has been examined. With the last one the exam is removed.
  func giveBack() {
    let exam = state.withLock { state in
      state.uses -= 1
      return state.uses == 0 ? state.exam : nil
    }
    exam?.clear()
  }
}

/// Returns what `body` makes of 0, 1, … count − 1, a few at a time.
func concurrently<Result: Sendable, Failure: Error>(
  _ count: Int, width: Int, _ body: @Sendable (Int) throws(Failure) -> Result
) throws(Failure) -> [Result] {
  let results = Mutex([Swift.Result<Result, Failure>?](repeating: nil, count: count))
  let next = Atomic(0)
  DispatchQueue.concurrentPerform(iterations: max(1, min(width, count))) { _ in
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      if index >= count { return }
      let result: Swift.Result<Result, Failure>
      do throws(Failure) { result = .success(try body(index)) } catch { result = .failure(error) }
      results.withLock { $0[index] = result }
    }
  }
  var all: [Result] = []
  for result in results.withLock({ $0 }) { if let result { all.append(try result.get()) } }
  return all
}
