import Numbers
import Text

/// How often each class was taken for each: the table behind accuracy, precision, recall and F1.
public struct ConfusionMatrix: Equatable, Sendable {
  /// The number of examples of class `actual` that were taken for class `predicted`:
  /// `counts[actual][predicted]`.
  public private(set) var counts: [[Int]]

  /// Counts predictions beside the truth.
  ///
  /// - Precondition: There is a prediction for each label, and all are below `classes`.
  public init(actual: [Int], predicted: [Int], classes: Int) {
    precondition(
      actual.count == predicted.count, "\(predicted.count) predictions, \(actual.count) labels")
    counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
    for (actual, predicted) in zip(actual, predicted) { counts[actual][predicted] += 1 }
  }

  /// The number of classes.
  public var classes: Int { counts.count }

  /// The number of examples.
  public var total: Int { counts.joined().reduce(0, +) }

  /// The fraction of all examples that were recognised; `nil` where there are none.
  public var accuracy: Double? {
    ratio(counts.indices.map { counts[$0][$0] }.reduce(0, +), of: total)
  }

  /// Returns the fraction of those taken for a class that belong to it; `nil` where none were.
  public func precision(of label: Int) -> Double? {
    ratio(counts[label][label], of: counts.map { $0[label] }.reduce(0, +))
  }

  /// Returns the fraction of a class that was taken for it; `nil` where it has no examples.
  public func recall(of label: Int) -> Double? {
    ratio(counts[label][label], of: counts[label].reduce(0, +))
  }

  /// Returns the harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN); `nil` where the class
  /// neither occurs nor is predicted.
  public func f1(of label: Int) -> Double? {
    ratio(
      2 * counts[label][label],
      of: counts[label].reduce(0, +) + counts.map { $0[label] }.reduce(0, +))
  }

  private func ratio(_ part: Int, of whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}
