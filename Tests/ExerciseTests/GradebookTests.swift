import Foundation
import Testing

@testable import Grader

/// What a class handed in, graded.
@Suite(.serialized) struct GradebookTests {
  /// Grades submissions, each a list of paths and texts.
  private func gradebook(
    _ submissions: [(String, [(path: String, text: String)])],
    preparing prepare: (String) throws -> Void = { _ in }
  ) throws -> Gradebook {
    let folder = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, files) in submissions {
      for (path, text) in files {
        let place = URL(filePath: "\(folder)/\(name)/\(path)")
        try FileManager.default.createDirectory(
          at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: place)
      }
    }
    try prepare(folder)
    return Gradebook(
      of: try Submission.all(in: folder), on: [try exercise], by: try Shared.grader(), width: 2
    ) { _ in }
  }

  private var exercise: Exercise {
    get throws { try #require(Shared.exercises.first { $0.name == "4.1" }) }
  }

  @Test func `clones and folders of chapters are read, each gets its verdicts`() throws {
    let one = try exercise
    let book = try gradebook([
      ("ada", [(one.path, one.template.solution)]),
      ("=bob", [("\(one.stem).swift", one.mistakes[0].answer)]),
      ("carl", [("README.md", "later")]),
    ])
    #expect(book.results.map(\.name) == ["=bob", "ada", "carl"])
    #expect(book.results.map(\.verdicts.first?.state) == [.fail, .pass, .notAttempted])
    #expect(book.results.allSatisfy { $0.changes.isEmpty && $0.faults.isEmpty })

    let rows = book.csv.components(separatedBy: "\r\n")
    #expect(rows[1].hasPrefix("'=bob,4.1,\(one.title),1,fail,0.667,"))
    #expect(rows[2].hasPrefix("ada,4.1,\(one.title),1,pass,1,"))
    let object = try JSONSerialization.jsonObject(with: book.json()) as? [String: Any]
    let submissions = try #require(object?["submissions"] as? [[String: Any]])
    #expect(submissions.compactMap { $0["status"] as? String } == ["fail", "pass", "fail"])
    #expect(submissions[0]["version"] as? Int == 3)
    #expect(book.junit.contains("tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\""))
  }

  @Test func `judges of their own are not used, and told`() throws {
    let one = try exercise
    let judge = "func judge(_ exam: inout Exam) throws {}"
    let statement = one.mistakes[0].answer.replacing("Write each", with: "Leave each")
    let book = try gradebook([
      ("ada", [(one.judgePath, judge), (one.path, statement)])
    ])
    #expect(book.results[0].verdicts[0].state == .fail)
    #expect(
      book.results[0].changes == [
        one.judgePath, "the statement in \(one.path)",
      ])
  }

  @Test func `links, pipes and folders in place of a file are refused`() throws {
    let one = try exercise
    let names = ["far", "folder", "link", "pipe"]
    let book = try gradebook([]) { root in
      for name in names {
        let place = "\(root)/\(name)/\(one.path)"
        let parent = URL(filePath: place).deletingLastPathComponent()
        let files = FileManager.default
        try files.createDirectory(
          at: name == "far" ? parent.deletingLastPathComponent() : parent,
          withIntermediateDirectories: true)
        switch name {
        case "far": try files.createSymbolicLink(atPath: parent.path, withDestinationPath: "/etc")
        case "folder": try files.createDirectory(atPath: place, withIntermediateDirectories: false)
        case "link": try files.createSymbolicLink(atPath: place, withDestinationPath: "/etc/passwd")
        default: #expect(mkfifo(place, 0o600) == 0)
        }
        try Data("later\n".utf8).write(to: URL(filePath: "\(root)/\(name)/README.md"))
      }
    }
    #expect(book.results.map(\.name) == names)
    #expect(book.results.map(\.verdicts.count) == [1, 1, 1, 1])
    #expect(book.results.allSatisfy { $0.verdicts.first?.state == .notAttempted })
    #expect(book.results.allSatisfy { $0.unreadable.count == 1 && $0.faults.isEmpty })
    #expect(book.results.allSatisfy { $0.verdicts.first?.message.contains(one.fileName) == true })
  }
}
