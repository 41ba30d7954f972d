import Foundation
import Workbook

extension Gradebook: Encodable {
  private enum CodingKeys: String, CodingKey { case schema, submissions }

  /// Writes the gradebook as `workbook-grades/1`: each submission as Exercism's test runners write theirs
  /// (version 3), with the verdicts' own words beside.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("workbook-grades/1", forKey: .schema)
    let submissions = results.map { result in
      SubmissionEntry(
        submission: result.name, status: result.status, changed: result.changes,
        faults: result.faults,
        tests: zip(exercises, result.verdicts).map { TestEntry(exercise: $0, verdict: $1) })
    }
    try container.encode(submissions, forKey: .submissions)
  }

  private struct SubmissionEntry: Encodable {
    let submission: String
    let version = 3
    let status: String
    let changed: [String]
    let faults: [String]
    let tests: [TestEntry]
  }

  private struct TestEntry: Encodable {
    let exercise: Exercise
    let verdict: Verdict

    private enum CodingKeys: String, CodingKey { case name, exercise, status, points }

    func encode(to encoder: any Encoder) throws {
      try verdict.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode("\(exercise.name) · \(exercise.title)", forKey: .name)
      try container.encode(exercise.name, forKey: .exercise)
      try container.encode(verdict.state.status, forKey: .status)
      try container.encode(verdict.state == .pass ? exercise.stars : 0, forKey: .points)
    }
  }
}

extension Gradebook {
  /// The gradebook as JSON with sorted keys.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// The gradebook as a table: a row for each answer, with a point for each star of what passes.
  package var csv: String {
    let heading = [
      "submission", "exercise", "title", "stars", "verdict", "points", "line", "message",
      "diagnosis",
    ]
    let rows = results.flatMap { result in
      zip(exercises, result.verdicts).map { exercise, verdict in
        let points = verdict.state == .pass ? exercise.stars : 0
        return [
          result.name, exercise.name, exercise.title, "\(exercise.stars)", verdict.state.rawValue,
          "\(points)", verdict.line.map(String.init) ?? "", verdict.message, verdict.cause ?? "",
        ].map(CSV.withoutFormula)
      }
    }
    return CSV.text(of: [heading] + rows)
  }

  /// The gradebook as JUnit writes the results of tests: a suite for each submission.
  package var junit: String {
    let suites = results.map { result in
      let states = result.verdicts.map(\.state)
      let errors = states.count { $0.status == "error" }
      let failures = states.count { $0 == .fail }
      let skipped = states.count { $0 == .notAttempted }
      let cases = zip(exercises, result.verdicts).map(Self.testCase).joined()
      return "<testsuite name=\"\(XML.escaped(result.name))\" tests=\"\(states.count)\" "
        + "failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\">\n"
        + "\(cases)</testsuite>\n"
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n" + suites.joined()
      + "</testsuites>\n"
  }

  private static func testCase(_ exercise: Exercise, _ verdict: Verdict) -> String {
    let words = XML.escaped("\(verdict.location): \(verdict.message)\n\(verdict.cause ?? "")")
    let kind = XML.escaped(verdict.state.rawValue)
    let inner: String =
      switch verdict.state {
      case .pass: ""
      case .notAttempted: "<skipped message=\"\(kind)\"/>"
      case .fail: "<failure message=\"\(kind)\">\(words)</failure>"
      default: "<error message=\"\(kind)\">\(words)</error>"
      }
    let name = XML.escaped("\(exercise.name) · \(exercise.title)")
    return "<testcase classname=\"exercise\" name=\"\(name)\" time=\"\(verdict.seconds)\">"
      + inner + "</testcase>\n"
  }
}
