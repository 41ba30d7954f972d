import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let x: Matrix<Rational> = [[1, 3], [-1, 2]]
  let y: Matrix<Rational> = [[4], [1]]
  let (w1, b1): (Matrix<Rational>, Vector<Rational>) = ([[2, -1], [1, 1]], [-2, 0])
  let (w2, b2): (Matrix<Rational>, Vector<Rational>) = ([[1], [-2]], [3])
  let n = Rational(count: x.rows)

  let z = x • w1 + b1
  let h = z.map { max($0, 0) }
  let residual = h • w2 + b2 - y
  let slopes = z.map { $0 > 0 ? 1 : 0 as Rational }
  let dPrediction = residual / n
  let dH = dPrediction • w2.transposed
  let truth = dH ⊙ slopes

  exam.part("forward")
  try exam.expectPrediction(
    loss, equals: residual.squaredNorm / (2 * n), of: "loss",
    expectedMistakes: [
      "the ½ of the book's loss is missing, or the n; here both are 2": residual.squaredNorm / 2,
      "the hidden layer has no ReLU here: negative pre-activations became negative activations":
        (z • w2 + b2 - y).squaredNorm / (2 * n),
    ])

  exam.part("backward")
  try exam.expectPrediction(
    dZ, equals: truth, of: "dZ",
    expectedMistakes: [
      "a unit that is off passes nothing back: φ′ is missing": dH,
      "the residual is divided by n in the loss, and so in every derivative": n * truth,
      "the residual is prediction − target, not target − prediction": -1 * truth,
      "that is the derivative at the activations of units that are on; φ′ stands for W₂":
        (Matrix(rows: 2, columns: 2) { row, _ in dPrediction[row, 0] }) ⊙ slopes,
    ])

  exam.part("the first layer")
  let last = Matrix(rows: 2, columns: 2) { x[1, $0] * truth[1, $1] }
  try exam.expectPrediction(
    dW1, equals: x.transposed • truth, of: "dW1",
    expectedMistakes: [
      "a unit that is off passes nothing back: φ′ is missing": x.transposed • dH,
      "the residual is divided by n in the loss, and so in every derivative":
        n * (x.transposed • truth),
      "the second example overwrote the first: paths add": last,
      "rows and columns changed places: W₁ is [inputs, units]":
        Matrix((x.transposed • truth).transposed),
      "a mean over the examples, but the 1/n is in the loss already":
        (x.transposed • truth) / n,
    ])
  try exam.expectPrediction(
    db1, equals: truth.sumOfRows, of: "db1",
    expectedMistakes: [
      "the second example overwrote the first: paths add": truth.row(1),
      "a mean over the examples, but the 1/n is in the loss already": truth.sumOfRows / n,
      "each unit has a bias of its own: sum over the examples, not over the units":
        Vector([truth.row(0).sum, truth.row(1).sum]),
    ])

  exam.part("the second layer")
  try exam.expectPrediction(
    dW2, equals: h.transposed • dPrediction, of: "dW2",
    expectedMistakes: [
      "multiplied by the pre-activations; the second layer sees the activations":
        z.transposed • dPrediction,
      "the second example overwrote the first: paths add":
        Matrix(rows: 2, columns: 1) { row, _ in h[1, row] * dPrediction[1, 0] },
      "the residual is divided by n in the loss, and so in every derivative":
        h.transposed • residual,
    ])
  try exam.expectPrediction(
    db2, equals: dPrediction.sumOfRows, of: "db2",
    expectedMistakes: [
      "the residual is divided by n in the loss, and so in every derivative":
        residual.sumOfRows
    ])
}
