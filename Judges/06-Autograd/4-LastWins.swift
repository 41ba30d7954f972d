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
      let slopes = slopes(Number.self, x, y) { Number(data: $0, fault: fault) }
      try exam.check(
        slopes != Twin.slopes(x, y) { exposing($0, $1) },
        "an engine with = in \(fault.rawValue) alone has the slopes of this formula right",
        cause: Number(data: x, fault: nil).isUsedTwice(beside: y)
          ? "no number is told by \(fault.rawValue) after another has told it"
          : "every number is used once, and so nothing is there to be overwritten")
    }
  }
}

private func expectEngine(_ exam: Exam, _ x: Rational, _ y: Rational) throws {
  func slope(_ formula: (Value<Rational>, Value<Rational>) -> Value<Rational>) -> Rational {
    let (a, b) = (Value(x), Value(y))
    formula(a, b).backward()
    return a.slope
  }
  let doubled = "what is there is added to itself: a.slope += d is a.slope = a.slope + d already"
  func overwrites(_ name: String) -> String { "\(name) overwrites what a has been told before" }
  let second = "two operations use a, and the second overwrites what the first has told it"
  try exam.expect(
    slope { a, _ in a + a }, equals: 2, of: "the slope of a + a in a",
    suspects: [overwrites("+"): 1, doubled: 3])
  try exam.expect(
    slope { a, _ in a * a }, equals: 2 * x, of: "the slope of a * a in a",
    suspects: [overwrites("*"): x, doubled: 3 * x])
  try exam.expect(
    slope { a, _ in a.relu() + a.relu() }, equals: 2, of: "the slope of a.relu() + a.relu() in a",
    suspects: [overwrites("relu"): 1, doubled: 3])
  try exam.expect(
    slope { a, b in a * b + a }, equals: y + 1, of: "the slope of a * b + a in a",
    suspects: [second: y, second: 1])
  try exam.expect(
    slope { a, b in a + a.relu() * b }, equals: y + 1, of: "the slope of a + a.relu() * b in a",
    suspects: [second: y, second: 1])
  try exam.expect(
    slope { a, b in (a * b + a) * (a + b).relu() },
    equals: Twin.slopes(x, y) { a, b in (a * b + a) * (a + b).relu() }[0],
    of: "the slope of (a * b + a) * (a + b).relu() in a")
}

/// Returns the slopes of the learner's formula in a and b, by a walk.
private func slopes(
  _ number: Number.Type, _ x: Rational, _ y: Rational, _ leaf: (Rational) -> Number
) -> [Rational] {
  let (a, b) = (leaf(x), leaf(y))
  exposing(a, b).backward()
  return [a.slope, b.slope]
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
  var slope = Rational(0)

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
  func inOrder() -> [Number] {
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
    slope = 1
    for node in inOrder().reversed() {
      for edge in node.edges {
        let part = node.slope * edge.factor
        edge.parent.slope = node.operation == fault ? part : edge.parent.slope + part
      }
    }
  }

  /// Whether the learner's formula uses a number twice.
  func isUsedTwice(beside y: Rational) -> Bool {
    let nodes = exposing(self, Number(data: y, fault: nil)).inOrder()
    return nodes.map(\.edges.count).reduce(0, +) >= nodes.count
  }
}

/// A number that carries its slope with it, and has no walk.
private struct Twin: Arithmetic {
  var dual: Dual<Rational>

  static func + (a: Twin, b: Twin) -> Twin { Twin(dual: a.dual + b.dual) }
  static func * (a: Twin, b: Twin) -> Twin { Twin(dual: a.dual * b.dual) }
  func relu() -> Twin { dual < 0 ? Twin(dual: 0) : self }

  /// Returns the slopes of a formula in a and b.
  static func slopes(
    _ x: Rational, _ y: Rational, _ formula: (Twin, Twin) -> Twin
  ) -> [Rational] {
    [(1, 0), (0, 1)].map { (dX: Rational, dY: Rational) in
      formula(Twin(dual: Dual(x, slope: dX)), Twin(dual: Dual(y, slope: dY))).dual.slope
    }
  }
}
