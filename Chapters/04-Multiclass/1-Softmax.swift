import BinaryClassifier
import Regression
import Workbook

/*:
 # 4 · Which of many?

 At the end of this chapter you can turn the scores of a network into
 probabilities for any number of classes, derive the backward pass of that by
 hand, and train a network with it. And you can say what a test of a backward
 pass is worth: which mistakes it lets through, and what it takes to *prove*
 that a backward pass is right.

 Two things fail on the way. The formula for the probabilities, as every
 textbook has it, fails on three finite scores. And of eight tests of a
 backward pass, seven let some of nineteen planted mistakes through: a network
 can learn, and reach an accuracy that nobody would question, with a backward
 pass that is wrong.

 ## Softmax

 [Chapter 3](chapter:3) had one output and asked yes or no. Now a network has
 one output for each of $C$ classes: a row of **scores** $z$, also called
 **logits**. They may be any numbers. They should become probabilities: positive
 numbers that add up to one, the larger the score, the larger. **Softmax** does
 that. It takes the exponential of each score, which is positive, and divides by
 the sum:

 $$
 p_j = \frac{e^{z_j}}{\sum_k e^{z_k}}
 $$

 ![Three scores become probabilities](table:softmax-steps)

 > **Guess:** A program follows that formula for the scores $1000$, $0$ and
 > $-1000$. What does it give for the first?
 >
 > \(naive.softmax). The exponential of the first score is larger than the
 > largest `Double`, so it overflows to infinity, and infinity divided by
 > infinity is NaN. There is no error message. The loss becomes NaN, then every
 > weight does, and the network is lost.

 The formula is right, and one of its properties helps. Add the same $c$ to all
 scores, and $e^c$ cancels above and below:

 $$
 \frac{e^{z_j + c}}{\sum_k e^{z_k + c}}
   = \frac{e^c \, e^{z_j}}{e^c \sum_k e^{z_k}}
   = \frac{e^{z_j}}{\sum_k e^{z_k}}
 $$

 Only differences of scores matter. This is **shift invariance**. So subtract
 the largest score of the row first. Then the largest exponential is $e^0 = 1$,
 the others are no larger, and the sum lies between one and the number of
 classes. Nothing can overflow, and nothing is divided by zero.

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

/*:
 Then softmax itself, row by row: the exponentials and their sum, and the
 division.
 */

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

//#-hidden-code
/// Returns the softmax of each row of the scores `z`, `[n, classes]`.
func softmax<Scalar: AnalyticField>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
  var p = Matrix<Scalar>.empty
  writeSoftmax(of: z, into: &p)
  return p
}
//#-end-hidden-code

/*:
 The rows of the scores are examples, and each row is divided by its own sum.

 ## Log-sum-exp

 The loss will need the logarithm of a probability. It is a difference:

 $$
 \log p_j = z_j - \log \sum_k e^{z_k}
 $$

 A probability that was rounded to zero has the logarithm minus infinity, as in
 [chapter 3](chapter:3). So do not take the logarithm of a probability. Compute
 the logarithm of the sum by itself, with the largest score subtracted:

 $$
 \log \sum_k e^{z_k} = m + \log \sum_k e^{z_k - m}, \qquad m = \max_k z_k
 $$

 This **log-sum-exp** is a smooth maximum: at least the largest score, and at
 most $\log C$ more for $C$ classes.
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

/*:
 ![Softmax and log-sum-exp of large scores, naively and
 shifted](table:stable)

 At the small scores both ways are right, at the large ones only the shifted
 way. Shift invariance is checked too, to the last bit: adding a power of two
 up to $2^{10}$ to a small multiple of $2^{-10}$ does not round, so the
 probabilities must be the same numbers.
 */

/// Compares softmax and log-sum-exp with their textbook formulas, at small
/// scores and at large ones.
func compareStability<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("Softmax of large scores")
  showSteps(on: &run)
  run.ask("What are the probabilities for the scores 1000, 0, −1000?")
  let z: Matrix<Scalar> = [[1_000, 0, -1_000], [3, 2, 1]]  // [2, 3]
  let shifted = softmax(z)
  let naive = { (row: Int) -> (p: Scalar, logSum: Scalar) in
    let powers = z.row(row).map(Scalar.exp)
    return (powers[0] / powers.sum, Scalar.log(powers.sum))
  }
  run.record(
    naive(0).p, .decimals(3), as: "naive.softmax", label: "naively, the first")

  var table = Table(
    "stable",
    columns: ["scores", "p₀ naively", "p₀", "log-sum-exp naively", "shifted"])
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

/// Shows how three scores become probabilities, step by step.
func showSteps(on run: inout RunRecorder) {
  let z: Matrix<Double> = [[2, 1, -1]]
  let p = softmax(z)
  let powers = z.row(0).map(Double.exp)
  var table = Table(
    "softmax-steps", columns: ["class", "score z", "exp z", "p"])
  for column in 0..<z.columns {
    table.add([
      .text("class \(column)"), .number(z[0, column], .decimals(0)),
      .number(powers[column], .decimals(3)),
      .number(p[0, column], .decimals(3)),
    ])
  }
  table.add([
    "sum", .none, .number(powers.sum, .decimals(3)),
    .number(p.row(0).sum, .decimals(3)),
  ])
  run.show(table)
  run.check(
    "each probability is its exponential divided by their sum",
    (0..<z.columns).allSatisfy {
      abs(p[0, $0] - powers[$0] / powers.sum) <= 4 * .ulpOfOne
    }, detail: "three scores of ordinary size, within 4 ulp of 1")
}
