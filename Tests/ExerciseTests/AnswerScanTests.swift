import Foundation
import Testing

@testable import Grader

/// What is seen in the text of an answer, and what is not taken for more than it is.
@Suite struct AnswerScanTests {
  private func words(_ source: String) -> [String] { AnswerScan(source).findings.map(\.words) }

  @Test func `an honest answer has nothing to tell`() {
    let source = """
      import Foundation
      import Grading
      import Workbook
      import struct Foundation.Date
      @inlinable func half(_ examined: Double) -> Double { examined / 2 / 1 }
      extension Vector { var total: Scalar { elements.reduce(0, +) } }
      struct Examination { let judges = 3, Grade = 1 }
      let text = "@testable import Grading, \\(half(2)) @_cdecl"
      // @testable import Grading
      /* @_cdecl("x") /* nested */ extension Exam */
      """
    #expect(words(source) == [])
  }

  @Test func `what reaches for memory is told with its line`() {
    let source = """
      nonisolated(unsafe) var calls = 0
      x.withUnsafeBufferPointer { UnsafeMutablePointer(mutating: $0.baseAddress!) }
      let safe = unsafeBitCast(x, to: Int.self)
      """
    #expect(
      words(source) == [
        "line 2: UnsafeMutablePointer", "line 2: withUnsafeBufferPointer", "line 3: unsafeBitCast",
      ])
  }

  @Test func `each kind is told with its line`() {
    let source = """
      @testable import Grading
      import Metal
      @_silgen_name("fork") func fork() -> Int32
      @section("x") nonisolated(unsafe) var a = 1
      enum Grading {}
      func judge() {}
      extension Exam {}
      extension Grading.Gradable {}
      #sourceLocation(file: "other.swift", line: 1)
      typealias Workbook = Int
      """
    #expect(
      words(source) == [
        "line 1: @testable", "line 2: import Metal", "line 3: @_silgen_name", "line 4: @section",
        "line 5: enum Grading", "line 6: func judge", "line 7: extension Exam",
        "line 8: extension Gradable", "line 9: #sourceLocation", "line 10: typealias Workbook",
      ])
    #expect(AnswerScan(source).findings[0].kind == .testableImport)
  }

  @Test(arguments: [
    "@ /* so */ testable import Grading",
    "let a = \"\\\"\"; @testable import Grading",
    "let a = \"/*\"; @testable import Grading; let b = \"*/\"",
    "let a = #\"\"\"#; @testable import Grading",
    "let a = \"\\(\"\\(1)\")\"; @testable import Grading",
    "let a = /\"/; @testable import Grading // \"",
    "let a = #//*/#; @testable import Grading // */",
    "let a = 4 /2; @testable import Grading; let b = 1 /2",
    "/* /* */ */ @testable import Grading",
    "let a = \"unended\n@testable import Grading",
    "let a = \"\\({ @testable import Grading }())\"",
    "let a = \"\"\"\n  \"\n  \"\"\"; @testable import Grading",
    "import `Grading`; @testable import Grading",
  ])
  func `quotations, comments and regular expressions hide nothing`(source: String) {
    #expect(AnswerScan(source).findings.contains { $0.kind == .testableImport })
  }

  @Test(arguments: [
    "\"\"\"\n@testable\n\"\"\"", "#\"\\(@testable \" @testable\"#", "\"a\\\"@testable\"",
    "/* @testable", "\"@testable", "`@testable`",
  ])
  func `what stands in them is not told`(source: String) {
    #expect(words(source) == [])
  }

  @Test(arguments: [
    "@", "#", "\"", "\\(", "/", "#/", "#/ ", "`", "/*", "import ", "\"\\(", "extension ", "(",
    "\n/", "=/\\",
  ])
  func `what is read takes a time in proportion to its length`(piece: String) {
    // Of this thread alone: a machine that does other things changes little of it.
    func processorTime() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
    func time(_ count: Int) -> Double {
      let source = String(repeating: piece, count: count / piece.utf8.count)
      let start = processorTime()
      _ = AnswerTokens(source)
      return processorTime() - start
    }
    // 64 times as long takes 64 times as long, not 4,096 times.
    #expect(time(1 << 17) < (time(1 << 11) + 1e-4) * 800)
  }

  @Test func `of a file without end the beginning is looked at, and that is told`() {
    let long = "@testable import Grading\n" + String(repeating: "// more\n", count: 1 << 17)
    #expect(words(long) == ["line 1: longer than 32768 bytes", "line 1: @testable"])
  }
}
