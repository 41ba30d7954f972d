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

  /// The bugs that leave most entries of each tensor right.
  static let inParts: [Bug] = [.entryMissing, .rowMissing, .classMissing]
}

/*:
 The network is `[features, 5, .tanh, 3, .softmax]`. This is its backward pass,
 written out once more, with every bug at its line.
 */

/// Returns the gradient of a network of two layers, tanh and softmax, with a
/// mistake or, for `nil`, without.
///
/// - Parameters:
///   - network: The network.
///   - data: Inputs `[n, features]` and targets `[n, classes]`.
///   - bug: The mistake.
func gradient(
  of network: Network<Double>, on data: Dataset<Double>, with bug: Bug?
) -> Network<Double> {
  let n = Double(data.count)
  let (first, second) = (network.layers[0], network.layers[1])
  let z = data.x • first.weights + first.bias  // [n, hidden]
  let h = z.map(Double.tanh)  // [n, hidden]
  let p = softmax(h • second.weights + second.bias)  // [n, classes]

  var dZ = (p - data.y) / n  // [n, classes]
  switch bug {
  case .meanTwice: dZ = dZ / n
  case .meanForgotten: dZ = n * dZ
  case .meanOverClasses: dZ = dZ / Double(p.columns)
  case .doubled: dZ = 2 * dZ
  case .halved: dZ = dZ / 2
  case .derivativeOfSigmoid: dZ = dZ ⊙ p.map { $0 * (1 - $0) }
  case .lastExampleOnly: dZ = dZ.lastRowOnly
  default: break
  }

  var dH = dZ • second.weights.transposed  // [n, hidden]
  var derivative = h.map { 1 - $0 * $0 }  // [n, hidden]
  switch bug {
  case .upstreamIgnored:
    let ones = Matrix(rows: p.rows, columns: p.columns, repeating: 1 / n)
    dH = ones • second.weights.transposed
  case .derivativeForgotten: derivative = derivative.map { _ in 1 }
  case .derivativeAtValue:
    derivative = h.map { 1 - Double.tanh($0).squared }
  case .squareForgotten: derivative = h.map { 1 - $0 }
  default: break
  }
  let dZ1 = dH ⊙ derivative  // [n, hidden]

  var gradient = network
  gradient.layers[0].weights = data.x.transposed • dZ1
  gradient.layers[0].bias = dZ1.sumOfRows
  gradient.layers[1].weights = h.transposed • dZ
  gradient.layers[1].bias = dZ.sumOfRows
  switch bug {
  case .sumForValue: gradient.layers[1].weights = z.transposed • dZ
  case .biasMean:
    for layer in 0...1 {
      gradient.layers[layer].bias = gradient.layers[layer].bias / n
    }
  case .oneBiasSum:
    let sum = gradient.layers[1].bias.sum
    gradient.layers[1].bias = Vector(repeating: sum, count: p.columns)
  case .biasFromWeights:
    for layer in 0...1 {
      gradient.layers[layer].bias = gradient.layers[layer].weights.sumOfRows
    }
  case .firstLayerFrozen:
    gradient.layers[0].weights = 0 * gradient.layers[0].weights
    gradient.layers[0].bias = 0 * gradient.layers[0].bias
  case .entryMissing:
    gradient.layers[0].weights[0, 0] = 0
  case .rowMissing:
    for unit in 0..<h.columns {
      gradient.layers[0].weights[data.x.columns - 1, unit] = 0
    }
  case .classMissing:
    for unit in 0..<h.columns {
      gradient.layers[1].weights[unit, p.columns - 1] = 0
    }
    gradient.layers[1].bias[p.columns - 1] = 0
  default: break
  }
  return gradient
}

extension Matrix where Scalar == Double {
  /// The matrix with all rows but the last set to 0.
  var lastRowOnly: Matrix {
    Matrix(rows: rows, columns: columns) { row, column in
      row == rows - 1 ? self[row, column] : 0
    }
  }
}
