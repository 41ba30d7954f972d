import Autograd
import BinaryClassifier
import Regression
import Workbook

/*:
 ## The same training twice

 Two trainings differ in seven characters: `history.append(loss)` and
 `history.append(loss.item())`. Both plot the same curve.

 > **Guess:** The network has three linear layers. Their six tensors of weights
 > and biases are nodes too. How many nodes are alive after the first step, and
 > how many more with each step that keeps its loss?
 >
 > After the first step there are \(item.alive) of the network, and the graph
 > of the step. Each kept loss adds \(leak.perStep) nodes: three linear layers,
 > two activations and the loss. After \(leak.steps) steps \(leak.alive) nodes
 > are alive. They hold \(leak.numbers) numbers besides the weights, and the
 > history needs \(leak.wanted) of them.

 ![Live nodes after some steps of two trainings that differ in one
 call](table:alive)

 ![Live nodes, step by step](figure:alive)

 With `item()` the number of live nodes is \(item.alive) after the first step,
 and the same after step \(item.steps): the weights and the biases. A test can
 check that: the two counts are equal. The leaking run would stop at \(leak.cap)
 nodes, so that it harms no machine.
 */

/// Trains twice: once keeps the losses, and once their numbers.
func keepHistories<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("The same training twice")
  run.ask("Each step keeps its loss. How many nodes are alive after 1,000?")
  var random = run.random("history")
  var again = random
  let steps = run.setting(
    1_000, as: "history.steps", label: "steps of each training")
  let points = run.setting(32, as: "history.points", label: "points")
  let withItem = CountedTraining<Scalar>(
    points: points, using: &random)
  var numbers: [Scalar] = []
  var memoryWithItem = [residentMemory]
  let flat = withItem.alive(after: steps) { loss in
    numbers.append(loss.item())
    memoryWithItem.append(residentMemory)
  }

  let withLoss = CountedTraining<Scalar>(
    points: points, using: &again)
  var losses: [Variable<Scalar>] = []
  var memoryWithLoss = [residentMemory]
  let rising = withLoss.alive(after: steps) { loss in
    losses.append(loss)
    memoryWithLoss.append(residentMemory)
  }
  show(flat, rising, on: &run)
  showMemory(on: run, [memoryWithLoss, memoryWithItem])
  run.record(losses.count, as: "leak.wanted", label: "losses kept")
  run.record(
    numbersHeld(by: losses), as: "leak.numbers",
    label: "numbers that the losses hold")
  run.check(
    "keeping a loss changes no loss",
    losses.map { "\($0.item())" }
      == numbers.prefix(losses.count).map { "\($0)" },
    detail: "all losses of both trainings, equal to the last bit")
  losses = []
  run.check(
    "when the history is released, so is every graph",
    withLoss.alive == flat.first,
    detail: "\(withLoss.alive) nodes are left, the parameters")
}

//#-hidden-code
/// Returns how many numbers the graphs of losses hold, besides the parameters.
func numbersHeld<Scalar: Field>(by losses: [Variable<Scalar>]) -> Int {
  losses.reduce(0) { sum, loss in
    loss.topologicalOrder().filter { $0.parentCount > 0 }.reduce(sum) {
      $0 + $1.value.rows * $1.value.columns
    }
  }
}

//#-end-hidden-code

/// Trains for many steps with `item()`, and compares the node counts.
func trainForLong<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  var random = run.random("long")
  let training = CountedTraining<Scalar>(using: &random)
  var history: [Scalar] = []
  let steps = run.setting(
    10_000, as: "item.wanted", label: "steps of the long training")
  let alive = training.alive(after: steps) { history.append($0.item()) }
  run.record(alive.count, as: "item.steps", label: "steps with item()")
  run.record(
    alive.last ?? 0, as: "item.alive", label: "live nodes after them")
  run.check(
    "with item(), every step leaves the same number of live nodes",
    history.count == steps && Set(alive).count == 1,
    detail: "\(alive.first ?? 0) after each step")
}

/*:
 ## Measuring where nothing counts

 A system shows how much memory a process holds. That number is a poor witness.
 An allocator keeps freed memory for the next request, so the number seldom
 falls after a release, and it need not rise at once with a leak. The run plots
 it beside the counts, at the terminal only, because each machine draws another
 curve.

 PyTorch keeps freed memory of an accelerator too, in a [caching
 allocator](cite:pytorch-cuda). `torch.cuda.memory_allocated()` is what tensors
 hold, and `memory_reserved()` is what the allocator has taken. A tool such as
 `nvidia-smi` sees what is reserved. So look at `memory_allocated()`, at the
 same point of two steps: if it is equal, nothing leaks. Free memory in the tool
 says little.
 */

//#-hidden-code
/// The two ways to keep a history.
private let ways = ["history.append(loss)", "history.append(loss.item())"]

/// Shows how many nodes were alive with `item()`, and without it.
private func show(_ flat: [Int], _ rising: [Int], on run: inout RunRecorder) {
  var table = Table("alive", columns: ["after step"] + ways)
  for step in [1, 10, 100, 1_000] where step <= rising.count {
    table.add([.count(step), .count(rising[step - 1]), .count(flat[step - 1])])
  }
  run.show(table)
  let curves = zip(ways, [rising, flat]).map { name, alive in
    LinePlot.Series(name, alive.map { Double($0) })
  }
  let plot = LinePlot(
    x: .linear("step"), y: .linear("live nodes"), series: curves)
  run.show(Figure("alive", plot))
  let growth = rising.indices.dropFirst().map { rising[$0] - rising[$0 - 1] }
  run.record(
    growth.first ?? 0, as: "leak.perStep",
    label: "more live nodes with each step")
  run.record(rising.count, as: "leak.steps", label: "steps that leak")
  run.record(
    rising.last ?? 0, as: "leak.alive", label: "live nodes after them")
  run.record(mostNodes, as: "leak.cap", label: "nodes at which it would stop")
  run.check(
    "without item(), every step adds the same number of nodes",
    growth.allSatisfy { $0 == growth[0] && $0 > 0 },
    detail: "\(growth.first ?? 0) more after each step")
}

/// Plots how the memory of this program grew, without `item()` and with it.
private func showMemory(on run: RunRecorder, _ bytes: [[Int?]]) {
  let curves = zip(ways, bytes).compactMap { name, bytes in
    let known = bytes.compactMap { $0 }
    return known.count < bytes.count
      ? nil
      : LinePlot.Series(name, known.map { Double($0 - known[0]) / 1_000_000 })
  }
  guard curves.count == bytes.count else {
    return run.log("This system does not report a program's memory.")
  }
  run.log("The growth of this program's memory since the start:")
  run.showInTerminal(
    Figure(
      "memory", LinePlot(x: .linear("step"), y: .linear("MB"), series: curves)))
}
//#-end-hidden-code
