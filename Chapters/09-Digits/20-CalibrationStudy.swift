import BinaryClassifier
import Multiclass
import Regression
import Training
import Workbook

//#-hidden-code
/// Networks of few examples, after more and more epochs.
struct CalibrationStudy<Scalar: FloatingField> {
  /// A network on the digits that it has not seen, as it is and scaled.
  struct Moment: Sendable {
    let raw: JudgedPredictions
    let scaled: JudgedPredictions
    let temperature: Double
  }

  let bins: Int
  let epochs: [Int]
  /// For each number of epochs, a moment of each training.
  let moments: [[Moment]]

  init(
    on run: inout RunRecorder, _ sets: DigitSets, _ bins: Int
  ) throws {
    self.bins = bins
    let most = run.setting(
      run.repetitions(300), as: "calibration.epochs", label: "epochs")
    let count = sets.training.count
    let few = min(
      run.setting(200, as: "calibration.wanted", label: "digits wanted"),
      max(1, count - 1))
    run.record(few, as: "calibration.few", label: "digits for training")
    run.record(count - few, as: "calibration.rest", label: "digits kept")
    let networks = run.setting(
      5, as: "calibration.networks", label: "trainings")
    let epochs = [30, 10, 3, 1].map { max(1, most / $0) }
    self.epochs = epochs
    let seed = run.options.seed
    let (training, validation) = (sets.training, sets.validation)
    let moments = try concurrentMap(networks * epochs.count) { index in
      Result { () throws -> Moment in
        // The same start and the same batches for all numbers of epochs.
        var random = SplitMix64(
          seed: seed, stream: "calibration.\(index / epochs.count)")
        let order = random.shuffled(0..<count)
        var network = try Network<Scalar>.forDigits(using: &random)
        var settings = DigitSettings()
        settings.epochs = epochs[index % epochs.count]
        network.learn(
          training.examples(at: Array(order.prefix(few))), settings,
          using: &random)
        let raw = JudgedPredictions(
          network, training.examples(at: Array(order.dropFirst(few))))
        let temperature =
          JudgedPredictions(network, validation).temperature
        return Moment(
          raw: raw, scaled: JudgedPredictions(raw, temperature: temperature),
          temperature: temperature)
      }
    }.map { try $0.get() }
    self.moments = epochs.indices.map { epoch in
      (0..<networks).map { moments[$0 * epochs.count + epoch] }
    }
  }

  /// Returns the median of a measure over the trainings.
  func median(
    _ epoch: Int, _ measure: (Moment) -> Double?
  ) -> Double {
    BinaryClassifier.median(moments[epoch].map { measure($0) ?? .nan })
  }

  func overconfidence(_ judged: JudgedPredictions) -> Double? {
    judged.calibration(bins).overconfidence
  }
  func error(_ judged: JudgedPredictions) -> Double? {
    judged.calibration(bins).expectedError
  }
  func brier(_ judged: JudgedPredictions) -> Double? {
    judged.calibration(bins).brierScore
  }
  func confidence(_ judged: JudgedPredictions) -> Double? {
    overconfidence(judged).map { $0 + (judged.confusion.accuracy ?? .nan) }
  }
}

