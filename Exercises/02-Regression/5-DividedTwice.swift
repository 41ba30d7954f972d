import Grading
import Workbook

/*:
 # 2.5 · Divided once, divided twice ★★

 *Find the bug.* The loss is a mean over the examples, so its gradients are
 divided by $n$. Once. It comes to be done twice: here, because the loss is a
 mean, and there, because somebody remembers that gradients are averaged. In
 deeplearning4j/deeplearning4j#366 a reader found it in the gradients of the
 biases. Nothing crashes, the loss falls, only $n$ times slower. So the learning
 rate is raised until it learns, and training on the next data set, of another
 size, diverges.

 1. Repair `lossAndGradients`: $L = \lVert X W + b - Y \rVert^2 / 2n$ and its
    gradients.
 2. Write the check that finds this bug without knowing a single formula. A
    mean does not change when every example is repeated. So compute the
    gradients of a line on some examples, and again on the same examples with
    every one of them twice: `staysWhenRepeated` says whether all gradients are
    the same. They are exact fractions, so the same means equal.

 Your check is shown functions for gradients that it has never seen: of this
 loss, of other books' losses, with a penalty for large weights; and others that
 divide too often, or not at all, or only somewhere. It must accept all of the
 former and none of the latter.
 */

/// A line, or the gradients of a loss in its weights.
struct Line<Scalar: Field>: Equatable, Sendable {
  var weights: Matrix<Scalar>  // [features, outputs]
  var bias: Vector<Scalar>  // [outputs]
}

/// Returns the loss of a line, and its gradient in each weight.
///
/// - Parameters:
///   - line: The line.
///   - x: The inputs, `[n, features]`.
///   - y: The targets, `[n, outputs]`.
func lossAndGradients<Scalar: Field>(
  of line: Line<Scalar>, from x: Matrix<Scalar>, to y: Matrix<Scalar>
) -> (loss: Scalar, gradients: Line<Scalar>) {
  let n = Scalar(count: x.rows)
  let error = x • line.weights + line.bias - y  // [n, outputs]
  let dPrediction = error / n  // [n, outputs]
  let gradients = Line(
    weights: x.transposed • dPrediction / n,
    bias: dPrediction.sumOfRows / n)
  return (error.squaredNorm / (2 * n), gradients)
}

/// A function that returns gradients of a line on inputs `x` for targets `y`.
typealias Gradients = (
  _ line: Line<Rational>, _ x: Matrix<Rational>, _ y: Matrix<Rational>
) -> Line<Rational>

/// Whether gradients stay the same when every example is repeated.
///
/// - Parameters:
///   - gradients: What is to be checked.
///   - line: The line at which to check it.
///   - x: Some inputs, `[n, features]`.
///   - y: Their targets, `[n, outputs]`.
func staysWhenRepeated(
  _ gradients: Gradients, at line: Line<Rational>, from x: Matrix<Rational>,
  to y: Matrix<Rational>
) -> Bool {
  notAttempted()
}
