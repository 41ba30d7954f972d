import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("numbersInTheBias")
  try exam.expectPrediction(
    numbersInTheBias, equals: 7 * 3, of: "numbersInTheBias",
    expectedMistakes: [
      "that is how many it should hold: one for each output": 3,
      "a number for each example, and for each of its outputs too": 7,
      "the bias belongs to the outputs, not to the features": 7 * 4,
      "the row that was there is broadcast, not kept beside the others": 8 * 3,
    ])

  for subject in [
    Truth.LineLoss(exam, n: 7, features: 4, outputs: 3),
    Truth.LineLoss(exam, n: 5, features: 6, outputs: 2),
  ] {
    exam.part("gradients, \(subject.y.rows) examples")
    let line = subject.line
    let db = gradients(of: line, from: subject.x, to: subject.y).bias
    try exam.check(
      db.rows == 1, "the bias has the shape \(line.bias.shape), its gradients have \(db.shape)",
      cause: "a sum over the rows is missing: the bias enters the prediction of every example")
    try exam.certify(subject)
    try examineTraining(subject, exam)
  }

  exam.part("fit, of shapes that fit")
  for (parameters, gradients, cause) in Truth.fitting {
    try examineFit(gradients, parameters, fits: true, cause, exam)
  }
  exam.part("fit, of shapes that do not")
  for (parameters, gradients, cause) in Truth.others {
    try examineFit(gradients, parameters, fits: false, cause, exam)
  }
}

/// Trains on some examples and predicts two.
private func examineTraining(_ subject: Truth.LineLoss, _ exam: Exam) throws {
  var line = subject.line
  for _ in 0..<3 {
    line.step(against: gradients(of: line, from: subject.x, to: subject.y), learningRate: 1 / 64)
  }
  let n = subject.x.rows
  let new = line.prediction(from: subject.x.rows(at: [n - 2, n - 1]))
  try exam.check(
    new.rows == 2, "two new examples get \(new.rows) predictions after a training on \(n)")
  exam.note(
    "a line trained on \(n) examples predicts two, with a bias \(line.bias.shape)")
}

