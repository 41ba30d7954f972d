import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let tests = [
    Truth(sizes: [19, 24], real: 0.58, above: 7, equal: 5, below: 27, exam),
    Truth(sizes: [5, 8, 11, 3], real: 0.25, above: 0, equal: 2, below: 17, exam),
    Truth(sizes: [12, 17, 9], real: 0.75, above: 0, equal: 0, below: 99, exam),
    Truth(sizes: [21, 23], real: -0.5, above: 11, equal: 4, below: 3, exam),
    Truth(sizes: [18, 26], real: 0.5, above: 12, equal: 0, below: 0, exam),
  ]
  for test in tests {
    exam.part("the labels that are handed to score, \(test.words)")
    try test.examineLabels(exam)
  }
  for test in tests {
    exam.part("the p value, \(test.words)")
    try test.examineValue(exam)
  }
  exam.part("the generator")
  try examineGenerator(exam)
  exam.part("all orders")
  try examineOrders(exam)
}

/// A score that says what it was told to say, whatever the labels are, and keeps them.
private final class Script {
  let labels: [Int]
  let real: Double
  var others: [Double]
  private(set) var calls: [[Int]] = []

  init(labels: [Int], real: Double, others: [Double]) {
    (self.labels, self.real, self.others) = (labels, real, others)
  }

  var score: ([Int]) -> Double {
    { labels in
      self.calls.append(labels)
      return labels == self.labels ? self.real : self.others.popLast() ?? self.real
    }
  }
}

private struct Truth {
  let labels: [Int]
  let real: Double
  let others: [Double]
  let seed: SplitMix64

  /// Draws scores of shuffled labels, so many above the real one, equal to it and below it.
  init(
    sizes: [Int], real: Double, above: Int, equal: Int, below: Int, _ exam: Exam
  ) {
    var random = exam.random("scores of \(above + equal + below)")
    labels = random.shuffled(
      sizes.enumerated().flatMap { Array(repeating: $0 + 2, count: $1) })
    self.real = real
    func draw(_ count: Int, _ sign: Double) -> [Double] {
      (0..<count).map { _ in real + sign * Double(1 + random.index(below: 60)) / 256 }
    }
    // Two of those below are so by the last bit.
    let least = Array(repeating: real.nextDown, count: min(2, below))
    others = random.shuffled(
      draw(above, 1) + draw(equal, 0) + least + draw(below - least.count, -1))
    seed = random
  }

  var words: String { "\(labels.count) labels, \(others.count) shuffles" }

  func examineLabels(_ exam: Exam) throws {
    let script = Script(labels: labels, real: real, others: others)
    var random = seed
    _ = pValue(labels: labels, shuffles: others.count, using: &random, score: script.score)
    let calls = script.calls
    let genuine = calls.count { $0 == labels }
    let missing = calls.first { $0.count != labels.count }
    try exam.check(
      missing == nil, "of \(labels.count) labels score is given \(missing?.count ?? 0)",
      cause: "all labels are to be shuffled, and none left out")
    let changed = calls.first { $0.sorted() != labels.sorted() }
    try exam.check(
      changed == nil, "score is given labels of which some occur more often than before",
      cause: "an order is drawn, and not a label for each example")
    try exam.check(
      genuine < calls.count || calls.isEmpty,
      "score is never given other labels than the real ones", cause: "the labels are to be shuffled"
    )
    try exam.check(
      genuine > 0, "score is never given the real labels",
      cause: "the score of the real labels is what the others are compared with")
    let apart = calls.dropFirst(2).map { zip($0, labels).count { $0 != $1 } }
    try exam.check(
      calls.prefix(2) != [labels, labels] || calls.count > others.count + 1
        || apart.contains { $0 < 3 },
      "the first two calls of score have the real labels",
      cause: "shuffle before you ask, each of \(others.count) times")
    try exam.check(
      genuine == 1 || calls.count > others.count + 1,
      "\(genuine - 1) of \(others.count) shuffles leave the labels as they were",
      cause: "every order must be as likely as any other, and there are very many")
    try exam.check(
      genuine == 1, "score is given the real labels \(genuine) times",
      cause: "each call is a training: ask once, and remember what it said")
    try exam.expect(
      calls.count - genuine, equals: others.count,
      of: "the number of calls of score with shuffled labels",
      expectedMistakes: [
        "the call with the real labels is not one of the m": others.count - 1,
        "one shuffle too many: the + 1 below is for the real labels": others.count + 1,
        "the score of a shuffle is to be asked for once": 2 * others.count,
      ])
    try exam.check(
      Set(calls).count > max(2, others.count / 2),
      "in \(others.count) shuffles there are only \(Set(calls).count - 1) orders",
      cause: "shuffle anew for each call")
    let moved = labels.indices.filter { index in
      calls.contains { $0[index] != labels[index] }
    }
    let still = labels.indices.first { !moved.contains($0) }
    // In few shuffles a label may stay by chance.
    try exam.check(
      still == nil || others.count < 19,
      "in \(others.count) shuffles label \(still ?? 0) never changes",
      cause: "all labels are to be shuffled, and not a part of them")
  }

