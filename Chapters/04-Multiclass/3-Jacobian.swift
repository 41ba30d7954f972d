import BinaryClassifier
import Regression
import Workbook

/*:
 ## The derivative of softmax is a matrix

 The gradient $P - Y$ fell out of log-sum-exp without the derivative of softmax.
 Where softmax stands elsewhere than before cross-entropy, that derivative is
 needed. It also shows why $P - Y$ is so plain.

 All probabilities of a row depend on all scores, so there are $C^2$
 derivatives. Write $s = \sum_k e^{z_k}$, so that $p_j = e^{z_j}/s$ and
 $\partial s/\partial z_k = e^{z_k}$. If $k$ is another class than $j$, only the
 denominator varies:

 $$
 \frac{\partial p_j}{\partial z_k}
   = -\frac{e^{z_j}}{s^2} \, e^{z_k} = -p_j \, p_k
 $$

 If $k$ is $j$, the numerator varies too, and adds $e^{z_j}/s = p_j$. With
 $\delta_{jk}$, which is one where $j = k$ and zero elsewhere, both cases are
 one formula:

 $$
 \frac{\partial p_j}{\partial z_k} = p_j \, (\delta_{jk} - p_k),
 \qquad J = \mathrm{diag}(p) - p \, p^\top
 $$

 The matrix of all derivatives is a **Jacobian**. The diagonal of this one has
 $p_j(1 - p_j)$, as for a sigmoid, and the entries beside it have $-p_j p_k$.
 */

/// Returns diag(p) − p pᵀ, `[classes, classes]`, for a row of probabilities.
func softmaxJacobian<Scalar: Field>(_ p: Vector<Scalar>) -> Matrix<Scalar> {
  Matrix(rows: p.count, columns: p.count) { j, k in
    (j == k ? p[j] : 0) - p[j] * p[k]
  }
}

/*:
 For the first three scores of this chapter, with the probabilities in the first
 column:

 ![The Jacobian of softmax for three scores](table:jacobian)

 > **Guess:** Why do the three derivatives in each row add up to zero?
 >
 > A row says how one probability changes with each score. If all scores change
 > alike, no probability changes: that is shift invariance. The columns add up
 > to zero as well, since the probabilities always add up to one.

 A backward pass does not need the matrix. It needs the product of an upstream
 gradient $u = \partial L/\partial p$ with it:

 $$
 \frac{\partial L}{\partial z_k}
   = \sum_j u_j \, p_j \, (\delta_{jk} - p_k)
   = p_k \Bigl( u_k - \sum_j u_j \, p_j \Bigr)
 $$

 The mean of $u$, weighted by the probabilities, is taken off, and what is left
 is multiplied by $p$.

 > **Guess:** There are a thousand classes. How many entries has the Jacobian,
 > and how many multiplications does the last formula need?
 >
 > The matrix has a million entries. The formula needs two thousand
 > multiplications: a thousand for the sum, and one more for each class.
 */

/// Returns ∂L/∂z from u = ∂L/∂p and p, each `[n, classes]`, row by row.
func softmaxBackward<Scalar: Field>(
  from u: Matrix<Scalar>, at p: Matrix<Scalar>
) -> Matrix<Scalar> {
  let means = (0..<p.rows).map { u.row($0).dot(p.row($0)) }
  return Matrix(rows: p.rows, columns: p.columns) { row, column in
    p[row, column] * (u[row, column] - means[row])
  }
}

/*:
 ## Why the difference falls out

 Cross-entropy sends $u_j = -y_j/p_j$ to softmax. Put that in:

 $$
 \frac{\partial L}{\partial z_k}
   = p_k \Bigl( -\frac{y_k}{p_k} + \sum_j \frac{y_j}{p_j} \, p_j \Bigr)
   = -y_k + p_k \sum_j y_j = p_k - y_k
 $$

 The logarithm brings a division by $p$, softmax brings a multiplication by $p$,
 and they cancel. The sum is one, because the targets add up to one.

 > **Guess:** So the backward pass can be made in two steps, or in one. For the
 > scores $1000$, $0$ and $-1000$, where the third class is the right one, what
 > do the two ways give?
 >
 > In two steps the right class has a probability that was rounded to zero. The
 > upstream is $-1/0$, minus infinity, and zero times infinity is NaN. In one
 > step $p - y$ is right to the last digit.

 ![The gradient for the three large scores, in two steps and in
 one](table:two-steps)

 This is why libraries have one function for both, such as `cross_entropy` in
 PyTorch, whose predictions are scores and not probabilities.
 */

