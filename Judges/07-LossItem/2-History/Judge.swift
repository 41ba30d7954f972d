import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("examples")
  exam.part("the history")
  let training = Training()
  let perStep = training.nodesPerStep
  var history = History()
  var curve: [Double] = []
  for step in 1...30 {
    let x = random.dyadic()
    history.append(training.loss(x))
    curve.append(training.loss(x).data)
    let alive = training.counter.alive
    try exam.expect(
      alive, equals: 2, of: "the number of nodes alive after step \(step), with 2 parameters,",
      expectedMistakes: [
        "the history holds the loss, and the loss its graph": 2 + perStep * step,
        "the history holds a node for each step: keep the number, not a new node": 2 + step,
        "the history holds the loss of the last step": 2 + perStep,
      ])
  }
  try exam.expect(history.curve, equals: curve, of: "history.curve")

  exam.part("trainings that do not leak")
  for run in Run.all where !run.leaks { try examine(exam, run) }
  exam.part("trainings that leak")
  for run in Run.all where run.leaks { try examine(exam, run) }
}

private func examine(_ exam: Exam, _ run: Run) throws {
  let training = Training()
  let keeper = Keeper()
  var steps = 0
  let found = findsLeak(
    in: {
      steps += 1
      // No training goes on for ever; what comes later is not counted.
      if steps <= 1_000 { run.keep(keeper, steps, training.loss(0.5)) }
    }, counting: training.counter)
  withExtendedLifetime(keeper) {}
  try exam.check(steps <= 1_000, "findsLeak took \(steps) steps; up to 1,000 are allowed")
  try exam.check(
    found == run.leaks,
    run.leaks
      ? "findsLeak does not find a training that \(run.words)"
      : "findsLeak finds a leak in a training that \(run.words)",
    cause: run.cause)
}

/// A line of one input that learns.
private struct Training {
  let counter = Counter()
  let w: Value
  let b: Value

  init() {
    w = Value(0.5, counter)
    b = Value(0.25, counter)
  }

  /// Returns the loss of one example, (w x − b)², in new nodes.
  func loss(_ x: Double) -> Value {
    let residual = w * Value(x, counter) - b
    return residual * residual
  }

  /// How many nodes a loss makes.
  var nodesPerStep: Int {
    let before = counter.alive
    let loss = loss(1)
    return withExtendedLifetime(loss) { counter.alive - before }
  }
}

/// What a training keeps.
private final class Keeper {
  var losses: [Value] = []
  var others: [Value] = []
}

/// A training that leaks, or does not.
private struct Run {
  let words: String
  let leaks: Bool
  let cause: String
  /// Keeps something of a step.
  let keep: (Keeper, _ step: Int, _ loss: Value) -> Void

  static var all: [Run] {
    [
      Run(words: "keeps no node", leaks: false, cause: "its count is the same after every step") {
        _, _, _ in
      },
      Run(
        words: "keeps its last loss", leaks: false,
        cause: "its count is higher than before the first step, but the same after every step"
      ) { keeper, _, loss in
        keeper.losses = [loss]
      },
      Run(
        words: "keeps its last 30 losses", leaks: false,
        cause: "a buffer that fills: it adds nodes in 30 steps and none later"
      ) { keeper, _, loss in
        keeper.losses.append(loss)
        if keeper.losses.count > 30 { keeper.losses.removeFirst() }
      },
      Run(
        words: "forgets its losses at the end of each epoch of 7 steps", leaks: false,
        cause: "its count rises and falls: compare what is most, and not two moments"
      ) { keeper, step, loss in
        keeper.losses.append(loss)
        if step % 7 == 0 { keeper.losses = [] }
      },
      Run(words: "keeps every loss", leaks: true, cause: "its count rises at every step") {
        keeper, _, loss in keeper.losses.append(loss)
      },
      Run(
        words: "keeps a loss every 20 steps", leaks: true,
        cause: "its count is the same for 19 steps: look at more of them"
      ) { keeper, step, loss in
        if step % 20 == 0 { keeper.losses.append(loss) }
      },
      Run(
        words: "keeps a node every 20 steps", leaks: true,
        cause: "a leak may be slow: one node more is enough"
      ) { keeper, step, loss in
        if step % 20 == 0 { keeper.losses.append(Value(0, loss.counter)) }
      },
      Run(
        words: "forgets its losses after each epoch of 7 steps, but for one node every 20 steps",
        leaks: true, cause: "what it holds most rises slowly, under a count that rises and falls"
      ) { keeper, step, loss in
        keeper.losses.append(loss)
        if step % 7 == 0 { keeper.losses = [] }
        if step % 20 == 0 { keeper.others.append(Value(0, loss.counter)) }
      },
    ]
  }
}
