import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let tables = [
    Truth(counts: [[7, 1, 4], [0, 9, 2], [3, 5, 28]]),
    // Class 2 is never predicted, 3 and 6 never occur, 1 does neither, and 4 is never recognised.
    Truth(
      counts: [
        [16, 0, 0, 1, 3, 2, 1], [0, 0, 0, 0, 0, 0, 0], [2, 0, 0, 3, 0, 1, 0],
        [0, 0, 0, 0, 0, 0, 0], [6, 0, 0, 2, 0, 1, 0], [1, 0, 0, 0, 2, 9, 1],
        [0, 0, 0, 0, 0, 0, 0],
      ]),
    Truth(drawnOf: 4, exam),
  ]
  for table in tables {
    exam.part("f1, \(table.words)")
    try exam.expect(
      f1(table.counts), equals: table.scores, within: .relative(1e-12), of: "f1(…)",
      expectedMistakes: table.mistakesOfScores)
  }
  for table in tables {
    exam.part("macroF1, \(table.words)")
    try exam.expect(
      macroF1(table.counts), equals: table.macro, within: .relative(1e-12), of: "macroF1(…)",
      expectedMistakes: table.mistakesOfMacro)
  }
  for table in tables {
    exam.part("microF1, \(table.words)")
    try exam.expect(
      microF1(table.counts), equals: table.micro, within: .relative(1e-12), of: "microF1(…)",
      expectedMistakes: table.mistakesOfMicro)
  }
  for table in tables {
    exam.part("weightedF1, \(table.words)")
    try exam.expect(
      weightedF1(table.counts), equals: table.weighted, within: .relative(1e-12),
      of: "weightedF1(…)", expectedMistakes: table.mistakesOfWeighted)
  }
  exam.note("with one label and one prediction for each example, the micro average is the accuracy")
}

/// Counts, and everything that right and wrong formulas make of them.
private struct Truth {
  let counts: [[Int]]

  init(counts: [[Int]]) { self.counts = counts }

  init(drawnOf classes: Int, _ exam: Exam) {
    var random = exam.random("counts")
    counts = (0..<classes).map { row in
      (0..<classes).map { (row == $0 ? 2 + 5 * row : 0) + random.index(below: 4 + $0) }
    }
  }

  var words: String { "\(counts.joined().reduce(0, +)) examples of \(counts.count) classes" }

  // MARK: One class after another

  private var right: [Double] { counts.indices.map { Double(counts[$0][$0]) } }
  private var actual: [Double] { counts.map { Double($0.reduce(0, +)) } }
  private var predicted: [Double] {
    counts.indices.map { label in Double(counts.map { $0[label] }.reduce(0, +)) }
  }

  private func ratio(_ part: Double, _ whole: Double) -> Double? {
    whole == 0 ? nil : part / whole
  }
  private var precisions: [Double?] { zip(right, predicted).map { ratio($0, $1) } }
  private var recalls: [Double?] { zip(right, actual).map { ratio($0, $1) } }

  /// Returns a number for each class, from its TP, actual examples and predictions.
  private func each(_ value: (Double, Double, Double) -> Double?) -> [Double?] {
    counts.indices.map { value(right[$0], actual[$0], predicted[$0]) }
  }

  private func mean(_ values: [Double?]) -> Double {
    let found = values.compactMap(\.self)
    return found.reduce(0, +) / Double(found.count)
  }

  private func mean(_ values: [Double?], weights: [Double]) -> Double {
    zip(values, weights).map { ($0 ?? 0) * $1 }.reduce(0, +) / weights.reduce(0, +)
  }

  private func harmonic(_ a: Double?, _ b: Double?) -> Double? {
    guard let a, let b, a + b > 0 else { return nil }
    return 2 * a * b / (a + b)
  }

  var scores: [Double?] { each { ratio(2 * $0, $1 + $2) } }
  var macro: Double { mean(scores) }
  var micro: Double { right.reduce(0, +) / actual.reduce(0, +) }
  var weighted: Double { mean(scores, weights: actual) }

  private var sumsToMany: [Double?] {
    zip(precisions, recalls).map { $0 == nil && $1 == nil ? nil : (($0 ?? 0) + ($1 ?? 0)) / 2 }
  }
  private var harmonics: [Double?] { zip(precisions, recalls).map { harmonic($0, $1) } }
  private var zeros: [Double?] { scores.map { $0 ?? 0 } }

  // MARK: Likely mistakes

