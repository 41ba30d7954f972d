import Grading
import Workbook

/*:
 # 4.5 · One sum for all classes ★★

 *Find the bug.* In rasbt/stat453-deep-learning-ss21#5 a softmax regression has
 been trained for fifty epochs, to an accuracy of 86 %, and prints its biases:
 −1.2020e-08, −1.2020e-08, −1.2020e-08. The sum that makes the gradient of the
 biases runs over the classes too, and the one number that comes out is given to
 each of them. The program in the file does the same. Nothing complains: a
 number can be added to a vector of any length.

 **First, predict.** What is that one number, `sumOfAllGradients`, in exact
 arithmetic, whatever the data and the weights are?

 **Second, where it hides.** With all weights and biases 0, give the labels of
 six examples, each 0, 1 or 2, with which the program's gradients of the biases
 are right nevertheless: `hidingLabels`. Then six labels with which they are
 wrong: `exposingLabels`. Any that do so will do.

 **Third, the repair** of `gradients`. All are compared with the derivative of
 the loss, the mean over the examples of $-\log p$ of their own class.
 */

/// The one number that the program takes for the gradient of every bias.
let sumOfAllGradients: Double = notAttempted()

/// The labels of six examples that do not show the bug, all weights 0.
let hidingLabels: [Int] = notAttempted()

/// The labels of six examples that show it.
let exposingLabels: [Int] = notAttempted()

/// Returns the softmax of each row of the scores, `[n, classes]`.
func softmax<Scalar: AnalyticField>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
  let largest = (0..<z.rows).map { z.row($0).elements.max() ?? 0 }
  let e = Matrix(rows: z.rows, columns: z.columns) {
    Scalar.exp(z[$0, $1] - largest[$0])
  }
  return Matrix(rows: e.rows, columns: e.columns) { e[$0, $1] / e.row($0).sum }
}

/// Returns the gradients of the mean cross-entropy of softmax(X W + b).
///
/// - Parameters:
///   - w: The weights, `[features, classes]`.
///   - b: The biases, `[classes]`.
///   - x: The inputs, `[n, features]`.
///   - labels: The class of each example, from 0.
/// - Returns: The gradients in the weights and in the biases.
func gradients<Scalar: AnalyticField>(
  in w: Matrix<Scalar>, _ b: Vector<Scalar>, on x: Matrix<Scalar>,
  labels: [Int]
) -> (w: Matrix<Scalar>, b: Vector<Scalar>) {
  let p = softmax(x • w + b)  // [n, classes]
  let n = Scalar(count: x.rows)
  let dZ = Matrix(rows: p.rows, columns: p.columns) { row, column in
    (p[row, column] - (labels[row] == column ? 1 : 0)) / n
  }  // [n, classes]
  let dW = x.transposed • dZ  // [features, classes]
  let db = Vector(repeating: dZ.sum, count: b.count)  // [classes]
  return (w: dW, b: db)
}
