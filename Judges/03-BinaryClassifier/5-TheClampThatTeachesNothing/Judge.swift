import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("an example that is stuck")
  let (z, y) = stuck
  try exam.check(y == 0 || y == 1, "the target of your example is \(y), and should be 0 or 1")
  try exam.check(z.isFinite, "the logit of your example is \(z), and should be finite")
  let (program, right) = (Truth.clampedGradient(z, y), Truth.probability(z) - y)
  try exam.check(
    program == 0, "at z = \(z), y = \(Int(y)) the program's gradient is \(program), and not 0",
    cause: "the clamp is not reached: σ(z) is \(Truth.probability(z)), between 10⁻⁷ and 1 − 10⁻⁷")
  try exam.check(
    abs(right) > 0.9, "at z = \(z), y = \(Int(y)) the gradient should be \(right): nothing is lost",
    cause: "the network is certain there and right; look where it is certain and wrong")

  exam.part("the edge")
  let points = "the edge is \(edge)"
  try exam.check(edge > 0 && edge.isFinite, "\(points): a size is positive and finite")
  for (sign, y) in [(-1.0, 1.0), (1, 0)] {
    let (inside, outside) = (sign * (edge - 0.009), sign * (edge + 0.009))
    try exam.check(
      Truth.clampedGradient(inside, y) != 0,
      "\(points), and at z = \(inside), y = \(Int(y)) the program is stuck already",
      cause: "the edge is where σ(−z) is 10⁻⁷: a logit is the logarithm of the odds")
    try exam.check(
      Truth.clampedGradient(outside, y) == 0,
      "\(points), and at z = \(outside), y = \(Int(y)) the program is not stuck yet",
      cause: "the edge is where σ(−z) is 10⁻⁷: a logit is the logarithm of the odds")
  }

  exam.part("the repair, from −17 to 2")
  try exam.examineRepair(ClampFormula(exam, n: 7, certain: -17))
  exam.part("logits of ±40 and ±800")
  for size in [40.0, 800] {
    try exam.examineCertain(size)
  }
  exam.part("the repair, from −2 to 17")
  try exam.examineRepair(ClampFormula(exam, n: 5, certain: 17))
}

extension Exam {
  /// Certifies the gradient, and asks for the loss at the same logits.
  fileprivate func examineRepair(_ formula: ClampFormula) throws {
    try certify(formula)
    let (z, y) = (formula.evaluationPoint[0].vector, formula.y)
    let loss = formula.loss(at: formula.evaluationPoint)
    try expect(
      lossAndGradients(logits: z, targets: y).loss, equals: loss, within: .relative(1e-14),
      of: "the loss of \(z.count) examples",
      expectedMistakes: [
        "the loss is still clamped: it stops at 16.1": formula.clampedLoss,
        "the sum, not the mean": Double(z.count) * loss,
        "yes and no are exchanged": formula.exchangedLoss,
      ])
  }

  /// Asks for losses and gradients where the network is certain.
  fileprivate func examineCertain(_ size: Double) throws {
    let z: Vector<Double> = [size, -size, size, -size, 0, 0]
    let y: Vector<Double> = [0, 1, 1, 0, 1, 0]
    let (loss, gradients) = lossAndGradients(logits: z, targets: y)
    let subject = "of logits of ±\(Int(size))"
    let isStuck = loss.isFinite && loss < 2 * size / 6
    try expect(
      loss, equals: (2 * size + 2 * Double.log(2)) / 6, within: .relative(1e-14),
      of: "the loss \(subject)",
      expectedMistakes: isStuck
        ? ["a smaller clamp: it moves the edge and does not take it away": loss]
        : [
          "the logarithm of 0: without the clamp, begin from the logit": .infinity,
          "0 · log 0: without the clamp, begin from the logit": .nan,
        ])
    try expect(
      6 * gradients, equals: [1, -1, 0, 0, -0.5, 0.5], within: .absolute(1e-15),
      of: "6 times the gradient \(subject)",
      expectedMistakes: [
        "a smaller clamp: it moves the edge and does not take it away": [0, 0, 0, 0, -0.5, 0.5],
        "0/0: the gradient is a − y, and nothing is left to divide by":
          [.nan, .nan, .nan, .nan, -2, 2],
      ])
  }
}

