import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("logits")
  // A power of two and a half: exact in all formats, and no factor that a mistake brings.
  let weight = Double(3 + 2 * random.index(below: 4)) / 2

  exam.part("ordinary logits")
  for y in [1.0, 0] {
    for z in [random.dyadic(), -2.5, random.dyadic(), 3.25] {
      for w in [weight, weight / 4] { try exam.examineOrdinary(z, y, w) }
    }
  }
  exam.part("a logit of 0")
  for y in [1.0, 0] { try exam.examineOrdinary(0, y, weight) }
  exam.part("logits of ±40 and ±800")
  for (z, y) in [(40.0, 0.0), (-40, 1), (800, 0), (-800, 1)] {
    try exam.examineWrongAndCertain(z, y, weight)
  }
  exam.part("losses that are tiny")
  for (z, y) in [(20.0, 1.0), (-20, 0), (40, 1), (-40, 0), (800, 1), (-800, 0)] {
    try exam.examineRightAndCertain(z, y, weight)
  }
  exam.part("in balls of 256 bits")
  let worst = try [2 * random.dyadic(), -17, 23, 36, -36, 800, -800].flatMap { z in
    try [0.0, 1].map { y in try exam.digits(z, y, weight) }
  }.reduce(100, min)
  exam.note("\(worst) digits or more agree beside the textbook's formula in balls")

  exam.part("the mean")
  for (n, outputs, weight) in [(7, 3, weight), (5, 2, weight / 4), (4, 6, 3 * weight)] {
    try exam.examineMean(
      .dyadic(n, outputs, using: &random),
      Matrix(rows: n, columns: outputs) { ($0 + 2 * $1) % 3 == 0 ? 1 : 0 }, weight)
  }
}

extension Exam {
  fileprivate func examineMean(_ z: Matrix<Double>, _ y: Matrix<Double>, _ w: Double) throws {
    let (n, outputs) = (Double(z.rows), Double(z.columns))
    func sum(_ w: Double) -> Double {
      zip(z.elements, y.elements).map { Truth.midpoint(Truth.truth($0, $1, w)) }.reduce(0, +)
    }
    try expect(
      meanCrossEntropy(logits: z, targets: y, weightOfYes: w), equals: sum(w) / n,
      within: .relative(1e-13), of: "the mean over \(z.rows) examples of \(z.columns) outputs",
      expectedMistakes: [
        "divided by the outputs too: a mean over the examples is asked for": sum(w) / n / outputs,
        "divided by the outputs and not by the examples": sum(w) / outputs,
        "the sum, not the mean": sum(w),
        "the weight is left out": sum(1) / n,
        "the weights are divided out again: the number of examples is asked for":
          sum(w) / (w * y.sum + n * outputs - y.sum),
        "7 is the number of examples of one set; here there are others": sum(w) / 7,
      ])
  }

  /// 8 units in the last place: one for exp, one for the logarithm and one for what it makes of the
  /// first, half for each of three or four roundings more, and a little for another order of terms.
  fileprivate func examine(
    _ z: Double, _ y: Double, _ w: Double, expectedMistakes: KeyValuePairs<String, Double>
  ) throws {
    let right = Truth.midpoint(Truth.truth(z, y, w))
    try expect(
      crossEntropy(logit: z, target: y, weightOfYes: w), equals: right,
      within: .absolute(8 * right.ulp), of: "the loss at z = \(Int(z)), y = \(Int(y)), w = \(w)",
      expectedMistakes: expectedMistakes, mistakeTolerance: .relative(0x1p-50))
  }

  fileprivate func examineOrdinary(_ z: Double, _ y: Double, _ w: Double) throws {
    let right = Truth.midpoint(Truth.truth(z, y, w))
    let other = Truth.midpoint(Truth.truth(z, 1 - y, w))
    // Here only the formula is asked for: 1e-12 leaves room for every way to write it.
    try expect(
      crossEntropy(logit: z, target: y, weightOfYes: w), equals: right, within: .relative(1e-12),
      of: "the loss at z = \(z), y = \(Int(y)), w = \(w)",
      expectedMistakes: [
        "the weight stands at no, and belongs to yes": y == 1 ? right / w : w * right,
        "the weight is on both; it belongs to yes alone": w * right,
        "the weight is left out": Truth.midpoint(Truth.truth(z, y, 1)),
        "the sign: −log of a probability is positive": -right,
        "yes and no are exchanged": other,
        "yes and no are exchanged, but for the weight": y == 1 ? w * other : other / w,
        "the logarithm of 1 + eᶻ where it should be of 1 + e⁻ᶻ": y == 1 ? w * other : other,
      ])
  }