/// Compares the Jacobian with dual numbers, and the backward pass in one step
/// with that in two.
func checkJacobian<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("The derivative of softmax")
  run.ask("What do the derivatives in a row of softmax's Jacobian add up to?")
  let p = softmax([[2, 1, -1]] as Matrix<Double>).row(0)
  let jacobian = softmaxJacobian(p)
  var table = Table(
    "jacobian",
    columns: ["p", "", "by z₀", "by z₁", "by z₂", "sum of the row"])
  for j in 0..<p.count {
    table.add(
      [.number(p[j], .decimals(3)), .text("p\(["₀", "₁", "₂"][j])")]
        + (0..<p.count).map { .number(jacobian[j, $0], .decimals(3)) }
        + [.number(jacobian.row(j).sum, .decimals(3))])
  }
  run.show(table)
  checkAgainstDuals(on: &run)
  showTwoSteps(on: &run, in: scalar)
}

/// Holds the Jacobian and its product beside dual numbers.
func checkAgainstDuals(on run: inout RunRecorder) {
  var random = run.random("jacobian")
  let z = 2 * Matrix<Double>.normal(7, 4, using: &random)
  let u = Matrix<Double>.normal(7, 4, using: &random)
  let p = softmax(z)
  let product = softmaxBackward(from: u, at: p)
  var worst = 0.0
  var worstProduct = 0.0
  for row in 0..<z.rows {
    let jacobian = softmaxJacobian(p.row(row))
    for k in 0..<z.columns {
      let varied = Matrix<Dual<Double>>(rows: 1, columns: z.columns) {
        Dual(z[row, $1], derivative: $1 == k ? 1 : 0)
      }
      let derivatives = softmax(varied).elements.map(\.derivative)
      for j in 0..<z.columns {
        worst = max(worst, abs(derivatives[j] - jacobian[j, k]))
      }
      let sum = (0..<z.columns).map { u[row, $0] * derivatives[$0] }
        .reduce(0, +)
      worstProduct = max(worstProduct, abs(sum - product[row, k]))
    }
  }
  run.check(
    "the Jacobian of softmax is diag(p) − ppᵀ", worst <= 16 * .ulpOfOne,
    detail: "beside dual numbers at 7 rows of 4 scores, within 16 ulp of 1")
  run.check(
    "the backward pass multiplies by it without making it",
    worstProduct <= 128 * .ulpOfOne,
    detail: "with 7 random upstreams, within 128 ulp of 1")
}

/// Shows the backward pass through the probabilities beside p − y.
func showTwoSteps<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  let y: Matrix<Scalar> = [[0, 0, 1]]
  let gradients = {
    (z: Matrix<Scalar>) -> (two: Matrix<Scalar>, one: Matrix<Scalar>) in
    let p = softmax(z)
    let u = Matrix<Scalar>(rows: 1, columns: 3) { -y[$0, $1] / p[$0, $1] }
    return (
      softmaxBackward(from: u, at: p),
      Loss<Scalar>.crossEntropy.gradient(at: z, y)
    )
  }
  let large = gradients([[1_000, 0, -1_000]])
  var table = Table("two-steps", columns: ["gradient by", "z₀", "z₁", "z₂"])
  for (name, gradient) in [("two steps", large.two), ("p − y", large.one)] {
    table.add(
      [.text(name)]
        + (0..<3).map { .number(Double(gradient[0, $0]), .decimals(1)) })
  }
  run.show(table)
  let small = gradients([[2, 1, -1]])
  let isClose = (0..<3).allSatisfy {
    abs(small.two[0, $0] - small.one[0, $0]) <= 8 * Scalar.ulpOfOne
  }
  run.check(
    "two steps give p − y where no probability is 0, and NaN where one is",
    isClose && large.two.elements.contains(where: \.isNaN)
      && large.one == [[1, 0, -1]],
    detail: "within 8 ulp of 1 at the scores 2, 1, −1; NaN at ±1000")
}
