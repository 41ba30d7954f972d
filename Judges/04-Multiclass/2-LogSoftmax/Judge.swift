import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("scores")
  exam.part("small scores")
  try examine(.dyadic(7, 4, using: &random), within: 1e-14, exam)
  try examine(
    [[2, 2, 2], [-1, 3, 3], [3, -1, 3], [0, 0, -4], [-5, -5, -5]], within: 1e-14, exam)
  try examine([[3], [-2]], within: 1e-14, exam)

  exam.part("rows of ±1000")
  var large = 500 * Matrix<Double>.dyadic(5, 3, using: &random)
  for column in 0..<3 { large[1, column] = -1_000 + large[1, column] / 1_000 }
  (large[2, 0], large[2, 1], large[2, 2]) = (1_000, -1_000, 0)
  try examine(large, within: 4e-12, exam)
  exam.part("scores of ±1000 in every order")
  let orders = random.shuffled([
    [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0],
  ])
  let levels = [-1_000.0, 0, 1_000]
  try examine(
    Matrix(rows: 6, columns: 3) { levels[orders[$0][$1]] + random.dyadic() }, within: 4e-12, exam)
  exam.part("one row of small scores among large ones")
  let low = random.index(below: 4)
  try examine(
    Matrix(rows: 4, columns: 6) { row, _ in (row == low ? -900 : 900) + random.dyadic() },
    within: 4e-12, exam)

  exam.part("in Float")
  let small = Matrix<Double>.dyadic(6, 5, using: &random)
  let apart = Matrix<Double>(rows: 6, columns: 5) {
    small[$0, $1] + ($0 == 2 ? -200 : $1 == 3 ? -150 : 100)
  }
  for (z, tolerance) in [(small, 2e-6), (apart, 1e-4)] {
    try exam.expect(
      logSoftmax(Matrix<Float>(rounding: z)),
      equals: Matrix<Float>(rounding: nearest(ballTruth(of: z))),
      within: .absolute(tolerance), of: "logSoftmax(z) in Float")
  }
  exam.note("checked beside balls of 256 bits: the textbook's formula, which cannot overflow there")
}

/// Compares the answer with balls, in which the textbook's formula neither overflows nor cancels.
private func examine(_ z: Matrix<Double>, within tolerance: Double, _ exam: Exam) throws {
  try exam.expect(
    logSoftmax(z), near: ballTruth(of: z), within: .absolute(tolerance), of: "logSoftmax(z)",
    expectedMistakes: [
      "exp of the scores themselves overflows: measure them from the largest first":
        byRow(z) { row in wrongLogs(of: row, shift: 0) },
      "exp of the scores themselves overflows: measure them from the largest first, and take no "
        + "logarithm of a quotient":
        byRow(z) { row in
          let powers = row.map(Double.exp)
          let total = powers.elements.reduce(0, +)
          return powers.map { Double.log($0 / total) }
        },
      "the logarithm of a probability that was rounded to 0: compute the logarithm by itself":
        byRow(z) { row in
          let powers = row.map { Double.exp($0 - greatestScore(row)) }
          let total = powers.elements.reduce(0, +)
          return powers.map { Double.log($0 / total) }
        },
      "the largest score of the whole matrix, not of the row":
        byRow(z) { row in wrongLogs(of: row, shift: greatestScore(Vector(z.elements))) },
      "the first score of the row is taken off, and not the largest":
        byRow(z) { row in wrongLogs(of: row, shift: row[0]) },
      "the last score of the row is taken off, and not the largest":
        byRow(z) { row in wrongLogs(of: row, shift: row[row.count - 1]) },
      "the smallest score of the row is taken off, and not the largest":
        byRow(z) { row in wrongLogs(of: row, shift: row.elements.min() ?? 0) },
      "the first score is left out of the sum":
        byRow(z) { row in wrongLogs(of: row, shift: greatestScore(row), summing: 1..<row.count) },
      "the last score is left out of the sum":
        byRow(z) { row in wrongLogs(of: row, shift: greatestScore(row), summing: 0..<row.count - 1)
        },
      "the probabilities themselves, and not their logarithms":
        byRow(z) { row in wrongLogs(of: row, shift: greatestScore(row)).map(Double.exp) },
      "the sign is turned: the logarithm of a probability is not positive":
        byRow(z) { row in wrongLogs(of: row, shift: greatestScore(row)).map { -$0 } },
      "the largest score is taken off inside the sum and not outside":
        byRow(z) { row in
          wrongLogs(of: row, shift: greatestScore(row)).map { $0 + greatestScore(row) }
        },
      "the sum runs over a column; a row is an example":
        byColumn(z) { column in wrongLogs(of: column, shift: greatestScore(column)) },
    ])
}

private func ballTruth(of z: Matrix<Double>) -> Matrix<Ball<256>> {
  let balls = Matrix<Ball<256>>(z)
  return Matrix(rows: z.rows, columns: z.columns) { row, column in
    balls[row, column] - Ball.log(balls.row(row).elements.map(Ball.exp).reduce(0, +))
  }
}

private func greatestScore(_ row: Vector<Double>) -> Double { row.elements.max() ?? 0 }

/// Returns zⱼ − m − log Σ exp(zₖ − m) with some m, right or wrong.
private func wrongLogs(
  of row: Vector<Double>, shift: Double, summing entries: Range<Int>? = nil
) -> Vector<Double> {
  let powers = (entries ?? 0..<row.count).map { Double.exp(row[$0] - shift) }
  let log = Double.log(powers.reduce(0, +))
  return row.map { $0 - shift - log }
}

private func byRow(
  _ z: Matrix<Double>, _ transform: (Vector<Double>) -> Vector<Double>
) -> Matrix<Double> {
  let rows = (0..<z.rows).map { transform(z.row($0)) }
  return Matrix(rows: z.rows, columns: z.columns) { rows[$0][$1] }
}

private func byColumn(
  _ z: Matrix<Double>, _ transform: (Vector<Double>) -> Vector<Double>
) -> Matrix<Double> {
  let columns = (0..<z.columns).map { transform(z.column($0)) }
  return Matrix(rows: z.rows, columns: z.columns) { columns[$1][$0] }
}
