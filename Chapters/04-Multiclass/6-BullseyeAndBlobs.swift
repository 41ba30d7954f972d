import BinaryClassifier
import Regression
import Workbook

/*:
 ## A bullseye

 The points lie on two rings around one centre. No line separates them, and no
 network without a hidden layer can. \(bullseye.training) points are the
 training set and \(bullseye.test) the test set. The network has two inputs,
 \(plane.width) hidden units with ReLU, and one output for each class with
 softmax. It is trained on mini-batches of \(plane.batch) for \(plane.epochs)
 epochs, with a learning rate of \(plane.rate). Another \(bullseye.fresh) fresh
 points measure its accuracy.

 ![The loss of each epoch on the bullseye](figure:bullseye-loss)

 ![The regions into which the network divides the plane, and the test
 set](figure:bullseye-regions)

 The accuracy on the fresh points is \(bullseye.accuracy).

 ## Three blobs

 Now three clouds of points touch each other; \(blobs.training) points are the
 training set. In the code only the number of classes is different.

 > **Guess:** Can a larger network be right about all the fresh points?
 >
 > No. Where the clouds overlap, points of two classes lie at the same place,
 > and a rule must be wrong about some of them. Each point comes most probably
 > from the cloud whose centre is nearest, so no rule is better than the nearest
 > centre. That has \(blobs.best), and the network has \(blobs.accuracy).

 ![The regions of three blobs, and the test set](figure:blobs-regions)

 Which classes does the network confuse? The **confusion matrix** has a row for
 each class and a column for each prediction. Right predictions are on the
 diagonal.

 ![Actual and predicted classes of the fresh points](figure:blobs-confusion)

 ![Bullseye and blobs: the accuracies](table:accuracies)
 */

//#-hidden-code
/// How the networks of the plane are trained.
struct PlaneSettings {
  let width: Int
  let batchSize: Int
  let learningRate: Double
  let epochs: Int

  /// Takes the settings of a run.
  init(on run: inout RunRecorder) {
    width = run.setting(64, as: "plane.width", label: "hidden units")
    batchSize = run.setting(32, as: "plane.batch", label: "batch size")
    learningRate = run.setting(
      0.1, .decimals(1), as: "plane.rate", label: "learning rate")
    epochs = run.setting(
      run.repetitions(200), as: "plane.epochs", label: "epochs")
  }
}

/// A trained network for points of the plane, with its training and test sets.
struct PlaneExperiment<Scalar: FloatingField> {
  let losses: [Scalar]
  let network: Network<Scalar>
  let training: LabelledPoints
  let test: LabelledPoints
  let fresh: LabelledPoints

  /// Trains a hidden layer on four fifths of some points.
  ///
  /// - Parameters:
  ///   - points: The points, of which one fifth is the test set.
  ///   - fresh: More points, to measure on.
  ///   - settings: How to train.
  ///   - random: The generator of split, weights and batches.
  init(
    _ points: LabelledPoints, fresh: LabelledPoints, _ settings: PlaneSettings,
    using random: inout SplitMix64
  ) throws(ArchitectureError) {
    let split = Split(points.count, test: 0.2, using: &random)
    training = points.examples(at: split.training)
    test = points.examples(at: split.test)
    self.fresh = fresh
    var network = try Network<Scalar>(
      [2, .width(settings.width), .relu, .width(points.classes), .softmax],
      loss: .crossEntropy, using: &random)
    losses = network.train(
      on: training.oneHot(as: Scalar.self),
      .sgd(learningRate: Scalar(settings.learningRate)),
      TrainingLoop(batchSize: settings.batchSize, epochs: settings.epochs),
      using: &random)
    self.network = network
  }

  /// The accuracies on training set, test set and fresh points, as a table row.
  func row(_ name: String) -> [Table.Cell] {
    [.text(name)]
      + [training, test, fresh].map {
        .init(network.confusion(on: $0).accuracy, .percent(1))
      }
  }
}