  func examineValue(_ exam: Exam) throws {
    let script = Script(labels: labels, real: real, others: others)
    var random = seed
    let received = pValue(
      labels: labels, shuffles: others.count, using: &random, score: script.score)
    let m = Double(others.count)
    let above = Double(others.count { $0 > real })
    let k = Double(others.count { $0 >= real })
    let mean = others.reduce(0, +) / m
    let farther = Double(others.count { abs($0 - mean) >= abs(real - mean) })
    let near = Double(others.count { $0 >= real - 1e-3 })
    let larger = Double(others.count { abs($0) >= abs(real) })
    try exam.expect(
      received, equals: (k + 1) / (m + 1), within: .absolute(1e-12), of: "pValue(…)",
      expectedMistakes: [
        "a score below the real one is not as good, however near it is": (near + 1) / (m + 1),
        "a quotient of whole numbers is a whole number: make Doubles of both first":
          ((k + 1) / (m + 1)).rounded(.down),
        "k/m leaves out the real labels, and can be 0": k / m,
        "the real labels are one of the orders that are as good: k + 1 above": k / (m + 1),
        "the real labels are one of the orders that were tried: m + 1 below": (k + 1) / m,
        "only scores above the real one are counted; an equal one is as good":
          (above + 1) / (m + 1),
        "only scores above the real one are counted, and k/m leaves out the real labels": above / m,
        "two-sided: it is asked how often chance is at least as high, and not as far away":
          (farther + 1) / (m + 1),
        "two-sided: magnitudes are compared, and a score below is no better": (larger + 1)
          / (m + 1),
        "two-sided: p is doubled": min(1, 2 * (k + 1) / (m + 1)),
        "two-sided: p is doubled, and above 1": 2 * (k + 1) / (m + 1),
        "scores at most as high are counted; those at least as high should be":
          (m - above + 1) / (m + 1),
        "scores below the real one are counted; those at least as high should be":
          (m - k + 1) / (m + 1),
        "this is 1 − p": 1 - (k + 1) / (m + 1),
        "this is k, or k + 1; p is a fraction of the orders": k + 1,
        "this is k; p is a fraction of the orders": k,
        "1 is added twice above": (k + 2) / (m + 1),
      ])
  }
}

private func examineGenerator(_ exam: Exam) throws {
  var random = exam.random("generator")
  let labels = random.shuffled((0..<40).map { $0 % 3 })
  func calls(_ generator: inout SplitMix64) -> [[Int]] {
    let script = Script(labels: labels, real: 0.5, others: (0..<9).map { Double($0) / 10 })
    _ = pValue(labels: labels, shuffles: 9, using: &generator, score: script.score)
    return script.calls.filter { $0 != labels }
  }
  var copy = random
  let first = calls(&random)
  try exam.check(
    calls(&copy) == first, "two generators with the same seed give other orders",
    cause: "all draws are to come from the generator that is handed in")
  try exam.check(
    calls(&random) != first, "the next call gives the same orders again",
    cause: "the draws come from a copy of the generator, or from one with a seed of its own")
}

/// Counts how often each order of three labels comes.
private func examineOrders(_ exam: Exam) throws {
  var random = exam.random("orders")
  let calls = 18_000
  var counts: [[Int]: Int] = [:]
  var asked = 0
  _ = pValue(labels: [4, 5, 7], shuffles: calls, using: &random) { labels in
    counts[labels, default: 0] += 1
    asked += 1
    return asked % 2 == 0 ? 0.5 : 0.25
  }
  // The call with the real labels is no shuffle.
  counts[[4, 5, 7], default: 0] -= 1
  let orders = [[4, 5, 7], [4, 7, 5], [5, 4, 7], [5, 7, 4], [7, 4, 5], [7, 5, 4]]
  let missing = orders.count { counts[$0, default: 0] <= 0 }
  try exam.check(
    missing == 0, "\(missing) of the 6 orders of three labels never come in \(calls) shuffles",
    cause: "every order must be possible, also the real one")
  // 3,000 are expected of each, with a deviation of 50.
  let off = orders.first { abs((counts[$0] ?? 0) - calls / 6) > 275 }
  try exam.check(
    off == nil,
    "in \(calls) shuffles one of the 6 orders comes \(off.flatMap { counts[$0] } ?? 0) times, and not "
      + "about \(calls / 6) times", cause: "every order must be as likely as any other")
}
