import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("numbers")
  let pairs = (0..<3).map { _ in (random.dyadic(), 3 + random.dyadic()) }
  exam.part("item and detached")
  for (x, y) in pairs { try expectWaysOut(exam, x, y) }
  exam.part("noGrad")
  for (x, y) in pairs { try expectNoGrad(exam, x, y) }
  exam.part("noGrad leaves all as it was")
  try expectRestored(exam)

  exam.part("10,000 steps")
  let (x, y) = pairs[0]
  let graph = Graph()
  let (w, b) = (Value(0.5, in: graph), Value(0.25, in: graph))
  var (history, total) = (Value(0, in: graph), 0.0)
  for step in 1...10_000 {
    let loss = (w * Value(x, in: graph) - b) * (w - Value(y, in: graph))
    total += loss.item()
    history = (history + loss).detached()
    let held = graph.noGrad { loss * loss }
    let alive = withExtendedLifetime((loss, held, history)) { graph.alive }
    // w, b, x, the product, the difference, y, the other, the loss; the history and what is held.
    try exam.expect(
      alive, equals: 10, of: "the number of nodes alive in step \(step)",
      expectedMistakes: ["the history still holds its past": 10 + 3 * step])
  }
  withExtendedLifetime((w, b, total)) {}
  exam.note("after 10,000 steps as many nodes are alive as after the first")
}

private func expectWaysOut(_ exam: Exam, _ x: Double, _ y: Double) throws {
  let graph = Graph()
  let (a, b) = (Value(x, in: graph), Value(y, in: graph))
  for (name, result, truth) in [("a + b", a + b, x + y), ("a - b", a - b, x - y)] {
    try exam.expect(result.item(), equals: truth, of: "(\(name)).item()")
    try expectParents(exam, result, a, b, of: name)
  }
  let product = a * b
  let alive = graph.alive
  try exam.expect(product.item(), equals: x * y, of: "(a * b).item()")
  try exam.expect(
    graph.alive, equals: alive, of: "the number of nodes alive after item()",
    expectedMistakes: ["a number is no node": alive + 1])
  try exam.expect(
    product.parents.count, equals: 2, of: "the number of parents of a * b, recorded,",
    expectedMistakes: ["outside of noGrad operations are to remember": 0])
  try expectParents(exam, product, a, b, of: "a * b")
  let detached = product.detached()
  try exam.expect(detached.data, equals: x * y, of: "the value of (a * b).detached()")
  try exam.expect(
    detached.parents.count, equals: 0, of: "the number of parents of (a * b).detached()",
    expectedMistakes: [
      "this is the node itself, or its copy with parents": 2,
      "a node made of the other one still holds it, and its past": 1,
    ])
  try exam.check(
    detached !== product, "(a * b).detached() is the node itself",
    cause: "others may still pass back from it: detached() makes a new node")
  try exam.check(
    product.parents.count == 2, "after detached() the node itself has lost its parents",
    cause: "others may still pass back from it: detached() makes a new node")
  try exam.check(
    detached.graph === graph, "(a * b).detached() belongs to another graph",
    cause: "it goes on in the same training, and is counted there")
}

/// Asks for the very nodes that took part, in their order.
private func expectParents(
  _ exam: Exam, _ result: Value, _ a: Value, _ b: Value, of name: String
) throws {
  try exam.check(
    result.parents.count == 2 && result.parents[0] === a && result.parents[1] === b,
    "the parents of \(name), recorded, are not a and b",
    cause: result.parents.isEmpty
      ? "outside of noGrad operations are to remember"
      : "an operation keeps the two nodes that took part, the first one first")
}

private func expectNoGrad(_ exam: Exam, _ x: Double, _ y: Double) throws {
  let graph = Graph()
  let (a, b) = (Value(x, in: graph), Value(y, in: graph))
  let result = graph.noGrad { a * b }
  try exam.expect(result.data, equals: x * y, of: "the value of a * b in noGrad")
  try exam.expect(
    result.parents.count, equals: 0, of: "the number of parents of a * b in noGrad",
    expectedMistakes: ["the init of an operation keeps its parents, recorded or not": 2])
  for (name, result, truth) in [
    ("a + b", graph.noGrad { a + b }, x + y), ("a - b", graph.noGrad { a - b }, x - y),
  ] {
    try exam.expect(result.data, equals: truth, of: "the value of \(name) in noGrad")
    try exam.expect(
      result.parents.count, equals: 0, of: "the number of parents of \(name) in noGrad")
  }
  var calls = 0
  let during = graph.noGrad { () -> Bool in
    calls += 1
    return graph.isGradientEnabled
  }
  try exam.check(!during, "isGradientEnabled is true in noGrad")
  try exam.expect(calls, equals: 1, of: "how often noGrad runs its body")
  let alive = graph.noGrad { () -> Int in
    var last = a
    for _ in 0..<5 { last = last + b }
    return withExtendedLifetime(last) { graph.alive }
  }
  try exam.expect(
    alive, equals: 4, of: "the number of nodes alive after 5 sums in noGrad",
    expectedMistakes: ["each sum holds the one before": 8])
  try exam.check(graph.isGradientEnabled, "after noGrad nothing is recorded any more")
  let other = Graph()
  let product = graph.noGrad { Value(2, in: other) * Value(3, in: other) }
  try exam.check(
    product.parents.count == 2, "noGrad of one graph has stopped the recording of another",
    cause: "isGradientEnabled of the own graph is what counts")
}

private struct Stop: Error {}

private func expectRestored(_ exam: Exam) throws {
  let graph = Graph()
  let inner = graph.noGrad { () -> Bool in
    graph.noGrad {}
    return graph.isGradientEnabled
  }
  try exam.check(
    !inner, "after a noGrad in another the outer one records",
    cause: "recording is set to true at the end, and not to what it was before")
  try exam.check(graph.isGradientEnabled, "after two noGrad, one in the other, nothing is recorded")
  // What was off before is off afterwards.
  graph.isGradientEnabled = false
  graph.noGrad {}
  try exam.check(
    !graph.isGradientEnabled, "recording was off before noGrad, and is on afterwards",
    cause: "recording is set to true at the end, and not to what it was before")
  graph.isGradientEnabled = true
  var isThrown = false
  do {
    try graph.noGrad { throw Stop() }
  } catch {
    isThrown = error is Stop
  }
  try exam.check(
    isThrown, "an error that is thrown in noGrad does not arrive outside",
    cause: "what the body throws is thrown on: try, and no catch")
  try exam.check(
    graph.isGradientEnabled, "after noGrad was left by an error, nothing is recorded any more",
    cause: "the line that sets recording back is skipped by an error: defer is not")
}
