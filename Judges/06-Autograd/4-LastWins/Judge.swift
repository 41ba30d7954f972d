import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("places")
  /// Returns a positive number that is not 1.
  func positive() -> Rational { Rational(5 + random.index(below: 12), 4) }

  exam.part("the engine")
  let (x, y) = (positive(), positive() + 4)
  try expectEngine(exam, x, y)

  exam.part("the formula")
  for (x, y) in [(x, y), (y, x), (positive() + 1, positive() + 8)] {
    for fault in Fault.allCases {
      let gradients = gradients(Number.self, x, y) { Number(data: $0, fault: fault) }
      try exam.check(
        gradients != DualArithmetic.gradients(x, y) { exposing($0, $1) },
        "an engine with = in \(fault.rawValue) alone has the gradients of this formula right",
        cause: Number(data: x, fault: nil).isUsedTwice(beside: y)
          ? "no number is told by \(fault.rawValue) after another has told it"
          : "every number is used once, and so nothing is there to be overwritten")
    }
  }
}

private func expectEngine(_ exam: Exam, _ x: Rational, _ y: Rational) throws {
  func gradient(_ formula: (Value<Rational>, Value<Rational>) -> Value<Rational>) -> Rational {
    let (a, b) = (Value(x), Value(y))
    formula(a, b).backward()
    return a.gradient
  }
  let doubled =
    "what is there is added to itself: a.gradient += d is a.gradient = a.gradient + d already"
  func overwrites(_ name: String) -> String { "\(name) overwrites what a has been told before" }
  let second = "two operations use a, and the second overwrites what the first has told it"
  try exam.expect(
    gradient { a, _ in a + a }, equals: 2, of: "the gradient of a + a in a",
    expectedMistakes: [overwrites("+"): 1, doubled: 3])
  try exam.expect(
    gradient { a, _ in a * a }, equals: 2 * x, of: "the gradient of a * a in a",
    expectedMistakes: [overwrites("*"): x, doubled: 3 * x])
  try exam.expect(
    gradient { a, _ in a.relu() + a.relu() }, equals: 2,
    of: "the gradient of a.relu() + a.relu() in a",
    expectedMistakes: [overwrites("relu"): 1, doubled: 3])
  try exam.expect(
    gradient { a, b in a * b + a }, equals: y + 1, of: "the gradient of a * b + a in a",
    expectedMistakes: [second: y, second: 1])
  try exam.expect(
    gradient { a, b in a + a.relu() * b }, equals: y + 1,
    of: "the gradient of a + a.relu() * b in a",
    expectedMistakes: [second: y, second: 1])
  try exam.expect(
    gradient { a, b in (a * b + a) * (a + b).relu() },
    equals: DualArithmetic.gradients(x, y) { a, b in (a * b + a) * (a + b).relu() }[0],
    of: "the gradient of (a * b + a) * (a + b).relu() in a")
}

/// Returns the gradients of the learner's formula in a and b, by a pass.
private func gradients(
  _ number: Number.Type, _ x: Rational, _ y: Rational, _ leaf: (Rational) -> Number
) -> [Rational] {
  let (a, b) = (leaf(x), leaf(y))
  exposing(a, b).backward()
  return [a.gradient, b.gradient]
}

/// The operation in which the old fault is left.
private enum Fault: String, CaseIterable {
  case sum = "+"
  case product = "*"
  case relu
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
    Number(data: a.data * b.data, fault: a.fault, by: .product, [(a, b.data), (b, a.data)])
  }

  func relu() -> Number {
    Number(data: max(data, 0), fault: fault, by: .relu, [(self, data > 0 ? 1 : 0)])
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
      for edge in node.edges {
        let part = node.gradient * edge.factor
        edge.parent.gradient = node.operation == fault ? part : edge.parent.gradient + part
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

  static func + (a: DualArithmetic, b: DualArithmetic) -> DualArithmetic {
    DualArithmetic(dual: a.dual + b.dual)
  }
  static func * (a: DualArithmetic, b: DualArithmetic) -> DualArithmetic {
    DualArithmetic(dual: a.dual * b.dual)
  }
  func relu() -> DualArithmetic { dual < 0 ? DualArithmetic(dual: 0) : self }

  /// Returns the gradients of a formula in a and b.
  static func gradients(
    _ x: Rational, _ y: Rational, _ formula: (DualArithmetic, DualArithmetic) -> DualArithmetic
  ) -> [Rational] {
    [(1, 0), (0, 1)].map { (dX: Rational, dY: Rational) in
      formula(
        DualArithmetic(dual: Dual(x, derivative: dX)), DualArithmetic(dual: Dual(y, derivative: dY))
      ).dual
        .derivative
    }
  }
}
