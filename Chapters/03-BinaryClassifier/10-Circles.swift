import Regression
import Workbook

/*:
 ## Two circles

 The points lie on two noisy circles, one inside the other. \(circles.training)
 are the training set and \(circles.test) the test set. The network has two
 hidden layers of \(circles.width) ReLUs, and learns from mini-batches of
 \(circles.batch) for \(circles.epochs) epochs. Such points are easy to
 generate, so another \(circles.fresh) fresh ones measure the accuracy more
 finely.

 ![The regions into which the network divides the plane](figure:circles-regions)

 ![Two circles: accuracy, precision, recall and F₁](table:circles)
 */

/// Trains a network to classify the points of two circles.
func learnCircles<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("Two circles")
  var random = run.random("circles")
  let count = run.setting(
    1_000, as: "circles.points", label: "points", least: 8)
  let points = LabelledPoints.circles(count, using: &random)
  let split = Split(points.count, test: 0.2, using: &random)
  let fresh = LabelledPoints.circles(
    run.setting(10_000, as: "circles.fresh", label: "fresh points", least: 2),
    using: &random)
  let training = points.examples(at: split.training)
  let test = points.examples(at: split.test)

  let width = run.setting(8, as: "circles.width", label: "units in a layer")
  var network = try Network<Scalar>(
    [2, .width(width), .relu, .width(width), .relu, 1, .sigmoid],
    loss: .binaryCrossEntropy, using: &random)
  let loop = TrainingLoop(
    batchSize: run.setting(32, as: "circles.batch", label: "batch size"),
    epochs: run.setting(
      run.repetitions(200), as: "circles.epochs", label: "epochs"))
  let rate = run.setting(
    0.1, .decimals(2), as: "circles.rate", label: "learning rate")
  network.train(
    on: training.binary(as: Scalar.self), .sgd(learningRate: Scalar(rate)),
    loop, using: &random)
  run.show(Figure("circles-regions", network.regions(around: test)))

  run.record(
    training.count, as: "circles.training", label: "points in the training set")
  run.record(test.count, as: "circles.test", label: "points in the test set")
  let matrix = network.confusion(on: fresh)
  run.show(
    metricsTable(
      "circles",
      [
        ("training", network.confusion(on: training)),
        ("test", network.confusion(on: test)), ("fresh", matrix),
      ]))
  run.checkWhenFull(
    "at least 98 % of the fresh points of two circles are classified right",
    (matrix.accuracy ?? 0) >= 0.98,
    detail: "\(NumberFormat.percent(1).text(of: matrix.accuracy ?? .nan)) of "
      + "\(NumberFormat.count.text(of: Double(fresh.count))) fresh points")
}
