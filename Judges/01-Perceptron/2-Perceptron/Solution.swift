import Grading
import Workbook

/*:
 # 1.2 · A perceptron with one weight more ★★

 *Implement.* The proof in chapter 1 writes the bias as one more weight, whose
 input is always 1: $\tilde x = (x, 1)$ and $\tilde w = (w, b)$. Write the
 perceptron in that form. Its weights are a vector `[features + 1]`, the bias
 last; a point is a vector `[features]`, without the 1.

 Three functions are yours:

 - `score` gives $\tilde w \cdot \tilde x$.
 - `learn` looks at one example, repairs the weights where $y s \le 0$, and
   says whether it did.
 - `train` begins at zero and passes through the examples, in order, epoch after
   epoch. It ends with the first epoch that has no mistake, and counts that
   epoch too; or it ends after `maxEpochs`, and then the count is `nil`.

 The points of a real file may have no line between them, so the limit is no
 ornament. Your functions ask for an order and + − × ÷ alone. They are run on
 exact fractions, and every weight is compared.
 */

/// Returns w · x + b: on which side of the line, and how far, `x` lies.
///
/// - Parameters:
///   - weights: The weights and behind them the bias, `[features + 1]`.
///   - x: The point, `[features]`.
func score<Scalar: OrderedField>(
  by weights: Vector<Scalar>, of x: Vector<Scalar>
) -> Scalar {
  //#-answer
  var sum = weights[x.count]
  for feature in 0..<x.count { sum += weights[feature] * x[feature] }
  return sum
  //#-end
}

/// Learns from one example, and returns whether it was a mistake.
///
/// - Parameters:
///   - weights: The weights and behind them the bias, `[features + 1]`.
///   - x: The point, `[features]`.
///   - y: Its label, −1 or +1.
func learn<Scalar: OrderedField>(
  _ weights: inout Vector<Scalar>, from x: Vector<Scalar>, _ y: Scalar
) -> Bool {
  //#-answer
  guard y * score(by: weights, of: x) <= 0 else { return false }
  for feature in 0..<x.count { weights[feature] += y * x[feature] }
  weights[x.count] += y
  return true
  //#-end
}

/// Learns from zero until an epoch has no mistake, or the epochs are used up.
///
/// - Parameters:
///   - x: The points, `[n, features]`.
///   - y: Their labels, each −1 or +1, `[n]`.
///   - maxEpochs: The most passes through all examples.
/// - Returns: The weights, `[features + 1]`, and the number of epochs with the
///   last, which had no mistake; `nil` where there was no such epoch.
func train<Scalar: OrderedField>(
  on x: Matrix<Scalar>, _ y: Vector<Scalar>, maxEpochs: Int
) -> (weights: Vector<Scalar>, epochs: Int?) {
  //#-answer
  var weights = Vector<Scalar>(repeating: 0, count: x.columns + 1)
  for epoch in 0..<maxEpochs {
    var mistakes = 0
    for example in 0..<x.rows
    where learn(&weights, from: x.row(example), y[example]) {
      mistakes += 1
    }
    if mistakes == 0 { return (weights, epoch + 1) }
  }
  return (weights, nil)
  //#-end
}
