import Autograd
import BinaryClassifier
import Regression
import Workbook

/*:
 # 7 · A number, not its past

 Here are two ways to keep a record of how a training goes. The first is

     history.append(loss)

 and the second has seven characters more:

     history.append(loss.item())

 Both print the same curve. With the second, a training may go on for as long as
 anybody wants. With the first it takes more memory at each step, until the
 machine has none to give, and the message that comes then blames whichever line
 asked last. No line of calculus is wrong. What is wrong is who holds what.

 A loss of [chapter 6](chapter:6) remembers what it was made of, since without
 that memory it could not be walked back from. So whoever holds a loss holds all
 that led to it:

     history → loss → line → relu → line → relu → line

 A number has no past. `item()` takes the number and leaves the rest behind, and
 at the end of the step nobody holds the graph.

 ## The same training twice

 To see the difference one counts. Each node says when it comes and when it goes,
 so the number of nodes alive is known exactly, whatever the system does with
 freed memory. A training below has a network, points to learn, and a counter of
 its own.
 */

/// A training whose nodes are counted.
struct CountedTraining<Scalar: FloatingField> {
  let counter: NodeCounter
  let model: Sequential<Scalar>
  let data: Dataset<Scalar>
  var optimizer: SGD<Scalar>

  /// Creates a network of three lines, and circles for it to tell apart.
  init(using random: inout SplitMix64) {
    let counter = NodeCounter()
    let points = LabelledPoints.circles(32, using: &random)
    let model = NodeCounter.$current.withValue(counter) {
      Sequential<Scalar> {
        Linear(2, 8, using: &random)
        ReLU()
        Linear(8, 8, using: &random)
        ReLU()
        Linear(8, 1, using: &random)
      }
    }
    (self.counter, self.model) = (counter, model)
    data = points.binary(as: Scalar.self)
    optimizer = SGD(model.parameters, rate: 1 / 10)
  }

  /// The number of nodes that are alive, the network's own included.
  var alive: Int { withExtendedLifetime(model) { counter.alive } }
}

/*:
 A step is the step that everybody writes. What is new is its last line: somebody
 is given the loss, and may keep of it what he likes.
 */

extension CountedTraining {
  /// Takes a step, and shows somebody the answers and the loss.
  func step(_ keep: (_ z: Variable<Scalar>, _ loss: Variable<Scalar>) -> Void) {
    NodeCounter.$current.withValue(counter) {
      let z = model(data.x)
      let loss = Loss.binaryCrossEntropy(z, data.y)
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      keep(z, loss)
    }
  }

  /// Takes steps until there have been enough of them, or too many nodes.
  ///
  /// - Returns: The number of nodes alive after each step.
  func alive(
    after steps: Int, keeping keep: (Variable<Scalar>) -> Void
  ) -> [Int] {
    var alive: [Int] = []
    while alive.count < steps && self.alive < mostNodes {
      step { _, loss in keep(loss) }
      alive.append(self.alive)
    }
    return alive
  }
}

/// A demonstration of waste ends here, on whatever machine it runs.
let mostNodes = 200_000

/*:
 Before the run prints it, take a guess. The network has six tensors of weights
 and biases, and they are nodes themselves. How many nodes are alive after the
 first step? And how many after the last?

 ![Nodes alive after some steps of two trainings that differ in a
 call](table:alive)

 ![Nodes alive, step by step](figure:alive)

 Each step that keeps its loss adds \(leak.perStep) nodes: three lines, two curves
 and the loss. It adds that many every time and without end. After
 \(leak.steps) steps there are \(leak.alive), and what they hold is
 \(leak.numbers) numbers besides the weights, of which the history wanted
 \(leak.wanted). The examples are not among them: nobody wants a slope in them,
 so the graph lets them go.

 With `item()` there are \(item.alive) nodes after the first step and as many
 after step \(item.steps). They are the weights and the biases. That is what a
 training should look like from outside, and a test may ask for it without any
 tolerance: the two counts are equal.

 The leaking run stops at \(leak.steps) steps, and would have stopped at
 \(leak.cap) nodes if that had come first, so that it does no harm to the machine
 that shows it. How much memory both took, in bytes, depends on the machine. The
 run measures it after each step, and draws it.
 */

