import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("windows")
  exam.part("an image without equals")
  let order = random.shuffled(0..<24)
  try judgeGradients(
    exam, Matrix(rows: 4, columns: 6, elements: order.map { Rational(count: $0 - 12) }), &random)

  exam.part("a window of zeros, and other equals")
  let ties: Matrix<Rational> = [
    [0, 0, 1, 7, 2, 7], [0, 0, 7, 3, 4, 7], [-1, -5, 6, 6, 8, 2], [-1, -1, 6, 5, 3, 8],
  ]
  try judgeGradients(exam, ties, &random)
  exam.part("equals drawn at random")
  for (rows, columns, lowest) in [(6, 4, 0), (2, 10, -1), (8, 6, -4)] {
    let x = Matrix<Rational>(rows: rows, columns: columns) { _, _ in
      Rational(lowest + random.index(below: 3), 1)
    }
    try judgeGradients(exam, x, &random)
  }

  exam.part("harmlessTies")
  try judgeHarmlessTies(exam)
  exam.part("thirteenArgmaxes")
  try judgeThirteenArgmaxes(exam)
}

private func judgeGradients(
  _ exam: Exam, _ x: Matrix<Rational>, _ random: inout SplitMix64
) throws {
  let upstream = Matrix<Rational>(rows: x.rows / 2, columns: x.columns / 2) { _, _ in
    Rational((1 + random.index(below: 9)) * (random.index(below: 3) == 0 ? -1 : 1), 1)
  }
  func total(_ a: Matrix<Rational>) -> Rational { a.elements.reduce(0, +) }
  func expected(_ rule: Rule) -> Matrix<Rational> { rule.gradients(from: upstream, to: x) }
  let received = gradientsOfLargest(from: upstream, to: x)
  try exam.expect(
    received, equals: expected(.first),
    of: "gradientsOfLargest",
    expectedMistakes: [
      "every one of the equals gets the whole gradient: \(total(received)) goes out, \(total(upstream)) came in":
        expected(.every),
      "the equals share the gradient; by the rule of the chapter the first gets it":
        expected(.shared),
      "the last of the equals wins; by the rule of the chapter the first does": expected(.last),
      "nobody wins where two are equal: \(total(received)) goes out, \(total(upstream)) came in":
        expected(.nobody),
      "the smallest entry of a window gets the gradient": expected(.smallest),
      "the gradient arrives as 1: what comes from above is left out":
        expected(.first).map { $0 == 0 ? 0 : 1 },
      "the upper left entry of a window gets the gradient, whether it won or not":
        expected(.upperLeft),
    ])
}

private func judgeHarmlessTies(_ exam: Exam) throws {
  let x = harmlessTies
  try judgeShape(exam, x, "harmlessTies")
  for window in windows(of: x) {
    try exam.check(
      Set(window.entries).count < 4, "\(window.name) has four different entries: \(window.words)",
      cause: "every window is to have two equal entries")
    try exam.check(
      window.argmax == 1,
      "\(window.name) is \(window.words), and the wrong code hands out \(window.argmax) gradients",
      cause: "a tie is harmless where it is not at the largest entry")
  }
}

private func judgeThirteenArgmaxes(_ exam: Exam) throws {
  let x = thirteenArgmaxes
  try judgeShape(exam, x, "thirteenArgmaxes")
  let argmax = windows(of: x).map(\.argmax)
  let words = argmax.map { "\($0)" }.joined(separator: " + ")
  try exam.expect(
    argmax.reduce(0, +), equals: 13, of: "what goes out, \(words),",
    expectedMistakes: [
      "every window is full of equals": 24, "no window has a tie at its largest entry": 6,
    ])
}

private func judgeShape(_ exam: Exam, _ x: Matrix<Double>, _ name: String) throws {
  try exam.expect([x.rows, x.columns], equals: [4, 6], of: "rows and columns of \(name)")
  try exam.check(
    x.elements.allSatisfy(\.isFinite), "\(name) has an entry that is no finite number",
    cause: "NaN is equal to nothing, and nothing is larger than infinity: use ordinary numbers")
}

/// A window of 2 by 2.
private struct Window {
  let name: String
  let entries: [Double]

  /// How many entries are equal to the largest: what the wrong code looks for.
  var argmax: Int { entries.count { $0 == entries.max() } }
  var words: String { entries.map { "\($0)" }.joined(separator: ", ") }
}

private func windows(of x: Matrix<Double>) -> [Window] {
  (0..<x.rows / 2 * (x.columns / 2)).map { position in
    let (top, left) = (position / (x.columns / 2) * 2, position % (x.columns / 2) * 2)
    return Window(
      name: "the window with [\(top), \(left)] at its upper left",
      entries: (0..<4).map { x[top + $0 / 2, left + $0 % 2] })
  }
}

/// Who gets the gradient of a maximum.
private enum Rule {
  case first, last, every, shared, nobody, upperLeft, smallest

  func gradients(from upstream: Matrix<Rational>, to x: Matrix<Rational>) -> Matrix<Rational> {
    var dX = Matrix<Rational>(rows: x.rows, columns: x.columns, repeating: 0)
    for a in 0..<upstream.rows {
      for b in 0..<upstream.columns {
        let window = (0..<4).map { (2 * a + $0 / 2, 2 * b + $0 % 2) }
        let values = window.map { x[$0.0, $0.1] }
        let largest = self == .smallest ? values.min() : values.max()
        let equals = window.filter { x[$0.0, $0.1] == largest }
        for (row, column) in getters(window, equals) {
          let parts = self == .shared ? equals.count : 1
          dX[row, column] = upstream[a, b] / Rational(count: parts)
        }
      }
    }
    return dX
  }

  private func getters(_ window: [(Int, Int)], _ equals: [(Int, Int)]) -> [(Int, Int)] {
    switch self {
    case .first, .smallest: [equals[0]]
    case .last: [equals[equals.count - 1]]
    case .every, .shared: equals
    case .nobody: equals.count == 1 ? equals : []
    case .upperLeft: [window[0]]
    }
  }
}
