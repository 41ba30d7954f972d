import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("numbers")
  exam.part("closure 1, of an exponential")
  try expectExponential(exam, x: 0.25 + random.uniform() / 2, d: 2 + random.uniform())
  try expectExponential(exam, x: -1.5 - random.uniform(), d: -3 + random.uniform())
  try expectChain(exam, x: 0.25 + random.uniform() / 2)
  exam.part("closure 2, of a trainer")
  for steps in [2 + random.index(below: 5), 9] { try expectTrainer(exam, steps: steps) }
  exam.part("closure 3, of a log")
  try expectLog(exam)
  exam.note("both rings are cut, and nothing is alive")
}

private func expectExponential(_ exam: Exam, x: Double, d: Double) throws {
  let counter = Counter()
  let e = Double.exp(x)
  /// Returns the value of eˣ and the gradient in x, which was 10, after two passes.
  func pass() -> (value: Double, gradient: Double) {
    let node = Value(x, counter)
    node.gradient = 10
    let result = node.exp()
    result.tell(d)
    result.tell(0.5)
    return withExtendedLifetime(result) { (result.data, node.gradient) }
  }
  let (value, gradient) = pass()
  try exam.expect(value, equals: e, within: .relative(1e-14), of: "eˣ")
  try exam.expect(
    gradient, equals: 10 + (d + 0.5) * e, within: .relative(1e-14),
    of: "the gradient in x, 10 before, after \(d) and 0.5 have arrived at eˣ",
    expectedMistakes: [
      "d times x: the gradient of eˣ is eˣ, the result": 10 + (d + 0.5) * x,
      "nothing is told: who was to tell or to be told is gone": 10,
      "the gradient from before is overwritten: = where += belongs": 0.5 * e,
      "d, the gradient that arrives, is left out": 10 + 2 * e,
      "d is told as it is: the gradient of eˣ is eˣ, the result": 10 + d + 0.5,
      "d alone is right for the first time only": 10 + d * e,
    ])
  try exam.expect(
    counter.alive, equals: 0, of: "the number of nodes left of x and eˣ",
    expectedMistakes: [
      "the result holds its closure, and the closure holds the result": 2,
      "x is no part of the ring: it is the result that holds itself by way of its closure": 1,
    ])
}

/// Looks at an exponential of an exponential: the inner one is held by the outer one's closure alone.
private func expectChain(_ exam: Exam, x: Double) throws {
  let counter = Counter()
  func gradient() -> Double {
    let node = Value(x, counter)
    let inner = node.exp()
    let outer = inner.exp()
    outer.tell(2)
    inner.tell(inner.gradient)
    return withExtendedLifetime((node, inner, outer)) { node.gradient }
  }
  let e = Double.exp(x)
  try exam.expect(
    gradient(), equals: 2 * e * .exp(e), within: .relative(1e-14),
    of: "the gradient in x of e to the eˣ")
  try exam.expect(counter.alive, equals: 0, of: "the number of nodes left of e to the eˣ")
  // Nobody holds x here but the closure of what was made of it.
  let result = Value(x, counter).exp()
  try exam.expect(
    counter.alive, equals: 2, of: "the number of nodes alive while eˣ is held",
    expectedMistakes: [
      "x is no part of the ring: it is the result that holds itself by way of its closure": 1
    ])
  withExtendedLifetime(result) {}
}

private func expectTrainer(_ exam: Exam, steps: Int) throws {
  let counter = Counter()
  /// Trains, and returns what was recorded and what somebody has kept.
  func train() -> (history: [Double], kept: () -> Void) {
    let (trainer, other) = (Trainer(counter), Trainer(counter))
    trainer.recordEachStep()
    other.recordEachStep()
    for _ in 0..<steps { trainer.step() }
    return withExtendedLifetime((trainer, other)) { (trainer.history, trainer.afterStep) }
  }
  let losses = (1...steps).map { 1 / Double(1 << $0) }
  let first = train().history
  try exam.expect(
    first.count, equals: steps, of: "the number of losses in history after \(steps) steps",
    expectedMistakes: [
      "nothing is recorded while the trainer is there": 0,
      "the closure is cut after the first step": 1,
      "each loss is recorded twice": 2 * steps,
    ])
  try exam.expect(first, equals: losses, of: "history")
  try exam.expect(
    counter.alive, equals: 0, of: "the number of trainers left of 2",
    expectedMistakes: ["the trainer holds its closure, and the closure holds the trainer": 2])
  let kept = train().kept
  try exam.expect(
    counter.alive, equals: 0, of: "the number of trainers left where the closure was kept",
    expectedMistakes: ["the closure holds the trainer": 1])
  kept()
  // The closure may be called while the trainer is there, too.
  let trainer = Trainer(counter)
  trainer.recordEachStep()
  let own = trainer.afterStep
  own()
  own()
  try exam.expect(
    trainer.history, equals: [1, 1],
    of: "after two calls of afterStep and no step, history")
}

private func expectLog(_ exam: Exam) throws {
  let counter = Counter()
  var counts: [Int] = []
  func run() {
    let (log, other) = (Log.start(counter), Log.start(counter))
    for loss in [3.0, 2.0, 1.0, 1.0] { counts.append(log(loss)) }
    counts.append(other(7))
  }
  run()
  try exam.expect(
    counts, equals: [1, 2, 3, 4, 1],
    of: "after four losses to one log and one to another, the counts",
    expectedMistakes: [
      "the log is gone: nobody but this closure holds it": [0, 0, 0, 0, 0],
      "two logs are not the same": [1, 2, 3, 4, 5],
      "each call has a log of its own": [1, 1, 1, 1, 1],
    ])
  try exam.expect(counter.alive, equals: 0, of: "the number of logs left")
}
