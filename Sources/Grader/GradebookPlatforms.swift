import Foundation

extension Gradebook {
  /// One submission as Gradescope's `results.json`.
  ///
  /// Gradescope shows what a learner may see: verdicts and messages, of which the formats are given as text, so that
  /// nothing in them is taken for HTML or Markdown. What the command prints stays with the instructors.
  ///
  /// - Returns: The file; `nil` where the submission was not graded to its end. Then no mark may be given.
  package func gradescope(_ result: SubmissionResult) throws -> Data? {
    guard let total = result.total(on: exercises) else { return nil }
    let tests = zip(exercises, result.grades).map { exercise, grade in
      let verdict = grade.verdict
      let words =
        verdict.state == .pass ? verdict.notes : verdict.plainLines(file: verdict.location)
      return GradescopeTest(
        score: Points.points(for: verdict, of: exercise), maximum: Points.maximum(of: exercise),
        status: verdict.state == .pass ? "passed" : "failed", name: exercise.title,
        number: exercise.name, output: shortened(words.joined(separator: "\n"), to: 10_000),
        tags: [exercise.kind.rawValue])
    }
    let seconds = result.verdicts.map(\.seconds).reduce(0, +)
    let file = GradescopeFile(
      score: total, seconds: (seconds * 1000).rounded() / 1000,
      output: (result.changes + result.unreadable).isEmpty
        ? "" : result.remarks.joined(separator: "\n"),
      tests: tests)
    return Data((try GradebookFormat.encoded(file) + "\n").utf8)
  }

  /// One submission as the `result.json` of Classroom 50's autograders, `classroom50/result/v1`.
  ///
  /// Scores are whole numbers there, so points are rounded down: full marks are for answers that are right in all
  /// parts. The texts come from the variables that Classroom 50's runner sets.
  ///
  /// - Parameters:
  ///   - result: The submission.
  ///   - variables: The runner's environment.
  ///   - now: The time of grading.
  /// - Returns: The file; `nil` where the submission was not graded to its end.
  /// - Throws: `SetupError` where a variable is missing.
  package func classroom50(
    _ result: SubmissionResult, variables: [String: String], now: Date = .now
  ) throws -> Data? {
    guard result.total(on: exercises) != nil else { return nil }
    func value(_ names: String...) throws(SetupError) -> String {
      for name in names { if let value = variables[name], !value.isEmpty { return value } }
      throw SetupError(
        "\(names[0]) is not set; Classroom 50's runner sets it before it starts an autograder")
    }
    let tests = zip(exercises, result.grades).map { exercise, grade in
      let verdict = grade.verdict
      return Classroom50Test(
        name: "\(exercise.name) · \(exercise.title)", passed: verdict.state == .pass,
        score: Int(Points.points(for: verdict, of: exercise)),
        maximum: Int(Points.maximum(of: exercise)),
        message: verdict.state == .pass
          ? ""
          : shortened(
            verdict.plainLines(file: verdict.location).joined(separator: "\n"), to: 10_000))
    }
    let time = now.formatted(.iso8601)
    let file = Classroom50File(
      classroom: try value("CLASSROOM"), assignment: try value("ASSIGNMENT"),
      type: variables["ASSIGNMENT_TYPE"].flatMap { $0.isEmpty ? nil : $0 } ?? "individual",
      owner: try value("OWNER", "USERNAME"), submission: try value("SUBMISSION_TAG"),
      commit: try value("COMMIT_URL"), release: try value("RELEASE_URL"),
      review: try value("REVIEW_URL", "COMMIT_URL"), time: time, gradedAt: time,
      score: tests.map(\.score).reduce(0, +), maximum: tests.map(\.maximum).reduce(0, +),
      tests: tests)
    return Data((try GradebookFormat.encoded(file) + "\n").utf8)
  }
}

private struct GradescopeFile: Encodable {
  let score: Double
  let seconds: Double
  let output: String
  let outputFormat = "text"
  let visibility = "visible"
  let stdoutVisibility = "hidden"
  let tests: [GradescopeTest]

  enum CodingKeys: String, CodingKey {
    case score, output, visibility, tests
    case seconds = "execution_time"
    case outputFormat = "output_format"
    case stdoutVisibility = "stdout_visibility"
  }
}

private struct GradescopeTest: Encodable {
  let score: Double
  let maximum: Double
  let status: String
  let name: String
  let nameFormat = "text"
  let number: String
  let output: String
  let outputFormat = "text"
  let tags: [String]
  let visibility = "visible"

  enum CodingKeys: String, CodingKey {
    case score, status, name, number, output, tags, visibility
    case maximum = "max_score"
    case nameFormat = "name_format"
    case outputFormat = "output_format"
  }
}

private struct Classroom50File: Encodable {
  let schema = "classroom50/result/v1"
  let classroom: String
  let assignment: String
  let type: String
  let owner: String
  let submission: String
  let commit: String
  let release: String
  let review: String
  let time: String
  let gradedAt: String
  let score: Int
  let maximum: Int
  let tests: [Classroom50Test]

  enum CodingKeys: String, CodingKey {
    case schema, classroom, assignment, owner, submission, commit, release, review, score, tests
    case type = "assignment_type"
    case time = "datetime"
    case gradedAt = "graded_at"
    case maximum = "max-score"
  }
}

private struct Classroom50Test: Encodable {
  let name: String
  let passed: Bool
  let score: Int
  let maximum: Int
  let message: String

  enum CodingKeys: String, CodingKey {
    case passed, score, message
    case name = "test-name"
    case maximum = "max-score"
  }
}
