import Grading
import Workbook

/*:
 # 2.4 · Two products that look alike ★★

 *Find the bug.* A layer $Y = X W$ hands back two gradients: one for its
 weights, and one, $\mathrm{d}X$, for the layer that made $X$. This one was
 tried with three examples, three features and three outputs. Every shape
 fitted, and nothing was right: somewhere the entrywise product $\odot$ stands
 where a matrix product belongs. In libraries of arrays the two are one
 keystroke apart, `*` and `@`, and where all sizes are alike no shape will ever
 complain.

 1. Repair `backward`. It is judged with sizes that all differ.
 2. Write the check that would have found the bug even among squares. Take
    $L = \sum G \odot (X W)$, with any matrix $G$ for what arrives from above.
    $L$ is a straight line in each entry of $X$: so a difference needs no small
    step, and no tolerance. The gradient of $L$ in $X_{ij}$ *is*
    $L(X + E_{ij}) - L(X)$, where $E_{ij}$ is 1 in that entry and 0 elsewhere,
    and in exact fractions the two are equal. `areGradients` says whether every
    entry of a supposed $\mathrm{d}X$ passes.

 Your check is shown right gradients and wrong ones: of the other product, of
 the wrong transpose, with two entries exchanged, with one entry a little off,
 of another shape. It must accept the right ones alone, and never stop the
 program.
 */

/// Returns the gradients of Y = X W.
///
/// - Parameters:
///   - dY: The gradients that arrive from above, `[n, outputs]`.
///   - x: The inputs, `[n, features]`.
///   - w: The weights, `[features, outputs]`.
/// - Returns: dX, `[n, features]`, and dW, `[features, outputs]`.
func backward<Scalar: Field>(
  _ dY: Matrix<Scalar>, x: Matrix<Scalar>, w: Matrix<Scalar>
) -> (dX: Matrix<Scalar>, dW: Matrix<Scalar>) {
  //#-answer
  (dX: matmul(dY, w.transposed), dW: matmul(x.transposed, dY))
  //#-stub
  // (dX: hadamard(dY, w), dW: matmul(x.transposed, dY))
  //#-end
}

/// Whether a matrix holds the gradients of Σ G ⊙ (X W) in X, each exactly.
///
/// - Parameters:
///   - dX: The supposed gradients.
///   - x: The inputs, `[n, features]`.
///   - w: The weights, `[features, outputs]`.
///   - r: What arrives from above, `[n, outputs]`.
func areGradients(
  _ dX: Matrix<Rational>, x: Matrix<Rational>, w: Matrix<Rational>,
  r: Matrix<Rational>
) -> Bool {
  //#-answer
  func loss(_ x: Matrix<Rational>) -> Rational { hadamard(r, matmul(x, w)).sum }
  guard dX.rows == x.rows, dX.columns == x.columns else { return false }
  let here = loss(x)
  for row in 0..<x.rows {
    for column in 0..<x.columns {
      var nudged = x
      nudged[row, column] += 1
      if dX[row, column] != loss(nudged) - here { return false }
    }
  }
  return true
  //#-end
}
