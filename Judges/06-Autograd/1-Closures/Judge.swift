import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("numbers")
  /// Returns a number near another, off by a multiple of 1/16.
  func near(_ center: Double) -> Double { center + Double(random.index(below: 9)) / 16 }

  // An operation a part, so that one that is open does not hide what is known of the others.
  let points = [
    Point(x: near(1.25), y: -near(0.25), d: near(2.5)),
    Point(x: -near(1.75), y: near(2.25), d: -near(0.375)),
  ]
  let exact: [Point<Rational>] = points.map { point in point.map { Rational($0) } }
  exam.part("a + b")
  for point in exact { try point.expectSum(exam) }
  exam.part("a * b")
  for point in exact { try point.expectProduct(exam) }
  exam.part("power")
  for point in exact { try point.expectPower(exam) }
  exam.part("exp")
  for point in points { try point.expectExp(exam) }
  exam.part("tanh")
  for point in points { try point.expectTanh(exam) }

  exam.part("two formulas, by every judge")
  let evaluationPoint = [near(1.5), -near(0.25), near(0.5), -near(1.25)]
  try exam.certify(Powers(evaluationPoint: evaluationPoint))
  try exam.certify(Functions(evaluationPoint: evaluationPoint + [-near(0.5)]))
}

private let overwritten = "the gradient from before is overwritten: = where += belongs"
private let ignored = "d, the gradient that arrives, is left out"

/// Returns what is looked at after a pass from an operation's result.
private func gradients(after operation: String) -> String {
  "after a pass from \(operation), where they were [10, 20], [a.gradient, b.gradient]"
}

/// Where operations are looked at: a, b, and the gradient d that arrives at the result.
private struct Point<Scalar: Field & Sendable> {
  let x: Scalar
  let y: Scalar
  let d: Scalar

  func map<Other>(_ transform: (Scalar) -> Other) -> Point<Other> {
    Point<Other>(x: transform(x), y: transform(y), d: transform(d))
  }

  /// Returns the gradients of a and b, which have some already, after a pass in which d arrives at what
  /// an operation has made of them. It may be one node or several.
  func told(_ operation: (Value<Scalar>, Value<Scalar>) -> Value<Scalar>) -> [Scalar] {
    let (a, b) = (Value(x), Value(y))
    (a.gradient, b.gradient) = (10, 20)
    let (result, d) = (operation(a, b), d)
    Value(d * result.data, from: [result]) { result.gradient += d * $0 }.backward()
    return [a.gradient, b.gradient]
  }

  /// Asks whether a pass gets beyond the numbers that took part.
  func expectParents(
    _ exam: Exam, of name: String, _ operation: (Value<Scalar>, Value<Scalar>) -> Value<Scalar>
  ) throws {
    let leaves = [Value(x), Value(y)]
    let numbers = leaves.map { leaf in
      Value(leaf.data, from: [leaf]) { leaf.gradient += $0 }
    }
    operation(numbers[0], numbers[1]).backward()
    for (number, (leaf, letter)) in zip(numbers, zip(leaves, ["a", "b"])) {
      try exam.check(
        leaf.gradient == number.gradient,
        "a pass from \(name) tells \(letter), and does not go on to what \(letter) was made of",
        cause: "\(letter) is missing among the parents of the result, after `from:`")
    }
  }
}

extension Point where Scalar == Rational {
  func expectSum(_ exam: Exam) throws {
    try exam.expect((Value(x) + Value(y)).data, equals: x + y, of: "a + b, its value,")
    try exam.expect(
      told { $0 + $1 }, equals: [10 + d, 20 + d], of: gradients(after: "a + b"),
      expectedMistakes: [
        overwritten: [d, d], ignored: [11, 21],
        "the other one's value belongs to a product, not to a sum": [10 + d * y, 20 + d * x],
        "b is not told": [10 + d, 20], "a is not told": [10, 20 + d],
        "b gets a minus, which belongs to a difference": [10 + d, 20 - d],
      ])
    try exam.expect(
      told { a, _ in a + a }, equals: [10 + 2 * d, 20], of: gradients(after: "a + a"),
      expectedMistakes: ["a is both terms, and is told once": [10 + d, 20]])
    try expectParents(exam, of: "a + b") { $0 + $1 }
  }

  func expectProduct(_ exam: Exam) throws {
    try exam.expect((Value(x) * Value(y)).data, equals: x * y, of: "a * b, its value,")
    try exam.expect(
      told { $0 * $1 }, equals: [10 + d * y, 20 + d * x], of: gradients(after: "a * b"),
      expectedMistakes: [
        overwritten: [d * y, d * x], ignored: [10 + y, 20 + x],
        "each factor was given its own value: it is the other one's": [10 + d * x, 20 + d * y],
        "b is not told": [10 + d * y, 20], "a is not told": [10, 20 + d * x],
        "d alone belongs to a sum: the other factor is left out": [10 + d, 20 + d],
        "d times the product: the factor itself is not part of its own slope":
          [10 + d * x * y, 20 + d * x * y],
      ])
    try exam.expect(
      told { a, _ in a * a }, equals: [10 + 2 * d * x, 20],
      of: gradients(after: "a * a"),
      expectedMistakes: ["a is both factors, and is told once": [10 + d * x, 20]])
    try expectParents(exam, of: "a * b") { $0 * $1 }
  }

