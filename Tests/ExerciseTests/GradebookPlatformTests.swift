import Foundation
import Testing

@testable import Grader

/// Results for platforms, beside the documents that describe them.
struct GradebookPlatformTests {
  private typealias Object = [String: Any]

  private func object(_ data: Data?) throws -> Object {
    let data = try #require(data)
    return try #require(try JSONSerialization.jsonObject(with: data) as? Object)
  }

  /// https://gradescope-autograders.readthedocs.io/en/latest/specs
  @Test func `one submission is a results.json of Gradescope's`() throws {
    let book = try GradebookSamples.book()
    let file = try object(book.gradescope(book.results[0]))
    let keys = [
      "score", "execution_time", "output", "output_format", "visibility", "stdout_visibility",
      "tests",
    ]
    #expect(Set(file.keys) == Set(keys))
    #expect(file["score"] as? Double == 0 && file["execution_time"] as? Double == 0.5)
    #expect(file["stdout_visibility"] as? String == "hidden")
    #expect((file["output"] as? String)?.contains("Judges/x.swift") == true)
    let tests = try #require(file["tests"] as? [Object])
    #expect(tests.map { $0["number"] as? String } == ["4.1", "4.2"])
    for test in tests {
      let allowed = [
        "score", "max_score", "status", "name", "name_format", "number", "output",
        "output_format", "tags", "visibility", "extra_data",
      ]
      #expect(test.keys.allSatisfy { allowed.contains($0) })
      #expect(["passed", "failed"].contains(test["status"] as? String))
      #expect(
        ["visible", "hidden", "after_due_date", "after_published"].contains(
          test["visibility"] as? String))
      #expect(
        test["output_format"] as? String == "text" && test["name_format"] as? String == "text")
      let (score, maximum) = (test["score"] as? Double, test["max_score"] as? Double)
      #expect(try #require(score) <= #require(maximum))
      #expect(test["tags"] is [String])
    }
    #expect((tests[0]["output"] as? String)?.contains("likely @the sign") == true)
    #expect(try object(book.gradescope(book.results[1]))["score"] as? Double == 3)
    #expect(try book.gradescope(book.results[2]) == nil)
    #expect(try book.gradescope(book.results[4]) == nil)
  }

  private let variables = [
    "CLASSROOM": "nets", "ASSIGNMENT": "chapter-4", "OWNER": "ada", "USERNAME": "ada",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d", "ASSIGNMENT_TYPE": "group",
    "COMMIT_URL": "https://example.org/c", "RELEASE_URL": "https://example.org/r", "REVIEW_URL": "",
  ]

  /// result-v1.schema.json in the repository foundation50/classroom50
  @Test func `one submission is a result of Classroom 50's, version 1`() throws {
    let book = try GradebookSamples.book()
    let file = try object(
      book.classroom50(
        book.results[0], variables: variables, now: Date(timeIntervalSince1970: 1_780_324_325)))
    let required = [
      "schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit",
      "release", "review", "datetime", "score", "max-score", "tests",
    ]
    #expect(Set(file.keys) == Set(required + ["graded_at"]))
    #expect(file["schema"] as? String == "classroom50/result/v1")
    for key in required.dropLast(3) { #expect((file[key] as? String)?.isEmpty == false, "\(key)") }
    #expect(["individual", "group"].contains(file["assignment_type"] as? String))
    #expect(file["datetime"] as? String == "2026-06-01T14:32:05Z")
    #expect(file["review"] as? String == "https://example.org/c")
    #expect(file["score"] as? Int == 0 && file["max-score"] as? Int == 3)
    let tests = try #require(file["tests"] as? [Object])
    for test in tests {
      #expect((test["test-name"] as? String)?.isEmpty == false && test["passed"] is Bool)
      #expect(try #require(test["score"] as? Int) <= #require(test["max-score"] as? Int))
    }
    let passed = try object(book.classroom50(book.results[1], variables: variables))
    #expect(passed["score"] as? Int == 3)
    #expect(try book.classroom50(book.results[2], variables: variables) == nil)
  }

  @Test func `a variable that Classroom 50 did not set is named`() throws {
    let book = try GradebookSamples.book()
    var less = variables
    less["CLASSROOM"] = nil
    let error = #expect(throws: SetupError.self) {
      try book.classroom50(book.results[0], variables: less)
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("CLASSROOM is not set"))
  }

  @Test func `annotations stand at the learner's line, and no answer forges one`() throws {
    let text = try GradebookSamples.book().annotations(in: FileManager.default.currentDirectoryPath)
    let lines = text.split(separator: "\n")
    // Two of the hostile one, a fault, a link, an answer that did not end, and one that cannot be read.
    #expect(lines.count == 6)
    for line in lines {
      #expect(
        line.wholeMatch(of: #/::error file=[^:,]+(,line=7)?,title=[^:,]+::.+/#) != nil, "\(line)")
      #expect(!line.contains("##[") && !line.unicodeScalars.contains { $0.value < 32 })
    }
    #expect(lines[0].contains("ada\\u{1B}[2J\\n%3A%3Aerror%3A%3A"))
    #expect(lines[0].contains("Exercises/04-Multiclass/1-LossAtStart.swift,line=7,title=4.1 · "))
    #expect(lines[4].hasPrefix("::error file=class/dora/Exercises/04-Multiclass/2-"))
    #expect(lines[5].hasPrefix("::error file=class/eve,title=not graded::"))
    let escaped = WorkflowCommand.error(
      file: "a,b:c%", line: nil, title: "x\r", message: "100 %: a, b\r\n::error::")
    #expect(escaped == "::error file=a%2Cb%3Ac%25,title=x%0D::100 %25: a, b%0D%0A::error::\n")
  }

  @Test func `a path in the repository is counted from its root`() throws {
    var book = try GradebookSamples.book()
    book.results = [
      Gradebook.SubmissionResult(
        name: "repo", folder: "/somewhere/repo", grades: book.results[0].grades)
    ]
    let lines = book.annotations(in: "/somewhere/repo").split(separator: "\n")
    #expect(lines.allSatisfy { $0.hasPrefix("::error file=Exercises/04-Multiclass/") })
  }
}
