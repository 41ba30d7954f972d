import Grading
import Workbook

/*:
 # 1.6 · A bias that never moves ★★

 *Find the bug.* The tests of this neuron all pass. Their author had
 subtracted the mean from every column. That puts the means of the two kinds on
 opposite sides of the origin, and promises no more. For the points of the tests
 it was enough: a line through the origin separates them. Then somebody gave the
 neuron points whose mean was not subtracted, and it never stopped learning.

 Repair `learn`: where $y s \le 0$ the weights move by $y x$ and the bias by
 $y$, and the answer is true.

 Then give what the tests lacked: a set of points on which the mistake is sure
 to be seen. `exposingPoints` returns two to ten points of two features, with
 whole coordinates from −9 to 9, and their labels, −1 or +1. On them

 - the repaired neuron, started at zero, has an epoch without a mistake within
   its first 200;
 - a neuron without a bias never has one, however long it goes on.

 Any such points will do. That no line through the origin parts them is not
 tried out but proved: an exact search looks at every direction that matters.
 */

/// A neuron that answers −1 or +1, in exact fractions.
struct Neuron: Equatable {
  var weights: Vector<Rational>  // [features]
  var bias: Rational

  /// Returns w · x + b.
  func score(of x: Vector<Rational>) -> Rational { weights.dot(x) + bias }

  /// Learns from one example, and returns whether it was a mistake.
  ///
  /// - Parameters:
  ///   - point: The point x, `[features]`.
  ///   - label: Its label y, −1 or +1.
  mutating func learn(
    from point: Vector<Rational>, _ label: Rational
  ) -> Bool {
    guard label * score(of: point) <= 0 else { return false }
    weights.add(label, times: point)
    return true
  }
}

/// Returns points that a line parts, but no line through the origin.
///
/// - Returns: The points, `[n, 2]`, and their labels, `[n]`.
func exposingPoints() -> (x: Matrix<Rational>, y: Vector<Rational>) {
  notAttempted()
}
