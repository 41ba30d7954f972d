import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("numbersInTheBias")
  try exam.expect(
    numbersInTheBias, equals: 7 * 3, of: "numbersInTheBias",
    expectedMistakes: [
      "that is how many it should hold: one for each output": 3,
      "a number for each example, and for each of its outputs too": 7,
      "the bias belongs to the outputs, not to the features": 7 * 4,
      "the row that was there is broadcast, not kept beside the others": 8 * 3,
    ])

  exam.part("gradients")
  let subject = Truth.LineLoss(exam)
  let line = MatrixLine(
    weights: subject.evaluationPoint[0].matrix, bias: subject.evaluationPoint[1].matrix)
  let db = gradients(of: line, from: subject.x, to: subject.y).bias
  try exam.check(
    db.rows == 1, "the bias has the shape \(line.bias.shape), its gradients have \(db.shape)",
    cause: "a sum over the rows is missing: the bias enters the prediction of every example")
  try exam.certify(subject)
  try examineTraining(subject, exam)

  exam.part("fit")
  try examineFit(subject, exam)
}

/// Trains on seven examples and predicts two.
private func examineTraining(_ subject: Truth.LineLoss, _ exam: Exam) throws {
  var line = MatrixLine(
    weights: subject.evaluationPoint[0].matrix, bias: subject.evaluationPoint[1].matrix)
  for _ in 0..<3 {
    line.step(against: gradients(of: line, from: subject.x, to: subject.y), learningRate: 1 / 64)
  }
  let new = line.prediction(from: subject.x.rows(at: [5, 6]))
  try exam.check(
    new.rows == 2, "two new examples get \(new.rows) predictions after a training on seven")
  exam.note("a line trained on seven examples predicts two, with a bias \(line.bias.shape)")
}

/// Shows the answer's check what it must accept and refuse.
private func examineFit(_ subject: Truth.LineLoss, _ exam: Exam) throws {
  let evaluationPoint = subject.evaluationPoint.map { $0.map { Rational($0) } }
  func zeros(_ name: String, _ rows: Int, _ columns: Int) -> Tensor<Rational> {
    Tensor(name, Matrix(rows: rows, columns: columns, repeating: 0))
  }
  let (w, b) = (zeros("dW", 4, 3), zeros("db", 1, 3))
  try exam.check(
    fit([w, b], to: evaluationPoint),
    "fit refuses gradients [4, 3] and [1, 3] for a line [4, 3] and [1, 3]",
    cause: "shapes are compared, and neither names nor numbers")
  try exam.check(
    fit([b], to: [evaluationPoint[1]]), "fit refuses gradients [1, 3] for a single bias [1, 3]")
  let wrong: [(String, [Tensor<Rational>], String)] = [
    ("[4, 3] and [7, 3]", [w, zeros("db", 7, 3)], "the last tensor has to fit too, row for row"),
    ("[3, 4] and [1, 3]", [zeros("dW", 3, 4), b], "as many numbers are not the same shape"),
    (
      "[4, 3] and [3]", [w, Tensor("db", Vector(repeating: 0, count: 3))],
      "as many numbers are not the same shape: a vector is not a matrix of one row"
    ),
    ("[1, 3] and [4, 3]", [b, w], "gradients and parameters come in the same order"),
    ("[4, 3] and [1, 3], and one tensor more", [w, b, b], "as many tensors are asked for"),
    ("[4, 3] alone", [w], "as many tensors are asked for"),
    ("of no tensor at all", [], "as many tensors are asked for"),
  ]
  for (name, gradients, cause) in wrong {
    try exam.check(
      !fit(gradients, to: evaluationPoint),
      "fit accepts gradients \(name) for a line [4, 3] and [1, 3]",
      cause: cause)
  }
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  /// The answer's gradients at a random place.
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
        let row = Matrix(rows: 1, columns: 3, elements: b.elements)
        (evaluationPoint, self.x, self.y) = ([Tensor("W", w), Tensor("b", row)], x, y)
        return
      }
    }

    var clues: Clues {
      let error = x • evaluationPoint[0].matrix + evaluationPoint[1].matrix.row(0) - y
      let dPrediction = error / 7
      func gradient(_ bias: Vector<Double>) -> [Tensor<Double>] {
        [
          Tensor("W", x.transposed • dPrediction),
          Tensor("b", Matrix(rows: 1, columns: 3, elements: bias.elements)),
        ]
      }
      return Clues(
        counts: [("n", y.rows), ("outputs", y.columns)],
        mistakes: [
          Clues.Mistake(
            "a mean over the rows, where a sum is asked for: n is in dPrediction already",
            gradient: gradient(dPrediction.sumOfRows / 7)),
          Clues.Mistake(
            "one sum for all outputs; each has a bias of its own",
            gradient: gradient(Vector(repeating: dPrediction.sum, count: 3))),
          Clues.Mistake(
            "the gradients of the first example alone; all examples share the bias",
            gradient: gradient(dPrediction.row(0))),
        ])
    }

    func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
      let bias = w[1].matrix.row(0)
      let error = Matrix<Scalar>(x) • w[0].matrix + bias - Matrix(y)
      return error.squaredNorm / Scalar(count: 2 * y.rows)
    }

    func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      let line = MatrixLine(weights: w[0].matrix, bias: w[1].matrix)
      let gradients = gradients(of: line, from: Matrix(x), to: Matrix(y))
      return [Tensor("W", gradients.weights), Tensor("b", gradients.bias)]
    }
  }
}
