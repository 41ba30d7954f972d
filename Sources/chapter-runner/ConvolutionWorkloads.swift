import BinaryClassifier
import ConvNet
import Regression
import Workbook

extension Workload {
  /// The convolutional networks: a small one, and one of two layers on large and on small images.
  static let convolutions: [Workload] = [
    Workload(
      name: "small-cnn",
      summary: "32 images 64 × 64 × 3, conv 3 × 3 to 8, pool, 64, 1, cross-entropy, SGD", steps: 200
    ) {
      try .convolution(
        "small-cnn", on: ImageShape(64, 64, 3),
        [ConvolutionDescription(8, Window(3), pooling: .pool)],
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
  /// The window of a 2 × 2 max-pooling with stride 2.
  fileprivate static var pool: Window { Window(2, stride: 2) }
}

extension Workload.Prepared {
  fileprivate static func twoBlocks(
    _ name: String, on image: ImageShape, rate: Float
  ) throws -> Self {
    try convolution(
      name, on: image,
      [16, 32].map { ConvolutionDescription($0, Window(3, padding: 1), pooling: .pool) },
      head: [64, .relu, 1], loss: .halfSquaredError, rate: rate)
  }

  /// Makes a network and a batch of 32 images. Every step uses that batch.
  fileprivate static func convolution(
    _ name: String, on image: ImageShape, _ plans: [ConvolutionDescription<Analytic>],
    head: [Architecture<Analytic>.Entry], loss: Loss<Float>, rate: Float
  ) throws -> Self {
    var random = SplitMix64(seed: 1, stream: name)
    let images = LabelledImages(
      pixels: random.bytes(32 * image.size), height: image.height, width: image.width,
      channels: image.channels, labels: random.labels(32), classNames: ["no", "yes"])
    var network = try ConvNet(image, plans, head: head, loss: loss, using: &random)
    var optimiser = Optimiser<Float>.sgd(learningRate: rate)

    let inputs = images.inputs(flat: false).merging(network.inputs(rate: rate)) { $1 }
    let data = images.dataset()
    let positions = Array(0..<data.count)
    var workspaces = network.workspaces(forBatchesOf: data.count)
    return Self(inputs: inputs) {
      let loss = network.lossAndGradient(of: data.count, on: &workspaces) { range, batch in
        data.write(positions[range], into: &batch)
      }
      network.step(against: workspaces[0], &optimiser)
      return loss
    }
  }
}

extension ConvNet<Float> {
  /// The initial weights as a peer reads them, those of convolutions as `[height, width, channels,
  /// filters]`, and the learning rate as `rate`.
  func inputs(rate: Float) -> [String: NpyArray] {
    let kernels = layers.map { layer -> LayerInputs in
      let (window, weights) = (layer.geometry.window, layer.layer.weights)
      let shape = [
        window.vertical.size, window.horizontal.size, layer.geometry.image.channels,
        weights.columns,
      ]
      return (NpyArray(weights.elements, shape: shape), NpyArray(layer.layer.bias))
    }
    return named(kernels + head.layerInputs, rate: rate)
  }
}
