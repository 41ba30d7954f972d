import Testing

@testable import Grader

/// Which line is told of an answer that was stopped.
@Suite struct CallSamplesTests {
  private static let answer = "/build/Answer.swift"

  /// A frame of the answer, with its function's mangled name.
  private static func frame(_ symbol: String, _ line: Int) -> [Backtrace.Frame] {
    [Backtrace.Frame(function: symbol, symbol: symbol, file: answer, line: line)]
  }

  /// What stands at each address: a loop at line 7, the address of a global variable declared at line 5, an
  /// instruction without a line, a helper at line 20, and code of others.
  private static let frames: [UInt64: [Backtrace.Frame]] = [
    7: frame("$s8Exercise4loopyyF", 7),
    5: frame("$s8Exercise3boxSaySiGvau", 5),
    10: frame("$s8Exercise4loopyyF", 0),
    1: frame("$s8Exercise4loopyyF", 1),
    20: frame("$s8Exercise4helpyyF", 20),
    90: [
      Backtrace.Frame(function: "judge", symbol: "judge", file: "/build/Judge.swift", line: 9)
    ],
  ]

  private func line(own: [[UInt64]] = [], inLibrary: [[UInt64]] = []) -> Int? {
    let samples =
      own.map { CallSamples.Sample(isInLibrary: false, calls: $0) }
      + inLibrary.map { CallSamples.Sample(isInLibrary: true, calls: $0) }
    return CallSamples(samples: samples).line(in: Self.answer, frames: Self.frames)
  }

  @Test func `code that the compiler wrote is not told, but what called it`() {
    #expect(line(own: [[5, 7, 90]]) == 7)
  }

  @Test func `an instant without a line says nothing, and not the line of its caller`() {
    #expect(line(own: [[10, 20, 90], [1, 90], [7, 90]]) == 7)
    #expect(line(own: [[10, 20, 90]]) == nil && line(own: [[90]]) == nil && line() == nil)
  }

  @Test func `the innermost call in the answer counts, and the line that is most frequent`() {
    #expect(line(own: [[20, 7, 90], [7, 90], [20, 7, 90]]) == 20)
    #expect(line(own: [[20, 7, 90], [7, 90]]) == 7)
  }

  @Test func `instants in libraries count where there are no others`() {
    #expect(line(own: [[7, 90]], inLibrary: [[20, 90], [20, 90]]) == 7)
    #expect(line(own: [[90]], inLibrary: [[20, 90]]) == 20)
  }
}
