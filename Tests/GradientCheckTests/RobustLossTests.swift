import Testing
import Workbook

@testable import BinaryClassifier
@testable import Perceptron
@testable import Regression
@testable import Training

/// The absolute error and Huber's loss of chapter 8.
@Suite struct RobustLossTests {
  let z: Matrix<Rational> = [[1, 5], [-2, 0], [0, Rational(1, 2)]]
  let y: Matrix<Rational> = [[3, 1], [-2, Rational(1, 4)], [0, -3]]

  @Test func `the absolute error is a sum over outputs and a mean over examples`() {
    let loss = Loss<Rational>.meanAbsoluteError
    // 2 + 4, 0 + ¼, 0 + 3½.
    #expect(loss(z, y) == Rational(39, 12))
    let third = Rational(1, 3)
    #expect(loss.gradient(at: z, y) == [[-third, third], [0, -third], [0, third]])
  }

  @Test func `Huber's loss is half the square up to δ, and straight from there`() {
    let loss = Loss<Rational>.huber(1)
    // 3/2 + 7/2, 0 + 1/32, 0 + 3.
    #expect(loss(z, y) == (8 + Rational(1, 32)) / 3)
    let third = Rational(1, 3)
    #expect(loss.gradient(at: z, y) == [[-third, third], [0, Rational(-1, 12)], [0, third]])
  }

  @Test func `at an error of δ both parts of Huber's loss have one value and one derivative`() {
    for δ: Rational in [1, Rational(3, 4), 5] {
      for sign: Rational in [1, -1] {
        let at = huber(sign * δ, δ)
        #expect(at.value == δ * δ / 2 && at.derivative == sign * δ)
        let beyond = huber(sign * (δ + Rational(1, 1000)), δ)
        #expect(beyond.value == δ * δ / 2 + δ / 1000 && beyond.derivative == sign * δ)
      }
    }
  }

  @Test func `with a large δ Huber's loss is half the squared error`() {
    let (squares, huber) = (Loss<Rational>.halfSquaredError, Loss<Rational>.huber(100))
    #expect(huber(z, y) == squares(z, y) && huber.gradient(at: z, y) == squares.gradient(at: z, y))
  }

  @Test func `errors that are not finite are passed on`() {
    for loss in [Loss<Double>.meanAbsoluteError, .huber(1)] {
      #expect(loss([[.nan]], [[0]]).isNaN)
      #expect(loss.gradient(at: [[.nan]], [[0]])[0, 0].isNaN)
      #expect(loss([[.infinity]], [[0]]) == .infinity)
      #expect(loss.gradient(at: [[.infinity, -.infinity]], [[0, 0]]) == [[1, -1]])
    }
  }

  @Test func `Huber's loss needs a positive δ`() async {
    await #expect(processExitsWith: .failure) { _ = Loss<Double>.huber(0) }
    await #expect(processExitsWith: .failure) { _ = Loss<Double>.huber(.nan) }
  }

  @Test(arguments: [0, 1])
  func `a network trained by either loss has its gradient, and another loss another`(
    number: Int
  ) throws {
    var random = SplitMix64(seed: 13)
    let losses = [Loss<Double>.meanAbsoluteError, .huber(0.5)]
    let network = try Network<Double>(
      [3, 5, .tanh, 2], loss: losses[number], using: &random
    ).withRandomBiases(using: &random)
    let data = Dataset<Double>(
      x: .normal(7, 3, using: &random), y: .normal(7, 2, using: &random))
    let gradient = network.lossAndGradient(on: data).gradient
    let check = GradientCheck(of: gradient, at: network) { $0.meanLoss(on: data) }
    #expect(check.asCheck("").verdict == .pass)
    let wrong = GradientCheck(of: gradient, at: network) {
      losses[1 - number]($0.logits(from: data.x), data.y)
    }
    #expect(wrong.asCheck("").verdict == .fail)
  }
}
