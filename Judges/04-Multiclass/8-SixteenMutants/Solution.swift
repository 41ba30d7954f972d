import Grading
import Workbook

/*:
 # 4.8 · Sixteen mutants ★★★

 *Implement.* Chapter 4 plants bugs in a backward pass, one at a time, and runs
 several checks on each. All checks but one are fooled by some bug, and three
 by almost all. Now write one that is fooled by none.

 `isRight` is given somebody's backward pass for the network in the file, as a
 function of a network and of data, and says whether it is right. The network's
 loss, `meanLoss`, is right, and all that you may rely on. You choose the
 network, its sizes, its weights, and the data. The grader hands your check two
 backward passes that are right, though not rounded alike, and sixteen that are
 not. It counts the kills and names the survivors, and a right one that is
 refused ends the exam at once. Last come gradients that are right but for one
 entry, which is off by a tenth of the largest in its tensor, or NaN.

 What you will want: `SplitMix64(seed: 1, stream: "check")` is a generator, and
 `Matrix<Double>.normal(7, 4, using: &random)` draws from it, and so does
 `Vector<Double>.normal(5, using: &random)`. `network.tensors` are the four
 blocks of parameters, and those of a gradient its gradients:
 `network.tensors[2].elements[0]` is one weight, and can be set. Take few
 examples: your check has to end within a few seconds, without optimisation.
 */

/// Two layers, a tanh and a softmax: softmax(tanh(X W₁ + b₁) W₂ + b₂).
struct TwoLayers {
  var w1: Matrix<Double>  // [features, hidden]
  var b1: Vector<Double>  // [hidden]
  var w2: Matrix<Double>  // [hidden, classes]
  var b2: Vector<Double>  // [classes]

  /// The four blocks of parameters. To set them is to set the parameters.
  var tensors: [Tensor<Double>] {
    get {
      [Tensor("W1", w1), Tensor("b1", b1), Tensor("W2", w2), Tensor("b2", b2)]
    }
    set {
      (w1, b1) = (newValue[0].matrix, newValue[1].vector)
      (w2, b2) = (newValue[2].matrix, newValue[3].vector)
    }
  }

  /// Returns the mean cross-entropy.
  ///
  /// - Parameter data: Inputs `[n, features]` and one-hot targets
  ///   `[n, classes]`.
  func meanLoss(on data: Dataset<Double>) -> Double {
    let z = (data.x • w1 + b1).map(Double.tanh) • w2 + b2  // [n, classes]
    let costs = (0..<z.rows).map { row in
      let largest = z.row(row).elements.max() ?? 0
      let sum = z.row(row).map { Double.exp($0 - largest) }.sum
      return largest + Double.log(sum) - data.y.row(row).dot(z.row(row))
    }
    return costs.reduce(0, +) / Double(data.count)
  }
}

/// Somebody's backward pass: the gradient of the mean loss in each parameter.
typealias Backward = (TwoLayers, Dataset<Double>) -> TwoLayers

/// Returns whether a backward pass is right.
func isRight(_ backward: Backward) -> Bool {
  //#-answer
  var random = SplitMix64(seed: 1, stream: "check")
  let network = TwoLayers(
    w1: .normal(4, 5, using: &random), b1: .normal(5, using: &random),
    w2: .normal(5, 3, using: &random), b2: .normal(3, using: &random))
  let data = Dataset(
    x: Matrix<Double>.normal(7, 4, using: &random),
    y: Matrix(rows: 7, columns: 3) { [0, 0, 1, 2, 0, 1, 2][$0] == $1 ? 1 : 0 })

  let gradients = backward(network, data).tensors
  for (tensor, block) in network.tensors.enumerated() {
    if gradients[tensor].shape != block.shape { return false }
    for index in block.elements.indices {
      func loss(nudgedBy step: Double) -> Double {
        var nudged = network
        nudged.tensors[tensor].elements[index] += step
        return nudged.meanLoss(on: data)
      }
      let step = 0x1p-16
      let difference =
        (loss(nudgedBy: step) - loss(nudgedBy: -step)) / (2 * step)
      let error = abs(gradients[tensor].elements[index] - difference)
      if !(error <= 1e-6) { return false }
    }
  }
  return true
  //#-end
}
