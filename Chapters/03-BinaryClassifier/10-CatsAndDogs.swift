import Regression
import Workbook

/*:
 ## Cats and dogs

 Now real data: \(cats.count) silhouettes of cats and dogs, of \(cats.pixels)
 grey pixels each. The positive class is dog.

 ![Silhouettes of the training set](figure:silhouettes)

 Look at data before you train on it. Some of these silhouettes are near-copies
 of each other, mirror images included. The data set lists which ones: it has
 \(cats.groups) groups. If one copy were in the training set and another in the
 test set, training data would leak into the test set. So the split keeps groups
 together: \(cats.training) silhouettes are for training, \(cats.test) for the
 test.

 The network is `[784, 10, .relu, 9, .relu, 1, .sigmoid]`: every pixel is a
 feature. For comparison there is the same without hidden layers, **logistic
 regression**. A network should be better than that.
 */

/// The silhouettes, split by group.
package struct Silhouettes: Sendable {
  package let images: LabelledImages
  package let split: Split
  package let training: LabelledPoints  // [n, 784]
  package let test: LabelledPoints  // [n, 784]

  /// Splits the silhouettes: four fifths of the groups for training.
  package init(
    _ images: LabelledImages, using random: inout SplitMix64
  ) throws(InputError) {
    self.images = images
    split = Split(groups: images.groups, test: 0.2, using: &random)
    training = images.points(at: split.training)
    test = images.points(at: split.test)
    if training.count < 6 || test.count == 0 {
      throw InputError(
        .damaged, "the silhouettes",
        "a split by group gives \(training.count) images for training and "
          + "\(test.count) for the test; at least 6 and 1 are needed")
    }
  }
}

/*:
 A network whose last weights are zero starts with a loss of $\log 2$: it
 predicts ½ for every image. This network has random weights and features that
 are not centred, and starts at \(cats.start), a little worse.

 ![The loss of each epoch](figure:cats-loss)

 ![Cats and dogs: accuracy, precision, recall and F₁](table:cats)

 ![The predicted classes on the test set](figure:cats-confusion)

 On the test set the accuracy of the network is \(cats.accuracy). One split may
 be lucky. Over \(cats.splits) other splits and starts, its mean is \(cats.mean)
 and its lowest accuracy \(cats.worst). The mean of logistic regression is
 \(cats.logistic). On the training set the network is better than on the test
 set: it **overfits**.
 */

