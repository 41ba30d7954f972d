import BinaryClassifier
import Multiclass
import Regression
import Training
import Workbook

/*:
 ## Leaks: what the training must not know

 A test set measures what a classifier does on examples that it does not know.
 A **leak** is a way by which it knows something about them after all. Then the
 number that is claimed is higher than the truth. A leak raises no error and
 looks like success, so these three sections plant leaks on purpose and
 measure each in points of accuracy, beside the same work without the leak.

 ### Preparing before the split

 Inputs are often **normalised**: the mean of each feature is subtracted, and
 the rest divided by the standard deviation.
 */

/// Takes the mean and the standard deviation of each feature to 0 and 1.
struct Normalisation {
  let mean: Vector<Double>  // [features]
  let deviation: Vector<Double>  // [features]

  /// Measures both on some points. A feature without spread is not divided.
  init(of points: Matrix<Double>) {
    let n = Double(points.rows)
    let mean = points.sumOfRows / n
    let squares = (points + -1 * mean).map { $0 * $0 }.sumOfRows / n
    self.mean = mean
    deviation = squares.map { $0 > 0 ? $0.squareRoot() : 1 }
  }
}

/*:
 All inputs of the network are then normalised by these numbers.
 */

extension Normalisation {
  /// Returns the points with every feature normalised.
  func callAsFunction(_ points: LabelledPoints) -> LabelledPoints {
    var result = points
    result.points = Matrix(
      rows: points.points.rows, columns: points.points.columns
    ) { (points.points[$0, $1] - mean[$1]) / deviation[$1] }
    return result
  }
}

/*:
 Mean and deviation belong to the training set: a new image is normalised by
 numbers that are known before it comes. To measure them on all data first and
 split afterwards is a leak.

 > **Guess:** By how many points does the leak raise the accuracy, with
 > \(normal.many) training examples, and with \(normal.few)?
 >
 > By \(normal.manypoints), and by \(normal.fewpoints). Here it does little:
 > mean and deviation say nothing about labels, and a large training set has
 > nearly the same ones.

 ![Accuracy on the digits, normalised by the training set and by all: medians
 over several splits, and the median of the paired
 differences](table:normalised)

 A preparation that looks at the *labels* is another matter. Take
 \(select.examples) examples with features that are random numbers, and labels
 that have nothing to do with them. Nothing can be learned: the truth is a
 coin's. Keep the \(select.kept) features that go best with the labels, split,
 train a linear classifier on one half and test it on the other.

 > **Guess:** What accuracy does the test set claim, if the best of
 > \(select.features) features are chosen before the split?
 >
 > \(select.leaky). With so many features some go with the labels by chance, in
 > both halves alike, because both halves took part in the choice. Chosen by the
 > training half alone they give \(select.clean).

 ![Claimed accuracy where there is nothing to learn, by the number of features
 to choose from](figure:select-leak)

 [Ambroise and McLachlan](cite:ambroise-mclachlan-2002) found this leak in
 published studies of genes, which have few patients and thousands of features.
 The cure is one rule: split first, and let everything that is fitted, also the
 preparation, see the training set only.
 */

//#-hidden-code
/// Returns the results of an experiment that is repeated, each time with a
/// generator of its own.
func repeated(
  _ count: Int, seed: UInt64, _ stream: String,
  _ experiment: @Sendable (inout SplitMix64) throws -> [Double]
) throws -> [[Double]] {
  try concurrentMap(count) { number in
    Result { () throws -> [Double] in
      var random = SplitMix64(seed: seed, stream: "9.\(stream).\(number)")
      return try experiment(&random)
    }
  }.map { try $0.get() }
}

/// Returns the median of each column.
func medians(_ rows: [[Double]]) -> [Double] {
  (rows.first ?? []).indices.map { column in
    median(rows.map { $0[column] })
  }
}

extension Network where Scalar: FloatingField {
  /// Returns the accuracy on some points; NaN where there are none.
  func accuracy(on points: LabelledPoints) -> Double {
    confusion(on: points).accuracy ?? .nan
  }
}

/// Measures what it brings to prepare the data before they are split.
func measurePreparation<Scalar: FloatingField>(
  on run: inout RunRecorder, _ sets: DigitSets, in scalar: Scalar.Type
) throws {
  run.section("Leaks: preparing before the split")
  try measureNormalisation(on: &run, sets.unsealed, in: scalar)
  try measureSelection(on: &run, in: scalar)
}

