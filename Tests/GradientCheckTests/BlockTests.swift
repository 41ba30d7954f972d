import BinaryClassifier
import Regression
import Testing
import Workbook

/// The gradient as a sum over blocks, beside the gradient of all images at once.
@Suite struct BlockTests {
  /// Random images of two classes, grey, one pixel high.
  func images(_ count: Int, pixels: Int, white: UInt8 = 255) -> LabelledImages {
    var random = SplitMix64(seed: 1, stream: "blocks")
    return LabelledImages(
      pixels: (0..<count * pixels).map { _ in UInt8(random.next() % (UInt64(white) + 1)) },
      height: 1, width: pixels, white: white,
      labels: (0..<count).map { _ in Int(random.next() % 2) }, classNames: ["cat", "dog"])
  }

  func network<Scalar: FloatingField>(
    _ pixels: Int, in scalar: Scalar.Type
  ) throws -> Network<Scalar> {
    var random = SplitMix64(seed: 2, stream: "blocks")
    return try Network(
      [.width(pixels), 10, .relu, 9, .tanh, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random
    ).withRandomBiases(using: &random)
  }

  // No more than a block, blocks that are full, one that is not; and images of every size.
  @Test(arguments: [1, 2, 63, 64, 65, 700], [1, 16, 33, 1024, 1300])
  func `the gradient summed over micro-batches is that of all images at once`(
    count: Int, pixels: Int
  ) throws {
    let images = images(count, pixels: pixels)
    let network = try network(pixels, in: Double.self)
    let positions = Array((0..<count).reversed())
    let (loss, gradient) = network.lossAndGradient(over: images, at: positions)
    let whole = network.lossAndGradient(
      on: images.points(at: positions).binary(as: Double.self))
    #expect(abs(loss - whole.loss) <= 1e-13 * abs(whole.loss))
    for (summed, whole) in zip(gradient.tensors, whole.gradient.tensors) {
      #expect(summed.shape == whole.shape)
      let largest = whole.elements.map { abs($0) }.max() ?? 0
      let apart = zip(summed.elements, whole.elements).map { abs($0 - $1) }.max() ?? 0
      #expect(apart <= 1e-12 * largest, "\(summed.name)")
    }
  }

  /// Small whole weights and pixels in sixteenths: no sum or product of these is ever rounded.
  @Test func `where nothing is rounded, the sum over blocks is exact`() throws {
    let images = images(1024, pixels: 600, white: 16)
    var random = SplitMix64(seed: 3, stream: "blocks")
    var network = try Network<Double>(
      [600, 4, .relu, 3, .relu, 1], loss: .halfSquaredError, using: &random)
    network.tensors = network.tensors.map { tensor in
      var tensor = tensor
      tensor.elements = tensor.elements.map { _ in Double(random.next() % 5) - 2 }
      return tensor
    }
    let positions = Array(0..<1024)
    let (loss, gradient) = network.lossAndGradient(over: images, at: positions)
    let whole = network.lossAndGradient(on: images.points(at: positions).binary(as: Double.self))
    #expect(loss == whole.loss && loss != 0)
    #expect(gradient.tensors == whole.gradient.tensors)
    #expect(gradient.tensors.allSatisfy { $0.elements.contains { $0 != 0 } })
  }

  @Test(arguments: [100, 700, 3000])
  func `the sum over micro-batches is the same bit for bit on any number of threads`(count: Int)
    throws
  {
    let images = images(count, pixels: 1000)
    let network = try network(1000, in: Float.self)
    let positions = Array(0..<count)
    func result(threads: Int) -> (loss: Float, gradient: Network<Float>) {
      Threads.$count.withValue(threads) { network.lossAndGradient(over: images, at: positions) }
    }
    let one = result(threads: 1)
    for threads in [2, 3, 8] {
      let many = result(threads: threads)
      #expect(many.loss == one.loss && many.gradient.tensors == one.gradient.tensors)
    }
  }

  @Test func `only the chosen images are learned from`() throws {
    let images = images(10, pixels: 5)
    let network = try network(5, in: Double.self)
    let some = network.lossAndGradient(over: images, at: [7, 7, 3])
    let whole = network.lossAndGradient(on: images.points(at: [7, 7, 3]).binary(as: Double.self))
    #expect(abs(some.loss - whole.loss) <= 1e-14)
  }

  @Test func `full-batch steps reduce the loss`() throws {
    let images = images(300, pixels: 40)
    var network = try network(40, in: Float.self)
    var steps: [Int] = []
    let losses = network.train(
      on: images, at: Array(0..<300), .sgd(learningRate: 1 / 100), steps: 20
    ) { steps.append($0) }
    #expect(steps == Array(1...20))
    #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test func `images have the confusion matrix of their points`() throws {
    let images = images(300, pixels: 40)
    let network = try network(40, in: Double.self)
    let positions = Array(0..<300)
    #expect(
      network.confusion(on: images, at: positions)
        == network.confusion(on: images.points(at: positions)))
  }
}
