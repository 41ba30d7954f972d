import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("scores")
  exam.part("small scores")
  try examine(.dyadic(7, 4, using: &random), exam)
  // Rows with equal scores, all of them or two of three.
  try examine([[2, 2, 2], [-1, 3, 3], [3, -1, 3], [0, 0, -4], [-5, -5, -5]], exam)
  try examine([[3], [-2]], exam)

  exam.part("scores of 1000 in every row")
  let large = Matrix<Double>.dyadic(6, 5, using: &random)
  try examine(large.map { $0 + 1_000 }, exam)
  try examine(large.map { $0 - 1_000 }, exam)

  exam.part("scores far apart, in every order")
  let orders = random.shuffled([
    [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0],
  ])
  let levels = [-1_000.0, 0, 1_000]
  try examine(
    Matrix(rows: 6, columns: 3) { levels[orders[$0][$1]] + random.dyadic() }, exam)
  exam.part("probabilities that are small, and not 0")
  let steps = (0..<9).map { _ in random.shuffled([0.0, -35, -90, -600]) }
  try examine(Matrix(rows: 9, columns: 4) { steps[$0][$1] + random.dyadic() }, exam)

  exam.part("one row of small scores among large ones")
  var mixed = Matrix<Double>.dyadic(5, 3, using: &random)
  let low = random.index(below: 5)
  for row in 0..<5 where row != low {
    for column in 0..<3 { mixed[row, column] += 900 }
  }
  try examine(mixed, exam)
  exam.note("row \(low) lies 900 below the others, and its probabilities are right")

  exam.part("in Float")
  let few = Matrix<Double>.dyadic(4, 6, using: &random)
  let apart = Matrix<Double>(rows: 4, columns: 6) { few[$0, $1] + ($0 == 2 ? -200 : 100) }
  try exam.expect(
    softmax(Matrix<Float>(rounding: apart)),
    equals: Matrix<Float>(rounding: nearest(truth(of: apart))), within: .absolute(1e-4),
    of: "softmax(z) in Float")
}

private func examine(_ z: Matrix<Double>, _ exam: Exam) throws {
  let received = softmax(z)
  let balls = truth(of: z)
  // A logarithm of the sum is rounded to an ulp of the scores, and so the probability by as much.
  let size = greatestScore(z.elements.map { abs($0) })
  try exam.expect(
    received, near: balls, within: .absolute(1e-14 + 1e-15 * size), of: "softmax(z)",
    expectedMistakes: mistakes(on: z))
  for row in 0..<z.rows {
    for column in 0..<z.columns {
      let (ours, right) = (received[row, column], Double(balls[row, column].midpoint))
      if right < 1e-290 { continue }
      try exam.check(
        abs(ours - right) <= 1e-11 * right,
        "softmax(z)[\(row), \(column)] is \(ours) and should be \(right)",
        cause: ours > right
          ? "a probability is clipped or padded: small ones are right as they are" : nil)
    }
  }
}

/// Returns what likely mistakes make of scores.
private func mistakes(on z: Matrix<Double>) -> KeyValuePairs<String, Matrix<Double>> {
  let (rows, last) = (0..<z.rows, z.columns - 1)
  let all = greatestScore(z.elements)
  let whole = wrongShares(z) { _, _ in all }
  return [
    "the largest score of the whole matrix: a row far below it is 0/0": whole,
    "no score is taken off: exp overflows above 710": wrongShares(z) { _, _ in 0 },
    "the first score of the row is taken off, and not the largest: exp overflows where they lie apart":
      wrongShares(z) { row, _ in z[row, 0] },
    "the last score of the row is taken off, and not the largest: exp overflows where they lie apart":
      wrongShares(z) { row, _ in z[row, last] },
    "the smallest score of the row is taken off, and not the largest":
      wrongShares(z) { row, _ in z.row(row).elements.min() ?? 0 },
    "the largest magnitude is taken off: a score of −1000 is not large":
      wrongShares(z) { row, _ in greatestScore(z.row(row).elements.map { abs($0) }) },
    "the largest score of a column; a row is an example":
      wrongShares(z) { _, column in greatestScore(rows.map { z[$0, column] }) },
    "the sum is kept off 0, which hides the NaN: the probabilities of that row are 0 now":
      wrongShares(z, atLeast: .leastNormalMagnitude) { _, _ in all },
    "NaN is replaced by equal probabilities: the row's own scores are lost":
      whole.map { $0.isNaN ? 1 / Double(z.columns) : $0 },
    "NaN is replaced by 0: the row's own scores are lost": whole.map { $0.isNaN ? 0 : $0 },
    "the first score is left out of the sum": wrongShares(z, summing: 1..<z.columns) { row, _ in
      greatestScore(z.row(row).elements)
    },
    "the last score is left out of the sum": wrongShares(z, summing: 0..<last) { row, _ in
      greatestScore(z.row(row).elements)
    },
    "the sum goes on from row to row: it begins anew in each": neverBegunAnew(z),
  ]
}

private func greatestScore(_ scores: [Double]) -> Double { scores.max() ?? 0 }

private func truth(of z: Matrix<Double>) -> Matrix<Ball<256>> {
  let powers = Matrix<Ball<256>>(z).map(Ball.exp)
  return Matrix(rows: z.rows, columns: z.columns) { row, column in
    powers[row, column] / powers.row(row).elements.reduce(0, +)
  }
}

/// Returns what a softmax gives that measures the scores from something, right or wrong.
private func wrongShares(
  _ z: Matrix<Double>, atLeast floor: Double = 0, summing columns: Range<Int>? = nil,
  from shift: (Int, Int) -> Double
) -> Matrix<Double> {
  let powers = Matrix<Double>(rows: z.rows, columns: z.columns) { row, column in
    Double.exp(z[row, column] - shift(row, column))
  }
  let totals = (0..<z.rows).map { row in
    (columns ?? 0..<z.columns).map { powers[row, $0] }.reduce(0, +)
  }
  return Matrix(rows: z.rows, columns: z.columns) { powers[$0, $1] / max(totals[$0], floor) }
}

/// Returns what comes out where the sum is not set to 0 before each row.
private func neverBegunAnew(_ z: Matrix<Double>) -> Matrix<Double> {
  var total = 0.0
  return Matrix(
    rows: z.rows, columns: z.columns,
    elements: (0..<z.rows).flatMap { row in
      let scores = z.row(row).elements
      let powers = scores.map { Double.exp($0 - greatestScore(scores)) }
      total = powers.reduce(total, +)
      return powers.map { $0 / total }
    })
}
