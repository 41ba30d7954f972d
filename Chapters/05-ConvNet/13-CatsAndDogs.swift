import BinaryClassifier
import Regression
import Workbook

/*:
 ## Two convolution layers

 The network for cats and dogs has two convolution layers, of \(blocks.first)
 and of \(blocks.second) filters, and behind them \(blocks.width) ReLUs. Each
 window has three by three pixels and a padding of one, so that it also centres
 on the pixels at the border. Each convolution is followed by a ReLU and by a
 max-pooling that halves the image: the three together are a **block**.

 An output of the second max-pooling has a receptive field of
 \(blocks.field) by \(blocks.field) pixels: an ear or a paw.

 > **Guess:** The first linear layer has the most weights. Which layer needs
 > the most multiplications for one image?
 >
 > The second convolution. A filter uses each of its weights at every output
 > position, a linear layer uses each weight once.
 >
 > ![Parameters, and multiplications for one image](table:counts)

 It is trained for \(blocks.epochs) epochs, with a learning rate of
 \(blocks.rate), a weight decay of \(blocks.decay) and batches of
 \(blocks.batch) images.

 > **Guess:** On this test set the accuracy of the network of
 > [chapter 3](chapter:3) is \(conv.dense). What is the accuracy of the new one?
 >
 > It is \(conv.accuracy).
 >
 > ![Cats and dogs: the metrics of both networks](table:conv)

 ![The loss during training, and the accuracy on both sets](figure:conv-curves)
 */

/// Trains the network of two convolution layers on the silhouettes.
///
/// - Returns: The network as it was drawn, and as it was trained.
func learnWithTwoBlocks<Scalar: FloatingField>(
  on run: inout RunRecorder, _ data: Silhouettes, _ blocks: TwoBlocks,
  beside dense: Network<Scalar>, trainedBy training: CatTraining<Scalar>
) throws -> (drawn: ConvNet<Scalar>, trained: ConvNet<Scalar>) {
  run.section("Two convolution layers")
  run.ask(
    "Chapter 3's network beats logistic regression. How much better is this?")
  var random = run.random("blocks")
  let images = data.images
  var network: ConvNet<Scalar> = try twoBlockNetwork(
    for: ImageShape(images.height, images.width, 1), blocks, using: &random)
  let drawn = network
  recordField(on: &run, of: network)
  countProducts(on: &run, of: network)
  var (onTraining, onTest): ([Double], [Double]) = ([], [])
  let (learned, test) = (data.split.training, data.split.test)
  let clock = ContinuousClock()
  let start = clock.now
  let losses = network.train(
    on: images, at: learned, blocks.optimiser(), blocks.loop, using: &random
  ) { epoch, network in
    onTraining.append(
      network.confusion(on: images, at: learned).accuracy ?? .nan)
    onTest.append(network.confusion(on: images, at: test).accuracy ?? .nan)
    run.progress("cats and dogs", Double(epoch) / Double(blocks.epochs))
  }
  let seconds = (clock.now - start) / .seconds(1)
  run.log("trained in \(NumberFormat.decimals(1).text(of: seconds)) s")
  run.show(curves(losses, onTraining, onTest))
  showComparison(on: &run, network, beside: dense, data)
  logTimes(on: run, of: network, images, at: learned)
  try compareOnOtherSplits(on: &run, images, blocks, training)
  return (drawn, network)
}

//#-hidden-code
/// Returns the network of two convolution layers.
func twoBlockNetwork<Scalar: FloatingField>(
  for image: ImageShape, _ blocks: TwoBlocks = TwoBlocks(),
  using random: inout SplitMix64
) throws -> ConvNet<Scalar> {
  let (window, halves) = (Window(3, padding: 1), Window(2, stride: 2))
  return try ConvNet(
    image,
    [
      ConvolutionDescription(blocks.first, window, pooling: halves),
      ConvolutionDescription(blocks.second, window, pooling: halves),
    ],
    head: [.width(blocks.width), .relu, 1, .sigmoid],
    loss: .binaryCrossEntropy, using: &random)
}

/// What the network of two convolution layers is made of, and its training.
struct TwoBlocks: Sendable {
  var (first, second, width) = (16, 32, 64)
  var (epochs, batch) = (10, 32)
  var (rate, decay) = (0.1, 0.001)

  /// How the batches are drawn.
  var loop: TrainingLoop { TrainingLoop(batchSize: batch, epochs: epochs) }

  /// Returns what takes the steps.
  func optimiser<Scalar: FloatingField>() -> Optimiser<Scalar> {
    .sgd(learningRate: Scalar(rate), weightDecay: Scalar(decay))
  }
}

/// Records the settings of the network of two convolution layers.
func twoBlocks(on run: inout RunRecorder) -> TwoBlocks {
  var blocks = TwoBlocks()
  func count(_ count: Int, _ name: String, _ label: String) -> Int {
    run.setting(count, as: "blocks.\(name)", label: label)
  }
  blocks.first = count(blocks.first, "first", "filters of the first layer")
  blocks.second = count(blocks.second, "second", "filters of the second layer")
  blocks.width = count(blocks.width, "width", "ReLUs behind them")
  blocks.epochs = count(run.repetitions(blocks.epochs), "epochs", "epochs")
  blocks.batch = count(blocks.batch, "batch", "images in a batch")
  blocks.rate = run.setting(
    blocks.rate, .decimals(3), as: "blocks.rate", label: "learning rate")
  blocks.decay = run.setting(
    blocks.decay, .decimals(4), as: "blocks.decay", label: "weight decay")
  return blocks
}

/// Records the receptive field of the network's last convolution layer.
private func recordField<Scalar>(
  on run: inout RunRecorder, of network: ConvNet<Scalar>
) {
  let windows = network.layers.flatMap { layer in
    [layer.geometry.window.vertical]
      + [layer.pooling].compactMap { $0?.window.vertical }
  }
  run.record(
    receptiveField(of: windows), as: "blocks.field", label: "receptive field")
}

/// Returns a figure of the loss and the accuracies of each epoch.
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
  on run: inout RunRecorder, _ network: ConvNet<Scalar>,
  beside dense: Network<Scalar>, _ data: Silhouettes
) {
  let matrix = network.confusion(on: data.images, at: data.split.test)
  let denseMatrix = dense.confusion(on: data.test)
  run.show(
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
  run.record(matrix.total, as: "conv.test", label: "for the test")
  run.record(
    denseMatrix.accuracy ?? .nan, .percent(1), as: "conv.dense",
    label: "784-10-9-1")
  run.record(
    matrix.accuracy ?? .nan, .percent(1), as: "conv.accuracy",
    label: "two blocks")
}
//#-end-hidden-code
