import BinaryClassifier
import Regression
import Workbook

/*:
 ## Two circles, as others publish them

 A tutorial of a network library trains two hidden layers of eight units on
 \(benchmark.points) points of two circles with Adam, one example a step, at a
 rate of \(benchmark.rate) that falls to \(benchmark.decay) of itself in every
 epoch. Its README printed a table for the library and for PyTorch; we have no
 address where you could read it. Here are both, and the same network in this
 chapter's code after as many epochs, \(benchmark.epochs).

 ![The published results on two hundred test points, and ours](table:benchmark)

 The test set has two hundred points, so a step of half a percent is one point.
 Look at the last row before you compare the others: it is the same network on
 \(benchmark.fresh) fresh points.

 > **Guess:** The published accuracies differ by one and a half percentage
 > points. How far apart are the best and the worst of \(benchmark.splits)
 > trainings with other seeds? The seed draws the points, the split, the weights
 > and the order. To save time these take batches of \(benchmark.batch), and a
 > tenth of the epochs.
 >
 > \(benchmark.worst) and \(benchmark.best), each on its own test set. A
 > difference of that size, from one training each, says little about the programs.

 How long such epochs take beside NumPy, PyTorch and JAX is what `scripts/compare`
 prints.
 */

/// Trains the network of a published table, and repeats it with other seeds.
func trainBenchmark<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("Two circles, as others publish them")
  let benchmark = CirclesBenchmark<Scalar>(on: &run)
  run.ask("How far apart are trainings that differ in their seed alone?")
  let first = try benchmark.train(
    batchSize: 1, epochs: benchmark.epochs, seed: run.random("circles"))
  run.show(
    benchmarkTable([
      ("here, training set", first.training), ("here, test set", first.test),
      ("here, fresh points", first.fresh),
    ]))
  var accuracies: [Double] = []
  for index in 0..<benchmark.splits {
    let other = try benchmark.train(
      batchSize: benchmark.batch, epochs: max(1, benchmark.epochs / 10),
      seed: run.random("circles.\(index)"))
    accuracies.append(other.test.accuracy ?? .nan)
  }
  run.record(
    accuracies.min() ?? .nan, .percent(1), as: "benchmark.worst",
    label: "worst")
  run.record(
    accuracies.max() ?? .nan, .percent(1), as: "benchmark.best", label: "best")
  run.checkWhenFull(
    "two circles: at least 98 % of the fresh points are classified right",
    (first.fresh.accuracy ?? 0) >= 0.98,
    detail: NumberFormat.percent(1).text(of: first.fresh.accuracy ?? .nan))
}

//#-hidden-code
/// The two circles of the published table, and how a network learns them.
private struct CirclesBenchmark<Scalar: FloatingField> {
  let points: Int
  let fresh: Int
  let epochs: Int
  let splits: Int
  let batch: Int
  let rate: Double
  let decay: Double

  init(on run: inout RunRecorder) {
    points = run.setting(
      1_000, as: "benchmark.points", label: "points", least: 10)
    fresh = run.setting(
      10_000, as: "benchmark.fresh", label: "fresh points", least: 2)
    epochs = run.setting(
      run.repetitions(1_000), as: "benchmark.epochs", label: "epochs")
    splits = run.setting(
      8, as: "benchmark.splits", label: "trainings with other seeds")
    batch = run.setting(
      32, as: "benchmark.batch", label: "batch size of these")
    rate = run.setting(
      0.01, .decimals(2), as: "benchmark.rate", label: "learning rate")
    decay = run.setting(
      0.999, .decimals(3), as: "benchmark.decay", label: "its factor an epoch")
  }

  /// How good a trained network is on each set.
  struct Outcome {
    let training: ConfusionMatrix
    let test: ConfusionMatrix
    let fresh: ConfusionMatrix
  }

  /// Trains from weights, split and batches of one generator.
  func train(
    batchSize: Int, epochs: Int, seed: SplitMix64
  ) throws(ArchitectureError) -> Outcome {
    var random = seed
    let circles = LabelledPoints.circles(points, using: &random)
    let split = Split(points, test: 0.2, using: &random)
    let training = circles.examples(at: split.training)
    var network = try Network<Scalar>(
      [2, 8, .relu, 8, .relu, 1, .sigmoid], loss: .binaryCrossEntropy,
      using: &random)
    let steps = (training.count + batchSize - 1) / batchSize
    let decay = Double.pow(self.decay, 1 / Double(steps))
    let loop = TrainingLoop(batchSize: batchSize, epochs: epochs)
    if var small = network as? Network<Float> {
      _ = small.trainFused(
        on: training.binary(as: Float.self), .adam(learningRate: Float(rate)),
        loop, .exponential(decay), using: &random)
      network = small as? Network<Scalar> ?? network
    } else {
      network.train(
        on: training.binary(as: Scalar.self),
        .adam(learningRate: Scalar(rate)), loop, .exponential(decay),
        using: &random)
    }
    return Outcome(
      training: network.confusion(on: training),
      test: network.confusion(on: circles.examples(at: split.test)),
      fresh: network.confusion(on: .circles(fresh, using: &random)))
  }
}

/// Returns the published results beside ours.
private func benchmarkTable(
  _ rows: [(name: String, matrix: ConfusionMatrix)]
) -> Table {
  let published: [(String, [Double])] = [
    ("published, own library", [0.97, 0.9796, 0.96, 0.9697]),
    ("published, PyTorch", [0.985, 1, 0.97, 0.9848]),
  ]
  var table = metricsTable("benchmark", [])
  for (name, numbers) in published {
    table.add(
      [.text(name), .count(200)] + numbers.map { .number($0, .percent(1)) })
  }
  for row in metricsTable("rows", rows).rows { table.add(row) }
  return table
}
//#-end-hidden-code
