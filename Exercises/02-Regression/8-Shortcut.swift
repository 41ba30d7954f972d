import Grading
import Workbook

/*:
 # 2.8 · Backwards, with a shortcut ★★★

 *Implement.* This network has the hidden layer of chapter 2, and beside it a
 shortcut that leads from the inputs to the outputs in one straight line:

 $$
 Z = X W_1 + b_1, \qquad H = \max(0, Z), \qquad
 \hat Y = H W_2 + X V + b_2
 $$

 So the hidden units need not draw the slant of the data, only its bends. Write
 the whole backward pass for $L = \lVert \hat Y - Y \rVert^2 / 2n$: the
 derivative in each of the five blocks of weights, and in the inputs $X$ as
 well, as a layer below would ask for it. At the corner of $\max(0, z)$ take the
 derivative to be 0.

 Two things are new. $V$ is one more product; and $X$ is used twice, so a nudge
 of it reaches the loss on two paths. What do derivatives do where paths meet?

 All 83 derivatives are judged: by exact fractions, by differences in balls of
 256 bits, along a random direction, in `Float` and in `Double`. There are seven
 examples, four features, five hidden units and three outputs; then there are
 other numbers of each.
 */

/// A hidden layer and a shortcut around it, or the derivatives of a loss in
/// both.
struct ShortcutNetwork<Scalar: OrderedField>: Equatable, Sendable {
  var w1: Matrix<Scalar>  // [features, hidden]
  var b1: Vector<Scalar>  // [hidden]
  var w2: Matrix<Scalar>  // [hidden, outputs]
  var v: Matrix<Scalar>  // [features, outputs]
  var b2: Vector<Scalar>  // [outputs]

  /// Returns the predictions for the rows of `x`, `[n, outputs]`.
  func prediction(from x: Matrix<Scalar>) -> Matrix<Scalar> {
    let z = matmul(x, w1) + b1  // [n, hidden]
    let h = z.map { max(0, $0) }  // [n, hidden]
    return matmul(h, w2) + matmul(x, v) + b2
  }
}

/// Returns the derivatives of half the mean square of the errors.
///
/// - Parameters:
///   - network: The network.
///   - x: The inputs, `[n, features]`.
///   - y: The targets, `[n, outputs]`.
/// - Returns: The derivatives in the weights, and those in the inputs,
///   `[n, features]`.
func backward<Scalar: OrderedField>(
  _ network: ShortcutNetwork<Scalar>, from x: Matrix<Scalar>,
  to y: Matrix<Scalar>
) -> (derivatives: ShortcutNetwork<Scalar>, dX: Matrix<Scalar>) {
  notAttempted()
}
