import BinaryClassifier
import Regression
import Workbook

extension Workload {
  /// A small network on 15,000 colour images of 64 × 64 pixels, all of them in every step.
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
    var optimiser = Optimiser<Float>.sgd(learningRate: 0.001)

    let inputs = images.inputs(flat: true).merging(
      named(network.layerInputs, rate: optimiser.learningRate)
    ) { $1 }
    let positions = Array(0..<images.count)
    return Prepared(inputs: inputs) {
      let (loss, gradient) = network.lossAndGradient(over: images, at: positions)
      optimiser.step(&network, against: gradient)
      return loss
    }
  }
}
