import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("places")
  /// Returns a positive number that is not 1.
  func positive() -> Rational { Rational(5 + random.index(below: 12), 4) }

  exam.part("the engine")
  let (x, y) = (positive(), positive() + 4)
  // Of all signs, and of fractions of 1 as well.
  for (x, y) in [(x, y), (y, x), (-x, y), (x, -y), (-y, -x), (x / 16, y / 32), (-y / 32, x / 64)] {
    for formula in formulas { try expect(exam, formula, x, y) }
  }

  exam.part("the formula")
  for (x, y) in [(x, y), (y, x), (positive() + 1, positive() + 8)] {
    for fault in [Fault.sum, .product, .relu] {
      let gradients = gradients(x, y, fault: fault) { exposing($0, $1) }
      try exam.check(
        gradients != DualArithmetic.gradients(x, y) { exposing($0, $1) },
        "an engine with = in \(fault.rawValue) alone has the gradients of this formula right",
        cause: Number(data: x, fault: nil).isUsedTwice(beside: y)
          ? "no number is told by \(fault.rawValue) after another has told it"
          : "every number is used once, and so nothing is there to be overwritten")
    }
  }
}

/// A formula in words, and for any numbers.
private protocol Expression: Sendable {
  var words: String { get }
  func value<Number: Arithmetic>(_ a: Number, _ b: Number) -> Number
}

private struct SumOfOne: Expression {
  let words = "a + a"
  func value<Number: Arithmetic>(_ a: Number, _ b: Number) -> Number { a + a }
}

private struct Square: Expression {
  let words = "b * b"
  func value<Number: Arithmetic>(_ a: Number, _ b: Number) -> Number { b * b }
}

private struct Plain: Expression {
  let words = "a * b"
  func value<Number: Arithmetic>(_ a: Number, _ b: Number) -> Number { a * b }
}

private struct OneCurve: Expression {
  let words = "a.relu() + b"
  func value<Number: Arithmetic>(_ a: Number, _ b: Number) -> Number { a.relu() + b }
}

private struct TwoCurves: Expression {
  let words = "a.relu() + a.relu()"
  func value<Number: Arithmetic>(_ a: Number, _ b: Number) -> Number { a.relu() + a.relu() }
}

private struct ProductAndSum: Expression {
  let words = "a * b + a"
  func value<Number: Arithmetic>(_ a: Number, _ b: Number) -> Number { a * b + a }
}

/// The product tells a first, and the sum of which a is the left part after it.
private struct SumInProduct: Expression {
  let words = "a * (a + b)"
  func value<Number: Arithmetic>(_ a: Number, _ b: Number) -> Number { a * (a + b) }
}

private struct CurveInProduct: Expression {
  let words = "b + a.relu() * b"
  func value<Number: Arithmetic>(_ a: Number, _ b: Number) -> Number { b + a.relu() * b }
}

private struct Nested: Expression {
  let words = "(a * b + a) * (a + b).relu()"
  func value<Number: Arithmetic>(_ a: Number, _ b: Number) -> Number {
    (a * b + a) * (a + b).relu()
  }
}

private struct SharedPart: Expression {
  let words = "p * p + p.relu() * b, where p = a * b + b,"
  func value<Number: Arithmetic>(_ a: Number, _ b: Number) -> Number {
    let p = a * b + b
    return p * p + p.relu() * b
  }
}

private let formulas: [any Expression] = [
  SumOfOne(), Plain(), Square(), OneCurve(), TwoCurves(), ProductAndSum(), SumInProduct(),
  CurveInProduct(), Nested(), SharedPart(),
]

/// Looks at the gradients of a formula in a and b, and at its value.
private func expect(
  _ exam: Exam, _ formula: some Expression, _ x: Rational, _ y: Rational
) throws {
  let (a, b) = (Value(x), Value(y))
  let result = formula.value(a, b)
  result.backward()
  let place = "at a = \(x) and b = \(y)"
  func wrong(_ fault: Fault) -> [Rational] {
    gradients(x, y, fault: fault) { formula.value($0, $1) }
  }
  try exam.expect(
    result.data, equals: formula.value(DualArithmetic(x), DualArithmetic(y)).dual.value,
    of: "\(place) the value of \(formula.words)")
  try exam.expect(
    [a.gradient, b.gradient],
    equals: DualArithmetic.gradients(x, y) { formula.value($0, $1) },
    of: "after a pass from \(formula.words) \(place), [a.gradient, b.gradient]",
    expectedMistakes: [
      "relu overwrites what a number has been told before": wrong(.relu),
      // In one operation with itself a number is right here: + and * are looked at alone before.
      "two operations use a number, and the second overwrites what the first has told it":
        wrong(.between),
      "+ overwrites what a number has been told before": wrong(.sum),
      "* overwrites what a number has been told before": wrong(.product),
      "what is there is added to itself: `x += d` is `x = x + d` already": wrong(.doubled),
      "relu of a negative number tells d, where its slope is 0: the mask is gone":
        wrong(.noMask),
      "relu tells d where the number is negative: the mask is inverted": wrong(.inverted),
      "each factor of a product is told its own value: it is the other one's":
        wrong(.ownFactor),
      "in a product d is left out, or it is not multiplied": wrong(.noFactor),
    ])
}

