import Autograd
import BinaryClassifier
import Regression
import Workbook

/*:
 ## No list at all

 Three mistakes keep memory without any history.

 **A loss that is still alive.** In a loop, `loss` holds the graph of the last
 step until it gets a new value. It gets the new value when the next forward
 pass has ended. At that moment two graphs are alive.

 > **Guess:** How much of the first graph is alive at that moment, if a backward
 > pass has gone through it?
 >
 > Here all \(peak.graph) nodes of it, with their values: \(peak.alive) nodes
 > besides the parameters are alive in the place of \(peak.released). PyTorch
 > frees what the VJPs had saved, so in a training the loss costs next to
 > nothing. In a validation without `no_grad` nothing is freed, and the peak is
 > twice as high. The table at the end of this chapter has the bytes.

 A loss whose scope ends with the step, such as a `let` inside the loop, is
 released in time. In Python, `del loss` does it, or a function that returns the
 number.

 **A state that is carried on.** A recurrent network computes its state from the
 state before: $h \leftarrow \tanh(x W + h U)$. The new state holds the old one,
 and so on to the first step.
 */

/// Returns the next state of a recurrent layer, `[n, width]`.
func nextState<Scalar: AnalyticField>(
  _ h: Variable<Scalar>, _ x: Matrix<Scalar>,
  _ w: Variable<Scalar>, _ u: Variable<Scalar>
) -> Variable<Scalar> {
  Activation.tanh(Variable(x) • w + h • u)
}

/*:
 After \(carried.steps) steps \(carried.alive) nodes are alive, where one step
 makes \(carried.first). A training stops at its second step: the backward pass
 goes on into the first step's graph and finds its VJPs released. PyTorch says
 that the graph has been used already, and people answer with
 `retain_graph=True`. The next message says that weights have changed. Neither
 call is the cure. The cure is to cut the state off where a step begins:
 `nextState(h.detached(), …)`. Then \(carried.detached) nodes are alive after
 every step, and the gradient does not reach back beyond the step.

 **A slice.** One row of a batch of outputs is kept, without its graph. In
 PyTorch `z[0].detach()` is a **view**: it shares the memory of the whole batch,
 and keeps it. Swift has the same trap in `prefix`, `dropFirst` and `[a..<b]` of
 an array.

 > **Guess:** A batch has \(slice.rows) rows of \(slice.columns) `Float`s. What
 > do you keep in memory with a slice of one row?
 >
 > \(slice.view) bytes, the batch. A copy of the row, `Array(slice)`, keeps
 > \(slice.copy). In PyTorch the copy is `z[0].detach().clone()`.
 */

/// Counts what a live loss, a carried state and a slice hold.
func holdWithoutHistory<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("No list at all")
  run.ask("How many graphs are alive when a forward pass ends?")
  var random = run.random("peak")
  let training = CountedTraining<Scalar>(using: &random)
  let alive = training.peak(releasing: false)
  let released = training.peak(releasing: true)
  run.record(alive - released, as: "peak.graph", label: "nodes of a graph")
  run.record(alive, as: "peak.alive", label: "at the peak, the last loss alive")
  run.record(released, as: "peak.released", label: "the last loss released")
  run.check(
    "a loss that is still alive doubles the graphs at the peak",
    alive == 2 * released && released > 0, detail: "nodes, without parameters")

  let steps = run.setting(100, as: "carried.steps", label: "steps of a state")
  let width = run.setting(8, as: "carried.width", label: "entries of a state")
  let carried = carryState(steps, width, detaching: false, &random, scalar)
  let detached = carryState(steps, width, detaching: true, &random, scalar)
  run.record(carried[0], as: "carried.first", label: "nodes of the first step")
  run.record(
    carried[carried.count - 1], as: "carried.alive", label: "nodes at the end")
  run.record(
    detached[detached.count - 1], as: "carried.detached",
    label: "nodes at the end, with detached()")
  let growth = zip(carried, carried.dropFirst()).map { $1 - $0 }
  run.check(
    "a carried state holds all steps, and a detached one its own",
    growth.allSatisfy { $0 == growth[0] && $0 > 0 }
      && Set(detached.dropFirst()).count <= 1,
    detail: "\(growth.first ?? 0) nodes more with each step, or none")

  let rows = run.setting(256, as: "slice.rows", label: "rows of a batch")
  let columns = run.setting(512, as: "slice.columns", label: "outputs")
  var batch = Matrix<Scalar>(rows: rows, columns: columns, repeating: 0)
  let slice = batch.elements.prefix(columns)
  let view = batch.sharedBytes()
  withExtendedLifetime(slice) {}
  let row = Array(batch.elements.prefix(columns))
  let shared = batch.sharedBytes()
  let copy = row.count * MemoryLayout<Scalar>.stride
  run.record(view, as: "slice.view", label: "bytes that a slice keeps")
  run.record(copy, as: "slice.copy", label: "bytes of a copied row")
  run.check(
    "a slice of a row keeps the whole batch, and a copy its own bytes",
    view == rows * copy && shared == 0, detail: "found by writing to the batch")
}

//#-hidden-code
extension CountedTraining {
  /// Returns the most nodes at the end of a forward pass, without parameters.
  func peak(releasing: Bool) -> Int {
    NodeCounter.$current.withValue(counter) {
      var (last, peak) = (Variable<Scalar>?.none, 0)
      for _ in 0..<3 {
        if releasing { last = nil }
        let loss = Loss.binaryCrossEntropy(model(data.x), data.y)
        // What is alive now includes the loss of the step before, if it is held.
        peak = withExtendedLifetime((last, loss)) {
          max(peak, alive - model.parameters.count)
        }
        optimizer.zeroGrad()
        loss.backward()
        optimizer.step()
        last = loss
      }
      return withExtendedLifetime(last) { peak }
    }
  }
}

/// Returns the nodes after each step of a carried state, without parameters.
private func carryState<Scalar: FloatingField>(
  _ steps: Int, _ width: Int, detaching: Bool, _ random: inout SplitMix64,
  _ scalar: Scalar.Type
) -> [Int] {
  let counter = NodeCounter()
  return NodeCounter.$current.withValue(counter) {
    let w = Variable<Scalar>(.normal(4, width, using: &random), as: .weight)
    let u = Variable<Scalar>(
      .normal(width, width, using: &random), as: .weight)
    var h = Variable(Matrix<Scalar>(rows: 16, columns: width, repeating: 0))
    return (0..<steps).map { _ in
      h = nextState(
        detaching ? h.detached() : h, .normal(16, 4, using: &random), w, u)
      return withExtendedLifetime((h, w, u)) { counter.alive - 2 }
    }
  }
}
//#-end-hidden-code
