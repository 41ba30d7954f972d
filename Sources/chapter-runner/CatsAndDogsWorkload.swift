import BinaryClassifier
import Regression
import Workbook

extension Workload {
  /// 15,000 colour images of 64 × 64 pixels and a small network, all of them in every step.
  static let catsAndDogs = Workload(
    name: "cats-dogs-mlp",
    summary: "15,000 images of 12,288 bytes, 12288-10-9-1, cross-entropy, full batch, SGD",
    steps: 15
  ) {
    var random = SplitMix64(seed: 1, stream: "cats-dogs-mlp")
    let images = LabelledImages(
      pixels: random.bytes(15_000 * 64 * 64 * 3), height: 64, width: 64, channels: 3,
      labels: random.labels(15_000), classNames: ["cat", "dog"])
    var network = try Network<Float>(
      [12_288, 10, .relu, 9, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
    let settings = DescentSettings<Float>(rate: 0.001, batchSize: images.count, epochs: 1)

    let inputs = images.inputs(flat: true).merging(network.inputs(rate: settings.rate)) { $1 }
    let data = images.dataset()
    var sheet = Worksheet(for: network)
    return Prepared(inputs: inputs) {
      let loss = network.lossAndGradient(from: data.x, to: data.y, on: &sheet)
      network.step(against: sheet.gradient, settings)
      return loss
    }
  }
}

extension LabelledImages {
  /// The images and labels as a peer reads them: `x`, `[n, size]` or `[n, height, width, channels]`
  /// bytes that are to be divided by 255, and `y`, `[n]`.
  func inputs(flat: Bool) -> [String: NpyArray] {
    [
      "x": NpyArray(pixels, shape: [count] + (flat ? [size] : [height, width, channels])),
      "y": NpyArray(labels.map { UInt8($0) }, shape: [count]),
    ]
  }

  /// Returns all images as rows of numbers from 0 to 1, `[n, size]`, with targets 0 and 1, `[n, 1]`.
  func dataset() -> Dataset<Float> {
    var (x, y) = (Matrix<Float>.empty, Matrix<Float>.empty)
    let all = Array(labels.indices)[...]
    write(all, over: &x)
    writeBinary(all, over: &y)
    return Dataset(x: x, y: y)
  }
}

extension Network<Float> {
  /// The starting weights `w1`, `b1`, `w2`, … as a peer reads them, and the `rate` of learning.
  func inputs(rate: Float) -> [String: NpyArray] {
    var inputs = ["rate": NpyArray([rate], shape: [])]
    for (index, layer) in layers.enumerated() {
      let (weights, bias) = (layer.weights, layer.bias)
      inputs["w\(index + 1)"] = NpyArray(
        weights.elements, shape: [weights.rows, weights.columns])
      inputs["b\(index + 1)"] = NpyArray(bias.elements, shape: [bias.count])
    }
    return inputs
  }
}
