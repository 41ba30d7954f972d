import Foundation
import Synchronization

extension Gradebook {
  /// Returns this gradebook with more submissions, each graded as in `init(of:on:by:width:tell:)`.
  ///
  /// - Parameters:
  ///   - submissions: What was handed in. The results stand in this order.
  ///   - earlier: Results of an earlier run, by name: these submissions are not graded again, but where an answer is
  ///     another now.
  ///   - tell: Called after each answer, from any thread, with how many are done.
  ///   - finished: Called before the first answer and after each submission, one call at a time, with all that is
  ///     known by then.
  package func grading(
    _ submissions: [Submission], by grader: Grader, width: Int,
    earlier: [String: SubmissionResult] = [:], tell: @escaping @Sendable (Int) -> Void,
    finished: @escaping @Sendable (Gradebook) -> Void
  ) -> Gradebook {
    let known = submissions.map { submission in
      submission.problem.map {
        SubmissionResult(name: submission.name, folder: submission.root, problem: $0)
      }
        ?? earlier[submission.name].flatMap {
          submission.differs(from: $0, on: exercises) ? nil : $0
        }
    }
    let open = submissions.indices.filter { known[$0] == nil }
    let run = GradingRun(self, submissions, known, grader.catalogue, finished)
    let done = AtomicCounter()
    let count = exercises.count
    _ = concurrently(open.count * count, width: width) { step in
      let index = open[step / count]
      run.add(
        grader.grade(submissions[index], on: exercises[step % count]), to: index, of: step % count)
      tell(done.increment())
    }
    return run.book
  }

  /// Returns this gradebook with submissions that earlier runs have graded. The others have the problem that there is no
  /// result.
  package func collecting(
    _ submissions: [Submission], earlier: [String: SubmissionResult]
  ) -> Gradebook {
    var book = self
    book.results = submissions.map { submission in
      if submission.problem == nil, let result = earlier[submission.name] { return result }
      return SubmissionResult(
        name: submission.name, folder: submission.root,
        problem: submission.problem ?? Self.notGraded)
    }
    book.isComplete = true
    return book
  }

  /// The problem of a submission of which no earlier run has a result.
  package static let notGraded = "has no result in the files of --resume"
}

/// Gathers the grades of a run, and says after each submission that it is finished.
private final class GradingRun: Sendable {
  private struct State: Sendable {
    var book: Gradebook
    var grades: [[Gradebook.Grade?]]
    var results: [Gradebook.SubmissionResult?]

    mutating func gather() {
      book.results = results.compactMap { $0 }
      book.isComplete = book.results.count == results.count
    }
  }

  private let state: Mutex<State>
  private let submissions: [Submission]
  private let catalogue: Catalogue
  private let finished: @Sendable (Gradebook) -> Void

  init(
    _ book: Gradebook, _ submissions: [Submission], _ known: [Gradebook.SubmissionResult?],
    _ catalogue: Catalogue, _ finished: @escaping @Sendable (Gradebook) -> Void
  ) {
    let none: [Gradebook.Grade?] = book.exercises.map { _ in nil }
    var start = State(book: book, grades: submissions.map { _ in none }, results: known)
    start.gather()
    state = Mutex(start)
    self.submissions = submissions
    self.catalogue = catalogue
    self.finished = finished
    finished(start.book)
  }

  /// All that is known.
  var book: Gradebook { state.withLock(\.book) }

  /// Adds what is said of an answer, and finishes the submission where it was the last.
  func add(_ grade: Gradebook.Grade, to index: Int, of exercise: Int) {
    let (grades, exercises) = state.withLock { state in
      state.grades[index][exercise] = grade
      return (state.grades[index].compactMap { $0 }, state.book.exercises)
    }
    if grades.count < exercises.count { return }
    let submission = submissions[index]
    let result = Gradebook.SubmissionResult(
      name: submission.name, folder: submission.root,
      changes: submission.changes(against: catalogue), grades: grades,
      hints: submission.hints(on: exercises))
    state.withLock { state in
      state.results[index] = result
      state.gather()
      finished(state.book)
    }
  }
}

extension Submission {
  /// Whether an answer is there that is another than the one that was graded.
  fileprivate func differs(
    from result: Gradebook.SubmissionResult, on exercises: [Exercise]
  ) -> Bool {
    zip(exercises, result.grades).contains { exercise, grade in
      guard let now = try? answer(to: exercise) else { return false }
      return Fingerprint(of: now.text).text != grade.answer
    }
  }
}

extension Grader {
  /// Grades one answer of a submission. What fails for reasons of ours is tried twice.
  fileprivate func grade(_ submission: Submission, on exercise: Exercise) -> Gradebook.Grade {
    var fault = ""
    for _ in 0..<2 {
      do throws(SubmissionError) {
        guard let answer = try submission.answer(to: exercise) else {
          return Gradebook.Grade(
            verdict: Verdict(
              .notAttempted, file: exercise.path, message: "nothing was handed in"))
        }
        do {
          return Gradebook.Grade(
            verdict: try verdict(on: exercise, answer: answer.text, named: answer.path),
            answer: Fingerprint(of: answer.text).text)
        } catch {
          fault = "\(exercise.name) could not be graded: \(error)"
        }
      } catch {
        if !error.isFault {
          return Gradebook.Grade(
            verdict: Verdict(.notAttempted, file: exercise.path, message: error.problem),
            problem: error.problem)
        }
        fault = "\(exercise.name) could not be graded: \(error.problem)"
      }
    }
    return Gradebook.Grade(
      verdict: Verdict(.notAttempted, file: exercise.path, message: fault), fault: fault)
  }
}