extension CalibrationStudy {
  /// Shows what more epochs do.
  func showEpochs(on run: inout RunRecorder) {
    let percent = NumberFormat.percent(1)
    run.show(
      Table(
        "calibration-epochs",
        columns: [
          "epochs", "accuracy", "loss", "mean confidence",
          "certainty of mistakes", "calibration error", "Brier score",
        ],
        rows: epochs.indices.map { epoch in
          [
            .count(epochs[epoch]),
            .number(median(epoch) { $0.raw.confusion.accuracy }, percent),
            .number(median(epoch) { $0.raw.meanLoss }, .decimals(3)),
            .number(median(epoch) { confidence($0.raw) }, percent),
            .number(median(epoch) { $0.raw.certaintyOfMistakes }, percent),
            .number(median(epoch) { error($0.raw) }, percent),
            .number(median(epoch) { brier($0.raw) }, .decimals(3)),
          ]
        }))
    func curve(_ measure: (Moment) -> Double?) -> [LinePlot.Point] {
      epochs.indices.map { .init(Double(epochs[$0]), median($0, measure)) }
    }
    run.show(
      Figure(
        "calibration-epochs",
        LinePlot(
          x: .log("epochs"), y: .linear("fraction"),
          series: [
            .init("accuracy", curve { $0.raw.confusion.accuracy }),
            .init("mean confidence", curve { confidence($0.raw) }),
            .init(
              "certainty of mistakes", curve { $0.raw.certaintyOfMistakes }),
          ])))
    let last = epochs.count - 1
    run.checkWhenFull(
      "trained long, a network of few examples is over-confident",
      median(last) { overconfidence($0.raw) } > 0.01
        && median(last) { overconfidence($0.raw) }
          > median(0) { overconfidence($0.raw) },
      detail: "its mean confidence on fresh digits is above its accuracy")
    run.checkWhenFull(
      "it becomes more certain of its mistakes",
      median(last) { $0.raw.certaintyOfMistakes }
        > median(0) { $0.raw.certaintyOfMistakes } + 0.1,
      detail: "from \(epochs[0]) to \(epochs[last]) epochs, medians")
  }

  /// Shows what the temperature does.
  func showScaling(on run: inout RunRecorder) {
    let last = epochs.count - 1
    let first = moments[last][0]
    run.ask("How many predictions change when all logits are scaled?")
    run.record(
      first.temperature, .decimals(2), as: "calibration.temperature",
      label: "temperature")
    let changed = moments.joined().reduce(0) { sum, moment in
      sum
        + zip(moment.raw.predicted, moment.scaled.predicted).count { $0 != $1 }
    }
    run.record(changed, as: "calibration.changed", label: "that change")
    let percent = NumberFormat.percent(1)
    func row(
      _ name: String, _ judged: (Moment) -> JudgedPredictions
    ) -> [Table.Cell] {
      [
        .text(name),
        .number(median(last) { judged($0).confusion.accuracy }, percent),
        .number(median(last) { confidence(judged($0)) }, percent),
        .number(median(last) { error(judged($0)) }, percent),
        .number(median(last) { judged($0).meanLoss }, .decimals(3)),
        .number(median(last) { brier(judged($0)) }, .decimals(4)),
      ]
    }
    run.show(
      Table(
        "calibration-scaled",
        columns: [
          "logits", "accuracy", "mean confidence", "calibration error", "loss",
          "Brier score",
        ], rows: [row("as they are") { $0.raw }, row("scaled") { $0.scaled }]))
    run.show(Figure("calibration-before", plot(first.raw.calibration(bins))))
    run.show(Figure("calibration-after", plot(first.scaled.calibration(bins))))
    run.check(
      "temperature scaling changes no prediction", changed == 0,
      detail: "in \(moments.joined().count) networks")
    run.checkWhenFull(
      "it lowers the calibration error, the loss and the Brier score",
      median(last) { (error($0.raw) ?? 0) - (error($0.scaled) ?? 1) } > 0
        && median(last) { $0.raw.meanLoss - $0.scaled.meanLoss } > 0
        && median(last) { (brier($0.raw) ?? 0) - (brier($0.scaled) ?? 1) } > 0,
      detail: "on fresh digits, medians over the trainings")
  }

  /// Returns a plot of the accuracy in each bin.
  func plot(_ calibration: Calibration) -> LinePlot {
    let filled = calibration.bins.filter { $0.count > 0 }
    func curve(_ name: String, _ y: (Calibration.Bin) -> Double)
      -> LinePlot.Series
    {
      .init(name, filled.map { .init($0.confidence ?? .nan, y($0)) })
    }
    return LinePlot(
      x: .linear("confidence"), y: .linear("accuracy"),
      series: [
        curve("network") { $0.accuracy.accuracy ?? .nan },
        curve("upper end") { $0.accuracy.high },
        curve("lower end") { $0.accuracy.low },
        .init("calibrated", [.init(0, 0), .init(1, 1)]),
      ])
  }
}
//#-end-hidden-code
