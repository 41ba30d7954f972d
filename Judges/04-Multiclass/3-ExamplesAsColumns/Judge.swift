import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  for size in Size.all {
    exam.part("every gradient, of \(size.words)")
    let formula = ColumnFormula(exam, size)
    try exam.certify(formula)
    exam.part("what needs no reference, of \(size.words)")
    try formula.judgeDoubled(exam)
  }
  exam.note("and every example taken twice, in another order, changes nothing")
  exam.part("scores of ±1000")
  try judgeLargeScores(exam)
}

/// How many there are of what, and how the labels are spread.
private struct Size {
  let features, hidden, classes, n: Int
  let labels: [Int]

  static let all = [
    Size(features: 4, hidden: 5, classes: 3, n: 7, labels: [0, 0, 1, 2, 0, 1, 2]),
    Size(features: 6, hidden: 2, classes: 5, n: 8, labels: [4, 1, 1, 0, 3, 1, 4, 2]),
  ]

  var words: String {
    "\(features) features, \(hidden) hidden units, \(classes) classes and \(n) examples"
  }
}

/// What the judge computes by itself, apart from the names of the answer.
private enum Truth {
  /// Returns the learner's gradient. A formula has a method of that name.
  static func answer<Scalar: AnalyticField>(
    for network: ColumnNetwork<Scalar>, on x: Matrix<Scalar>, _ labels: [Int]
  ) -> ColumnNetwork<Scalar> {
    gradient(of: network, on: x, labels: labels)
  }

  /// Returns the sum of some terms.
  static func sum<Scalar: Field>(_ count: Int, _ term: (Int) -> Scalar) -> Scalar {
    (0..<count).reduce(0) { $0 + term($1) }
  }
}

/// Asks for gradients where every example is surely of one class, by scores that lie 2000 apart.
private func judgeLargeScores(_ exam: Exam) throws {
  let network = ColumnNetwork<Double>(
    w1: Matrix(rows: 2, columns: 3, repeating: 0), b1: [1, -2],
    w2: Matrix(rows: 5, columns: 2) { Double(1 + $0) * ($1 == 0 ? 1 : -1) / 8 },
    b2: [-1_000, 0, 1_000, -1_000, 500])
  let x = Matrix<Double>(rows: 3, columns: 4) { Double($0 - $1) / 2 }
  let labels = [2, 0, 2, 4]
  let answer = gradient(of: network, on: x, labels: labels)
  // P is 1 in row 2 and 0 elsewhere.
  try exam.expect(
    answer.b2, equals: [-0.25, 0, 0.5, 0, -0.25], within: .absolute(1e-15),
    of: "with scores of ±1000 db₂")
  // dH is half of row 2 of W₂, less a quarter of rows 0 and 4: the tanh is of b₁ alone.
  let h = [Double.tanh(1), Double.tanh(-2)]
  let dH = [0.5 * 3 / 8 - 0.25 / 8 - 0.25 * 5 / 8, -(0.5 * 3 / 8 - 0.25 / 8 - 0.25 * 5 / 8)]
  try exam.expect(
    answer.b1, equals: Vector(count: 2) { dH[$0] * (1 - h[$0] * h[$0]) }, within: .absolute(1e-14),
    of: "with scores of ±1000 db₁")
  try exam.check(
    (answer.w1.elements + answer.w2.elements).allSatisfy(\.isFinite),
    "with scores of ±1000 an entry of dW₁ or dW₂ is not finite",
    cause: "the largest score of a column is taken off before exp")
}

/// Cross-entropy of two layers whose examples are columns, with the learner's gradient.
private struct ColumnFormula: Formula {
  var name: String { "two layers, \(size.n) examples as columns" }
  let evaluationPoint: [Tensor<Double>]
  let size: Size
  let x: Matrix<Double>
  let labels: [Int]

  init(_ exam: Exam, _ size: Size) {
    var random = exam.random("network of \(size.words)")
    // Where every gradient of a tensor is small beside the loss, differences in Double see nothing.
    var draw = Self(size, using: &random)
    while !draw.isSteep { draw = Self(size, using: &random) }
    self = draw
  }

