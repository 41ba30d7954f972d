import Regression
import Workbook

/*:
 ## Cats and dogs

 Now something that nobody drew with a formula: \(cats.count) silhouettes of cats
 and dogs, \(cats.pixels) grey pixels each. The positive class is dog.

 ![Silhouettes of the training set](figure:silhouettes)

 Look at data before learning from it. These hold near-copies of each other,
 mirror images included, and the data set says which: it has
 \(cats.groups) groups. If one copy were in the training set and another in the
 test set, the test would ask what the network has been told. So the split deals
 out whole groups: \(cats.training) for training, \(cats.test) for the test.

 The network is `[784, 10, .relu, 9, .relu, 1, .sigmoid]`: every pixel is a
 feature. Beside it stands the same without hidden layers, **logistic
 regression**, which every network ought to beat.
 */

/// The silhouettes, dealt out by group.
package struct Silhouettes: Sendable {
  package let images: LabelledImages
  package let split: Split
  package let training: LabelledPoints  // [n, 784]
  package let test: LabelledPoints  // [n, 784]

  /// Splits the silhouettes four to one.
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
        "a split by group leaves \(training.count) images for training and "
          + "\(test.count) for the test; more groups are needed")
    }
  }
}

/*:
 A network whose last layer is silent starts with a loss of $\log 2$: it knows
 nothing yet, and says so. This one has random weights behind features that are
 not centred, and starts at \(cats.start), a little worse than nothing.

 ![The loss of each epoch](figure:cats-loss)

 ![Cats and dogs: how good the networks are](table:cats)

 ![What was taken for what, on the test set](figure:cats-confusion)

 On the test set the network is right about \(cats.accuracy). One split may be
 lucky: over \(cats.splits) other splits and starts the mean is \(cats.mean) and
 the worst \(cats.worst), where logistic regression has a mean of
 \(cats.logistic). On the training set it does better, and the difference
 is what it learned by heart.
 */

/// Returns logistic regression, and the network that ought to beat it.
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

/// Returns how the networks above are trained.
package func catSettings<Scalar: FloatingField>(
  on page: Page, in scalar: Scalar.Type
) -> DescentSettings<Scalar> {
  DescentSettings(
    rate: 1 / 20, decay: 1 / 1_000, batchSize: 32, epochs: page.often(60))
}

/// Trains a network to tell cats from dogs, and logistic regression beside it.
///
/// - Returns: The network.
func learnCatsAndDogs<Scalar: FloatingField>(
  on page: inout Page, _ data: Silhouettes, in scalar: Scalar.Type
) throws -> Network<Scalar> {
  page.section("Cats and dogs")
  showSilhouettes(on: &page, data)
  var random = page.random("cats.weights")
  let examples = data.training.binary(as: Scalar.self)
  let settings = catSettings(on: page, in: scalar)

  var (logistic, network) = try catNetworks(in: scalar, using: &random)
  logistic.train(on: examples, settings, using: &random)
  startAtLn2(on: &page, network, examples)
  let deadBefore = network.deadUnits(on: examples.x)
  let losses = network.train(on: examples, settings, using: &random) {
    epoch, _ in
    page.progress(
      "cats and dogs", Double(epoch) / Double(settings.epochs))
  }
  page.show(Figure("cats-loss", lossPlot(losses)))

  let matrix = network.confusion(on: data.test)
  page.show(
    metricsTable(
      "cats",
      [
        ("logistic, training", logistic.confusion(on: data.training)),
        ("logistic, test", logistic.confusion(on: data.test)),
        ("784-10-9-1, training", network.confusion(on: data.training)),
        ("784-10-9-1, test", matrix),
      ]))
  page.show(
    Figure(
      "cats-confusion",
      ConfusionPlot(matrix, classNames: data.images.classNames)))
  page.record(
    matrix.accuracy ?? .nan, .percent(1), as: "cats.accuracy",
    label: "test accuracy")
  try repeatOnOtherSplits(on: &page, data.images, settings)
  page.show(
    deadTable(
      "dead",
      [
        ("at the start", deadBefore),
        ("in the end", network.deadUnits(on: examples.x)),
      ]))
  return network
}

