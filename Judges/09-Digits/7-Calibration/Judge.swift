import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("confidences inside the bins")
  for (n, classes, bins) in [(40, 3, 8), (25, 4, 4), (60, 2, 16)] {
    let set = Truth(exam, n: n, classes: classes) { draws in
      // An odd number of sixty-fourths lies on no border.
      let lowest = 64 / classes + 4
      return (lowest + draws.index(below: 63 - lowest)) | 1
    }
    try set.examine(exam, bins: bins)
  }
  exam.part("confidences on the borders of bins")
  try Truth(tops: [48, 48, 40, 40, 40, 60, 60], right: [2, 3, 4, 5, 6]).examine(exam, bins: 4)
  for (n, classes, bins) in [(30, 3, 8), (45, 4, 4)] {
    let set = Truth(exam, n: n, classes: classes) { draws in
      [32, 40, 48, 56, 33, 49, 47][draws.index(below: 7)]
    }
    try set.examine(exam, bins: bins)
  }
  exam.part("confidences of 1")
  try Truth(tops: [64, 64, 64, 60, 60, 60, 41, 43], right: [2, 3, 4, 5, 6])
    .examine(exam, bins: 4)
  for (n, classes, bins) in [(20, 3, 8), (35, 5, 4)] {
    let set = Truth(exam, n: n, classes: classes) { draws in
      [64, 63, 61, 43][draws.index(below: 4)]
    }
    try set.examine(exam, bins: bins)
  }
  exam.part("classes with equal probabilities")
  let even = Truth(
    rows: [[32, 32, 0], [32, 0, 32], [0, 32, 32], [32, 32, 0], [10, 10, 44]],
    labels: [0, 0, 1, 1, 2])
  try even.examine(exam, bins: 4)
  exam.part("one bin")
  let single = Truth(exam, n: 30, classes: 3) { draws in 34 + draws.index(below: 30) }
  try single.examine(exam, bins: 1)
}

/// Predictions whose probabilities are sixty-fourths, so that all sums are exact.
private struct Truth {
  let rows: [[Int]]
  let labels: [Int]

  init(rows: [[Int]], labels: [Int]) { (self.rows, self.labels) = (rows, labels) }

  /// Two classes: confidences in sixty-fourths, and the positions of those that are right.
  init(tops: [Int], right: [Int]) {
    self.init(
      rows: tops.map { [64 - $0, $0] }, labels: tops.indices.map { right.contains($0) ? 1 : 0 })
  }

  /// Draws predictions, of which two in three are right.
  init(
    _ exam: Exam, n: Int, classes: Int, confidence: (inout SplitMix64) -> Int
  ) {
    var random = exam.random("\(n) rows")
    var (rows, labels): ([[Int]], [Int]) = ([], [])
    for _ in 0..<n {
      let top = confidence(&random)
      let predicted = random.index(below: classes)
      let other = (predicted + 1 + random.index(below: classes - 1)) % classes
      // What is left is divided among the other classes, so that none is as large.
      var row = [Int](repeating: (64 - top) / (classes - 1), count: classes)
      row[predicted] = top
      row[other] += 64 - row.reduce(0, +)
      rows.append(row)
      labels.append(random.index(below: 3) > 0 ? predicted : other)
    }
    self.init(rows: rows, labels: labels)
  }

  private var n: Rational { Rational(count: rows.count) }
  private var tops: [Int] { rows.map { $0.max() ?? 0 } }

  /// An example: its confidence, whether it is right, and its bin.
  private struct Example {
    let confidence: Rational
    let isRight: Bool
    let bin: Int

    /// The example in another bin.
    func moved(to bin: Int) -> Example {
      Example(confidence: confidence, isRight: isRight, bin: bin)
    }

    /// The example, right for wrong.
    var flipped: Example { Example(confidence: confidence, isRight: !isRight, bin: bin) }
  }

  private func examples(
    _ bins: Int, closedAbove: Bool = false, last: Bool = false, ofLabel: Bool = false
  ) -> [Example] {
    rows.indices.map { index in
      let row = rows[index]
      let top = ofLabel ? row[labels[index]] : tops[index]
      let found = last ? row.lastIndex(of: tops[index]) : row.firstIndex(of: tops[index])
      let bin = closedAbove ? (top * bins + 63) / 64 - 1 : top * bins / 64
      return Example(
        confidence: Rational(top, 64), isRight: found == labels[index],
        bin: min(max(bin, 0), bins - 1))
    }
  }

