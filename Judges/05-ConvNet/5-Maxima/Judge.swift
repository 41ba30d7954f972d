import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("the maxima")
  try judgeMaxima(exam)
  for place in [
    Maxima(exam, height: 7, width: 10, size: 4, stride: 3),
    Maxima(exam, height: 8, width: 5, size: 2, stride: 3),
    Maxima(exam, height: 5, width: 6, size: 3, stride: 1),
  ] {
    exam.part("every gradient, where no entries are equal, of \(place.name)")
    try place.judgeValues(exam)
    try exam.certify(place)
  }
  exam.part("who wins among equals")
  try judgeTies(exam)
}

private func judgeMaxima(_ exam: Exam) throws {
  let x: Matrix<Rational> = [
    [-9, -4, -7, -2, -6], [-3, -8, -5, -9, -1], [-6, -7, -2, -4, -8], [-5, -1, -9, -3, -7],
  ]
  try exam.expect(
    maxima(of: x, size: 2, stride: 1),
    equals: [[-3, -4, -2, -1], [-3, -2, -2, -1], [-1, -1, -2, -3]],
    of: "maxima of negative numbers",
    expectedMistakes: [
      "the search begins with 0, which is larger than all that is there":
        Matrix(rows: 3, columns: 4, repeating: 0),
      "the smallest entry is kept": [[-9, -8, -9, -9], [-8, -8, -9, -9], [-7, -9, -9, -8]],
      "windows are taken to lie side by side; they move by the stride":
        [[-3, -2, 0, 0], [-1, -2, 0, 0], [0, 0, 0, 0]],
    ])
  let upper = Matrix(rows: 3, columns: 5) { x[$0, $1] }
  try exam.expect(
    maxima(of: upper, size: 3, stride: 2), equals: [[-2, -1]],
    of: "maxima of windows of 3, stride 2")
}

/// The answer as a formula: maxima under a random upstream, at an image without equals.
private struct Maxima: AlgebraicFormula {
  var name: String { "the maxima of windows of \(size), stride \(stride)" }
  let evaluationPoint: [Tensor<Double>]
  let upstream: Matrix<Double>
  let size, stride: Int

  init(_ exam: Exam, height: Int, width: Int, size: Int, stride: Int) {
    var random = exam.random("maxima of \(height) × \(width)")
    let count = height * width
    // No two are equal, and none so near another that a step of a difference could exchange them.
    var order = random.shuffled(0..<count)
    if size > stride {
      // The largest of all stands in the row that two windows share, so that it wins in both.
      let inside = (0..<width).filter { $0 % stride >= size - stride || size > 2 * stride }
      let shared = stride * width + inside[random.index(below: inside.count)]
      order.swapAt(shared, order.firstIndex(of: count - 1) ?? shared)
    }
    evaluationPoint = [
      Tensor(
        "x",
        Matrix(
          rows: height, columns: width, elements: order.map { Double($0 - count / 2) / 8 }))
    ]
    (self.size, self.stride) = (size, stride)
    upstream = .dyadic((height - size) / stride + 1, (width - size) / stride + 1, using: &random)
  }

  /// Asks for the maxima, which the loss does not take from the answer.
  func judgeValues(_ exam: Exam) throws {
    let x = evaluationPoint[0].matrix
    try exam.expect(
      maxima(of: x, size: size, stride: stride), equals: greatest(of: x), of: "the maxima")
  }

  /// Returns the largest entry of each window.
  private func greatest<Scalar: OrderedField>(of x: Matrix<Scalar>) -> Matrix<Scalar> {
    Matrix(rows: upstream.rows, columns: upstream.columns) { a, b in
      let entries = (0..<size * size).map { x[a * stride + $0 / size, b * stride + $0 % size] }
      return entries.dropFirst().reduce(entries[0]) { $1 > $0 ? $1 : $0 }
    }
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    let maxima = greatest(of: w[0].matrix).elements
    return zip(upstream.elements, maxima).reduce(0) { $0 + Scalar($1.0) * $1.1 }
  }

  func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    let gradients = gradients(from: Matrix(upstream), to: w[0].matrix, size: size, stride: stride)
    return [Tensor("x", gradients)]
  }

  var clues: Clues {
    func mistake(_ name: String, _ rule: Rule) -> Clues.Mistake {
      let x = Matrix<Rational>(evaluationPoint[0].matrix)
      let gradients = rule.gradients(from: Matrix(upstream), to: x, size: size, stride: stride)
      return Clues.Mistake(name, gradient: [Tensor("x", gradients).map { Double($0) }])
    }
    return Clues(mistakes: [
      mistake("an entry that wins twice keeps its last gradient: assigned, not added", .assigned),
      mistake("every entry of a window gets the gradient, largest entry or not", .everyEntry),
      mistake("the first entry of a window gets the gradient, largest entry or not", .firstEntry),
      mistake("the smallest entry gets the gradient", .smallest),
      mistake("the last entry of a window gets the gradient, largest entry or not", .lastEntry),
      mistake("windows are taken to lie side by side; they move by the stride", .sideBySide),
      mistake("the gradient arrives as 1: what comes from above is left out", .withoutUpstream),
      mistake(
        "gradient and maximum are multiplied: the derivative of max is 1 or 0", .timesMaximum),
    ])
  }
}

