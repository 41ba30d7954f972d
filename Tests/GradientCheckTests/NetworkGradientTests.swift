import Testing
import Workbook

@testable import BinaryClassifier
@testable import Multiclass
@testable import Perceptron
@testable import Regression

/// Laws that the gradients of chapters 2 to 4 keep, besides being right.
@Suite struct NetworkGradientTests {
  /// A network with its data, drawn at random; sizes differ from each other.
  struct Case: Sendable, CustomTestStringConvertible {
    let network: Network<Double>
    let data: Dataset<Double>
    let testDescription: String

    init(seed: Int) throws {
      var random = SplitMix64(seed: UInt64(seed), stream: "cases")
      let activations: [Architecture<Analytic>.Entry] = [
        .relu, .leakyReLU, .tanh, .sigmoid, .identity,
      ]
      let sizes = random.shuffled(2...9)
      let depth = 1 + random.index(below: 3)
      var entries: [Architecture<Analytic>.Entry] = [.width(sizes[0])]
      for layer in 1..<depth {
        entries += [.width(sizes[layer]), activations[random.index(below: activations.count)]]
      }
      let outputs = sizes[depth]
      entries.append(.width(outputs))
      let endings: [(Architecture<Analytic>.Entry, Loss<Double>)] = [
        (.identity, .halfSquaredError), (.sigmoid, .binaryCrossEntropy), (.softmax, .crossEntropy),
      ]
      let (ending, loss) = endings[seed % 3]
      network = try Network(Architecture(entries + [ending]), loss: loss, using: &random)
        .withRandomBiases(using: &random)
      let n = sizes[depth + 1] + 1
      data = Dataset(
        x: .normal(n, sizes[0], using: &random),
        y: seed % 3 == 0
          ? .normal(n, outputs, using: &random)
          : Matrix(rows: n, columns: outputs) { $0 % outputs == $1 ? 1 : 0 })
      testDescription = "\(depth) layers, n = \(n), \(loss.name)"
    }
  }

  static let cases = (0..<24).compactMap { try? Case(seed: $0) }

  @Test func `all cases were made`() { #expect(Self.cases.count == 24) }

  @Test(arguments: cases)
  func `every derivative agrees with the central difference`(case: Case) {
    let (network, data) = (`case`.network, `case`.data)
    let gradient = network.lossAndGradient(on: data).gradient
    let check = GradientCheck(of: gradient, at: network) { $0.meanLoss(on: data) }
    #expect(check.mismatches.isEmpty && check.kinks * 10 <= check.entries)
  }

  @Test(arguments: cases)
  func `showing every example twice changes neither loss nor gradient`(case: Case) {
    let (network, data) = (`case`.network, `case`.data)
    let twice = data.examples(at: (Array(0..<data.count) + Array(0..<data.count))[...])
    expectSame(network.lossAndGradient(on: twice), network.lossAndGradient(on: data))
  }

  @Test(arguments: cases)
  func `the order of the examples changes neither loss nor gradient`(case: Case) {
    let (network, data) = (`case`.network, `case`.data)
    let reversed = data.examples(at: Array((0..<data.count).reversed())[...])
    expectSame(network.lossAndGradient(on: reversed), network.lossAndGradient(on: data))
  }

  @Test(arguments: cases)
  func `the gradient of a whole is the weighted mean of the gradients of its parts`(case: Case) {
    let (network, data) = (`case`.network, `case`.data)
    let parts = [Array(0..<2)[...], Array(2..<data.count)[...]].map { data.examples(at: $0) }
    var sum = network.lossAndGradient(on: parts[0]).gradient
    let rest = network.lossAndGradient(on: parts[1]).gradient
    let weights = parts.map { Double($0.count) / Double(data.count) }
    for index in sum.layers.indices {
      sum.layers[index].weights =
        weights[0] * sum.layers[index].weights + weights[1] * rest.layers[index].weights
      sum.layers[index].bias =
        weights[0] * sum.layers[index].bias + weights[1] * rest.layers[index].bias
    }
    let whole = network.lossAndGradient(on: data)
    expectSame((whole.loss, sum), whole)
  }

  /// Expects losses and gradients to agree but for the rounding of sums of a few dozen terms.
  func expectSame(
    _ a: (loss: Double, gradient: Network<Double>), _ b: (loss: Double, gradient: Network<Double>)
  ) {
    let tolerance = 64 * Double.ulpOfOne
    #expect(abs(a.loss - b.loss) <= tolerance * max(1, abs(b.loss)))
    for (a, b) in zip(a.gradient.tensors, b.gradient.tensors) {
      let scale = b.elements.map { abs($0) }.reduce(1, max)
      let error = zip(a.elements, b.elements).map { abs($0 - $1) }.reduce(0, max)
      #expect(error <= tolerance * scale, "\(a.name)")
    }
  }

  @Test func `a step with weight decay is a step against the gradient with ‖W‖² added`() throws {
    let test = try #require(Self.cases.first)
    var optimiser = Optimiser.sgd(learningRate: 0.25, weightDecay: 0.5)
    let gradient = test.network.lossAndGradient(on: test.data).gradient
    var stepped = test.network
    optimiser.step(&stepped, against: gradient)
    for (index, layer) in test.network.layers.enumerated() {
      // With L + λ‖W‖²/2 the gradient is dW + λ W, and biases have no such part.
      let decayed = gradient.layers[index].weights + 0.5 * layer.weights
      let difference = stepped.layers[index].weights - (layer.weights - 0.25 * decayed)
      #expect(difference.elements.allSatisfy { abs($0) <= 1e-15 })
      #expect(stepped.layers[index].bias == layer.bias - 0.25 * gradient.layers[index].bias)
    }
  }
}

/// The losses at the far ends, where naive formulas fail.
@Suite struct LossTests {
  @Test(arguments: [-800.0, -40, -1, 0, 1e-9, 3, 17, 40, 800])
  func `the loss of yes at z is that of no at −z, and they differ by z`(z: Double) {
    #expect(binaryCrossEntropy(logit: z, 1) == binaryCrossEntropy(logit: -z, 0))
    let difference = binaryCrossEntropy(logit: z, 0) - binaryCrossEntropy(logit: z, 1)
    #expect(abs(difference - z) <= 4 * max(abs(z).ulp, Double.ulpOfOne))
  }

