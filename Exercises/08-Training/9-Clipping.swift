import Grading
import Workbook

/*:
 # 8.9 · As long as allowed, and in the same direction ★★

 *Find the bug.* One batch in a thousand has a gradient a thousand times as
 large as the others, and one step along it undoes an hour of training. Clipping
 limits the step. It takes the gradients of all parameters for one long vector
 $g$, whose norm is the root of the sum of all squares. A bound $c$ is given:

 $$
 g \leftarrow \frac{c}{\lVert g \rVert} \, g
 \quad \text{where } \lVert g \rVert > c, \qquad
 g \leftarrow g \quad \text{elsewhere}
 $$

 The direction stays, and the length is at most $c$. Somebody has written it
 from memory. The training no longer explodes. It no longer settles either, the
 direction of its steps is not the gradient's, and where all gradients are 0 it
 ends in NaN.

 1. Repair `clip`. It has three mistakes and a weakness. Gradients are clipped
    where they are large, and in `Float` the square of $10^{20}$ is infinite.
    With an infinite norm all gradients become 0, and nobody notices that
    nothing is learned. So let it be right for gradients of $10^{30}$ in `Float`
    and of $10^{200}$ in `Double`.
 2. Write the check that would have found the mistakes: `isClipped` says whether
    some gradients are what clipping should make of others. They are exact
    fractions, so there is no rounding to allow for. There is no root either,
    and none is needed.

 Your check is shown what right and wrong clippings return. It must accept all
 of the former and none of the latter.
 */

/// Returns gradients that are no longer than a bound.
///
/// - Parameters:
///   - gradients: The gradient of each parameter of a network, a matrix each.
///   - bound: The largest norm that all of them may have together, above 0.
func clip<Scalar: AnalyticField>(
  _ gradients: [Matrix<Scalar>], toNorm bound: Scalar
) -> [Matrix<Scalar>] {
  return gradients.map { gradient in
    let norm = gradient.squaredNorm
    return (bound / norm) * gradient
  }
}

/// Whether gradients are what clipping makes of others.
///
/// - Parameters:
///   - clipped: What a clipping has returned, of the shapes of `gradients`.
///   - gradients: The gradients before.
///   - bound: The largest norm allowed, above 0.
func isClipped(
  _ clipped: [Matrix<Rational>], from gradients: [Matrix<Rational>],
  bound: Rational
) -> Bool {
  notAttempted()
}
