import Regression
import Workbook

/*:
 ## Overfitting

 After each of \(cats.epochs) epochs we measure the loss twice: on the training
 set, and on the validation set, from which the network does not learn.

 > **Guess:** The loss on the training set falls and falls. What does the loss
 > on the validation set do?
 >
 > It falls too, at first. After epoch \(overfit.epoch) it is lowest,
 > \(overfit.lowest). Then it rises, with jumps, to \(overfit.end) after the
 > last, while the training loss falls, with jumps too, to \(overfit.training).
 > A few steps that went wrong show in both curves; that is not overfitting.

 ![The loss on the training set and on the validation set](figure:overfit)

 The network **overfits**: it learns properties of its training examples that
 other silhouettes do not have. With \(cats.parameters) weights and biases for
 \(cats.training) silhouettes it can learn them by heart.

 The cure is to keep the network of the epoch with the lowest validation loss:
 **early stopping**. In practice one stops when the validation loss has not
 reached a new minimum for some epochs, the **patience**, and goes back to the
 best network.
 */

//#-hidden-code
/// A training with the loss on two sets after each epoch.
struct ValidatedTraining<Scalar: FloatingField>: Sendable {
  var training: [Scalar] = []
  var validation: [Scalar] = []
  /// The network with the lowest validation loss, and its epoch.
  var best: (network: Network<Scalar>, epoch: Int)
  /// The network after the last epoch.
  var last: Network<Scalar>
}
//#-end-hidden-code

extension ValidatedTraining {
  mutating func add(
    _ network: Network<Scalar>, training: Scalar, validation: Scalar
  ) {
    if self.validation.allSatisfy({ validation < $0 }) {
      best = (network, self.validation.count + 1)
    }
    self.training.append(training)
    self.validation.append(validation)
    last = network
  }
}

//#-hidden-code
extension Network where Scalar: FloatingField {
  /// Trains a copy, and measures it on two sets after each epoch.
  func validated(
    on training: Dataset<Scalar>, beside validation: Dataset<Scalar>,
    _ optimiser: Optimiser<Scalar>, _ loop: TrainingLoop,
    using random: inout SplitMix64, afterEpoch: (Int) -> Void = { _ in }
  ) -> ValidatedTraining<Scalar> {
    var network = self
    var result = ValidatedTraining(best: (self, 0), last: self)
    network.train(on: training, optimiser, loop, using: &random) {
      epoch, network in
      result.add(
        network, training: network.meanLoss(on: training),
        validation: network.meanLoss(on: validation))
      afterEpoch(epoch)
    }
    return result
  }

  /// How many weights and biases the network has.
  var parameterCount: Int {
    layers.map { $0.weights.elements.count + $0.bias.count }.reduce(0, +)
  }
}
//#-end-hidden-code

/// Trains the network for cats and dogs, and measures it on all three sets.
func learnCatsAndDogs<Scalar: FloatingField>(
  on run: inout RunRecorder, _ data: Silhouettes, _ setup: CatSetup<Scalar>
) throws -> Network<Scalar> {
  run.section("Overfitting")
  run.ask(
    "The training loss falls and falls. What does the validation loss do?")
  var random = run.random("cats.weights")
  let (logistic, start) = try setup.networks(using: &random)
  let (training, validation) = (
    data.training.binary(as: Scalar.self),
    data.validation.binary(as: Scalar.self)
  )
  let deep = start.validated(
    on: training, beside: validation, setup.optimiser, setup.loop,
    using: &random
  ) {
    run.progress("cats and dogs", Double($0) / Double(setup.loop.epochs))
  }
  let linear = logistic.validated(
    on: training, beside: validation, setup.optimiser, setup.loop,
    using: &random)
  recordOverfitting(on: &run, deep)
  let network = deep.best.network
  let matrix = network.confusion(on: data.test)
  run.show(
    metricsTable(
      "cats",
      [
        (
          "logistic, training", linear.best.network.confusion(on: data.training)
        ),
        ("logistic, test", linear.best.network.confusion(on: data.test)),
        (setup.name + ", training", network.confusion(on: data.training)),
        (setup.name + ", test", matrix),
      ]))
  run.record(
    matrix.accuracy ?? .nan, .percent(1), as: "cats.accuracy",
    label: "test accuracy")
  let dead = deep.last.deadUnits(on: training.x)
  run.record(
    dead.map(\.of).reduce(0, +), as: "dead.units", label: "hidden units")
  run.record(
    dead.map(\.dead).reduce(0, +), as: "dead.count", label: "dead at the end")
  return network
}

/*:
 Now, and only now, the test set. The accuracy of the network of epoch
 \(overfit.epoch) on it is \(cats.accuracy).

 ![Cats and dogs: accuracy, precision, recall and F₁](table:cats)
 */

//#-hidden-code
/// Shows the loss on both sets, and where it is lowest.
func recordOverfitting<Scalar: FloatingField>(
  on run: inout RunRecorder, _ deep: ValidatedTraining<Scalar>
) {
  run.show(
    Figure(
      "overfit",
      LinePlot(
        x: .linear("epoch"), y: .log("loss"),
        series: [
          .init("training set", deep.training.map { Double($0) }),
          .init("validation set", deep.validation.map { Double($0) }),
        ])))
  run.record(
    deep.last.parameterCount, as: "cats.parameters", label: "weights and biases"
  )
  run.record(
    deep.best.epoch, as: "overfit.epoch",
    label: "epoch of the lowest validation loss")
  run.record(
    deep.validation.reduce(.infinity, min), .decimals(3), as: "overfit.lowest",
    label: "lowest validation loss")
  run.record(
    deep.validation.last ?? .nan, .decimals(3), as: "overfit.end",
    label: "validation loss at the end")
  run.record(
    deep.training.last ?? .nan, .decimals(4), as: "overfit.training",
    label: "training loss at the end")
}
//#-end-hidden-code
