import Autograd
import BinaryClassifier
import Regression
import Workbook

/*:
 ## Where else graphs stay alive

 The other leaks are found by two questions: what holds this value, and what
 does the value hold? All of the following are taken from programs that people
 trained with, and each runs for \(leaks.steps) steps. Which of them keeps most
 nodes?

 ![Nodes that stay alive after some steps, without and with the
 fix](table:leaks)

 **A running total.** The mean loss of an epoch needs a sum, and
 `total = total + loss` looks like arithmetic. It is arithmetic between nodes,
 so the sum holds the graph of every loss, and one node more for each `+`.

 **A metric.** A mean square of the outputs is computed from the same graph and
 kept as a node. It holds all of the graph but the loss, and adds nodes of its
 own. Compute a metric inside `noGrad`, or take its number with `item()`.

 **A callback.** A closure keeps what it captures. The one below would print a
 loss later, and until then it holds the graph. A capture list,
 `[number = loss.item()]`, takes the number when the closure is created.
 */

/// Code that keeps something of each step: too much, or, when fixed, a number.
struct LeakExample<Scalar: FloatingField> {
  let name: String
  let fix: String
  /// Creates a callback that keeps something of each step.
  let callback: (_ isFixed: Bool) -> Callback

  /// Receives the outputs and the loss of each step.
  typealias Callback = (_ z: Variable<Scalar>, _ loss: Variable<Scalar>) -> Void
}

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

/*:
 The count is taken while the callback is still alive. The parameters are
 subtracted, because they should be alive.
 */

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
