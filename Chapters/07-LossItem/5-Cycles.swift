import Autograd
import BinaryClassifier
import Regression
import Workbook

/*:
 ## Reference cycles

 The leaks so far end when the list, the total or the closure is released. The
 next one does not end. Swift releases an object when nothing holds it, and
 looks no further. Two objects that hold each other are never released, although
 nothing else can reach either of them. That is a **reference cycle**.

 A closure easily makes such a cycle. Below, the trainer holds its closure, and
 the closure, which captures `self`, holds the trainer. Python has a collector
 that looks for cycles from time to time. Swift has none. The programmer has to
 say which of the two holds the other **weakly**, as `[weak self]` does.
 */

/// Trains, and calls a closure after each step.
final class Trainer<Scalar: FloatingField> {
  let training: CountedTraining<Scalar>
  var last: Variable<Scalar>?
  var history: [Scalar] = []
  var afterStep: () -> Void = {}

  init(_ training: CountedTraining<Scalar>) { self.training = training }

  /// Records with a closure that holds this trainer.
  func recordStrongly() {
    afterStep = { self.record() }
  }

  /// Records with a closure that holds this trainer weakly.
  func recordWeakly() {
    afterStep = { [weak self] in self?.record() }
  }

  func record() {
    if let last { history.append(last.item()) }
  }

  func step() {
    training.step { _, loss in last = loss }
    afterStep()
  }
}

/*:
 The counter detects a cycle: when everything has been released, it is at zero,
 or a cycle holds nodes. With `self` it is at \(cycle.strong), the parameters
 and the graph of the last step. With `[weak self]` it is at \(cycle.weak). To
 be certain that it was this cycle, the run breaks it, by giving the trainer
 another closure, and then the count is \(cycle.cut).

 An engine can make a cycle by itself. The derivative of the exponential is the
 exponential, so it is tempting to write its VJP with the node that `exp()`
 returns. The node holds the VJP, and the VJP would hold the node. That is why
 `exp()` in [chapter 6](chapter:6) keeps the number `e`.

 In [micrograd](cite:karpathy-2020) every computed node is in such a cycle. Its
 closure `_backward` reads the gradient of the result from the node `out`, so
 the closure holds the node, and the node holds the closure. Python's collector
 finds these cycles. The same engine in Swift would never release a node. Here
 a VJP receives the gradient as its argument `d`, and needs no node.
 */

/// Releases a trainer whose closure holds it, strongly or weakly.
///
/// - Returns: How many nodes are alive then, and after the cycle is broken.
func releaseTrainer<Scalar: FloatingField>(
  _ random: SplitMix64, _ record: (Trainer<Scalar>) -> Void
) -> (alive: Int, cut: Int) {
  var random = random
  let counter: NodeCounter
  weak var witness: Trainer<Scalar>?
  do {
    let trainer = Trainer(CountedTraining<Scalar>(using: &random))
    counter = trainer.training.counter
    record(trainer)
    trainer.step()
    witness = trainer
  }
  let alive = counter.alive
  witness?.afterStep = {}
  return (alive, counter.alive)
}

/// Counts the nodes that every leak keeps alive.
func findLeaks<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  let shared = keepTheBest(on: &run, in: scalar)
  run.section("Where else graphs stay alive")
  run.ask("A total, a metric, a callback: which of them keeps most nodes?")
  let random = run.random("hidden")
  let steps = 100
  var rows = [LeakExample<Scalar>.total, .metric, .printer].map { example in
    LeakRow(
      code: example.name,
      leaked: example.nodes(isFixed: false, after: steps, random),
      fixed: example.nodes(isFixed: true, after: steps, random),
      fix: example.fix)
  }
  let strong = releaseTrainer(random) { (trainer: Trainer<Scalar>) in
    trainer.recordStrongly()
  }
  let weak = releaseTrainer(random) { (trainer: Trainer<Scalar>) in
    trainer.recordWeakly()
  }
  rows.append(
    LeakRow(
      code: "best = model", leaked: shared.alias, fixed: shared.copy,
      fix: "copy the values"))
  rows.append(
    LeakRow(
      code: "{ self.record() }", leaked: strong.alive, fixed: weak.alive,
      fix: "[weak self]"))
  show(rows, steps, strong.cut, on: &run)
}

//#-hidden-code
/// A row of the table: how many nodes some code keeps alive.
private struct LeakRow {
  let code: String
  let leaked: Int
  let fixed: Int
  let fix: String
}

/// Shows the leaks and their fixes.
private func show(
  _ rows: [LeakRow], _ steps: Int, _ cut: Int, on run: inout RunRecorder
) {
  let table = Table(
    "leaks", columns: ["code", "nodes", "fixed", "fix"],
    rows: rows.map {
      [.text($0.code), .count($0.leaked), .count($0.fixed), .text($0.fix)]
    })
  run.show(table)
  run.record(steps, as: "leaks.steps", label: "steps")
  run.record(
    rows[3].leaked, as: "best.shared", label: "nodes shared by best = model")
  run.record(
    rows[4].leaked, as: "cycle.strong", label: "live nodes after the release")
  run.record(rows[4].fixed, as: "cycle.weak", label: "the same, [weak self]")
  run.record(cut, as: "cycle.cut", label: "the same, the cycle broken")
  run.check(
    "every leak keeps nodes alive, and its fix keeps none",
    rows.allSatisfy { $0.leaked > 0 && $0.fixed == 0 } && cut == 0,
    detail: "\(rows.count) leaks")
}
//#-end-hidden-code
