import Workbook

/// A tensor of parameters, and the gradient that is claimed for it.
struct Parameter: Sendable {
  /// A weight is multiplied with inputs; a scale is the γ of batch norm.
  enum Role: Sendable { case weight, scale, bias, input }

  /// Its name in the file, such as `0.weight`.
  let name: String
  let role: Role
  /// The number of its layer; `nil` for the batch.
  let layer: Int?
  /// The lengths of its axes in the file.
  let shape: [Int]
  /// How many rows it has here: the inputs of a weight; 1 for a bias.
  let rows: Int
  /// For each number here, where it stands in the file.
  let order: [Int]
  /// The numbers in the order of this program.
  let values: [Double]
  /// The gradient as it was claimed, in the order of this program; `nil` where none is given, or one of
  /// another shape.
  var claim: [Double]?
  /// The claimed gradient as it stands in the file.
  var given: NamedArrays.Numbers?

  var columns: Int { values.count / max(rows, 1) }

  /// Returns the name of an entry as the reader's program has it, such as `0.weight.grad[2, 5]`.
  func location(of index: Int) -> String {
    var rest = order[index]
    var position: [Int] = []
    for length in shape.reversed() {
      position.insert(rest % length, at: 0)
      rest /= length
    }
    return "\(name).grad\(position)"
  }
}

/// A network with a batch and a loss: what a gradient file describes, in one arrangement.
///
/// Examples are rows. A linear weight is `[inputs, outputs]`, a kernel `[channels · height · width, filters]`,
/// an image has its channels first.
public struct DescribedNetwork: Sendable {
  /// Where it was read, for messages.
  var path: String
  var layers: [Layer]
  var loss: Loss
  /// A row for each example.
  var inputs: Matrix<Double>
  /// A row for each example; classes are one-hot rows.
  var targets: Matrix<Double>
  /// Weights and biases in the order of the layers.
  var parameters: [Parameter]
  /// The batch as a parameter, where a gradient in it is claimed.
  var inputClaim: Parameter?
  /// The loss that is claimed.
  var claimedLoss: Double
  /// How many bits the claimed numbers were computed with.
  var bits: Int
  /// How many bits the claimed numbers are saved with.
  var savedBits: Int

  /// The number behind that of the last layer, which stands for the loss.
  var endIndex: Int { (layers.last?.index ?? -1) + 1 }

  /// How many examples the batch has.
  var examples: Int { inputs.rows }

  /// Whether fractions are enough to compute it exactly.
  var isAlgebraic: Bool { loss.isAlgebraic && layers.allSatisfy(\.isAlgebraic) }

  /// How many products a forward pass takes.
  var work: Double {
    let examples = Double(examples)
    return layers.reduce(0) { total, layer in
      let outputs = Double(layer.output.count)
      let terms: Double =
        switch layer.kind {
        case .linear: Double(layer.input.count)
        case .convolution(let windows): Double(windows.input.channels * windows.size)
        case .maxPool(let windows): Double(windows.size)
        default: 1
        }
      return total + examples * outputs * terms
    }
  }

  /// All that is judged: the parameters, and the batch where a gradient in it is claimed.
  var judged: [Parameter] { parameters + (inputClaim.map { [$0] } ?? []) }
}
