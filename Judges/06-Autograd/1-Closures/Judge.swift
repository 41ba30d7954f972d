import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("numbers")
  /// Returns a number near another, off by a multiple of 1/16.
  func near(_ center: Double) -> Double { center + Double(random.index(below: 9)) / 16 }

  try expectValues(exam, x: near(1.25), y: -near(0.25))
  try expectParts(exam, x: near(1.25), y: -near(0.25), d: near(2.5))
  try expectFunctions(exam, x: near(0.5), d: near(2.5))

  exam.part("two formulas, by every judge")
  let evaluationPoint = [near(1.5), -near(0.25), near(0.5), -near(1.25)]
  try exam.certify(Powers(evaluationPoint: evaluationPoint))
  try exam.certify(Functions(evaluationPoint: evaluationPoint))
}

private func expectValues(_ exam: Exam, x: Double, y: Double) throws {
  exam.part("values")
  let (a, b) = (Value(Rational(x)), Value(Rational(y)))
  try exam.expect((a + b).data, equals: a.data + b.data, of: "a + b")
  try exam.expect((a * b).data, equals: a.data * b.data, of: "a * b")
  for n in [4, 1, 0, -3] {
    try exam.expect(
      a.power(n).data, equals: power(a.data, n), of: "a.power(\(n))",
      expectedMistakes: [
        "one factor too few": power(a.data, n - 1), "one factor too many": power(a.data, n + 1),
      ])
  }
  try exam.expect(Value(x).exp().data, equals: .exp(x), within: .relative(1e-14), of: "exp")
  try exam.expect(Value(y).tanh().data, equals: .tanh(y), within: .relative(1e-14), of: "tanh")
}

/// Returns xⁿ.
private func power(_ x: Rational, _ n: Int) -> Rational {
  let power = (0..<abs(n)).reduce(Rational(1)) { power, _ in power * x }
  return n < 0 ? 1 / power : power
}

/// Looks at what sums, products and powers tell their parents, which have gradients already.
private func expectParts(_ exam: Exam, x: Double, y: Double, d: Double) throws {
  exam.part("what +, * and power tell their parents")
  let (x, y, d) = (Rational(x), Rational(y), Rational(d))
  func told(_ operation: (Value<Rational>, Value<Rational>) -> Value<Rational>) -> [Rational] {
    let (a, b) = (Value(x), Value(y))
    (a.gradient, b.gradient) = (10, 20)
    operation(a, b).tell(d)
    return [a.gradient, b.gradient]
  }
  let subject = "the gradients of a and b, 10 and 20 before,"
  try exam.expect(
    told { $0 + $1 }, equals: [10 + d, 20 + d], of: "\(subject) after (a + b).tell(d)",
    expectedMistakes: [
      overwritten: [d, d], ignored: [11, 21],
      "the other one's value belongs to a product, not to a sum": [10 + d * y, 20 + d * x],
    ])
  try exam.expect(
    told { $0 * $1 }, equals: [10 + d * y, 20 + d * x],
    of: "\(subject) after (a * b).tell(d)",
    expectedMistakes: [
      overwritten: [d * y, d * x], ignored: [10 + y, 20 + x],
      "each factor was given its own value: it is the other one's": [10 + d * x, 20 + d * y],
    ])
  try exam.expect(
    told { a, _ in a * a }, equals: [10 + 2 * d * x, 20], of: "\(subject) after (a * a).tell(d)",
    expectedMistakes: ["a is both factors, and is told once": [10 + d * x, 20]])
  for n in [4, 1, 0, -3] {
    let factor = Rational(count: n)
    try exam.expect(
      told { a, _ in a.power(n) }, equals: [10 + d * factor * power(x, n - 1), 20],
      of: "\(subject) after a.power(\(n)).tell(d)",
      expectedMistakes: [
        overwritten: [d * factor * power(x, n - 1), 20],
        ignored: [10 + factor * power(x, n - 1), 20],
        "n xⁿ: the power below is xⁿ⁻¹": [10 + d * factor * power(x, n), 20],
        "the factor n is missing": [10 + d * power(x, n - 1), 20],
      ])
  }
}

/// Looks at what the functions tell their parent, which has a gradient already.
private func expectFunctions(_ exam: Exam, x: Double, d: Double) throws {
  exam.part("what exp and tanh tell their parent")
  func told(_ function: (Value<Double>) -> Value<Double>) -> Double {
    let a = Value(x)
    a.gradient = 10
    function(a).tell(d)
    return a.gradient
  }
  let (e, t) = (Double.exp(x), Double.tanh(x))
  try exam.expect(
    told { $0.exp() }, equals: 10 + d * e, within: .relative(1e-13),
    of: "the gradient of a, 10 before, after a.exp().tell(d)",
    expectedMistakes: [
      overwritten: d * e, ignored: 10 + e,
      "d times x: the gradient of eˣ is eˣ, the result": 10 + d * x,
    ])
  try exam.expect(
    told { $0.tanh() }, equals: 10 + d * (1 - t * t), within: .relative(1e-13),
    of: "the gradient of a, 10 before, after a.tanh().tell(d)",
    expectedMistakes: [
      overwritten: d * (1 - t * t), ignored: 10 + 1 - t * t,
      "1 − x²: the t of 1 − t² is the result": 10 + d * (1 - x * x),
      "1 − t: the square is missing": 10 + d * (1 - t),
    ])
}

private let overwritten = "the gradient from before is overwritten: = where += belongs"
private let ignored = "d, the gradient that arrives, is left out"

/// A formula without functions; a is used three times.
private struct Powers: AlgebraicFormula {
  let name = "(a b + c)³ + a d⁻² + a"
  let evaluationPoint: [Tensor<Double>]

  init(evaluationPoint: [Double]) { self.evaluationPoint = [Tensor("v", Vector(evaluationPoint))] }

  func graph<Scalar: OrderedField>(_ v: [Value<Scalar>]) -> Value<Scalar> {
    (v[0] * v[1] + v[2]).power(3) + v[0] * v[3].power(-2) + v[0]
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    graph(w[0].elements.map { Value($0) }).data
  }

  func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    gradients(at: w, graph)
  }
}

/// A formula of functions, with one exponential used three times.
private struct Functions: Formula {
  let name = "tanh(a b + c) eᵃ + (eᵃ)² + d²"
  let evaluationPoint: [Tensor<Double>]

  init(evaluationPoint: [Double]) { self.evaluationPoint = [Tensor("v", Vector(evaluationPoint))] }

  func graph<Scalar: AnalyticField>(_ v: [Value<Scalar>]) -> Value<Scalar> {
    let e = v[0].exp()
    return (v[0] * v[1] + v[2]).tanh() * e + e * e + v[3].power(2)
  }

  func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    graph(w[0].elements.map { Value($0) }).data
  }

  func gradient<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    gradients(at: w, graph)
  }
}

/// Returns the gradients of a graph in its leaves, by a pass.
private func gradients<Scalar: Field>(
  at w: [Tensor<Scalar>], _ graph: ([Value<Scalar>]) -> Value<Scalar>
) -> [Tensor<Scalar>] {
  let leaves = w[0].elements.map { Value($0) }
  graph(leaves).backward()
  return [Tensor("v", Vector(leaves.map(\.gradient)))]
}