/// Trains twice, and keeps the losses or their numbers.
func keepHistories<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) {
  page.section("The same training twice")
  page.ask("A loss is kept at each step. How many nodes live after 1,000?")
  var random = page.random("history")
  var again = random
  let steps = 1_000
  let careful = CountedTraining<Scalar>(using: &random)
  var numbers: [Scalar] = []
  var carefulMemory = [residentMemory]
  let flat = careful.alive(after: steps) { loss in
    numbers.append(loss.item())
    carefulMemory.append(residentMemory)
  }

  let careless = CountedTraining<Scalar>(using: &again)
  var losses: [Variable<Scalar>] = []
  var carelessMemory = [residentMemory]
  let rising = careless.alive(after: steps) { loss in
    losses.append(loss)
    carelessMemory.append(residentMemory)
  }
  show(flat, rising, on: &page)
  sketchMemory(on: page, [carelessMemory, carefulMemory])
  page.record(losses.count, as: "leak.wanted", label: "losses kept")
  page.record(
    numbersHeld(by: losses), as: "leak.numbers", label: "numbers held by them")
  page.check(
    "keeping a loss changes no loss", losses.map { $0.item() } == numbers,
    detail: "all losses of both trainings, equal to the last bit")
  losses = []
  page.check(
    "when the history is let go, so is every graph",
    careless.alive == flat[0],
    detail: "\(careless.alive) nodes are left, the parameters")
}

/*:
 What a history of losses holds can be found by the walk of [chapter 6](chapter:6):
 it comes by every node that is held.
 */

/// Returns how many numbers are held by graphs, besides what is learned.
func numbersHeld<Scalar: Field>(by losses: [Variable<Scalar>]) -> Int {
  losses.reduce(0) { sum, loss in
    loss.inOrder().filter { $0.role == .computed }.reduce(sum) {
      $0 + $1.value.rows * $1.value.columns
    }
  }
}

/// Trains for long with `item()`, and compares the ends.
func trainForLong<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) {
  var random = page.random("long")
  let training = CountedTraining<Scalar>(using: &random)
  var history: [Scalar] = []
  let alive = training.alive(after: 10_000) { history.append($0.item()) }
  page.record(alive.count, as: "item.steps", label: "steps with item()")
  page.record(
    alive[alive.count - 1], as: "item.alive", label: "nodes alive after them")
  page.check(
    "with item(), as many nodes live after the last step as after the first",
    history.count == 10_000 && alive.allSatisfy { $0 == alive[0] },
    detail: "\(alive[0]) after each step")
}

//#-hidden-code
/// The two ways to keep a history.
private let ways = ["history.append(loss)", "history.append(loss.item())"]

/// Shows how many nodes were alive in a careful training and in a careless one.
private func show(_ flat: [Int], _ rising: [Int], on page: inout Page) {
  var table = Table("alive", columns: ["after step"] + ways)
  for step in [1, 10, 100, 1_000] where step <= rising.count {
    table.add([.count(step), .count(rising[step - 1]), .count(flat[step - 1])])
  }
  page.show(table)
  let curves = zip(ways, [rising, flat]).map { name, alive in
    LinePlot.Series(name, alive.map { Double($0) })
  }
  let plot = LinePlot(
    x: .linear("step"), y: .linear("nodes alive"), series: curves)
  page.show(Figure("alive", plot))
  let growth = rising.indices.dropFirst().map { rising[$0] - rising[$0 - 1] }
  page.record(
    growth.first ?? 0, as: "leak.perStep", label: "nodes more with each step")
  page.record(rising.count, as: "leak.steps", label: "steps that leak")
  page.record(
    rising.last ?? 0, as: "leak.alive", label: "nodes alive after them")
  page.record(mostNodes, as: "leak.cap", label: "nodes at which it would stop")
  page.check(
    "without item(), every step adds the same number of nodes",
    growth.allSatisfy { $0 == growth[0] && $0 > 0 },
    detail: "\(growth[0]) more after each step")
}

/// Draws how the memory of this program grew in a careless and a careful training.
private func sketchMemory(on page: Page, _ bytes: [[Int?]]) {
  let curves = zip(ways, bytes).compactMap { name, bytes in
    let known = bytes.compactMap { $0 }
    return known.count < bytes.count
      ? nil
      : LinePlot.Series(name, known.map { Double($0 - known[0]) / 1_000_000 })
  }
  guard curves.count == bytes.count else {
    return page.say("This system does not say how much memory a program holds.")
  }
  page.say("The memory that this program held more than at the start:")
  page.sketch(
    Figure(
      "memory", LinePlot(x: .linear("step"), y: .linear("MB"), series: curves)))
}
//#-end-hidden-code
