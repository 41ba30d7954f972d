import Foundation
import Testing
import Workbook

@testable import Grader

/// Solutions made wrong by rules, and the exams that must notice.
@Suite(.serialized) struct StressTests {
  private func mutants(_ body: String) throws -> [SolutionMutant] {
    let source = "func f(_ x: [Int], _ y: [Int]) -> Int {\n//#-answer\n\(body)\n//#-end\n}\n"
    return SolutionMutants.all(of: try Template(source, file: ""))
  }

  private func changes(_ body: String) throws -> Set<String> {
    Set(try mutants(body).map { "\($0.old) → \($0.new)" })
  }

  @Test func `rules make the mistakes that people make`() throws {
    let made = try changes("return x.count < 3 ? x[0] - y.count * 2 : g(a, label: b)")
    for change in [
      "count → count.firstSeen()", "< → <=", "< → >", "3 → 4", "3 → 2", "0 → 1", "- → +",
      "* → /", "* 2 → ", "a, label: b →  b, label:a",
    ] {
      #expect(made.contains(change), "\(change) of \(made)")
    }
  }

  @Test func `lines are left out and repeated, and conditions fixed`() throws {
    let made = try changes("for i in x where i > 0 {\n  sum += i\n}\nreturn sum")
    #expect(made.contains("  sum += i → "))
    #expect(made.contains("  sum += i →   sum += i\n  sum += i"))
    #expect(made.contains(" i > 0  →  true ") && made.contains(" i > 0  →  false "))
  }

  @Test func `what changes nothing is not tried`() throws {
    let made = try changes(
      "guard a > 0 else { return 0 }\nlet list = [2, 1, 1]\nreturn a * b + c ⊙ d - e / f")
    // Spaces; to leave twice; sums and products the other way round.
    #expect(!made.contains("2, 1, 1 → 2, 1, 1"))
    #expect(made.contains("2, 1, 1 →  1,2, 1"), "\(made)")
    #expect(!made.contains { $0.hasPrefix("guard a > 0 else { return 0 } → guard") })
    #expect(!made.contains("a * b → b*a") && !made.contains("a * b →  b*a "))
    #expect(made.contains { $0.hasPrefix("e / f →") && $0.contains("/e") }, "\(made)")
  }

  @Test func `no mutant is the solution, or the same as another`() throws {
    let exercise = try #require(Shared.exercises.first { $0.name == "4.4" })
    let mutants = SolutionMutants.all(of: exercise.template)
    #expect(mutants.count > 30)
    #expect(Set(mutants.map(\.answer)).count == mutants.count)
    let solution = exercise.template.solution
    #expect(mutants.allSatisfy { !$0.answer.hasPrefix(solution) })
  }

  @Test func `a judge that asks nothing lets all pass, and that is told with file and line`() throws
  {
    let root = try Shared.folder()
    defer { try? FileManager.default.removeItem(atPath: root) }
    let exercise = try #require(Shared.exercises.first { $0.name == "4.4" })
    let judge = "import Grading\nfunc judge(_ exam: inout Exam) throws { exam.part(\"none\") }\n"
    for name in [exercise.solutionPath, exercise.judgePath, exercise.notesPath] {
      let text = try String(contentsOfFile: "\(BundledData.packageRoot)/\(name)", encoding: .utf8)
      let place = URL(filePath: "\(root)/\(name)")
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data((name == exercise.judgePath ? judge : text).utf8).write(to: place)
    }
    let catalogue = try Catalogue(root: root)
    let test = try StressTest(
      of: try #require(catalogue.exercises.first), by: try Grader(catalogue), limit: 6, width: 2)
    #expect(test.judged > 0 && test.survivors.count + test.equivalent == test.judged)
    #expect(test.survivors.allSatisfy { $0.file == exercise.solutionPath && $0.line > 20 })
  }

  @Test func `an exam that is hard to fool lets none pass`() throws {
    let exercise = try #require(Shared.exercises.first { $0.name == "4.4" })
    let test = try StressTest(of: exercise, by: try Shared.grader(), limit: 12, width: 2)
    #expect(test.judged > 3 && test.survivors == [])
  }
}
