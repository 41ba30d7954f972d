import Foundation

/// The verdicts on many submissions.
package struct Gradebook: Sendable {
  /// What was graded.
  package let exercises: [Exercise]
  /// The judges' texts, one for each exercise.
  let judges: [String]
  /// The submissions that were graded, in order.
  package internal(set) var results: [SubmissionResult] = []
  /// Whether all submissions were graded: an interruption leaves files of which this is not true.
  package internal(set) var isComplete = false

  /// Begins a gradebook on some exercises, without a submission.
  package init(on exercises: [Exercise], of catalogue: Catalogue) {
    self.exercises = exercises
    judges = exercises.map { exercise in
      let judge = FileManager.default.contents(atPath: "\(catalogue.root)/\(exercise.judgePath)")
      return String(decoding: judge ?? Data(), as: UTF8.self)
    }
  }

  /// What is said of one submission.
  package struct SubmissionResult: Sendable {
    /// The submission's name.
    package let name: String
    /// The submission's folder.
    package let folder: String
    /// Why nothing of it was graded, in a sentence without its subject; `nil` where it was.
    package var problem: String?
    /// What it changed that it should not have.
    package var changes: [String] = []
    /// What is said of each answer, in the order of the exercises; empty where nothing was graded.
    var grades: [Grade] = []
    /// The highest hint that was read of each exercise, or 0, as the submission's own log has it.
    var hints: [Int]?

    /// The verdicts, in the order of the exercises.
    package var verdicts: [Verdict] { grades.map(\.verdict) }
    /// Faults of the machine that kept an answer from being graded.
    package var faults: [String] { grades.compactMap(\.fault) }
    /// Answers that cannot be read.
    package var unreadable: [String] { grades.compactMap(\.problem) }
  }

  /// What is said of one answer.
  struct Grade: Sendable {
    /// The verdict; `not attempted` where there is a fault or a problem.
    let verdict: Verdict
    /// The fault of the machine that kept the answer from being graded.
    var fault: String?
    /// Why the answer cannot be read.
    var problem: String?
    /// The fingerprint of the answer's text; `nil` where nothing was read.
    var answer: String?
  }
}

extension Gradebook {
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
    let book = Gradebook(on: exercises, of: grader.catalogue)
    self = book.grading(submissions, by: grader, width: width, tell: tell) { _ in }
  }
}

extension Gradebook.SubmissionResult {
  /// The result as Exercism's test runners sum up theirs: pass where all pass, error where no exam ran to its end,
  /// else fail.
  var status: String {
    if problem != nil || !faults.isEmpty { return "error" }
    let statuses = Set(verdicts.map(\.state.status))
    return statuses.count == 1 ? statuses.first ?? "fail" : statuses.isEmpty ? "pass" : "fail"
  }

  /// The points of each exercise; `nil` where the machine kept an answer from being graded.
  func points(on exercises: [Exercise]) -> [Double?] {
    problem != nil
      ? exercises.map { _ in nil }
      : zip(exercises, grades).map { exercise, grade in
        grade.fault == nil ? Points.points(for: grade.verdict, of: exercise) : nil
      }
  }

  /// What a teacher must know of the submission before a mark is given, in sentences.
  var remarks: [String] {
    var remarks = problem.map { ["it \($0)"] } ?? []
    remarks += faults + unreadable
    if !changes.isEmpty { remarks.append("changed: " + changes.joined(separator: ", ")) }
    return remarks
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
