import BinaryClassifier
import Regression
import Training
import Workbook

/*:
 # 9 · Is it really that good?, the second part

 The first part measured how good one network is. This part asks what would make
 it better and whether others are, and how an accuracy becomes too high without
 anybody noticing. Then the network is saved, and gets a digit of your own.

 ## Would more data help?

 More examples cost time and money. Whether they would help can be measured with
 those that are there: train on a part of them, on twice that part, and so on,
 and look at the error on a validation set.

 To collect more data is a choice, and choices are made on a validation set. So
 the sealed test set takes no part here. The other digits are split in training
 and validation \(more.draws) times anew, and each time the training sets of all
 sizes are nested: the first examples of one order. Every network takes
 \(more.steps) steps, whatever its number of examples; with a fixed number of
 epochs, the network of few examples would also be one of few steps.

 The error often falls as a **power law** of the number of examples $n$,

 $$
 E(n) \approx a \, n^{-b}, \qquad \log E \approx \log a - b \log n,
 $$

 a line in logarithms. Then each doubling multiplies the error by the same
 factor, $2^{-b}$.
 */

/// An error that falls as a power of the number of examples, a · n^(−b).
struct PowerLaw {
  let logScale: Double  // log a
  let exponent: Double  // b

  func error(at size: Int) -> Double {
    Double.exp(logScale - exponent * Double.log(Double(size)))
  }
}

/*:
 The line of least squares goes through the means, and its slope is that of
 [chapter 2](chapter:2):
 */

extension PowerLaw {
  init(sizes: [Int], errors: [Double]) {
    let x = Vector(sizes.map { Double.log(Double($0)) })  // [sizes]
    let y = Vector(errors.map { Double.log($0) })  // [sizes]
    let n = Double(sizes.count)
    let (dx, dy) = (x.map { $0 - x.sum / n }, y.map { $0 - y.sum / n })
    exponent = -dx.dot(dy) / dx.dot(dx)
    logScale = (y.sum + exponent * x.sum) / n
  }
}

/*:
 A fit is no prediction. So the last doubling is held back: the law is fitted to
 the sizes up to \(more.half) and has to say what \(more.all) examples will
 give.

 > **Guess:** With \(more.half) examples the error is \(more.halferror). What is
 > it with \(more.all)?
 >
 > The law of the smaller sizes says \(more.predicted), and \(more.measured) is
 > measured: \(more.ratio) times as much. So the same must be expected of what
 > it says beyond the data.

 ![The error on the validation set against the number of training examples: each
 split, the mean, and the law that was fitted without the last
 size](figure:more-data)

 So what would twice the data bring, \(more.twice) examples? A doubling
 multiplies the error by \(more.factor), by the law of all sizes; the last one
 multiplied it by \(more.lastfactor). From the error that is measured, the first
 gives \(more.next) and the second \(more.nextlast). That is an answer for the
 reader who must decide, and it is an extrapolation: nothing here can test it. A
 law cannot hold for ever where some images are unreadable.

 ![Mean error on the validation set by number of training
 examples](table:more-data)
 */

//#-hidden-code
extension DigitSets {
  /// The digits outside of the sealed test set.
  var unsealed: LabelledPoints {
    images.points(at: split.training + split.validation)
  }
}

/// How the error is measured by the number of examples.
private struct SizeStudy: Sendable {
  let sizes: [Int]
  let steps: Int
  let settings: DigitSettings

  /// Returns the error of each size on one split of the points.
  func errors<Scalar: FloatingField>(
    _ points: LabelledPoints, in scalar: Scalar.Type,
    using random: inout SplitMix64
  ) throws(ArchitectureError) -> [Double] {
    let split = Split(
      stratifying: points.labels, test: validationFraction, using: &random)
    let validation = points.examples(at: split.test)
    var errors: [Double] = []
    for size in sizes {
      var network = try Network<Scalar>.forDigits(using: &random)
      let training = points.examples(at: Array(split.training.prefix(size)))
      var settings = settings
      let batches =
        (training.count + settings.batchSize - 1) / settings.batchSize
      settings.epochs = max(1, steps / max(1, batches))
      network.learn(training, settings, using: &random)
      errors.append(1 - (network.confusion(on: validation).accuracy ?? .nan))
    }
    return errors
  }
}

