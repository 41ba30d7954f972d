import BinaryClassifier
import Regression
import Workbook

/*:
 ## A bullseye

 Two rings around one centre, 500 points, 400 to learn from. The network has 64
 hidden units: `[2, 64, .relu, 2, .softmax]`. Mini-batches of 32, 200 epochs, and
 a fresh \(bullseye.fresh) points to measure on besides the 100 held back.

 ![The loss of each epoch on the bullseye](figure:bullseye-loss)

 ![The regions that the network found, and the points held
 back](figure:bullseye-regions)

 It takes \(bullseye.accuracy) of the fresh points for what they are. Two classes
 could have been left to one sigmoid. With softmax there are two logits where
 one would do, and only their difference counts.

 ## Three blobs

 Three clouds that touch each other, 300 points, 240 to learn from. Nothing
 changes but the number 3. Where clouds overlap no network can be right about
 every point, and \(blobs.accuracy) is close to the best there is.

 ![The regions of three blobs, and the points held
 back](figure:blobs-regions)

 Which class was taken for which? The **confusion matrix** has a row for each
 class and a column for each answer. What is right stands on the diagonal.

 ![What was taken for what, on fresh points](table:blobs-confusion)

 ![Bullseye and blobs: how good the networks are](table:accuracies)
 */

/// A network for points of the plane, trained, with what it was tested on.
struct PlaneExperiment<Scalar: FloatingField> {
  let losses: [Scalar]
  let network: Network<Scalar>
  let training: LabelledPoints
  let test: LabelledPoints
  let fresh: LabelledPoints

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
      DescentSettings(rate: 1 / 10, batchSize: 32, epochs: epochs),
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
func learnBullseyeAndBlobs<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) throws {
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
}

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
    .confusion(
      "blobs-confusion", blobs.network.confusion(on: blobs.fresh),
      classNames: ["class 0", "class 1", "class 2"]))
  page.show(
    Table(
      "accuracies", columns: ["accuracy on", "training", "held back", "fresh"],
      rows: [bullseye.row("bullseye"), blobs.row("blobs")]))

  page.record(bullseye.fresh.count, as: "bullseye.fresh", label: "fresh points")
  let experiments = [("bullseye", bullseye, 0.99), ("blobs", blobs, 0.95)]
  for (name, experiment, bar) in experiments {
    let network = experiment.network
    let fresh = network.confusion(on: experiment.fresh).accuracy ?? 0
    let held = network.confusion(on: experiment.test).accuracy ?? 0
    page.record(
      fresh, .percent(1), as: "\(name).accuracy", label: "\(name), accuracy")
    let percent = NumberFormat.percent(0).text(of: bar)
    page.check(
      "\(name): learned to \(percent) or better",
      fresh >= bar && held >= bar,
      detail: "on the points held back, and on \(experiment.fresh.count) fresh")
  }
}