/// Returns the gradients of a formula in a and b, by an engine with a fault.
private func gradients(
  _ x: Rational, _ y: Rational, fault: Fault, _ formula: (Number, Number) -> Number
) -> [Rational] {
  let (a, b) = (Number(data: x, fault: fault), Number(data: y, fault: fault))
  formula(a, b).backward()
  return [a.gradient, b.gradient]
}

/// What is wrong in an engine: the operation in which the old fault is left, or something new.
private enum Fault: String {
  case sum = "+"
  case product = "*"
  case relu
  case between, doubled, noMask, inverted, ownFactor, noFactor
}

/// A number of an engine with one fault.
private final class Number: Arithmetic {
  let data: Rational
  let fault: Fault?
  let operation: Fault?
  let edges: [(parent: Number, factor: Rational)]
  var gradient = Rational(0)

  init(
    data: Rational, fault: Fault?, by operation: Fault? = nil,
    _ edges: [(parent: Number, factor: Rational)] = []
  ) {
    (self.data, self.fault, self.operation, self.edges) = (data, fault, operation, edges)
  }

  static func + (a: Number, b: Number) -> Number {
    Number(data: a.data + b.data, fault: a.fault, by: .sum, [(a, 1), (b, 1)])
  }

  static func * (a: Number, b: Number) -> Number {
    let factors: (Rational, Rational) =
      switch a.fault {
      case .ownFactor: (a.data, b.data)
      case .noFactor: (1, 1)
      default: (b.data, a.data)
      }
    return Number(
      data: a.data * b.data, fault: a.fault, by: .product, [(a, factors.0), (b, factors.1)])
  }

  func relu() -> Number {
    let isOpen = fault == .noMask || (fault == .inverted ? data < 0 : data > 0)
    return Number(data: max(data, 0), fault: fault, by: .relu, [(self, isOpen ? 1 : 0)])
  }

  /// This and all that it was made of, in the order of the learner's engine.
  func topologicalOrder() -> [Number] {
    var order: [Number] = []
    var visited: Set<ObjectIdentifier> = []
    func visit(_ node: Number) {
      if !visited.insert(ObjectIdentifier(node)).inserted { return }
      for edge in node.edges { visit(edge.parent) }
      order.append(node)
    }
    visit(self)
    return order
  }

  func backward() {
    gradient = 1
    for node in topologicalOrder().reversed() {
      // Between operations, the parts of one operation still add up.
      if fault == .between { for edge in node.edges { edge.parent.gradient = 0 } }
      for edge in node.edges {
        let part = node.gradient * edge.factor
        let overwrites = fault != nil && node.operation == fault
        edge.parent.gradient =
          overwrites ? part : part + edge.parent.gradient * (fault == .doubled ? 2 : 1)
      }
    }
  }

  /// Whether the learner's formula uses a number twice.
  func isUsedTwice(beside y: Rational) -> Bool {
    let nodes = exposing(self, Number(data: y, fault: nil)).topologicalOrder()
    return nodes.map(\.edges.count).reduce(0, +) >= nodes.count
  }
}

/// A number that carries its gradient with it, and has no pass.
private struct DualArithmetic: Arithmetic {
  var dual: Dual<Rational>

  init(_ dual: Dual<Rational>) { self.dual = dual }
  init(_ number: Rational) { dual = Dual(number, derivative: 0) }

  static func + (a: DualArithmetic, b: DualArithmetic) -> DualArithmetic {
    DualArithmetic(a.dual + b.dual)
  }
  static func * (a: DualArithmetic, b: DualArithmetic) -> DualArithmetic {
    DualArithmetic(a.dual * b.dual)
  }
  func relu() -> DualArithmetic { dual < 0 ? DualArithmetic(Rational(0)) : self }

  /// Returns the gradients of a formula in a and b.
  static func gradients(
    _ x: Rational, _ y: Rational, _ formula: (DualArithmetic, DualArithmetic) -> DualArithmetic
  ) -> [Rational] {
    [(1, 0), (0, 1)].map { (dX: Rational, dY: Rational) in
      formula(
        DualArithmetic(Dual(x, derivative: dX)), DualArithmetic(Dual(y, derivative: dY))
      ).dual.derivative
    }
  }
}
