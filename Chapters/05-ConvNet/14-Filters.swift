import BinaryClassifier
import Regression
import Workbook

/*:
 ## The filters, and the mistakes

 The filters of the first layer are small enough to look at. A light entry is a
 large weight, a dark entry a large negative weight. Some filters have a light
 side and a dark side, like the edge filters that were made by hand.

 ![The sixteen filters of the first layer, each three by
 three](figure:filters)

 The next figure shows the mistakes on the test set in which the network was
 most confident.

 ![The most confident mistakes on the test set](figure:mistakes)
 */

/// Shows the filters of the first layer, and the most confident mistakes.
func showFilters<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: ConvNet<Scalar>, _ data: Silhouettes
) {
  let k = network.layers[0].layer.weights  // [9, 16]
  let largest = k.elements.map { abs(Double($0)) }.reduce(0, max)
  run.show(
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
  run.show(
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
 Here is the table of the shifted silhouettes once more, with both networks.

 ![Both networks on shifted silhouettes](table:moved-again)

 Convolution and max-pooling do not make a network invariant to shifts: the
 linear layers after them still have a weight for each position. The accuracy
 falls, but less.
 */

/// Measures both networks on images that were shifted.
func moveTheImagesAgain<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: ConvNet<Scalar>,
  beside dense: Network<Scalar>, _ data: Silhouettes
) {
  run.section("Shifted once more")
  var table = Table(
    "moved-again",
    columns: ["shifted by", "784-10-9-1, test", "two blocks, test"])
  let accuracies = (0...4).map { pixels in
    let shifted = data.images.shifted(by: pixels)
    return (
      dense: shifted.meanAccuracy {
        dense.confusion(on: $0.points(at: data.split.test))
      },
      conv: shifted.meanAccuracy {
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
  run.show(table)
  run.checkWhenFull(
    "convolutions lose less accuracy than weights for pixels under a shift",
    accuracies[2].conv > accuracies[2].dense,
    detail: "shifted by two pixels in each direction")
}

/*:
 ## Your own photographs

 `scripts/run 5 --images FOLDER` trains the same network on your own
 photographs, from folders as in [chapter 3](chapter:3). They are stored as
 bytes and converted to floats batch by batch. So no other memory grows with
 their number.
 */

/// Learns from the reader's own photographs, where there are any.
func learnPhotographs<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  guard let folder = run.options.imagesFolder else {
    run.log(
      "To learn from your own photographs of cats and dogs: --images FOLDER")
    return
  }
  run.section("Your own photographs")
  let photographs = try PhotoFolder(folder).photographs()
  let images = photographs.images
  var random = run.random("photos")
  let split = photographs.split(using: &random)
  recordCounts(on: &run, photographs, split)
  var network: ConvNet<Scalar> = try twoBlockNetwork(
    for: ImageShape(images.height, images.width, images.channels),
    using: &random)
  let loop = TrainingLoop(batchSize: 32, epochs: run.repetitions(20))
  run.record(loop.epochs, as: "photos.epochs", label: "epochs")
  let losses = network.train(
    on: images, at: split.training,
    .sgd(learningRate: 1 / 20, weightDecay: 1 / 1_000), loop, using: &random
  ) { epoch, _ in
    run.progress("photographs", Double(epoch) / Double(loop.epochs))
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
