import BinaryClassifier
import Multiclass
import Regression
import Training
import Workbook

/*:
 ## Can the probabilities be believed?

 The **confidence** of a prediction is its probability. A network is
 **calibrated** if its confidence is how often it is right: of all predictions
 with a confidence of nine tenths, nine in ten are. To measure it, put the
 predictions into bins of equal width by their confidence, and compare the mean
 confidence of each bin with its accuracy. The **expected calibration error** is
 the mean difference:

 $$
 \sum_b \frac{n_b}{n} \, \lvert \text{accuracy}_b - \text{confidence}_b \rvert
 $$

 ![The confidence of the chapter's network on the test set, in
 bins](table:calibration-bins)

 Most digits are in the last bin. The others hold a few each, and their
 intervals say how little such a bin can tell.

 > **Guess:** The calibration error is \(calibration.error). What would it be on
 > these \(calibration.count) digits if every probability were exactly true?
 >
 > About \(calibration.perfect). We draw labels from the network's own
 > probabilities, which are then true, and measure the error against them. In
 > \(calibration.draws) such draws it is never zero.

 The draws give a p-value too, \(calibration.p): how often chance alone makes
 the error of calibrated probabilities so large.

 ## Why a long training makes it over-confident

 [Chapter 3](chapter:3) found a network that becomes more certain of its
 mistakes while its accuracy stays. To see it with more digits, we train on
 \(calibration.few) digits of the training set and measure on the
 \(calibration.rest) others, which this network has not seen. The test set stays
 closed.

 ![A network of few examples after more and more epochs, medians over
 \(calibration.networks) trainings](table:calibration-epochs)

 ![Mean confidence and accuracy by epochs](figure:calibration-epochs)

 Where all training examples are recognised, the loss still falls if the logits
 grow: that makes each probability more extreme and changes no decision. The
 network has no reason to doubt, since it sees no mistake of its own. The mean
 confidence on fresh digits passes the accuracy, and the certainty of mistakes,
 the median confidence of the wrong predictions, rises.

 The **Brier score** in the table is the mean squared distance between the
 probabilities and the one-hot truth, from $0$ to $2$
 ([Brier](cite:brier-1950)). It has no bins, and it judges both at once: how
 often a network is right, and how well it knows it.

 ## One number helps

 **Temperature scaling** divides all logits by one number $T$ before the softmax
 ([Guo et al.](cite:guo-2017)). We choose the $T$ with the lowest loss on the
 validation set. The loss is convex in $\beta = 1/T$, and the chain rule gives
 the derivative from the gradient of [chapter 4](chapter:4),
 $\sum (P - Y) \odot Z / n$. So bisection finds it.
 */

/// Returns the temperature from 0.01 to 100 that has the lowest loss.
///
/// - Parameters:
///   - z: The logits, `[n, classes]`.
///   - y: The targets, `[n, classes]`.
package func temperature(
  of z: Matrix<Double>, to y: Matrix<Double>
) -> Double {
  var (low, high) = (0.01, 100.0)
  for _ in 0..<50 {
    let middle = (low * high).squareRoot()
    let p = Activation<Double>.softmax(z.map { $0 / middle })
    let slope = ((p - y) ⊙ z).sum  // n times ∂L/∂(1/T)
    if slope > 0 { low = middle } else { high = middle }
  }
  return (low * high).squareRoot()
}

/*:
 > **Guess:** How many of the \(calibration.rest) predictions change when the
 > logits are divided by \(calibration.temperature)?
 >
 > \(calibration.changed). Dividing by a positive number leaves the largest
 > logit the largest.

 ![Before and after temperature scaling, at the last epoch of the table above,
 on digits that neither the training nor the temperature has seen: medians over
 the trainings](table:calibration-scaled)

 ![The accuracy in each bin of confidence for the first of these networks,
 before, with the ends of its interval](figure:calibration-before)

 ![The same network after temperature scaling](figure:calibration-after)

 The chapter's network, with all its training examples, has a temperature of
 \(calibration.own) on the validation set. One test set of this size does not
 tell whether dividing by it would help, as the draws above show.

 Scaling has one number for all digits, so it can hardly help a network that is
 wrong about *which* of its answers are doubtful.
 */