private func measureNormalisation<Scalar: FloatingField>(
  on run: inout RunRecorder, _ points: LabelledPoints, in scalar: Scalar.Type
) throws {
  run.ask("Normalised with all data and not the training set: what is gained?")
  let draws = run.setting(
    run.repetitions(12, least: 2), as: "normal.draws", label: "splits")
  let few = min(
    points.count / 2,
    run.setting(20, as: "normal.few", label: "few training examples"))
  let many = points.count * 4 / 5
  run.record(many, as: "normal.many", label: "many training examples")
  let whole = Normalisation(of: points.points)
  let percent = NumberFormat.percent(1)
  var table = Table(
    "normalised",
    columns: ["training examples", "by the training set", "by all", "points"])
  for (size, name, epochs) in [(many, "many", 10), (few, "few", 100)] {
    var settings = DigitSettings()
    settings.epochs = run.setting(
      run.repetitions(epochs), as: "normal.\(name)epochs",
      label: "epochs with \(name) examples")
    let stream = "normal.\(name)"
    let results = try repeated(draws, seed: run.options.seed, stream) {
      [settings] random in
      let order = random.shuffled(0..<points.count)
      let training = points.examples(at: Array(order.prefix(size)))
      let test = points.examples(at: Array(order.dropFirst(size)))
      let start = try Network<Scalar>.forDigits(using: &random)
      let batches = random
      let own = Normalisation(of: training.points)
      let accuracies = [own, whole].map { normalised in
        var (network, random) = (start, batches)
        network.learn(normalised(training), settings, using: &random)
        return network.accuracy(on: normalised(test))
      }
      return accuracies + [accuracies[1] - accuracies[0]]
    }
    let all = medians(results)
    run.record(
      100 * all[2], .decimals(1), as: "normal.\(name)points",
      label: "points by the leak, \(name) examples")
    table.add([
      .count(size), .number(all[0], percent), .number(all[1], percent),
      .number(100 * all[2], .decimals(1)),
    ])
    if name == "many" {
      run.checkWhenFull(
        "with many examples it is no matter what they are normalised by",
        abs(all[2]) < 0.01, detail: "median over \(draws) splits")
    }
  }
  run.show(table)
}

/// Returns the positions of the features that go best with the labels: those
/// whose sums over the two classes differ most.
private func bestFeatures(
  _ count: Int, of points: LabelledPoints, at examples: [Int]
) -> [Int] {
  var sums = [Double](repeating: 0, count: points.points.columns)
  for row in examples {
    let sign: Double = points.labels[row] == 1 ? 1 : -1
    for column in sums.indices {
      sums[column] += sign * points.points[row, column]
    }
  }
  let order = sums.indices.sorted { abs(sums[$0]) > abs(sums[$1]) }
  return Array(order.prefix(count))
}

extension LabelledPoints {
  /// Returns the points with some of their features.
  fileprivate func features(_ columns: [Int]) -> LabelledPoints {
    LabelledPoints(
      points: Matrix(rows: count, columns: columns.count) {
        points[$0, columns[$1]]
      }, labels: labels, classes: classes)
  }
}

private func measureSelection<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.ask("Random labels, and the best of 5,000 random features: how accurate?")
  let examples = run.setting(
    50, as: "select.examples", label: "random examples", least: 8)
  let kept = run.setting(20, as: "select.kept", label: "features that are kept")
  let most = run.setting(
    5_000, as: "select.features", label: "features to choose from")
  let draws = run.setting(
    run.repetitions(15, least: 3), as: "select.draws", label: "random data sets"
  )
  let counts = [1.0, 0.2, 0.04, 0.004].map {
    max(min(kept, most), Int($0 * Double(most)))
  }
  let labels = (0..<examples).map { $0 % 2 }
  var settings = DigitSettings()
  (settings.learningRate, settings.epochs) = (0.01, 60)
  let results = try repeated(draws, seed: run.options.seed, "select") {
    [settings] random in
    let all = LabelledPoints(
      points: .normal(examples, most, using: &random), labels: labels,
      classes: 2)
    return try counts.flatMap { count in
      let data = all.features(Array(0..<count))
      let split = Split(stratifying: labels, test: 0.5, using: &random)
      return try [Array(0..<examples), split.training].map { seen in
        let chosen = data.features(bestFeatures(kept, of: data, at: seen))
        var network = try Network<Scalar>(
          [.width(min(kept, count)), 2, .softmax], loss: .crossEntropy,
          using: &random)
        network.learn(
          chosen.examples(at: split.training), settings, using: &random)
        return network.accuracy(on: chosen.examples(at: split.test))
      }
    }
  }
  let all = medians(results)
  func series(_ offset: Int) -> [LinePlot.Point] {
    counts.indices.reversed().map {
      .init(Double(counts[$0]), all[2 * $0 + offset])
    }
  }
  run.show(
    Figure(
      "select-leak",
      LinePlot(
        x: .log("features to choose from"), y: .linear("claimed accuracy"),
        series: [
          .init("chosen on all data", series(0)),
          .init("chosen on the training set", series(1)),
        ])))
  run.record(
    all[0], .percent(0), as: "select.leaky", label: "chosen on all data")
  run.record(
    all[1], .percent(0), as: "select.clean", label: "chosen on the training set"
  )
  run.checkWhenFull(
    "features chosen before the split claim what cannot be",
    all[0] > 0.8 && abs(all[1] - 0.5) < 0.15,
    detail: "random labels, so the truth is 50 %")
}
//#-end-hidden-code
