import Testing
import Workbook

@testable import Autograd
@testable import BinaryClassifier
@testable import ConvNet
@testable import Multiclass
@testable import Regression

/// The weights that networks begin with, as they are built: not only as they can be drawn.
@Suite struct StartingWeightTests {
  /// Expects normal weights of mean 0 and a variance, by four standard errors of each.
  func expect(
    _ weights: Matrix<Double>, _ variance: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let n = Double(weights.elements.count)
    let mean = weights.elements.reduce(0, +) / n
    let found = weights.elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    #expect(abs(mean) < 4 * (variance / n).squareRoot(), sourceLocation: sourceLocation)
    // The variance of a squared normal number is 2σ⁴.
    let error = 4 * variance * (2 / n).squareRoot()
    #expect(
      abs(found - variance) < error, "\(found), not \(variance) ± \(error)",
      sourceLocation: sourceLocation)
  }

  @Test func `layers before a ReLU begin by He's rule, all others by Glorot's`() throws {
    var random = SplitMix64(seed: 1)
    let network = try Network<Double>(
      [120, 50, .relu, 90, .leakyReLU, 60, .tanh, 200, .sigmoid, 40, .softmax],
      loss: .crossEntropy, using: &random)
    let sizes = [(120, 50), (50, 90), (90, 60), (60, 200), (200, 40)]
    for (index, (fanIn, fanOut)) in sizes.enumerated() {
      let layer = network.layers[index]
      #expect(layer.weights.shape == "[\(fanIn), \(fanOut)]")
      expect(layer.weights, index < 2 ? 2 / Double(fanIn) : 2 / Double(fanIn + fanOut))
      #expect(layer.bias == Vector(repeating: 0, count: fanOut))
    }
  }

  @Test func `two layers begin by He's rule, with biases of 0`() {
    var random = SplitMix64(seed: 2)
    let network = TwoLayerNetwork<Double>(features: 30, hidden: 200, outputs: 50, using: &random)
    expect(network.w1, 2.0 / 30)
    expect(network.w2, 2.0 / 200)
    #expect(network.b1.elements.allSatisfy { $0 == 0 } && network.b1.count == 200)
    #expect(network.b2.elements.allSatisfy { $0 == 0 } && network.b2.count == 50)
  }

  @Test func `the fan-in of a filter is the size of a patch`() throws {
    var random = SplitMix64(seed: 3)
    let network = try ConvNet<Double>(
      ImageShape(8, 6, 3),
      [.init(70, Window(3, padding: 1), pooling: Window(2, stride: 2)), .init(50, Window(2))],
      head: [30, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
    // Patches of 3 · 3 · 3 and of 2 · 2 · 70 entries; then 3 · 2 positions of 50 channels.
    expect(network.layers[0].layer.weights, 2.0 / 27)
    expect(network.layers[1].layer.weights, 2.0 / 280)
    expect(network.head.layers[0].weights, 2.0 / 300)
    #expect(network.layers.allSatisfy { $0.layer.bias.elements.allSatisfy { $0 == 0 } })
  }

  @Test func `a linear module begins by He's rule, with biases of 0`() {
    var random = SplitMix64(seed: 4)
    let module = Linear<Double>(40, 250, using: &random)
    expect(module.weights.value, 2.0 / 40)
    #expect(module.bias.value == Matrix(rows: 1, columns: 250, repeating: 0))
  }

  @Test func `two networks of one generator have other weights`() throws {
    var random = SplitMix64(seed: 5)
    let (one, two) = (Linear<Double>(3, 4, using: &random), Linear<Double>(3, 4, using: &random))
    #expect(one.weights.value != two.weights.value)
  }
}
