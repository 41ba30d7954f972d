import Testing
import Workbook

@testable import BinaryClassifier
@testable import Perceptron
@testable import Regression
@testable import Training

/// Batch normalisation of chapter 8: numbers by hand, running moments, both phases, one example.
@Suite struct BatchNormTests {
  /// One column, whose root is known: v + 9/16 is 25/16 for the numbers 0 and 2.
  let norm: BatchNorm<Rational> = {
    var norm = BatchNorm<Rational>(
      features: 1, ε: Rational(9, 16), momentum: Rational(1, 10),
      root: { $0 == Rational(25, 16) ? Rational(5, 4) : 1 / ($0 - $0) })
    (norm.scale, norm.shift) = ([5], [1])
    return norm
  }()

  @Test func `two examples are normalised by hand, forward and backward`() {
    var norm = norm
    let (y, pass) = norm.forward([[0], [2]], .training)
    #expect(pass.z == [[Rational(-4, 5)], [Rational(4, 5)]] && y == [[-3], [5]])
    let gradient = norm.backward([[1], [0]], pass)
    #expect(gradient.shift == [1] && gradient.scale == [Rational(-4, 5)])
    // γ/(nσ) = 2, and 2 (2 − 1 − 16/25) = 18/25.
    #expect(gradient.z == [[Rational(18, 25)], [Rational(-18, 25)]])
  }

  @Test func `running moments take a tenth of the mean and of the unbiased variance`() {
    var norm = norm
    _ = norm.forward([[0], [2]], .training)
    #expect(norm.running == Moments(mean: [Rational(1, 10)], variance: [Rational(11, 10)]))
    _ = norm.forward([[0], [2]], .training)
    #expect(norm.running == Moments(mean: [Rational(19, 100)], variance: [Rational(119, 100)]))
  }

  @Test func `an evaluation uses the running moments, changes none, and has the direct path`() {
    var norm = norm
    norm.running = Moments(mean: [3], variance: [1])
    let before = norm.running
    let (y, pass) = norm.forward([[3], [4], [-1]], .evaluation)
    #expect(norm.running == before)
    #expect(y == [[1], [5], [-15]])
    let gradient = norm.backward([[1], [2], [-1]], pass)
    // γ/σ = 4.
    #expect(gradient.z == [[4], [8], [-4]] && gradient.shift == [2])
    #expect(gradient.scale == [2 * Rational(4, 5) + Rational(16, 5)])
  }

  @Test func `variance is the mean of squares, biased, and 0 for one example`() {
    let moments = Moments(of: [[1, 5], [2, 5], [6, 5]] as Matrix<Rational>)
    #expect(moments == Moments(mean: [3, 5], variance: [Rational(14, 3), 0]))
    #expect(Moments(of: [[7, -2]] as Matrix<Rational>).variance == [0, 0])
  }

  @Test func `one example in training gives the shift, no gradient in Z, and no running moments`() {
    var norm = BatchNorm<Double>(features: 2)
    (norm.scale, norm.shift) = ([3, 4], [0.5, -2])
    let before = norm.running
    for z: Matrix<Double> in [[[7, -1]], [[-1e9, 1e-9]]] {
      let (y, pass) = norm.forward(z, .training)
      #expect(y == [[0.5, -2]])
      let gradient = norm.backward([[1, -3]], pass)
      #expect(gradient.z == [[0, 0]] && gradient.scale == [0, 0] && gradient.shift == [1, -3])
    }
    #expect(norm.running == before)
  }

  @Test func `a constant column is finite, and NaN stays in its own column`() {
    var norm = BatchNorm<Double>(features: 3)
    let (y, pass) = norm.forward([[4, .nan, 1], [4, 0, 2], [4, 1, 3]], .training)
    #expect((0..<3).allSatisfy { y[$0, 0] == 0 && y[$0, 1].isNaN && y[$0, 2].isFinite })
    let gradient = norm.backward([[1, 1, 1], [0, 1, 2], [5, 1, 0]], pass)
    #expect((0..<3).allSatisfy { gradient.z[$0, 0].isFinite && gradient.z[$0, 1].isNaN })
  }

