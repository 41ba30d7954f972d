import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("every gradient")
  let formula = ColumnFormula(exam)
  try exam.certify(formula)

  exam.part("what needs no reference")
  let (network, x) = (formula.network(at: formula.evaluationPoint), formula.x)
  let once = gradient(of: network, on: x, labels: formula.labels)
  // Every example twice, in the other order: a mean does not change.
  let order = Array(formula.labels.indices.reversed()) + Array(formula.labels.indices)
  let twice = gradient(
    of: network, on: Matrix(rows: x.rows, columns: order.count) { x[$0, order[$1]] },
    labels: order.map { formula.labels[$0] })
  try exam.expect(
    twice.w1, equals: once.w1, within: .relative(1e-13), of: "dW₁ with every example twice")
  try exam.expect(
    twice.b2, equals: once.b2, within: .relative(1e-13), of: "db₂ with every example twice")
  exam.note("and every example taken twice, in another order, changes nothing")
}

/// What the judge computes by itself, apart from the names of the answer.
private enum Truth {
  /// Returns the learner's gradient. A formula has a method of that name.
  static func answer<Scalar: AnalyticField>(
    for network: ColumnNetwork<Scalar>, on x: Matrix<Scalar>, _ labels: [Int]
  ) -> ColumnNetwork<Scalar> {
    gradient(of: network, on: x, labels: labels)
  }
}

/// Cross-entropy of two layers whose examples are columns, with the learner's gradient.
private struct ColumnFormula: Formula {
  var name: String { "two layers, examples as columns" }
  let evaluationPoint: [Tensor<Double>]
  let x: Matrix<Double>
  let labels: [Int]

  init(_ exam: Exam) {
    var random = exam.random("network")
    // Where every gradient of a tensor is small beside the loss, differences in Double see nothing.
    var draw = Self(using: &random)
    while !draw.isSteep { draw = Self(using: &random) }
    self = draw
  }

  private init(using random: inout SplitMix64) {
    evaluationPoint = [
      Tensor("W1", Matrix.dyadic(5, 4, using: &random) / 2),
      Tensor("b1", Vector.dyadic(5, using: &random) / 2),
      Tensor("W2", Matrix.dyadic(3, 5, using: &random) / 2),
      Tensor("b2", Vector.dyadic(3, using: &random) / 2),
    ]
    x = .dyadic(4, 7, using: &random)
    labels = random.shuffled([0, 0, 1, 2, 0, 1, 2])
  }

  private var isSteep: Bool {
    gradients().allSatisfy { gradients in
      gradients.elements.contains { abs($0) > loss(at: evaluationPoint) / 40 }
    }
  }

  func network<Scalar: Field>(at w: [Tensor<Scalar>]) -> ColumnNetwork<Scalar> {
    ColumnNetwork(w1: w[0].matrix, b1: w[1].vector, w2: w[2].matrix, b2: w[3].vector)
  }

  /// Examples as rows: hidden sums, and probabilities.
  private func forward<Scalar: AnalyticField>(
    _ w: [Tensor<Scalar>]
  ) -> (z: Matrix<Scalar>, p: Matrix<Scalar>) {
    let rows = Matrix(Matrix<Scalar>(x).transposed)
    let z = rows • w[0].matrix.transposed + w[1].vector
    let scores = z.map { Scalar.tanh($0) } • w[2].matrix.transposed + w[3].vector
    let e = scores.map { Scalar.exp($0) }
    return (z, Matrix(rows: e.rows, columns: e.columns) { e[$0, $1] / e.row($0).sum })
  }

  func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    let p = forward(w).p
    let losses = labels.indices.map { -Scalar.log(p[$0, labels[$0]]) }
    return losses.reduce(0, +) / Scalar(count: labels.count)
  }

  func gradient<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    let gradients = Truth.answer(for: network(at: w), on: Matrix(x), labels)
    return [
      Tensor("W1", gradients.w1), Tensor("b1", gradients.b1), Tensor("W2", gradients.w2),
      Tensor("b2", gradients.b2),
    ]
  }

  /// Returns the gradient as this book has it, with rows for examples, and with a mistake if one is
  /// given.
  private func gradients(
    curve: (Double, Double) -> Double = { _, h in 1 - h * h },
    residual: (Matrix<Double>, Matrix<Double>) -> Matrix<Double> = { p, y in (p - y) / 7 },
    label: ((Int, Int) -> Bool)? = nil
  ) -> [Tensor<Double>] {
    let (z, p) = forward(evaluationPoint)
    let h = z.map(Double.tanh)
    let y = Matrix<Double>(rows: 7, columns: 3) {
      (label?($0, $1) ?? (labels[$0] == $1)) ? 1 : 0
    }
    let dZ2 = residual(p, y)
    let dZ1 = (dZ2 • evaluationPoint[2].matrix) ⊙ z.combining(h, curve)
    return [
      Tensor("W1", Matrix((Matrix(x.transposed).transposed • dZ1).transposed)),
      Tensor("b1", dZ1.sumOfRows), Tensor("W2", Matrix((h.transposed • dZ2).transposed)),
      Tensor("b2", dZ2.sumOfRows),
    ]
  }

  var clues: Clues {
    Clues(
      counts: [("n", 7), ("C", 3)],
      mistakes: [
        .init(
          "the mean is over the classes; the examples are the columns",
          gradient: gradients(residual: { p, y in (p - y) / 3 })),
        .init(
          "φ′ is taken at φ(z), not at z",
          gradient: gradients(curve: { _, h in 1 - Double.tanh(h).squared })),
        .init(
          "1 − z² is no derivative of tanh: 1 − h² is",
          gradient: gradients(curve: { z, _ in 1 - z * z })),
        .init("φ′ is left out", gradient: gradients(curve: { _, _ in 1 })),
        .init(
          "a factor p(1 − p): the gradient of softmax has cancelled",
          gradient: gradients(residual: { p, y in ((p - y) / 7) ⊙ p.map { $0 * (1 - $0) } })),
        .init("the labels are left out", gradient: gradients(label: { _, _ in false })),
        .init(
          "the label of a class, not of an example, is looked up",
          gradient: gradients(label: { example, row in labels[row] == example })),
        .init("the sign is turned", gradient: gradients(residual: { p, y in (y - p) / 7 })),
      ])
  }
}
