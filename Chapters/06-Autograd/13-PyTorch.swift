import BinaryClassifier
import ConvNet
import Workbook

/*:
 ## A convolutional network in PyTorch

 Here is a network of [chapter 5](chapter:5) in PyTorch. The shapes stand behind
 each line:

     model = nn.Sequential(                          # [n, 2, 4, 6]
         nn.Conv2d(2, 3, kernel_size=3, padding=1),  # [n, 3, 4, 6]
         nn.ReLU(),
         nn.MaxPool2d(2),                            # [n, 3, 2, 3]
         nn.Flatten(),                               # [n, 18]
         nn.Linear(18, 1))                           # [n, 1]

 and in the modules of this chapter. The window geometry is given in full,
 because a row of numbers does not say that it is an image:
 */

/// Returns the network for images of 4 × 6 pixels and 2 channels.
func smallConvNet<Scalar: OrderedField>(
  _ filters: Matrix<Scalar>, _ filterBias: Vector<Scalar>,
  _ weights: Matrix<Scalar>, _ bias: Vector<Scalar>
) throws(WindowError) -> Sequential<Scalar> {
  let convolution = try ConvolutionGeometry(
    of: Window(3, padding: 1), over: ImageShape(4, 6, 2))
  let pooling = try ConvolutionGeometry(
    of: Window(2, stride: 2), over: ImageShape(4, 6, 3))
  return Sequential {
    Conv2d(convolution, weights: filters, bias: filterBias)  // [n, 4 · 6 · 3]
    ReLU()
    MaxPool2d(pooling)  // [n, 2 · 3 · 3]
    Linear(weights: weights, bias: bias)  // [n, 1]
  }
}

/*:
 There is no `Flatten` here: an image is a row already. But the order of its
 entries differs. PyTorch stores an image as `[channels, height, width]`, so
 `Flatten` puts all of the first channel first. Here the channels of a pixel
 stand together. Weights that move from one library to the other have to be
 permuted: the filters, and also the *dense weights behind* `Flatten`, which are
 easily forgotten because a linear layer knows nothing of channels.

 Images, filters and dense weights have the same permutation, from rows of
 `[channels, pixels]` to rows of `[pixels, channels]`:
 */

extension Matrix {
  /// Returns rows of [channels, pixels] as rows of [pixels, channels].
  func channelsLast(_ channels: Int) -> Matrix {
    let pixels = columns / channels
    return Matrix(rows: rows, columns: columns) { row, column in
      self[row, column % channels * pixels + column / channels]
    }
  }
}

/*:
 Filters and dense weights are transposed besides, because PyTorch has outputs
 first. A small network with its outputs and gradients was computed by PyTorch
 and is stored with this book. Its numbers are multiples of a quarter, so no
 result is rounded.

 > **Guess:** Take PyTorch's weights and permute all of them but the dense ones.
 > Does anything stop the run? How wrong are the outputs?
 >
 > Nothing stops it: the shapes are the same. The outputs are off by as much as
 > \(torch.off), where they are \(torch.output) at most. With all weights
 > permuted, outputs, loss and every gradient are those of PyTorch to the last
 > bit.

 ![Our outputs and gradients beside PyTorch's, with its weights
 permuted](table:torch)

 In a network that is trained from the beginning the order does no harm, because
 the weights learn it. It matters only where weights are moved.
 */

