import Numbers
import Text

/// A measured accuracy, and the true accuracies that it agrees with: a confidence interval.
///
/// In 95 of 100 test sets, in the long run, the interval holds the true accuracy, which is that on all
/// examples of the kind. The examples must be independent, and the classifier must not depend on them.
public struct AccuracyInterval: Equatable, Sendable {
  /// The number of examples that were recognised.
  public let right: Int
  /// The number of examples.
  public let count: Int
  /// The lower end.
  public let low: Double
  /// The upper end.
  public let high: Double

  /// The normal deviate beyond which 2.5 % lie on each side.
  public static let deviatesFor95Percent = 1.959963984540054

  private init(_ right: Int, _ count: Int, _ low: Double, _ high: Double) {
    precondition(
      0...max(0, count) ~= right && count >= 0,
      "\(right) right of \(count) examples; there must be 0 to \(count)")
    (self.right, self.count, self.low, self.high) = (right, count, low, high)
  }

  /// The fraction of examples that were recognised; `nil` where there are none.
  public var accuracy: Double? { count == 0 ? nil : Double(right) / Double(count) }

  /// Returns whether a true accuracy is in the interval.
  public func contains(_ accuracy: Double) -> Bool { low <= accuracy && accuracy <= high }

  /// Returns Wilson's score interval: all p with |k/n − p| ≤ z √(p (1 − p) / n).
  ///
  /// Its ends are (k + z²/2 ± z √(k (n − k) / n + z²/4)) / (n + z²). Without examples it is 0…1.
  ///
  /// - Parameters:
  ///   - right: k, the number of examples that were recognised.
  ///   - count: n, the number of examples.
  ///   - z: The normal deviate of the confidence.
  /// - Precondition: 0 ≤ `right` ≤ `count`, and `z` is not negative.
  /// - Source: Wilson, “Probable inference, the law of succession, and statistical inference”, Journal
  ///   of the American Statistical Association 22 (1927). doi:10.1080/01621459.1927.10502953
  public static func wilson(
    _ right: Int, of count: Int, z: Double = deviatesFor95Percent
  ) -> AccuracyInterval {
    precondition(z >= 0, "a normal deviate of \(z); it must not be negative")
    guard count > 0 else { return AccuracyInterval(right, count, 0, 1) }
    let (k, n) = (Double(right), Double(count))
    let half = z * (k * (n - k) / n + z * z / 4).squareRoot()
    let middle = k + z * z / 2
    return AccuracyInterval(
      right, count, right == 0 ? 0 : max(0, (middle - half) / (n + z * z)),
      right == count ? 1 : min(1, (middle + half) / (n + z * z)))
  }

  /// Returns the interval of many textbooks, k/n ± z √(k (n − k) / n³), which holds the true accuracy
  /// too seldom where it is near 0 or 1.
  ///
  /// It is not cut off at 0 and 1, and where all examples are right or all are wrong it is one point.
  ///
  /// - Precondition: 0 ≤ `right` ≤ `count`, and there is an example.
  public static func naive(
    _ right: Int, of count: Int, z: Double = deviatesFor95Percent
  ) -> AccuracyInterval {
    precondition(count > 0, "no examples; the interval needs 1 or more")
    let (k, n) = (Double(right), Double(count))
    let half = z * (k * (n - k) / n).squareRoot() / n
    return AccuracyInterval(right, count, k / n - half, k / n + half)
  }

  /// Returns the interval of Clopper and Pearson, which never holds the true accuracy more seldom than
  /// it promises: the p under which neither so many successes nor so few have a probability below `tail`.
  ///
  /// - Parameters:
  ///   - right: The number of examples that were recognised.
  ///   - count: The number of examples.
  ///   - tail: The probability of missing the true accuracy on one side.
  /// - Precondition: 0 ≤ `right` ≤ `count`.
  /// - Complexity: O(count), about a hundred times.
  /// - Source: Clopper and Pearson, “The use of confidence or fiducial limits illustrated in the case of
  ///   the binomial”, Biometrika 26 (1934). doi:10.1093/biomet/26.4.404
  public static func exact(
    _ right: Int, of count: Int, tail: Double = 0.025
  ) -> AccuracyInterval {
    /// Returns the least p of 0…1 from which on `isAbove` is true.
    func bisect(_ isAbove: (Double) -> Bool) -> Double {
      var (low, high) = (0.0, 1.0)
      for _ in 0..<50 {
        let middle = (low + high) / 2
        if isAbove(middle) { high = middle } else { low = middle }
      }
      return (low + high) / 2
    }
    func distribution(_ p: Double) -> Binomial { Binomial(trials: count, probability: p) }
    return AccuracyInterval(
      right, count,
      right == 0 ? 0 : bisect { distribution($0).probability(ofAtLeast: right) > tail },
      right == count ? 1 : bisect { distribution($0).probability(ofAtMost: right) < tail })
  }

  /// The accuracy and the interval in percent, such as “97.2 % (95.0–98.5)”; “–” without examples.
  public var text: String {
    guard let accuracy else { return "–" }
    let ends = [low, high].map { NumberFormat.decimals(1).text(of: 100 * $0) }
    return NumberFormat.percent(1).text(of: accuracy) + " (\(ends[0])–\(ends[1]))"
  }
}

extension ConfusionMatrix {
  /// The accuracy, with Wilson's interval.
  public var accuracyInterval: AccuracyInterval {
    .wilson(counts.indices.map { counts[$0][$0] }.reduce(0, +), of: total)
  }

  /// Returns the recall of a class, with Wilson's interval.
  public func recallInterval(of label: Int) -> AccuracyInterval {
    .wilson(counts[label][label], of: support(of: label))
  }
}
