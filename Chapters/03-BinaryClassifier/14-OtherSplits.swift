import Regression
import Workbook

/*:
 ## One split may be lucky

 Another split gives other numbers, and so do other random weights. So the whole
 procedure is repeated \(splits.count) times: split in three, train both
 networks, choose the epoch by the validation set, look at the test set once.

 ![The accuracy on the test set over several splits](table:splits)

 Hidden layers help: the median of the network is \(splits.deep), that of
 logistic regression \(splits.logistic). The median is the number in the middle,
 or the mean of the two there. We take it and not the mean, because a training
 can fail. One network that ends near the accuracy of a coin lowers the mean of
 a few by several points, and can hide what the others gain; the median hardly
 notices it. In the \(splits.count) trainings with hidden layers that happens
 \(splits.failed) times; only a look at every result can tell.

 > **Guess:** After its minimum the validation loss rises a good deal. How much
 > accuracy does that cost?
 >
 > None here. The median accuracy on the test set is \(splits.best) at the
 > minimum and \(splits.end) at the end. Split by split, the accuracy at the end
 > minus that at the minimum has a median of \(splits.change) percentage points.

 ![The network with hidden layers at its lowest validation loss and at the last
 epoch, medians over the splits](table:stopping)

 The loss does not count mistakes, it weighs them. An overfitted network makes
 about as many mistakes or fewer, but is more certain of them: at the minimum
 its wrong predictions have a median certainty of \(splits.sureBest), and at the
 end of \(splits.sureEnd). Who needs only the decision loses nothing here by
 training too long. Who needs the probability loses more.
 */

/// Repeats split, training and test many times, with and without hidden layers.
func repeatOnOtherSplits<Scalar: FloatingField>(
  on run: inout RunRecorder, _ images: LabelledImages,
  _ setup: CatSetup<Scalar>
) throws {
  run.section("Other splits")
  run.ask("The validation loss rises. How much accuracy does that cost?")
  let seed = run.options.seed
  let count = run.setting(8, as: "splits.count", label: "splits")
  let results = try concurrentMap(count) { number in
    Result { () throws -> SplitResult in
      var random = SplitMix64(seed: seed, stream: "cats.split.\(number)")
      return try SplitResult(images, setup, using: &random)
    }
  }.map { try $0.get() }
  recordSplits(on: &run, results)
  let logistic = median(results.map(\.logistic))
  let deep = median(results.map(\.best.accuracy))
  run.checkWhenFull(
    "hidden layers classify cats and dogs better than logistic regression",
    deep > logistic + 0.02,
    detail: "medians over \(count) splits in which no group is on two sides")
  run.checkWhenFull(
    "the validation loss falls to a minimum, and then it rises",
    median(results.map { $0.end.validation / $0.best.validation }) > 1.1
      && median(results.map { $0.end.training / $0.best.training }) < 0.5,
    detail: "while the training loss falls to less than half, in the median")
  run.checkWhenFull(
    "training past the validation minimum costs next to no accuracy",
    median(results.map { $0.best.accuracy - $0.end.accuracy }) < 0.01,
    detail: "on the test set, in the median over \(count) splits")
  run.checkWhenFull(
    "a network that overfits is more certain of its mistakes",
    median(results.map { $0.end.certainty - $0.best.certainty }) > 0.02,
    detail: "of its wrong predictions on the test set")
}

//#-hidden-code
/// What one split gives.
struct SplitResult: Sendable {
  /// A network at some epoch.
  struct Moment: Sendable {
    var epoch: Int
    var training: Double
    var validation: Double
    /// The accuracy on the test set.
    var accuracy: Double
    /// The median probability that the wrong predictions on the test set have.
    var certainty: Double
  }

  /// The test accuracy of logistic regression.
  var logistic: Double
  /// The network at its lowest validation loss.
  var best: Moment
  /// The network after the last epoch.
  var end: Moment

