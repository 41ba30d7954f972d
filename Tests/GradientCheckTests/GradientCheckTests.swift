import Testing
import Workbook

@testable import BinaryClassifier
@testable import Multiclass
@testable import Perceptron
@testable import Regression

/// Chapter 1's check, tried on gradients that are known to be right or wrong.
@Suite struct GradientCheckTests {
  /// A function of two numbers whose gradient is known.
  let point: Matrix<Double> = [[0.7, -1.3]]
  func value(_ z: Matrix<Double>) -> Double { z[0, 0] * z[0, 0] * z[0, 1] }
  let gradient: Matrix<Double> = [[2 * 0.7 * -1.3, 0.7 * 0.7]]

  @Test func `a right gradient agrees`() {
    let check = GradientCheck(of: gradient, at: point, loss: value)
    #expect(check.entries == 2 && check.kinks == 0 && check.mismatches.isEmpty)
    #expect(check.asCheck("").verdict == .pass)
  }

  @Test(arguments: 0..<2, [1e-5, -1e-5])
  func `an entry off by one hundred-thousandth is found`(entry: Int, part: Double) {
    var wrong = gradient
    wrong[0, entry] *= 1 + part
    let check = GradientCheck(of: wrong, at: point, loss: value)
    #expect(check.mismatches.map(\.index) == [entry])
    #expect(check.asCheck("").verdict == .fail)
  }

  @Test(arguments: [Double.nan, .infinity])
  func `an entry that is no number agrees with nothing`(entry: Double) {
    var wrong = gradient
    wrong[0, 0] = entry
    #expect(GradientCheck(of: wrong, at: point, loss: value).mismatches.count == 1)
  }

  @Test func `a loss that is no number agrees with nothing`() {
    let check = GradientCheck(of: gradient, at: point) { _ in .nan }
    #expect(check.asCheck("").verdict != .pass)
  }

  private static let distances: [(Double, Int)] = [
    (0.0, 1), (1e-6, 1), (3e-6, 1), (1e-3, 0), (-1e-3, 0), (0x1p-17 / 3.0, 1),
    (-0x1p-17 / 3.0, 1), (0x1p-17 / 5.0, 1), (-0x1p-17 / 5.0, 1), (0x1.8p-18, 1),
  ]

  /// |z| has its kink at 0. The check's step is h = 2⁻¹⁷, about 7.6e-6.
  ///
  /// Half a step halves what the two sides differ by, as for a smooth function, where the kink is h/3
  /// away, and a quarter of a step quarters it at h/5.
  @Test(arguments: distances)
  func `a kink within a step is counted, and no other`(distance: Double, kinks: Int) {
    let z: Matrix<Double> = [[distance]]
    let derivative: Matrix<Double> = [[distance < 0 ? -1 : 1]]
    let check = GradientCheck(of: derivative, at: z) { abs($0[0, 0]) }
    #expect(check.kinks == kinks && check.mismatches.isEmpty)
    #expect(check.asCheck("").verdict == (kinks == 0 ? .pass : .undecided))
  }

  @Test func `a strong curvature is no kink`() {
    let z: Matrix<Double> = [[0.3]]
    let derivative: Matrix<Double> = [[50 * Double.cos(15)]]
    let check = GradientCheck(of: derivative, at: z) { Double.sin(50 * $0[0, 0]) }
    #expect(check.kinks == 0 && check.mismatches.isEmpty)
  }
}

/// Every entry of every tensor of every chapter's network, made wrong once.
@Suite struct MutantTests {
  /// Returns the entries of a gradient that the check misses when they alone are wrong.
  func missed<Network: Parameterised<Double>>(
    of gradient: Network, at network: Network, loss: (Network) -> Double
  ) -> [String] {
    gradient.tensors.indices.flatMap { tensor in
      gradient.tensors[tensor].elements.indices.compactMap { entry -> String? in
        var wrong = gradient
        let right = gradient.tensors[tensor].elements[entry]
        wrong.tensors[tensor].elements[entry] = right + 1e-6 + abs(right) * 1e-4
        let check = GradientCheck(of: wrong, at: network, loss: loss)
        return check.mismatches.count == 1
          ? nil : "\(gradient.tensors[tensor].name)[\(entry)]"
      }
    }
  }

  @Test func `chapter 2: no wrong entry of a straight line's gradient passes`() {
    var random = SplitMix64(seed: 1)
    let x = Matrix<Double>.normal(7, 4, using: &random)
    let y = Matrix<Double>.normal(7, 3, using: &random)
    let line = LinearModel<Double>(
      weights: .normal(4, 3, using: &random), bias: .normal(3, using: &random))
    let gradient = line.lossAndGradient(from: x, to: y).gradient
    #expect(missed(of: gradient, at: line) { $0.lossAndGradient(from: x, to: y).loss } == [])
  }

  @Test(arguments: [Activation<Double>.square, .relu])
  func `chapter 2: no wrong entry passes`(φ: Activation<Double>) {
    var random = SplitMix64(seed: 2)
    let x = Matrix<Double>.normal(7, 4, using: &random)
    let y = Matrix<Double>.normal(7, 3, using: &random)
    let network = TwoLayerNetwork<Double>(
      features: 4, hidden: 5, outputs: 3, using: &random)
    let gradient = network.lossAndGradient(from: x, to: y, through: φ).gradient
    #expect(
      missed(of: gradient, at: network) {
        $0.lossAndGradient(from: x, to: y, through: φ).loss
      } == [])
  }

  @Test func `chapters 3 and 4: no wrong entry passes`() throws {
    var random = SplitMix64(seed: 4)
    let network = try Network<Double>(
      [4, 5, .tanh, 3, .softmax], loss: .crossEntropy, using: &random
    ).withRandomBiases(using: &random)
    let data = Dataset(
      x: .normal(7, 4, using: &random), y: Matrix(rows: 7, columns: 3) { $0 % 3 == $1 ? 1 : 0 })
    let gradient = network.lossAndGradient(on: data).gradient
    #expect(missed(of: gradient, at: network) { $0.meanLoss(on: data) } == [])
  }
}
