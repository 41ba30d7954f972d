import BinaryClassifier
import Regression
import Workbook

/*:
 ## Shifted once more

 > **Guess:** A convolution computes the same at every position. The images are
 > shifted by four pixels. Does the accuracy of the new network stay, and what
 > if its linear layers read only the mean of each filter?
 >
 > It falls in both, but less than that of the network with a weight for each
 > pixel.
 >
 > ![Three networks on shifted silhouettes](table:moved-again)

 If an image is shifted, the outputs of its convolutions are shifted too. This
 is **equivariance**: the output moves along. The linear layers behind them
 still have a weight for each position, so the network as a whole is not
 **invariant**: its answer does change.

 The last column has a global average in place of the positions. The trained
 windows stay as they are. Behind them, new linear layers read the mean of each
 filter and learn for \(means.epochs) epochs. If the images are shifted by four
 pixels, their accuracy falls from \(means.still) to \(means.shifted), and that
 of the network with a weight for each pixel from \(again.still) to
 \(again.dense). Some things still change for the means: what the shift cuts
 off, what the windows see of the padding, and, if the shift is no multiple of
 four, which pixels share a window of the max-pooling. And they begin lower than
 layers with positions: means do not say where a feature is, and their windows
 were learned for layers that read it. Networks for photographs have many more
 filters, and many end in such means.
 */

//#-hidden-code
/// Measures three networks on images that were shifted.
func moveTheImagesAgain<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: ConvNet<Scalar>,
  beside dense: Network<Scalar>, _ data: Silhouettes, _ blocks: TwoBlocks
) throws {
  run.section("Shifted once more")
  run.ask("Convolutions are the same everywhere. Does a shift still cost?")
  let means = try networkOfMeans(on: &run, network, data, blocks)
  var table = Table(
    "moved-again",
    columns: ["shifted by", "784-10-9-1", "two blocks", "two blocks, means"])
  let accuracies = (0...4).map { pixels in
    let shifted = data.test(shiftedBy: pixels)
    // Both networks read the same filters.
    let features = shifted.map { network.features(of: $0, at: $0.positions) }
    func mean(
      _ confusion: (Matrix<Scalar>, LabelledImages) -> ConfusionMatrix
    ) -> Double {
      let accuracies = zip(features, shifted).map {
        confusion($0, $1).accuracy ?? .nan
      }
      return accuracies.reduce(0, +) / Double(accuracies.count)
    }
    return (
      dense: mean { dense.confusion(on: $1.points) },
      conv: mean { network.head.confusion(of: $0, $1) },
      means: mean { means.confusion(of: network.means(of: $0), $1) }
    )
  }
  for (pixels, accuracy) in accuracies.enumerated() {
    table.add([
      .count(pixels), .number(accuracy.dense, .percent(1)),
      .number(accuracy.conv, .percent(1)),
      .number(accuracy.means, .percent(1)),
    ])
  }
  run.show(table)
  run.record(
    accuracies[0].means, .percent(1), as: "means.still", label: "means")
  run.record(
    accuracies[4].means, .percent(1), as: "means.shifted",
    label: "means, shifted by four")
  run.record(
    accuracies[0].dense, .percent(1), as: "again.still", label: "784-10-9-1")
  run.record(
    accuracies[4].dense, .percent(1), as: "again.dense",
    label: "784-10-9-1, shifted by four")
  run.checkWhenFull(
    "convolutions lose less accuracy than weights for pixels under a shift",
    accuracies[0].conv - accuracies[4].conv
      < accuracies[0].dense - accuracies[4].dense
      && accuracies[2].conv > accuracies[2].dense,
    detail: "shifted by four pixels in each direction; shifted by two, they "
      + "recognise more")
  run.checkWhenFull(
    "means of windows lose less accuracy than weights for pixels under a shift",
    accuracies[0].means - accuracies[4].means
      < accuracies[0].dense - accuracies[4].dense,
    detail: "shifted by four pixels in each direction")
  run.checkWhenFull(
    "without a shift, means of windows recognise fewer than positions",
    accuracies[0].means < accuracies[0].conv,
    detail: "behind the same filters")
}