/// Runs PyTorch's network with permuted weights, and compares all gradients.
func compareWithPyTorch<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("A convolutional network in PyTorch")
  run.ask("Which weights does an image's order of entries concern?")
  let torch = try TorchTensors<Scalar>(in: run.options.dataFolder)
  let right = try gradients(
    of: torch, dense: Matrix(torch["W"].channelsLast(3).transposed))
  let wrong = try gradients(of: torch, dense: Matrix(torch["W"].transposed))
  let theirs: [(String, Matrix<Scalar>, Matrix<Scalar>)] = [
    ("outputs", torch["z"], right.z),
    (
      "dK, filters", Matrix(torch["dK"].channelsLast(2).transposed),
      right.gradients[0]
    ),
    ("dc, their bias", torch["dc"], right.gradients[1]),
    (
      "dW, dense weights", Matrix(torch["dW"].channelsLast(3).transposed),
      right.gradients[2]
    ),
    ("db, their bias", torch["db"], right.gradients[3]),
  ]
  run.show(
    Table(
      "torch",
      columns: ["tensor", "shape here", "largest entry", "beside ours"],
      rows: theirs.map { name, matrix, ours in
        [
          .text(name), .text("[\(ours.rows), \(ours.columns)]"),
          .number(matrix.largest, .decimals(4)),
          .text(matrix == ours ? "equal" : "differs"),
        ]
      }))
  run.record(
    (wrong.z - torch["z"]).largest, .decimals(2), as: "torch.off",
    label: "error of the outputs, dense weights not permuted")
  run.record(
    torch["z"].largest, .decimals(2), as: "torch.output",
    label: "largest output")
  run.check(
    "PyTorch's weights, permuted, give its loss and all of its gradients",
    theirs.allSatisfy { $1 == $2 } && right.loss == torch["loss"][0, 0],
    detail: "equal to the last bit")
  run.check(
    "dense weights that are not permuted give other outputs, and no message",
    wrong.z != torch["z"], detail: "the shapes are the same")
}

//#-hidden-code
/// Returns the outputs, loss and gradients of PyTorch's network, as modules.
private func gradients<Scalar: FloatingField>(
  of torch: TorchTensors<Scalar>, dense: Matrix<Scalar>
) throws(WindowError) -> (
  z: Matrix<Scalar>, loss: Scalar, gradients: [Matrix<Scalar>]
) {
  let model = try smallConvNet(
    Matrix(torch["K"].channelsLast(2).transposed), torch["c"].row(0), dense,
    torch["b"].row(0))
  let z = model(torch["x"].channelsLast(2))
  let loss = Loss.halfSquaredError(z, torch["y"])
  loss.backward()
  return (z.value, loss.item(), model.parameters.map { $0.gradient.matrix })
}

/// Tensors that PyTorch computed, as matrices: the first axis is the rows.
struct TorchTensors<Scalar: FloatingField> {
  private var matrices: [String: Matrix<Scalar>] = [:]

  init(in folder: String?) throws(InputError) {
    let name = "pytorch-convnet"
    let data = BundledData(folder: folder)
    for row in try data.rows(of: name, columns: 3) {
      let shape = row[1].split(separator: " ").compactMap { Int($0) }
      let values = row[2].split(separator: " ").compactMap { Double($0) }
      let rows = shape.count > 1 ? shape[0] : 1
      guard values.count == shape.reduce(1, *), values.count % rows == 0 else {
        throw InputError(
          .damaged, "\(data.folder)/\(name)/table.csv",
          "\(row[0]) has \(values.count) entries for the shape \(shape)")
      }
      matrices[row[0]] = Matrix(
        rows: rows, columns: values.count / rows,
        elements: values.map { Scalar($0) })
    }
    let expected = ["x": 48, "K": 18, "c": 3, "W": 18, "b": 1, "y": 1, "z": 1]
      .merging(["dK": 18, "dc": 3, "dW": 18, "db": 1, "loss": 1]) { a, _ in a }
    for (tensor, columns) in expected where self[tensor].columns != columns {
      throw InputError(
        .damaged, "\(data.folder)/\(name)/table.csv",
        "\(tensor) has \(self[tensor].columns) columns; it needs \(columns)")
    }
  }

  subscript(_ name: String) -> Matrix<Scalar> { matrices[name] ?? .empty }
}

extension Matrix where Scalar: FloatingField {
  /// The largest magnitude of an entry.
  fileprivate var largest: Double {
    elements.map { Double($0.magnitude) }.max() ?? 0
  }
}
//#-end-hidden-code
