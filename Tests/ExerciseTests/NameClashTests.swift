import Foundation
import Testing

@testable import Grader

/// A check means by each name what the book means, whatever an answer declares.
@Suite struct NameClashTests {
  @Test func `tokens are the code, and what strings interpolate`() {
    let source = """
      let `row` = 0x1p-3 // a comment
      /* one /* two */ one */ print("say \\(z.sum - 1.5) \\"here\\"", #"\\(raw)"#)
      let φ = a•b ≤ c
      """
    let tokens = SwiftTokens.all(in: source)
    #expect(
      tokens.map(\.text) == [
        "let", "row", "=", "0x1p-3", "print", "(", "\"\"", "z", ".", "sum", "-", "1.5", ",", "\"\"",
        ")", "let", "φ", "=", "a", "•", "b", "≤", "c",
      ])
    #expect(tokens.last?.line == 3)
  }

  @Test func `a source that ends in the middle is read to its end`() {
    for source in ["\"\"\"\n", "\"a \\(b", "/* /*", "`", "#\"", "0x", "\\", "\u{FEFF}é"] {
      _ = SwiftTokens.all(in: source)
    }
  }

  @Test func `a long source takes a time that grows with its length`() {
    let clock = ContinuousClock()
    let sources = ["(", "\"\\(", "/*", "#", "a.b+"].map {
      String(repeating: $0, count: 1 << 15)
    }
    let time = clock.measure { for source in sources { _ = SwiftTokens.all(in: source) } }
    #expect(time < .seconds(60))
  }

  private static let solution = "struct Line { var slope = 1 }\nfunc value(_ x: Int) -> Int { x }"
  private static let check =
    "func judge() { let s = z.sum + value(Line().slope); // total\n print(\"mean\") }"

  private func clash(_ names: DeclaredName...) -> String? {
    NameClash(of: names, besides: Self.solution, with: Self.check)?.name
  }

  @Test func `names that the check uses are told`() {
    #expect(clash(DeclaredName("z", line: 3)) == "z")
    #expect(clash(DeclaredName("sum", line: 3, of: "Vector", isAddedToOthers: true)) == "sum")
    #expect(clash(DeclaredName("+", line: 3, isOperator: true)) == "+")
    #expect(clash(DeclaredName("+", line: 3, of: "Line", isOperator: true)) == "+")
    #expect(clash(DeclaredName("init", line: 3, of: "Line", isAddedToOthers: true)) == "Line.init")
    #expect(clash(DeclaredName("subscript", line: 3, of: "Array", isAddedToOthers: true)) != nil)
    #expect(clash(DeclaredName("judge", line: 3)) == "judge")
  }

  @Test func `all other names are the answer's own affair`() {
    #expect(clash(DeclaredName("total", line: 3), DeclaredName("mean", line: 4)) == nil)
    #expect(clash(DeclaredName("value", line: 3), DeclaredName("Line", line: 1)) == nil)
    #expect(clash(DeclaredName("slope", line: 1, of: "Line")) == nil)
    // The check has it behind a point, where no function at the top of a file is looked for.
    #expect(clash(DeclaredName("sum", line: 3)) == nil)
    #expect(clash(DeclaredName("sum", line: 1, of: "Counter")) == nil)
    #expect(clash(DeclaredName("+", line: 1, of: "Counter", isOperator: true)) == nil)
    #expect(clash(DeclaredName("init", line: 3, of: "Vector", isAddedToOthers: true)) == nil)
  }

  @Test func `words that no answer may have are found in code alone`() {
    #expect(RefusedWord(in: "\n@testable import Grading")?.line == 2)
    #expect(RefusedWord(in: "let r = /\"\"\"/\n@ testable import Grading")?.line == 2)
    #expect(RefusedWord(in: "#sourceLocation(file: \"a\", line: 1)") != nil)
    #expect(RefusedWord(in: String(repeating: "// more\n", count: 5_000)) != nil)
    #expect(RefusedWord(in: "// @testable\nlet s = \"@testable\"; let testable = 1") == nil)
  }

  @Test func `an operator that the check compares with cannot be named otherwise`() throws {
    let exercise = try #require(Shared.exercises.first { $0.name == "2.5" })
    let answer = exercise.template.solution.replacing(
      "  var bias: Vector<Scalar>  // [outputs]\n}",
      with: "  var bias: Vector<Scalar>  // [outputs]\n"
        + "  static func == (a: Self, b: Self) -> Bool { true }\n}")
    let verdict = try Shared.grader().verdict(on: exercise, answer: answer, named: "a.swift")
    #expect(verdict.state == .didNotCompile && verdict.message.contains("called == too"))
    #expect(verdict.cause == "the check compares with it: leave it as the compiler makes it")
  }

  @Test(arguments: [
    ("extension Vector { var sum: Scalar { elements.dropFirst().reduce(0, +) } }", "sum"),
    ("extension Vector where Scalar == Double { var sum: Double { 0 } }", "sum"),
    ("func abs(_ x: Double) -> Double { 0 }", "abs"),
  ])
  func `an answer cannot change the truth of its check`(helper: String, name: String) throws {
    let exercise = try #require(Shared.exercises.first { $0.name == "4.4" })
    let root = try Catalogue().root
    let judge = try String(contentsOfFile: "\(root)/\(exercise.judgePath)", encoding: .utf8)
    let answer = exercise.template.solution + "\n" + helper + "\n"
    let verdict = try Shared.grader().verdict(on: exercise, answer: answer, named: "a.swift")
    if SwiftTokens.words(in: judge).contains(name) {
      #expect(verdict.state == .didNotCompile && verdict.message.contains("called \(name) too"))
      let lines = answer.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(verdict.line == lines.count - 1)
      let hidden = answer.replacing(helper, with: "private " + helper)
      let other = try Shared.grader().verdict(on: exercise, answer: hidden, named: "a.swift")
      #expect(other.state == .pass)
    } else {
      #expect(verdict.state == .pass)
    }
  }
}

extension DeclaredName {
  fileprivate init(
    _ name: String, line: Int, of type: String? = nil, isAddedToOthers: Bool = false,
    isOperator: Bool = false
  ) {
    self.init(
      name: name, line: line, type: type, isAddedToOthers: isAddedToOthers, isOperator: isOperator)
  }
}