  var mistakesOfScores: KeyValuePairs<String, [Double?]> {
    [
      "a class that neither occurs nor is predicted has no score: nil, not 0": zeros,
      "a class that neither occurs nor is predicted has no score: nil, not NaN":
        scores.map { $0 ?? .nan },
      "a class that neither occurs nor is predicted has no score: nil, not 1":
        scores.map { $0 ?? 1 },
      "a class that occurs or is predicted, and is never right, has the score 0, and not nil":
        harmonics,
      "a class that occurs or is predicted, and is never right, has the score 0, and not NaN":
        each { $0 == 0 ? ($1 + $2 == 0 ? nil : .nan) : ratio(2 * $0, $1 + $2) },
      "precision times recall divided by their sum is a ratio with 0 below where nothing is right":
        each { $0 == 0 ? .nan : ratio(2 * $0, $1 + $2) },
      "a class that occurs has a score, also where it is never predicted: 0":
        each { $2 == 0 ? nil : ratio(2 * $0, $1 + $2) },
      "a class that is predicted has a score, also where it never occurs: 0":
        each { $1 == 0 ? nil : ratio(2 * $0, $1 + $2) },
      "a quotient of whole numbers is a whole number: make Doubles of both first":
        each { $1 + $2 == 0 ? nil : Double(Int(2 * $0) / Int($1 + $2)) },
      "this is the mean of precision and recall; F1 is their harmonic mean": sumsToMany,
      "this is the precision": precisions,
      "this is the recall": recalls,
      "the factor 2 above is missing": each { ratio($0, $1 + $2) },
      "the factor 2 is missing above and below": each { ratio($0, $1 + $2 - $0) },
      "TP is counted twice below, and not more: FP and FN are what remains without TP":
        each { ratio(2 * $0, 2 * $0 + $1 + $2) },
      "the factor 2 is missing below": each { ratio(2 * $0, $1 + $2 - $0) },
    ]
  }

  /// The F1 score of mean precision and mean recall.
  private func ofMeans(_ precision: Double, _ recall: Double) -> Double {
    harmonic(precision, recall) ?? .nan
  }

  var mistakesOfMacro: KeyValuePairs<String, Double> {
    [
      "this is the micro average: the macro average takes the mean over classes": micro,
      "this is the weighted average: in the macro average each class counts the same": weighted,
      "a class that has no score is left out of the mean, and is no 0 in it": mean(zeros),
      "the F1 score of mean precision and mean recall; the mean of the F1 scores is asked for":
        ofMeans(mean(precisions), mean(recalls)),
      "the F1 score of mean precision and mean recall, with 0 for nil; the mean of the F1 scores "
        + "is asked for": ofMeans(
          mean(precisions.map { $0 ?? 0 }), mean(recalls.map { $0 ?? 0 })),
      "classes that are never right have the score 0, and count in the mean": mean(harmonics),
      "the sum over the classes, not the mean": scores.compactMap(\.self).reduce(0, +),
      "this is the mean recall": mean(recalls),
      "this is the mean precision": mean(precisions),
      "only classes that occur are in the mean; one that is predicted has a score, too":
        mean(zip(scores, actual).map { $1 == 0 ? nil : $0 }),
      "only classes that are predicted are in the mean; one that occurs has a score, too":
        mean(zip(scores, predicted).map { $1 == 0 ? nil : $0 }),
    ]
  }

  var mistakesOfMicro: KeyValuePairs<String, Double> {
    [
      "this is the macro average: the micro average adds the counts first": macro,
      "this is the weighted average: the micro average adds the counts first": weighted,
      "every mistake is a false positive and a false negative, so both are below": {
        let all = actual.reduce(0, +)
        let correct = right.reduce(0, +)
        return 2 * correct / (2 * correct + all - correct)
      }(),
      "the factor 2 is missing above and below": {
        let all = actual.reduce(0, +)
        let correct = right.reduce(0, +)
        return correct / (2 * all - correct)
      }(),
      "the factor 2 is missing above": micro / 2,
    ]
  }

  var mistakesOfWeighted: KeyValuePairs<String, Double> {
    [
      "this is the macro average: the weights are missing": macro,
      "this is the micro average": micro,
      "the weights are the predictions of each class; its actual examples are asked for":
        mean(scores, weights: predicted),
      "the weights are to be divided by their sum": weighted * actual.reduce(0, +),
      "divided by the number of classes, not by the sum of the weights":
        weighted * actual.reduce(0, +) / Double(counts.count),
      "this is the weighted recall, which is the accuracy": mean(recalls, weights: actual),
      "this is the weighted precision": mean(precisions, weights: actual),
      "the F1 score of weighted precision and weighted recall; the mean of the F1 scores is asked "
        + "for": ofMeans(mean(precisions, weights: actual), mean(recalls, weights: actual)),
      "weighted, and divided by the number of classes once more":
        weighted / Double(counts.count),
    ]
  }
}
