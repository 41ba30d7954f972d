import Grading
import Workbook

/*:
 # 4.7 · A softmax too many ★★

 *Find the bug.* A network ends with a softmax, and its loss takes logits and
 makes a softmax of them. Each is right by itself. Together they make a softmax
 of a softmax. The first loss is $\log C$, as it should be, the gradients are
 the derivative of the loss, the loss falls. And then it stops falling, since
 probabilities that lie between 0 and 1 are very modest logits.

 In ariecattan/SciCo#2 a reader finds this in somebody's loss on the validation
 set, which cannot fall below 0.74, however good the network is.

 **First, the lowest loss.** `lowestLoss` returns what the loss of such a
 program comes near, with $C$ classes, as the network becomes certain and right
 about everything. And how many classes were there in that program?

 **Second, the check** that tells. `softmaxesTwice` is given somebody's mean
 cross-entropy, as a function of logits `[n, classes]`, of any size up to ±700,
 and labels. It says whether logits go through more than one softmax. The
 grader hands it right losses and others.

 **Third, the repair** of `lossAndGradients`, whose loss and gradients both have
 the bug. They must also hold at logits of ±800.
 */

/// Returns what the loss comes near as a network with a softmax too many
/// becomes certain and right.
func lowestLoss(classes: Int) -> Double {
  notAttempted()
}

/// The number of classes where that is 0.74.
let classesInThatProgram: Int = notAttempted()

/// Returns whether a mean cross-entropy takes the softmax of a softmax.
func softmaxesTwice(_ loss: (Matrix<Double>, [Int]) -> Double) -> Bool {
  notAttempted()
}

/// Returns the softmax of each row, `[n, classes]`.
func softmax<Scalar: AnalyticField>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
  let logs = logSumExp(z)
  return Matrix(rows: z.rows, columns: z.columns) {
    Scalar.exp(z[$0, $1] - logs[$0])
  }
}

/// Returns log Σ exp(zₖ) of each row, `[n]`.
func logSumExp<Scalar: AnalyticField>(_ z: Matrix<Scalar>) -> Vector<Scalar> {
  Vector(count: z.rows) { row in
    let largest = z.row(row).elements.max() ?? 0
    return largest + Scalar.log(z.row(row).map { Scalar.exp($0 - largest) }.sum)
  }
}

/// Returns the mean cross-entropy of logits, and its gradient in each of them.
///
/// - Parameters:
///   - z: The logits, `[n, classes]`.
///   - labels: The class of each example, from 0.
func lossAndGradients<Scalar: AnalyticField>(
  logits z: Matrix<Scalar>, labels: [Int]
) -> (loss: Scalar, dZ: Matrix<Scalar>) {
  let n = Scalar(count: z.rows)
  let y = Matrix<Scalar>(rows: z.rows, columns: z.columns) {
    labels[$0] == $1 ? 1 : 0
  }
  // The network ends with a softmax.
  let probabilities = softmax(z)  // [n, classes]
  // The loss, and its gradient in what the network says.
  let logs = logSumExp(probabilities)  // [n]
  let costs = labels.indices.map { logs[$0] - probabilities[$0, labels[$0]] }
  let dProbabilities = (softmax(probabilities) - y) / n  // [n, classes]
  // Back through the softmax of the network.
  let dots = Vector(count: z.rows) {
    probabilities.row($0).dot(dProbabilities.row($0))
  }
  let dZ = Matrix(rows: z.rows, columns: z.columns) {
    probabilities[$0, $1] * (dProbabilities[$0, $1] - dots[$0])
  }  // [n, classes]
  return (costs.reduce(0, +) / n, dZ)
}
