import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("scores")
  exam.part("small scores")
  try examine(.dyadic(7, 4, using: &random), exam)

  exam.part("rows of ±1000")
  var large = 500 * Matrix<Double>.dyadic(5, 3, using: &random)
  for column in 0..<3 { large[1, column] = -1_000 + large[1, column] / 1_000 }
  (large[2, 0], large[2, 1], large[2, 2]) = (1_000, -1_000, 0)
  try examine(large, exam)

  exam.part("in Float")
  let small = Matrix<Double>.dyadic(6, 5, using: &random)
  try exam.expect(
    logSoftmax(Matrix<Float>(rounding: small)), equals: Matrix<Float>(rounding: truth(of: small)),
    within: .absolute(2e-6), of: "logSoftmax(z) in Float")
  exam.note("checked beside balls of 256 bits: the textbook's formula, which cannot overflow there")
}

/// Compares the answer with balls, in which the textbook's formula neither overflows nor cancels.
private func examine(_ z: Matrix<Double>, _ exam: Exam) throws {
  try exam.expect(
    logSoftmax(z), near: ballTruth(of: z), within: .absolute(4e-12), of: "logSoftmax(z)",
    expectedMistakes: [
      "exp of the scores themselves overflows: measure them from the largest first":
        byRow(z) { row in logs(of: row, shift: 0) },
      "the logarithm of a probability that was rounded to 0: compute the logarithm by itself":
        byRow(z) { row in
          let powers = row.map { Double.exp($0 - largest(row)) }
          return powers.map { Double.log($0 / powers.sum) }
        },
      "the largest score of the whole matrix, not of the row":
        byRow(z) { row in logs(of: row, shift: largest(Vector(z.elements))) },
      "the largest score is taken off inside the sum and not outside":
        byRow(z) { row in logs(of: row, shift: largest(row)).map { $0 + largest(row) } },
      "the sum runs over a column; a row is an example":
        byColumn(z) { column in logs(of: column, shift: largest(column)) },
    ])
}

private func ballTruth(of z: Matrix<Double>) -> Matrix<Ball<256>> {
  let balls = Matrix<Ball<256>>(z)
  return Matrix(rows: z.rows, columns: z.columns) { row, column in
    balls[row, column] - Ball.log(balls.row(row).map(Ball.exp).sum)
  }
}

private func truth(of z: Matrix<Double>) -> Matrix<Double> { nearest(ballTruth(of: z)) }

private func largest(_ row: Vector<Double>) -> Double { row.elements.max() ?? 0 }

/// Returns zⱼ − m − log Σ exp(zₖ − m) with some m, right or wrong.
private func logs(of row: Vector<Double>, shift: Double) -> Vector<Double> {
  let sum = row.map { Double.exp($0 - shift) }.sum
  return row.map { $0 - shift - Double.log(sum) }
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
  Matrix(byRow(Matrix(z.transposed), transform).transposed)
}