  /// Where the network is certain and wrong, the loss is |z| or w |z| and hardly more.
  fileprivate func examineWrongAndCertain(_ z: Double, _ y: Double, _ w: Double) throws {
    let received = crossEntropy(logit: z, target: y, weightOfYes: w)
    let twice = crossEntropy(logit: 2 * z, target: y, weightOfYes: w)
    let size = abs(z)
    let isStuck = received.isFinite && abs(received - twice) < 1e-3 * size
    let right = Truth.midpoint(Truth.truth(z, y, w))
    try check(
      !isStuck,
      "the loss at z = \(Int(z)), y = \(Int(y)), w = \(w) is \(received), the same as at "
        + "\(Int(2 * z)), and should be \(right)",
      cause: "a clamp: the loss stops growing, and nothing is learned from what is most wrong")
    let overflow = "exp(\(Int(size))) is ∞: the exponential of −|z| never overflows"
    let logOfZero = "the logarithm of 0: the sigmoid was rounded before the logarithm was taken"
    // e⁷¹⁰ overflows in Double; a sigmoid is rounded to 1 long before.
    try examine(
      z, y, w,
      expectedMistakes: size > 710
        ? [overflow: .infinity, overflow + " ": .nan]
        : [logOfZero: .infinity, logOfZero + " ": .nan])
  }

  /// Where the network is certain and right, the loss is e^−|z| and tiny.
  fileprivate func examineRightAndCertain(_ z: Double, _ y: Double, _ w: Double) throws {
    let (size, factor) = (abs(z), y == 1 ? w : 1)
    try examine(
      z, y, w,
      expectedMistakes: [
        "log(1 + x) forgets what x has below 2⁻⁵³; log(onePlus: x) keeps it":
          factor * Double.log(1 + Double.exp(-size)),
        "two large numbers cancel, and their digits with them; begin with max(z, 0)":
          factor * (-size + (size + Double.log(onePlus: Double.exp(-size)))),
        "two large numbers cancel, and their digits with them":
          factor * -size + factor * (size + Double.log(onePlus: Double.exp(-size))),
        "0 · ∞: exp(\(Int(size))) overflows": .nan,
      ])
  }

  /// Returns how many digits agree in balls, 40 at least.
  fileprivate func digits(_ z: Double, _ y: Double, _ w: Double) throws -> Int {
    let (ours, undecided) = Undecided.recording {
      crossEntropy(logit: Ball<256>(z), target: Ball<256>(y), weightOfYes: Ball<256>(w))
    }
    let point = "z = \(z), y = \(Int(y)), w = \(w)"
    try check(undecided.isEmpty, "at \(point) a comparison cannot be decided in balls")
    let right = Truth.truth(z, y, w)
    let error = ((ours - right) / right).upperBound
    let agreeing = error == 0 ? 77 : Int(-Double.log10(error))
    try check(
      agreeing >= 40,
      "in balls, the loss at \(point) is right to \(max(agreeing, 0)) digits, not 40",
      cause: "a small constant, or a shortcut beyond some size: right in Double, and not in truth")
    return agreeing
  }
}

/// What the judge computes by itself, apart from the names of the answer.
private enum Truth {
  /// The textbook's formula. Balls do not overflow, so there it is right everywhere.
  static func truth(_ z: Double, _ y: Double, _ w: Double) -> Ball<256> {
    let (z, y, w) = (Ball<256>(z), Ball<256>(y), Ball<256>(w))
    return w * y * Ball.log(onePlus: Ball.exp(-z)) + (1 - y) * Ball.log(onePlus: Ball.exp(z))
  }

  static func midpoint(_ ball: Ball<256>) -> Double { Double(ball.midpoint) }
}
