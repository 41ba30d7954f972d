import Foundation
import Testing
import Workbook

@testable import Grader

/// The check of the grader's own material notices each way in which it can be wrong.
@Suite(.serialized) struct GraderSelfTestTests {
  private static let stem = "04-Multiclass/1-LossAtStart"
  private static let mistakes =
    Shared.exercises.first { $0.name == "4.1" }?.mistakes.count ?? 0

  /// Copies exercise 4.1 into a package of its own, changes a file of it, and runs the self-test on it.
  private func selfTest(
    part: Part? = nil, changing file: String = "", _ change: (String) -> String = { $0 }
  ) throws -> GraderSelfTest {
    let root = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: root) }
    let exercise = try #require(Shared.exercises.first { $0.name == "4.1" })
    for name in [
      exercise.solutionPath, exercise.judgePath, exercise.notesPath,
    ] {
      try write(
        try String(contentsOfFile: "\(BundledData.packageRoot)/\(name)", encoding: .utf8),
        to: "\(root)/\(name)")
    }
    try write(exercise.template.stub, to: "\(root)/\(exercise.path)")
    if !file.isEmpty {
      let text = try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
      #expect(change(text) != text)
      try write(change(text), to: "\(root)/\(file)")
    }
    let catalogue = try Catalogue(root: root)
    return try GraderSelfTest(
      of: catalogue.exercises, by: try Grader(catalogue), seeds: [1, 2], width: 2, part: part)
  }

  private func write(_ text: String, to path: String) throws {
    let place = URL(filePath: path)
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place)
  }

  @Test func `all is well as it is`() throws {
    let selfTest = try selfTest()
    #expect(selfTest.problems == [] && selfTest.mutantResults.count == Self.mistakes)
    #expect(selfTest.mutantResults.filter { !$0.isRight }.isEmpty)
  }

  @Test func `of a part the solution is looked at, and of the other answers these`() throws {
    let exercise = try #require(Shared.exercises.first { $0.name == "4.1" })
    // Each right answer is refused, the solution and the others.
    let parts = try ["1/7", "7/7"].map { part in
      try selfTest(part: Part(part), changing: "Judges/\(Self.stem)/Judge.swift") {
        $0.replacing("Double.log(classes), 0.006)", with: "Double.log(classes) + 1, 0.006)")
      }
    }
    for part in parts {
      #expect(part.problems.contains { $0.problem.hasPrefix("the solution gets fail") })
      #expect(part.mutantResults.count < exercise.mistakes.count)
    }
    let names = parts.map { Set($0.mutantResults.map(\.mistake.name)) }
    #expect(names[0].isDisjoint(with: names[1]) && !names[0].union(names[1]).isEmpty)
  }

  @Test func `every element is in one part`() {
    let parts = (1...7).compactMap { Part("\($0)/7") }.map { $0.chosen(from: Array(0..<40)) }
    #expect(parts.count == 7 && parts.flatMap { $0 }.sorted() == Array(0..<40))
    #expect(Part("2/5")?.chosen(from: Array(1...10)) == [2, 7])
  }

  @Test(arguments: ["", "1", "0/3", "4/3", "1/0", "/3", "1/", "1/2/3", "a/b", "-1/3"])
  func `what is no part is refused`(text: String) { #expect(Part(text) == nil) }

  @Test func `a judge that asks nothing lets every wrong answer and the stub pass`() throws {
    let selfTest = try selfTest(changing: "Judges/\(Self.stem)/Judge.swift") { _ in
      "import Grading\nfunc judge(_ exam: inout Exam) throws {}"
    }
    #expect(selfTest.problems.count == Self.mistakes + 1)
    #expect(selfTest.mutantResults.allSatisfy { !$0.isRight })
  }

  @Test func `a solution that is wrong does not pass`() throws {
    let selfTest = try selfTest(changing: "Judges/\(Self.stem)/Judge.swift") {
      $0.replacing("Double.log(classes), 0.006)", with: "Double.log(classes) + 1, 0.006)")
    }
    #expect(selfTest.problems.contains { $0.problem.hasPrefix("the solution gets fail") })
  }

  @Test func `a right answer that is refused is told at its line`() throws {
    let selfTest = try selfTest(changing: "Judges/\(Self.stem)/Notes.md") {
      $0 + "\n## Right: not at all\n\n```swift\nlet lossFor10Classes = 3.0\n```\n"
    }
    #expect(selfTest.problems.map(\.file) == ["Judges/\(Self.stem)/Notes.md"])
    #expect(selfTest.problems.first?.problem.contains("“not at all” is right, and gets") == true)
  }

  @Test func `a diagnosis that is not given is told at its line`() throws {
    let selfTest = try selfTest(changing: "Judges/\(Self.stem)/Notes.md") {
      $0.replacing("> base 10", with: "> base 12")
    }
    #expect(selfTest.problems.map(\.file) == ["Judges/\(Self.stem)/Notes.md"])
    #expect(selfTest.problems.first?.problem.contains("must get fail: base 12") == true)
  }

  @Test func `a file that is not the stub of its solution is told`() throws {
    let selfTest = try selfTest(changing: "Exercises/\(Self.stem).swift") { $0 + "// more\n" }
    #expect(selfTest.problems.map(\.file) == ["Exercises/\(Self.stem).swift"])
  }

  @Test func `a solution in a hint is told`() throws {
    let selfTest = try selfTest(changing: "Judges/\(Self.stem)/Notes.md") {
      $0.replacing("## Hint 2\n", with: "## Hint 2\n\nlet lossFor10Classes = 2.3026\n")
    }
    #expect(selfTest.problems.map(\.problem) == ["these lines are in the solution of 4.1"])
  }
}
