import Autograd
import BinaryClassifier
import Regression
import Workbook

/*:
 ## Where else graphs stay alive

 Other leaks are found by two questions: what holds this value, and what does
 the value hold? All of the following are taken from programs that people
 trained with.

 **A running total.** The mean loss of an epoch needs a sum, and
 `total = total + loss` looks like arithmetic. It is arithmetic between nodes,
 so the sum holds the graph of every loss, and one node more for each `+`.

 **A metric.** A mean square of the outputs is computed from the same graph and
 kept as a node. It holds all of the graph but the loss, and adds nodes of its
 own. Compute a metric inside `noGrad`, or take its number with `item()`.

 **A callback.** A closure keeps what it captures. One that prints a loss later
 holds the graph until then. A capture list, `[number = loss.item()]`, takes the
 number when the closure is created.

 > **Guess:** Each of them runs for \(leaks.steps) steps. Which keeps most
 > nodes?
 >
 > The metric. It holds the graph but for the loss, and has three nodes of its
 > own: a product, a sum and a scaling. The total has one.

 ![Nodes that stay alive after \(leaks.steps) steps, without and with the fix,
 the parameters left out; in the last row those of a trainer after one step,
 its parameters included](table:leaks)

 The last row belongs to a later section. The running total and its fix are two
 callbacks of the training:
 */

//#-hidden-code
/// Code that keeps something of each step: too much, or, when fixed, a number.
struct LeakExample<Scalar: FloatingField> {
  let name: String
  let fix: String
  /// Creates a callback that keeps something of each step.
  let callback: (_ isFixed: Bool) -> Callback

  /// Receives the outputs and the loss of each step.
  typealias Callback = (_ z: Variable<Scalar>, _ loss: Variable<Scalar>) -> Void
}
//#-end-hidden-code

extension LeakExample {
  static var total: Self {
    LeakExample(name: "total = total + loss", fix: "total += loss.item()") {
      if $0 {
        var total: Scalar = 0
        return { _, loss in total += loss.item() }
      }
      var total: Variable<Scalar>?
      return { _, loss in total = total.map { $0 + loss } ?? loss }
    }
  }
}

//#-hidden-code
extension LeakExample {
  static var metric: Self {
    LeakExample(name: "metrics.append(metric)", fix: "noGrad, item()") {
      if $0 {
        var metrics: [Scalar] = []
        return { z, _ in metrics.append(noGrad { (z ⊙ z).mean().item() }) }
      }
      var metrics: [Variable<Scalar>] = []
      return { z, _ in metrics.append((z ⊙ z).mean()) }
    }
  }

  static var printer: Self {
    LeakExample(
      name: "{ print(loss.item()) }", fix: "[number = loss.item()]"
    ) {
      var callbacks: [() -> Scalar] = []
      if $0 {
        return { _, loss in
          callbacks.append { [number = loss.item()] in number }
        }
      }
      return { _, loss in callbacks.append { loss.item() } }
    }
  }
}

extension LeakExample {
  /// Returns how many nodes stay alive after some steps, without parameters.
  func nodes(
    isFixed: Bool, after steps: Int, _ random: SplitMix64
  ) -> Int {
    var random = random
    let training = CountedTraining<Scalar>(using: &random)
    let keep = callback(isFixed)
    for _ in 0..<steps { training.step(keep) }
    return withExtendedLifetime(keep) {
      training.alive - training.model.parameters.count
    }
  }
}
//#-end-hidden-code

/// Counts the nodes that every leak keeps alive, without and with its fix.
func findLeaks<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  let shared = keepTheBest(on: &run, in: scalar)
  run.section("Where else graphs stay alive")
  run.ask("A total, a metric, a callback: which of them keeps most nodes?")
  let random = run.random("hidden")
  let steps = run.setting(100, as: "leaks.steps", label: "steps")
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
      code: "{ self.record() }", leaked: strong.alive, fixed: weak.alive,
      fix: "[weak self]"))
  run.record(
    shared.alias, as: "best.shared", label: "nodes shared by best = model")
  run.check(
    "best = model shares its parameters, and a copy of the values none",
    shared.alias > 0 && shared.copy == 0,
    detail: "\(shared.alias) nodes, and \(shared.copy)")
  show(rows, strong.cut, on: &run)
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
  _ rows: [LeakRow], _ cut: Int, on run: inout RunRecorder
) {
  let table = Table(
    "leaks", columns: ["code", "nodes", "fixed", "fix"],
    rows: rows.map {
      [.text($0.code), .count($0.leaked), .count($0.fixed), .text($0.fix)]
    })
  run.show(table)
  run.record(
    rows[3].leaked, as: "cycle.strong", label: "live nodes after the release")
  run.record(rows[3].fixed, as: "cycle.weak", label: "the same, [weak self]")
  run.record(cut, as: "cycle.cut", label: "the same, the cycle broken")
  run.check(
    "every leak keeps nodes alive, and its fix keeps none",
    rows.allSatisfy { $0.leaked > 0 && $0.fixed == 0 } && cut == 0,
    detail: "\(rows.count) leaks")
}
//#-end-hidden-code
