import BinaryClassifier
import Regression
import Workbook

/*:
 ## Do the filters learn?

 The filters of the first layer are small enough to look at. A light entry is a
 large weight, a dark entry a large negative weight. Some filters have a light
 side and a dark side, like the edge filters that were made by hand.

 ![The sixteen filters of the first layer after training, each three by
 three](figure:filters)

 It is tempting to say that they learned to look for edges. Here are the same
 filters before the first step, as they were drawn.

 ![The same filters before training, as they were
 drawn](figure:filters-drawn)

 The \(filters.weights) weights before and after have a correlation of
 \(filters.correlation). Training has hardly moved them: what looks like an edge
 filter was drawn like that.
 */

/// Shows the filters of the first layer before and after training.
func showFilters<Scalar: FloatingField>(
  on run: inout RunRecorder, _ drawn: ConvNet<Scalar>,
  _ trained: ConvNet<Scalar>
) {
  let before = drawn.layers[0].layer.weights  // [9, 16]
  let after = trained.layers[0].layer.weights
  let scale = (before.elements + after.elements)
    .map { abs(Double($0)) }.reduce(0, max)
  run.show(Figure("filters", picture(of: after, scale: scale)))
  run.show(Figure("filters-drawn", picture(of: before, scale: scale)))
  let correlation = correlation(
    before.elements.map { Double($0) }, after.elements.map { Double($0) })
  run.record(
    before.elements.count, as: "filters.weights", label: "weights in filters")
  run.record(
    correlation, .decimals(3), as: "filters.correlation",
    label: "correlation of filters before and after")
  run.checkWhenFull(
    "the filters of the first layer are nearly those that were drawn",
    correlation > 0.95,
    detail: "correlation of the weights before and after training")
}

//#-hidden-code
/// Returns filters as images, `[patch, filters]`, of which grey is 0.
private func picture<Scalar: FloatingField>(
  of k: Matrix<Scalar>, scale: Double
) -> ImageGrid {
  ImageGrid(
    height: 3, width: 3,
    images: (0..<k.columns).map { filter in
      k.column(filter).elements.map { 0.5 + Double($0) / scale / 2 }
    },
    captions: (1...k.columns).map { "\($0)" })
}

/// Returns Pearson's correlation coefficient of two lists of numbers.
private func correlation(_ x: [Double], _ y: [Double]) -> Double {
  func centred(_ x: [Double]) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    return x.map { $0 - mean }
  }
  func product(_ x: [Double], _ y: [Double]) -> Double {
    zip(x, y).map { $0 * $1 }.reduce(0, +)
  }
  let (x, y) = (centred(x), centred(y))
  return product(x, y) / (product(x, x) * product(y, y)).squareRoot()
}
//#-end-hidden-code

/*:
 The next figure shows the mistakes on the test set in which the network was
 most confident.

 ![The most confident mistakes on the test set](figure:mistakes)
 */

/// Shows the most confident mistakes.
func showMistakes<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: ConvNet<Scalar>, _ data: Silhouettes
) {
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
 falls, but less. What was said of the shift holds here too: it also cuts a
 little of some animals off.
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
  var random = run.random("photos")
  guard let (images, split) = try readPhotographs(on: &run, using: &random)
  else { return }
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
