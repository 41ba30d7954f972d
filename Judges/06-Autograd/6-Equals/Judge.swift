import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("the engine")
  try exam.check(
    Value(2) == Value(2) && Value(2) != Value(3), "two numbers worth 2 are not equal any more",
    cause: "== is to compare values still; it is the pass that must not ask it")
  try exam.check(
    Value(2) * Value(3) == Value(6) && Value(2) + Value(3) != Value(6),
    "results of operations are not compared by what they are worth",
    cause: "== is to compare values still, of leaves and of results")
  for (a, b, c) in points {
    try exam.expect(
      gradients(a, b, c) { $0 * $1 + $1 * $2 }, equals: [b, a + c, b],
      of: "at \([a, b, c]), the gradients of a b + b c in [a, b, c]",
      expectedMistakes: [
        equals: Graph(a, b, c).gradientsByValue(),
        "b is told by the first product alone": [b, a, b],
        "what b is told first is overwritten": [b, c, b],
      ])
    let s = a + b
    try exam.expect(
      gradients(a, b, c) { a, b, c in
        let s = a + b
        return s * s + c
      }, equals: [2 * s, 2 * s, 1],
      of: "at \([a, b, c]), the gradients of (a + b)² + c in [a, b, c]",
      expectedMistakes: [
        "a + b is visited twice and speaks twice: who has been visited is to be passed by":
          [4 * s, 4 * s, 1],
        "a + b is told by one of the two factors alone": [s, s, 1],
      ])
    try exam.expect(
      gradients(a, b, c) { a, b, c in
        let (p, q) = (a * b, b + c)
        return (p * q + p) * (q + a) + q
      },
      equals: [
        b * (q(b, c) + 1) * (q(b, c) + a) + a * b * q(b, c) + a * b,
        a * (q(b, c) + 1) * (q(b, c) + a) + byQ(a, b, c), byQ(a, b, c),
      ], within: .relative(1e-12),
      of: "at \([a, b, c]), with p = a b and q = b + c, the gradients of (p q + p) (q + a) + q in "
        + "[a, b, c]")
  }

  exam.part("a point that shows the fault")
  let exposed = try graph(exam, exposing(), "exposing()")
  try exam.check(
    Set(exposed.point).count == 3, "exposing() is \(exposed.point): the three are to be different")
  try exam.check(
    exposed.gradientsByValue() != exposed.gradients,
    "the old pass has all gradients right at \(exposed.point)",
    cause: exposed.passedBy().isEmpty
      ? "no two numbers of this graph are equal, so none is passed by"
      : "what is passed by here is a leaf, and a leaf has nobody to tell")

  exam.part("a point that does not")
  let calm = try graph(exam, harmless(), "harmless()")
  try exam.check(
    Set(calm.point).count < 3, "harmless() is \(calm.point): two of the three are to be equal")
  try exam.check(
    calm.gradientsByValue() == calm.gradients, "the old pass has a gradient wrong at \(calm.point)",
    cause: "a product equals a number that was visited before it: it never speaks")
}

private func q(_ b: Double, _ c: Double) -> Double { b + c }

/// The derivative of (p q + p) (q + a) + q in q.
private func byQ(_ a: Double, _ b: Double, _ c: Double) -> Double {
  a * b * (b + c + a) + a * b * (b + c + 1) + 1
}

/// Whole numbers, few enough that many are equal.
private let points = (1...3).flatMap { a in
  (1...3).flatMap { b in (1...6).map { c in (Double(a), Double(b), Double(c)) } }
}

private let equals = "a number is passed by, since another one of the same value has been visited"

/// Returns the gradients that the learner's pass finds in three leaves.
private func gradients(
  _ a: Double, _ b: Double, _ c: Double, _ formula: (Value, Value, Value) -> Value
) -> [Double] {
  let leaves = [Value(a), Value(b), Value(c)]
  formula(leaves[0], leaves[1], leaves[2]).backward()
  return leaves.map(\.gradient)
}

private func graph(_ exam: Exam, _ point: [Double], _ name: String) throws -> Graph {
  try exam.check(point.count == 3, "\(name) has \(point.count) numbers, and should have a, b and c")
  try exam.check(point.allSatisfy(\.isFinite), "\(name) is \(point): finite numbers are asked for")
  return Graph(point[0], point[1], point[2])
}

/// The graph of a b + b c as lists: the root, a b, a, b, b c, c.
private struct Graph {
  let point: [Double]
  let data: [Double]

  init(_ a: Double, _ b: Double, _ c: Double) {
    point = [a, b, c]
    data = [a * b + b * c, a * b, a, b, b * c, c]
  }

  /// The true gradients in a, b and c.
  var gradients: [Double] { [point[1], point[0] + point[2], point[1]] }

  private let parts = [[1, 4], [2, 3], [], [], [3, 5], []]

  /// Returns the nodes that the old pass never comes to, or passes by.
  func passedBy() -> [Int] {
    let order = orderByValue()
    return data.indices.filter { !order.contains($0) }
  }

  /// Returns the order that the old pass finds.
  private func orderByValue() -> [Int] {
    var (order, visited) = ([Int](), [Double]())
    func visit(_ node: Int) {
      if visited.contains(data[node]) { return }
      visited.append(data[node])
      for part in parts[node] { visit(part) }
      order.append(node)
    }
    visit(0)
    return order
  }

  /// Returns the gradients in a, b and c that the old pass finds.
  func gradientsByValue() -> [Double] {
    var gradients = data.map { _ in 0.0 }
    gradients[0] = 1
    for node in orderByValue().reversed() {
      guard let first = parts[node].first, let last = parts[node].last else { continue }
      gradients[first] += gradients[node] * (node == 0 ? 1 : data[last])
      gradients[last] += gradients[node] * (node == 0 ? 1 : data[first])
    }
    return [gradients[2], gradients[3], gradients[5]]
  }
}
