import BinaryClassifier
import Multiclass
import Regression
import Training
import Workbook

/*:
 ## The network learns the digits

 The network has two hidden layers, of \(digits.hidden1) and \(digits.hidden2)
 units with ReLU, and a probability for each digit. These are
 \(digits.parameters) weights and biases. It learns with Adam at a rate of
 \(digits.rate) for at most \(digits.most.epochs) epochs, and stops after
 \(digits.patience) epochs without a new minimum of the validation loss. This is
 the call:
 */

extension DigitSets {
  func train<Scalar: FloatingField>(
    _ network: inout Network<Scalar>, _ how: DigitSettings,
    callbacks: [any Callback<Scalar>], using random: inout SplitMix64
  ) throws -> History<Scalar> {
    let data = images.points(at: 0..<images.count).oneHot(as: Scalar.self)
    return try network.fit(
      data, split: split, epochs: how.epochs, batchSize: how.batchSize,
      by: .adam(learningRate: Scalar(how.learningRate)),
      callbacks: callbacks, using: &random)
  }
}

/*:
 > **Guess:** At the start the network knows nothing. What is its loss then?
 >
 > About $\log 10$, which is \(digits.ln10), and a little more because He's
 > random weights prefer some classes. It is \(digits.start).

 ![The loss on both sets after each epoch](figure:digits-loss)

 ![The error on both sets after each epoch](figure:digits-error)

 The training ends after \(digits.epochs) epochs. Then the network is right on
 \(digits.training) of the training set and on \(digits.validation) of the
 validation set. The validation loss was lowest after epoch \(digits.best), so
 those weights are kept.

 The distance between the two curves of the loss is overfitting. The training
 loss still falls long after every training example is right, and the validation
 loss has no part in that.

 ## The test set, opened once

 All choices are made: the widths, the rate, the number of epochs. Now the seal
 is broken, on the weights that were kept.

 ![Accuracy on the three sets, with confidence intervals](table:digits-accuracy)

 The interval is for more digits of the people who wrote these, for a random
 split puts digits of one hand on both sides. The second part measures how much
 that may matter.

 ## Ten times over

 One split is one draw. So the training is repeated with \(seeds.count) seeds:
 another split, other weights and another order, for all \(digits.most.epochs)
 epochs and without a choice by the validation set. The test sets share digits,
 and no choice is made by them.

 ![Test accuracy of each training, with its confidence interval](table:seeds)

 The mean is \(seeds.mean), and the standard deviation of one training is
 \(seeds.deviation) points. The difference of two trainings has a standard
 deviation that is $\sqrt2$ times as large, \(seeds.root) points. So two
 programs whose published accuracies differ by one point, from one training
 each, may well be equally good.
 */

/// Trains the network, opens the test set once, and repeats with other seeds.
///
/// - Returns: The trained network, and the opened test set.
func learnDigits<Scalar: FloatingField>(
  on run: inout RunRecorder, _ sets: DigitSets, in scalar: Scalar.Type
) throws -> (network: Network<Scalar>, test: LabelledPoints) {
  run.section("The network learns the digits")
  run.ask("At the start the network knows nothing. What is its loss then?")
  var settings = DigitSettings()
  settings.learningRate = run.setting(
    settings.learningRate, .decimals(4), as: "digits.rate",
    label: "learning rate")
  settings.batchSize = run.setting(
    settings.batchSize, as: "digits.batch", label: "batch size")
  settings.epochs = run.setting(
    run.repetitions(settings.epochs, least: 10), as: "digits.most.epochs",
    label: "epochs at most")
  let patience = run.setting(
    15, as: "digits.patience", label: "epochs of patience")
  var random = run.random("training")
  var network = try Network<Scalar>.forDigits(using: &random)
  run.record(
    network.parameterCount, as: "digits.parameters", label: "parameters")
  for (index, layer) in network.layers.dropLast().enumerated() {
    run.record(
      layer.bias.count, as: "digits.hidden\(index + 1)", label: "hidden units")
  }
  run.record(
    Double.log(10), .decimals(3), as: "digits.ln10", label: "logarithm of 10")
  let start = network.measure(on: sets.training.oneHot(as: scalar))
  run.record(
    start?.loss ?? .nan, .decimals(3), as: "digits.start",
    label: "loss at the start")
  let history = try sets.train(
    &network, settings,
    callbacks: [
      StopEarly(patience: patience), ShowProgress("digits", on: run),
    ], using: &random)
  show(history, on: &run)
  let test = sets.sealedTest().open()
  showAccuracies(on: &run, network, sets, test)
  try repeatWithSeeds(on: &run, sets.images, settings, in: scalar)
  return (network, test)
}

