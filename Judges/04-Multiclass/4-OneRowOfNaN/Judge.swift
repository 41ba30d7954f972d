import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("scores")
  exam.part("small scores")
  try examine(.dyadic(7, 4, using: &random), exam)

  exam.part("scores of 1000 in every row")
  let large = Matrix<Double>.dyadic(6, 5, using: &random)
  try examine(large.map { $0 + 1_000 }, exam)

  exam.part("one row of small scores among large ones")
  var mixed = Matrix<Double>.dyadic(5, 3, using: &random)
  let low = random.index(below: 5)
  for row in 0..<5 where row != low {
    for column in 0..<3 { mixed[row, column] += 900 }
  }
  try examine(mixed, exam)
  exam.note("row \(low) lies 900 below the others, and its probabilities are right")
}

private func examine(_ z: Matrix<Double>, _ exam: Exam) throws {
  let lowest = Double.leastNormalMagnitude
  try exam.expect(
    softmax(z), near: truth(of: z), within: .absolute(1e-14), of: "softmax(z)",
    expectedMistakes: [
      "the largest score of the whole matrix: a row far below it is 0/0":
        probabilities(z, largest: { _, _ in z.elements.max() ?? 0 }),
      "no score is taken off: exp overflows above 710":
        probabilities(z, largest: { _, _ in 0 }),
      "the largest score of a column; a row is an example":
        probabilities(z, largest: { _, column in z.column(column).elements.max() ?? 0 }),
      "the sum is kept off 0, which hides the NaN: the probabilities of that row are 0 now":
        probabilities(z, largest: { _, _ in z.elements.max() ?? 0 }, atLeast: lowest),
      "NaN is replaced by equal probabilities: the row's own scores are lost":
        probabilities(z, largest: { _, _ in z.elements.max() ?? 0 }).map { $0.isNaN ? 1 / 3 : $0 },
    ])
}

private func truth(of z: Matrix<Double>) -> Matrix<Ball<256>> {
  let powers = Matrix<Ball<256>>(z).map(Ball.exp)
  return Matrix(rows: z.rows, columns: z.columns) { row, column in
    powers[row, column] / powers.row(row).sum
  }
}

/// Returns what a softmax gives that measures the scores from something, right or wrong.
private func probabilities(
  _ z: Matrix<Double>, largest: (Int, Int) -> Double, atLeast floor: Double = 0
) -> Matrix<Double> {
  let powers = Matrix<Double>(rows: z.rows, columns: z.columns) { row, column in
    Double.exp(z[row, column] - largest(row, column))
  }
  return Matrix(rows: z.rows, columns: z.columns) { row, column in
    powers[row, column] / max(powers.row(row).sum, floor)
  }
}
