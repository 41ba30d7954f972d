import BinaryClassifier
import Multiclass
import Regression
import Testing
import Workbook

@testable import ConvNet
@testable import Digits

/// The small mathematics behind what chapter 9 claims of its numbers.
@Suite struct HonestNumberTests {
  @Test func `signs that agree are as rare as one pattern and its mirror`() {
    #expect(signFlipProbability(of: [3, 1, 2, 5]) == 2.0 / 16)
    #expect(signFlipProbability(of: [-3, -1, -2, -5]) == 2.0 / 16)
    // 2 − 1 − 1: every pattern is as far from 0 as this one.
    #expect(signFlipProbability(of: [2, -1, -1]) == 1)
    // Sums of ±1 ±1 ±4: 6, 4, 4, 2 and their mirrors; 4 or more in 6 of 8.
    #expect(signFlipProbability(of: [1, -1, 4]) == 6.0 / 8)
    #expect(signFlipProbability(of: [0, 0]) == 1)
  }

  @Test func `McNemar's test counts tosses of a coin`() {
    #expect(mcNemarProbability(0, 0) == 1)
    #expect(mcNemarProbability(3, 3) == 1)
    #expect(mcNemarProbability(0, 5) == 2.0 / 32)
    #expect(mcNemarProbability(5, 0) == 2.0 / 32)
    // 10 choose 0, 1 and 2 are 1, 10 and 45.
    #expect(mcNemarProbability(2, 8) == 2 * 56.0 / 1024)
  }

  @Test func `the mean of the largest normal number is that of known integrals`() {
    #expect(abs(meanMaximum(ofNormals: 1)) < 1e-4)
    #expect(abs(meanMaximum(ofNormals: 2) - 1 / Double.pi.squareRoot()) < 1e-4)
    #expect(abs(meanMaximum(ofNormals: 3) - 1.5 / Double.pi.squareRoot()) < 1e-4)
    // Teichroew, “Tables of expected values of order statistics”, 1956: 10 and 20 numbers.
    #expect(abs(meanMaximum(ofNormals: 10) - 1.53875) < 1e-4)
    #expect(abs(meanMaximum(ofNormals: 20) - 1.86748) < 1e-4)
  }

  @Test func `a power law is found again from its own errors`() {
    let sizes = [70, 130, 300, 900]
    let law = PowerLaw(sizes: sizes, errors: sizes.map { 3 / Double($0).squareRoot() })
    #expect(abs(law.exponent - 0.5) < 1e-12)
    #expect(abs(law.error(at: 3_600) - 0.05) < 1e-12)
  }

  @Test func `normalised features have mean 0 and deviation 1, and constant ones stay finite`() {
    let points = LabelledPoints(
      points: [[1, 5, -2], [4, 5, 0], [7, 5, 8], [0, 5, 2]], labels: [0, 1, 1, 0], classes: 2)
    let normalised = Normalisation(of: points.points)(points)
    #expect(normalised.labels == points.labels)
    for column in [0, 2] {
      let values = normalised.points.column(column)
      #expect(abs(values.sum) < 1e-12 && abs(values.dot(values) / 4 - 1) < 1e-12)
    }
    #expect(normalised.points.column(1).elements == [0, 0, 0, 0])
  }

  @Test func `parameters are counted by widths as networks count them`() throws {
    var random = SplitMix64(seed: 1)
    let network = try Network<Double>(
      [5, 7, .relu, 3, .softmax], loss: .crossEntropy, using: &random)
    #expect(parameterCount(ofWidths: [5, 7, 3]) == network.parameterCount)
    #expect(parameterCount(ofWidths: [784, 128, 128, 10]) == 118_282)
  }

  /// Noise of 4 by 6 pixels in three classes.
  private let pictures: LabelledImages = {
    var random = SplitMix64(seed: 2)
    return LabelledImages(
      pixels: (0..<40 * 24).map { _ in UInt8(random.index(below: 256)) }, height: 4, width: 6,
      labels: (0..<40).map { $0 * 7 % 3 }, classNames: ["a", "b", "c"])
  }()

  private func network(outputs: Int, using random: inout SplitMix64) throws -> ConvNet<Double> {
    try ConvNet(
      ImageShape(4, 6, 1), [ConvolutionDescription(5, Window(3, padding: 1))],
      head: [.width(outputs), .softmax], loss: .crossEntropy, using: &random)
  }

  @Test func `convolutions with an output for each class learn from one-hot rows`() throws {
    var random = SplitMix64(seed: 3)
    let start = try network(outputs: 3, using: &random)
    let positions = [31, 4, 9, 22, 0, 17, 8]
    var (taken, expected) = (start, start)
    var workspaces = start.workspaces(forBatchesOf: positions.count)
    var (optimiser, other) = (
      Optimiser<Double>.sgd(learningRate: 0.5), Optimiser<Double>.sgd(learningRate: 0.5)
    )
    let loss = taken.step(on: pictures, at: positions[...], on: &workspaces, &optimiser)
    let data = pictures.points(at: positions).oneHot(as: Double.self)
    let whole = start.lossAndGradient(on: data)
    other.step(&expected, against: whole.gradient)
    // The sums over micro-batches have another order.
    #expect(abs(loss - whole.loss) < 1e-13)
    let pairs = zip(taken.tensors, expected.tensors).flatMap { zip($0.elements, $1.elements) }
    #expect(pairs.allSatisfy { abs($0 - $1) < 1e-12 } && taken.tensors != start.tensors)
  }

  @Test func `convolutions predict the class of the largest logit`() throws {
    var random = SplitMix64(seed: 4)
    let network = try network(outputs: 3, using: &random)
    let positions = Array(0..<40)
    let z = network.logits(of: pictures, at: positions)
    let classes = network.classes(of: pictures, at: positions)
    for (row, label) in classes.enumerated() {
      #expect((0..<3).allSatisfy { z[row, $0] <= z[row, label] })
    }
    let confusion = network.confusion(on: pictures, at: positions)
    #expect(confusion.classes == 3 && confusion.total == 40)
    let right = zip(classes, pictures.labels).count { $0 == $1 }
    #expect(confusion.accuracy == Double(right) / 40)
  }

  @Test func `outputs that are no classes of the images are refused`() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let suite = HonestNumberTests()
      var random = SplitMix64(seed: 5)
      var network = try suite.network(outputs: 4, using: &random)
      network.train(
        on: suite.pictures, at: [0, 1, 2], .sgd(learningRate: 0.1),
        TrainingLoop(batchSize: 3, epochs: 1), using: &random)
    }
    let words = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(words.contains("4 outputs for images of 3 classes"))
  }
}
