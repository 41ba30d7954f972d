import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("in order")
  let truth = Graph()
  truth.passInOrder()
  let gradients = gradientsInOrder()
  let (a, b, d) = (truth.a.value, truth.b.value, truth.d.value)
  let (dC, dD) = (truth.c.gradient, truth.d.gradient)
  let lost = Graph()
  lost.tell(lost.loss)
  let withoutOrder = "this is what the unordered pass says"

  try exam.expectPrediction(
    gradients.d, equals: dD, of: "the gradient in d",
    expectedMistakes: [
      "d is both factors, and each gets a part": d, "that is the value of d": d,
      "that is d², the value of the product": d * d,
      "the loss is d² + c: what arrives at d is 2 d, not 1": 1,
      "the sign is lost": -dD,
    ])
  try exam.expectPrediction(
    gradients.c, equals: dC, of: "the gradient in c",
    expectedMistakes: [
      "c is used again behind the square: one part more": dD,
      "c is used in d too: one part more": 1, withoutOrder: lost.c.gradient,
      "the part of the plus behind the square is added twice": dD + 2,
    ])
  try exam.expectPrediction(
    gradients.b, equals: dC * a, of: "the gradient in b",
    expectedMistakes: [
      "each factor gets the other one's value: b gets that of a": dC * b,
      "what arrives at c is left out": a, withoutOrder: lost.b.gradient,
      "b has what arrives at c: the factor a is left out": dC,
    ])
  try exam.expectPrediction(
    gradients.a, equals: truth.a.gradient, of: "the gradient with respect to a",
    expectedMistakes: [
      "a is used in d too: one part more": dC * b, "a is used in c too: one part more": dD,
      "a gets the value of b by way of c, and not its own": dD + dC * a,
      withoutOrder: lost.a.gradient,
    ])

  exam.part("without an order")
  try exam.expectPrediction(
    gradientInAWithoutOrder(), equals: lost.a.gradient, of: "the gradient with respect to a",
    expectedMistakes: [
      "this is the pass in order: here c hands its gradient on each time that it is visited": truth
        .a.gradient,
      "the last visit of c is missing, the one by way of + c": lost.a.gradient - lost.c.gradient
        * b,
      "the graph is visited by way of d once: the product has d twice, and visits it twice":
        onceByD(dD, b),
    ])
}

/// Returns the gradient with respect to a where the unordered pass visits d once.
private func onceByD(_ dD: Int, _ b: Int) -> Int {
  let dC = dD + 1
  return dD + dC * b + dC * b
}

/// A whole number that remembers what it was made of.
private final class Node {
  let value: Int
  var gradient = 0
  let edges: [(parent: Node, factor: Int)]

  init(_ value: Int, _ edges: [(parent: Node, factor: Int)] = []) {
    (self.value, self.edges) = (value, edges)
  }

  static func + (x: Node, y: Node) -> Node { Node(x.value + y.value, [(x, 1), (y, 1)]) }
  static func * (x: Node, y: Node) -> Node {
    Node(x.value * y.value, [(x, y.value), (y, x.value)])
  }

  func propagate() {
    for edge in edges { edge.parent.gradient += edge.factor * gradient }
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
    loss.gradient = 1
  }

  func passInOrder() {
    for node in [loss, square, d, c] { node.propagate() }
  }

  func tell(_ node: Node) {
    node.propagate()
    for edge in node.edges { tell(edge.parent) }
  }
}
