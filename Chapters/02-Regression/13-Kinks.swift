import Workbook

/*:
 ## Kinks in different positions

 The ramp $\max(0, w x + b)$ has its kink at $x = -b/w$. Biases start at zero,
 so every ramp starts with its kink at the origin. As long as all kinks are
 there, the network can only draw two straight lines that meet at the origin,
 however many units it has. The bent line needs kinks at $-\tfrac{2}{5}$ and at
 $\tfrac{1}{2}$. Training moves them there slowly: after \(bent.epochs) epochs
 half of them lie within \(bent.kink) of the origin.

 The cure is to start the biases at random too. With a standard deviation of
 \(spread.deviation), the kinks are spread before training begins. We also try
 many more epochs, with and without the cure, to see which of the two helps.

 ![Biases that start at zero and at random: medians of \(bent.seeds)
 seeds](table:spread)

 More epochs alone do not cure the failure, and neither do random biases with
 few epochs. Both together do. From the seed of this run, the network of the
 figure now predicts \(spread.middle) at the origin, and its mean squared error
 is \(spread.mse).

 ![The bent line after \(spread.epochs) epochs, with both ways to
 start](figure:spread-fit)
 */

//#-hidden-code
/// What a network predicts for the bent line, beside the truth.
struct FitErrors {
  /// The value of the bent line at 0.
  static let truth = 0.35

  let meanSquare: Double
  /// The prediction at 0.
  let middle: Double
  /// The largest error at a point of the data.
  let worst: Double

  init<Scalar: FloatingField>(of network: TwoLayerNetwork<Scalar>) {
    let data = Dataset<Scalar>(bentLine)
    let residual = network.prediction(from: data.x, through: .relu) - data.y
    meanSquare = Double(residual.squaredNorm) / Double(data.count)
    middle = Double(network.prediction(from: [[0]], through: .relu)[0, 0])
    worst = residual.elements.map { Double(abs($0)) }.reduce(0, max)
  }
}
//#-end-hidden-code

/// Fits the bent line from biases of zero and from random biases.
///
/// - Returns: The network of the run's seed that started from random biases.
func spreadKinks<Scalar: FloatingField>(
  on run: inout RunRecorder, _ settings: FitSettings, in scalar: Scalar.Type
) -> TwoLayerNetwork<Scalar> {
  run.section("Kinks in different positions")
  let data = Dataset<Scalar>(bentLine)
  let deviation = run.setting(
    1, .decimals(0), as: "spread.deviation",
    label: "deviation of the random biases")
  let few = settings.epochs
  let many = run.setting(
    run.repetitions(1_000), as: "spread.epochs", label: "epochs, many")
  @Sendable func fitted(
    _ spread: Double, _ epochs: Int, using random: inout SplitMix64
  ) -> TwoLayerNetwork<Scalar> {
    fit(
      data, hidden: settings.hidden,
      .sgd(learningRate: Scalar(settings.rate)),
      TrainingLoop(batchSize: settings.batch, epochs: epochs), spread: spread,
      using: &random
    ).network
  }

  let starts = [(0, few), (0, many), (deviation, few), (deviation, many)]
  let seeds = settings.seeds
  let all = concurrentMap(starts.count * seeds) { number in
    let (spread, epochs) = starts[number / seeds]
    var random = SplitMix64(
      seed: UInt64(number % seeds), stream: "bent.others")
    return FitErrors(of: fitted(spread, epochs, using: &random))
  }
  let errors = starts.indices.map { start in
    Array(all[start * seeds..<(start + 1) * seeds])
  }
  run.show(spreadTable(starts, errors))
  checkSpread(on: &run, errors)

  var random = run.random("spread")
  let fromZero = fitted(0, many, using: &random)
  random = run.random("spread")
  let network = fitted(deviation, many, using: &random)
  let found = FitErrors(of: network)
  run.record(
    found.middle, .decimals(3), as: "spread.middle",
    label: "prediction at 0 from random biases")
  run.record(
    found.meanSquare, .scientific(2), as: "spread.mse",
    label: "mean squared error from random biases")
  run.show(
    Figure(
      "spread-fit",
      fitPlot(
        bentLine,
        [
          ("biases from 0", fromZero.prediction(from: data.x, through: .relu)),
          ("random biases", network.prediction(from: data.x, through: .relu)),
        ])))
  return network
}

//#-hidden-code
extension TwoLayerNetwork where Scalar: FloatingField {
  /// The distance from 0 within which the kinks of half of the ramps lie.
  var medianKink: Double {
    let kinks = (0..<b1.count).map { Double(-b1[$0] / w1[0, $0]) }
    return median(of: kinks.map { abs($0) })
  }
}

/// Returns a row for each setting: the medians over its seeds.
func spreadTable(
  _ starts: [(spread: Double, epochs: Int)], _ errors: [[FitErrors]]
) -> Table {
  var table = Table(
    "spread",
    columns: [
      "biases", "epochs", "mean squared error", "prediction at 0",
      "largest error",
    ])
  for (start, errors) in zip(starts, errors) {
    table.add([
      .text(start.spread == 0 ? "zero" : "random"), .count(start.epochs),
      .number(median(of: errors.map(\.meanSquare)), .scientific(2)),
      .number(median(of: errors.map(\.middle)), .decimals(3)),
      .number(median(of: errors.map(\.worst)), .decimals(3)),
    ])
  }
  return table
}

/// States what the two ways to start lead to: zero with few and many epochs, then
/// random with few and many.
func checkSpread(on run: inout RunRecorder, _ errors: [[FitErrors]]) {
  let misses = errors.map { seeds in
    seeds.map { abs($0.middle - FitErrors.truth) }
  }
  let typical = misses.map { median(of: $0) }
  let squares = errors.map { median(of: $0.map(\.meanSquare)) }
  let format = NumberFormat.decimals(3)
  run.checkWhenFull(
    "from biases of zero the prediction at 0 is off by 0.05 or more",
    misses[0].allSatisfy { $0 >= 0.05 },
    detail: "\(misses[0].count) seeds, off by "
      + "\(format.text(of: misses[0].reduce(.infinity, min))) at least")
  run.checkWhenFull(
    "more epochs alone do not cure it", typical[1] >= 0.03,
    detail: "off by \(format.text(of: typical[1])), the median of the seeds")
  run.checkWhenFull(
    "random biases with few epochs are not enough", squares[2] >= squares[1],
    detail: "mean squared error "
      + "\(NumberFormat.scientific(2).text(of: squares[2])), from zero with "
      + "many \(NumberFormat.scientific(2).text(of: squares[1]))")
  run.checkWhenFull(
    "random biases with as many epochs halve the errors, or do better",
    typical[3] <= typical[1] / 2 && squares[3] <= squares[1] / 2,
    detail: "off by \(format.text(of: typical[3])) at 0, mean squared error "
      + "\(NumberFormat.scientific(2).text(of: squares[3])) after "
      + "\(NumberFormat.scientific(2).text(of: squares[1]))")
}
//#-end-hidden-code
