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
  //#-hidden-code
  let training: CountedTraining<Scalar>
  var last: Variable<Scalar>?
  var history: [Scalar] = []
  init(_ training: CountedTraining<Scalar>) { self.training = training }

  //#-end-hidden-code
  var afterStep: () -> Void = {}

  /// Records with a closure that holds this trainer.
  func recordStrongly() {
    afterStep = { self.record() }
  }

  /// Records with a closure that holds this trainer weakly.
  func recordWeakly() {
    afterStep = { [weak self] in self?.record() }
  }
  //#-hidden-code

  func record() {
    if let last { history.append(last.item()) }
  }

  func step() {
    training.step { _, loss in last = loss }
    afterStep()
  }
  //#-end-hidden-code
}

/*:
 The counter detects a cycle.

 > **Guess:** The trainer takes one step and is released. How many nodes are
 > alive then, with `self` and with `[weak self]`?
 >
 > With `self` it is \(cycle.strong), the parameters and the graph of the last
 > step. With `[weak self]` it is \(cycle.weak). To be certain that it was this
 > cycle, the run breaks it, by giving the trainer another closure, and then the
 > count is \(cycle.cut).

 An engine can make a cycle by itself. In [micrograd](cite:karpathy-2020) every
 computed node is in one. Its closure `_backward` reads the gradient of the
 result from the node `out`:

     def _backward():
         self.grad += other.data * out.grad
         other.grad += self.data * out.grad
     out._backward = _backward

 The closure holds the node, and the node holds the closure. Python's collector
 finds these cycles, when it runs. The same engine in Swift would never release
 a node. That is why a VJP of [chapter 6](chapter:6) receives the gradient as
 its argument `d` and needs no node, and why its `exp()` keeps the number `e`
 and not the node that it returns, although the derivative of the exponential is
 that node's value.
 */

//#-hidden-code
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
//#-end-hidden-code
