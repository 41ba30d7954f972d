import Foundation
import Workbook

extension GradebookFormat {
  /// JUnit's XML: a suite for each submission, a case for each answer.
  ///
  /// Elements and their order are those of Jenkins' schema for JUnit; `file` and `line` of a case are those that
  /// PHPUnit and pytest write. Times are in seconds, to a thousandth.
  package static let junit = GradebookFormat(
    entry: { book, result in book.testSuite(of: result) },
    whole: { book, entries in
      let counts = book.results.map { TestCounts(of: $0) }.reduce(TestCounts(), +)
      return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        + "<testsuites name=\"exercises\"\(counts.attributes(withSkipped: false))>\n"
        + entries.joined() + "</testsuites>\n"
    })
}

/// How many tests ended in which way, and how long they took.
private struct TestCounts {
  var tests = 0
  var failures = 0
  var errors = 0
  var skipped = 0
  var seconds = 0.0

  init() {}

  init(of result: Gradebook.SubmissionResult) {
    if result.problem != nil {
      (tests, errors) = (1, 1)
      return
    }
    tests = result.grades.count
    for grade in result.grades {
      switch grade.outcome {
      case "error": errors += 1
      case "failure": failures += 1
      case "skipped": skipped += 1
      default: break
      }
      seconds += grade.verdict.seconds
    }
  }

  static func + (one: TestCounts, other: TestCounts) -> TestCounts {
    var sum = one
    sum.tests += other.tests
    sum.failures += other.failures
    sum.errors += other.errors
    sum.skipped += other.skipped
    sum.seconds += other.seconds
    return sum
  }

  func attributes(withSkipped: Bool) -> String {
    " tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\""
      + (withSkipped ? " skipped=\"\(skipped)\"" : "") + " time=\"\(Self.time(seconds))\""
  }

  /// Returns seconds as the schema has them: digits and a point, whatever the locale and the size.
  static func time(_ seconds: Double) -> String {
    String(format: "%.3f", seconds.isFinite ? max(seconds, 0) : 0)
  }
}

extension Gradebook.Grade {
  /// The element that a case has in JUnit's XML; `nil` for a pass.
  fileprivate var outcome: String? {
    if fault != nil || problem != nil { return "error" }
    switch verdict.state {
    case .pass: return nil
    case .notAttempted: return "skipped"
    case .fail: return "failure"
    case .didNotCompile, .crashed, .timedOut: return "error"
    }
  }
}

extension Gradebook {
  fileprivate func testSuite(of result: SubmissionResult) -> String {
    let name = XML.escaped(result.name)
    var cases = zip(exercises, result.grades).map { testCase(of: $0, $1, in: result) }.joined()
    if let problem = result.problem {
      cases =
        "<testcase name=\"submission\" classname=\"\(name)\" time=\"0.000\" "
        + "file=\"\(XML.escaped(result.folder))\">"
        + "<error type=\"unreadable\" message=\"\(XML.escaped("it " + problem))\"></error></testcase>\n"
    }
    let counts = TestCounts(of: result).attributes(withSkipped: true)
    return "<testsuite name=\"\(name)\"\(counts)>\n\(cases)</testsuite>\n"
  }

  private func testCase(
    of exercise: Exercise, _ grade: Grade, in result: SubmissionResult
  ) -> String {
    let verdict = grade.verdict
    // Jenkins takes what stands before the last dot for a package.
    let chapter = exercise.stem.split(separator: "/").first ?? ""
    var attributes = [
      ("name", "\(exercise.name) · \(exercise.title)"),
      ("classname", result.name.replacing(".", with: "_") + ".\(chapter)"),
      ("time", TestCounts.time(verdict.seconds)), ("file", "\(result.folder)/\(verdict.file)"),
    ]
    if let line = verdict.line { attributes.append(("line", "\(line)")) }
    let written = attributes.map { " \($0)=\"\(XML.escaped($1))\"" }.joined()
    return "<testcase\(written)>" + outcome(of: exercise, grade)
      + "<system-out>\(XML.escaped(score(of: exercise, grade)))</system-out></testcase>\n"
  }

  private func outcome(of exercise: Exercise, _ grade: Grade) -> String {
    guard let element = grade.outcome else { return "" }
    let verdict = grade.verdict
    let type =
      grade.fault != nil ? "fault" : grade.problem != nil ? "unreadable" : verdict.state.rawValue
    let message = verdict.message.isEmpty ? type : verdict.message
    let words = verdict.plainLines(file: verdict.location).joined(separator: "\n")
    return "<\(element) type=\"\(type)\" message=\"\(XML.escaped(message))\">"
      + XML.escaped(words) + "</\(element)>"
  }

  private func score(of exercise: Exercise, _ grade: Grade) -> String {
    let maximum = Points.text(Points.maximum(of: exercise))
    let points =
      grade.fault == nil ? Points.text(Points.points(for: grade.verdict, of: exercise)) : "no"
    let parts = grade.verdict.passed.map { "passed: \($0)" }
    return (["points: \(points) of \(maximum)"] + parts).joined(separator: "\n")
  }
}

extension Verdict {
  /// What is wrong, line by line, without a mark of how it is shown.
  func plainLines(file: String) -> [String] {
    var lines = ["\(file): \(message)"]
    if let part { lines.append("in the part “\(part)”") }
    if let expected { lines.append("expected \(expected)") }
    if let received { lines.append("received \(received)") }
    if let cause { lines.append("likely \(cause)") }
    return lines
  }
}
