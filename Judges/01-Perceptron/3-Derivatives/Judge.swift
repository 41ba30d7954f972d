import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("functions")
  exam.part("functions of degree 2, for which every step is exact")
  for (count, step) in [(5, Rational(1, 4)), (3, Rational(-3, 8)), (2, Rational(2, 1))] {
    try examineSquare(count, step, exam, using: &random)
  }
  exam.part("functions of degree 3, with their error")
  for (count, step) in [(4, Rational(1, 2)), (6, Rational(3, 1))] {
    try examineCube(count, step, exam, using: &random)
  }
  exam.part("softplus and tanh, in balls")
  try examineInBalls(exam)
}

/// Compares the answer with the derivatives of a function that has products of neighbours.
private func examineSquare(
  _ count: Int, _ step: Rational, _ exam: Exam, using random: inout SplitMix64
) throws {
  let c = Vector<Rational>(.dyadic(count, using: &random))
  let x = Vector<Rational>(.dyadic(count, using: &random))
  func square(_ x: Vector<Rational>) -> Rational {
    (0..<count).map { c[$0] * x[$0] * x[($0 + 1) % count] }.reduce(c[0] * x[0].squared, +)
  }
  var calls = 0
  let ours = derivatives(
    of: { x in
      calls += 1
      return square(x)
    }, at: x, step: step)
  let truth = Vector(count: count) { entry in
    let before = (entry + count - 1) % count
    return c[entry] * x[(entry + 1) % count] + c[before] * x[before]
      + (entry == 0 ? 2 * c[0] * x[0] : 0)
  }
  try exam.expect(
    ours, equals: truth, of: "derivatives of a function of \(count) numbers",
    expectedMistakes: [
      "a step to one side alone, whose error is h f″/2; take one to each side":
        Vector(count: count) { (square(Truth.nudged(x, $0, step)) - square(x)) / step },
      "a step to one side alone, and to the left; take one to each side":
        Vector(count: count) { (square(x) - square(Truth.nudged(x, $0, -step))) / step },
      "the two places lie 2 h apart, and the difference is divided by h": 2 * truth,
      "the difference is divided by 2, and not by 2 h": step * truth,
      "the difference is not divided": 2 * step * truth,
      "the entries before are still nudged: begin each entry at x itself":
        Truth.lingering(square, x, step, endsAt: -1),
      "the entries before are still nudged: begin each entry at x itself":
        Truth.lingering(square, x, step, endsAt: 1),
      "all entries are nudged at once; one at a time":
        Vector(
          repeating: (square(x.map { $0 + step }) - square(x.map { $0 - step })) / (2 * step),
          count: count),
      "left and right are exchanged": -1 * truth,
    ])
  try exam.check(
    calls == 2 * count, "f is called \(calls) times for \(count) entries",
    cause: "a step to each side of each entry, and no other call, makes \(2 * count)")
}

/// Compares the answer with the derivatives of cubes and what central differences add to them.
private func examineCube(
  _ count: Int, _ step: Rational, _ exam: Exam, using random: inout SplitMix64
) throws {
  let c = Vector<Rational>(.dyadic(count, using: &random))
  let x = Vector<Rational>(.dyadic(count, using: &random))
  func cube(_ x: Vector<Rational>) -> Rational {
    (0..<count).map { c[$0] * x[$0] * x[$0] * x[$0] }.reduce(0, +)
  }
  let derivative = Vector(count: count) { 3 * c[$0] * x[$0] * x[$0] }
  try exam.expect(
    derivatives(of: cube, at: x, step: step), equals: derivative + step.squared * c,
    of: "derivatives of \(count) cubes, step \(step),",
    expectedMistakes: ["the step is not the one that was given": derivative],
    mistakeTolerance: .relative(1e-3))
}

/// Compares the answer with the derivatives, in balls of 256 bits.
private func examineInBalls(_ exam: Exam) throws {
  var random = exam.random("balls")
  let w = Vector<Double>.dyadic(3, using: &random)
  let x = Vector<Double>.dyadic(3, using: &random)
  let step = Ball<256>(Rational(1, 1).scaled(byPowerOfTwo: -80))
  let ours = derivatives(
    of: { Truth.activation($0, Vector(w)) }, at: Vector<Ball<256>>(x), step: step)
  let truth = Truth.activationDerivatives(at: Vector<Ball<256>>(x), Vector(w))
  let error = (0..<3).map { (ours[$0] - truth[$0]).upperBound }.reduce(0, max)
  // The third derivatives are below 18, so h² f‴/6 is below 3 · 2⁻¹⁶⁰; rounding adds nothing.
  try exam.check(
    error <= 1e-47, "with step 2⁻⁸⁰ the worst derivative is off by \(Truth.text(error))")
  let inDouble = derivatives(of: { Truth.activation($0, w) }, at: x, step: 0x1p-17)
  let nearest = Truth.activationDerivatives(at: x, w)
  let gap = (0..<3).map { Swift.abs(inDouble[$0] - nearest[$0]) }.reduce(0, max)
  try exam.check(gap <= 1e-7, "in Double, step 2⁻¹⁷, the worst derivative is off by \(gap)")
  exam.note(
    "the worst derivative is off by \(Truth.text(error)) in balls, step 2⁻⁸⁰, and by "
      + "\(Truth.text(gap)) in Double, step 2⁻¹⁷")
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  static func text(_ error: Double) -> String { NumberFormat.scientific(1).text(of: error) }

  static func activation<Scalar: AnalyticField>(_ x: Vector<Scalar>, _ w: Vector<Scalar>) -> Scalar
  {
    Scalar.log(onePlus: Scalar.exp(w.dot(x))) + Scalar.tanh(x[0] * x[1])
  }

  static func activationDerivatives<Scalar: AnalyticField>(
    at x: Vector<Scalar>, _ w: Vector<Scalar>
  ) -> Vector<Scalar> {
    let share = 1 / (1 + Scalar.exp(-w.dot(x)))
    let t = Scalar.tanh(x[0] * x[1])
    return share * w + Vector([(1 - t * t) * x[1], (1 - t * t) * x[0], 0])
  }

  static func nudged(_ x: Vector<Rational>, _ entry: Int, _ step: Rational) -> Vector<Rational> {
    var nudged = x
    nudged[entry] += step
    return nudged
  }

  /// Returns the differences of someone who leaves each entry a step away from where it was.
  static func lingering(
    _ f: (Vector<Rational>) -> Rational, _ x: Vector<Rational>, _ step: Rational,
    endsAt side: Rational
  ) -> Vector<Rational> {
    var place = x
    return Vector(count: x.count) { entry in
      let derivative =
        (f(Truth.nudged(place, entry, step)) - f(Truth.nudged(place, entry, -step))) / (2 * step)
      place[entry] += side * step
      return derivative
    }
  }
}