  /// Returns for each bin with an example their number and accuracy less confidence.
  private func gaps(
    _ examples: [Example], confidence: ((Int) -> Rational)? = nil
  ) -> [(count: Rational, gap: Rational)] {
    Set(examples.map(\.bin)).sorted().map { bin in
      let own = examples.filter { $0.bin == bin }
      let count = Rational(count: own.count)
      let right = Rational(count: own.count { $0.isRight }) / count
      let mean = own.map(\.confidence).reduce(0, +) / count
      return (count, right - (confidence?(bin) ?? mean))
    }
  }

  private func error(_ gaps: [(count: Rational, gap: Rational)]) -> Rational {
    gaps.map { $0.count * $0.gap.magnitude }.reduce(0, +) / n
  }

  func examine(_ exam: Exam, bins: Int) throws {
    let probabilities = Matrix<Double>(rows: rows.count, columns: rows[0].count) {
      Double(rows[$0][$1]) / 64
    }
    try exam.expect(
      calibrationError(probabilities, labels: labels, bins: bins),
      equals: Double(error(gaps(examples(bins)))), within: .absolute(1e-12),
      of: "calibrationError of \(rows.count) examples in \(bins) bins",
      expectedMistakes: mistakes(bins))
  }

  private func mistakes(_ bins: Int) -> KeyValuePairs<String, Double> {
    let right = gaps(examples(bins))
    let full = examples(bins).filter { $0.confidence < 1 }
    let sums = right.map(\.gap.magnitude).reduce(0, +)
    let signed = right.map { $0.count * $0.gap }.reduce(0, +) / n
    let middles = gaps(examples(bins)) { Rational(2 * $0 + 1, 2 * bins) }
    let borders = gaps(examples(bins)) { Rational($0, bins) }
    let squares = right.map { $0.count * $0.gap * $0.gap }.reduce(0, +) / n
    let inBoth =
      examples(bins)
      + examples(bins).filter { example in
        let place = example.confidence * Rational(count: bins)
        return place == Rational(count: example.bin) && example.bin > 0
      }.map { $0.moved(to: $0.bin - 1) }
    let ownOfOne = examples(bins).map { $0.confidence == 1 ? $0.moved(to: bins) : $0 }
    let withTies = zip(examples(bins), rows.indices).map { example, row in
      Example(
        confidence: example.confidence, isRight: rows[row][labels[row]] == tops[row],
        bin: example.bin)
    }
    let single = examples(bins).map { (($0.isRight ? 1 : 0) - $0.confidence).magnitude }
    let accuracy = Rational(count: examples(bins).count { $0.isRight }) / n
    return [
      "the bins are not weighted by their counts": Double(sums / Rational(count: right.count)),
      "the bins are not weighted by their counts, and empty bins count as 0":
        Double(sums / Rational(count: bins)),
      "the weight n_b/n is missing: this is the sum of the differences": Double(sums),
      "the differences are not taken by their magnitude, so that they cancel": Double(signed),
      "the differences are not taken by their magnitude, and have the other sign": -Double(signed),
      "the magnitude is taken of the sum of all bins, or there is only one, so that differences "
        + "cancel": Double(signed.magnitude),
      "examples of the confidence 1 are left out; the last bin holds them": Double(
        full.isEmpty ? 0 : error(gaps(full))),
      "examples of the confidence 1 are left out; the last bin holds them, and n counts them":
        Double(
          gaps(full).map { $0.count * $0.gap.magnitude }.reduce(0, +)
            / Rational(count: max(1, full.count))),
      "of equal probabilities only the first is the prediction": Double(error(gaps(withTies))),
      "a confidence on the border of two bins is in the upper one only": Double(
        error(gaps(inBoth))),
      "a confidence of 1 has no bin of its own: it is in the last": Double(error(gaps(ownOfOne))),
      "a confidence on the border of two bins belongs to the upper one":
        Double(error(gaps(examples(bins, closedAbove: true)))),
      "of equal probabilities the first is the prediction":
        Double(error(gaps(examples(bins, last: true)))),
      "the confidence is the probability of the predicted class, and not of the actual one":
        Double(error(gaps(examples(bins, ofLabel: true)))),
      "the fraction of wrong predictions is taken for that of correct ones":
        Double(error(gaps(examples(bins).map(\.flipped)))),
      "the middle of the bin stands for the mean confidence": Double(error(middles)),
      "the lower border of the bin stands for the mean confidence": Double(error(borders)),
      "this is the largest difference; the mean is asked for":
        Double(right.map(\.gap.magnitude).reduce(0) { max($0, $1) }),
      "squares for magnitudes": Double(squares),
      "squares for magnitudes, and the root of their mean": Double(squares).squareRoot(),
      "each example is compared by itself, and not the mean of a bin":
        Double(single.reduce(0, +) / n),
      "this is the accuracy": Double(accuracy),
      "an empty bin has no mean: it adds nothing": .nan,
    ]
  }
}