private func judgeTies(_ exam: Exam) throws {
  var random = exam.random("ties")
  let flat = Matrix<Rational>(rows: 4, columns: 6, repeating: 0)
  // Each window of 2 × 2 has a tie at its maximum: two of its entries are 7.
  let pairs = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]
  let chosen = (0..<6).map { _ in pairs[random.index(below: pairs.count)] }
  var mixed = Matrix<Rational>(rows: 4, columns: 6) { row, column in
    let isSeven = chosen[row / 2 * 3 + column / 2].contains(row % 2 * 2 + column % 2)
    return isSeven ? 7 : Rational(count: random.index(below: 7))
  }
  // The first window tells rows from columns: its equals stand upper right and lower left.
  (mixed[0, 0], mixed[0, 1], mixed[1, 0], mixed[1, 1]) = (3, 7, 7, 5)
  // Few numbers, all negative, so that ties of three and more are there too.
  let few = Matrix<Rational>(rows: 9, columns: 5) { _, _ in Rational(-1 - random.index(below: 3), 1)
  }
  for (x, size, stride) in [
    (flat, 2, 2), (mixed, 2, 2), (mixed, 2, 1), (few, 3, 2), (few, 3, 1), (few, 5, 4),
  ] {
    let upstream = Matrix<Rational>(
      rows: (x.rows - size) / stride + 1, columns: (x.columns - size) / stride + 1
    ) { _, _ in
      let magnitude = 1 + random.index(below: 9)
      return Rational(random.index(below: 2) == 0 ? magnitude : -magnitude, 1)
    }
    func expected(_ rule: Rule) -> Matrix<Rational> {
      rule.gradients(from: upstream, to: x, size: size, stride: stride)
    }
    try exam.expect(
      gradients(from: upstream, to: x, size: size, stride: stride), equals: expected(.firstWins),
      of: "gradients",
      expectedMistakes: [
        "every one of the equals gets the whole gradient: it is counted more than once":
          expected(.everyMaximum),
        "the equals share the gradient; here the first gets all of it": expected(.shared),
        "the last of the equals wins; here the first does": expected(.lastWins),
        "the window is searched column after column": expected(.columnFirst),
        "nobody wins where two are equal": expected(.nobody),
      ])
  }
}

/// Who gets the gradient of a maximum.
private enum Rule {
  case firstWins, lastWins, columnFirst, everyMaximum, shared, nobody
  case assigned, everyEntry, firstEntry, lastEntry, smallest, sideBySide, withoutUpstream
  case timesMaximum

  func gradients(
    from upstream: Matrix<Rational>, to x: Matrix<Rational>, size: Int, stride: Int
  ) -> Matrix<Rational> {
    var dX = Matrix<Rational>(rows: x.rows, columns: x.columns, repeating: 0)
    for a in 0..<upstream.rows {
      for b in 0..<upstream.columns {
        let step = self == .sideBySide ? size : stride
        let entries = (0..<size * size).map { entry in
          (a * step + entry / size, b * step + entry % size)
        }.filter { $0.0 < x.rows && $0.1 < x.columns }
        if entries.isEmpty { continue }
        let values = entries.map { x[$0.0, $0.1] }
        let largest = (self == .smallest ? values.min() : values.max()) ?? 0
        let equals = entries.filter { x[$0.0, $0.1] == largest }
        for (row, column) in getters(among: entries, equals) {
          let gradient = share(of: upstream[a, b], largest, equals.count)
          dX[row, column] = (self == .assigned ? 0 : dX[row, column]) + gradient
        }
      }
    }
    return dX
  }

  private func getters(
    among entries: [(Int, Int)], _ equals: [(Int, Int)]
  ) -> [(Int, Int)] {
    switch self {
    case .lastWins: equals.suffix(1)
    case .columnFirst: [equals.min { ($0.1, $0.0) < ($1.1, $1.0) } ?? equals[0]]
    case .everyMaximum, .shared: equals
    case .nobody: equals.count == 1 ? equals : []
    case .everyEntry: entries
    case .firstEntry: entries.dropLast(entries.count - 1)
    case .lastEntry: entries.suffix(1)
    case .firstWins, .assigned, .withoutUpstream, .timesMaximum, .smallest, .sideBySide:
      equals.dropLast(equals.count - 1)
    }
  }

  private func share(of gradient: Rational, _ largest: Rational, _ equals: Int) -> Rational {
    switch self {
    case .shared: gradient / Rational(count: equals)
    case .withoutUpstream: 1
    case .timesMaximum: gradient * largest
    default: gradient
    }
  }
}
