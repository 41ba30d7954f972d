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
    let (inside, outside) = (sign * (edge - 0.01), sign * (edge + 0.01))
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
  let formula = ClampFormula(exam)
  try exam.certify(formula)
  let (evaluationPoint, targets) = (formula.evaluationPoint[0].vector, formula.y)
  try exam.expect(
    lossAndGradients(logits: evaluationPoint, targets: targets).loss,
    equals: formula.loss(at: formula.evaluationPoint),
    within: .relative(1e-14), of: "the loss of \(evaluationPoint.count) examples",
    expectedMistakes: [
      "the loss is still clamped: it stops at 16.1": formula.clampedLoss,
      "the sum, not the mean": 7 * formula.loss(at: formula.evaluationPoint),
    ])

  exam.part("logits of ±40 and ±800")
  for size in [40.0, 800] {
    try exam.examineCertain(size)
  }
}

extension Exam {
  /// Asks for losses and gradients where the network is certain.
  fileprivate func examineCertain(_ size: Double) throws {
    let z: Vector<Double> = [size, -size, size, -size, 0]
    let y: Vector<Double> = [0, 1, 1, 0, 1]
    let (loss, gradients) = lossAndGradients(logits: z, targets: y)
    let subject = "of logits of ±\(Int(size))"
    let isStuck = loss.isFinite && loss < 2 * size / 5
    try expect(
      loss, equals: (2 * size + Double.log(2)) / 5, within: .relative(1e-14),
      of: "the loss \(subject)",
      expectedMistakes: isStuck
        ? ["a smaller clamp: it moves the edge and does not take it away": loss]
        : [
          "the logarithm of 0: without the clamp, begin from the logit": .infinity,
          "0 · log 0: without the clamp, begin from the logit": .nan,
        ])
    try expect(
      gradients, equals: [0.2, -0.2, 0, 0, -0.1], within: .absolute(1e-16),
      of: "the gradient \(subject)",
      expectedMistakes: [
        "a smaller clamp: it moves the edge and does not take it away": [0, 0, 0, 0, -0.1]
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

  init(_ exam: Exam) {
    var random = exam.random("logits")
    var z = Vector.dyadic(7, using: &random)
    let first = random.index(below: 7)
    // One that is certain and wrong, beyond the clamp's edge.
    z[first] = -17
    evaluationPoint = [Tensor("z", z)]
    y = Vector(count: 7) { $0 == first || $0 % 2 == 0 ? 1 : 0 }
  }

  var clues: Clues {
    let z = evaluationPoint[0].vector
    func gradients(_ gradient: (Double, Double) -> Double) -> [Tensor<Double>] {
      [Tensor("z", Vector(count: 7) { gradient(z[$0], y[$0]) / 7 })]
    }
    return Clues(
      counts: [("n", 7)],
      mistakes: [
        .init(
          "the gradient is still zero beyond the clamp", gradient: gradients(Truth.clampedGradient)),
        .init("the sign is turned", gradient: gradients { z, y in y - Truth.probability(z) }),
      ])
  }

  /// The loss of the program with the clamp.
  var clampedLoss: Double {
    let z = evaluationPoint[0].vector
    return (0..<7).map { index in
      let a = min(max(Truth.probability(z[index]), 1e-7), 1 - 1e-7)
      return -Double.log(y[index] == 1 ? a : 1 - a)
    }.reduce(0, +) / 7
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
