import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  for formula in [
    BatchLoss(exam, n: 5, features: 3, epsilon: 0x1p-3),
    BatchLoss(exam, n: 4, features: 7, epsilon: 0x3p-4),
    BatchLoss(exam, n: 6, features: 2, epsilon: 0x1p-4, hasConstantFeature: true),
  ] {
    exam.part(formula.part)
    try formula.examineShapes(exam)
    try exam.certify(formula)
  }
}

/// A loss behind a batch normalisation, with the answer's gradients.
private struct BatchLoss: Formula {
  let name = "the loss"
  let evaluationPoint: [Tensor<Double>]
  let targets: Matrix<Double>  // [n, features]
  let epsilon: Double
  let part: String

  init(
    _ exam: Exam, n: Int, features: Int, epsilon: Double, hasConstantFeature: Bool = false
  ) {
    var random = exam.random("\(n) examples")
    self.epsilon = epsilon
    part =
      "\(n) examples of \(features) features"
      + (hasConstantFeature ? ", of which the last is the same in all" : "")
    var x = Matrix<Double>.dyadic(n, features, using: &random)
    if hasConstantFeature {
      for row in 0..<n { x[row, features - 1] = x[0, features - 1] }
    }
    evaluationPoint = [
      Tensor("X", x), Tensor("γ", Vector.dyadic(features, using: &random)),
      Tensor("β", Vector.dyadic(features, using: &random)),
    ]
    targets = .dyadic(n, features, using: &random)
  }

  /// Shapes go first: two of the three gradients have an entry for each feature.
  func examineShapes(_ exam: Exam) throws {
    let (x, gamma) = (evaluationPoint[0].matrix, evaluationPoint[1].vector)
    let all = gradients(from: targets, at: x, gamma: gamma, epsilon: epsilon)
    try exam.check(
      all.x.rows == x.rows && all.x.columns == x.columns,
      "the gradient in x has the shape \(all.x.shape) and should have \(x.shape)")
    for (name, gradient) in [("γ", all.gamma), ("β", all.beta)] {
      try exam.check(
        gradient.count == x.columns,
        "the gradient in \(name) has the shape \(gradient.shape) and should have \(gamma.shape)",
        cause: gradient.count == x.rows
          ? "a sum over the features of an example; it runs over the examples of a feature" : nil)
    }
  }

