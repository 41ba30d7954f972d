import Grading
import Workbook

/*:
 # 1.3 · The derivatives of anything ★★

 *Implement.* Chapter 1 builds its judge for a function of one number: the
 central difference. A loss depends on many numbers, and the judge of the rest
 of the book wants all of its derivatives. Write it for a function of a vector:

 $$
 g_i = \frac{f(x + h e_i) - f(x - h e_i)}{2 h}
 $$

 Here $e_i$ is 1 in entry $i$ and 0 in all others: one entry is nudged at a
 time, and all others stay where they are.

 One run of $f$ can be a whole network, so $f$ is called twice for each entry
 and no more. Your function asks of a number only that it has + − × ÷. So the
 same lines are run on exact fractions, on balls of 256 bits and in `Double`.
 On exact fractions, a polynomial of degree 4 or less has an error of exactly
 $h^2 f'''/6$ in each entry.
 */

/// Returns the derivative of `f` in each entry of `x`, by central differences.
///
/// - Parameters:
///   - f: The function.
///   - x: The place, `[count]`.
///   - step: The step h, not 0.
/// - Returns: The derivatives, `[count]`.
func derivatives<Scalar: Field>(
  of f: (Vector<Scalar>) -> Scalar, at x: Vector<Scalar>, step: Scalar
) -> Vector<Scalar> {
  //#-answer
  Vector(count: x.count) { entry in
    var right = x
    var left = x
    right[entry] += step
    left[entry] -= step
    return (f(right) - f(left)) / (2 * step)
  }
  //#-end
}
