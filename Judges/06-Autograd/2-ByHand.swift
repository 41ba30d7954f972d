import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("in order")
  let truth = Graph()
  truth.walkInOrder()
  let slopes = slopesInOrder()
  let (a, b, d) = (truth.a.value, truth.b.value, truth.d.value)
  let (dC, dD) = (truth.c.slope, truth.d.slope)
  let lost = Graph()
  lost.tell(lost.loss)
  let withoutOrder = "this is what the walk without an order says"

  try exam.expect(
    slopes.d, equals: dD, of: "the slope in d",
    suspects: [
      "d is both factors, and each gets a part": d, "that is the value of d": d,
      "that is d², the value of the product": d * d,
    ])
  try exam.expect(
    slopes.c, equals: dC, of: "the slope in c",
    suspects: [
      "c is used again behind the square: one part more": dD,
      "c is used in d too: one part more": 1, withoutOrder: lost.c.slope,
    ])
  try exam.expect(
    slopes.b, equals: dC * a, of: "the slope in b",
    suspects: [
      "each factor gets the other one's value: b gets that of a": dC * b,
      "what arrives at c is left out": a, withoutOrder: lost.b.slope,
    ])
  try exam.expect(
    slopes.a, equals: truth.a.slope, of: "the slope in a",
    suspects: [
      "a is used in d too: one part more": dC * b, "a is used in c too: one part more": dD,
      "a gets the value of b by way of c, and not its own": dD + dC * a,
      withoutOrder: lost.a.slope,
    ])

  exam.part("without an order")
  try exam.expect(
    slopeInAWithoutOrder(), equals: lost.a.slope, of: "the slope in a",
    suspects: [
      "this is the walk in order: here c speaks each time that it is visited": truth.a.slope,
      "the last visit of c is missing, the one by way of + c": lost.a.slope - lost.c.slope * b,
      "the graph is visited by way of d once: the product has d twice, and visits it twice":
        onceByD(dD, b),
    ])
}

/// Returns the slope in a where the walk without an order visits d once.
private func onceByD(_ dD: Int, _ b: Int) -> Int {
  let dC = dD + 1
  return dD + dC * b + dC * b
}

/// A whole number that remembers what it was made of.
private final class Node {
  let value: Int
  var slope = 0
  let edges: [(parent: Node, factor: Int)]

  init(_ value: Int, _ edges: [(parent: Node, factor: Int)] = []) {
    (self.value, self.edges) = (value, edges)
  }

  static func + (x: Node, y: Node) -> Node { Node(x.value + y.value, [(x, 1), (y, 1)]) }
  static func * (x: Node, y: Node) -> Node {
    Node(x.value * y.value, [(x, y.value), (y, x.value)])
  }

  func tellParents() {
    for edge in edges { edge.parent.slope += edge.factor * slope }
  }
}

/// The graph of the statement.
private struct Graph {
  let a = Node(2)
  let b = Node(-3)
  let c: Node
  let d: Node
  let square: Node
  let loss: Node

  init() {
    c = a * b
    d = a + c
    square = d * d
    loss = square + c
    loss.slope = 1
  }

  func walkInOrder() {
    for node in [loss, square, d, c] { node.tellParents() }
  }

  func tell(_ node: Node) {
    node.tellParents()
    for edge in node.edges { tell(edge.parent) }
  }
}