  func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    let (x, gamma, beta) = (w[0].matrix, w[1].vector, w[2].vector)
    let n = Scalar(count: x.rows)
    var total: Scalar = 0
    for feature in 0..<x.columns {
      let column = x.column(feature)
      let mean = column.sum / n
      let variance = column.map { ($0 - mean).squared }.sum / n
      let scale = gamma[feature] / Scalar.sqrt(variance + Scalar(epsilon))
      for row in 0..<x.rows {
        let y = scale * (column[row] - mean) + beta[feature]
        total += (y - Scalar(targets[row, feature])).squared
      }
    }
    return total / 2
  }

  func gradient<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    let (x, gamma, beta) = (w[0].matrix, w[1].vector, w[2].vector)
    let n = Scalar(count: x.rows)
    var dY = x
    for feature in 0..<x.columns {
      let column = x.column(feature)
      let mean = column.sum / n
      let variance = column.map { ($0 - mean).squared }.sum / n
      let scale = gamma[feature] / Scalar.sqrt(variance + Scalar(epsilon))
      for row in 0..<x.rows {
        let y = scale * (column[row] - mean) + beta[feature]
        dY[row, feature] = y - Scalar(targets[row, feature])
      }
    }
    let all = gradients(from: dY, at: x, gamma: gamma, epsilon: Scalar(epsilon))
    return [Tensor("X", all.x), Tensor("γ", all.gamma), Tensor("β", all.beta)]
  }

  var clues: Clues {
    let way = Backward(self)
    let right = way.x()
    let mistakes: [(String, [Matrix<Double>?])] = [
      (
        "the paths through the mean and through the variance are missing: two sums over the batch",
        [way.x(first: 0, second: 0)]
      ),
      ("the path through the mean is missing: Σ dY / n", [way.x(first: 0)]),
      ("the path through the variance is missing: x̂ · Σ dY x̂ / n", [way.x(second: 0)]),
      ("the sums over the batch are not divided by n", [way.x(first: way.n, second: way.n)]),
      ("Σ dY is not divided by n", [way.x(first: way.n)]),
      ("Σ dY x̂ is not divided by n", [way.x(second: way.n)]),
      ("the path through the mean has the wrong sign", [way.x(first: -1)]),
      ("the path through the variance has the wrong sign", [way.x(second: -1)]),
      ("both sums over the batch have the wrong sign", [way.x(first: -1, second: -1)]),
      (
        "the 2 of the square is left, or a ½ too many is not: Σ dY x̂ counts once",
        [
          way.x(second: 2)
        ]
      ),
      ("Σ dY x̂ counts once, not half", [way.x(second: 0.5)]),
      (
        "divided by the variance, not by its root", [right.byColumns { $0 / way.deviation[$1] }]
      ),
      (
        "multiplied by the root, not divided by it",
        [right.byColumns { $0 * way.deviation[$1] * way.deviation[$1] }]
      ),
      ("not divided by the deviation", [right.byColumns { $0 * way.deviation[$1] }]),
      ("γ is left out", [right.byColumns { $0 / way.gamma[$1] }]),
      ("γ is there twice", [right.byColumns { $0 * way.gamma[$1] }]),
      (
        "n − 1 for n in the means of the two sums",
        [
          way.x(first: way.n / (way.n - 1), second: way.n / (way.n - 1))
        ]
      ),
      (
        "the sums are divided by the number of features; they run over the \(Int(way.n)) examples",
        [way.x(first: way.n / way.features, second: way.n / way.features)]
      ),
      (
        "the sums run over the features of an example; they belong over the examples of a feature",
        [way.xByRows]
      ),
      ("x for x̂ in the path through the variance", [way.x(last: way.inputs)]),
      ("x − μ for x̂ in the path through the variance", [way.x(last: way.centred)]),
      ("y for x̂ in the path through the variance", [way.x(last: way.outputs)]),
      ("x for x̂ in the gradient in γ", [nil, way.row(way.dY ⊙ way.inputs)]),
      ("x − μ for x̂ in the gradient in γ", [nil, way.row(way.dY ⊙ way.centred)]),
      ("y for x̂ in the gradient in γ", [nil, way.row(way.dY ⊙ way.outputs)]),
      ("the gradient in β stands for that in γ", [nil, way.row(way.dY)]),
      (
        "γ is a factor too many in the gradient in β",
        [
          nil, nil, way.row(way.dY.byColumns { $0 * way.gamma[$1] }),
        ]
      ),
    ]
    return Clues(
      counts: [("n", targets.rows), ("features", targets.columns)],
      mistakes: mistakes.map { mistake in
        Clues.Mistake(mistake.0, gradient: way.gradient(mistake.1))
      } + [
        Clues.Mistake("n − 1 for n in the variance", gradient: Backward(self, lost: 1).all),
        Clues.Mistake(
          "the variance stands where its root belongs, in x̂ as well",
          gradient: Backward(self, power: 2).all),
        Clues.Mistake(
          "the square of the variance stands where its root belongs",
          gradient: Backward(self, power: 4).all),
        Clues.Mistake("ε is left out", gradient: Backward(self, epsilon: 0).all),
        Clues.Mistake(
          "ε is added to the deviation; it is added to the variance, inside the root",
          gradient: Backward(self, epsilon: 0, beside: epsilon).all),
      ])
  }
}

