import Foundation
import Testing

@testable import Grader

/// The files that are made of a gradebook, beside the documents that describe them.
struct GradebookFormatTests {
  private typealias Object = [String: Any]

  private func object(_ data: Data?) throws -> Object {
    let data = try #require(data)
    return try #require(try JSONSerialization.jsonObject(with: data) as? Object)
  }

  @Test func `each submission is a result of Exercism's test runners, version 3`() throws {
    let book = try GradebookSamples.book()
    let submissions = try #require(object(book.json())["submissions"] as? [Object])
    #expect(
      submissions.compactMap { $0["status"] as? String } == [
        "fail", "pass", "error", "fail", "error",
      ])
    for submission in submissions {
      #expect(submission["version"] as? Int == 3)
      let tests = try #require(submission["tests"] as? [Object])
      let statuses = tests.compactMap { $0["status"] as? String }
      #expect(statuses.count == tests.count)
      #expect(statuses.allSatisfy { ["pass", "fail", "error"].contains($0) })
      // An error needs a message; else there is none.
      let message = submission["message"] as? String
      #expect((submission["status"] as? String == "error") == (message?.isEmpty == false))
      #expect((message ?? "").utf16.count <= 65_535)
      for test in tests {
        #expect((test["name"] as? String)?.isEmpty == false)
        #expect((test["test_code"] as? String)?.contains("exam.part(") == true)
        #expect((test["output"] as? String ?? "").utf16.count <= 500)
        #expect((test["status"] as? String == "pass") == (test["message"] == nil))
      }
    }
    let crashed = try #require((submissions[0]["tests"] as? [Object])?[1])
    #expect((crashed["output"] as? String)?.hasSuffix("(cut off)") == true)
    #expect(
      crashed["points"] as? Double == 0
        && crashed["passed"] as? [String] == ["one column", "+ties"])
  }

  @Test func `a submission is an error only where no exam ran to its end`() throws {
    let exercises = try GradebookSamples.exercises()
    for (states, status) in [
      ([Verdict.State.pass, .pass], "pass"), ([.pass, .crashed], "fail"), ([.fail, .pass], "fail"),
      ([.notAttempted, .notAttempted], "fail"), ([.crashed, .didNotCompile], "error"),
    ] {
      let grades = zip(states, exercises).map {
        Gradebook.Grade(verdict: GradebookSamples.verdict($0, of: $1))
      }
      let result = Gradebook.SubmissionResult(name: "a", folder: "a", grades: grades)
      #expect(result.status == status, "\(states)")
    }
  }

  @Test func `the code of a test is the part that failed, and of a prediction no answer`() throws {
    let judge = """
      exam.part("one")
      let a = 1
      for n in [2, 3] {
        exam.part("\\(n) rows of \\(f(n, (1)))")
        let b = 2
      }
      """
    #expect(testCode(of: judge, part: "one") == "exam.part(\"one\")\nlet a = 1\nfor n in [2, 3] {")
    #expect(testCode(of: judge, part: "2 rows of 7").hasSuffix("let b = 2\n}"))
    let all = "exam.part(\"one\")\nexam.part(\"\\(n) rows of \\(f(n, (1)))\")"
    #expect(testCode(of: judge, part: nil) == all)
    #expect(testCode(of: judge, part: "rows of") == all)
    let tests = try #require(
      (object(GradebookSamples.book().json())["submissions"] as? [Object])?[0]["tests"] as? [Object]
    )
    #expect((tests[0]["test_code"] as? String)?.contains("log") == false)
  }

  @Test func `results come back from JSON as they were, but not those of the machine's faults`()
    throws
  {
    let book = try GradebookSamples.book()
    let results = try book.results(inJSON: book.json())
    #expect(results.keys.sorted() == ["bob.b", "dora", GradebookSamples.hostileName].sorted())
    var again = book
    again.results = book.results.compactMap { results[$0.name] }
    var kept = book
    kept.results = book.results.filter { results[$0.name] != nil }
    #expect(try again.json() == kept.json())
    #expect(again.junit == kept.junit && again.csv == kept.csv)
    #expect(throws: DecodingError.self) { try book.results(inJSON: Data("[]".utf8)) }
  }

  @Test func `tables keep to RFC 4180, and no field is a formula`() throws {
    let book = try GradebookSamples.book()
    for text in [book.csv, try GradebookFormat.wideCSV.text(of: book)] {
      let table = try #require(records(of: text))
      #expect(Set(table.map(\.count)).count == 1)
      for field in table.joined() {
        #expect(!field.unicodeScalars.contains { $0.value < 32 && $0 != "\n" && $0 != "\r" })
        #expect(field.firstMatch(of: #/(^|;|\n)[\s"]*[=+@-]/#) == nil, "\(field)")
      }
    }
    let answers = try #require(records(of: book.csv))
    #expect(answers[1][0].hasPrefix("'=ada\u{FFFD}[2J\n"))
    #expect(
      answers[6][4...5] == ["not graded", ""]
        && answers.last?[7] == "it is a link; a folder is expected")
  }

  @Test func `the wide table has a row for each submission and a column for each exercise`() throws
  {
    let rows = try #require(
      records(of: GradebookFormat.wideCSV.text(of: GradebookSamples.book())))
    #expect(rows[0].map { $0.prefix(3) } == ["sub", "4.1", "4.2", "poi", "max", "rem"])
    #expect(rows[1][1...] == ["0", "0", "0", "3", "changed: Judges/x.swift"])
    #expect(rows[2] == ["bob.b", "1", "2", "3", "3", ""])
    #expect(rows[3] == ["carl", "1", "", "", "3", "4.2 could not be graded: no space left"])
    #expect(rows[5] == ["eve", "", "", "", "3", "it is a link; a folder is expected"])
    #expect(rows.count == 6)
  }

  @Test func `points are written without an exponent and without a rest of zeros`() {
    #expect(
      [0, 1, 10, 0.5, 2.25, 1.0 / 3, 100].map(Points.text) == [
        "0", "1", "10", "0.5", "2.25", "0.333", "100",
      ])
  }

  /// Reads a table by the grammar of RFC 4180; `nil` where it is none.
  private func records(of text: String) -> [[String]]? {
    var (records, record, field): ([[String]], [String], String) = ([], [], "")
    var rest = Array(text.unicodeScalars)[...]
    while let first = rest.first {
      if first == "\"" {
        rest.removeFirst()
        while let next = rest.popFirst() {
          if next == "\"" {
            if rest.first != "\"" { break }
            rest.removeFirst()
          }
          field.unicodeScalars.append(next)
        }
      } else {
        while let next = rest.first, !",\r\n\"".unicodeScalars.contains(next) {
          field.unicodeScalars.append(rest.removeFirst())
        }
      }
      record.append(field)
      field = ""
      let end = rest.popFirst()
      if end == "," { continue }
      if end != "\r" || rest.popFirst() != "\n" { return nil }
      records.append(record)
      record = []
    }
    return record.isEmpty ? records : nil
  }
}
