import Testing
import Workbook

/// Labels and predictions, and what scikit-learn says to them.
struct MetricsCase: Decodable, Sendable, CustomTestStringConvertible {
  /// Precision, recall and F1: of each class, and in the mean. 0/0 counts as 0.
  struct Report: Decodable, Sendable {
    let byClass: [[Double]]
    let macro: [Double]
    let weighted: [Double]
    let accuracy: Double

    enum CodingKeys: String, CodingKey {
      case macro, weighted, accuracy
      case byClass = "by class"
    }
  }

  let name: String
  let classes: Int
  let actual: [Int]
  let predicted: [Int]
  /// The classes that occur or are predicted; the report has no others.
  let present: [Int]
  /// Rows are the truth, columns the prediction.
  let counts: [[Int]]
  let report: Report

  enum CodingKeys: String, CodingKey {
    case name, classes, actual, predicted, present, counts
    case report = "scikit-learn"
  }

  var testDescription: String { name }
  var matrix: ConfusionMatrix {
    ConfusionMatrix(actual: actual, predicted: predicted, classes: classes)
  }
}

/// The confusion matrix and its measures beside scikit-learn's `confusion_matrix` and
/// `classification_report`.
@Suite struct MetricsParityTests {
  static func cases() throws -> [MetricsCase] {
    try Fixture.cases(in: "peers-metrics", count: 6)
  }

  func expect(_ ours: [Double?], near theirs: [Double], _ what: String) {
    #expect(ours.count == theirs.count, "\(what)")
    for (own, their) in zip(ours, theirs) {
      #expect(abs((own ?? .nan) - their) <= 1e-15, "\(what): \(ours), scikit-learn \(theirs)")
    }
  }

  @Test(arguments: try cases())
  func `the confusion matrix has scikit-learn's rows and columns`(case test: MetricsCase) {
    #expect(test.matrix.counts == test.counts)
  }

  @Test(arguments: try cases())
  func `precision, recall and F1 of each class are scikit-learn's, and nil where it takes 0`(
    case test: MetricsCase
  ) {
    let matrix = test.matrix
    for (label, theirs) in zip(test.present, test.report.byClass) {
      let ours = [matrix.precision(of: label), matrix.recall(of: label), matrix.f1(of: label)]
      expect(ours.map { $0 ?? 0 }, near: theirs, "class \(label)")
      #expect((ours[0] == nil) == !test.predicted.contains(label))
      #expect((ours[1] == nil) == !test.actual.contains(label))
    }
    for label in 0..<test.classes where !test.present.contains(label) {
      #expect(matrix.f1(of: label) == nil)
    }
  }

  @Test(arguments: try cases())
  func `macro and weighted means are scikit-learn's`(case test: MetricsCase) {
    let (matrix, report) = (test.matrix, test.report)
    expect(
      [matrix.macroPrecision, matrix.macroRecall, matrix.macroF1], near: report.macro, "macro")
    expect(
      [matrix.weightedPrecision, matrix.weightedRecall, matrix.weightedF1], near: report.weighted,
      "weighted")
    expect([matrix.accuracy], near: [report.accuracy], "accuracy")
  }

  @Test func `some classes have no prediction, some no example and some neither`() throws {
    let cases = try Self.cases()
    func occur(_ condition: (MetricsCase, Int) -> Bool) -> Bool {
      cases.contains { test in (0..<test.classes).contains { condition(test, $0) } }
    }
    #expect(occur { $0.actual.contains($1) && !$0.predicted.contains($1) })
    #expect(occur { !$0.actual.contains($1) && $0.predicted.contains($1) })
    #expect(occur { !$0.actual.contains($1) && !$0.predicted.contains($1) })
  }
}