  func expectPower(_ exam: Exam) throws {
    let exponents = [5, 2, 1, 0, -1, -4]
    for n in exponents {
      try exam.expect(
        Value(x).power(n).data, equals: power(x, n), of: "a.power(\(n)), its value, at a = \(x),",
        expectedMistakes: [
          "one factor too few": power(x, n - 1), "one factor too many": power(x, n + 1),
          "the sign of n is lost": power(x, abs(n)),
        ])
    }
    for n in exponents {
      let (factor, below) = (Rational(count: n), power(x, n - 1))
      try exam.expect(
        told { a, _ in a.power(n) }, equals: [10 + d * factor * below, 20],
        of: gradients(after: "a.power(\(n))"),
        expectedMistakes: [
          overwritten: [d * factor * below, 20], ignored: [10 + factor * below, 20],
          "n xⁿ: the power below is xⁿ⁻¹": [10 + d * factor * power(x, n), 20],
          "the factor n is missing": [10 + d * below, 20],
          "n − 1 is the new exponent, and n the factor": [10 + d * (factor - 1) * below, 20],
          "the factor is n, and not its magnitude": [10 - d * factor * below, 20],
        ])
    }
    for n in [3, -2] { try expectParents(exam, of: "a.power(\(n))") { a, _ in a.power(n) } }
  }
}

extension Point where Scalar == Double {
  func expectExp(_ exam: Exam) throws {
    let e = Double.exp(x)
    try exam.expect(
      Value(x).exp().data, equals: e, within: .relative(1e-14), of: "a.exp(), its value,")
    try exam.expect(
      told { a, _ in a.exp() }, equals: [10 + d * e, 20], within: .relative(1e-13),
      of: gradients(after: "a.exp()"),
      expectedMistakes: [
        overwritten: [d * e, 20], ignored: [10 + e, 20],
        "d times x: the gradient of eˣ is eˣ, the result": [10 + d * x, 20],
        "d times 1: the gradient of eˣ is eˣ, the result": [10 + d, 20],
        "x eˣ⁻¹ would be a power, whose exponent is fixed": [10 + d * x * .exp(x - 1), 20],
        "e to the result: the gradient of eˣ is the result itself": [10 + d * .exp(e), 20],
      ])
    try expectParents(exam, of: "a.exp()") { a, _ in a.exp() }
  }

  func expectTanh(_ exam: Exam) throws {
    let t = Double.tanh(x)
    try exam.expect(
      Value(x).tanh().data, equals: t, within: .relative(1e-14), of: "a.tanh(), its value,")
    func slope(_ slope: Double) -> [Double] { [10 + d * slope, 20] }
    try exam.expect(
      told { a, _ in a.tanh() }, equals: slope(1 - t * t), within: .relative(1e-13),
      of: gradients(after: "a.tanh()"),
      expectedMistakes: [
        overwritten: [d * (1 - t * t), 20], ignored: [10 + 1 - t * t, 20],
        "1 − x²: the t of 1 − t² is the result": slope(1 - x * x),
        "1 − t: the square is missing": slope(1 - t),
        "1 + t²: it is a minus": slope(1 + t * t),
        "−t²: the 1 is missing": slope(-t * t),
        "t itself, and not 1 − t²": slope(t),
        "t is the result already: tanh is taken a second time":
          slope(1 - Double.tanh(t) * Double.tanh(t)),
        "t (1 − t) is the derivative of σ": slope(t * (1 - t)),
      ])
    try expectParents(exam, of: "a.tanh()") { a, _ in a.tanh() }
  }
}

/// Returns xⁿ.
private func power(_ x: Rational, _ n: Int) -> Rational {
  let power = (0..<abs(n)).reduce(Rational(1)) { power, _ in power * x }
  return n < 0 ? 1 / power : power
}

/// A formula without functions; a is used three times.
private struct Powers: AlgebraicFormula {
  let name = "(a b + c)³ + a d⁻² + a"
  let evaluationPoint: [Tensor<Double>]

  init(evaluationPoint: [Double]) { self.evaluationPoint = [Tensor("v", Vector(evaluationPoint))] }

  func graph<Scalar: OrderedField>(_ v: [Value<Scalar>]) -> Value<Scalar> {
    (v[0] * v[1] + v[2]).power(3) + v[0] * v[3].power(-2) + v[0]
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    let (a, b, c, d) = (w[0].elements[0], w[0].elements[1], w[0].elements[2], w[0].elements[3])
    let sum = a * b + c
    return sum * sum * sum + a / (d * d) + a
  }

  func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    gradients(at: w, graph)
  }
}

/// A formula of functions, with one exponential used three times.
private struct Functions: Formula {
  let name = "tanh(a b + c) eᵃ + (eᵃ)² + d² e"
  let evaluationPoint: [Tensor<Double>]

  init(evaluationPoint: [Double]) { self.evaluationPoint = [Tensor("v", Vector(evaluationPoint))] }

  func graph<Scalar: AnalyticField>(_ v: [Value<Scalar>]) -> Value<Scalar> {
    let e = v[0].exp()
    return (v[0] * v[1] + v[2]).tanh() * e + e * e + v[3].power(2) * v[4]
  }

  func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    let v = w[0].elements
    let e = Scalar.exp(v[0])
    return Scalar.tanh(v[0] * v[1] + v[2]) * e + e * e + v[3] * v[3] * v[4]
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
