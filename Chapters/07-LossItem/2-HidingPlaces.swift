import Autograd
import BinaryClassifier
import Regression
import Workbook

/*:
 ## Where else graphs hide

 Whoever knows the first leak finds the others quickly, if he asks each time: who
 holds it, and what does that hold? All of the following are taken from programs
 that people trained with, and each is given \(hidden.steps) steps. Which of them keeps most?

 ![Nodes held wrongly after some steps, and after the cure](table:hidden)

 **A running total.** The mean loss of an epoch wants a sum, and
 `total = total + loss` looks like arithmetic. It is arithmetic between nodes, so
 the sum remembers every loss, with one node more for each `+`.

 **A metric.** A mean square of the answers is computed from the same graph and
 kept as it is. It hangs on to all but the loss, and brings nodes of its own. A
 metric is for reading. It belongs into `noGrad`, or is taken by `item()`.

 **A callback.** A closure keeps what it mentions. The one below would print a
 loss later, and until then it holds the graph. A capture list,
 `[number = loss.item()]`, fixes the number when the closure is made.
 */

/// Somewhere to keep something of each step, for worse and for better.
struct HidingPlace<Scalar: FloatingField> {
  let name: String
  let cure: String
  /// Creates something that keeps too much, once with and once without a cure.
  let keeper: (_ isCured: Bool) -> Keeper

  /// What is given the answers and the loss of each step.
  typealias Keeper = (_ z: Variable<Scalar>, _ loss: Variable<Scalar>) -> Void
}

extension HidingPlace {
  static var total: Self {
    HidingPlace(name: "total = total + loss", cure: "total += loss.item()") {
      if $0 {
        var total: Scalar = 0
        return { _, loss in total += loss.item() }
      }
      var total: Variable<Scalar>?
      return { _, loss in total = total.map { $0 + loss } ?? loss }
    }
  }

  static var metric: Self {
    HidingPlace(name: "metrics.append(metric)", cure: "noGrad, item()") {
      if $0 {
        var metrics: [Scalar] = []
        return { z, _ in metrics.append(noGrad { (z ⊙ z).mean().item() }) }
      }
      var metrics: [Variable<Scalar>] = []
      return { z, _ in metrics.append((z ⊙ z).mean()) }
    }
  }

