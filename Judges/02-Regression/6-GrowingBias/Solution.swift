import Grading
import Workbook

/*:
 # 2.6 · A bias that grew ★★

 *Find the bug.* Here the bias is a matrix of one row, as libraries of arrays
 like it, and adding it to many rows broadcasts it. The broadcasting is written
 out in the file. It also hides a mistake: the gradients of this bias have a row
 for each example. The first step broadcasts the bias itself to that many rows,
 and from then on every example has a bias of its own. The loss falls, in the
 end to nothing, since each remembers its own error. Then somebody predicts two
 new examples.

 In mlpack/mlpack#3679 the gradients of a bias were right for batches of one,
 and no test had a larger one.

 1. Predict: a line of four features and three outputs takes one step on seven
    examples, as the code stands. How many numbers does its bias hold?
 2. Repair `gradients`, for $L = \lVert X W + b - Y \rVert^2 / 2n$. A bias enters
    the prediction of every example, so its gradient is a sum.
 3. Write `fit`, the cheapest of all checks: whether there is a tensor of
    gradients for each tensor of parameters, in the same order and each of the
    same shape. A tensor has a `shape`, such as `[4, 3]`. The check catches few
    mistakes, but this one it does; and it must not stop the program, whatever
    it is given.
 */

/// Returns a + b as libraries of arrays do: a single row is broadcast.
func broadcastSum<Scalar: Field>(
  _ a: Matrix<Scalar>, _ b: Matrix<Scalar>
) -> Matrix<Scalar> {
  Matrix(rows: max(a.rows, b.rows), columns: a.columns) { row, column in
    a[a.rows == 1 ? 0 : row, column] + b[b.rows == 1 ? 0 : row, column]
  }
}

/// A line whose bias is a matrix of one row, or the gradients of a loss in
/// both.
struct MatrixLine<Scalar: Field>: Equatable, Sendable {
  var weights: Matrix<Scalar>  // [features, outputs]
  var bias: Matrix<Scalar>  // [1, outputs]

  /// Returns the predictions for the rows of `x`, `[n, outputs]`.
  func prediction(from x: Matrix<Scalar>) -> Matrix<Scalar> {
    broadcastSum(matmul(x, weights), bias)
  }

  /// Takes a step downhill.
  mutating func step(against gradients: MatrixLine, learningRate: Scalar) {
    weights = weights - learningRate * gradients.weights
    bias = broadcastSum(bias, -learningRate * gradients.bias)
  }
}

/// How many numbers the bias holds after one step on seven examples.
var numbersInTheBias: Int {
  //#-answer
  21
  //#-end
}

/// Returns the gradients of half the mean square of the errors.
///
/// - Parameters:
///   - line: The line.
///   - x: The inputs, `[n, features]`.
///   - y: The targets, `[n, outputs]`.
func gradients<Scalar: Field>(
  of line: MatrixLine<Scalar>, from x: Matrix<Scalar>, to y: Matrix<Scalar>
) -> MatrixLine<Scalar> {
  let dPrediction =
    (line.prediction(from: x) - y) / Scalar(count: x.rows)  // [n, outputs]
  //#-answer
  let sums = dPrediction.sumOfRows.elements
  return MatrixLine(
    weights: matmul(x.transposed, dPrediction),
    bias: Matrix(rows: 1, columns: sums.count, elements: sums))
  //#-stub
  // return MatrixLine(
  //   weights: matmul(x.transposed, dPrediction),
  //   bias: dPrediction)
  //#-end
}

/// Whether gradients have the shapes of the parameters that they belong to.
func fit(
  _ gradients: [Tensor<Rational>], to parameters: [Tensor<Rational>]
) -> Bool {
  //#-answer
  gradients.map(\.shape) == parameters.map(\.shape)
  //#-end
}
