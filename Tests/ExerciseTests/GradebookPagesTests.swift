import Foundation
import Testing

@testable import Grader

/// Pages for pupils and their teacher.
struct GradebookPagesTests {
  @Test func `each pupil has a page with verdicts, points and hints`() throws {
    let pages = try GradebookSamples.book().pages
    #expect(
      pages.map(\.name) == ["README.md", pages[1].name, "bob-b.md", "carl.md", "dora.md", "eve.md"])
    #expect(pages[1].text.contains("| fail | 0 of 1 | 2 of 4 |"))
    #expect(pages[1].text.contains("| crashed | 0 of 2 | 0 of 4 |"))
    #expect(pages[1].text.contains("> ` changed: Judges/x.swift `"))
    #expect(pages[1].text.contains("```text\nExercises/04-Multiclass/1-LossAtStart.swift:7: row 1"))
    #expect(pages[1].text.contains("Parts that pass: ` one column `, ` +ties `."))
    #expect(pages[2].text.contains("**3 of 3 points**") && pages[2].text.contains("not known |"))
    #expect(pages[3].text.contains("| not graded |  |"))
    #expect(pages[5].text.contains("> ` it is a link; a folder is expected `"))
  }

  @Test func `where one point is all there is, it is no plural`() throws {
    let exercise = try GradebookSamples.exercises()[0]
    var book = Gradebook(on: [exercise], of: try Catalogue())
    let grade = Gradebook.Grade(verdict: GradebookSamples.verdict(.fail, of: exercise))
    book.results = [Gradebook.SubmissionResult(name: "ada", folder: "ada", grades: [grade])]
    #expect(book.pages[1].text.contains("**0 of 1 point**"))
  }

  @Test func `what strangers wrote is shown as it is, and is no Markdown`() throws {
    let pages = try GradebookSamples.book().pages
    for page in pages {
      let signs = page.name.unicodeScalars + page.text.unicodeScalars
      #expect(
        !signs.contains { $0.value < 32 && $0 != "\n" || $0 == "\u{202E}" || $0 == "\u{200B}" })
    }
    #expect(pages[1].name.wholeMatch(of: #/[\w-]+\.md/#) != nil)
    let name = "`` =ada\\u{1B}[2J\\n::error::\\u{202E}<&>\"|`\\u{200B} ``"
    #expect(pages[1].text.hasPrefix("# \(name)\n"))
    #expect(pages[0].text.contains("| [\(name.replacing("|", with: "\\|"))]("))
  }

  @Test func `no page takes another's place`() throws {
    var book = try GradebookSamples.book()
    let names = ["a b", "a-b", "A.b", "ａ-b", "readme", "README", "é", "e\u{301}", "..", "-", "日本"]
    book.results = names.map { Gradebook.SubmissionResult(name: $0, folder: $0, problem: "x") }
    let pages = book.pages.map(\.name)
    #expect(Set(pages.map { $0.lowercased() }).count == names.count + 1)
    #expect(pages.allSatisfy { !$0.contains("/") && !$0.hasPrefix(".") && $0.utf8.count < 256 })
  }

  @Test func `statistics count what was graded, and name what went wrong`() throws {
    var book = try GradebookSamples.book()
    let exercises = try GradebookSamples.exercises()
    let known = exercises[1].mistakes[0]
    var verdict = Verdict(known.state, file: "x")
    verdict.message = "it says \(known.diagnosis) of course"
    book.results.append(
      Gradebook.SubmissionResult(
        name: "fritz", folder: "fritz",
        grades: [
          Gradebook.Grade(verdict: Verdict(.notAttempted, file: "x")),
          Gradebook.Grade(verdict: verdict),
        ], hints: [0, 3]))
    let statistics = book.statistics
    #expect(statistics.map(\.graded) == [5, 4] && statistics.map(\.passes) == [2, 1])
    #expect(statistics[0].verdicts == ["pass": 2, "fail": 1, "not attempted": 2])
    #expect(statistics.map(\.readHints) == [1, 1])
    #expect(statistics[0].mistakes == [.init(name: "@the sign", count: 1)])
    #expect(
      statistics[1].mistakes == [
        .init(name: "@the sign", count: 2), .init(name: known.name, count: 1),
      ])
    let page = try #require(book.pages.first).text
    #expect(page.contains("| 5 | 2 | 40 % | 2 | 1 |"))
    #expect(page.contains("- 2 × ` @the sign `\n"))
  }
}
