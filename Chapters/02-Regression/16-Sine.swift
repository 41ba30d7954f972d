import Workbook

/*:
 ## A sine, and what weight decay does

 The same \(bent.hidden) ramps can follow a sine. Three settings differ from the
 cured fit above. The biases start with a standard deviation of \(sine.spread),
 because the period is longer than the interval of the bent line. The learning
 rate is \(sine.rate), and training has \(sine.epochs) epochs. Where $\lambda$
 is large, the weights cannot grow, and the fit is little better than a straight
 line: its mean squared error is \(sine.decayed), that of the best straight line
 \(sine.line).

 ![A sine, with and without weight decay](figure:sine-fit)

 ![What weight decay does to the error and to the weights](table:decay)
 */

/// Fits a sine with three strengths of weight decay.
func fitSine<Scalar: FloatingField>(
  on run: inout RunRecorder, _ settings: FitSettings, in scalar: Scalar.Type
) {
  run.section("A sine, with and without weight decay")
  let data = Dataset<Scalar>(Dataset<Double>.sine)
  let spread = run.setting(
    2, .decimals(0), as: "sine.spread", label: "deviation of the biases")
  let learningRate = Scalar(
    run.setting(0.01, .decimals(2), as: "sine.rate", label: "learning rate η"))
  let epochs = run.setting(
    run.repetitions(1_200), as: "sine.epochs", label: "epochs")
  var table = Table("decay", columns: ["λ", "mean squared error", "‖W‖²"])
  var fits: [(String, Matrix<Scalar>)] = []
  for weightDecay in [0, 1 / 100, 1 / 10] as [Scalar] {
    var random = run.random("sine")
    let (network, _, _) = fit(
      data, hidden: settings.hidden,
      .sgd(learningRate: learningRate, weightDecay: weightDecay),
      TrainingLoop(batchSize: settings.batch, epochs: epochs),
      spread: spread, using: &random)
    let prediction = network.prediction(from: data.x, through: .relu)
    let error = (prediction - data.y).squaredNorm / Scalar(data.count)
    let size = network.w1.squaredNorm + network.w2.squaredNorm
    table.add([
      .number(Double(weightDecay), .decimals(2)),
      .number(Double(error), .scientific(2)),
      .number(Double(size), .decimals(1)),
    ])
    if weightDecay != 1 / 100 {
      fits.append((weightDecay == 0 ? "λ = 0" : "λ = 0.1", prediction))
    }
    if weightDecay == 1 / 10 {
      recordDecayed(on: &run, error: Double(error))
    }
    if weightDecay == 0 {
      run.checkWhenFull(
        "\(settings.hidden) ramps follow a sine", Double(error) < 0.005,
        detail: "mean squared error "
          + "\(NumberFormat.scientific(2).text(of: Double(error))), at most "
          + "one hundredth of the sine's mean square, ½")
    }
  }
  run.show(Figure("sine-fit", fitPlot(Dataset.sine, fits)))
  run.show(table)
}

//#-hidden-code
/// Records the error of the fit with the strongest weight decay, beside that of
/// a straight line.
func recordDecayed(on run: inout RunRecorder, error: Double) {
  let line = Dataset.sine.squaredErrorOfBestLine
  run.record(
    error, .decimals(2), as: "sine.decayed",
    label: "mean squared error with the strongest decay")
  run.record(
    line, .decimals(2), as: "sine.line",
    label: "mean squared error of the best line")
  run.checkWhenFull(
    "strong weight decay leaves little more than a straight line",
    error > line / 2, detail: "more than half of the error of the best line")
}
//#-end-hidden-code