/// Shows the answer's check shapes that it must accept or refuse.
private func examineFit(
  _ gradients: [[Int]], _ parameters: [[Int]], fits: Bool, _ cause: String, _ exam: Exam
) throws {
  func words(_ shapes: [[Int]]) -> String {
    shapes.isEmpty ? "of no tensor at all" : shapes.map { "\($0)" }.joined(separator: ", ")
  }
  let answer = fit(
    Truth.tensors("gradient", gradients, of: 0), to: Truth.tensors("parameter", parameters, of: 1))
  try exam.check(
    answer == fits,
    "fit \(fits ? "refuses" : "accepts") gradients \(words(gradients)) for parameters "
      + words(parameters), cause: cause)
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  /// Shapes of parameters and of gradients that fit them.
  static let fitting: [(parameters: [[Int]], gradients: [[Int]], cause: String)] = [
    (
      [[4, 3], [1, 3]], [[4, 3], [1, 3]], "shapes are compared, and neither names nor numbers"
    ),
    ([[1, 3]], [[1, 3]], "as many tensors are asked for as there are, not two"),
    (
      [[4, 5], [5], [5, 2], [2], []], [[4, 5], [5], [5, 2], [2], []], "any shape may be there"
    ),
    ([[3], [3], [3]], [[3], [3], [3]], "parameters may have shapes that are alike"),
    ([], [], "where there are no parameters, there are no gradients"),
  ]

  /// Shapes of parameters and of gradients that do not fit them.
  static let others: [(parameters: [[Int]], gradients: [[Int]], cause: String)] =
    [
      ([[4, 3], [7, 3]], "every axis of every tensor has to agree: this is the bias that grew"),
      ([[3, 4], [1, 3]], "as many numbers are not the same shape"),
      ([[6, 2], [1, 3]], "as many numbers are not the same shape"),
      ([[5, 2], [1, 3]], "every axis has to agree, and not their sum"),
      ([[4, 3], [3]], "as many numbers are not the same shape: a vector is no matrix of one row"),
      ([[1, 3], [4, 3]], "gradients and parameters come in the same order"),
      ([[4, 9], [1, 3]], "every axis has to agree, and not the first alone"),
      ([[4, 3], [1, 2]], "every axis has to agree, and not the first alone"),
      ([[9, 3], [1, 3]], "every axis has to agree, and not the last alone"),
      ([[5, 3], [1, 3]], "every axis has to agree, and not the last alone"),
      ([[4, 3], [1, 3], [1, 3]], "as many tensors are asked for"),
      ([[4, 3]], "as many tensors are asked for"),
      ([[1, 3]], "as many tensors are asked for"),
      ([], "as many tensors are asked for"),
    ].map { ([[4, 3], [1, 3]], $0, $1) } + [
      ([[4, 3], [1]], [[4], [3, 1]], "each tensor has a shape of its own"),
      ([[2, 5], [3, 4], [6]], [[2, 5], [4, 3], [6]], "those in the middle are looked at too"),
      ([[1]], [[]], "a vector of one number has an axis, and a number has none"),
      ([], [[2]], "where there are no parameters, there are no gradients"),
    ]

  /// Returns tensors of some shapes.
  static func tensors(_ name: String, _ shapes: [[Int]], of value: Rational) -> [Tensor<Rational>] {
    shapes.enumerated().map { index, shape in
      let name = "\(name) \(index)"
      return switch shape.count {
      case 0: Tensor(name, value)
      case 1: Tensor(name, Vector(repeating: value, count: shape[0]))
      default: Tensor(name, Matrix(rows: shape[0], columns: shape[1], repeating: value))
      }
    }
  }

  /// The answer's gradients at a random place.
  struct LineLoss: AlgebraicFormula {
    let name = "L"
    let evaluationPoint: [Tensor<Double>]
    let x: Matrix<Double>  // [n, features]
    let y: Matrix<Double>  // [n, outputs]

    init(_ exam: Exam, n: Int, features: Int, outputs: Int) {
      var random = exam.random("line, \(n) examples")
      while true {
        let w = Matrix<Double>.dyadic(features, outputs, using: &random)
        let b = Matrix<Double>.dyadic(1, outputs, using: &random)
        let x = Matrix<Double>.dyadic(n, features, using: &random)
        let y = Matrix<Double>.dyadic(n, outputs, using: &random)
        let error = x • w + b.row(0) - y
        // Differences in Double cannot see gradients that are small beside the loss.
        let largest = [error.sumOfRows.elements, (x.transposed • error).elements].map { block in
          block.map { abs($0) }.max() ?? 0
        }
        if largest.contains(where: { $0 * 16 < error.squaredNorm }) { continue }
        (evaluationPoint, self.x, self.y) = ([Tensor("W", w), Tensor("b", b)], x, y)
        return
      }
    }

    var line: MatrixLine<Double> {
      MatrixLine(weights: evaluationPoint[0].matrix, bias: evaluationPoint[1].matrix)
    }

    var clues: Clues {
      let error = x • evaluationPoint[0].matrix + evaluationPoint[1].matrix.row(0) - y
      let dPrediction = error / Double(y.rows)
      func mistake(_ name: String, _ bias: Vector<Double>) -> Clues.Mistake {
        let row = Matrix(rows: 1, columns: bias.count, elements: bias.elements)
        return Clues.Mistake(
          name, gradient: [Tensor("W", x.transposed • dPrediction), Tensor("b", row)])
      }
      return Clues(
        counts: [("n", y.rows), ("outputs", y.columns)],
        mistakes: [
          mistake(
            "a mean over the rows, where a sum is asked for: n is in dPrediction already",
            dPrediction.sumOfRows / Double(y.rows)),
          mistake(
            "one sum for all outputs; each has a bias of its own",
            Vector(repeating: dPrediction.sum, count: y.columns)),
          mistake(
            "the gradients of the first example alone; all examples share the bias",
            dPrediction.row(0)),
          mistake(
            "the gradients of the last example alone: paths add, and do not overwrite",
            dPrediction.row(y.rows - 1)),
          mistake(
            "n times the sum: 1/n is in dPrediction, and has to stay", error.sumOfRows),
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