  private init(_ size: Size, using random: inout SplitMix64) {
    self.size = size
    evaluationPoint = [
      Tensor("W1", Matrix.dyadic(size.hidden, size.features, using: &random) / 2),
      Tensor("b1", Vector.dyadic(size.hidden, using: &random) / 2),
      Tensor("W2", Matrix.dyadic(size.classes, size.hidden, using: &random) / 2),
      Tensor("b2", Vector.dyadic(size.classes, using: &random) / 2),
    ]
    x = .dyadic(size.features, size.n, using: &random)
    labels = random.shuffled(size.labels)
  }

  private var isSteep: Bool {
    gradients().allSatisfy { gradients in
      gradients.elements.contains { abs($0) > loss(at: evaluationPoint) / 40 }
    }
  }

  private func network<Scalar: Field>(at w: [Tensor<Scalar>]) -> ColumnNetwork<Scalar> {
    ColumnNetwork(w1: w[0].matrix, b1: w[1].vector, w2: w[2].matrix, b2: w[3].vector)
  }

  /// Returns the hidden sums `[hidden, n]` and the probabilities `[classes, n]`.
  private func forward<Scalar: AnalyticField>(
    _ w: [Tensor<Scalar>]
  ) -> (z: Matrix<Scalar>, p: Matrix<Scalar>) {
    let (w1, w2, b1, b2) = (w[0].matrix, w[2].matrix, w[1].vector, w[3].vector)
    let x = Matrix<Scalar>(x)
    let z = Matrix(rows: size.hidden, columns: size.n) { unit, example in
      b1[unit] + Truth.sum(size.features) { w1[unit, $0] * x[$0, example] }
    }
    let h = z.map { Scalar.tanh($0) }
    let e = Matrix(rows: size.classes, columns: size.n) { label, example in
      Scalar.exp(b2[label] + Truth.sum(size.hidden) { w2[label, $0] * h[$0, example] })
    }
    let sums = (0..<size.n).map { example in Truth.sum(size.classes) { e[$0, example] } }
    return (z, Matrix(rows: size.classes, columns: size.n) { e[$0, $1] / sums[$1] })
  }

  func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    let p = forward(w).p
    let losses = labels.indices.map { -Scalar.log(p[labels[$0], $0]) }
    return losses.reduce(0, +) / Scalar(count: size.n)
  }

  func gradient<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    tensors(Truth.answer(for: network(at: w), on: Matrix(x), labels))
  }

  private func tensors<Scalar: Field>(_ gradients: ColumnNetwork<Scalar>) -> [Tensor<Scalar>] {
    [
      Tensor("W1", gradients.w1), Tensor("b1", gradients.b1), Tensor("W2", gradients.w2),
      Tensor("b2", gradients.b2),
    ]
  }

  /// Asks that nothing changes where every example comes twice, in the other order: it is a mean.
  func judgeDoubled(_ exam: Exam) throws {
    let network = network(at: evaluationPoint)
    let order = Array(labels.indices.reversed()) + Array(labels.indices)
    let once = tensors(Truth.answer(for: network, on: x, labels))
    let twice = tensors(
      Truth.answer(
        for: network, on: Matrix(rows: size.features, columns: order.count) { x[$0, order[$1]] },
        order.map { labels[$0] }))
    for (once, twice) in zip(once, twice) {
      try exam.expect(
        Vector(twice.elements), equals: Vector(once.elements), within: .relative(1e-13),
        of: "d\(once.name) with every example twice",
        expectedMistakes: [
          "divided by \(size.n), whatever the number of examples is":
            Vector(once.elements.map { 2 * $0 })
        ])
    }
  }
}