/// What the judge computes by itself, apart from the names of the answer.
private enum Truth {
  static func probability(_ z: Double) -> Double {
    let e = Double.exp(-abs(z))
    return z < 0 ? e / (1 + e) : 1 / (1 + e)
  }

  /// The gradient of the program with the clamp, for one example.
  static func clampedGradient(_ z: Double, _ y: Double) -> Double {
    1e-7...(1 - 1e-7) ~= probability(z) ? probability(z) - y : 0
  }
}

/// The mean cross-entropy of some logits, with the learner's gradients.
private struct ClampFormula: Formula {
  let name = "binary cross-entropy from logits"
  let evaluationPoint: [Tensor<Double>]
  let y: Vector<Double>

  /// Draws logits, and one that is certain and wrong, beyond the clamp's edge.
  init(_ exam: Exam, n: Int, certain: Double) {
    var random = exam.random("\(n) logits")
    var z = Vector.dyadic(n, using: &random)
    var y = Vector<Double>(count: n) { $0 % 2 == 0 ? 1 : 0 }
    let wrong = random.index(below: n)
    z[wrong] = certain
    y[wrong] = certain < 0 ? 1 : 0
    evaluationPoint = [Tensor("z", z)]
    self.y = y
  }

  var clues: Clues {
    let z = evaluationPoint[0].vector
    func gradients(_ gradient: (Double, Double) -> Double) -> [Tensor<Double>] {
      let n = Double(z.count)
      return [Tensor("z", Vector(count: z.count) { gradient(z[$0], y[$0]) / n })]
    }
    return Clues(
      counts: [("n", z.count)],
      mistakes: [
        .init(
          "the gradient is still zero beyond the clamp", gradient: gradients(Truth.clampedGradient)),
        .init("the sign is turned", gradient: gradients { z, y in y - Truth.probability(z) }),
        .init(
          "the chain rule stops at a: this is the gradient in what the sigmoid says, not in z",
          gradient: gradients { z, y in
            (Truth.probability(z) - y) / (Truth.probability(z) * Truth.probability(-z))
          }),
        .init(
          "a(1 − a) too many: the derivative of σ had cancelled",
          gradient: gradients { z, y in
            (Truth.probability(z) - y) * Truth.probability(z) * Truth.probability(-z)
          }),
        .init("y is left out: a − y", gradient: gradients { z, _ in Truth.probability(z) }),
      ])
  }

  private func mean(_ loss: (_ z: Double, _ y: Double) -> Double) -> Double {
    let z = evaluationPoint[0].vector
    return (0..<z.count).map { loss(z[$0], y[$0]) }.reduce(0, +) / Double(z.count)
  }

  /// The loss of the program with the clamp.
  var clampedLoss: Double {
    mean { z, y in
      let a = min(max(Truth.probability(z), 1e-7), 1 - 1e-7)
      return -Double.log(y == 1 ? a : 1 - a)
    }
  }

  /// The loss for the other targets.
  var exchangedLoss: Double {
    mean { z, y in max(z, 0) - (1 - y) * z + Double.log(onePlus: Double.exp(-abs(z))) }
  }

  func loss<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> Scalar {
    let z = parameters[0].vector
    let losses = Vector(count: z.count) { index in
      Scalar.log(onePlus: Scalar.exp(z[index])) - Scalar(y[index]) * z[index]
    }
    return losses.sum / Scalar(count: z.count)
  }

  func gradient<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    [Tensor("z", lossAndGradients(logits: parameters[0].vector, targets: Vector(y)).gradients)]
  }
}