/// Compares the confidence of a network with its accuracy, and mends it.
func judgeCalibration<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: Network<Scalar>,
  _ points: LabelledPoints, _ sets: DigitSets
) throws {
  run.section("Can the probabilities be believed?")
  let bins = run.setting(10, as: "calibration.bins", label: "bins")
  judgeBins(on: &run, JudgedPredictions(network, points), bins)
  let validation = JudgedPredictions(network, sets.validation)
  run.record(
    validation.temperature, .decimals(2), as: "calibration.own",
    label: "temperature of the chapter's network")
  let study = try CalibrationStudy<Scalar>(on: &run, sets, bins)
  study.showEpochs(on: &run)
  study.showScaling(on: &run)
}

//#-hidden-code
extension JudgedPredictions {
  /// The temperature that has the lowest loss on these examples.
  var temperature: Double {
    Digits.temperature(of: logits, to: points.oneHot(as: Double.self).y)
  }

  /// Creates the predictions with logits that are divided by a temperature.
  init(_ judged: JudgedPredictions, temperature: Double) {
    self.init(judged.points, logits: judged.logits.map { $0 / temperature })
  }

  func calibration(_ bins: Int) -> Calibration {
    Calibration(
      probabilities: probabilities, labels: points.labels, bins: bins)
  }

  /// The median confidence of the wrong predictions; NaN where there are none.
  var certaintyOfMistakes: Double {
    BinaryClassifier.median(
      predicted.indices.filter { !isRight($0) }.map {
        probabilities[$0, predicted[$0]]
      })
  }

  /// Returns labels that are drawn from the probabilities of each row.
  func drawnLabels(using random: inout SplitMix64) -> [Int] {
    (0..<probabilities.rows).map { row in
      var left = random.uniform()
      for label in 0..<probabilities.columns {
        left -= probabilities[row, label]
        if left < 0 { return label }
      }
      return predicted[row]
    }
  }
}

/// Shows the bins of the chapter's network, and what chance makes of them.
private func judgeBins(
  on run: inout RunRecorder, _ judged: JudgedPredictions, _ bins: Int
) {
  let percent = NumberFormat.percent(1)
  let calibration = judged.calibration(bins)
  run.show(
    Table(
      "calibration-bins",
      columns: ["confidence", "n", "mean confidence", "accuracy"],
      rows: calibration.bins.filter { $0.count > 0 || bins <= 20 }.map {
        bin -> [Table.Cell] in
        let ends = [bin.range.lowerBound, bin.range.upperBound].map {
          NumberFormat.decimals(2).text(of: $0)
        }
        return [
          .text("\(ends[0])–\(ends[1])"), .count(bin.count),
          .init(bin.confidence, percent), .accuracy(bin.accuracy),
        ]
      }))
  run.ask("What is the calibration error of probabilities that are true?")
  let draws = run.setting(
    run.repetitions(199, least: 19), as: "calibration.draws", label: "draws")
  var random = run.random("calibration.draws")
  let perfect = (0..<draws).map { _ in
    Calibration(
      probabilities: judged.probabilities,
      labels: judged.drawnLabels(using: &random), bins: bins
    ).expectedError ?? .nan
  }
  let error = calibration.expectedError ?? .nan
  run.record(calibration.count, as: "calibration.count", label: "test digits")
  run.record(
    error, percent, as: "calibration.error", label: "calibration error")
  run.record(
    BinaryClassifier.median(perfect), percent, as: "calibration.perfect",
    label: "median error of true probabilities")
  run.record(
    Double(perfect.count { $0 >= error } + 1) / Double(draws + 1), .decimals(3),
    as: "calibration.p", label: "p-value of the calibration error")
  run.check(
    "true probabilities have a calibration error too",
    perfect.allSatisfy { $0 > 0 },
    detail: "in \(draws) draws of the labels from the probabilities")
}

//#-end-hidden-code
