import Grading
import Workbook

/*:
 # 2.3 · Seven predictions, forty-nine errors ★★

 *Find the bug.* A network's predictions are a matrix `[n, 1]`. The targets
 came from a file as a list of $n$ numbers, and stand in a matrix as a row,
 `[1, n]`. Libraries of arrays subtract even these: what has size 1 is
 broadcast until it fits. The difference is `[n, n]`, every prediction less
 every target. The loss is its mean square, a plausible number that even falls;
 and the network learns to say the mean of all targets, whatever it is shown.

 One library has warned of it ever since somebody asked for that
 (pytorch/pytorch#16045), and once 96 trainings had it before anybody saw
 (jsboige/CoursIA#926). A matrix of this book refuses to be broadcast, so the
 library's subtraction is written out in the file.

 1. Predict: what does `loss` say, as it stands in the file, of the predictions
    1, 2, 4 against the targets 1, 3, 3?
 2. Write `difference`, which subtracts where both shapes agree, and throws
    both shapes where they do not. It must never broadcast, and never stop the
    program.
 3. Repair `loss`, so that it is $\lVert \hat y - y \rVert^2 / 2n$, and throws
    where predictions and targets do not fit: all that is not `[n, 1]` against
    `[n]`.
 */

/// Two matrices that do not fit, by their shapes, such as `[7, 1]`.
struct ShapeMismatch: Error, Equatable {
  var left: String
  var right: String
}

/// Returns a − b as libraries of arrays do: a size of 1 is broadcast.
func broadcastDifference<Scalar: Field>(
  _ a: Matrix<Scalar>, _ b: Matrix<Scalar>
) -> Matrix<Scalar> {
  Matrix(
    rows: max(a.rows, b.rows), columns: max(a.columns, b.columns)
  ) { row, column in
    a[a.rows == 1 ? 0 : row, a.columns == 1 ? 0 : column]
      - b[b.rows == 1 ? 0 : row, b.columns == 1 ? 0 : column]
  }
}

/// What `loss` says, as it stands below, of 1, 2, 4 against 1, 3, 3.
var lossAsItWas: Rational {
  //#-answer
  11 / 9
  //#-end
}

/// Returns a − b, where both have the same shape.
///
/// - Throws: `ShapeMismatch` with the shapes of `a` and `b` otherwise.
func difference<Scalar: Field>(
  _ a: Matrix<Scalar>, _ b: Matrix<Scalar>
) throws(ShapeMismatch) -> Matrix<Scalar> {
  //#-answer
  guard a.rows == b.rows, a.columns == b.columns else {
    throw ShapeMismatch(left: a.shape, right: b.shape)
  }
  return a - b
  //#-end
}

/// Returns half the mean square of the errors.
///
/// - Parameters:
///   - prediction: The predictions, `[n, 1]`.
///   - target: The targets, `[n]`.
/// - Throws: `ShapeMismatch` where the two do not fit.
func loss<Scalar: Field>(
  of prediction: Matrix<Scalar>, against target: Vector<Scalar>
) throws(ShapeMismatch) -> Scalar {
  //#-answer
  let errors = try difference(prediction, Matrix(column: target))  // [n, 1]
  return errors.squaredNorm / Scalar(count: 2 * errors.rows)
  //#-stub
  // let targets = Matrix(
  //   rows: 1, columns: target.count, elements: target.elements)
  // let errors = broadcastDifference(prediction, targets)
  // return errors.squaredNorm / Scalar(count: 2 * errors.elements.count)
  //#-end
}