/// Returns logistic regression, and the network with hidden layers.
package func catNetworks<Scalar: FloatingField>(
  in scalar: Scalar.Type, using random: inout SplitMix64
) throws(ArchitectureError) -> (
  logistic: Network<Scalar>, deep: Network<Scalar>
) {
  (
    try Network(
      [784, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random),
    try Network(
      [784, 10, .relu, 9, .relu, 1, .sigmoid], loss: .binaryCrossEntropy,
      using: &random)
  )
}

/// Returns the optimiser and the training loop for both networks.
package func catTraining<Scalar: FloatingField>(
  on run: RunRecorder, in scalar: Scalar.Type
) -> (optimiser: Optimiser<Scalar>, loop: TrainingLoop) {
  (
    .sgd(learningRate: 1 / 20, weightDecay: 1 / 1_000),
    TrainingLoop(batchSize: 32, epochs: run.repetitions(60))
  )
}

/// Trains a network to classify cats and dogs, and logistic regression too.
///
/// - Returns: The network.
func learnCatsAndDogs<Scalar: FloatingField>(
  on run: inout RunRecorder, _ data: Silhouettes, in scalar: Scalar.Type
) throws -> Network<Scalar> {
  run.section("Cats and dogs")
  showSilhouettes(on: &run, data)
  var random = run.random("cats.weights")
  let examples = data.training.binary(as: Scalar.self)
  let (optimiser, loop) = catTraining(on: run, in: scalar)

  var (logistic, network) = try catNetworks(in: scalar, using: &random)
  logistic.train(on: examples, optimiser, loop, using: &random)
  startAtLn2(on: &run, network, examples)
  let deadBefore = network.deadUnits(on: examples.x)
  let losses = network.train(on: examples, optimiser, loop, using: &random) {
    epoch, _ in
    run.progress(
      "cats and dogs", Double(epoch) / Double(loop.epochs))
  }
  run.show(Figure("cats-loss", lossPlot(losses)))

  let matrix = network.confusion(on: data.test)
  run.show(
    metricsTable(
      "cats",
      [
        ("logistic, training", logistic.confusion(on: data.training)),
        ("logistic, test", logistic.confusion(on: data.test)),
        ("784-10-9-1, training", network.confusion(on: data.training)),
        ("784-10-9-1, test", matrix),
      ]))
  run.show(
    Figure(
      "cats-confusion",
      ConfusionPlot(matrix, classNames: data.images.classNames)))
  run.record(
    matrix.accuracy ?? .nan, .percent(1), as: "cats.accuracy",
    label: "test accuracy")
  try repeatOnOtherSplits(on: &run, data.images, optimiser, loop)
  run.show(
    deadTable(
      "dead",
      [
        ("at the start", deadBefore),
        ("at the end", network.deadUnits(on: examples.x)),
      ]))
  return network
}

/// Trains the same networks on other splits, and records their accuracies.
func repeatOnOtherSplits<Scalar: FloatingField>(
  on run: inout RunRecorder, _ images: LabelledImages,
  _ optimiser: Optimiser<Scalar>, _ loop: TrainingLoop
) throws {
  let seed = run.options.seed
  let accuracies = try concurrentMap(6) { number in
    Result { () throws -> [Double] in
      var random = SplitMix64(seed: seed, stream: "cats.split.\(number)")
      let data = try Silhouettes(images, using: &random)
      let examples = data.training.binary(as: Scalar.self)
      var (logistic, network) = try catNetworks(in: Scalar.self, using: &random)
      logistic.train(on: examples, optimiser, loop, using: &random)
      network.train(on: examples, optimiser, loop, using: &random)
      return [logistic, network].map {
        $0.confusion(on: data.test).accuracy ?? .nan
      }
    }
  }.map { try $0.get() }
  let n = Double(accuracies.count)
  let logistic = accuracies.map { $0[0] }.reduce(0, +) / n
  let mean = accuracies.map { $0[1] }.reduce(0, +) / n
  let percent = NumberFormat.percent(1)
  run.record(accuracies.count, as: "cats.splits", label: "other splits")
  run.record(mean, percent, as: "cats.mean", label: "their mean accuracy")
  run.record(
    accuracies.map { $0[1] }.reduce(1, min), percent, as: "cats.worst",
    label: "their lowest accuracy")
  run.record(
    logistic, percent, as: "cats.logistic", label: "mean of logistic regression"
  )
  run.checkWhenFull(
    "hidden layers classify cats and dogs better than logistic regression",
    mean > logistic,
    detail:
      "\(percent.text(of: mean)) and \(percent.text(of: logistic)), means "
      + "over \(accuracies.count) splits in which no group is on both sides")
}

//#-hidden-code
/// Shows some silhouettes, and records their numbers.
func showSilhouettes(on run: inout RunRecorder, _ data: Silhouettes) {
  let images = data.images
  run.record(images.count, as: "cats.count", label: "silhouettes")
  run.record(
    Set(images.groups).count, as: "cats.groups", label: "groups of near-copies")
  run.record(
    images.height * images.width, as: "cats.pixels", label: "pixels of each")
  run.record(data.training.count, as: "cats.training", label: "for training")
  run.record(data.test.count, as: "cats.test", label: "for the test")
  run.show(
    Figure(
      "silhouettes",
      ImageGrid(
        height: images.height, width: images.width,
        images: (0..<6).map { data.training.points.row($0).elements },
        captions: (0..<6).map { images.classNames[data.training.labels[$0]] })))
}
//#-end-hidden-code

/// Records the loss before training, and checks that it is ln 2 for a network
/// whose last weights are 0.
func startAtLn2<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: Network<Scalar>, _ data: Dataset<Scalar>
) {
  run.ask("Half are dogs, and nothing is learned yet. What is the loss?")
  run.record(
    network.meanLoss(on: data), .decimals(4), as: "cats.start",
    label: "loss at the start")
  var uniform = network
  let last = uniform.layers.count - 1
  uniform.layers[last].weights = 0 * uniform.layers[last].weights
  let loss = Double(uniform.meanLoss(on: data))
  run.check(
    "a network whose last weights are 0 starts at ln 2",
    abs(loss - Double.log(2)) <= Double(data.count) * Double(Scalar.ulpOfOne),
    detail:
      "\(NumberFormat.decimals(6).text(of: loss)), right to an ulp for each "
      + "of the \(data.count) examples in the mean")
}
