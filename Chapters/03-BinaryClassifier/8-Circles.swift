import Regression
import Workbook

/*:
 ## Two circles

 The points lie on two noisy circles, one inside the other. \(circles.training)
 are the training set and \(circles.test) the test set. The network has two
 hidden layers of eight ReLUs. It is trained on mini-batches of \(circles.batch)
 for \(circles.epochs) epochs. Such points are easy to generate, so another
 \(circles.fresh) fresh ones measure the accuracy to a fraction of a percent.

 ![The network for the circles](figure:circles-network)

 ![The loss of each epoch on the circles](figure:circles-loss)

 ![The regions into which the network divides the plane](figure:circles-regions)

 ![Two circles: accuracy, precision, recall and F₁](table:circles)
 */

/// Trains a network to classify the points of two circles.
func learnCircles<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("Two circles")
  var random = run.random("circles")
  let points = LabelledPoints.circles(1_000, using: &random)
  let split = Split(points.count, test: 0.2, using: &random)
  let fresh = LabelledPoints.circles(10_000, using: &random)
  let training = points.examples(at: split.training)
  let test = points.examples(at: split.test)

  var network = try Network<Scalar>(
    [2, 8, .relu, 8, .relu, 1, .sigmoid], loss: .binaryCrossEntropy,
    using: &random)
  let loop = TrainingLoop(batchSize: 32, epochs: run.repetitions(200))
  run.record(loop.batchSize, as: "circles.batch", label: "batch size")
  run.record(loop.epochs, as: "circles.epochs", label: "epochs")
  let losses = network.train(
    on: training.binary(as: Scalar.self), .sgd(learningRate: 1 / 10), loop,
    using: &random)
  run.show(Figure("circles-network", network.diagram))
  run.show(Figure("circles-loss", lossPlot(losses)))
  run.show(Figure("circles-regions", network.regions(around: test)))

  run.record(
    training.count, as: "circles.training", label: "points in the training set")
  run.record(test.count, as: "circles.test", label: "points in the test set")
  run.record(fresh.count, as: "circles.fresh", label: "fresh points")
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
