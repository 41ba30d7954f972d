import BinaryClassifier
import Regression
import Workbook

/*:
 ## A bullseye

 Two rings around one centre, \(bullseye.training) points to learn from and
 \(bullseye.test) held back. The network is `[2, 64, .relu, 2, .softmax]`, and it
 walks in mini-batches of \(plane.batch) through \(plane.epochs) epochs. A fresh
 \(bullseye.fresh) points are there to measure on.

 ![The loss of each epoch on the bullseye](figure:bullseye-loss)

 ![The regions that the network found, and the points held
 back](figure:bullseye-regions)

 It takes \(bullseye.accuracy) of the fresh points for what they are. Two classes
 could have been left to one sigmoid. With softmax there are two logits where
 one would do, and only their difference counts.

 ## Three blobs

 Three clouds that touch each other, \(blobs.training) points to learn from.
 Nothing changes but the number of classes. Where clouds overlap no network can
 be right about every point. Of the fresh points it takes \(blobs.accuracy) for
 what they are. The best possible rule, the nearest centre, gets \(blobs.best) of
 them.

 ![The regions of three blobs, and the points held
 back](figure:blobs-regions)

 Which class was taken for which? The **confusion matrix** has a row for each
 class and a column for each answer. What is right stands on the diagonal.

 ![What was taken for what, on fresh points](figure:blobs-confusion)

 ![Bullseye and blobs: how good the networks are](table:accuracies)
 */

/// A network for points of the plane, trained, with what it was tested on.
struct PlaneExperiment<Scalar: FloatingField> {
  let losses: [Scalar]
  let network: Network<Scalar>
  let training: LabelledPoints
  let test: LabelledPoints
  let fresh: LabelledPoints
  let batchSize = 32

  /// Trains 64 hidden units on four fifths of some points.
  ///
  /// - Parameters:
  ///   - points: The points, of which a fifth is held back.
  ///   - fresh: More points, to measure on.
  ///   - epochs: How often to go through the points.
  ///   - random: The generator of split, weights and batches.
  init(
    _ points: LabelledPoints, fresh: LabelledPoints, epochs: Int,
    using random: inout SplitMix64
  ) throws(ArchitectureError) {
    let split = Split(points.count, test: 0.2, using: &random)
    training = points.examples(at: split.training)
    test = points.examples(at: split.test)
    self.fresh = fresh
    var network = try Network<Scalar>(
      [2, 64, .relu, .width(points.classes), .softmax], loss: .crossEntropy,
      using: &random)
    losses = network.train(
      on: training.oneHot(as: Scalar.self),
      DescentSettings(rate: 1 / 10, batchSize: batchSize, epochs: epochs),
      using: &random)
    self.network = network
  }

  /// The accuracies on training, held back and fresh points, as a table row.
  func row(_ name: String) -> [Table.Cell] {
    [.text(name)]
      + [training, test, fresh].map {
        .init(network.confusion(on: $0).accuracy, .percent(1))
      }
  }
}

/// Learns the bullseye and the blobs.
///
/// - Returns: The bullseye.
func learnBullseyeAndBlobs<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) throws -> PlaneExperiment<Scalar> {
  page.section("A bullseye and three blobs")
  let clock = ContinuousClock()
  let start = clock.now
  var random = page.random("bullseye")
  func rings(_ count: Int) -> LabelledPoints {
    .rings(count, radii: [0.4, 1], noise: 0.08, using: &random)
  }
  let bullseye = try PlaneExperiment<Scalar>(
    rings(500), fresh: rings(10_000), epochs: page.often(200), using: &random)

  let corners = [90.0, 210, 330].map { degrees in
    (2 * Double.cos(degrees * .pi / 180), 2 * Double.sin(degrees * .pi / 180))
  }
  random = page.random("blobs")
  func clouds(_ count: Int) -> LabelledPoints {
    .blobs(count, centres: corners, noise: 0.75, using: &random)
  }
  let blobs = try PlaneExperiment<Scalar>(
    clouds(300), fresh: clouds(10_000), epochs: page.often(200), using: &random)
  let seconds = (clock.now - start) / .seconds(1)
  page.say("trained in \(NumberFormat.decimals(2).text(of: seconds)) s")
  show(bullseye, and: blobs, on: &page)
  recordBest(on: &page, blobs.fresh, centres: corners)
  return bullseye
}

/// Records how often the nearest centre is a point's own.
///
/// The clouds are round and equally wide, so no rule does better.
func recordBest(
  on page: inout Page, _ points: LabelledPoints, centres: [(Double, Double)]
) {
  let nearest = (0..<points.count).map { row -> Int in
    let distances = centres.map { x, y in
      (points.points[row, 0] - x).squared + (points.points[row, 1] - y).squared
    }
    return distances.indices.reduce(0) {
      distances[$1] < distances[$0] ? $1 : $0
    }
  }
  let matrix = ConfusionMatrix(
    actual: points.labels, predicted: nearest, classes: points.classes)
  page.record(
    matrix.accuracy ?? .nan, .percent(1), as: "blobs.best",
    label: "blobs, by the nearest centre")
}

//#-hidden-code
/// Shows what the two networks learned.
func show<Scalar: FloatingField>(
  _ bullseye: PlaneExperiment<Scalar>, and blobs: PlaneExperiment<Scalar>,
  on page: inout Page
) {
  page.show(Figure("bullseye-loss", lossPlot(bullseye.losses)))
  page.show(
    Figure("bullseye-regions", bullseye.network.regions(around: bullseye.test)))
  page.show(Figure("blobs-regions", blobs.network.regions(around: blobs.test)))
  page.show(
    Figure(
      "blobs-confusion",
      ConfusionPlot(
        blobs.network.confusion(on: blobs.fresh),
        classNames: ["class 0", "class 1", "class 2"])))
  page.show(
    Table(
      "accuracies", columns: ["accuracy on", "training", "held back", "fresh"],
      rows: [bullseye.row("bullseye"), blobs.row("blobs")]))

  page.record(bullseye.batchSize, as: "plane.batch", label: "batch size")
  page.record(bullseye.losses.count, as: "plane.epochs", label: "epochs")
  page.record(bullseye.fresh.count, as: "bullseye.fresh", label: "fresh points")
  let experiments = [("bullseye", bullseye, 0.99), ("blobs", blobs, 0.95)]
  for (name, experiment, bar) in experiments {
    let network = experiment.network
    let fresh = network.confusion(on: experiment.fresh).accuracy ?? 0
    page.record(
      experiment.training.count, as: "\(name).training",
      label: "\(name), to learn from")
    page.record(
      experiment.test.count, as: "\(name).test", label: "\(name), held back")
    page.record(
      fresh, .percent(1), as: "\(name).accuracy", label: "\(name), accuracy")
    let percent = NumberFormat.percent(0).text(of: bar)
    page.check(
      "\(name): learned to \(percent) or better",
      fresh >= bar,
      detail: "\(NumberFormat.percent(1).text(of: fresh)) of "
        + "\(NumberFormat.count.text(of: Double(experiment.fresh.count))) fresh "
        + "points")
  }
}
//#-end-hidden-code
