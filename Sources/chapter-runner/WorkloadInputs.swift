import BinaryClassifier
import Workbook

extension LabelledImages {
  /// The images and labels as a peer reads them: `x`, `[n, size]` or `[n, height, width, channels]`
  /// bytes to be divided by 255, and `y`, `[n]`.
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
    write(all, into: &x)
    writeBinary(all, into: &y)
    return Dataset(x: x, y: y)
  }
}

extension NpyArray {
  /// Creates an array from a bias.
  init(_ bias: Vector<Float>) { self.init(bias.elements, shape: [bias.count]) }
}

/// The weights and the bias of a layer as a peer reads them.
typealias LayerInputs = (weights: NpyArray, bias: NpyArray)

/// Returns the inputs `w1`, `b1`, `w2`, … of layers in order, and the learning rate as `rate`.
func named(_ layers: [LayerInputs], rate: Float) -> [String: NpyArray] {
  var inputs = ["rate": NpyArray([rate], shape: [])]
  for (index, layer) in layers.enumerated() {
    inputs["w\(index + 1)"] = layer.weights
    inputs["b\(index + 1)"] = layer.bias
  }
  return inputs
}

extension Network<Float> {
  /// The initial weights, `[in, out]`, and biases of each layer.
  var layerInputs: [LayerInputs] {
    layers.map { layer in
      let shape = [layer.weights.rows, layer.weights.columns]
      return (NpyArray(layer.weights.elements, shape: shape), NpyArray(layer.bias))
    }
  }
}
