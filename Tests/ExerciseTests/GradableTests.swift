import Testing
import Workbook

@testable import Grading

/// What an exam says of values that differ.
@Suite struct GradableTests {
  private func words<Value: Gradable>(
    _ received: Value, _ expected: Value, _ tolerance: Tolerance = .exactly
  ) -> String? {
    received.difference(from: expected, within: tolerance)?.sentence(about: "x")
  }

  @Test func `equal values have no difference`() {
    #expect(words(1.5, 1.5) == nil && words(7, 7) == nil && words("a", "a") == nil)
    #expect(words(Double.nan, .nan) == nil && words(Double.infinity, .infinity) == nil)
    #expect(words([1, 2] as Vector<Float>, [1, 2]) == nil)
    #expect(words(Rational(1) / 3, Rational(1) / 3) == nil && words(nil as Int?, nil) == nil)
  }

  @Test func `shapes come first, both of them`() {
    let a = Matrix<Double>(rows: 3, columns: 2, repeating: 0)
    let b = Matrix<Double>(rows: 2, columns: 3, repeating: 0)
    #expect(words(a, b) == "the shape of x is [3, 2] and should be [2, 3]")
    #expect(a.difference(from: b, within: .exactly)?.cause == "rows and columns are exchanged")
  }

  @Test func `the first wrong entry is told, and how many are wrong`() {
    let a: Matrix<Double> = [[1, 2, 3], [4, 5, 7]]
    let b: Matrix<Double> = [[1, 2, 4], [4, 5, 6]]
    #expect(words(a, b) == "x[0, 2] is 3 and should be 4; 2 of 6 entries are wrong")
  }

  @Test func `NaN and infinity never pass for a number`() {
    #expect(words(Double.nan, 1, .absolute(1e9)) == "x is NaN and should be 1")
    #expect(words(Double.infinity, 1, .absolute(.infinity)) == nil)
    #expect(words(-Double.infinity, .infinity, .relative(1)) == "x is −∞ and should be ∞")
  }

  @Test func `a tolerance is a part of the largest entry, or a difference`() {
    let a: Vector<Double> = [1_000, 0.001]
    let b: Vector<Double> = [1_000, 0]
    #expect(words(a, b, .relative(1e-5)) == nil && words(a, b, .relative(1e-7)) != nil)
    #expect(words(a, b, .absolute(0.01)) == nil && words(a, b, .absolute(0.0001)) != nil)
  }

  @Test func `numbers that differ in the last digits are told with all of them`() {
    #expect(
      words(0.1 + 0.2, 0.3) == "x is 0.30000000000000004 and should be 0.3")
  }

  @Test(arguments: [
    (1.0 / 7, "every entry is 1/7 of the right one"), (0, "every entry is 0"),
    (-1, "every entry has the wrong sign"), (2.5, "every entry is 2.5 times the right one"),
  ])
  func `one factor throughout is told as the cause`(factor: Double, cause: String) {
    let right: Vector<Double> = [1, -2, 3]
    let difference = (factor * right).difference(from: right, within: .relative(1e-12))
    #expect(difference?.cause == cause)
  }

  @Test func `the first suspect with the received value is the cause`() throws {
    let exam = Exam(seed: 1)
    do {
      try exam.expect(
        6.0, equals: 7.0, of: "x", expectedMistakes: ["five": 5, "six": 6, "also six": 6])
      Issue.record("6 passed for 7")
    } catch let failure as ExamFailure {
      #expect(failure.event.cause == "six" && failure.event.expected == "7")
    }
  }

  @Test func `whole numbers far apart are compared without overflow`() {
    #expect(words(Int.max, Int.min) != nil && words(Int.min, Int.max, .absolute(1)) != nil)
  }
}
