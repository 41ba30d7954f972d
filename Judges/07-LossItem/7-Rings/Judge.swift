import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("numbers")
  try expectExponential(exam, x: 0.25 + random.uniform() / 2, d: 2 + random.uniform())
  try expectTrainer(exam, steps: 2 + random.index(below: 5))
  try expectLog(exam)
}

private func expectExponential(_ exam: Exam, x: Double, d: Double) throws {
  exam.part("closure 1, of an exponential")
  let counter = Counter()
  func gradient() -> Double {
    let node = Value(x, counter)
    let result = node.exp()
    result.tell(d)
    return withExtendedLifetime(result) { node.gradient }
  }
  try exam.expect(
    gradient(), equals: d * .exp(x), within: .relative(1e-14), of: "the gradient in x",
    expectedMistakes: [
      "d times x: the gradient of eˣ is eˣ, the result": d * x,
      "nothing is told: who was to tell or to be told is gone": 0,
    ])
  try exam.expect(
    counter.alive, equals: 0, of: "the number of nodes left of x and eˣ",
    expectedMistakes: [
      "the result holds its closure, and the closure holds the result": 2,
      "x is no part of the ring: it is the result that holds itself by way of its closure": 1,
    ])
}

private func expectTrainer(_ exam: Exam, steps: Int) throws {
  exam.part("closure 2, of a trainer")
  let counter = Counter()
  /// Trains, and returns what was recorded and what somebody has kept.
  func train() -> (history: [Double], kept: () -> Void) {
    let trainer = Trainer(counter)
    trainer.recordEachStep()
    for _ in 0..<steps { trainer.step() }
    return withExtendedLifetime(trainer) { (trainer.history, trainer.afterStep) }
  }
  let losses = (1...steps).map { 1 / Double(1 << $0) }
  let first = train().history
  try exam.expect(
    first.count, equals: steps, of: "the number of losses in history after \(steps) steps",
    expectedMistakes: [
      "nothing is recorded while the trainer is there": 0,
      "the closure is cut after the first step": 1,
    ])
  try exam.expect(first, equals: losses, of: "history")
  try exam.expect(
    counter.alive, equals: 0, of: "the number of trainers left",
    expectedMistakes: ["the trainer holds its closure, and the closure holds the trainer": 1])
  let kept = train().kept
  try exam.expect(
    counter.alive, equals: 0, of: "the number of trainers left where the closure was kept",
    expectedMistakes: ["the closure holds the trainer": 1])
  kept()
}

private func expectLog(_ exam: Exam) throws {
  exam.part("closure 3, of a log")
  let counter = Counter()
  var counts: [Int] = []
  func run() {
    let log = Log.start(counter)
    for loss in [3.0, 2.0, 1.0] { counts.append(log(loss)) }
  }
  run()
  try exam.expect(
    counts, equals: [1, 2, 3], of: "what the log says of three losses",
    expectedMistakes: ["the log is gone: nobody but this closure holds it": [0, 0, 0]])
  try exam.expect(counter.alive, equals: 0, of: "the number of logs left")
  exam.note("both rings are cut, and nothing is alive")
}
