import BinaryClassifier
import Regression
import Workbook

/*:
 # 4 · Which of many?

 Three scores, $1000$, $0$ and $-1000$, should become three probabilities. The
 formula in every textbook is

 $$
 p_j = \frac{e^{z_j}}{\sum_k e^{z_k}}
 $$

 and a computer that follows it gives \(naive.softmax) for the first. The
 exponential overflows to infinity, and infinity divided by infinity is NaN.
 There is no error: the loss becomes NaN, then every weight does, and the
 network is lost.

 ## Softmax

 The formula itself is right. It is **softmax**: every probability is positive,
 they add up to one, and a larger score has a larger probability. One of its
 properties helps. Add the same $c$ to all scores, and $e^c$ cancels:

 $$
 \mathrm{softmax}(z + c) = \mathrm{softmax}(z)
 $$

 Only differences of scores matter. So subtract the largest score of the row
 first. Then the largest exponential is $e^0 = 1$, the others are smaller, and
 the sum lies between one and the number of classes.

 It must be the largest score of *the row*. With the largest of the whole
 matrix, all exponentials of a row with much smaller scores would be zero, and
 $0/0$ is NaN again.
 */

/// Returns the largest entry of a row.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func largest<Scalar: OrderedField>(_ z: Matrix<Scalar>, row: Int) -> Scalar {
  var largest = z[row, 0]
  for column in 1..<max(z.columns, 1) where z[row, column] > largest {
    largest = z[row, column]
  }
  return largest
}

/// Writes the softmax of each row of the scores `z`, `[n, classes]`, into `p`.
///
/// Rows add up to 1 within a few ulp. Finite for all finite scores.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func writeSoftmax<Scalar: AnalyticField>(
  of z: Matrix<Scalar>, into p: inout Matrix<Scalar>
) {
  p.reshape(rows: z.rows, columns: z.columns)
  for row in 0..<z.rows {
    let shift = largest(z, row: row)
    var sum: Scalar = 0
    for column in 0..<z.columns {
      p[row, column] = Scalar.exp(z[row, column] - shift)
      sum += p[row, column]
    }
    for column in 0..<z.columns { p[row, column] /= sum }
  }
}

/// Returns the softmax of each row of the scores `z`, `[n, classes]`.
func softmax<Scalar: AnalyticField>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
  var p = Matrix<Scalar>.empty
  writeSoftmax(of: z, into: &p)
  return p
}

/*:
 ## Log-sum-exp

 The loss needs $\log p_j = z_j - \log \sum_k e^{z_k}$. The logarithm of a
 probability that was rounded to zero is minus infinity, as in
 [chapter 3](chapter:3). So the logarithm of the sum is computed by itself, with
 the largest score subtracted:

 $$
 \log \sum_k e^{z_k} = m + \log \sum_k e^{z_k - m}, \qquad m = \max_k z_k
 $$

 It is a smooth maximum: at least the largest score, and at most $\log C$ more
 for $C$ classes.

 ![Softmax and log-sum-exp of large scores, naively and
 shifted](table:stable)
 */

/// Returns log Σ exp(zₖ) over a row of scores.
///
/// Finite for all finite scores; at least the largest, at most log C more.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func logSumExp<Scalar: AnalyticField>(
  _ z: Matrix<Scalar>, row: Int
) -> Scalar {
  let shift = largest(z, row: row)
  var sum: Scalar = 0
  for column in 0..<z.columns { sum += Scalar.exp(z[row, column] - shift) }
  return shift + Scalar.log(sum)
}

/// Compares softmax and log-sum-exp with their textbook formulas.
func compareStability<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("Softmax of large scores")
  run.ask("What are the probabilities for the scores 1000, 0, −1000?")
  let z: Matrix<Scalar> = [[1_000, 0, -1_000], [3, 2, 1]]  // [2, 3]
  let shifted = softmax(z)
  func naive(_ row: Int) -> (p: Scalar, logSum: Scalar) {
    let powers = z.row(row).map(Scalar.exp)
    return (powers[0] / powers.sum, Scalar.log(powers.sum))
  }
  run.record(
    naive(0).p, .decimals(3), as: "naive.softmax", label: "naively, the first")

  var table = Table(
    "stable",
    columns: ["scores", "p₁ naively", "p₁", "log-sum-exp naively", "shifted"])
  for (row, name) in ["1000, 0, −1000", "3, 2, 1"].enumerated() {
    table.add([
      .text(name), .number(Double(naive(row).p), .decimals(4)),
      .number(Double(shifted[row, 0]), .decimals(4)),
      .number(Double(naive(row).logSum), .decimals(4)),
      .number(Double(logSumExp(z, row: row)), .decimals(4)),
    ])
  }
  run.show(table)

  let extremes: Matrix<Scalar> = [
    [1_000, -1_000, 0], [-1_000, -1_000, -1_000],
  ]
  run.check(
    "softmax and log-sum-exp are right at ±1000",
    softmax(extremes).row(0) == [1, 0, 0]
      && softmax(extremes).row(1) == Vector(repeating: 1 / 3, count: 3)
      && logSumExp(extremes, row: 0) == 1_000
      && logSumExp(extremes, row: 1) == -1_000 + Scalar.log(3),
    detail: "with the rows alone and in one matrix")
  checkShiftInvariance(on: &run, in: scalar)
}

/*:
 Adding a power of two up to $2^{10}$ to a small multiple of $2^{-10}$ does not
 round, so the property can be checked exactly.
 */

/// Checks that a constant added to all scores changes no probability.
func checkShiftInvariance<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  var random = run.random("shift")
  let scores = Matrix<Scalar>(rows: 7, columns: 4) { _, _ in
    Scalar(random.index(below: 4_096) - 2_048) / 1_024
  }
  let shifts: [Scalar] = [-512, -1, 2, 1_024]
  let isInvariant = shifts.allSatisfy { shift in
    softmax(scores.map { $0 + shift }) == softmax(scores)
  }
  run.check(
    "adding a constant to all scores changes nothing", isInvariant,
    detail: "\(shifts.count) shifts of 28 scores, equal to the last bit")
}
