import Numbers
import Text

/// How often each class was taken for each: the table behind accuracy, precision, recall and F1.
///
/// Rows are the truth and columns the prediction, as in scikit-learn.
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

  /// Returns the number of examples of a class.
  public func support(of label: Int) -> Int { counts[label].reduce(0, +) }

  private func ratio(_ part: Int, of whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}

/// Means over the classes.
///
/// A macro mean weighs all classes alike, a weighted mean by their number of examples. A class that
/// neither occurs nor is predicted has no measures and is left out of the mean, as it is in
/// scikit-learn unless asked for by name. A class that occurs and is never predicted has no precision;
/// here it counts as 0, because a mean without it would reward a classifier for never predicting it.
/// So does the recall of a class that is predicted and does not occur. All are `nil` without examples.
extension ConfusionMatrix {
  /// The mean precision of the classes.
  public var macroPrecision: Double? { macro(precision) }
  /// The mean recall of the classes.
  public var macroRecall: Double? { macro(recall) }
  /// The mean F1 of the classes. It is not the F1 of the mean precision and the mean recall.
  public var macroF1: Double? { macro(f1) }

  /// The mean precision, each class weighted by its number of examples.
  public var weightedPrecision: Double? { weighted(precision) }
  /// The mean recall, each class weighted by its number of examples: the accuracy.
  public var weightedRecall: Double? { weighted(recall) }
  /// The mean F1, each class weighted by its number of examples.
  public var weightedF1: Double? { weighted(f1) }

  private func macro(_ measure: (Int) -> Double?) -> Double? {
    let seen = counts.indices.filter { f1(of: $0) != nil }
    if seen.isEmpty { return nil }
    return seen.map { measure($0) ?? 0 }.reduce(0, +) / Double(seen.count)
  }

  private func weighted(_ measure: (Int) -> Double?) -> Double? {
    if total == 0 { return nil }
    let parts = counts.indices.map { Double(support(of: $0)) * (measure($0) ?? 0) }
    return parts.reduce(0, +) / Double(total)
  }
}
