import BinaryClassifier
import Regression
import Workbook

/*:
 ## Two convolution layers

 An output of the first layer depends on three by three pixels. An output of the
 second layer depends on three by three outputs of the first, and after a
 max-pooling these lie two pixels apart. After the second max-pooling an output
 depends on ten by ten pixels: an ear or a paw. These pixels are its **receptive
 field**, which grows from layer to layer.

 The network for cats and dogs has sixteen filters, then thirty-two, and then
 sixty-four ReLUs. Each convolution has a padding of one, so that its window
 also centres on the pixels at the border.
 */

/// Returns the network of two convolution layers.
func twoBlockNetwork<Scalar: FloatingField>(
  for image: ImageShape, using random: inout SplitMix64
) throws -> ConvNet<Scalar> {
  let (window, halves) = (Window(3, padding: 1), Window(2, stride: 2))
  return try ConvNet(
    image,
    [
      ConvolutionDescription(16, window, pooling: halves),
      ConvolutionDescription(32, window, pooling: halves),
    ],
    head: [64, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
}

/// Returns how the network of two convolution layers is trained.
func twoBlockTraining<Scalar: FloatingField>(
  on run: RunRecorder, in scalar: Scalar.Type
) -> (optimiser: Optimiser<Scalar>, loop: TrainingLoop) {
  (
    .sgd(learningRate: 1 / 10, weightDecay: 1 / 1_000),
    TrainingLoop(batchSize: 32, epochs: run.repetitions(10))
  )
}

/*:
 ![The loss during training, and the accuracy on both sets](figure:conv-curves)

 ![Cats and dogs: the metrics of both networks](table:conv)

 On the same test set, the accuracy of the network of [chapter 3](chapter:3) is
 \(conv.dense), and the accuracy of this network is \(conv.accuracy).
 */

/// Trains the network of two convolution layers on the silhouettes.
///
/// - Returns: The network as it was drawn, and as it was trained.
func learnWithTwoBlocks<Scalar: FloatingField>(
  on run: inout RunRecorder, _ data: Silhouettes, beside dense: Network<Scalar>
) throws -> (drawn: ConvNet<Scalar>, trained: ConvNet<Scalar>) {
  run.section("Two convolution layers")
  run.ask(
    "Chapter 3's network beats logistic regression. How much better is this?")
  var random = run.random("blocks")
  let images = data.images
  var network: ConvNet<Scalar> = try twoBlockNetwork(
    for: ImageShape(images.height, images.width, 1), using: &random)
  let drawn = network
  let (optimiser, loop) = twoBlockTraining(on: run, in: Scalar.self)
  var (onTraining, onTest): ([Double], [Double]) = ([], [])
  let (training, test) = (data.split.training, data.split.test)
  let clock = ContinuousClock()
  let start = clock.now
  let losses = network.train(
    on: images, at: training, optimiser, loop, using: &random
  ) { epoch, network in
    onTraining.append(
      network.confusion(on: images, at: training).accuracy ?? .nan)
    onTest.append(network.confusion(on: images, at: test).accuracy ?? .nan)
    run.progress("cats and dogs", Double(epoch) / Double(loop.epochs))
  }
  let seconds = (clock.now - start) / .seconds(1)
  run.log("trained in \(NumberFormat.decimals(1).text(of: seconds)) s")
  run.show(curves(losses, onTraining, onTest))
  showComparison(on: &run, network, beside: dense, data)
  try compareOnOtherSplits(on: &run, images, optimiser, loop)
  return (drawn, network)
}

//#-hidden-code
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
