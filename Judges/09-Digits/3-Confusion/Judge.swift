import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("counts")
  let drawn = (0..<5).map { _ in (0..<5).map { _ in random.index(below: 6) } }
  let tables = [
    Truth(counts: [[7, 1, 4], [0, 9, 2], [3, 5, 8]]),
    // Class 2 is never predicted, and class 3 never occurs.
    Truth(counts: [[6, 2, 0, 1], [3, 3, 0, 1], [4, 0, 0, 1], [0, 0, 0, 0]]),
    Truth(counts: drawn),
  ]
  for table in tables {
    exam.part("confusion, \(table.words)")
    try table.examineCounts(exam, &random)
  }
  for table in tables {
    exam.part("precision, \(table.words)")
    try table.examinePrecision(exam)
  }
  for table in tables {
    exam.part("recall, \(table.words)")
    try table.examineRecall(exam)
  }
}

/// A confusion matrix that is known, and what is made of it.
private struct Truth {
  let counts: [[Int]]

  var classes: Int { counts.count }
  var total: Int { counts.joined().reduce(0, +) }
  var words: String { "\(total) examples of \(classes) classes" }
  var rowSums: [Int] { counts.map { $0.reduce(0, +) } }
  var columnSums: [Int] { flipped.map { $0.reduce(0, +) } }
  var diagonal: [Int] { counts.indices.map { counts[$0][$0] } }
  var flipped: [[Int]] { counts.indices.map { column in counts.map { $0[column] } } }

  func examineCounts(_ exam: Exam, _ random: inout SplitMix64) throws {
    var pairs: [(actual: Int, predicted: Int)] = []
    for actual in 0..<classes {
      for predicted in 0..<classes {
        pairs += Array(repeating: (actual, predicted), count: counts[actual][predicted])
      }
    }
    random.shuffle(&pairs)
    try exam.expect(
      confusion(
        actual: pairs.map(\.actual), predicted: pairs.map(\.predicted), classes: classes),
      equals: counts, of: "confusion(…)",
      expectedMistakes: [
        "the wrong way round: rows are the actual classes, columns the predicted ones": flipped,
        "a pair is counted once, however often it occurs": counts.map { $0.map { min($0, 1) } },
        "only correct predictions are counted": only { $0 == $1 },
        "only wrong predictions are counted": only { $0 != $1 },
        "every prediction is counted in both ways": counts.indices.map { row in
          counts.indices.map { counts[row][$0] + counts[$0][row] }
        },
      ])
  }

  private func only(_ isCounted: (Int, Int) -> Bool) -> [[Int]] {
    counts.indices.map { row in
      counts.indices.map { isCounted(row, $0) ? counts[row][$0] : 0 }
    }
  }

  func examinePrecision(_ exam: Exam) throws {
    try examine(
      precision(counts), exam, "precision", sums: columnSums, other: "recall", rowSums,
      all: "that were predicted as the class", empty: "a class that is never predicted")
  }

  func examineRecall(_ exam: Exam) throws {
    try examine(
      recall(counts), exam, "recall", sums: rowSums, other: "precision", columnSums,
      all: "that belong to the class", empty: "a class without examples")
  }

  private func examine(
    _ received: [Double?], _ exam: Exam, _ name: String, sums: [Int], other: String,
    _ otherSums: [Int], all: String, empty: String
  ) throws {
    let right = ratios(of: sums)
    let none = "\(empty) has no \(name): nil"
    let noZero: [Double?] = right.map { $0 == 0 ? nil : $0 }
    let ofWrong: [Int] = zip(sums, diagonal).map { $0 - $1 }
    let whole: [Double?] = right.map { $0?.rounded(.down) }
    let correct = Double(diagonal.reduce(0, +))
    let accuracy: [Double?] = right.map { _ in correct / Double(total) }
    let mistakes: KeyValuePairs<String, [Double?]> = [
      "this is the \(other): \(name) divides by all \(all)": ratios(of: otherSums),
      "this is the \(other), with 0 for nil": ratios(of: otherSums, empty: 0),
      "this is the \(other), with NaN for nil": ratios(of: otherSums, empty: Double.nan),
      none + ", not 0": ratios(of: sums, empty: 0),
      none + ", not NaN": ratios(of: sums, empty: Double.nan),
      none + ", not 1": ratios(of: sums, empty: 1),
      "a class of which nothing is right has the \(name) 0, and not nil": noZero,
      "divided by the number of all examples": ratios(of: sums.map { _ in total }),
      "what is right is divided by what is wrong, and not by all \(all)": ratios(of: ofWrong),
      "a quotient of whole numbers is a whole number: make Doubles of both first": whole,
      "this is the F1 score": scores,
      "this is the accuracy, for every class": accuracy,
    ]
    try exam.expect(
      received, equals: right, within: .relative(1e-12), of: "\(name)(…)",
      expectedMistakes: mistakes)
  }

  private var scores: [Double?] {
    counts.indices.map { label -> Double? in
      let sum = rowSums[label] + columnSums[label]
      return sum == 0 ? nil : Double(2 * diagonal[label]) / Double(sum)
    }
  }

  private func ratios(of sums: [Int], empty: Double? = nil) -> [Double?] {
    zip(diagonal, sums).map { $1 == 0 ? empty : Double($0) / Double($1) }
  }
}
