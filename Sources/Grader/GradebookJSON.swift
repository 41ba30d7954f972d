import Foundation
import Workbook

extension GradebookFormat {
  /// `workbook-grades/1`: each submission as version 3 of Exercism's test runners writes theirs, with the verdicts' own
  /// words beside. Keys are sorted.
  package static let json = GradebookFormat(
    entry: { book, result in try encoded(SubmissionEntry(result, in: book)) },
    whole: { book, entries in
      let statistics = book.isComplete ? try encoded(book.statistics) : "[]"
      let submissions = entries.isEmpty ? "[]" : "[\n" + entries.joined(separator: ",\n") + "\n]"
      return "{\n\"complete\": \(book.isComplete),\n\"schema\": \"\(GradebookFile.schema)\",\n"
        + "\"statistics\": \(statistics),\n\"submissions\": \(submissions)\n}\n"
    })

  /// Returns a value as JSON with sorted keys.
  static func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension Gradebook {
  /// Returns the results in a file that an earlier run wrote as JSON, by the names of the submissions.
  ///
  /// Only those are returned in which each of this gradebook's exercises was graded.
  ///
  /// - Throws: `DecodingError` where the file is something else.
  package func results(inJSON data: Data) throws -> [String: SubmissionResult] {
    let file = try JSONDecoder().decode(GradebookFile.self, from: data)
    if file.schema != GradebookFile.schema {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "the schema is \(file.schema)"))
    }
    let results = file.submissions.compactMap { entry in entry.result(on: exercises) }
    return Dictionary(results.map { ($0.name, $0) }) { first, _ in first }
  }
}

private struct GradebookFile: Decodable {
  static let schema = "workbook-grades/1"

  let schema: String
  let submissions: [SubmissionEntry]
}

/// A submission as JSON.
private struct SubmissionEntry: Codable {
  let submission: String
  let folder: String
  var version = 3
  let status: String
  let message: String?
  let changed: [String]
  let faults: [String]
  let unreadable: [String]
  let hints: [String: Int]?
  let points: Double?
  let maximum: Double
  let tests: [TestEntry]

  init(_ result: Gradebook.SubmissionResult, in book: Gradebook) {
    submission = result.name
    folder = result.folder
    status = result.status
    message = status == "error" ? result.words : nil
    (changed, faults, unreadable) = (result.changes, result.faults, result.unreadable)
    hints = result.hints.map { levels in
      Dictionary(zip(book.exercises.map(\.name), levels)) { $1 }
    }
    points = result.total(on: book.exercises)
    maximum = book.exercises.map(Points.maximum).reduce(0, +)
    tests = zip(zip(book.exercises, book.judges), result.grades).map {
      TestEntry(exercise: $0.0, judge: $0.1, grade: $1)
    }
  }

  /// The result that was written; `nil` where an exercise of these was not graded.
  func result(on exercises: [Exercise]) -> Gradebook.SubmissionResult? {
    let grades = exercises.compactMap { exercise in
      tests.first { $0.exercise == exercise.name && $0.grade.fault == nil }?.grade
    }
    if grades.count < exercises.count { return nil }
    return Gradebook.SubmissionResult(
      name: submission, folder: folder, changes: changed, grades: grades,
      hints: hints.map { levels in exercises.map { levels[$0.name] ?? 0 } })
  }
}

/// An answer as JSON.
private struct TestEntry: Codable {
  let exercise: String
  let name: String
  let status: String
  let points: Double?
  let code: String
  let grade: Gradebook.Grade

  private enum CodingKeys: String, CodingKey {
    case name, exercise, status, points, message, fault, unreadable
    case answer = "answer_fingerprint"
    case code = "test_code"
  }

  init(exercise: Exercise, judge: String, grade: Gradebook.Grade) {
    self.exercise = exercise.name
    name = "\(exercise.name) · \(exercise.title)"
    status = grade.fault == nil ? grade.verdict.state.status : "error"
    points = grade.fault == nil ? Points.points(for: grade.verdict, of: exercise) : nil
    code = testCode(
      of: judge, part: exercise.kind == .predict ? nil : grade.verdict.part)
    self.grade = grade
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    exercise = try container.decode(String.self, forKey: .exercise)
    name = try container.decode(String.self, forKey: .name)
    status = try container.decode(String.self, forKey: .status)
    points = try container.decodeIfPresent(Double.self, forKey: .points)
    code = try container.decode(String.self, forKey: .code)
    grade = Gradebook.Grade(
      verdict: try Verdict(from: decoder),
      fault: try container.decodeIfPresent(String.self, forKey: .fault),
      problem: try container.decodeIfPresent(String.self, forKey: .unreadable),
      answer: try container.decodeIfPresent(String.self, forKey: .answer))
  }

  func encode(to encoder: any Encoder) throws {
    var verdict = grade.verdict
    verdict.output = shortened(verdict.output, to: 500)
    if verdict.message.isEmpty && verdict.state != .pass {
      verdict.message = verdict.state.rawValue
    }
    try verdict.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(exercise, forKey: .exercise)
    try container.encode(status, forKey: .status)
    try container.encodeIfPresent(points, forKey: .points)
    try container.encode(code, forKey: .code)
    try container.encodeIfPresent(grade.fault, forKey: .fault)
    try container.encodeIfPresent(grade.problem, forKey: .unreadable)
    try container.encodeIfPresent(grade.answer, forKey: .answer)
  }
}

extension Gradebook.SubmissionResult {
  /// What keeps a submission from being graded, or what each answer says that did not run, up to 65,535 units of UTF-16.
  fileprivate var words: String {
    let remarks = problem.map { ["\(name) \($0)"] } ?? faults
    let lines = remarks.isEmpty ? verdicts.map { "\($0.location): \($0.message)" } : remarks
    return shortened(lines.joined(separator: "\n"), to: 65_535)
  }

  /// The points of all answers together; `nil` where the machine kept one from being graded.
  func total(on exercises: [Exercise]) -> Double? {
    let points = points(on: exercises).compactMap { $0 }
    return points.count == exercises.count ? points.reduce(0, +) : nil
  }
}

/// Returns text of at most `limit` units of UTF-16; where it is cut off, its end says so.
func shortened(_ text: String, to limit: Int) -> String {
  if text.utf16.count <= limit { return text }
  let notice = "\n… (cut off)"
  var rest = limit - notice.utf16.count
  let kept = text.unicodeScalars.prefix { scalar in
    rest -= scalar.value > 0xFFFF ? 2 : 1
    return rest >= 0
  }
  return String(String.UnicodeScalarView(kept)) + notice
}