  static var callback: Self {
    HidingPlace(
      name: "{ print(loss.item()) }", cure: "[number = loss.item()]"
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
 The count is taken while the keeper is still there, and the parameters, which
 have a right to be alive, are taken off.
 */

extension HidingPlace {
  /// Returns how many nodes are held after some steps, besides the parameters.
  func held(
    isCured: Bool, after steps: Int, _ random: SplitMix64
  ) -> Int {
    var random = random
    let training = CountedTraining<Scalar>(using: &random)
    let keep = keeper(isCured)
    for _ in 0..<steps { training.step(keep) }
    return withExtendedLifetime(keep) {
      training.alive - training.model.parameters.count
    }
  }
}

/*:
 ## The best model is always the last

 A training goes astray now and then, and so one keeps the best network seen on
 the way. `best = model` costs nothing and holds no graph. It also keeps nothing.
 A network holds its parameters as objects; the assignment copies the
 references, and the optimiser goes on changing what both of them refer to. No
 count of leaked nodes will ever show this one. Count shared nodes instead: the
 snapshot and the model have \(best.shared) in common, which is all.

 To see it, take \(best.steps) good steps, keep a snapshot both ways, and then one
 far too long step. The loss is \(best.loss) at the snapshot and \(best.last)
 at the end. Asked now, the alias says \(best.alias), and the copy says
 \(best.copy).

 The cure copies the values. A `Matrix` is a value in Swift: who assigns it has
 it, whatever happens to the other one. It is the class around it that is shared,
 and a list of matrices is a snapshot as good as any.
 */

extension CountedTraining {
  /// What the parameters are now.
  var snapshot: [Matrix<Scalar>] { model.parameters.map(\.value) }

  /// Returns a network of the same kind with other parameters.
  func network(from values: [Matrix<Scalar>]) -> Sequential<Scalar> {
    let lines = stride(from: 0, to: values.count, by: 2).map {
      Linear(weights: values[$0], bias: values[$0 + 1].row(0))
    }
    return Sequential {
      lines[0]
      ReLU()
      lines[1]
      ReLU()
      lines[2]
    }
  }

  /// Returns the loss of a network on the points, with nothing remembered.
  func loss(of model: Sequential<Scalar>) -> Scalar {
    noGrad { Loss.binaryCrossEntropy(model(data.x), data.y).item() }
  }
}

/// Keeps the best model as an alias and as a copy, and lets training go astray.
///
/// - Returns: How many nodes the alias shares with the model, and the copy.
func keepTheBest<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) -> (alias: Int, copy: Int) {
  page.section("The best model is always the last")
  var random = page.random("best")
  var training = CountedTraining<Scalar>(using: &random)
  let steps = 200
  for _ in 0..<steps { training.step { _, _ in } }

  let alias = training.model
  let values = training.snapshot
  let best = training.loss(of: training.model)

  training.optimizer = SGD(training.model.parameters, rate: 100)
  training.step { _, _ in }

  let copy = training.network(from: values)
  let losses = [training.model, alias, copy].map { training.loss(of: $0) }
  page.record(steps, as: "best.steps", label: "steps before the snapshot")
  recordBest(on: &page, best, losses)
  return (
    training.shared(with: alias), training.shared(with: copy)
  )
}

//#-hidden-code
extension CountedTraining {
  /// Returns how many parameters of another network are this one's own.
  func shared(with other: Sequential<Scalar>) -> Int {
    other.parameters.count { parameter in
      model.parameters.contains { $0 === parameter }
    }
  }
}

/// Records the loss at a snapshot, and those of the model, an alias and a copy.
private func recordBest<Scalar: FloatingField>(
  on page: inout Page, _ best: Scalar, _ losses: [Scalar]
) {
  let format = NumberFormat.decimals(3)
  let all = [best] + losses
  let names = [
    ("loss", "loss at the snapshot"), ("last", "loss at the end"),
    ("alias", "loss of best = model"), ("copy", "loss of the copied values"),
  ]
  for (loss, name) in zip(all, names) {
    page.record(loss, format, as: "best.\(name.0)", label: name.1)
  }
  page.check(
    "an alias of the best model is the last model, and a copy is the best",
    losses[1] == losses[0] && losses[2] == best && losses[0] > best,
    detail: "losses equal to the last bit")
}
//#-end-hidden-code

/*:
 ## What is never let go

 The leaks so far end when the list, the total or the closure goes. The next one
 does not end. Swift frees an object when nobody holds it, and asks no further. If
 two objects hold each other, somebody holds each of them forever, although
 nobody can reach either.

 A closure makes such a ring easily. Below, the trainer holds its closure, and the
 closure, mentioning `self`, holds the trainer. Python has a collector that looks
 for rings from time to time; Swift has none, and leaves it to the programmer to
 say which of two holds the other **weakly**. `[weak self]` says it.
 */

/// Trains, and calls somebody after each step.
final class Trainer<Scalar: FloatingField> {
  let training: CountedTraining<Scalar>
  var last: Variable<Scalar>?
  var history: [Scalar] = []
  var afterStep: () -> Void = {}

  init(_ training: CountedTraining<Scalar>) { self.training = training }

  /// Has the history kept by a closure that holds this trainer.
  func recordStrongly() {
    afterStep = { self.record() }
  }

  /// Has the history kept by a closure that does not.
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
 The detector is the counter: when all that was made has been let go, it stands at
 zero, or something is held by a ring. With `self` it stands at \(cycle.strong),
 the parameters and the graph of the last step. With `[weak self]` it stands at
 \(cycle.weak). To be certain that it was this ring, the run cuts it, by giving
 the trainer another closure, and then the count is \(cycle.cut).

 An engine can make a ring by itself. The slope of an exponential is the
 exponential, so its backward line is written most easily with the node that
 `exp()` returns. The node holds the line, and the line holds the node. That is
 why `exp()` in [chapter 6](chapter:6) keeps the number `e`.
 */

/// Lets a trainer go whose closure holds it, or does not.
///
/// - Returns: How many nodes are alive then, and after the ring is cut.
func letGo<Scalar: FloatingField>(
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

/// Counts what every hiding place holds.
func searchHidingPlaces<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) {
  let shared = keepTheBest(on: &page, in: scalar)
  page.section("Where else graphs hide")
  page.ask("A total, a metric, a callback: which of them holds most nodes?")
  let random = page.random("hidden")
  let steps = 100
  var rows = [HidingPlace<Scalar>.total, .metric, .callback].map { place in
    Hidden(
      place: place.name,
      wrongly: place.held(isCured: false, after: steps, random),
      cured: place.held(isCured: true, after: steps, random), cure: place.cure)
  }
  let strong = letGo(random) { (trainer: Trainer<Scalar>) in
    trainer.recordStrongly()
  }
  let weak = letGo(random) { (trainer: Trainer<Scalar>) in
    trainer.recordWeakly()
  }
  rows.append(
    Hidden(
      place: "best = model", wrongly: shared.alias, cured: shared.copy,
      cure: "copy the values"))
  rows.append(
    Hidden(
      place: "{ self.record() }", wrongly: strong.alive, cured: weak.alive,
      cure: "[weak self]"))
  show(rows, steps, strong.cut, on: &page)
}

//#-hidden-code
/// A row of the table: who holds how much.
private struct Hidden {
  let place: String
  let wrongly: Int
  let cured: Int
  let cure: String
}

/// Shows what was found where.
private func show(
  _ rows: [Hidden], _ steps: Int, _ cut: Int, on page: inout Page
) {
  let table = Table(
    "hidden", columns: ["place", "nodes held", "cured", "by"],
    rows: rows.map {
      [.text($0.place), .count($0.wrongly), .count($0.cured), .text($0.cure)]
    })
  page.show(table)
  page.record(steps, as: "hidden.steps", label: "steps")
  page.record(
    rows[3].wrongly, as: "best.shared", label: "nodes shared by best = model")
  page.record(
    rows[4].wrongly, as: "cycle.strong", label: "alive after all is let go")
  page.record(rows[4].cured, as: "cycle.weak", label: "the same, [weak self]")
  page.record(cut, as: "cycle.cut", label: "the same, the ring cut")
  page.check(
    "every hiding place holds what nobody wants, and its cure holds nothing",
    rows.allSatisfy { $0.wrongly > 0 && $0.cured == 0 } && cut == 0,
    detail: "\(rows.count) places")
}
//#-end-hidden-code
