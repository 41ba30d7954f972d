import BinaryClassifier
import Perceptron
import Regression
import Workbook

/*:
 ## Nineteen wrong backward passes

 How would you notice that a backward pass is wrong? Do its shapes not fit? Does
 the loss not fall? Is the accuracy low? Here is a study of how much such signs
 are worth. Nineteen bugs are planted, one at a time, in the backward pass of a
 network with one hidden layer, and eight checks are run on each.

 The bugs are common mistakes: a factor too many or too few, a line that uses
 the wrong variable, a sum that keeps only its last term. The last three are
 loops that begin too late or end too early. They leave out a part of a tensor,
 and the rest of it is right.
 */

//#-hidden-code
/// A mistake in a backward pass.
enum Bug: String, CaseIterable, Sendable {
  case meanTwice = "divided by n twice"
  case meanForgotten = "not divided by n"
  case meanOverClasses = "divided by n and by C"
  case doubled = "the 2 of a square, kept"
  case halved = "the ½ of another loss, kept"
  case derivativeOfSigmoid = "the factor a(1 − a) of squares, left in"
  case upstreamIgnored = "what arrives from above ignored"
  case derivativeForgotten = "φ′ forgotten"
  case derivativeAtValue = "φ′ taken at φ(z), not at z"
  case squareForgotten = "1 − h for 1 − h²"
  case sumForValue = "z for h in the last dW"
  case biasMean = "mean for sum in each db"
  case oneBiasSum = "one sum for all classes in db"
  case biasFromWeights = "db from dW, not from dZ"
  case firstLayerFrozen = "the gradient of the first layer is 0"
  case lastExampleOnly = "= for +=, only the last example counts"
  case entryMissing = "the first entry of the first dW left out"
  case rowMissing = "the last row of the first dW left out"
  case classMissing = "the last class of dW and db left out"
}

extension Bug {
  /// The bugs that leave most entries of each tensor right.
  static let inParts: [Bug] = [.entryMissing, .rowMissing, .classMissing]
}
//#-end-hidden-code

/*:
 The network is `[features, 5, .tanh, 3, .softmax]`. This is its backward pass,
 written out once more, without a bug:

 $$
 \mathrm{d}Z = (P - Y)/n, \quad \mathrm{d}H = \mathrm{d}Z \, W_2^\top,
 \quad \mathrm{d}Z_1 = \mathrm{d}H \odot (1 - H \odot H)
 $$

 The gradient of each weight matrix is then the input of its layer, transposed,
 times the $\mathrm{d}Z$ of that layer, and the gradient of each bias is the sum
 of the rows of that $\mathrm{d}Z$. Nineteen bugs are planted in these lines.
 Seven of them are in the first:
 */

/// Returns dZ, `[n, classes]`, with a mistake or without.
private func outputGradient(
  _ p: Matrix<Double>, _ y: Matrix<Double>, with bug: Bug?
) -> Matrix<Double> {
  let n = Double(p.rows)
  let dZ = (p - y) / n
  switch bug {
  case .meanTwice: return dZ / n
  case .meanForgotten: return n * dZ
  case .meanOverClasses: return dZ / Double(p.columns)
  case .doubled: return 2 * dZ
  case .halved: return dZ / 2
  case .derivativeOfSigmoid: return dZ ⊙ p.map { $0 * (1 - $0) }
  case .lastExampleOnly: return dZ.lastRowOnly
  default: return dZ
  }
}

//#-hidden-code
/// Returns dZ₁, `[n, hidden]`, with a mistake or without.
private func hiddenGradient(
  _ h: Matrix<Double>, _ dZ: Matrix<Double>, _ w2: Matrix<Double>,
  with bug: Bug?
) -> Matrix<Double> {
  let dH = dZ • w2.transposed  // [n, hidden]
  switch bug {
  case .upstreamIgnored:
    let ones = dZ.map { _ in 1 / Double(dZ.rows) }
    return (ones • w2.transposed) ⊙ h.map { 1 - $0 * $0 }
  case .derivativeForgotten: return dH
  case .derivativeAtValue: return dH ⊙ h.map { 1 - Double.tanh($0).squared }
  case .squareForgotten: return dH ⊙ h.map { 1 - $0 }
  default: return dH ⊙ h.map { 1 - $0 * $0 }
  }
}

/// Returns the gradient of a network of two layers, tanh and softmax, with a
/// mistake or, for `nil`, without.
func gradient(
  of network: Network<Double>, on data: Dataset<Double>, with bug: Bug?
) -> Network<Double> {
  let (first, second) = (network.layers[0], network.layers[1])
  let z = data.x • first.weights + first.bias  // [n, hidden]
  let h = z.map(Double.tanh)  // [n, hidden]
  let p = softmax(h • second.weights + second.bias)  // [n, classes]

  let dZ = outputGradient(p, data.y, with: bug)  // [n, classes]
  let dZ1 = hiddenGradient(h, dZ, second.weights, with: bug)  // [n, hidden]

  var gradient = network
  gradient.layers[0].weights = data.x.transposed • dZ1
  gradient.layers[0].bias = dZ1.sumOfRows
  gradient.layers[1].weights =
    (bug == .sumForValue ? z : h).transposed • dZ
  gradient.layers[1].bias = dZ.sumOfRows
  if let bug { gradient.spoil(with: bug, examples: data.count) }
  return gradient
}

extension Network<Double> {
  /// Makes the mistakes that come last: in the sums, and in parts of tensors.
  fileprivate mutating func spoil(with bug: Bug, examples n: Int) {
    let classes = layers[1].bias.count
    switch bug {
    case .biasMean:
      for index in 0...1 { layers[index].bias = layers[index].bias / Double(n) }
    case .oneBiasSum:
      layers[1].bias = Vector(repeating: layers[1].bias.sum, count: classes)
    case .biasFromWeights:
      for index in 0...1 {
        layers[index].bias = layers[index].weights.sumOfRows
      }
    case .firstLayerFrozen: layers[0].zero()
    case .entryMissing: layers[0].weights[0, 0] = 0
    case .rowMissing: layers[0].weights.zeroLastRow()
    case .classMissing:
      layers[1].weights.zeroLastColumn()
      layers[1].bias[classes - 1] = 0
    default: break
    }
  }
}

extension Matrix where Scalar == Double {
  /// The matrix with all rows but the last set to 0.
  var lastRowOnly: Matrix {
    Matrix(rows: rows, columns: columns) { row, column in
      row == rows - 1 ? self[row, column] : 0
    }
  }

  /// Sets the last row to 0.
  fileprivate mutating func zeroLastRow() {
    for column in 0..<columns { self[rows - 1, column] = 0 }
  }

  /// Sets the last column to 0.
  fileprivate mutating func zeroLastColumn() {
    for row in 0..<rows { self[row, columns - 1] = 0 }
  }
}
//#-end-hidden-code
