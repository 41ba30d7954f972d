import Workbook

/*:
 ## The bent line, nearly followed

 Now again the curve from the beginning of the chapter:

 $$
 f(x) = \max(0, \tfrac{1}{2} x + \tfrac{1}{5})
   + \tfrac{3}{10} \max(0, \tfrac{1}{2} - x)
   \qquad \text{on } [-2, 2]
 $$

 The network has \(bent.hidden) hidden units, He's normal weights and zero
 biases. It takes mini-batches of \(bent.batch) for \(bent.epochs) epochs, with
 a learning rate of \(bent.rate) and no weight decay.

 One seed may be lucky, so the third column of the table is the median of
 \(bent.seeds) seeds. A public tutorial printed its losses on this curve, but
 told neither its learning rate nor its noise. The last column copies them by
 hand: no run of ours made those numbers, and we have no address where you could
 read them. We take them for means of squares, so ours are doubled.

 ![Mean squared error on all points after every fifth epoch](table:bent-loss)

 At the end the mean squared error is \(bent.mse), that of the best straight
 line \(bent.line). So is the bent line followed?

 > **Guess:** At $x = 0$ the line has the value \(bent.truth). What does the
 > network predict there?
 >
 > \(bent.middle). The mean over all points hides a large local error.

 ![The bent line, and the predictions of the network: one kink instead of
 two](figure:bent-fit)
 */

//#-hidden-code
/// Mean squared errors that a public tutorial printed for the same curve.
///
/// - Source: the table of a public tutorial on regression by a network of one
///   hidden layer, whose address we do not have; learning rate and noise were
///   not given there.
let publishedErrors = [
  0.0044, 0.0039, 0.0036, 0.0033, 0.0030,
  0.0029, 0.0027, 0.0023, 0.0023, 0.0021,
]

/// The settings of the fits of the bent line.
struct FitSettings {
  /// The number of hidden units, each a ramp.
  let hidden: Int
  let batch: Int
  let rate: Double
  let epochs: Int
  let seeds: Int

  init(on run: inout RunRecorder) {
    hidden = run.setting(64, as: "bent.hidden", label: "hidden units")
    batch = run.setting(32, as: "bent.batch", label: "batch size")
    epochs = run.setting(
      run.repetitions(50), as: "bent.epochs", label: "epochs")
    rate = run.setting(
      0.02, .decimals(2), as: "bent.rate", label: "learning rate η")
    seeds = run.setting(20, as: "bent.seeds", label: "seeds for the median")
  }
}

/// Trains a network of ramps on one curve.
///
/// - Parameters:
///   - data: The points of the curve.
///   - hidden: The number of ramps.
///   - optimiser: What takes the steps.
///   - loop: What draws the batches.
///   - spread: The standard deviation of the first layer's biases at the start.
///   - random: The generator of weights and batches.
/// - Returns: The network, the mean loss of each epoch, and after every fifth
///   epoch the mean squared error on all points.
func fit<Scalar: FloatingField>(
  _ data: Dataset<Scalar>, hidden: Int, _ optimiser: Optimiser<Scalar>,
  _ loop: TrainingLoop, spread: Double = 0, using random: inout SplitMix64
) -> (
  network: TwoLayerNetwork<Scalar>, losses: [Scalar], errors: [Double]
) {
  var network = TwoLayerNetwork<Scalar>(
    features: 1, hidden: hidden, outputs: 1, using: &random)
  network.b1 = .normal(hidden, deviation: spread, using: &random)
  let φ = Activation<Scalar>.relu
  var errors: [Double] = []
  let losses = network.train(
    on: data, through: φ, optimiser, loop, using: &random
  ) { epoch, network in
    guard epoch % 5 == 0 else { return }
    let residual = network.prediction(from: data.x, through: φ) - data.y
    errors.append(Double(residual.squaredNorm) / Double(data.count))
  }
  return (network, losses, errors)
}
//#-end-hidden-code

/// Fits the bent line, from the run's seed and from others.
///
/// - Returns: The settings, which the next experiments use too.
func fitBentLine<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) -> FitSettings {
  run.section("The bent line, nearly followed")
  let data = Dataset<Scalar>(bentLine)
  let settings = FitSettings(on: &run)
  let optimiser = Optimiser<Scalar>.sgd(learningRate: Scalar(settings.rate))
  let loop = TrainingLoop(
    batchSize: settings.batch, epochs: settings.epochs)

  var random = run.random("bent")
  let (network, _, errors) = fit(
    data, hidden: settings.hidden, optimiser, loop, using: &random)
  let others = concurrentMap(settings.seeds) { seed in
    var random = SplitMix64(seed: UInt64(seed), stream: "bent.others")
    return fit(
      data, hidden: settings.hidden, optimiser, loop, using: &random
    ).errors
  }
  run.show(bentTable(errors, others))

  let fitted = FitErrors(of: network)
  let error = fitted.meanSquare
  run.record(
    error, .scientific(2), as: "bent.mse", label: "mean squared error")
  run.record(
    bentLine.squaredErrorOfBestLine, .scientific(2), as: "bent.line",
    label: "mean squared error of the best line")
  run.checkWhenFull(
    "the bent line is followed as closely as published, or closer",
    error <= publishedErrors[9],
    detail: "\(NumberFormat.decimals(5).text(of: error)) at the end, "
      + "\(publishedErrors[9]) published")

  run.ask("What does the network predict in the middle, at x = 0?")
  run.record(
    FitErrors.truth, .decimals(2), as: "bent.truth", label: "the line at 0")
  run.record(
    fitted.middle, .decimals(2), as: "bent.middle",
    label: "the network's prediction at 0")
  run.record(
    network.medianKink, .decimals(2), as: "bent.kink",
    label: "distance from 0 within which half of the kinks lie")
  let prediction = network.prediction(from: data.x, through: .relu)
  run.show(Figure("bent-fit", fitPlot(bentLine, [("network", prediction)])))
  return settings
}

//#-hidden-code
extension Dataset<Double> {
  /// The mean squared error of the straight line that fits best.
  var squaredErrorOfBestLine: Double {
    let line = LinearModel.closedForm(from: x, to: y)
    return 2 * (line?.lossAndGradient(from: x, to: y).loss ?? .nan)
  }
}

/// Returns our errors after every fifth epoch, and the published ones, which end
/// after fifty epochs.
func bentTable(_ errors: [Double], _ others: [[Double]]) -> Table {
  var table = Table(
    "bent-loss",
    columns: ["epoch", "this seed", "median of seeds", "published"])
  for (index, error) in errors.enumerated() {
    let published =
      publishedErrors.indices.contains(index) ? publishedErrors[index] : nil
    table.add([
      .count(5 * (index + 1)), .number(error, .decimals(5)),
      .number(median(of: others.map { $0[index] }), .decimals(5)),
      .init(published, .decimals(4)),
    ])
  }
  return table
}

/// Returns the middle number, or the mean of the two in the middle; NaN where
/// there is none.
func median(of numbers: [Double]) -> Double {
  guard !numbers.isEmpty else { return .nan }
  let sorted = numbers.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
//#-end-hidden-code
