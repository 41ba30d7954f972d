import Numbers
import Text

/// How well the probabilities of a classifier agree with how often it is right.
///
/// The confidence of a prediction is the largest of its probabilities. A classifier is calibrated where,
/// of the predictions with a confidence of p, a fraction of p is right.
public struct Calibration: Equatable, Sendable {
  /// The predictions whose confidence lies in one of several equal parts of 0…1.
  public struct Bin: Equatable, Sendable {
    /// The confidences: from the lower bound, included, to the upper, which only the last includes.
    public let range: ClosedRange<Double>
    /// The number of predictions.
    public let count: Int
    /// The number of predictions that are right.
    public let right: Int
    /// The sum of the confidences.
    let confidenceSum: Double

    /// The mean confidence; `nil` where there are no predictions.
    public var confidence: Double? { count == 0 ? nil : confidenceSum / Double(count) }
    /// The fraction that is right, with Wilson's interval.
    public var accuracy: AccuracyInterval { .wilson(right, of: count) }
    /// The mean confidence less the fraction that is right, times the number of predictions.
    var excess: Double { confidenceSum - Double(right) }
  }

  /// The bins, from low confidence to high.
  public let bins: [Bin]
  /// The Brier score, (1/n) Σ ‖p − y‖² over the examples, y being one-hot: from 0 to 2; `nil` without
  /// examples.
  ///
  /// This is Brier's own definition. For two classes others count one class only and get half of it.
  ///
  /// - Source: Brier, “Verification of forecasts expressed in terms of probability”, Monthly Weather
  ///   Review 78 (1950), equation 2. doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2
  public let brierScore: Double?

  /// Compares probabilities with the truth.
  ///
  /// Where several classes have the largest probability, the first of them is the prediction.
  ///
  /// - Parameters:
  ///   - probabilities: The probability of each class, `[n, classes]`.
  ///   - labels: The class of each example.
  ///   - count: The number of bins, all of the same width.
  /// - Precondition: There is a label for each row and a bin, and each row is a distribution: numbers
  ///   from 0 to 1 whose sum is 1 within 10⁻⁴, which a `Float`'s softmax keeps.
  public init(probabilities: Matrix<Double>, labels: [Int], bins count: Int = 10) {
    precondition(
      probabilities.rows == labels.count,
      "\(labels.count) labels for \(probabilities.rows) rows \(probabilities.shape)")
    precondition(count > 0, "\(count) bins; there must be 1 or more")
    var (counts, rights) = (Array(repeating: 0, count: count), Array(repeating: 0, count: count))
    var (sums, squares) = ([Double](repeating: 0, count: count), 0.0)
    for (row, label) in labels.enumerated() {
      let (prediction, confidence) = Self.prediction(of: probabilities, row, label)
      let bin = min(count - 1, Int(confidence * Double(count)))
      counts[bin] += 1
      sums[bin] += confidence
      if prediction == label { rights[bin] += 1 }
      for column in 0..<probabilities.columns {
        let error = probabilities[row, column] - (column == label ? 1 : 0)
        squares += error * error
      }
    }
    brierScore = labels.isEmpty ? nil : squares / Double(labels.count)
    bins = (0..<count).map { bin in
      Bin(
        range: Double(bin) / Double(count)...Double(bin + 1) / Double(count), count: counts[bin],
        right: rights[bin], confidenceSum: sums[bin])
    }
  }

  /// Returns the class with the largest probability, and the probability.
  private static func prediction(
    of probabilities: Matrix<Double>, _ row: Int, _ label: Int
  ) -> (label: Int, confidence: Double) {
    precondition(
      0..<probabilities.columns ~= label,
      "label \(label) of row \(row); there are \(probabilities.columns) classes")
    var (best, sum) = (0, 0.0)
    for column in 0..<probabilities.columns {
      let p = probabilities[row, column]
      precondition(
        0...1.0001 ~= p, "row \(row) has \(p) for class \(column); a probability is from 0 to 1")
      sum += p
      if p > probabilities[row, best] { best = column }
    }
    precondition(
      abs(sum - 1) <= 1e-4, "the probabilities of row \(row) have the sum \(sum) and not 1")
    return (best, min(1, probabilities[row, best]))
  }

  /// The number of predictions.
  public var count: Int { bins.reduce(0) { $0 + $1.count } }

  /// The expected calibration error, Σ (bin's count / n) · |bin's accuracy − bin's mean confidence|;
  /// `nil` without predictions.
  ///
  /// It depends on the number of bins, and chance alone makes it larger than 0 where predictions are few.
  ///
  /// - Source: Guo, Pleiss, Sun, Weinberger, “On calibration of modern neural networks”, ICML 2017,
  ///   equation 3.
  public var expectedError: Double? {
    count == 0 ? nil : bins.reduce(0) { $0 + abs($1.excess) } / Double(count)
  }

  /// The mean confidence less the accuracy: positive where the classifier is over-confident; `nil`
  /// without predictions.
  public var overconfidence: Double? {
    count == 0 ? nil : bins.reduce(0) { $0 + $1.excess } / Double(count)
  }
}
