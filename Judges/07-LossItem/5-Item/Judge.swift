import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("numbers")
  let (x, y) = (random.dyadic(), random.dyadic())
  try expectWaysOut(exam, x, y)
  try expectNoGrad(exam, x, y)
  try expectRestored(exam)

  exam.part("10,000 steps")
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
  exam.part("item and detached")
  let graph = Graph()
  let (a, b) = (Value(x, in: graph), Value(y, in: graph))
  let product = a * b
  try exam.expect(product.item(), equals: x * y, of: "(a * b).item()")
  try exam.expect(
    product.parents.count, equals: 2, of: "the number of parents of a * b, recorded,",
    expectedMistakes: ["outside of noGrad operations are to remember": 0])
  let detached = product.detached()
  try exam.expect(detached.data, equals: x * y, of: "the value of (a * b).detached()")
  try exam.expect(
    detached.parents.count, equals: 0, of: "the number of parents of (a * b).detached()",
    expectedMistakes: [
      "this is the node itself, or its copy with parents": 2,
      "a node made of the other one still holds it, and its past": 1,
    ])
  try exam.check(
    product.parents.count == 2, "after detached() the node itself has lost its parents",
    cause: "others may still pass back from it: detached() makes a new node")
  try exam.check(
    detached.graph === graph, "(a * b).detached() belongs to another graph",
    cause: "it goes on in the same training, and is counted there")
}

private func expectNoGrad(_ exam: Exam, _ x: Double, _ y: Double) throws {
  exam.part("noGrad")
  let graph = Graph()
  let (a, b) = (Value(x, in: graph), Value(y, in: graph))
  let result = graph.noGrad { a * b }
  try exam.expect(result.data, equals: x * y, of: "the value of a * b in noGrad")
  try exam.expect(
    result.parents.count, equals: 0, of: "the number of parents of a * b in noGrad",
    expectedMistakes: ["the init of an operation keeps its parents, recorded or not": 2])
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
  exam.part("noGrad leaves all as it was")
  let graph = Graph()
  let inner = graph.noGrad { () -> Bool in
    graph.noGrad {}
    return graph.isGradientEnabled
  }
  try exam.check(
    !inner, "after a noGrad in another the outer one records",
    cause: "recording is set to true at the end, and not to what it was before")
  try exam.check(graph.isGradientEnabled, "after two noGrad, one in the other, nothing is recorded")
  do {
    try graph.noGrad { throw Stop() }
  } catch {}
  try exam.check(
    graph.isGradientEnabled, "after noGrad was left by an error, nothing is recorded any more",
    cause: "the line that sets recording back is skipped by an error: defer is not")
}
