import Foundation

/// The verdicts on many submissions.
package struct Gradebook: Sendable {
  /// What was graded.
  package let exercises: [Exercise]
  /// The submissions, in order.
  package let results: [SubmissionResult]

  /// What is said of one submission.
  package struct SubmissionResult: Sendable {
    /// The submission's name.
    package let name: String
    /// What it changed that it should not have.
    package let changes: [String]
    /// The verdicts, in the order of the exercises.
    package let verdicts: [Verdict]
    /// Faults of the machine that kept an answer from being graded.
    package let faults: [String]

    /// Pass where all pass, error where one did not run to its end, else fail.
    var status: String {
      let statuses = verdicts.map(\.state.status)
      return ["error", "fail"].first(where: statuses.contains) ?? "pass"
    }
  }

  /// Grades submissions, a few answers at a time. Nothing that one does costs another anything.
  ///
  /// - Parameters:
  ///   - submissions: What was handed in.
  ///   - exercises: What is graded.
  ///   - grader: The grader, with the teacher's own exams.
  ///   - width: How many answers are graded at once.
  ///   - tell: Called after each answer, from any thread, with how many are done.
  package init(
    of submissions: [Submission], on exercises: [Exercise], by grader: Grader, width: Int,
    tell: @escaping @Sendable (Int) -> Void
  ) {
    let done = AtomicCounter()
    let grades = concurrently(submissions.count * exercises.count, width: width) { index in
      let grade = grader.grade(
        submissions[index / exercises.count], on: exercises[index % exercises.count])
      tell(done.increment())
      return grade
    }
    self.exercises = exercises
    results = submissions.enumerated().map { index, submission in
      let own = grades[(index * exercises.count)..<((index + 1) * exercises.count)]
      return SubmissionResult(
        name: submission.name, changes: submission.changes(against: grader.catalogue),
        verdicts: own.map(\.verdict), faults: own.compactMap(\.fault))
    }
  }
}

extension Grader {
  /// Grades one answer of a submission. What fails for reasons of ours is tried twice.
  fileprivate func grade(
    _ submission: Submission, on exercise: Exercise
  ) -> (verdict: Verdict, fault: String?) {
    do {
      guard let answer = try submission.answer(to: exercise) else {
        return (Verdict(.notAttempted, file: exercise.path, message: "nothing was handed in"), nil)
      }
      var fault = ""
      for _ in 0..<2 {
        do {
          return (try verdict(on: exercise, answer: answer, named: exercise.path), nil)
        } catch {
          fault = "\(exercise.name) could not be graded: \(error)"
        }
      }
      return (Verdict(.notAttempted, file: exercise.path, message: fault), fault)
    } catch {
      return (Verdict(.didNotCompile, file: exercise.path, message: error.problem), nil)
    }
  }
}

extension Verdict.State {
  /// The verdict in the three words of Exercism's test runners.
  var status: String {
    switch self {
    case .pass: "pass"
    case .fail, .notAttempted: "fail"
    case .didNotCompile, .crashed, .timedOut: "error"
    }
  }
}