/// The part of the digits outside of the test set that is for validation.
private let validationFraction = 0.25

/// Measures the error by the number of examples, and predicts the last one.
func measureMoreData<Scalar: FloatingField>(
  on run: inout RunRecorder, _ sets: DigitSets, in scalar: Scalar.Type
) throws {
  run.section("Would more data help?")
  run.ask("The error with half of the data is known. What is it with all?")
  let points = sets.unsealed
  let all = Int(Double(points.count) * (1 - validationFraction))
  let halvings = run.setting(
    4, as: "more.halvings", label: "halvings of the training set", least: 2)
  let sizes = (0...min(halvings, 5)).reversed().map { all >> $0 }
  let study = SizeStudy(
    sizes: sizes,
    steps: run.setting(
      run.repetitions(700), as: "more.steps", label: "steps of each network"),
    settings: DigitSettings())
  let draws = run.setting(
    run.repetitions(7, least: 2), as: "more.draws", label: "splits")
  let seed = run.options.seed
  let errors = try concurrentMap(draws) { draw in
    Result { () throws(ArchitectureError) -> [Double] in
      var random = SplitMix64(seed: seed, stream: "9.more.\(draw)")
      return try study.errors(points, in: scalar, using: &random)
    }
  }.map { try $0.get() }
  // A mean of 0, which has no logarithm, counts as half a mistake in all.
  let least = 0.5 / Double(draws * (points.count - all))
  let means = sizes.indices.map { index in
    max(least, errors.reduce(0) { $0 + $1[index] } / Double(draws))
  }
  showMoreData(on: &run, sizes, errors, means)
}

/// Shows the errors, the law of all sizes but the last, and what it predicts.
private func showMoreData(
  on run: inout RunRecorder, _ sizes: [Int], _ errors: [[Double]],
  _ means: [Double]
) {
  let (all, half) = (sizes[sizes.count - 1], sizes[sizes.count - 2])
  let known = PowerLaw(
    sizes: sizes.dropLast(), errors: means.dropLast())
  let whole = PowerLaw(sizes: sizes, errors: means)
  let predicted = known.error(at: all)
  let (measured, before) = (means[means.count - 1], means[means.count - 2])
  run.show(
    Figure(
      "more-data",
      LinePlot(
        x: .log("training examples"), y: .log("error on the validation set"),
        series: [
          .init(
            "one split",
            errors.flatMap { row in
              zip(sizes, row).map { .init(Double($0), $1) }
            }, isJoined: false),
          .init("mean", zip(sizes, means).map { .init(Double($0), $1) }),
          .init(
            "law without the last",
            (sizes + [2 * all]).map { .init(Double($0), known.error(at: $0)) }),
        ])))
  run.show(
    Table(
      "more-data", columns: ["examples", "mean error", "law without the last"],
      rows: zip(sizes, means).map { size, mean in
        [
          .count(size), .number(mean, .percent(1)),
          .number(known.error(at: size), .percent(1)),
        ]
      }))
  let factor = Double.exp(-whole.exponent * Double.log(2))
  let last = measured / before
  run.record(half, as: "more.half", label: "half of the examples")
  run.record(all, as: "more.all", label: "all of the examples")
  run.record(2 * all, as: "more.twice", label: "twice the examples")
  let percent = NumberFormat.percent(1)
  for (value, name, label) in [
    (before, "halferror", "error with half of them"),
    (predicted, "predicted", "error that is predicted with all"),
    (measured, "measured", "error that is measured with all"),
    (measured * factor, "next", "error with twice, by the law"),
    (measured * last, "nextlast", "error with twice, by the last doubling"),
  ] {
    run.record(value, percent, as: "more.\(name)", label: label)
  }
  run.record(
    last, .decimals(2), as: "more.lastfactor", label: "factor of the last one")
  run.record(
    measured / predicted, .decimals(1), as: "more.ratio",
    label: "measured to predicted")
  run.record(
    factor, .decimals(2), as: "more.factor", label: "factor of a doubling")
  run.checkWhenFull(
    "four times the data lowers the mean error",
    measured < means[means.count - 3], detail: "on \(errors.count) splits")
  run.checkWhenFull(
    "the law of the smaller sizes is right about the last within a factor of 2",
    (0.5...2).contains(measured / predicted),
    detail: "the last size was held back")
}
//#-end-hidden-code