/// Trains the same network on other splits, and records how well it does.
func repeatOnOtherSplits<Scalar: FloatingField>(
  on page: inout Page, _ images: LabelledImages,
  _ settings: DescentSettings<Scalar>
) throws {
  let seed = page.options.seed
  let accuracies = try concurrentMap(6) { number in
    Result { () throws -> [Double] in
      var random = SplitMix64(seed: seed, stream: "cats.split.\(number)")
      let data = try Silhouettes(images, using: &random)
      let examples = data.training.binary(as: Scalar.self)
      var (logistic, network) = try catNetworks(in: Scalar.self, using: &random)
      logistic.train(on: examples, settings, using: &random)
      network.train(on: examples, settings, using: &random)
      return [logistic, network].map {
        $0.confusion(on: data.test).accuracy ?? .nan
      }
    }
  }.map { try $0.get() }
  let n = Double(accuracies.count)
  let logistic = accuracies.map { $0[0] }.reduce(0, +) / n
  let mean = accuracies.map { $0[1] }.reduce(0, +) / n
  let percent = NumberFormat.percent(1)
  page.record(accuracies.count, as: "cats.splits", label: "other splits")
  page.record(mean, percent, as: "cats.mean", label: "their mean accuracy")
  page.record(
    accuracies.map { $0[1] }.reduce(1, min), percent, as: "cats.worst",
    label: "the worst")
  page.record(
    logistic, percent, as: "cats.logistic", label: "mean of logistic regression"
  )
  page.check(
    "hidden layers tell cats from dogs better than logistic regression",
    mean > logistic,
    detail:
      "\(percent.text(of: mean)) beside \(percent.text(of: logistic)), means "
      + "over \(accuracies.count) splits in which no group is on both sides")
}

//#-hidden-code
/// Shows some silhouettes, and how many there are of what.
func showSilhouettes(on page: inout Page, _ data: Silhouettes) {
  let images = data.images
  page.record(images.count, as: "cats.count", label: "silhouettes")
  page.record(
    Set(images.groups).count, as: "cats.groups", label: "groups of near-copies")
  page.record(
    images.height * images.width, as: "cats.pixels", label: "pixels of each")
  page.record(data.training.count, as: "cats.training", label: "for training")
  page.record(data.test.count, as: "cats.test", label: "for the test")
  page.show(
    Figure(
      "silhouettes",
      ImageGrid(
        height: images.height, width: images.width,
        images: (0..<6).map { data.training.points.row($0).elements },
        captions: (0..<6).map { images.classNames[data.training.labels[$0]] })))
}
//#-end-hidden-code

/// Shows the loss before training, and that it is ln 2 for a silent network.
func startAtLn2<Scalar: FloatingField>(
  on page: inout Page, _ network: Network<Scalar>, _ data: Dataset<Scalar>
) {
  page.ask("Half are dogs, and nothing is learned yet. What is the loss?")
  page.record(
    network.meanLoss(on: data), .decimals(4), as: "cats.start",
    label: "loss at the start")
  var silent = network
  let last = silent.layers.count - 1
  silent.layers[last].weights = 0 * silent.layers[last].weights
  let loss = Double(silent.meanLoss(on: data))
  page.check(
    "a silent network starts at ln 2",
    abs(loss - Double.log(2)) <= Double(data.count) * Double(Scalar.ulpOfOne),
    detail:
      "\(NumberFormat.decimals(6).text(of: loss)), right to an ulp for each "
      + "of the \(data.count) examples that are added up")
}

/*:
 ## Units that died

 A ReLU whose sum is negative for every example passes nothing on: its output is
 zero, its slope is zero, and no step of its own moves its weights. It is
 **dead**. In the first layer it stays so, since its inputs never change. Further
 back it may wake up, when the layers in front of it change what it receives. A
 few dead units are a waste, no more.

 ![Dead ReLUs on the training set, layer by layer](table:dead)
 */

extension Network where Scalar: FloatingField {
  /// Returns how many units of each hidden layer have no slope for any row.
  ///
  /// - Parameter x: The inputs, `[n, features]`.
  func deadUnits(on x: Matrix<Scalar>) -> [(dead: Int, of: Int)] {
    var a = x
    return layers.dropLast().map { layer in
      let z = a • layer.weights + layer.bias  // [n, out]
      let slopes = layer.activation.slope(at: z)  // [n, out]
      let alive = (0..<z.columns).filter { unit in
        (0..<z.rows).contains { slopes[$0, unit] != 0 }
      }
      a = layer.activation(z)  // [n, out]
      return (z.columns - alive.count, z.columns)
    }
  }
}

//#-hidden-code
/// Returns the dead units of each hidden layer at several moments.
func deadTable(
  _ name: String, _ moments: [(name: String, dead: [(dead: Int, of: Int)])]
) -> Table {
  let layers = moments[0].dead
  return Table(
    name, columns: ["hidden layer"] + layers.indices.map { "\($0 + 1)" },
    rows: [[.text("units")] + layers.map { .count($0.of) }]
      + moments.map { moment, dead in
        [.text("dead " + moment)] + dead.map { .count($0.dead) }
      })
}
//#-end-hidden-code
