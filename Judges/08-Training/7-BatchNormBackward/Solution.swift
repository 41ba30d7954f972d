import Grading
import Workbook

/*:
 # 8.7 · Three paths through a batch ★★★

 *Derive.* Batch normalisation gives each feature the mean $\beta$ and the
 deviation $\gamma$, whatever the batch. For one feature of $n$ examples:

 $$
 \mu = \frac{1}{n} \sum_i x_i, \qquad
 v = \frac{1}{n} \sum_i (x_i - \mu)^2, \qquad
 \hat{x}_i = \frac{x_i - \mu}{\sqrt{v + \varepsilon}}, \qquad
 y_i = \gamma \hat{x}_i + \beta
 $$

 So each input reaches the outputs along three paths: by itself, through the
 mean, and through the variance. A backward pass that knows the first alone
 points in another direction. There is more to go wrong. In RubixML/ML#423 the
 sums were divided by the number of features, and tests with square matrices did
 not notice. In jax-ml/jax#442 a square stood where the root belongs.

 Derive the gradients of a loss with respect to $x$, $\gamma$ and $\beta$ from
 that with respect to $y$, and write `gradients`. `batchNorm` shows the forward
 pass.

 Your gradients are compared with differences of the loss in balls, to 40
 digits, for batches of several sizes, for each entry of $x$. If one is wrong,
 the message names it. The order on paper, from the end to the start: $\beta$
 and $\gamma$; then $\hat{x}$; then $v$; then $\mu$; then $x$.
 */

/// Returns what batch normalisation makes of a batch in training.
///
/// - Parameters:
///   - x: The inputs, `[n, features]`.
///   - gamma: The deviation that each feature is given, `[features]`.
///   - beta: The mean that each feature is given, `[features]`.
///   - epsilon: What is added to each variance, above 0.
func batchNorm<Scalar: AnalyticField>(
  _ x: Matrix<Scalar>, gamma: Vector<Scalar>, beta: Vector<Scalar>,
  epsilon: Scalar
) -> Matrix<Scalar> {
  let mean = x.sumOfRows / Scalar(count: x.rows)
  let centred = x + -1 * mean  // [n, features]
  let variance = (centred ⊙ centred).sumOfRows / Scalar(count: x.rows)
  return Matrix(rows: x.rows, columns: x.columns) { i, j in
    let root = Scalar.sqrt(variance[j] + epsilon)
    return gamma[j] * centred[i, j] / root + beta[j]
  }
}

/// The gradients of a loss in what batch normalisation is made of.
struct Gradients<Scalar: Field> {
  /// In the inputs, `[n, features]`.
  var x: Matrix<Scalar>
  /// In γ, `[features]`.
  var gamma: Vector<Scalar>
  /// In β, `[features]`.
  var beta: Vector<Scalar>
}

/// Returns the gradients of a loss.
///
/// - Parameters:
///   - dY: The gradient of the loss in the outputs, `[n, features]`.
///   - x: The inputs, `[n, features]`.
///   - gamma: The deviation that each feature is given, `[features]`.
///   - epsilon: What is added to each variance, above 0.
func gradients<Scalar: AnalyticField>(
  from dY: Matrix<Scalar>, at x: Matrix<Scalar>, gamma: Vector<Scalar>,
  epsilon: Scalar
) -> Gradients<Scalar> {
  //#-answer
  let n = Scalar(count: x.rows)
  var result = Gradients(x: dY, gamma: gamma, beta: dY.sumOfRows)
  for feature in 0..<x.columns {
    let column = x.column(feature)
    let mean = column.sum / n
    let centred = column.map { $0 - mean }
    let root = Scalar.sqrt(centred.squaredNorm / n + epsilon)
    let normalised = centred / root
    let arriving = dY.column(feature)
    result.gamma[feature] = arriving.dot(normalised)
    let (first, second) = (arriving.sum / n, result.gamma[feature] / n)
    for row in 0..<x.rows {
      let rest = arriving[row] - first - normalised[row] * second
      result.x[row, feature] = gamma[feature] / root * rest
    }
  }
  return result
  //#-end
}
