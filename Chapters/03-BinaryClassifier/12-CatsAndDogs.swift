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
 test set, training data would leak into the test set. So groups stay together.

 The silhouettes are split in three, and each set has one purpose.

 - From the **training set**, \(cats.training) silhouettes, the network learns
   its weights.
 - By the **validation set**, \(cats.validation), we choose: when to stop, how
   many units there are, which network to keep.
 - At the **test set**, \(cats.test), we look once, at the end, to say how good
   the chosen network is.

 Why not say it with the validation set? Because a network that was chosen by a
 set looks better on that set than it is. Here is the effect in its purest
 form. \(coins.count) coins guess at random who is a dog. On a set as large as
 the test set we choose the coin with the most right guesses, and try it again
 on fresh silhouettes.

 > **Guess:** What part of its guesses was right on the first set, and which is
 > right on fresh silhouettes?
 >
 > On the set by which it was chosen \(coins.chosen), and on fresh ones
 > \(coins.fresh): means over \(coins.repeats) repetitions. The coin knows
 > nothing. Choosing made it look good.

 A test set that is looked at twice has become a validation set.
 */

/// Lets coins guess, chooses the best of them, and tries it again.
func tossCoins(
  on run: inout RunRecorder, silhouettes: Int
) {
  run.section("Why the test set is looked at once")
  run.ask("The best of many coins: how often is it right the next time?")
  var random = run.random("coins")
  let coins = run.setting(100, as: "coins.count", label: "coins")
  let repeats = run.setting(40, as: "coins.repeats", label: "repetitions")
  let rightGuesses = {
    let right = (0..<silhouettes).count { _ in random.uniform() < 0.5 }
    return Double(right) / Double(max(silhouettes, 1))
  }
  var (chosen, fresh) = (0.0, 0.0)
  for _ in 0..<repeats {
    chosen += (0..<coins).map { _ in rightGuesses() }.reduce(0, max)
    fresh += rightGuesses()
  }
  chosen /= Double(repeats)
  fresh /= Double(repeats)
  run.record(
    chosen, .percent(1), as: "coins.chosen", label: "the best, when chosen")
  run.record(
    fresh, .percent(1), as: "coins.fresh", label: "the best, afterwards")
  run.check(
    "the best of many coins looks good on the set by which it was chosen only",
    chosen > 0.53 && abs(fresh - 0.5) < 0.02,
    detail: "\(coins) coins that guess at random, \(repeats) times")
}

/*:
 The network is `[784, 10, .relu, 9, .relu, 1, .sigmoid]`: every pixel is a
 feature. For comparison there is the same without hidden layers, **logistic
 regression**. Both learn from mini-batches of \(cats.batch) at a learning rate
 of \(cats.rate), with a weight decay of \(cats.decay). With last weights of
 zero the loss would start at exactly $\log 2$. With random ones it starts at
 \(cats.start), a little worse.
 */

//#-hidden-code
/// Shows silhouettes, and measures the loss before training.
func startCats<Scalar: FloatingField>(
  on run: inout RunRecorder, _ data: Silhouettes, _ setup: CatSetup<Scalar>
) throws {
  run.section("Cats and dogs")
  showSilhouettes(on: &run, data)
  var random = run.random("cats.weights")
  let network = try setup.networks(using: &random).deep
  startAtLn2(on: &run, network, data.training.binary(as: Scalar.self))
}
//#-end-hidden-code

//#-hidden-code
/// The silhouettes, split by group.
package struct Silhouettes: Sendable {
  package let images: LabelledImages
  package let split: Split
  package let training: LabelledPoints  // [n, 784]
  package let validation: LabelledPoints  // [n, 784]
  package let test: LabelledPoints  // [n, 784]

  /// Splits the silhouettes: a fifth of the groups for the test, and a fraction
  /// for validation.
  package init(
    _ images: LabelledImages, validation: Double = 0,
    using random: inout SplitMix64
  ) throws(InputError) {
    self.images = images
    split = Split(
      groups: images.groups, validation: validation, test: 0.2, using: &random)
    training = images.points(at: split.training)
    self.validation = images.points(at: split.validation)
    test = images.points(at: split.test)
    if training.count < 6 || test.count == 0 {
      throw InputError(
        .damaged, "the silhouettes",
        "a split by group gives \(training.count) images for training and "
          + "\(test.count) for the test; at least 6 and 1 are needed")
    }
    if validation > 0 && split.validation.isEmpty {
      throw InputError(
        .damaged, "the silhouettes",
        "a split by group leaves no image for validation; at least 1 is needed")
    }
  }
}

/// Returns logistic regression, and the network with hidden layers.
package func catNetworks<Scalar: FloatingField>(
  in scalar: Scalar.Type, widths: (Int, Int) = (10, 9),
  using random: inout SplitMix64
) throws(ArchitectureError) -> (
  logistic: Network<Scalar>, deep: Network<Scalar>
) {
  (
    try Network(
      [784, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random),
    try Network(
      [784, .width(widths.0), .relu, .width(widths.1), .relu, 1, .sigmoid],
      loss: .binaryCrossEntropy, using: &random)
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

/// How the networks for cats and dogs are made and trained.
struct CatSetup<Scalar: FloatingField>: Sendable {
  let widths: (Int, Int)
  let optimiser: Optimiser<Scalar>
  let loop: TrainingLoop

  /// Takes the settings of a run.
  init(on run: inout RunRecorder) {
    widths = (
      run.setting(10, as: "cats.first", label: "units of the first layer"),
      run.setting(9, as: "cats.second", label: "units of the second layer")
    )
    let rate = run.setting(
      0.05, .decimals(2), as: "cats.rate", label: "learning rate")
    let decay = run.setting(
      0.001, .decimals(3), as: "cats.decay", label: "weight decay")
    optimiser = .sgd(
      learningRate: Scalar(rate), weightDecay: Scalar(decay))
    loop = TrainingLoop(
      batchSize: run.setting(32, as: "cats.batch", label: "batch size"),
      epochs: run.setting(
        run.repetitions(100), as: "cats.epochs", label: "epochs"))
  }

  /// Returns logistic regression, and the network with hidden layers.
  func networks(
    using random: inout SplitMix64
  ) throws(ArchitectureError) -> (
    logistic: Network<Scalar>, deep: Network<Scalar>
  ) {
    try catNetworks(in: Scalar.self, widths: widths, using: &random)
  }

  /// The widths of the network, such as 784-10-9-1.
  var name: String { "784-\(widths.0)-\(widths.1)-1" }
}

/// Shows some silhouettes, and records their numbers.
func showSilhouettes(on run: inout RunRecorder, _ data: Silhouettes) {
  let images = data.images
  run.record(images.count, as: "cats.count", label: "silhouettes")
  run.record(
    Set(images.groups).count, as: "cats.groups", label: "groups of near-copies")
  run.record(
    images.height * images.width, as: "cats.pixels", label: "pixels of each")
  run.record(data.training.count, as: "cats.training", label: "for training")
  run.record(
    data.validation.count, as: "cats.validation", label: "for validation")
  run.record(data.test.count, as: "cats.test", label: "for the test")
  run.show(
    Figure(
      "silhouettes",
      ImageGrid(
        height: images.height, width: images.width,
        images: (0..<6).map { data.training.points.row($0).elements },
        captions: (0..<6).map { images.classNames[data.training.labels[$0]] })))
}

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
//#-end-hidden-code
