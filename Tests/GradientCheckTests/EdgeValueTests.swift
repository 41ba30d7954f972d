import Testing
import Workbook

@testable import Autograd
@testable import BinaryClassifier
@testable import Multiclass
@testable import Perceptron
@testable import Regression

/// Values where a formula turns: at 0, at NaN, far out, and where a count is not that of rows.
@Suite struct EdgeValueTests {
  @Test func `a leaky ReLU keeps a hundredth below 0, and at 0 has that slope`() {
    let z: Matrix<Double> = [[-100, -0.0, 0, 3, .nan]]
    let (value, slope) = (
      Activation<Double>.leakyReLU(z).elements, Activation<Double>.leakyReLU.derivative(at: z)
    )
    #expect(value.dropLast() == [-1, 0, 0, 3] && value[4].isNaN)
    #expect(slope.elements.dropLast() == [0.01, 0.01, 0.01, 1])
  }

  @Test(arguments: [(-2.0, 0.0, 0.0), (0, 0, 0), (0.5, 0.5, 1), (-0.0, 0, 0)])
  func `relu of a single number is that number or 0, and at 0 has the slope 0`(
    x: Double, value: Double, slope: Double
  ) {
    let leaf = Value<Double>(x)
    let result = leaf.relu()
    result.backward()
    #expect(result.data == value && leaf.gradient == slope)
    #expect(Value<Double>(.nan).relu().data.isNaN)
  }

  @Test func `a logit of 0, or NaN, is no yes, and the smallest above 0 is one`() throws {
    var random = SplitMix64(seed: 1)
    var network = try Network<Double>([1, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
    network.layers[0].weights = [[1]]
    let z: Matrix<Double> = [[-0.5], [0], [-0.0], [.leastNonzeroMagnitude], [0.5], [.nan]]
    #expect(network.classes(of: z) == [0, 0, 0, 1, 1, 0])
  }

  @Test func `of equal scores the first is the class`() throws {
    var random = SplitMix64(seed: 1)
    var network = try Network<Double>([3, 3, .softmax], loss: .crossEntropy, using: &random)
    network.layers[0].weights = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    let z: Matrix<Double> = [[1, 1, 0], [0, 2, 2], [0, 0, 0], [-3, -2, -1]]
    #expect(network.classes(of: z) == [0, 1, 0, 2])
  }

  @Test func `a neuron is right about no point whose score is NaN`() {
    let neuron = Perceptron<Double>(weights: [1, 1], bias: 0)
    for y in [-1.0, 1] { #expect(!neuron.isRight(about: [.nan, 0], y)) }
    #expect(neuron.prediction(for: [.nan, 0]) == 0)
    #expect(neuron.prediction(for: [2, -1]) == 1 && neuron.prediction(for: [-2, 1]) == -1)
  }

  @Test func `the loss of a certain and right answer is e^z, not 0`() {
    // log(1 + e⁻⁴⁰) = e⁻⁴⁰ − e⁻⁸⁰/2 + …, computed with 50 digits.
    let expected = 4.248354255291589e-18
    let losses = [
      binaryCrossEntropy(logit: -40.0, 0), binaryCrossEntropy(logit: 40.0, 1),
      Loss<Double>.binaryCrossEntropy([[-40]], [[0]]),
    ]
    for loss in losses { #expect(abs(loss - expected) <= 4 * expected.ulp) }
    let float = binaryCrossEntropy(logit: Float(-40), 0)
    #expect(abs(float - Float(expected)) <= 4 * Float(expected).ulp)
    #expect(binaryCrossEntropy(logit: 40.0, 0) == 40 && binaryCrossEntropy(logit: -40.0, 1) == 40)
  }

  @Test func `a mean is over all entries, and each has its part of the gradient`() {
    let x = Variable<Rational>([[1, 2, 3], [4, 5, 9]], as: .weight)
    let mean = x.mean()
    #expect(mean.item() == 4)
    mean.backward()
    #expect(x.gradient.matrix == Matrix(rows: 2, columns: 3, repeating: Rational(1, 6)))
  }

  @Test func `means of losses are over rows, whatever the number of outputs`() {
    // By hand: squares 1, 4, 9, 16, 25 and 36, halved, over two rows.
    let z: Matrix<Rational> = [[1, 2, 3], [4, 5, 6]]
    let zeros = Matrix<Rational>(rows: 2, columns: 3, repeating: 0)
    #expect(Loss<Rational>.halfSquaredError(z, zeros) == Rational(91, 4))
    let half = Matrix<Double>(rows: 2, columns: 3, repeating: 0)
    let loss = Loss<Double>.binaryCrossEntropy(half, half)
    #expect(abs(loss - 3 * Double.log(2)) <= 4 * loss.ulp)
  }

  @Test func `a ragged last batch counts as what it is`() {
    var random = SplitMix64(seed: 1)
    let losses = TrainingLoop(batchSize: 4, epochs: 2).run(over: 10, using: &random) {
      // The loss is 1 on each of the two batches of four, and 6 on that of two.
      $0.count == 4 ? 1.0 : 6
    }
    #expect(losses.allSatisfy { abs($0 - 2) <= 1e-15 * 4 } && losses.count == 2)
  }

  @Test func `the bound on mistakes counts the bias as a coordinate that is 1`() {
    // R² is 9 + 1. The margins are 2, and, with a bias of 1, the score 2 over √2.
    let points = SeparablePoints<Double>(
      x: [[3], [-2]], y: [1, -1], separator: Perceptron(weights: [1], bias: 0))
    #expect(points.margin == 2 && points.updateBound == 2.5)
    let shifted = SeparablePoints<Double>(
      x: [[3], [-3]], y: [1, -1], separator: Perceptron(weights: [1], bias: 1))
    #expect(abs(shifted.margin - Double.sqrt(2)) < 1e-15 && abs(shifted.updateBound - 5) < 1e-14)
  }
}
