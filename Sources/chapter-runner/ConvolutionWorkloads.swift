import BinaryClassifier
import ConvNet
import Regression
import Workbook

extension Workload {
  /// The convolutional networks: a small one, and two blocks on large and on small images.
  static let convolutions: [Workload] = [
    Workload(
      name: "small-cnn",
      summary: "32 images 64 × 64 × 3, conv 3 × 3 to 8, pool, 64, 1, cross-entropy, SGD", steps: 200
    ) {
      try .convolution(
        "small-cnn", on: ImageShape(64, 64, 3), [ConvolutionPlan(8, Window(3), pooling: .pool)],
        head: [64, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, rate: 0.001)
    },
    Workload(
      name: "two-block-cnn",
      summary: "32 images 64 × 64 × 3, conv 3 × 3 to 16 and 32, pools, 64, 1, squared error, SGD",
      steps: 100
    ) { try .twoBlocks("two-block-cnn", on: ImageShape(64, 64, 3), rate: 0.0001) },
    Workload(
      name: "two-block-cnn-28", summary: "the same on images 28 × 28 × 1", steps: 400
    ) { try .twoBlocks("two-block-cnn-28", on: ImageShape(28, 28, 1), rate: 0.001) },
  ]
}

extension Window {
  /// The windows of a pool 2 × 2, side by side.
  fileprivate static var pool: Window { Window(2, stride: 2) }
}

extension Workload.Prepared {
  fileprivate static func twoBlocks(
    _ name: String, on image: ImageShape, rate: Float
  ) throws -> Self {
    try convolution(
      name, on: image,
      [16, 32].map { ConvolutionPlan($0, Window(3, padding: 1), pooling: .pool) },
      head: [64, .relu, 1], loss: .halfSquaredError, rate: rate)
  }

  /// Makes a batch of 32 images and a network, on which every step is taken.
  fileprivate static func convolution(
    _ name: String, on image: ImageShape, _ plans: [ConvolutionPlan<Float>],
    head: [Architecture<Float>.Part], loss: Loss<Float>, rate: Float
  ) throws -> Self {
    var random = SplitMix64(seed: 1, stream: name)
    let images = LabelledImages(
      pixels: random.bytes(32 * image.size), height: image.height, width: image.width,
      channels: image.channels, labels: random.labels(32), classNames: ["no", "yes"])
    var network = try ConvNet(image, plans, head: head, loss: loss, using: &random)
    let settings = DescentSettings<Float>(rate: rate, batchSize: images.count, epochs: 1)

    let inputs = images.inputs(flat: false).merging(network.inputs(rate: rate)) { $1 }
    let data = images.dataset()
    let positions = Array(0..<data.count)
    var sheets = network.sheets(forBatchesOf: data.count)
    return Self(inputs: inputs) {
      let loss = network.lossAndGradient(of: data.count, on: &sheets) { range, batch in
        data.write(positions[range], over: &batch)
      }
      network.step(against: sheets[0], settings)
      return loss
    }
  }
}

extension ConvNet<Float> {
  /// The starting weights as a peer reads them, those of convolutions as `[height, width, channels,
  /// filters]`, and the `rate` of learning.
  func inputs(rate: Float) -> [String: NpyArray] {
    let kernels = layers.map { layer -> LayerInputs in
      let (window, weights) = (layer.path.window, layer.layer.weights)
      let shape = [
        window.down.size, window.along.size, layer.path.image.channels, weights.columns,
      ]
      return (NpyArray(weights.elements, shape: shape), NpyArray(layer.layer.bias))
    }
    return named(kernels + head.layerInputs, rate: rate)
  }
}