/// A backward pass that can be wrong by many slips, in `Double`, with matrices throughout.
private struct Backward {
  let n, features: Double
  let inputs, centred, normalised, outputs, dY: Matrix<Double>
  let deviation, gamma: Vector<Double>

  /// Computes what the gradients are made of.
  ///
  /// - Parameters:
  ///   - formula: The loss.
  ///   - lost: What is taken off n in the variance.
  ///   - epsilon: What is added to the variance.
  ///   - outside: What is added to the deviation.
  ///   - power: To which power the deviation is raised.
  init(
    _ formula: BatchLoss, lost: Int = 0, epsilon: Double? = nil, beside outside: Double = 0,
    power: Int = 1
  ) {
    let x = formula.evaluationPoint[0].matrix
    let (gamma, beta) = (formula.evaluationPoint[1].vector, formula.evaluationPoint[2].vector)
    (n, features) = (Double(x.rows), Double(x.columns))
    let mean = x.sumOfRows / n
    let centred = x.byColumns { $0 - mean[$1] }
    let squares = (centred ⊙ centred).sumOfRows
    func roots(_ count: Double, _ epsilon: Double) -> Vector<Double> {
      squares.map { ($0 / count + epsilon).squareRoot() }
    }
    let truth = roots(n, formula.epsilon)
    let deviation = roots(n - Double(lost), epsilon ?? formula.epsilon).map { root in
      (0..<power).reduce(1) { product, _ in product * (root + outside) }
    }
    // The forward pass, and so what arrives, is right whatever the backward pass takes it to be.
    let outputs = centred.byColumns { gamma[$1] * $0 / truth[$1] + beta[$1] }
    (self.gamma, self.deviation, inputs, self.centred) = (gamma, deviation, x, centred)
    (self.outputs, dY) = (outputs, outputs - formula.targets)
    normalised = centred.byColumns { $0 / deviation[$1] }
  }

  /// Returns γ/σ (dY − first · Σ dY / n − second · last · Σ dY x̂ / n).
  func x(first: Double = 1, second: Double = 1, last: Matrix<Double>? = nil) -> Matrix<Double> {
    let (sums, products) = (dY.sumOfRows, (dY ⊙ normalised).sumOfRows)
    let last = last ?? normalised
    return Matrix(rows: dY.rows, columns: dY.columns) { row, column in
      let rest = first * sums[column] + second * last[row, column] * products[column]
      return gamma[column] / deviation[column] * (dY[row, column] - rest / n)
    }
  }

  /// The gradient in x with sums along each row.
  var xByRows: Matrix<Double> {
    Matrix(rows: dY.rows, columns: dY.columns) { row, column in
      let (slopes, others) = (dY.row(row), normalised.row(row))
      let rest = slopes.sum + normalised[row, column] * slopes.dot(others)
      return gamma[column] / deviation[column] * (dY[row, column] - rest / features)
    }
  }

  func row(_ matrix: Matrix<Double>) -> Matrix<Double> {
    let sums = matrix.sumOfRows
    return Matrix(rows: 1, columns: sums.count) { sums[$1] }
  }

  var all: [Tensor<Double>] { gradient([]) }

  /// Returns the gradient with some of its tensors, in the order x, γ, β, replaced.
  func gradient(_ changed: [Matrix<Double>?]) -> [Tensor<Double>] {
    let blocks = [x(), row(dY ⊙ normalised), row(dY)].enumerated().map { index, block in
      changed.indices.contains(index) ? changed[index] ?? block : block
    }
    return [
      Tensor("X", blocks[0]), Tensor("γ", Vector(blocks[1].elements)),
      Tensor("β", Vector(blocks[2].elements)),
    ]
  }
}

extension Matrix<Double> {
  /// Returns a matrix of what is made of each entry and the number of its column.
  fileprivate func byColumns(_ transform: (Double, Int) -> Double) -> Matrix {
    Matrix(rows: rows, columns: columns) { transform(self[$0, $1], $1) }
  }
}
