import Foundation
import Testing

@testable import Grader

/// Which answers can be linked with a check that was compiled against another answer.
@Suite struct AnswerInterfaceTests {
  private static let answer = """
    struct Layer: Equatable {
      var weights = [1.0]
      private var steps = 0
      func output(of x: Double) -> Double { weights[0] * x }
    }
    func loss(_ z: Double, scale: Double = 1) -> Double { z * z * scale }
    """

  /// Compiles an answer and returns what a check can depend on.
  private func interface(of answer: String) throws -> AnswerInterface {
    let folder = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let source = folder + "/Answer.swift"
    try Data(answer.utf8).write(to: URL(filePath: source))
    let result = try Compiler().compileAnswer(source, named: [], in: folder)
    guard case .program = result else {
      Issue.record("\(result)")
      throw CocoaError(.featureUnsupported)
    }
    return AnswerInterface(try #require(SymbolGraph.all(in: folder + "/symbols")))
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
    // The order of stored properties, and one that is private, are the layout of the type.
    (
      "  var weights = [1.0]\n  private var steps = 0",
      "  private var steps = 0\n  var weights = [1.0]"
    ),
    ("  private var steps = 0\n", ""), ("private var steps = 0", "private var steps = 0.0"),
    ("var weights = [1.0]", "var weights = [1.0] { didSet { steps += 1 } }"),
    (": Equatable", ""), ("scale: Double = 1", "scale: Double"), ("func loss(", "func losses("),
    ("-> Double { z", "throws -> Double { z"),
  ])
  func `what a check is compiled against is noticed`(old: String, new: String) throws {
    let changed = Self.answer.replacing(old, with: new)
    #expect(changed != Self.answer)
    #expect(try interface(of: changed) != interface(of: Self.answer))
  }
}
