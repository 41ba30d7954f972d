import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("examples")
  exam.part("the history")
  for (steps, others) in [(30, 0), (7 + random.index(below: 5), 3)] {
    try expectHistory(exam, steps: steps, others: others, &random)
  }

  exam.part("trainings that do not leak")
  for run in Run.all where !run.leaks { try examine(exam, run) }
  exam.part("trainings that leak")
  for run in Run.all where run.leaks { try examine(exam, run) }
}

/// Looks at what is alive besides the parameters, and besides others that have nothing to do with it.
private func expectHistory(
  _ exam: Exam, steps: Int, others: Int, _ random: inout SplitMix64
) throws {
  let training = Training()
  let held = (0..<others).map { _ in Value(0, training.counter) }
  let perStep = training.nodesPerStep
  let base = 2 + others
  var history = History()
  var curve: [Double] = []
  for step in 1...steps {
    let x = random.dyadic()
    history.append(training.loss(x))
    let residual = 0.5 * x - 0.25
    curve.append(residual * residual)
    let alive = training.counter.alive
    try exam.expect(
      alive, equals: base,
      of: "the number of nodes alive after step \(step), with \(base) parameters,",
      expectedMistakes: [
        "the history holds the loss, and the loss its graph": base + perStep * step,
        "the history holds a node for each step: keep the number, not a new node": base + step,
        "the history holds the loss of the last step": base + perStep,
      ])
    // Somebody may look at the curve at any time.
    if step % 3 == 1 { try expectCurve(exam, history, curve) }
  }
  try expectCurve(exam, history, curve)
  withExtendedLifetime(held) {}
}

private func expectCurve(_ exam: Exam, _ history: History, _ curve: [Double]) throws {
  let steps = curve.count
  try exam.expect(
    history.curve, equals: curve, of: "after \(steps) step\(steps == 1 ? "" : "s"), history.curve",
    expectedMistakes: [
      "the newest loss stands first": curve.reversed(),
      "the last loss stands alone": Array(curve.suffix(1)),
      "the mean so far, and not the loss": curve.indices.map { index in
        curve[...index].reduce(0, +) / Double(index + 1)
      },
    ])
}

private func examine(_ exam: Exam, _ run: Run) throws {
  let training = Training()
  let held = Held()
  // Trainings have other numbers of parameters, too.
  let others = (0..<run.others).map { _ in Value(0, training.counter) }
  var steps = 0
  let found = findsLeak(
    in: {
      steps += 1
      // No training goes on for ever; what comes later is not counted.
      if steps <= 1_000 { run.keep(held, steps, training.loss(0.5)) }
    }, counting: training.counter)
  withExtendedLifetime((held, others)) {}
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
private final class Held {
  var losses: [Value] = []
  var others: [Value] = []
}

/// A training that leaks, or does not.
private struct Run {
  let words: String
  let leaks: Bool
  let cause: String
  /// How many parameters there are besides two.
  var others = 0
  /// Keeps something of a step.
  let keep: (Held, _ step: Int, _ loss: Value) -> Void

  static var all: [Run] {
    [
      Run(words: "keeps no node", leaks: false, cause: "its count is the same after every step") {
        _, _, _ in
      },
      Run(
        words: "keeps its last loss", leaks: false,
        cause: "its count is higher than before the first step, but the same after every step"
      ) { held, _, loss in
        held.losses = [loss]
      },
      Run(
        words: "keeps its last 30 losses", leaks: false,
        cause: "a buffer that fills: it adds nodes in 30 steps and none later"
      ) { held, _, loss in
        held.losses.append(loss)
        if held.losses.count > 30 { held.losses.removeFirst() }
      },
      Run(
        words: "keeps its last 50 losses", leaks: false,
        cause: "a buffer that fills within the first 50 steps, and adds none later", others: 60
      ) { held, _, loss in
        held.losses.append(loss)
        if held.losses.count > 50 { held.losses.removeFirst() }
      },
      Run(
        words: "keeps 40 losses, and lets go of them in step 45", leaks: false,
        cause: "its count falls, and never rises again"
      ) { held, step, loss in
        if step <= 40 { held.losses.append(loss) }
        if step == 45 { held.losses = [] }
      },
      Run(
        words: "holds 20 nodes in step 3 and in step 240, and gives them back", leaks: false,
        cause: "what it holds most, it held in its first 50 steps: look after every step"
      ) { held, step, loss in
        held.others =
          step == 3 || step == 240 ? (0..<20).map { _ in Value(0, loss.counter) } : []
      },
      Run(
        words: "forgets its losses at the end of each epoch of 50 steps", leaks: false,
        cause: "what it holds most is the same in the first 50 steps and in all others"
      ) { held, step, loss in
        held.losses.append(loss)
        if step % 50 == 0 { held.losses = [] }
      },
      Run(
        words: "forgets its losses at the end of each epoch of 7 steps", leaks: false,
        cause: "its count rises and falls: compare what is most, and not two moments"
      ) { held, step, loss in
        held.losses.append(loss)
        if step % 7 == 0 { held.losses = [] }
      },
      Run(words: "keeps every loss", leaks: true, cause: "its count rises at every step") {
        held, _, loss in held.losses.append(loss)
      },
      Run(
        words: "keeps a loss every 20 steps", leaks: true,
        cause: "its count is the same for 19 steps: look at more of them"
      ) { held, step, loss in
        if step % 20 == 0 { held.losses.append(loss) }
      },
      Run(
        words: "keeps a node every 20 steps", leaks: true,
        cause: "a leak may be slow: one node more is enough"
      ) { held, step, loss in
        if step % 20 == 0 { held.losses.append(Value(0, loss.counter)) }
      },
      Run(
        words: "forgets its losses after each epoch of 7 steps, but for one node every 20 steps",
        leaks: true, cause: "what it holds most rises slowly, under a count that rises and falls",
        others: 7
      ) { held, step, loss in
        held.losses.append(loss)
        if step % 7 == 0 { held.losses = [] }
        if step % 20 == 0 { held.others.append(Value(0, loss.counter)) }
      },
    ]
  }
}