  @Test func `no examples at all are refused`() async {
    await #expect(processExitsWith: .failure) {
      _ = Moments(of: Matrix<Double>(rows: 0, columns: 2, elements: []))
    }
  }

  @Test func `the rows of dZ add up to 0, and without ε they are perpendicular to Ẑ`() {
    // Variances 1 and 4.
    var norm = BatchNorm<Rational>(
      features: 2, ε: 0, momentum: 0, root: { $0 == 1 ? 1 : $0 == 4 ? 2 : 1 / ($0 - $0) })
    norm.scale = [Rational(3, 7), -2]
    let (_, pass) = norm.forward([[0, 1], [0, 5], [2, 1], [2, 5]], .training)
    let dZ = norm.backward([[1, 2], [-3, 5], [4, 0], [Rational(1, 3), 9]], pass).z
    #expect(dZ.sumOfRows == [0, 0] && (dZ ⊙ pass.z).sumOfRows == [0, 0])
    #expect(dZ.elements.contains { $0 != 0 })
  }

  /// Returns a network with two normalised layers away from its start, and examples.
  func networkAndData() -> (NormalisedNetwork<Double>, Dataset<Double>) {
    var random = SplitMix64(seed: 11)
    var network = NormalisedNetwork<Double>(
      [3, 5, 4, 2], .tanh, loss: .halfSquaredError, using: &random)
    for index in network.hidden.indices {
      let count = network.hidden[index].norm.scale.count
      network.hidden[index].norm.scale = .normal(count, using: &random)
      network.hidden[index].norm.shift = .normal(count, using: &random)
      network.hidden[index].norm.running = Moments(
        mean: .normal(count, using: &random),
        variance: Vector<Double>.normal(count, using: &random).map { 0.5 + $0 * $0 })
    }
    return (
      network,
      Dataset(x: .normal(7, 3, using: &random), y: .normal(7, 2, using: &random))
    )
  }

  @Test(arguments: [BatchNorm<Double>.Phase.training, .evaluation])
  func `a normalised network has the gradient of its loss, in both phases`(
    phase: BatchNorm<Double>.Phase
  ) {
    let (network, data) = networkAndData()
    var passed = network
    let gradient = passed.lossAndGradient(on: data, phase).gradient
    for (name, tensor) in zip(network.parameterSymbols, gradient.tensors) {
      let isStatistic = name.hasPrefix("μ") || name.hasPrefix("v")
      #expect(tensor.elements.allSatisfy { $0 == 0 } == isStatistic, "\(name)")
    }
    // The running moments of an evaluation do change its loss, but no step changes them.
    let check = GradientCheck(of: gradient, at: network) { changed in
      var changed = changed
      for index in changed.hidden.indices {
        changed.hidden[index].norm.running = network.hidden[index].norm.running
      }
      return changed.meanLoss(on: data, phase)
    }
    #expect(check.asCheck("").verdict == .pass && check.kinks == 0, "\(check.mismatches)")
    let other: BatchNorm<Double>.Phase = phase == .training ? .evaluation : .training
    let wrong = GradientCheck(of: gradient, at: network) { $0.meanLoss(on: data, other) }
    #expect(wrong.asCheck("").verdict == .fail)
  }

  @Test(arguments: NormBug.allCases.filter(\.isInGradient))
  func `every mistake of a backward pass is seen by differences`(bug: NormBug) {
    let (network, data) = networkAndData()
    var spoiled = bug.spoiling(network)
    let point = spoiled
    let gradient = spoiled.lossAndGradient(on: data, .training) { bug.backward($0, $1, $2) }
      .gradient
    let check = GradientCheck(of: gradient, at: point) { $0.meanLoss(on: data, .training) }
    #expect(check.asCheck("").verdict == .fail)
    #expect(!check.mismatches.contains { $0.tensor == "W3" || $0.tensor == "b3" })
  }

  @Test func `a diagnosis names the sum that was forgotten`() {
    let formula = BatchNormFormula()
    for mistake in formula.clues.mistakes {
      let (tensor, sentence) = formula.diagnosis(of: mistake.gradient)
      #expect(tensor == "Z" && sentence == mistake.name)
    }
    #expect(formula.clues.mistakes.count == 4)
  }

  @Test func `a step moves scale and shift, and no running moment`() {
    var (network, data) = networkAndData()
    let gradient = network.lossAndGradient(on: data, .training).gradient
    let before = network
    var optimiser = Optimiser<Double>.sgd(learningRate: 0.5, weightDecay: 0.5)
    optimiser.step(&network, against: gradient)
    for index in network.hidden.indices {
      let (now, then) = (network.hidden[index].norm, before.hidden[index].norm)
      #expect(now.running == then.running)
      #expect(now.scale == then.scale - 0.5 * gradient.hidden[index].norm.scale)
      #expect(now.shift == then.shift - 0.5 * gradient.hidden[index].norm.shift)
    }
  }

  @Test func `parameters are named, and as many as their symbols`() {
    let network = networkAndData().0
    #expect(network.parameterNames.count == network.parameterSymbols.count)
    #expect(network.tensors.map(\.name) == network.parameterSymbols)
    #expect(network.parameterNames[4] == "norms.0.running_var")
  }
}
