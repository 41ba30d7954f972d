import Grading
import Workbook

/*:
 # 4.6 · Learning, only slower ★★

 *Find the bug.* In GMvandeVen/continual-learning#5 the cross-entropy is made as
 a matrix, an entry for each class of each example, and then its mean is taken.
 That divides by the classes too. The program in the file does the same, in its
 loss and in its gradients. So the two agree, and every check of a gradient
 passes. The network learns what it should, only slower, and anyone who takes
 two losses and adds them weighs them wrongly.

 **First, the check** that would have told. `lossIsRight` is given somebody's
 mean cross-entropy, as a function of logits `[n, classes]` and labels, and says
 whether it is the mean over the examples of $-\log p$ of their own class, with
 the natural logarithm. You know some of its values without computing any. The
 grader hands it right ones and wrong ones: divided by other things, in another
 logarithm, blind to some of what it is given. Yours should tell them apart. It
 may choose the logits, up to ±30, and the labels.

 **Second, the learning rate.** Somebody has found that with this program and
 $C$ classes a learning rate of $\eta$ is good. After the repair, with which
 learning rate is every step the same as before? `learningRateAfterRepair` says
 so.

 **Third, the repair** of `lossAndGradients`, of both.
 */

/// Returns whether a function of logits `[n, classes]` and labels is the mean
/// cross-entropy.
func lossIsRight(_ loss: (Matrix<Double>, [Int]) -> Double) -> Bool {
  notAttempted()
}

/// Returns the learning rate with which the repaired program takes the same
/// steps as the program with the bug did.
///
/// - Parameters:
///   - learning rate: The learning rate that was good with the bug.
///   - classes: The number of classes.
func learningRateAfterRepair(_ learningRate: Double, classes: Int) -> Double {
  notAttempted()
}

/// Returns the logarithm of the softmax of each row, `[n, classes]`.
func logSoftmax<Scalar: AnalyticField>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
  let logs = (0..<z.rows).map { row in
    let largest = z.row(row).elements.max() ?? 0
    return largest + Scalar.log(z.row(row).map { Scalar.exp($0 - largest) }.sum)
  }
  return Matrix(rows: z.rows, columns: z.columns) { z[$0, $1] - logs[$0] }
}

/// Returns the cross-entropy of logits, and its gradient in each of them.
///
/// - Parameters:
///   - z: The logits, `[n, classes]`.
///   - labels: The class of each example, from 0.
func lossAndGradients<Scalar: AnalyticField>(
  logits z: Matrix<Scalar>, labels: [Int]
) -> (loss: Scalar, dZ: Matrix<Scalar>) {
  let logs = logSoftmax(z)
  let y = Matrix<Scalar>(rows: z.rows, columns: z.columns) {
    labels[$0] == $1 ? 1 : 0
  }
  let costs = (y ⊙ logs).map { -$0 }  // [n, classes]
  let divisor = Scalar(count: costs.elements.count)
  let dZ = (logs.map { Scalar.exp($0) } - y) / divisor  // [n, classes]
  return (costs.sum / divisor, dZ)
}
