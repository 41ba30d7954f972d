import Foundation
import Testing

@testable import Grader

/// Which answers can be linked with a check that was compiled against another answer.
@Suite struct AnswerInterfaceTests {
  private static let answer = """
    struct Layer: Equatable {
      var weights = [1.0]
      var steps = 0
      func output(of x: Double) -> Double { weights[0] * x }
    }
    func loss(_ z: Double, scale: Double = 1) -> Double { z * z * scale }
    """

  /// Compiles an answer and returns what a check can depend on.
  private func interface(of answer: String) throws -> AnswerInterface {
    AnswerInterface(try graphs(of: answer))
  }

  private func graphs(of answer: String) throws -> [SymbolGraph] {
    let folder = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let source = folder + "/Answer.swift"
    try Data(answer.utf8).write(to: URL(filePath: source))
    let result = try Compiler().compileAnswer(source, named: [], in: folder)
    guard case .program = result else {
      Issue.record("\(result)")
      throw CocoaError(.featureUnsupported)
    }
    return try #require(SymbolGraph.all(in: folder + "/symbols"))
  }

  @Test(arguments: [
    ("z * z * scale", "scale * z * z + 0"), ("weights[0] * x", "x"),
    ("struct Layer", "\n// A layer.\nstruct Layer"),
  ])
  func `what a body says changes nothing`(old: String, new: String) throws {
    let changed = Self.answer.replacing(old, with: new)
    #expect(changed != Self.answer)
    #expect(try interface(of: changed) == interface(of: Self.answer))
  }

  @Test(arguments: [
    // The order of stored properties is the layout of the type.
    (
      "  var weights = [1.0]\n  var steps = 0",
      "  var steps = 0\n  var weights = [1.0]"
    ),
    ("  var steps = 0\n", ""), ("var steps = 0", "var steps = 0.0"),
    ("var weights = [1.0]", "var weights = [1.0] { didSet { steps += 1 } }"),
    (": Equatable", ""), ("scale: Double = 1", "scale: Double"), ("func loss(", "func losses("),
    ("-> Double { z", "throws -> Double { z"),
    ("x }\n}", "x }\n  enum Kind { case dense, wide }\n}"),
  ])
  func `what a check is compiled against is noticed`(old: String, new: String) throws {
    let changed = Self.answer.replacing(old, with: new)
    #expect(changed != Self.answer)
    #expect(try interface(of: changed) != interface(of: Self.answer))
  }

  @Test(arguments: [
    "import Foundation\n" + answer, answer + "\nfunc one() -> some Equatable { 1 }",
    "infix operator <>\n" + answer, answer + "\nprivate func two() {}",
  ])
  func `what a graph does not show is looked for in the text`(other: String) throws {
    let exercise = try #require(Shared.exercises.first { $0.name == "4.1" })
    let exam = try Shared.grader().preparedExam(of: exercise)
    defer { exam.clear() }
    let solution = exercise.template.solution
    let known = try #require(exam.base.symbolGraphs)
    #expect(exam.serves(solution, known))
    #expect(!exam.serves(solution + other.replacing(Self.answer, with: ""), known))
  }

  @Test(arguments: ["4.1", "4.2"])
  func `linked with a compiled check, an answer gets the verdict that it gets without`(
    name: String
  ) throws {
    let exercise = try #require(Shared.exercises.first { $0.name == name })
    let grader = try Shared.grader()
    let exam = try grader.preparedExam(of: exercise)
    defer { exam.clear() }
    let answers =
      [exercise.template.solution, exercise.template.stub]
      + exercise.mistakes.prefix(3).map(\.answer)
    for answer in answers {
      let (one, other) = (
        try grader.examine(answer, of: exercise, named: "a.swift", seeds: [1]),
        try grader.examine(answer, of: exercise, named: "a.swift", seeds: [1], with: exam)
      )
      #expect(one.state == other.state && one.words == other.words && one.line == other.line)
    }
  }

  @Test func `what is private, and its members, are no names that others see`() throws {
    let graphs = try graphs(
      of: """
        struct Network {}
        extension Network {
          private struct Step: Equatable {
            static func == (a: Step, b: Step) -> Bool { true }
            func take() {}
          }
          func open() {}
        }
        fileprivate func hidden() {}
        """)
    #expect(Set(DeclaredName.all(in: graphs).map(\.name)) == ["Network", "init", "open"])
  }
}