/// Trains a head on the means of a network's last filters.
private func networkOfMeans<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: ConvNet<Scalar>, _ data: Silhouettes,
  _ blocks: TwoBlocks
) throws -> Network<Scalar> {
  var random = run.random("means")
  let epochs = run.setting(
    run.repetitions(100), as: "means.epochs", label: "epochs")
  let rate = run.setting(
    0.1, .decimals(3), as: "means.rate", label: "learning rate")
  let batch = run.setting(32, as: "means.batch", label: "images in a batch")
  var head = try Network<Scalar>(
    [.width(blocks.second), .width(blocks.width), .relu, 1, .sigmoid],
    loss: .binaryCrossEntropy, using: &random)
  let examples = Dataset(
    x: network.means(
      of: network.features(of: data.images, at: data.split.training)),
    y: data.training.binary(as: Scalar.self).y)
  head.train(
    on: examples, .sgd(learningRate: Scalar(rate)),
    TrainingLoop(batchSize: batch, epochs: epochs), using: &random)
  return head
}

extension ConvNet where Scalar: FloatingField {
  /// Returns the mean of each filter of the last layer, `[n, filters]`.
  ///
  /// - Parameter x: The outputs of the last layer, `[n, size]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func means(of x: Matrix<Scalar>) -> Matrix<Scalar> {
    let filters = layers[layers.count - 1].output.channels
    let pixels = x.columns / filters
    return Matrix(rows: x.rows, columns: filters) { row, filter in
      (0..<pixels).reduce(Scalar(0)) { $0 + x[row, $1 * filters + filter] }
        / Scalar(count: pixels)
    }
  }
}

extension Network where Scalar: FloatingField {
  /// Returns the confusion matrix for the features of some images.
  fileprivate func confusion(
    of features: Matrix<Scalar>, _ images: LabelledImages
  ) -> ConfusionMatrix {
    ConfusionMatrix(
      actual: images.labels, predicted: classes(of: features),
      classes: images.classNames.count)
  }
}
//#-end-hidden-code

/*:
 `scripts/run 5 --images FOLDER` trains the same network on your own
 photographs, from folders as in [chapter 3](chapter:3).
 */

//#-hidden-code
/// Learns from the reader's own photographs, if there are any.
func learnPhotographs<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  var random = run.random("photos")
  guard let (images, split) = try readPhotographs(on: &run, using: &random)
  else { return }
  var network: ConvNet<Scalar> = try twoBlockNetwork(
    for: ImageShape(images.height, images.width, images.channels),
    using: &random)
  let epochs = run.setting(
    run.repetitions(20), as: "photos.epochs", label: "epochs")
  let rate = run.setting(
    0.05, .decimals(3), as: "photos.rate", label: "learning rate")
  let losses = network.train(
    on: images, at: split.training,
    .sgd(learningRate: Scalar(rate), weightDecay: 1 / 1_000),
    TrainingLoop(batchSize: 32, epochs: epochs), using: &random
  ) { epoch, _ in
    run.progress("photographs", Double(epoch) / Double(epochs))
  }
  run.log(
    "\(NumberFormat.count.text(of: Double(peakMemory / 1_000_000))) MB held at "
      + "most, the photographs are \(images.pixels.count / 1_000_000) MB")
  run.show(Figure("photos-loss", lossPlot(losses)))
  run.show(
    metricsTable(
      "photos",
      [("training", split.training), ("test", split.test)].map {
        ($0.0, network.confusion(on: images, at: $0.1))
      }))
  run.check(
    "the loss falls on the photographs",
    losses[losses.count - 1] < losses[0] || losses.count == 1,
    detail: "over \(losses.count) epochs")
}
//#-end-hidden-code