//#-end-hidden-code

/// Trains a network on the bullseye and one on the blobs.
///
/// - Returns: The bullseye.
func learnBullseyeAndBlobs<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws -> PlaneExperiment<Scalar> {
  run.section("A bullseye and three blobs")
  let settings = PlaneSettings(on: &run)
  let rings = run.setting(
    500, as: "bullseye.points", label: "bullseye, points")
  let clouds = run.setting(300, as: "blobs.points", label: "blobs, points")
  let fresh = run.setting(10_000, as: "bullseye.fresh", label: "fresh points")
  let clock = ContinuousClock()
  let start = clock.now
  var random = run.random("bullseye")
  let someRings = { (count: Int) -> LabelledPoints in
    .rings(count, radii: [0.4, 1], noise: 0.08, using: &random)
  }
  let bullseye = try PlaneExperiment<Scalar>(
    someRings(rings), fresh: someRings(fresh), settings, using: &random)

  let corners = [90.0, 210, 330].map { degrees in
    (2 * Double.cos(degrees * .pi / 180), 2 * Double.sin(degrees * .pi / 180))
  }
  random = run.random("blobs")
  let someClouds = { (count: Int) -> LabelledPoints in
    .blobs(count, centres: corners, noise: 0.75, using: &random)
  }
  let blobs = try PlaneExperiment<Scalar>(
    someClouds(clouds), fresh: someClouds(fresh), settings, using: &random)
  let seconds = (clock.now - start) / .seconds(1)
  run.log("trained in \(NumberFormat.decimals(2).text(of: seconds)) s")
  show(bullseye, and: blobs, on: &run)
  recordBest(on: &run, blobs.fresh, centres: corners)
  return bullseye
}

/// Measures the accuracy of the nearest centre as a prediction.
///
/// The clouds are round and equally wide, so no rule is better.
func recordBest(
  on run: inout RunRecorder, _ points: LabelledPoints,
  centres: [(Double, Double)]
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
  run.record(
    matrix.accuracy ?? .nan, .percent(1), as: "blobs.best",
    label: "blobs, by the nearest centre")
}

/// Shows the two networks and their accuracies.
func show<Scalar: FloatingField>(
  _ bullseye: PlaneExperiment<Scalar>, and blobs: PlaneExperiment<Scalar>,
  on run: inout RunRecorder
) {
  run.show(Figure("bullseye-loss", lossPlot(bullseye.losses)))
  run.show(
    Figure("bullseye-regions", bullseye.network.regions(around: bullseye.test)))
  run.show(Figure("blobs-regions", blobs.network.regions(around: blobs.test)))
  run.show(
    Figure(
      "blobs-confusion",
      ConfusionPlot(
        blobs.network.confusion(on: blobs.fresh),
        classNames: ["class 0", "class 1", "class 2"])))
  run.show(
    Table(
      "accuracies", columns: ["accuracy on", "training", "test", "fresh"],
      rows: [bullseye.row("bullseye"), blobs.row("blobs")]))

  let experiments = [("bullseye", bullseye, 0.99), ("blobs", blobs, 0.95)]
  for (name, experiment, bar) in experiments {
    let network = experiment.network
    let fresh = network.confusion(on: experiment.fresh).accuracy ?? 0
    run.record(
      experiment.training.count, as: "\(name).training",
      label: "\(name), training set")
    run.record(
      experiment.test.count, as: "\(name).test", label: "\(name), test set")
    run.record(
      fresh, .percent(1), as: "\(name).accuracy", label: "\(name), accuracy")
    let percent = NumberFormat.percent(0).text(of: bar)
    run.checkWhenFull(
      "\(name): learned to \(percent) or better",
      fresh >= bar,
      detail: "\(NumberFormat.percent(1).text(of: fresh)) of "
        + "\(NumberFormat.count.text(of: Double(experiment.fresh.count))) fresh "
        + "points")
  }
}
