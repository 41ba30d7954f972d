import Foundation
import Testing

@testable import Grader

/// Files with several answers: each is judged beside the solution's others.
@Suite(.serialized) struct AnswerPartsTests {
  private static let solution = """
    import Grading

    /*:
     # 1.2 · Twice and thrice ★★

     *Implement.* Double a number, and more.
     */

    let two =
      //#-answer
      2
      //#-end

    struct Number {
      var n = 0
      func thrice() -> Int {
        let here = { $0 + 0 }
        return here(
        //#-answer
        n + n
          + n
        //#-end
        )
      }
    }
    //#-answer
    func four() -> Int { 4 }
    //#-end
    """

  @Test func `declarations are those that hold the answers`() throws {
    let template = try Template(Self.solution, file: "")
    #expect(template.asked.map(\.name) == ["two", "thrice", "four"])
    #expect(template.asked.map { $0.line(in: template.solution) } == [9, 14, 22])
    #expect(template.answerLines == [10, 17, 22])
    #expect((1...22).map(template.sourceLine).suffix(6) == [20, 21, 23, 24, 25, 27])
  }

  @Test func `answers are what stands between the parts that stay`() throws {
    let template = try Template(Self.solution, file: "")
    #expect(template.answers(in: template.solution) == template.answers)
    let others = ["  1\n\n  + 1", "    3 * n", "func four() -> Int {\n  5\n}"]
    let text = template.replacing(others)
    #expect(template.answers(in: text) == others)
    #expect(template.firstLine(of: 1, in: others) == 19)
    #expect(template.asked[1].line(in: text) == 16)
    #expect(template.answers(in: text.replacing("var n = 0", with: "var n = 1")) == nil)
    #expect(template.answers(in: "// mine\n" + text) == nil)
    #expect(template.answers(in: "") == nil)
  }

  @Test func `only what was not touched is open`() throws {
    let template = try Template(Self.solution, file: "")
    let answers = try #require(template.answers(in: template.stub))
    #expect(answers.indices.allSatisfy { template.isOpen(answers[$0], $0) })
    #expect(!template.isOpen(template.answers[1], 1))
  }

  /// Exercise 2.5 has two answers: a bug to find, and a check to write.
  private func verdict(_ first: Int?, _ second: Int?) throws -> (Verdict, Exercise) {
    let exercise = try #require(Shared.exercises.first { $0.name == "2.5" })
    let template = exercise.template
    let stubs = try #require(template.answers(in: template.stub))
    // 1: right; 0: wrong; nil: as it was.
    let wrong = [
      template.answers[0].replacing("2 * n)", with: "n)"),
      "  print(\"seen\")\n" + template.answers[1] + "\n  && false",
    ]
    let answers = zip([first, second], 0...).map { choice, index in
      choice.map { $0 == 1 ? template.answers[index] : wrong[index] } ?? stubs[index]
    }
    let verdict = try Shared.grader().verdict(
      on: exercise, answer: template.replacing(answers), named: "a.swift")
    return (verdict, exercise)
  }

  @Test func `a right answer is told as right although another is open`() throws {
    let (verdict, exercise) = try verdict(1, nil)
    #expect(verdict.state == .notAttempted)
    #expect(verdict.parts.map(\.name) == ["lossAndGradients", "staysWhenRepeated"])
    #expect(verdict.parts.map(\.state) == [.pass, .notAttempted])
    #expect(Points.points(for: verdict, of: exercise) == Double(exercise.stars) / 2)
  }

  @Test func `a wrong answer is told as wrong although one before it is open`() throws {
    let (verdict, exercise) = try verdict(nil, 0)
    #expect(verdict.parts.map(\.state) == [.notAttempted, .fail])
    #expect(verdict.state == .fail && verdict.line == verdict.parts[1].line)
    #expect(Points.points(for: verdict, of: exercise) == 0)
    // It ran beside the solution's other answer, and could print it.
    #expect(verdict.output == "")
  }

  @Test func `the declaration that is wrong is told, and the points of the other are given`() throws
  {
    let (verdict, exercise) = try verdict(1, 0)
    #expect(verdict.state == .fail && verdict.line == verdict.parts[1].line)
    #expect(verdict.parts.map(\.state) == [.pass, .fail])
    #expect(verdict.output.contains("seen"))
    #expect(Points.points(for: verdict, of: exercise) == Double(exercise.stars) / 2)
    let (whole, _) = try self.verdict(1, 1)
    #expect(whole.state == .pass && whole.parts.map(\.state) == [.pass, .pass])
    #expect(Points.points(for: whole, of: exercise) == Double(exercise.stars))
  }
}
