import Grading
import Workbook

/*:
 # 1.5 · A trainer that nobody suspected ★★

 *Find the bug.* This trainer finds a line, and on points like those of chapter
 1 the line gets nine in ten of them right. Nobody would suspect it, and its
 author did not. But the theorem of chapter 1 does: a perceptron that learns
 only from its mistakes makes at most $(R/\gamma)^2$ updates, and this one
 makes more.

 Repair `train`. The neuron has its bias as one more weight, the last, whose
 input is 1. Where $y s \le 0$ it adds $y \tilde x$, and counts an update.

 Then write the check that would have found the bug. `keepsTheBound` is given a
 number of updates, the points, and a line $u$ that parts them: any line, of
 any length, its bias last. It says whether $k \le (R/\gamma)^2$, where $R$ is
 the length of the longest $\tilde x = (x, 1)$ and $\gamma$ the least
 $y \, u \cdot \tilde x / \lVert u \rVert$. The numbers are exact fractions,
 which have no square roots, and need none: square both sides first.

 Your check is put to the test too. It must accept every trainer that keeps the
 bound, up to the very last update, and refuse every one that does not.
 */

/// The outcome of a training.
struct Training: Equatable {
  /// The weights and behind them the bias, `[features + 1]`.
  var weights: Vector<Rational>
  /// How often the weights were changed.
  var updates: Int
}

/// Returns w · x + b, the bias being the last of the weights.
func score(by weights: Vector<Rational>, of x: Vector<Rational>) -> Rational {
  weights.dot(Vector(x.elements + [1]))
}

/// Trains a perceptron from zero.
///
/// - Parameters:
///   - x: The points, `[n, features]`.
///   - y: Their labels, each −1 or +1, `[n]`.
///   - epochs: How many times to pass through all points, in order.
func train(
  on x: Matrix<Rational>, _ y: Vector<Rational>, epochs: Int
) -> Training {
  var training = Training(
    weights: Vector(repeating: 0, count: x.columns + 1), updates: 0)
  for _ in 0..<epochs {
    for example in 0..<x.rows {
      //#-answer
      let point = x.row(example)
      let label = y[example]
      if label * score(by: training.weights, of: point) <= 0 {
        training.weights.add(label, times: Vector(point.elements + [1]))
        training.updates += 1
      }
      //#-stub
      // let point = x.row(example)
      // let label = y[example]
      // training.weights.add(label, times: Vector(point.elements + [1]))
      // training.updates += 1
      //#-end
    }
  }
  return training
}

/// Whether a number of updates is within the bound (R/γ)².
///
/// - Parameters:
///   - updates: The number of updates.
///   - x: The points, `[n, features]`.
///   - y: Their labels, each −1 or +1, `[n]`.
///   - u: A line with y u · (x, 1) > 0 for all points, `[features + 1]`.
func keepsTheBound(
  _ updates: Int, on x: Matrix<Rational>, _ y: Vector<Rational>,
  separatedBy u: Vector<Rational>
) -> Bool {
  //#-answer
  let points = (0..<x.rows).map { Vector(x.row($0).elements + [1]) }
  var longest: Rational = 0
  for point in points { longest = max(longest, point.squaredNorm) }
  var least = y[0] * u.dot(points[0])
  for example in 0..<x.rows {
    least = min(least, y[example] * u.dot(points[example]))
  }
  // k ≤ R² / (m/‖u‖)², with both sides multiplied by m².
  return Rational(count: updates) * least.squared <= longest * u.squaredNorm
  //#-end
}
