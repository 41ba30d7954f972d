import Foundation

extension Gradebook: Encodable {
  private enum CodingKeys: String, CodingKey { case schema, submissions }

  /// Writes the gradebook as `workbook-grades/1`: each submission as Exercism's test runners write theirs
  /// (version 3), with the verdicts' own words beside.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("workbook-grades/1", forKey: .schema)
    let submissions = pages.map { page in
      SubmissionEntry(
        submission: page.name, status: page.status, changed: page.changes, faults: page.faults,
        tests: zip(exercises, page.verdicts).map { TestEntry(exercise: $0, verdict: $1) })
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
    let heading = "submission,exercise,title,stars,verdict,points,line,message,diagnosis"
    let rows = pages.flatMap { page in
      zip(exercises, page.verdicts).map { exercise, verdict in
        let points = verdict.state == .pass ? exercise.stars : 0
        return [
          page.name, exercise.name, exercise.title, "\(exercise.stars)", verdict.state.rawValue,
          "\(points)", verdict.line.map(String.init) ?? "", verdict.message, verdict.cause ?? "",
        ].map(Self.field).joined(separator: ",")
      }
    }
    return ([heading] + rows).joined(separator: "\r\n") + "\r\n"
  }

  /// Returns a field of a table. A spreadsheet would take some first letters for a formula's.
  private static func field(_ text: String) -> String {
    let isFormula = text.first.map { "=+-@\t".contains($0) } ?? false
    let safe = isFormula ? "'" + text : text
    return safe.contains { ",\"".contains($0) || $0.isNewline }
      ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
  }

  /// The gradebook as JUnit writes the results of tests: a suite for each submission.
  package var junit: String {
    let suites = pages.map { page in
      let states = page.verdicts.map(\.state)
      let errors = states.count { $0.status == "error" }
      let failures = states.count { $0 == .fail }
      let skipped = states.count { $0 == .notAttempted }
      let cases = zip(exercises, page.verdicts).map(Self.testCase).joined()
      return "<testsuite name=\"\(Self.escaped(page.name))\" tests=\"\(states.count)\" "
        + "failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\">\n"
        + "\(cases)</testsuite>\n"
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n" + suites.joined()
      + "</testsuites>\n"
  }

  private static func testCase(_ exercise: Exercise, _ verdict: Verdict) -> String {
    let words = escaped("\(verdict.place): \(verdict.message)\n\(verdict.cause ?? "")")
    let kind = escaped(verdict.state.rawValue)
    let inner: String =
      switch verdict.state {
      case .pass: ""
      case .notAttempted: "<skipped message=\"\(kind)\"/>"
      case .fail: "<failure message=\"\(kind)\">\(words)</failure>"
      default: "<error message=\"\(kind)\">\(words)</error>"
      }
    let name = escaped("\(exercise.name) · \(exercise.title)")
    return "<testcase classname=\"exercise\" name=\"\(name)\" time=\"\(verdict.seconds)\">"
      + inner + "</testcase>\n"
  }

  /// Returns text as it may stand in XML: some signs have no way of being written there at all.
  private static func escaped(_ text: String) -> String {
    let allowed = text.unicodeScalars.map { scalar -> Unicode.Scalar in
      let isControl = scalar.value < 32 && !"\n\t".unicodeScalars.contains(scalar)
      return isControl || scalar.value == 0xFFFE || scalar.value == 0xFFFF ? "\u{FFFD}" : scalar
    }
    return String(String.UnicodeScalarView(allowed)).replacing("&", with: "&amp;")
      .replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }
}
