import Grading
import Workbook

/*:
 # 6.9 · A square of differences ★★

 *Explain.* The predictions of a network are a column, [m, 1]. The targets came
 from a file as a list, [m]. Somebody subtracts the two. By the rule of exercise
 6.7 nothing is wrong: the list is a row, both are broadcast, and a training
 begins that prints losses, warns at best, and learns nothing. It took an issue
 with many sighs (pytorch/pytorch#16045) until PyTorch warned of it.

 **The shape.** What is the shape of the difference? Return it from
 `shapeOfDifference`.

 **The least loss.** The loss is half a mean of squares, over all entries of
 that difference:

     J(p) = Σᵢⱼ (pᵢ − yⱼ)² / 2m²

 Which predictions p make J least, and how small does it get? Return both, for
 any targets y, from `leastWrongLoss`. The check puts your p into J: all
 gradients must be 0 there, exactly, and J must have the value that you say.

 **The loss that refuses.** `halfSquaredError` takes the predictions as a matrix
 and the targets as a vector, and returns ‖p − y‖² / 2m. If the matrix is not
 [m, 1] it throws a `ShapeError` that names both shapes, as in
 “predictions [1, 7] for targets [7]”. It does not stop the program: a reader of
 the file may want to say which file it was. `shape` of a matrix or a vector is
 its shape in words.
 */

/// Two shapes that do not fit, in words.
struct ShapeError: Error, CustomStringConvertible {
  let description: String
}

/// Returns the shape of a column [m, 1] minus a list [m], by NumPy's rule.
func shapeOfDifference(m: Int) -> [Int] {
  //#-answer
  [m, m]
  //#-end
}

/// Returns where J is least, and its value there.
///
/// - Parameter y: The targets, `[m]`.
func leastWrongLoss<Scalar: Field>(
  for y: Vector<Scalar>
) -> (predictions: Vector<Scalar>, loss: Scalar) {
  //#-answer
  let m = Scalar(count: y.count)
  let mean = y.sum / m
  let spread = y.map { ($0 - mean) * ($0 - mean) }.sum / m
  return (Vector(repeating: mean, count: y.count), spread / 2)
  //#-end
}

/// Returns half the mean squared error of predictions.
///
/// - Parameters:
///   - p: The predictions, `[m, 1]`.
///   - y: The targets, `[m]`.
/// - Throws: `ShapeError` where `p` has another shape.
func halfSquaredError<Scalar: Field>(
  _ p: Matrix<Scalar>, _ y: Vector<Scalar>
) throws(ShapeError) -> Scalar {
  //#-answer
  if p.columns != 1 || p.rows != y.count {
    throw ShapeError(
      description: "predictions \(p.shape) for targets \(y.shape)")
  }
  return (p.column(0) - y).squaredNorm / (2 * Scalar(count: y.count))
  //#-end
}
