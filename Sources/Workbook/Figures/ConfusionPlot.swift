import Tensors
import Text

/// A confusion matrix as a picture: how many examples of each class were predicted as each class.
public struct ConfusionPlot: FigureContent {
  /// The counts.
  public let matrix: ConfusionMatrix
  /// The name of each class.
  public let classNames: [String]

  /// Pairs a matrix with names for its classes.
  ///
  /// - Precondition: There is a name for each class.
  public init(_ matrix: ConfusionMatrix, classNames: [String]) {
    precondition(
      classNames.count == matrix.classes, "\(classNames.count) names for \(matrix.classes) classes")
    self.matrix = matrix
    self.classNames = classNames
  }

  /// Returns the fraction of a class that was predicted as a class; 0 for a class without examples.
  func fraction(of actual: Int, takenFor predicted: Int) -> Double {
    let total = matrix.counts[actual].reduce(0, +)
    return total == 0 ? 0 : Double(matrix.counts[actual][predicted]) / Double(total)
  }

  /// Returns the recall of a class as text.
  func recall(of label: Int) -> String {
    matrix.recall(of: label).map(NumberFormat.percent(1).text) ?? "–"
  }

  /// The plot in words, made from its data.
  public var alt: String {
    guard let accuracy = matrix.accuracy else { return "Confusion matrix without examples." }
    let right = classNames.indices.map { matrix.counts[$0][$0] }.reduce(0, +)
    let recalls = classNames.indices.map { "\(classNames[$0]) \(recall(of: $0))" }
    let mistakes = classNames.indices.flatMap { actual in
      classNames.indices.filter { $0 != actual && matrix.counts[actual][$0] > 0 }
        .map { (actual, $0, matrix.counts[actual][$0]) }
    }
    var text =
      "Confusion matrix of \(classNames.count) classes: "
      + "\(NumberFormat.count.text(of: Double(right))) of \(NumberFormat.count.text(of: Double(matrix.total))) examples recognised, "
      + "\(NumberFormat.percent(1).text(of: accuracy)). Recall: "
      + recalls.joined(separator: ", ") + "."
    // The first of the most frequent mistakes, so that the words are the same every time.
    if let most = mistakes.max(by: { ($0.2, $1.0, $1.1) < ($1.2, $0.0, $0.1) }) {
      text +=
        " The most frequent mistake: \(classNames[most.0]) taken for \(classNames[most.1]), "
        + "\(NumberFormat.count.text(of: Double(most.2))) times."
    }
    return text
  }

  /// A record for each pair of classes.
  public var records: [[String]] {
    let pairs = matrix.counts.enumerated().flatMap { actual, row in
      row.enumerated().map { [classNames[actual], classNames[$0], "\($1)"] }
    }
    return [["is", "taken for", "count"]] + pairs
  }
}
