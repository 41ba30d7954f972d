import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("the check, on right gradients")
  for (name, gradient) in Truth.rightGradients {
    try exam.check(
      gradientIsRight(gradient), "your check refuses a gradient that is right: \(name)",
      cause: "rounded numbers are compared: that needs a tolerance, and a difference more of it")
  }
  exam.part("the check, on wrong gradients")
  for (name, hidingPlace, gradient) in Truth.wrongGradients {
    try exam.check(
      !gradientIsRight(gradient), "your check lets a wrong gradient pass: \(name)",
      cause: hidingPlace)
  }
  try exam.askAgain(
    Truth.rightGradients.map { right in (true, { gradientIsRight(right.1) }) }
      + Truth.wrongGradients.map { wrong in (false, { gradientIsRight(wrong.2) }) },
    of: "your check")
  exam.note("your check refuses \(Truth.wrongGradients.count) wrong gradients and no right one")

  for (n, features, outputs) in [(7, 4, 3), (5, 6, 2)] {
    exam.part("the repair, \(n) examples of \(outputs) outputs")
    try exam.certify(ClassifierFormula(exam, n: n, features: features, outputs: outputs))
  }

  exam.part("logits of ±800")
  let x: Matrix<Double> = [[400, 0], [-400, 0], [0, 400]]
  let w: Matrix<Double> = [[2, -2, 2], [2, 0, -2]]
  let y: Matrix<Double> = [[0, 1, 0], [1, 0, 1], [1, 0, 0]]
  let received = gradients(in: w, [0, 0, 0], on: x, to: y)
  let dZ = (x • w).combining(y) { z, y in (Truth.probability(z) - y) / 3 }
  let curve = (x • w).map { Truth.probability($0) * (1 - Truth.probability($0)) }
  try exam.expect(
    received.w, equals: Matrix(x.transposed) • dZ, within: .relative(1e-14),
    of: "the gradients of W",
    expectedMistakes: [
      "0/0: to divide by a(1 − a) does not undo it; where a is 1 nothing is left to divide":
        Matrix(x.transposed) • (dZ ⊙ curve).combining(curve) { $0 / $1 },
      "0/0: to divide by a(1 − a) does not undo it": .init(rows: 2, columns: 3, repeating: .nan),
    ])
}

/// What the judge computes by itself, apart from the names of the answer.
private enum Truth {
  static func probability(_ z: Double) -> Double {
    let e = Double.exp(-abs(z))
    return z < 0 ? e / (1 + e) : 1 / (1 + e)
  }

  typealias Gradient = @Sendable (Double, Double) -> Double

  static let rightGradients: [(name: String, gradient: Gradient)] = [
    ("a − y", { z, y in probability(z) - y }),
    (
      "σ(z) where y is 0, −σ(−z) where y is 1",
      { z, y in y == 0 ? probability(z) : -probability(-z) }
    ),
    ("tanh(z/2)/2 + ½ − y", { z, y in Double.tanh(z / 2) / 2 + 0.5 - y }),
  ]

  static let wrongGradients: [(name: String, hidingPlace: String, gradient: Gradient)] = [
    (
      "with the derivative of σ left in, (a − y) a (1 − a)",
      "does it compare how large a gradient is?",
      { z, y in (probability(z) - y) * probability(z) * probability(-z) }
    ),
    ("with the sign turned", "does it compare signs?", { z, y in y - probability(z) }),
    (
      "twice too large", "does it compare how large a gradient is?",
      { z, y in 2 * (probability(z) - y) }
    ),
    (
      "4 a (1 − a) too many, which is 1 at z = 0", "it hides at z = 0: look elsewhere too",
      { z, y in 4 * (probability(z) - y) * probability(z) * probability(-z) }
    ),
    (
      "a for every y", "it hides where y is 0: look at y = 1 too",
      { z, _ in probability(z) }
    ),
    (
      "a − 1 for every y", "it hides where y is 1: look at y = 0 too",
      { z, _ in probability(z) - 1 }
    ),
    (
      "½ − y, which does not look at z", "it hides at z = 0: look elsewhere too",
      { _, y in 0.5 - y }
    ),
    (
      "0 where |z| is above 8, as a clamp makes it",
      "it hides between −8 and 8: look where the network is certain, and wrong",
      { z, y in abs(z) > 8 ? 0 : probability(z) - y }
    ),
    (
      "0 where z is below −8 and y is 1, as a clamp makes it",
      "it hides where |z| is small: look where the network is certain, and wrong",
      { z, y in z < -8 && y == 1 ? 0 : probability(z) - y }
    ),
    (
      "0 where z is above 8 and y is 0, as a clamp makes it",
      "it hides where |z| is small: look where the network is certain, and wrong",
      { z, y in z > 8 && y == 0 ? 0 : probability(z) - y }
    ),
    (
      "too large by a part in 500", "does it compare how large a gradient is, to a thousandth?",
      { z, y in 1.002 * (probability(z) - y) }
    ),
    (
      "too small by a part in 500, where y is 1",
      "does it compare how large a gradient is, to a thousandth?",
      { z, y in (y == 1 ? 0.998 : 1) * (probability(z) - y) }
    ),
    (
      "with yes and no exchanged", "does it compare with the right target?",
      { z, y in probability(z) - (1 - y) }
    ),
    (
      "of half the squared error, (a − y) a (1 − a), where |z| is above 2, and right elsewhere",
      "it hides at small logits: look where the network is certain, and wrong",
      { z, y in (probability(z) - y) * (abs(z) > 2 ? probability(z) * probability(-z) : 1) }
    ),
    (
      "with σ of |z|", "it hides where z is positive: look at negative logits too",
      { z, y in probability(abs(z)) - y }
    ),
  ]
}

