import BinaryClassifier
import Digits
import Multiclass
import Regression
import Training
import Workbook

// Small networks on points of the plane or of a line, on digits and on noise. A step is an epoch: it goes
// once through all examples, in the order in which they lie.

extension Workload {
  static let small: [Workload] = [
    circles(
      "circles", "800 points of two circles, 2-8-8-1, cross-entropy, full batch, Adam",
      batchSize: nil, steps: 2_000),
    circles(
      "circles-single", "the same, one example a step: 800 steps", batchSize: 1, steps: 40),
    circlesInference, regression, bullseye, blobs, digits, dummy,
  ]

  /// Two circles as a published table has them, with Adam whose rate shrinks after every epoch.
  private static func circles(
    _ name: String, _ summary: String, batchSize: Int?, steps: Int
  ) -> Workload {
    Workload(name: name, summary: summary, steps: steps) {
      let (network, data) = try circlesStart()
      return try prepare(
        network, data, .adam(learningRate: 0.01), batchSize: batchSize, rateFactor: 0.999)
    }
  }

  private static func circlesStart() throws -> (Network<Float>, Dataset<Float>) {
    var random = SplitMix64(seed: 1, stream: "circles")
    let points = LabelledPoints.circles(800, using: &random)
    let network = try Network<Float>(
      [2, 8, .relu, 8, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
    let order = (0..<points.count).shuffled(using: &random)
    return (network, points.examples(at: order).binary(as: Float.self))
  }

  /// The logits of 800 points, asked for one by one. What stands for the loss is their mean.
  private static let circlesInference = Workload(
    name: "circles-inference", summary: "800 predictions of that network, one by one", steps: 100
  ) {
    let (network, data) = try circlesStart()
    let ready = try prepare(
      network, data, .adam(learningRate: 0.01), batchSize: nil, rateFactor: 1)
    guard let fused = FusedTraining(network, .sgd(learningRate: 0)) else {
      preconditionFailure("this network has a fused form")
    }
    return Prepared(inputs: ready.inputs) {
      Vector(fused.logits(of: data.x)).sum / Float(data.count)
    }
  }

  /// A bent line through 200 points.
  private static let regression = Workload(
    name: "regression", summary: "200 points of a bent line, 1-64-1, squares, batches of 32, SGD",
    steps: 2_000
  ) {
    var random = SplitMix64(seed: 1, stream: "regression")
    let network = try Network<Float>(
      [1, 64, .relu, 1], loss: .halfSquaredError, using: &random)
    let x = (0..<200).map { -2 + 4 * Float($0) / 199 }.shuffled(using: &random)
    let y = x.map { max(0, 0.5 * $0 + 0.2) + 0.3 * max(0, 0.5 - $0) }
    let data = Dataset<Float>(x: Matrix(column: Vector(x)), y: Matrix(column: Vector(y)))
    return try prepare(network, data, .sgd(learningRate: 0.01), batchSize: 32)
  }

  private static let bullseye = Workload(
    name: "bullseye", summary: "500 points of two rings, 2-64-2, softmax, batches of 32, SGD",
    steps: 500
  ) {
    var random = SplitMix64(seed: 1, stream: "bullseye")
    let points = LabelledPoints.rings(500, radii: [0.4, 1], noise: 0.08, using: &random)
    return try classify(points, using: &random)
  }

  private static let blobs = Workload(
    name: "blobs", summary: "300 points of three clouds, 2-64-3, softmax, batches of 32, SGD",
    steps: 500
  ) {
    var random = SplitMix64(seed: 1, stream: "blobs")
    let points = LabelledPoints.blobs(
      300, centres: [(0, 2), (-1.7, -1), (1.7, -1)], noise: 0.75, using: &random)
    return try classify(points, using: &random)
  }

  /// Four in five of the bundled digits, with the network and the settings of chapter 9.
  private static let digits = Workload(
    name: "digits", summary: "1,438 digits, 64-128-64-10, softmax, batches of 32, Adam", steps: 200
  ) {
    var random = SplitMix64(seed: 1, stream: "digits")
    let images = try BundledData().digits()
    let split = Split(images.count, test: 0.2, using: &random)
    let network = try Network<Float>.forDigits(using: &random)
    let settings = DigitSettings()
    return try prepare(
      network, images.points(at: split.training).oneHot(as: Float.self),
      .adam(learningRate: Float(settings.learningRate)), batchSize: settings.batchSize)
  }

  /// Random numbers with random answers: there is nothing to learn, and nothing that takes long.
  private static let dummy = Workload(
    name: "dummy",
    summary: "100 × 10 random numbers, 10-16-8-1, cross-entropy, batches of 32, Adam", steps: 1_000
  ) {
    var random = SplitMix64(seed: 1, stream: "dummy")
    let network = try Network<Float>(
      [10, 16, .relu, 8, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
    let x = (0..<1_000).map { _ in Float(random.uniform()) }
    let y = random.labels(100).map { Float($0) }
    let data = Dataset<Float>(
      x: Matrix(rows: 100, columns: 10, elements: x), y: Matrix(column: Vector(y)))
    return try prepare(network, data, .adam(learningRate: 0.001), batchSize: 32)
  }

  private static func classify(
    _ points: LabelledPoints, using random: inout SplitMix64
  ) throws -> Prepared {
    let network = try Network<Float>(
      [2, 64, .relu, .width(points.classes), .softmax], loss: .crossEntropy, using: &random)
    let order = (0..<points.count).shuffled(using: &random)
    return try prepare(
      network, points.examples(at: order).oneHot(as: Float.self), .sgd(learningRate: 0.1),
      batchSize: 32)
  }

  /// Gets a training ready whose steps are epochs.
  private static func prepare(
    _ network: Network<Float>, _ data: Dataset<Float>, _ optimiser: Optimiser<Float>,
    batchSize: Int?, rateFactor: Float = 1
  ) throws -> Prepared {
    guard var training = FusedTraining(network, optimiser) else {
      preconditionFailure("this network has a fused form")
    }
    let batchSize = batchSize ?? data.count
    var inputs = named(network.layerInputs, rate: optimiser.learningRate)
    inputs["x"] = NpyArray(data.x.elements, shape: [data.count, data.x.columns])
    inputs["y"] = NpyArray(data.y.elements, shape: [data.count, data.y.columns])
    inputs["batch"] = NpyArray([Float(batchSize)], shape: [])
    inputs["factor"] = NpyArray([rateFactor], shape: [])
    return Prepared(inputs: inputs) {
      let loss = training.epoch(on: data, batchSize: batchSize)
      training.learningRate *= rateFactor
      return loss
    }
  }
}
