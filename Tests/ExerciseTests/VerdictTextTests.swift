import Testing
import Workbook

@testable import Grader

/// What a learner reads of a verdict.
struct VerdictTextTests {
  @Test(arguments: [
    (20, "    | line 20\n"), (21, "    | … and 1 more line\n"), (22, "    | … and 2 more lines\n"),
  ])
  func `of what a program printed, 20 lines are shown, and the others counted`(
    count: Int, end: String
  ) throws {
    let exercise = try #require(Shared.exercises.first { $0.name == "4.1" })
    var verdict = Verdict(.fail, file: exercise.path, message: "it is wrong")
    verdict.output = (1...count).map { "line \($0)" }.joined(separator: "\n")
    let text = verdict.text(
      on: exercise, style: TerminalStyle(width: 80, hasColour: false, hasUnicode: true))
    #expect(text.hasSuffix(end))
  }

  @Test func `a decimal is told as the fraction that it is`() {
    func words(_ line: String) -> String? { DecimalFraction(in: line)?.words }
    #expect(words("  4.25") == "17 / 4, not 4.25" && words("-0.5 + x") == "1 / 2, not 0.5")
    #expect(words("17.0 / 4") == "17, not 17.0" && words("a[1].b0 + 0.10") == "1 / 10, not 0.10")
    #expect(words("17 / 4") == nil && words("x.y") == nil && words("1..<2") == nil)
    #expect(words("0.1234567890123456789") == nil)
  }
}
