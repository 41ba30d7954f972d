import Autograd
import BinaryClassifier
import Multiclass
import Regression
import Training
import Workbook

/*:
 ## A training in one call

 Every chapter has written its training as a loop: shuffle, deal out batches,
 take steps, measure. Here the loop is written for the last time. What it trains
 must have parameters and a loss, and must be able to take a step.
 */

/// What `fit` trains: parameters, a loss, and a way to take a step.
package protocol Trainable<Scalar> {
  associatedtype Scalar: FloatingField
  /// The memory that steps write over.
  associatedtype Steps
  var loss: Loss<Scalar> { get }
  /// All parameters. A copy stays as it is while the training goes on.
  var tensors: [Tensor<Scalar>] { get set }
  func logits(from x: Matrix<Scalar>) -> Matrix<Scalar>
  func makeSteps() -> Steps
  /// Takes a step on a batch, and returns its mean loss before the step.
  mutating func step(
    on batch: Dataset<Scalar>, in steps: inout Steps,
    by optimiser: inout Optimiser<Scalar>
  ) -> Scalar
}

/*:
 A network by hand has all that. So have the modules of [chapter 6](chapter:6),
 together with their loss.
 */

extension Network: Trainable where Scalar: FloatingField {
  package func makeSteps() -> Workspace<Scalar> { Workspace(for: self) }

  package mutating func step(
    on batch: Dataset<Scalar>, in workspace: inout Workspace<Scalar>,
    by optimiser: inout Optimiser<Scalar>
  ) -> Scalar {
    let loss = lossAndGradient(from: batch.x, to: batch.y, on: &workspace)
    optimiser.step(&self, against: workspace.gradient)
    return loss
  }
}

/*:
 `fit` measures the loss and the accuracy of both sets after each epoch. Then it
 hands them to its **callbacks**. A callback is asked after each epoch whether
 to stop. `StopEarly`, `SaveCheckpoint` and `ShowProgress` are callbacks.
 */

/// What is done after each epoch of a training.
package protocol Callback<Scalar> {
  associatedtype Scalar: FloatingField
  /// Takes note of an epoch, and returns whether to stop.
  mutating func epochEnded(_ moment: Moment<Scalar>) throws -> Bool
  /// The parameters that shall stay, where they are not those of the last epoch.
  var kept: [Tensor<Scalar>]? { get }
}

/*:
 Here is the whole call. A split has three parts, and `fit` does not read the
 third.
 */

extension Trainable {
  @discardableResult
  package mutating func fit(
    _ data: Dataset<Scalar>, split: Split, epochs: Int, batchSize: Int = 32,
    by optimiser: Optimiser<Scalar>, schedule: Schedule = .constant,
    callbacks: [any Callback<Scalar>] = [], using random: inout SplitMix64
  ) throws -> History<Scalar> {
    let (training, validation) = data.parts(of: split)
    var (history, callbacks) = (History(optimiser), callbacks)
    var steps = makeSteps()
    try Interruption.listen { isInterrupted in
      for _ in 0..<max(epochs, 1) where history.ending == .completed {
        trainEpoch(
          on: training, batchSize, &steps, &history.optimiser, schedule,
          until: isInterrupted, using: &random)
        history.add(measure(on: training), measure(on: validation))
        try tell(&callbacks, &history, of: epochs, random)
        if isInterrupted() { history.ending = .interrupted }
      }
    }
    for callback in callbacks { tensors = callback.kept ?? tensors }
    return history
  }
}

/*:
 Ctrl-C ends a training and not the program: `fit` ends the epoch after the step
 that it is at, and returns what was learned. A second Ctrl-C ends the program.
 A loss that is no number ends a training, too.

 The history knows how to draw itself, and holds the optimiser with all that it
 remembers. Handed to the next call, `by: history.optimiser`, it goes on as if
 there had been no end.

 The run checks three claims. Modules that start from the same weights train as
 the network by hand does, to the last bit. With every number of the test set
 replaced by NaN the training is the same, to the last bit. And two calls of
 \(fit.half) epochs give what one of \(fit.epochs) gives.
 */

/// Checks that `fit` trains modules as networks, never reads the test set, and
/// goes on where it ended.
func checkFit<Scalar: FloatingField>(
  on run: inout RunRecorder, _ sets: DigitSets, in scalar: Scalar.Type
) throws {
  run.section("A training in one call")
  var random = run.random("fit")
  let start = try Network<Scalar>.forDigits(using: &random)
  let half = 2
  run.record(2 * half, as: "fit.epochs", label: "epochs of one call")
  run.record(half, as: "fit.half", label: "epochs of each of two")
  let data = sets.images.points(at: sets.images.labels.indices).oneHot(
    as: scalar)
  func trained(
    _ data: Dataset<Scalar>, _ calls: [Int]
  ) throws -> Network<Scalar> {
    var (network, random) = (start, random)
    var optimiser = Optimiser<Scalar>.adam(learningRate: Scalar(0.001))
    for epochs in calls {
      optimiser = try network.fit(
        data, split: sets.split, epochs: epochs, by: optimiser, using: &random
      ).optimiser
    }
    return network
  }
  let once = try trained(data, [2 * half])
  let twice = try trained(data, [half, half])
  var blind = data
  for row in sets.split.test {
    for column in 0..<data.x.columns { blind.x[row, column] = .nan }
    for column in 0..<data.y.columns { blind.y[row, column] = .nan }
  }
  let unseen = try trained(blind, [2 * half])
  var modules = ModuleModel(
    Sequential<Scalar>(start.modules), loss: start.loss)
  var again = random
  try modules.fit(
    data, split: sets.split, epochs: 2 * half,
    by: .adam(learningRate: Scalar(0.001)), using: &again)
  run.check(
    "fit trains modules as it trains the network by hand",
    zip(modules.tensors, once.tensors).allSatisfy {
      $0.elements == $1.elements
    },
    detail: "after \(2 * half) epochs, every weight is equal to the last bit")
  run.check(
    "fit never reads the test set", unseen.hasSameParameters(as: once),
    detail: "with NaN in its place, every weight is equal to the last bit")
  run.check(
    "two calls of fit, one after the other, give what one gives",
    twice.hasSameParameters(as: once) && !start.hasSameParameters(as: once),
    detail: "every weight is equal to the last bit")
}
