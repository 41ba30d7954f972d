import BinaryClassifier
import Regression
import Workbook

/*:
 ## Do the filters learn?

 The filters of the first layer are small enough to look at. A light entry is a
 large weight, a dark entry a large negative weight. Some filters have a light
 side and a dark side, like the edge filters that were made by hand.

 ![The filters of the first layer after training, each three by
 three](figure:filters)

 > **Guess:** Did these filters learn to look for edges?
 >
 > No. Here are the same filters before the first step, as they were drawn.
 >
 > ![The same filters before training, as they were
 > drawn](figure:filters-drawn)
 >
 > The \(filters.weights) weights before and after have a correlation of
 > \(filters.correlation). Training has hardly changed their pattern: what
 > looks like an edge filter was drawn like that.
 */

//#-hidden-code
/// Draws the filters of the first layer before and after training.
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

/// Returns filters as images, `[patch, filters]`, of which grey is 0.
private func picture<Scalar: FloatingField>(
  of k: Matrix<Scalar>, scale: Double
) -> ImageGrid {
  ImageGrid(
    height: 3, width: 3,
    images: (0..<k.columns).map { filter in
      k.column(filter).elements.map { 0.5 + Double($0) / scale / 2 }
    },
    captions: (0..<k.columns).map { "\($0 + 1)" })
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
 ![The most confident mistakes on the test set](figure:mistakes)
 */

//#-hidden-code
/// Draws the mistakes of which the network was most confident.
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
//#-end-hidden-code