extension ColumnFormula {
  /// Returns the gradient, with a mistake if one is given.
  private func gradients(
    curve: (_ z: Double, _ h: Double) -> Double = { _, h in 1 - h * h },
    residual: ((_ p: Double, _ y: Double) -> Double)? = nil,
    label: ((_ example: Int, _ row: Int) -> Bool)? = nil
  ) -> [Tensor<Double>] {
    let (z, p) = forward(evaluationPoint)
    let h = z.map(Double.tanh)
    let w2 = evaluationPoint[2].matrix
    let dZ2 = Matrix<Double>(rows: size.classes, columns: size.n) { row, example in
      let y = (label?(example, row) ?? (labels[example] == row)) ? 1.0 : 0
      return residual?(p[row, example], y) ?? (p[row, example] - y) / Double(size.n)
    }
    let dZ1 = Matrix(rows: size.hidden, columns: size.n) { unit, example in
      Truth.sum(size.classes) { w2[$0, unit] * dZ2[$0, example] }
        * curve(z[unit, example], h[unit, example])
    }
    func weights(_ dZ: Matrix<Double>, _ a: Matrix<Double>) -> Matrix<Double> {
      Matrix(rows: dZ.rows, columns: a.rows) { out, into in
        Truth.sum(size.n) { dZ[out, $0] * a[into, $0] }
      }
    }
    func biases(_ dZ: Matrix<Double>) -> Vector<Double> {
      Vector(count: dZ.rows) { out in Truth.sum(size.n) { dZ[out, $0] } }
    }
    return [
      Tensor("W1", weights(dZ1, x)), Tensor("b1", biases(dZ1)), Tensor("W2", weights(dZ2, h)),
      Tensor("b2", biases(dZ2)),
    ]
  }

  /// Returns a mistake that divides by another count.
  private func dividedBy(_ name: String, _ count: Int) -> Clues.Mistake {
    .init(name, gradient: gradients(residual: { p, y in (p - y) / Double(count) }))
  }

  var clues: Clues {
    let n = Double(size.n)
    return Clues(
      counts: [("n", size.n), ("C", size.classes)],
      mistakes: [
        dividedBy("the mean is over the classes; the examples are the columns", size.classes),
        dividedBy(
          "the mean is over the features: the rows of X; its columns are the examples",
          size.features),
        dividedBy("the mean is over the hidden units; the examples are the columns", size.hidden),
      ] + curves(n) + residuals(n))
  }

  private func curves(_ n: Double) -> [Clues.Mistake] {
    [
      .init(
        "φ′ is taken at φ(z), not at z",
        gradient: gradients(curve: { _, h in 1 - Double.tanh(h) * Double.tanh(h) })),
      .init(
        "1 − z² is no derivative of tanh: 1 − h² is",
        gradient: gradients(curve: { z, _ in 1 - z * z })),
      .init("φ′ is left out", gradient: gradients(curve: { _, _ in 1 })),
      .init("h is no derivative of tanh: 1 − h² is", gradient: gradients(curve: { _, h in h })),
      .init(
        "1 − h is no derivative of tanh: 1 − h² is",
        gradient: gradients(curve: { _, h in 1 - h })),
      .init(
        "1 + h² is no derivative of tanh: 1 − h² is",
        gradient: gradients(curve: { _, h in 1 + h * h })),
      .init("the 1 of 1 − h² is left out", gradient: gradients(curve: { _, h in -h * h })),
      .init(
        "h (1 − h) is the derivative of σ; that of tanh is 1 − h²",
        gradient: gradients(curve: { _, h in h * (1 - h) })),
    ]
  }

  private func residuals(_ n: Double) -> [Clues.Mistake] {
    [
      .init(
        "a factor p(1 − p): the gradient of softmax has cancelled",
        gradient: gradients(residual: { p, y in (p - y) / n * p * (1 - p) })),
      .init("the labels are left out", gradient: gradients(label: { _, _ in false })),
      .init(
        "the label of a class, not of an example, is looked up",
        gradient: gradients(label: { example, row in labels[row] == example })),
      .init(
        "the labels are shifted by one: classes are counted from 0",
        gradient: gradients(label: { example, row in labels[example] == row + 1 })),
      .init(
        "the labels are shifted by one: classes are counted from 0",
        gradient: gradients(label: { example, row in labels[example] + 1 == row })),
      .init(
        "the first example's label is taken for all",
        gradient: gradients(label: { labels[0] == $1 })),
      .init("the sign is turned", gradient: gradients(residual: { p, y in (y - p) / n })),
      .init(
        "−y/p is the gradient in P; in the scores it is P − Y",
        gradient: gradients(residual: { p, y in -y / p / n })),
      .init(
        "only the right class has a gradient; each class has one",
        gradient: gradients(residual: { p, y in y * (p - 1) / n })),
      .init(
        "the square of P − Y", gradient: gradients(residual: { p, y in (p - y) * (p - y) / n })),
    ]
  }
}
