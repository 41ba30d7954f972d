import Testing
import Workbook

@testable import BinaryClassifier
@testable import ConvNet
@testable import Regression

/// Slices of positions that do not begin at 0, and batches of more than one micro-batch.
@Suite struct SliceTests {
  static let shape = ImageShape(6, 5, 1)

  /// Forty images of few bits, no two alike.
  static let images: LabelledImages = {
    var random = SplitMix64(seed: 1, stream: "slices")
    return LabelledImages(
      pixels: (0..<40 * shape.size).map { _ in UInt8(random.index(below: 256)) }, height: 6,
      width: 5, labels: (0..<40).map { $0 * 7 % 3 % 2 }, classNames: ["cat", "dog"])
  }()

  static func network() throws -> ConvNet<Double> {
    var random = SplitMix64(seed: 2, stream: "slices")
    return try ConvNet(
      shape, [.init(3, Window(3, padding: 1)), .init(2, Window(2))],
      head: [4, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
  }

  func expectEqual(_ a: ConvNet<Double>, _ b: ConvNet<Double>, within: Double = 0) {
    for (ours, theirs) in zip(a.tensors, b.tensors) {
      let apart = zip(ours.elements, theirs.elements).map { abs($0 - $1) }.max() ?? .infinity
      #expect(apart <= within, "\(ours.name) is off by \(apart)")
    }
  }

  @Test(arguments: [(0, 20), (3, 4), (5, 25), (16, 36), (39, 40)])
  func `a step on a slice of images is the step on those images`(first: Int, end: Int) throws {
    let positions = (0..<40).map { $0 * 11 % 40 }
    let start = try Self.network()
    func stepped(_ positions: ArraySlice<Int>) -> (network: ConvNet<Double>, loss: Double) {
      var (network, optimiser) = (start, Optimiser<Double>.sgd(learningRate: 0.5))
      var workspaces = network.workspaces(forBatchesOf: 20)
      let loss = network.step(on: Self.images, at: positions, on: &workspaces, &optimiser)
      return (network, loss)
    }
    let (slice, whole) = (
      stepped(positions[first..<end]), stepped(Array(positions[first..<end])[...])
    )
    #expect(slice.loss == whole.loss)
    expectEqual(slice.network, whole.network)
    // And it is the loss of these images, in any order of adding.
    let data = Self.images.points(at: positions[first..<end]).binary(as: Double.self)
    let (loss, gradient) = start.lossAndGradient(on: data)
    #expect(abs(loss - slice.loss) < 1e-12)
    var expected = start
    var optimiser = Optimiser<Double>.sgd(learningRate: 0.5)
    optimiser.step(&expected, against: gradient)
    expectEqual(slice.network, expected, within: 1e-12)
  }

  @Test func `an epoch on numbers takes the steps of its batches, the last one smaller`() throws {
    let data = Self.images.points(at: 0..<40).binary(as: Double.self)
    let loop = TrainingLoop(batchSize: 17, epochs: 2)
    var (trained, expected) = (try Self.network(), try Self.network())
    var (one, two) = (SplitMix64(seed: 3), SplitMix64(seed: 3))
    trained.train(on: data, .sgd(learningRate: 0.2), loop, using: &one)
    var optimiser = Optimiser<Double>.sgd(learningRate: 0.2)
    var sizes: [Int] = []
    _ = loop.run(over: 40, using: &two) { batch in
      sizes.append(batch.count)
      let (loss, gradient) = expected.lossAndGradient(on: data.examples(at: batch))
      optimiser.step(&expected, against: gradient)
      return loss
    }
    #expect(sizes == [17, 17, 6, 17, 17, 6])
    expectEqual(trained, expected, within: 1e-12)
  }

  @Test func `training on images takes the same steps, and tells the mean loss of each epoch`()
    throws
  {
    let positions = Array((0..<40).reversed().prefix(30))
    let data = Self.images.points(at: positions).binary(as: Double.self)
    let loop = TrainingLoop(batchSize: 18, epochs: 2)
    var (trained, expected) = (try Self.network(), try Self.network())
    var (one, two) = (SplitMix64(seed: 4), SplitMix64(seed: 4))
    let losses = trained.train(
      on: Self.images, at: positions, .sgd(learningRate: 0.2), loop, using: &one)
    var optimiser = Optimiser<Double>.sgd(learningRate: 0.2)
    let expectedLosses = loop.run(over: 30, using: &two) { batch in
      let (loss, gradient) = expected.lossAndGradient(on: data.examples(at: batch))
      optimiser.step(&expected, against: gradient)
      return loss
    }
    expectEqual(trained, expected, within: 1e-12)
    #expect(zip(losses, expectedLosses).allSatisfy { abs($0 - $1) < 1e-12 } && losses.count == 2)
  }
}