  @Test(arguments: [-800.0, -40, -20, -1, 0, 1, 20])
  func `the sigmoid keeps its relative accuracy: σ(z) = e^z σ(−z)`(z: Double) {
    let expected = Double.exp(z) * sigmoid(-z)
    #expect(abs(sigmoid(z) - expected) <= 4 * expected.ulp)
  }

  @Test func `the gradient at a large logit is the error, not 0`() {
    // A clamp at 1e-7, a common remedy for log(0), would make this gradient 0.
    let dZ = Loss<Double>.binaryCrossEntropy.gradient(at: [[-20]], [[1]])
    #expect(abs(dZ[0, 0] + 1) < 1e-8)
  }

  @Test func `a row of small scores beside a row of large ones keeps its probabilities`() {
    let p = softmax([[1_000, 999], [-1_000, -1_001]] as Matrix<Double>)
    #expect(p.row(0) == p.row(1))
    #expect(abs(p[0, 0] - sigmoid(1.0)) <= 2 * Double.ulpOfOne)
  }

  @Test(arguments: [2, 3, 10, 1_000])
  func `log-sum-exp lies between the largest score and log C more`(classes: Int) {
    var random = SplitMix64(seed: UInt64(classes))
    let z = 300 * Matrix<Double>.normal(5, classes, using: &random)
    for row in 0..<5 {
      let (value, top) = (logSumExp(z, row: row), largest(z, row: row))
      #expect(value >= top && value <= top + Double.log(Double(classes)) + top.ulp)
    }
  }

  @Test func `NaN passes through a rectified linear unit, in value and derivative alike`() {
    let z: Matrix<Double> = [[-1, 0, 2, .nan, -.infinity, .infinity]]
    let value = Activation<Double>.relu(z).elements
    let derivative = Activation<Double>.relu.derivative(at: z).elements
    #expect(value[3].isNaN && derivative[3].isNaN)
    // All other numbers keep their convention: the derivative at 0 is 0.
    #expect(value.filter { !$0.isNaN } == [0, 0, 2, 0, .infinity])
    #expect(derivative.filter { !$0.isNaN } == [0, 0, 1, 0, 1])
  }
}
