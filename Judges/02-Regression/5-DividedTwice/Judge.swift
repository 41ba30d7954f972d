import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("lossAndGradients")
  let subject = Truth.LineLoss(exam)
  let line = Line(
    weights: Matrix<Rational>(subject.evaluationPoint[0].matrix),
    bias: Vector<Rational>(subject.evaluationPoint[1].vector))
  let (x, y) = (Matrix<Rational>(subject.x), Matrix<Rational>(subject.y))
  let n = Rational(count: x.rows)
  let loss = (x • line.weights + line.bias - y).squaredNorm / (2 * n)
  try exam.expect(
    lossAndGradients(of: line, from: x, to: y).loss, equals: loss, of: "the loss",
    expectedMistakes: [
      "divided by n twice": loss / n, "not divided by n": n * loss, "the ½ is missing": 2 * loss,
    ])
  try exam.certify(subject)

  exam.part("staysWhenRepeated, of gradients that are means")
  for (name, gradients) in Truth.means {
    try exam.check(
      staysWhenRepeated(gradients, at: line, from: x, to: y), "staysWhenRepeated refuses \(name)",
      cause: "the examples and their targets are repeated together, and no formula is needed")
  }
  exam.part("staysWhenRepeated, of gradients that are not")
  for (name, gradients, cause) in Truth.others {
    try exam.check(
      !staysWhenRepeated(gradients, at: line, from: x, to: y), "staysWhenRepeated accepts \(name)",
      cause: cause)
  }
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  /// Gradients that repeating does not change.
  static var means: [(String, Gradients)] {
    [
      ("the gradients of this book's loss", { Truth.scaled($0, $1, $2) { (1 / $0, 1 / $0) } }),
      (
        "the gradients of another book's loss, without the ½ and with the number of outputs",
        { Truth.scaled($0, $1, $2) { (2 / (3 * $0), 2 / (3 * $0)) } }
      ),
      (
        "the gradients of this book's loss with weight decay",
        { line, x, y in
          var gradients = Truth.scaled(line, x, y) { (1 / $0, 1 / $0) }
          gradients.weights.add(1 / 8, times: line.weights)
          return gradients
        }
      ),
    ]
  }

  /// Gradients that repeating changes, and what a check must do to notice.
  static var others: [(String, Gradients, String)] {
    [
      (
        "gradients that are divided by n twice",
        { Truth.scaled($0, $1, $2) { (1 / ($0 * $0), 1 / ($0 * $0)) } },
        "a check that never refuses finds no bug; are the examples repeated at all?"
      ),
      (
        "gradients that are not divided by n", { Truth.scaled($0, $1, $2) { _ in (1, 1) } },
        "they grow as examples are repeated"
      ),
      (
        "gradients of which only those of the bias are divided twice",
        { Truth.scaled($0, $1, $2) { (1 / $0, 1 / ($0 * $0)) } }, "the bias has gradients too"
      ),
      (
        "gradients of which only those of the weights are divided twice",
        { Truth.scaled($0, $1, $2) { (1 / ($0 * $0), 1 / $0) } }, "the weights have gradients too"
      ),
    ]
  }

  /// Returns gradients with factors that depend on the number of examples.
  static func scaled(
    _ line: Line<Rational>, _ x: Matrix<Rational>, _ y: Matrix<Rational>,
    _ factors: (_ n: Rational) -> (weights: Rational, bias: Rational)
  ) -> Line<Rational> {
    let factors = factors(Rational(count: x.rows))
    let error = x • line.weights + line.bias - y
    return Line(
      weights: factors.weights * (x.transposed • error), bias: factors.bias * error.sumOfRows)
  }

  /// The answer's loss at a random place.
  struct LineLoss: AlgebraicFormula {
    let name = "L"
    let evaluationPoint: [Tensor<Double>]
    let x: Matrix<Double>  // [7, 4]
    let y: Matrix<Double>  // [7, 3]

    init(_ exam: Exam) {
      var random = exam.random("line")
      while true {
        let w = Matrix<Double>.dyadic(4, 3, using: &random)
        let b = Vector<Double>.dyadic(3, using: &random)
        let x = Matrix<Double>.dyadic(7, 4, using: &random)
        let y = Matrix<Double>.dyadic(7, 3, using: &random)
        let error = x • w + b - y
        // Differences in Double cannot see gradients that are small beside the loss.
        let largest = error.sumOfRows.elements.map { abs($0) }.max() ?? 0
        if largest * 16 < error.squaredNorm { continue }
        (evaluationPoint, self.x, self.y) = ([Tensor("W", w), Tensor("b", b)], x, y)
        return
      }
    }

    var clues: Clues { Clues(counts: [("n", y.rows)]) }

    func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
      let error = Matrix<Scalar>(x) • w[0].matrix + w[1].vector - Matrix(y)
      return error.squaredNorm / Scalar(count: 2 * y.rows)
    }

    func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      let line = Line(weights: w[0].matrix, bias: w[1].vector)
      let gradients = lossAndGradients(of: line, from: Matrix(x), to: Matrix(y)).gradients
      return [Tensor("W", gradients.weights), Tensor("b", gradients.bias)]
    }
  }
}
