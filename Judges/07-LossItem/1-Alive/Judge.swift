import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("steps")
  let step = made()
  for k in [7 + random.index(below: 40), 2, 1] {
    exam.part("after \(k) step\(k == 1 ? "" : "s")")
    var losses: [Value] = []
    try exam.expect(
      aliveKeepingLosses(after: k), equals: alive(after: k) { losses.append($0) },
      of: "aliveKeepingLosses(after: \(k))",
      expectedMistakes: [
        "w and b are forgotten": step * k,
        "a loss holds the nodes that it was made of, too": 2 + k,
        "x and y are nodes as well, each in its own step": 2 + (step - 2) * k,
        "w and b are counted anew in each step; all losses share them": (2 + step) * k,
      ])
    losses = []
    try exam.expect(
      aliveKeepingNumbers(after: k), equals: alive(after: k) { _ = $0.data },
      of: "aliveKeepingNumbers(after: \(k))",
      expectedMistakes: [
        "w and b are forgotten": 0, "a number is no node": 2 + k,
        "the last graph is let go at the end of its step": 2 + step,
      ])
    var last: Value?
    try exam.expect(
      aliveKeepingLast(after: k), equals: alive(after: k) { last = $0 },
      of: "aliveKeepingLast(after: \(k))",
      expectedMistakes: [
        "w and b are forgotten": step,
        "the loss before is let go when another one takes its place": 2 + step * k,
        "a loss holds the nodes that it was made of, too": 3,
      ])
    last = nil
    var total: Value?
    try exam.expect(
      aliveKeepingTotal(after: k),
      equals: alive(after: k) { loss in total = total.map { $0 + loss } ?? loss },
      of: "aliveKeepingTotal(after: \(k))",
      expectedMistakes: [
        "each + between nodes makes a node": 2 + step * k,
        "the first loss is no sum: there is one + fewer than losses": 2 + step * k + k,
        "a sum holds both of its parts, and so all losses": 2 + step + 1,
        "w and b are forgotten": step * k + k - 1,
      ])
    total = nil
  }
}

/// Returns how many nodes a step makes.
private func made() -> Int {
  let training = Training()
  let before = training.counter.alive
  let loss = training.loss(2, 3)
  return withExtendedLifetime((loss, training)) { training.counter.alive - before }
}

/// Returns how many nodes are alive after some steps.
private func alive(after steps: Int, keep: (Value) -> Void) -> Int {
  let training = Training()
  for step in 1...steps { keep(training.loss(Double(step), 1)) }
  return withExtendedLifetime(training) { training.counter.alive }
}