  init<Scalar: FloatingField>(
    _ images: LabelledImages, _ setup: CatSetup<Scalar>,
    using random: inout SplitMix64
  ) throws {
    let data = try Silhouettes(images, validation: 0.2, using: &random)
    let (training, validation) = (
      data.training.binary(as: Scalar.self),
      data.validation.binary(as: Scalar.self)
    )
    let (logistic, deep) = try setup.networks(using: &random)
    let trainings = [logistic, deep].map {
      $0.validated(
        on: training, beside: validation, setup.optimiser, setup.loop,
        using: &random)
    }
    self.logistic =
      trainings[0].best.network.confusion(on: data.test).accuracy ?? .nan
    func moment(_ network: Network<Scalar>, _ epoch: Int) -> Moment {
      Moment(
        epoch: epoch, training: Double(network.meanLoss(on: training)),
        validation: Double(network.meanLoss(on: validation)),
        accuracy: network.confusion(on: data.test).accuracy ?? .nan,
        certainty: network.certaintyOfMistakes(on: data.test))
    }
    best = moment(trainings[1].best.network, trainings[1].best.epoch)
    end = moment(trainings[1].last, setup.loop.epochs)
  }
}

extension Network where Scalar: FloatingField {
  /// Returns the median probability that the network gives to a class that is
  /// wrong, of those that it predicts.
  func certaintyOfMistakes(on points: LabelledPoints) -> Double {
    let z = logits(from: Matrix(rounding: points.points)).elements
    return median(
      zip(z, points.labels).filter { ($0 > 0 ? 1 : 0) != $1 }.map {
        Double(sigmoid(abs($0.0)))
      })
  }
}

/// Returns the number in the middle, or the mean of two; NaN of none.
package func median(_ numbers: [Double]) -> Double {
  let sorted = numbers.sorted()
  guard let last = sorted.last, !numbers.contains(where: \.isNaN) else {
    return .nan
  }
  let half = sorted.count / 2
  return sorted.count % 2 == 1
    ? sorted[half]
    : sorted.count == 1 ? last : (sorted[half - 1] + sorted[half]) / 2
}

/// Shows what the splits give.
func recordSplits(on run: inout RunRecorder, _ results: [SplitResult]) {
  let percent = NumberFormat.percent(1)
  func row(_ name: String, _ numbers: [Double]) -> [Table.Cell] {
    [
      .text(name), .number(median(numbers), percent),
      .number(numbers.reduce(1, min), percent),
      .number(numbers.reduce(0, max), percent),
    ]
  }
  run.show(
    Table(
      "splits", columns: ["network", "median", "lowest", "highest"],
      rows: [
        row("logistic regression", results.map(\.logistic)),
        row("with hidden layers", results.map(\.best.accuracy)),
      ]))
  func stopping(_ name: String, _ moments: [SplitResult.Moment]) -> [Table.Cell]
  {
    [
      .text(name),
      .number(median(moments.map { Double($0.epoch) }), .decimals(1)),
      .number(median(moments.map(\.training)), .decimals(3)),
      .number(median(moments.map(\.validation)), .decimals(3)),
      .number(median(moments.map(\.accuracy)), percent),
    ]
  }
  run.show(
    Table(
      "stopping",
      columns: [
        "moment", "epoch", "training loss", "validation loss", "test accuracy",
      ],
      rows: [
        stopping("lowest validation loss", results.map(\.best)),
        stopping("last epoch", results.map(\.end)),
      ]))
  run.record(
    results.count { min($0.best.accuracy, $0.end.accuracy) < 0.6 },
    as: "splits.failed", label: "trainings that fail")
  run.record(
    100 * median(results.map { $0.end.accuracy - $0.best.accuracy }),
    .decimals(1), as: "splits.change",
    label: "accuracy at the end minus that, in points")
  for (name, label, numbers) in [
    ("logistic", "logistic regression", results.map(\.logistic)),
    ("deep", "with hidden layers", results.map(\.best.accuracy)),
    (
      "best", "accuracy at the lowest validation loss",
      results.map(\.best.accuracy)
    ),
    ("end", "accuracy at the end", results.map(\.end.accuracy)),
    ("sureBest", "certainty of mistakes, then", results.map(\.best.certainty)),
    (
      "sureEnd", "certainty of mistakes, at the end",
      results.map(\.end.certainty)
    ),
  ] {
    run.record(median(numbers), percent, as: "splits.\(name)", label: label)
  }
}
//#-end-hidden-code
