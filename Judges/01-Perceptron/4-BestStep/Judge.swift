import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("worstError")
  // Here h² f‴/6 is large, and rounding a part of 10⁻⁴ of it in Float, of 10⁻¹² in Double.
  for exponent in [-3, -2, -4] {
    try examineMeasure(Truth.power(exponent) as Double, within: .relative(1e-9), exam)
    try examineMeasure(Truth.power(exponent) as Float, within: .relative(1e-3), exam)
  }
  // Here rounding is larger; then it rules, and the largest error is negative.
  try examineMeasure(Truth.power(-12) as Double, within: .relative(1e-5), exam)
  for exponent in Truth.exponentsWithNegativeErrors {
    try examineMeasure(Truth.power(exponent) as Double, within: .relative(1e-3), exam)
  }

  exam.part("the best step for Float")
  try examine(bestExponentForFloat, in: Float.self, best: -7, oneSided: -12, exam)
  exam.part("the best step for Double")
  try examine(bestExponentForDouble, in: Double.self, best: -17, oneSided: -26, exam)
}

/// Compares the answer's measure with ours at a step.
private func examineMeasure<Scalar: FloatingField & Gradable>(
  _ step: Scalar, within tolerance: Tolerance, _ exam: Exam
) throws {
  let errors = Truth.errors(step)
  let relative = zip(errors, Truth.points()).map { $0 / Truth.derivative($1) }
  let halves = (Truth.points() as [Scalar]).map {
    abs((Truth.f($0 + step) - Truth.f($0 - step)) / step - Truth.derivative($0))
  }
  let oneSided = (Truth.points() as [Scalar]).map {
    abs((Truth.f($0 + step) - Truth.f($0)) / step - Truth.derivative($0))
  }
  try exam.expect(
    worstError(step: step), equals: Truth.worst(errors), within: tolerance,
    of: "worstError(step: \(step)) in \(Scalar.self)",
    expectedMistakes: [
      "the mean of the errors, where the largest is asked for":
        errors.reduce(0, +) / Scalar(errors.count),
      "the error is divided by the derivative; it is asked for as it is": Truth.worst(relative),
      "the difference is divided by h, and the places lie 2 h apart": Truth.worst(halves),
      "a difference to one side; the central one takes a step to each": Truth.worst(oneSided),
      "the error at 0 alone; the largest of 17 points is asked for": errors[errors.count / 2],
      "the least of the errors, where the largest is asked for":
        errors.reduce(.infinity, min),
      "the error at −1 alone; the largest of 17 points is asked for": errors[0],
      "the error without its magnitude: where it is negative it passes for small": 0,
      "the error without its magnitude: where it is negative it passes for small":
        Truth.worst(Truth.signedErrors(step)),
    ], mistakeTolerance: tolerance)
}

/// Looks at the exponent of a best step.
private func examine<Scalar: FloatingField>(
  _ exponent: Int, in scalar: Scalar.Type, best exponential: Int, oneSided: Int, _ exam: Exam
) throws {
  let lowest = -Scalar.significandBitCount
  let exponents = Array(lowest ... -1)
  let measured = exponents.map { Truth.worst(Truth.errors(Truth.power($0) as Scalar)) }
  let least = measured.reduce(.infinity, min)
  let theirs =
    -100...100 ~= exponent ? Truth.worst(Truth.errors(Truth.power(exponent) as Scalar)) : .infinity
  let bottom = exponents[measured.firstIndex(of: least) ?? 0]
  var cause: String {
    if exponent > 0 { return "a step above 1: the exponent of a small step is negative" }
    if exponential - 1...exponential + 1 ~= exponent {
      return "that is a good step for eˣ; where the curve is steeper the step has to be smaller"
    }
    if exponent > bottom { return "too wide: the error of the formula, h² f‴/6, rules there" }
    return oneSided - 1...oneSided ~= exponent
      ? "too small; √ε is the best step of a difference to one side"
      : "too small: rounding, which grows as ε/h, rules there"
  }
  try exam.check(
    theirs <= 3 * least,
    "with the step 2\(NumberFormat.superscript(exponent)) the worst error in \(Scalar.self) is "
      + "\(Truth.text(theirs)); another step has \(Truth.text(least))", cause: cause)
  exam.note(
    "in \(Scalar.self) the least error is \(Truth.text(least)), with the step "
      + "2\(NumberFormat.superscript(bottom)); yours has \(Truth.text(theirs))")
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  static func text(_ value: some FloatingField) -> String {
    NumberFormat.scientific(2).text(of: Double(value))
  }

  static func power<Scalar: FloatingField>(_ exponent: Int) -> Scalar {
    Scalar(sign: .plus, exponent: Scalar.Exponent(exponent), significand: 1)
  }

  static func points<Scalar: FloatingField>() -> [Scalar] { (-8...8).map { Scalar($0) / 8 } }

  static func f<Scalar: FloatingField>(_ x: Scalar) -> Scalar { Scalar.exp(8 * x) }

  static func derivative<Scalar: FloatingField>(_ x: Scalar) -> Scalar { 8 * Scalar.exp(8 * x) }

  /// Returns the magnitudes of the errors of the central difference at the points.
  static func errors<Scalar: FloatingField>(_ step: Scalar) -> [Scalar] {
    Truth.signedErrors(step).map { abs($0) }
  }

  static func signedErrors<Scalar: FloatingField>(_ step: Scalar) -> [Scalar] {
    Truth.points().map {
      (Truth.f($0 + step) - Truth.f($0 - step)) / (2 * step) - Truth.derivative($0)
    }
  }

  /// Exponents of small steps, of which the difference that is most wrong is too small, by far.
  static var exponentsWithNegativeErrors: [Int] {
    Array(
      (26...36).map { -$0 }.filter { exponent in
        let errors = Truth.signedErrors(Truth.power(exponent) as Double)
        return (errors.max() ?? 0) < -0.9 * (errors.min() ?? 0)
      }.prefix(2))
  }

  /// Returns the largest; what is not a number is taken for infinite.
  static func worst<Scalar: FloatingField>(_ errors: [Scalar]) -> Scalar {
    errors.reduce(0) { max($0, $1.isNaN ? .infinity : $1) }
  }
}
