import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("the engine")
  try exam.check(
    Value(2) == Value(2) && Value(2) != Value(3), "two numbers worth 2 are not equal any more",
    cause: "== is to compare values still; it is the walk that must not ask it")
  for (a, b, c) in places {
    try exam.expect(
      slopes(a, b, c) { $0 * $1 + $1 * $2 }, equals: [b, a + c, b],
      of: "the slopes of a b + b c at \([a, b, c])",
      suspects: [equals: Graph(a, b, c).slopesByValue()])
    let s = a + b
    try exam.expect(
      slopes(a, b, c) { a, b, c in
        let s = a + b
        return s * s + c
      }, equals: [2 * s, 2 * s, 1], of: "the slopes of (a + b)² + c at \([a, b, c])",
      suspects: [
        "a + b is visited twice and speaks twice: who has been visited is to be passed by":
          [4 * s, 4 * s, 1]
      ])
  }

  exam.part("a place that shows the fault")
  let exposed = try graph(exam, exposing(), "exposing()")
  try exam.check(
    Set(exposed.place).count == 3, "exposing() is \(exposed.place): the three are to be different")
  try exam.check(
    exposed.slopesByValue() != exposed.slopes,
    "the old walk has all slopes right at \(exposed.place)",
    cause: exposed.passedBy().isEmpty
      ? "no two numbers of this graph are equal, so none is passed by"
      : "what is passed by here is a leaf, and a leaf has nobody to tell")

  exam.part("a place that does not")
  let calm = try graph(exam, harmless(), "harmless()")
  try exam.check(
    Set(calm.place).count < 3, "harmless() is \(calm.place): two of the three are to be equal")
  try exam.check(
    calm.slopesByValue() == calm.slopes, "the old walk has a slope wrong at \(calm.place)",
    cause: "a product equals a number that was visited before it: it never speaks")
}

/// Whole numbers, few enough that many are equal.
private let places = (1...3).flatMap { a in
  (1...3).flatMap { b in (1...6).map { c in (Double(a), Double(b), Double(c)) } }
}

private let equals = "a number is passed by, since another one of the same value has been visited"

/// Returns the slopes that the learner's walk finds in three leaves.
private func slopes(
  _ a: Double, _ b: Double, _ c: Double, _ formula: (Value, Value, Value) -> Value
) -> [Double] {
  let leaves = [Value(a), Value(b), Value(c)]
  formula(leaves[0], leaves[1], leaves[2]).backward()
  return leaves.map(\.slope)
}

private func graph(_ exam: Exam, _ place: [Double], _ name: String) throws -> Graph {
  try exam.check(place.count == 3, "\(name) has \(place.count) numbers, and should have a, b and c")
  try exam.check(place.allSatisfy(\.isFinite), "\(name) is \(place): finite numbers are asked for")
  return Graph(place[0], place[1], place[2])
}

/// The graph of a b + b c as lists: the root, a b, a, b, b c, c.
private struct Graph {
  let place: [Double]
  let data: [Double]

  init(_ a: Double, _ b: Double, _ c: Double) {
    place = [a, b, c]
    data = [a * b + b * c, a * b, a, b, b * c, c]
  }

  /// The true slopes in a, b and c.
  var slopes: [Double] { [place[1], place[0] + place[2], place[1]] }

  private let parts = [[1, 4], [2, 3], [], [], [3, 5], []]

  /// Returns the nodes that the old walk never comes to, or passes by.
  func passedBy() -> [Int] {
    let order = orderByValue()
    return data.indices.filter { !order.contains($0) }
  }

  /// Returns the order that the old walk finds.
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

  /// Returns the slopes in a, b and c that the old walk finds.
  func slopesByValue() -> [Double] {
    var slopes = data.map { _ in 0.0 }
    slopes[0] = 1
    for node in orderByValue().reversed() {
      guard let first = parts[node].first, let last = parts[node].last else { continue }
      slopes[first] += slopes[node] * (node == 0 ? 1 : data[last])
      slopes[last] += slopes[node] * (node == 0 ? 1 : data[first])
    }
    return [slopes[2], slopes[3], slopes[5]]
  }
}