//#-hidden-code
/// Shows the course of the training.
private func show<Scalar: FloatingField>(
  _ history: History<Scalar>, on run: inout RunRecorder
) {
  run.log(history.summary)
  run.show(Figure("digits-loss", history.lossPlot))
  run.show(Figure("digits-error", history.errorPlot))
  run.record(history.epochs.count, as: "digits.epochs", label: "epochs")
  run.record(history.best ?? 0, as: "digits.best", label: "best epoch")
  let last = history.epochs.last
  run.record(
    last?.training?.accuracy ?? .nan, .percent(1), as: "digits.training",
    label: "training set, last epoch")
  run.record(
    last?.validation?.accuracy ?? .nan, .percent(1), as: "digits.validation",
    label: "validation set, last epoch")
  run.checkWhenFull(
    "the validation loss is higher than the training loss at the end",
    (last?.validation?.loss ?? 0) > 3 * (last?.training?.loss ?? .infinity),
    detail: "by more than a factor of 3")
}

/// Shows the accuracies on the three sets.
private func showAccuracies<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: Network<Scalar>, _ sets: DigitSets,
  _ test: LabelledPoints
) {
  let parts = [
    ("training", sets.training), ("validation", sets.validation),
    ("test", test),
  ]
  run.show(
    Table(
      "digits-accuracy", columns: ["set", "n", "accuracy"],
      rows: parts.map { name, points in
        [
          .text(name), .count(points.count),
          .text(network.confusion(on: points).accuracyInterval.text),
        ]
      }))
}

/// Trains with other splits and weights, and looks at each test set once.
private func repeatWithSeeds<Scalar: FloatingField>(
  on run: inout RunRecorder, _ images: LabelledImages,
  _ settings: DigitSettings, in scalar: Scalar.Type
) throws {
  run.section("Ten times over")
  let count = run.setting(10, as: "seeds.count", label: "seeds", least: 2)
  let seed = run.options.seed
  let intervals = try concurrentMap(count) { number in
    Result { () throws -> AccuracyInterval in
      var random = SplitMix64(seed: seed, stream: "9.seed.\(number)")
      let sets = DigitSets(images, using: &random)
      var network = try Network<Scalar>.forDigits(using: &random)
      network.learn(sets.training, settings, using: &random)
      let test = sets.sealedTest().open()
      return network.confusion(on: test).accuracyInterval
    }
  }.map { try $0.get() }
  let accuracies = intervals.map { $0.accuracy ?? .nan }
  let mean = accuracies.reduce(0, +) / Double(count)
  let squares = accuracies.map { ($0 - mean).squared }.reduce(0, +)
  run.show(
    Table(
      "seeds", columns: ["training", "test accuracy"],
      rows: intervals.enumerated().map {
        [.count($0 + 1), .text($1.text)]
      }))
  run.record(mean, .percent(1), as: "seeds.mean", label: "mean")
  let deviation = Double.sqrt(squares / Double(count - 1))
  run.record(
    100 * deviation, .decimals(2), as: "seeds.deviation",
    label: "standard deviation of one training")
  run.record(
    100 * deviation * 2.0.squareRoot(), .decimals(1), as: "seeds.root",
    label: "deviation of a difference")
  run.checkWhenFull(
    "the digits are classified to 97 % in the mean over ten seeds",
    mean >= 0.97, detail: NumberFormat.percent(1).text(of: mean))
}
//#-end-hidden-code
