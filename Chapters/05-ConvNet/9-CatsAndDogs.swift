import BinaryClassifier
import Regression
import Workbook

/*:
 ## Two layers of windows

 A window of three by three sees little. But the second layer's window sees what
 the first layer made of three by three places, and after a pooling those lie two
 pixels apart. So an entry behind two such layers has seen ten by ten pixels, an
 ear or a paw. What is seen this way is the entry's **receptive field**, and it
 grows from layer to layer.

 The network for cats and dogs has sixteen filters, then thirty-two, each with a
 frame of padding so that the window gets to the corners, and sixty-four ReLUs behind
 them.
 */

/// Returns the network of two convolution layers.
func twoBlockNetwork<Scalar: FloatingField>(
  for image: ImageShape, using random: inout SplitMix64
) throws -> ConvNet<Scalar> {
  let (window, halves) = (Window(3, padding: 1), Window(2, stride: 2))
  return try ConvNet(
    image,
    [
      ConvolutionPlan(16, window, pooling: halves),
      ConvolutionPlan(32, window, pooling: halves),
    ],
    head: [64, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
}

/// Returns how the network of two convolution layers is trained.
func twoBlockSettings<Scalar: FloatingField>(
  on page: Page, in scalar: Scalar.Type
) -> DescentSettings<Scalar> {
  DescentSettings(
    rate: 1 / 10, decay: 1 / 1_000, batchSize: 32, epochs: page.often(10))
}

/*:
 ![The loss on the way, and the accuracy on both sets](figure:conv-curves)

 ![Cats and dogs: how good the networks are](table:conv)

 On the same test set where the network of [chapter 3](chapter:3) is right about \(conv.dense), this
 one is right about \(conv.accuracy). It is one split of \(conv.test) images, and
 a few of them more or less are luck. Over \(conv.splits) other splits the means
 are \(conv.mean) and \(conv.densemean), and the convolutions win \(conv.wins) of
 them.
 */

/// Trains the network of two convolution layers on the silhouettes.
///
/// - Returns: The network.
func learnWithTwoBlocks<Scalar: FloatingField>(
  on page: inout Page, _ data: Silhouettes, beside dense: Network<Scalar>
) throws -> ConvNet<Scalar> {
  page.section("Two layers of windows")
  page.ask(
    "Chapter 3's network is better than a line. How much better is this?")
  var random = page.random("blocks")
  let images = data.images
  var network: ConvNet<Scalar> = try twoBlockNetwork(
    for: ImageShape(images.height, images.width, 1), using: &random)
  let settings = twoBlockSettings(on: page, in: Scalar.self)
  var (onTraining, onTest): ([Double], [Double]) = ([], [])
  let (training, test) = (data.split.training, data.split.test)
  let clock = ContinuousClock()
  let start = clock.now
  let losses = network.train(on: images, at: training, settings, using: &random)
  {
    epoch, network in
    onTraining.append(
      network.confusion(on: images, at: training).accuracy ?? .nan)
    onTest.append(network.confusion(on: images, at: test).accuracy ?? .nan)
    page.progress("cats and dogs", Double(epoch) / Double(settings.epochs))
  }
  let seconds = (clock.now - start) / .seconds(1)
  page.say("trained in \(NumberFormat.decimals(1).text(of: seconds)) s")
  page.show(curves(losses, onTraining, onTest))
  showComparison(on: &page, network, beside: dense, data)
  try compareOnOtherSplits(on: &page, images, settings)
  return network
}

/// Trains both networks on other splits, and records their means.
func compareOnOtherSplits<Scalar: FloatingField>(
  on page: inout Page, _ images: LabelledImages,
  _ settings: DescentSettings<Scalar>
) throws {
  let seed = page.options.seed
  let denseSettings = catSettings(on: page, in: Scalar.self)
  let pairs = try concurrentMap(6) { number in
    Result { () throws -> (dense: Double, conv: Double) in
      var random = SplitMix64(seed: seed, stream: "cats.split.\(number)")
      let data = try Silhouettes(images, using: &random)
      let examples = data.training.binary(as: Scalar.self)
      var (logistic, dense) = try catNetworks(in: Scalar.self, using: &random)
      logistic.train(on: examples, denseSettings, using: &random)
      dense.train(on: examples, denseSettings, using: &random)
      var network: ConvNet<Scalar> = try twoBlockNetwork(
        for: ImageShape(images.height, images.width, 1), using: &random)
      network.train(
        on: images, at: data.split.training, settings, using: &random)
      return (
        dense.confusion(on: data.test).accuracy ?? .nan,
        network.confusion(on: images, at: data.split.test).accuracy ?? .nan
      )
    }
  }.map { try $0.get() }
  let n = Double(pairs.count)
  let mean = pairs.map(\.conv).reduce(0, +) / n
  let denseMean = pairs.map(\.dense).reduce(0, +) / n
  let wins = pairs.filter { $0.conv > $0.dense }.count
  let percent = NumberFormat.percent(1)
  page.record(pairs.count, as: "conv.splits", label: "other splits")
  page.record(mean, percent, as: "conv.mean", label: "their mean accuracy")
  page.record(
    denseMean, percent, as: "conv.densemean", label: "mean of 784-10-9-1")
  page.record(wins, as: "conv.wins", label: "splits won")
  page.check(
    "windows tell cats from dogs better than a weight for each pixel",
    mean > denseMean && mean >= 0.93,
    detail:
      "\(percent.text(of: mean)) beside \(percent.text(of: denseMean)), means "
      + "over \(pairs.count) splits in which no group is on both sides")
}

//#-hidden-code
/// Returns the loss and the accuracies of each epoch, side by side.
func curves<Scalar: FloatingField>(
  _ losses: [Scalar], _ training: [Double], _ test: [Double]
) -> Figure {
  Figure(
    "conv-curves",
    LinePlot(
      x: .linear("epoch"), y: .linear("loss, and fraction right"),
      series: [
        .init("training loss", losses.map { Double($0) }),
        .init("training accuracy", training), .init("test accuracy", test),
      ]))
}

/// Shows both networks on the training set and on the test set.
func showComparison<Scalar: FloatingField>(
  on page: inout Page, _ network: ConvNet<Scalar>,
  beside dense: Network<Scalar>, _ data: Silhouettes
) {
  let matrix = network.confusion(on: data.images, at: data.split.test)
  let denseMatrix = dense.confusion(on: data.test)
  page.show(
    metricsTable(
      "conv",
      [
        ("784-10-9-1, training", dense.confusion(on: data.training)),
        ("784-10-9-1, test", denseMatrix),
        (
          "two blocks, training",
          network.confusion(on: data.images, at: data.split.training)
        ),
        ("two blocks, test", matrix),
      ]))
  page.record(matrix.total, as: "conv.test", label: "for the test")
  page.record(
    denseMatrix.accuracy ?? .nan, .percent(1), as: "conv.dense",
    label: "784-10-9-1")
  page.record(
    matrix.accuracy ?? .nan, .percent(1), as: "conv.accuracy",
    label: "two blocks")
}
//#-end-hidden-code

/*:
 ## What it learned to see

 The filters of the first layer are small enough to be looked at. A light entry is
 a large weight, a dark one a large negative weight. Some have a light side and a
 dark one: they look for edges, and nobody told them to.

 ![The sixteen filters of the first layer, each three by
 three](figure:filters)

 And these are the images of the test set about which the network was most
 certain, and wrong.

 ![The most confident mistakes on the test set](figure:mistakes)
 */

/// Shows the filters of the first layer, and the most confident mistakes.
func showWhatItSees<Scalar: FloatingField>(
  on page: inout Page, _ network: ConvNet<Scalar>, _ data: Silhouettes
) {
  let k = network.layers[0].layer.weights  // [9, 16]
  let largest = k.elements.map { abs(Double($0)) }.reduce(0, max)
  page.show(
    Figure(
      "filters",
      ImageGrid(
        height: 3, width: 3,
        images: (0..<k.columns).map { filter in
          k.column(filter).elements.map { 0.5 + Double($0) / largest / 2 }
        },
        captions: (1...k.columns).map { "\($0)" })))

  let z = network.logits(of: data.images, at: data.split.test)  // [n, 1]
  let wrong = z.elements.indices
    .filter { (z[$0, 0] > 0 ? 1 : 0) != data.test.labels[$0] }
    .sorted { abs(z[$0, 0]) > abs(z[$1, 0]) }.prefix(6)
  let names = data.images.classNames
  page.show(
    Figure(
      "mistakes",
      ImageGrid(
        height: data.images.height, width: data.images.width,
        images: wrong.map { data.test.points.row($0).elements },
        captions: wrong.map { index in
          let a = Double(sigmoid(abs(z[index, 0])))
          return "\(names[z[index, 0] > 0 ? 1 : 0])? "
            + NumberFormat.percent(0).text(of: a)
        })))
}

/*:
 And the silhouettes that moved? The table of the first page, with a column more.

 ![Both networks on moved silhouettes](table:moved-again)

 Windows and maxima do not make a network blind to movement: the dense layers
 behind them still have a weight for each place. They make it lose less.
 */

/// Measures both networks on images that were moved.
func moveTheImagesAgain<Scalar: FloatingField>(
  on page: inout Page, _ network: ConvNet<Scalar>,
  beside dense: Network<Scalar>, _ data: Silhouettes
) {
  page.section("Moved once more")
  var table = Table(
    "moved-again",
    columns: ["moved by", "784-10-9-1, test", "two blocks, test"])
  let accuracies = (0...4).map { pixels in
    let moved = data.images.moved(by: pixels)
    return (
      dense: moved.meanAccuracy {
        dense.confusion(on: $0.points(at: data.split.test))
      },
      conv: moved.meanAccuracy {
        network.confusion(on: $0, at: data.split.test)
      }
    )
  }
  for (pixels, accuracy) in accuracies.enumerated() {
    table.add([
      .count(pixels), .number(accuracy.dense, .percent(1)),
      .number(accuracy.conv, .percent(1)),
    ])
  }
  page.show(table)
  page.check(
    "windows lose less than weights for pixels when the image moves",
    accuracies[2].conv > accuracies[2].dense,
    detail: "moved by two pixels, each way")
}

/*:
 ## Your own photographs

 `scripts/run 5 --images FOLDER` trains the same network on photographs of yours,
 from the folders that [chapter 3](chapter:3) takes. They stay bytes in memory. A
 batch becomes numbers on the worksheet, and nothing else grows with their number.
 */

/// Learns from the reader's own photographs, where there are any.
func learnPhotographs<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) throws {
  guard let folder = page.options.imagesFolder else {
    page.say(
      "To learn from your own photographs of cats and dogs: --images FOLDER")
    return
  }
  page.section("Your own photographs")
  let photographs = try PhotoFolder(folder).photographs()
  let images = photographs.images
  var random = page.random("photos")
  let split = photographs.split(using: &random)
  recordCounts(on: &page, photographs, split)
  var network: ConvNet<Scalar> = try twoBlockNetwork(
    for: ImageShape(images.height, images.width, images.channels),
    using: &random)
  let settings = DescentSettings<Scalar>(
    rate: 1 / 20, decay: 1 / 1_000, batchSize: 32, epochs: page.often(20))
  page.record(settings.epochs, as: "photos.epochs", label: "epochs")
  let losses = network.train(
    on: images, at: split.training, settings, using: &random
  ) { epoch, _ in
    page.progress("photographs", Double(epoch) / Double(settings.epochs))
  }
  page.say(
    "\(NumberFormat.count.text(of: Double(peakMemory / 1_000_000))) MB held at "
      + "most, the photographs are \(images.pixels.count / 1_000_000) MB")
  page.show(Figure("photos-loss", lossPlot(losses)))
  page.show(
    metricsTable(
      "photos",
      [("training", split.training), ("test", split.test)].map {
        ($0.0, network.confusion(on: images, at: $0.1))
      }))
  page.check(
    "the loss falls on the photographs",
    losses[losses.count - 1] < losses[0] || losses.count == 1,
    detail: "over \(losses.count) epochs")
}
