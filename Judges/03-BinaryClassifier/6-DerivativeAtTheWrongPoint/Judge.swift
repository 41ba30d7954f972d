import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("where the bug hides")
  let hidden = hidingPlace
  let (wrong, right) = (Truth.curve(Truth.probability(hidden)), Truth.curve(hidden))
  try exam.check(
    hidden.isFinite && abs(wrong - right) <= 1e-10 * right,
    "at z = \(hidden), σ′(σ(z)) is \(wrong) and σ′(z) is \(right)",
    cause: abs(wrong - right) <= 1e-2 * right
      ? "it is near, and ten digits are asked for: let the computer come nearer"
      : "σ′ is the same at two places that are equal, or opposite: σ(z) = z or σ(z) = −z")

  exam.part("where it is loud")
  let loud = loudPlace
  let ratio = Truth.curve(Truth.probability(loud)) / Truth.curve(loud)
  try exam.check(
    loud.isFinite && ratio >= 100,
    "at z = \(loud), the wrong factor is \(ratio) times the right one",
    cause: "the wrong factor is never below 0.19: ask where the right one is nearly zero")

  let all: [TwoLayersFormula.Sizes] = [(7, 4, 5, 3), (5, 3, 2, 6)]
  for sizes in all {
    exam.part("the repair, \(sizes.n) examples and \(sizes.hidden) hidden units")
    try exam.certify(TwoLayersFormula(exam, sizes))
  }
}

/// What the judge computes by itself, apart from the names of the answer.
private enum Truth {
  /// Returns the learner's gradient. A formula has a method of that name.
  static func answer<Scalar: AnalyticField>(
    for network: TwoLayers<Scalar>, on x: Matrix<Scalar>, to y: Matrix<Scalar>
  ) -> TwoLayers<Scalar> {
    gradient(of: network, on: x, to: y)
  }

  static func probability(_ z: Double) -> Double { 1 / (1 + Double.exp(-z)) }

  /// σ′(z), without the digits that 1 − a would lose.
  static func curve(_ z: Double) -> Double { probability(z) * probability(-z) }
}

/// Binary cross-entropy of two layers, with the learner's gradient.
private struct TwoLayersFormula: Formula {
  var name: String { "two layers with sigmoids" }
  let evaluationPoint: [Tensor<Double>]
  private let x: Matrix<Double>
  private let y: Matrix<Double>

  typealias Sizes = (n: Int, features: Int, hidden: Int, outputs: Int)

  init(_ exam: Exam, _ sizes: Sizes) {
    var random = exam.random("network, \(sizes.n) examples")
    // Where every derivative of a tensor is small beside the loss, differences in Double see nothing.
    var draw = Self(sizes, using: &random)
    while !draw.isSteep { draw = Self(sizes, using: &random) }
    self = draw
  }

  private init(_ sizes: Sizes, using random: inout SplitMix64) {
    let (n, features, hidden, outputs) = sizes
    evaluationPoint = [
      Tensor("W1", Matrix.dyadic(features, hidden, using: &random) / 2),
      Tensor("b1", .dyadic(hidden, using: &random)),
      Tensor("W2", Matrix.dyadic(hidden, outputs, using: &random)),
      Tensor("b2", Vector.dyadic(outputs, using: &random) / 2),
    ]
    x = .dyadic(n, features, using: &random)
    let turn = random.index(below: 2)
    y = Matrix(rows: n, columns: outputs) { ($0 + 2 * $1 + turn) % 5 < 2 ? 1 : 0 }
  }

  private var isSteep: Bool {
    gradient { z, _ in Truth.curve(z) }.allSatisfy { derivatives in
      derivatives.elements.contains { abs($0) > loss(at: evaluationPoint) / 40 }
    }
  }

  /// Returns the gradient with some factor of the hidden layer, of its sum and its output.
  private func gradient(_ factor: (Double, Double) -> Double) -> [Tensor<Double>] {
    let z = x • evaluationPoint[0].matrix + evaluationPoint[1].vector
    let h = z.map(Truth.probability)
    let dOut =
      ((h • evaluationPoint[2].matrix + evaluationPoint[3].vector).map(Truth.probability) - y)
      / Double(y.rows)
    let dZ = (dOut • evaluationPoint[2].matrix.transposed) ⊙ z.combining(h, factor)
    return [
      Tensor("W1", x.transposed • dZ), Tensor("b1", dZ.sumOfRows),
      Tensor("W2", h.transposed • dOut), Tensor("b2", dOut.sumOfRows),
    ]
  }

  var clues: Clues {
    Clues(
      counts: [("n", y.rows), ("outputs", y.columns)],
      mistakes: [
        .init("σ′ is taken at σ(z), not at z", gradient: gradient { _, h in Truth.curve(h) }),
        .init("σ′ is left out", gradient: gradient { _, _ in 1 }),
        .init(
          "z (1 − z): the derivative in terms of what the unit says, asked at what it adds up",
          gradient: gradient { z, _ in z * (1 - z) }),
        .init("h, which is what the unit says and no derivative", gradient: gradient { _, h in h }),
        .init(
          "the sign is turned: σ′ is a(1 − a), and never negative",
          gradient: gradient { z, _ in -Truth.curve(z) }),
        .init("z stands in the place of σ′(z)", gradient: gradient { z, _ in z }),
        .init("1 − h², which is the derivative of tanh", gradient: gradient { _, h in 1 - h * h }),
        .init(
          "σ′ is multiplied twice", gradient: gradient { z, _ in Truth.curve(z) * Truth.curve(z) }),
      ])
  }

  func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    let sigmoids = { (z: Scalar) in 1 / (1 + Scalar.exp(-z)) }
    let h = (Matrix<Scalar>(x) • w[0].matrix + w[1].vector).map(sigmoids)
    let z = h • w[2].matrix + w[3].vector
    let losses = z.combining(Matrix(y)) { z, y in Scalar.log(1 + Scalar.exp(z)) - y * z }
    return losses.sum / Scalar(count: x.rows)
  }

  func gradient<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    let network = TwoLayers(w1: w[0].matrix, b1: w[1].vector, w2: w[2].matrix, b2: w[3].vector)
    let derivatives = Truth.answer(for: network, on: Matrix(x), to: Matrix(y))
    return [
      Tensor("W1", derivatives.w1), Tensor("b1", derivatives.b1), Tensor("W2", derivatives.w2),
      Tensor("b2", derivatives.b2),
    ]
  }
}
