import Testing
import Workbook

@testable import BinaryClassifier
@testable import Perceptron
@testable import Regression
@testable import Training

/// Dropout of chapter 8: its numbers, its masks and its gradient.
@Suite struct DropoutTests {
  @Test func `what stays is divided by 1 − p, forward and backward`() {
    let dropout = Dropout(Rational(1, 4))
    let mask: Matrix<Rational> = [[1, 0, 1], [0, 1, 1]]
    let a: Matrix<Rational> = [[3, 6, -9], [1, 12, 0]]
    let expected: Matrix<Rational> = [[4, 0, -12], [0, 16, 0]]
    #expect(dropout.forward(a, .training(mask: mask)) == expected)
    #expect(dropout.backward(a, .training(mask: mask)) == expected)
    #expect(dropout.forward(a, .evaluation) == a && dropout.backward(a, .evaluation) == a)
  }

  @Test func `with p = 0 a training pass is an evaluation`() {
    var random = SplitMix64(seed: 1)
    let dropout = Dropout(0.0)
    let phase = dropout.training(rows: 5, columns: 7, using: &random)
    #expect(phase == .training(mask: Matrix(rows: 5, columns: 7, repeating: 1)))
    let a = Matrix<Double>.normal(5, 7, using: &random)
    #expect(dropout.forward(a, phase) == a && dropout.backward(a, phase) == a)
  }

  @Test(arguments: [0.2, 0.5, 0.9])
  func `a mask has a zero with the probability p`(p: Double) {
    var random = SplitMix64(seed: 3)
    let phase = Dropout(p).training(rows: 200, columns: 100, using: &random)
    guard case .training(let mask) = phase else {
      Issue.record("no mask")
      return
    }
    #expect(mask.elements.allSatisfy { $0 == 0 || $0 == 1 })
    let zeros = Double(mask.elements.count { $0 == 0 }) / 20_000
    // Four standard deviations of a mean of 20,000.
    #expect(abs(zeros - p) <= 4 * (p * (1 - p) / 20_000).squareRoot())
    #expect(phase != Dropout(p).training(rows: 200, columns: 100, using: &random))
  }

  @Test func `with p close to 1 few entries stay, and they are large`() {
    var random = SplitMix64(seed: 5)
    let p = 1 - 0x1p-10
    let phase = Dropout(p).training(rows: 64, columns: 64, using: &random)
    let h = Dropout(p).forward(Matrix(rows: 64, columns: 64, repeating: 1), phase)
    let kept = h.elements.filter { $0 != 0 }
    #expect((1...20).contains(kept.count) && kept.allSatisfy { $0 == 0x1p10 })
  }

  @Test(arguments: [1.0, -0.25])
  func `a probability that is none draws no mask`(p: Double) async {
    await #expect(processExitsWith: .failure) { [p] in
      var random = SplitMix64(seed: 1)
      _ = Dropout(p).training(rows: 1, columns: 1, using: &random)
    }
  }

  @Test func `NaN and infinity are seen behind a mask`() {
    let mask: Matrix<Double> = [[1, 0, 0]]
    let h = Dropout(0.5).forward([[.nan, .nan, .infinity]], .training(mask: mask))
    #expect(h.elements.allSatisfy { $0.isNaN })
  }

  @Test func `a network with masks has the gradient of its loss, and another mask has another`()
    throws
  {
    var random = SplitMix64(seed: 7)
    let plain = try Network<Double>(
      [4, 6, .tanh, 5, .tanh, 3], loss: .halfSquaredError, using: &random
    ).withRandomBiases(using: &random)
    let network = DropoutNetwork(plain, Dropout(0.5))
    let data = Dataset<Double>(
      x: .normal(7, 4, using: &random), y: .normal(7, 3, using: &random))
    let phases = network.trainingPhases(rows: 7, using: &random)
    let others = network.trainingPhases(rows: 7, using: &random)
    let own = network.lossAndGradient(on: data, phases).gradient
    let right = GradientCheck(of: own, at: network) { $0.meanLoss(on: data, phases) }
    #expect(right.asCheck("").verdict == .pass && right.kinks == 0)
    let wrong = GradientCheck(of: own, at: network) { $0.meanLoss(on: data, others) }
    #expect(wrong.asCheck("").verdict == .fail)
    let evaluation = network.lossAndGradient(on: data, [.evaluation, .evaluation])
    let without = plain.lossAndGradient(on: data)
    #expect(evaluation.loss == without.loss)
    #expect(evaluation.gradient.network.hasSameParameters(as: without.gradient))
  }

  @Test func `the mean over all masks of two units is the evaluation`() {
    let dropout = Dropout(Rational(1, 3))
    let a: Matrix<Rational> = [[5, -7]]
    var mean: Matrix<Rational> = [[0, 0]]
    let masks: [(Matrix<Rational>, chance: Rational)] = [
      ([[0, 0]], Rational(1, 9)), ([[0, 1]], Rational(2, 9)), ([[1, 0]], Rational(2, 9)),
      ([[1, 1]], Rational(4, 9)),
    ]
    for (mask, chance) in masks {
      mean.add(chance, times: dropout.forward(a, .training(mask: mask)))
    }
    #expect(mean == a)
  }
}
