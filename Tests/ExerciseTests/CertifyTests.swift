import Testing
import Workbook

@testable import Grading

/// A backward pass before an exam.
@Suite struct CertifyTests {
  /// The loss Σ (2w − 1)² / n of n numbers.
  struct Squares: AlgebraicFormula {
    let name = "squares"
    let evaluationPoint = [Tensor("W", [0.5, -1.25, 2] as Vector<Double>)]
    var clues: Clues { Clues(counts: [("the examples", 3)]) }
    var factor = 1.0

    func loss<Scalar: OrderedField>(at parameters: [Tensor<Scalar>]) -> Scalar {
      parameters[0].elements.reduce(0) { $0 + (2 * $1 - 1).squared } / 3
    }

    func gradient<Scalar: OrderedField>(at parameters: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      parameters.map { $0.map { Scalar(factor) * 4 * (2 * $0 - 1) / 3 } }
    }

    func loss<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> Scalar {
      parameters[0].elements.reduce(0) { $0 + (2 * $1 - 1).squared } / 3
    }

    func gradient<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      parameters.map { $0.map { Scalar(factor) * 4 * (2 * $0 - 1) / 3 } }
    }
  }

  @Test func `a right one is certified`() throws { try Exam(seed: 1).certify(Squares()) }

  @Test func `a wrong one is told with index, slopes, ratio and cause`() throws {
    do {
      try Exam(seed: 1).certify(Squares(factor: 3))
      Issue.record("a slope three times too large was certified")
    } catch let failure as ExamFailure {
      let message = try #require(failure.event.message)
      #expect(message.contains("the slopes of squares are wrong: W[1] is"))
      #expect(message.contains("ratio 3") && failure.event.ending == .fail)
      #expect(failure.event.cause == "× 3: not divided by the examples")
    }
  }

  @Test func `one wrong in a part of 2⁻³⁰ is refused`() throws {
    let mutant = Mutant(Squares(), at: (0, 2), part: 0x1p-30)
    #expect(throws: ExamFailure.self) { try Exam(seed: 1).certify(mutant) }
  }
}