/// The mean binary cross-entropy of a layer with a sigmoid, with the learner's gradients.
private struct ClassifierFormula: Formula {
  var name: String { "binary cross-entropy of one layer" }
  let evaluationPoint: [Tensor<Double>]
  private let x: Matrix<Double>
  private let y: Matrix<Double>

  init(_ exam: Exam, n: Int, features: Int, outputs: Int) {
    var random = exam.random("layer, \(n) examples")
    // Where every gradient of a tensor is small beside the loss, differences in Double see nothing.
    var draw = Self(n, features, outputs, using: &random)
    while !draw.isSteep { draw = Self(n, features, outputs, using: &random) }
    self = draw
  }

  private init(_ n: Int, _ features: Int, _ outputs: Int, using random: inout SplitMix64) {
    evaluationPoint = [
      Tensor("W", Matrix.dyadic(features, outputs, using: &random) / 4),
      Tensor("b", Vector.dyadic(outputs, using: &random) / 2),
    ]
    x = .dyadic(n, features, using: &random)
    let turn = random.index(below: 3)
    y = Matrix(rows: n, columns: outputs) { ($0 + $1 + turn) % 3 == 0 ? 1 : 0 }
  }

  private var isSteep: Bool {
    gradient(of: (outputs - y) / Double(y.rows)).allSatisfy { gradients in
      gradients.elements.contains { abs($0) > loss(at: evaluationPoint) / 20 }
    }
  }

  /// What the layer says, `[n, outputs]`.
  private var outputs: Matrix<Double> {
    (x • evaluationPoint[0].matrix + evaluationPoint[1].vector).map(Truth.probability)
  }

  private func gradient(of dZ: Matrix<Double>) -> [Tensor<Double>] {
    [Tensor("W", x.transposed • dZ), Tensor("b", dZ.sumOfRows)]
  }

  var clues: Clues {
    let curve = outputs.map { $0 * (1 - $0) }
    let dZ = (outputs - y) / Double(y.rows)
    return Clues(
      counts: [("n", y.rows), ("outputs", y.columns)],
      mistakes: [
        .init("y is left out: a − y", gradient: gradient(of: outputs / Double(y.rows))),
        .init("a(1 − a) too many, as if for squares", gradient: gradient(of: dZ ⊙ curve)),
        .init(
          "divided by a(1 − a): it is to go, and nothing comes in its place",
          gradient: gradient(of: dZ.combining(curve) { $0 / $1 })),
      ])
  }

  func loss<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> Scalar {
    let z = Matrix<Scalar>(x) • parameters[0].matrix + parameters[1].vector
    let losses = z.combining(Matrix(y)) { z, y in Scalar.log(1 + Scalar.exp(z)) - y * z }
    return losses.sum / Scalar(count: x.rows)
  }

  func gradient<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    let gradients = gradients(
      in: parameters[0].matrix, parameters[1].vector, on: Matrix(x), to: Matrix(y))
    return [Tensor("W", gradients.w), Tensor("b", gradients.b)]
  }
}
