import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("gradients")
  let shapes = [[(7, 4), (2, 3), (5, 6)], [(3, 2), (2, 5), (4, 3), (6, 2)]]
  let networks = shapes.map { shapes in
    // One of the matrices is shorter than the first bound, and the others are longer.
    shapes.enumerated().map { index, shape in
      (index == 1 ? 0x1p-3 : 1) * Matrix<Double>.dyadic(shape.0, shape.1, using: &random)
    }
  }
  for gradients in networks {
    let norm = Truth.norm(gradients)
    exam.part("clip, \(gradients.count) matrices")
    for bound in [1.25, 0x1p-4, 0.75 * norm, 0.999 * norm] {
      try examine(gradients, bound: bound, exam)
    }
    // The square of a norm below 1 is smaller than the norm.
    try examine(gradients.map { $0 / (8 * norm) }, bound: 0.5, exam)
    for bound in [1.001 * norm, 4 * norm] { try examine(gradients, bound: bound, exam) }
    try examine(gradients.map { $0.map { -abs($0) } }, bound: 0.75 * norm, exam)
    try examine(gradients.map { $0 / (8 * norm) }, bound: 0x1p-4, exam)
  }
  try examineEdges(exam, networks)
  try examineLarge(exam, networks)

  let pairs = shapes.enumerated().flatMap { index, shapes in
    let bound = Rational(3 + random.index(below: 5), index == 0 ? 2 : 32)
    return Pair.all(of: shapes, bound: bound, using: &random)
  }
  exam.part("isClipped, of right clippings")
  for pair in pairs where pair.isRight { try pair.judge(exam) }
  exam.part("isClipped, of wrong clippings")
  for pair in pairs where !pair.isRight { try pair.judge(exam) }
  exam.part("isClipped, in another order")
  try exam.askAgain(pairs.map { pair in (pair.isRight, { pair.answer }) }, of: "isClipped")
}

/// Judges clipping where nothing is to be divided, and where it does not matter whether it is.
private func examineEdges(_ exam: Exam, _ networks: [[Matrix<Double>]]) throws {
  exam.part("clip, gradients of 0")
  for gradients in networks {
    let zeros = gradients.map { 0 * $0 }
    try exam.expect(
      clip(zeros, toNorm: 2), equals: zeros, of: "clip of zeros",
      expectedMistakes: [
        "0 is divided by a norm of 0: below the bound nothing is to be done": zeros.map {
          $0.map { _ in .nan }
        }
      ])
    let lonely = Array(zeros.dropLast() + [gradients[gradients.count - 1]])
    try examine(lonely, bound: 0.5, exam)
  }
  exam.part("clip, a norm that is the bound")
  let exact: [Matrix<Double>] = [[[1, -5], [3, 1]], [[-8, 0, 0]]]
  try exam.expect(
    clip(exact, toNorm: 10), equals: exact, within: .relative(1e-15), of: "clip(g, toNorm: 10)")
  try exam.expect(
    clip(exact, toNorm: 5), equals: exact.map { 0.5 * $0 }, within: .relative(1e-15),
    of: "clip(g, toNorm: 5)")
}

/// Judges gradients whose squares are too large for the format.
private func examineLarge(_ exam: Exam, _ networks: [[Matrix<Double>]]) throws {
  exam.part("clip, gradients of 1e200 in Double")
  for gradients in networks {
    var large = gradients.map { 1e200 * $0 }
    // Small ones and zeros among them are no reason to divide by 0.
    (large[0][1, 1], large[1][0, 1]) = (0, 1e-180)
    for bound in [3, 1e150, 1e202] { try examine(large, bound: bound, exam) }
  }
  exam.part("clip, gradients of 1e30 in Float")
  for gradients in networks {
    let narrow = gradients.map { Matrix<Float>(rounding: 1e30 * $0) }
    for bound in [Float(3), 1e32] {
      let wide = narrow.map { Matrix<Double>(rounding: $0) }
      let right = Truth.clipped(wide, bound: Double(bound)).map { Matrix<Float>(rounding: $0) }
      try exam.expect(
        clip(narrow, toNorm: bound), equals: right, within: .relative(2e-6), of: "clip in Float",
        expectedMistakes: [
          Truth.overflow: right.map { 0 * $0 }, Truth.infinity: right.map { $0.map { _ in .nan } },
        ])
    }
  }
}

/// Compares the answer with balls, which do not overflow.
private func examine(_ gradients: [Matrix<Double>], bound: Double, _ exam: Exam) throws {
  let right = Truth.clipped(gradients, bound: bound)
  let norms = gradients.map { Truth.norm([$0]) }
  let norm = Truth.norm(gradients)
  let entries = gradients.flatMap(\.elements)
  func scaled(_ factor: Double) -> [Matrix<Double>] { gradients.map { factor * $0 } }
  func limited(_ norm: Double) -> [Matrix<Double>] { scaled(min(1, bound / norm)) }
  func each(_ factor: (Double) -> Double) -> [Matrix<Double>] {
    zip(gradients, norms).map { factor($1) * $0 }
  }
  try exam.expect(
    clip(gradients, toNorm: bound), equals: right,
    within: norm <= bound ? .exactly : .relative(1e-14),
    of: norm <= bound ? "clip below the bound" : "clip above the bound",
    expectedMistakes: [
      Truth.overflow: norm > 1e150 ? scaled(0) : right,
      Truth.infinity: gradients.map { $0.map { _ in .nan } },
      "each matrix by itself, by the square of its norm, and whether it is too long or not":
        each { bound / ($0 * $0) },
      "each matrix by itself, by the square of its norm": each { min(1, bound / ($0 * $0)) },
      "each matrix by itself, and whether it is too long or not": each { bound / $0 },
      "each matrix by itself: the norm is that of all gradients together":
        each { min(1, bound / $0) },
      "the square of the norm: the root is missing": limited(norm * norm),
      "the square of the norm, and short gradients are made longer": scaled(bound / (norm * norm)),
      "divided by the square of the norm; where it is too long the norm is compared":
        norm > bound ? scaled(bound / (norm * norm)) : gradients,
      "the norm, and its square compared with the bound":
        norm * norm > bound ? scaled(bound / norm) : gradients,
      "short gradients are made longer: below the bound nothing is to be done":
        scaled(bound / norm),
      "entry by entry, which turns the direction":
        gradients.map { $0.map { min(bound, max(-bound, $0)) } },
      "a length of 1, not of the bound": norm > bound ? scaled(1 / norm) : gradients,
      "not clipped": gradients,
      "the largest entry is taken for the norm": limited(entries.map(abs).max() ?? 0),
      "the sum of the magnitudes is taken for the norm": limited(entries.map(abs).reduce(0, +)),
      "the norms of the matrices are added up; it is their squares that add up":
        limited(norms.reduce(0, +)),
      "the largest norm of a matrix is taken for that of all": limited(norms.max() ?? 0),
      "the root of the mean of the squares is taken for the norm":
        limited(norm / Double(entries.count).squareRoot()),
      "a small number is added to the norm, as some libraries do against a division by 0; here a "
        + "short gradient is not divided at all": limited(norm + 1e-6),
    ])
}

/// What the judge computes by itself.
private enum Truth {
  static let overflow =
    "the squares are too large for the format, so that the norm is ∞ and every "
    + "gradient becomes 0: divide by the largest entry before you square"
  static let infinity =
    "∞/∞, or 0/0: divide by the largest entry before you square, and by nothing "
    + "where all are 0"

  /// Returns the norm of all entries, in balls.
  private static func ball(_ gradients: [Matrix<Double>]) -> Ball<256> {
    Ball<256>.sqrt(
      gradients.flatMap(\.elements).reduce(Ball<256>(0.0)) { $0 + Ball<256>($1).squared })
  }

  static func norm(_ gradients: [Matrix<Double>]) -> Double { Double(ball(gradients).midpoint) }

  /// Returns clipped gradients; the norm is not so near the bound that a ball cannot tell them apart.
  static func clipped(_ gradients: [Matrix<Double>], bound: Double) -> [Matrix<Double>] {
    let norm = ball(gradients)
    if norm < Ball<256>(bound) { return gradients }
    return gradients.map { matrix in
      matrix.map { Double((Ball<256>($0) * Ball<256>(bound) / norm).midpoint) }
    }
  }
}

/// Gradients before and after a clipping, right or wrong, in exact fractions.
private struct Pair {
  let words: String
  var cause: String?
  let isRight: Bool
  let bound: Rational
  let before, after: [Matrix<Rational>]

  var answer: Bool { isClipped(after, from: before, bound: bound) }

  func judge(_ exam: Exam) throws {
    let matrices = "\(before.count) matrices"
    try exam.check(
      answer == isRight, "isClipped \(isRight ? "refuses" : "accepts") \(words), \(matrices)",
      cause: cause)
  }

  /// Returns right and wrong clippings of gradients with a rational norm.
  static func all(
    of shapes: [(Int, Int)], bound: Rational, using random: inout SplitMix64
  ) -> [Pair] {
    let count = shapes.map { $0.0 * $0.1 }.reduce(0, +)
    // A reflection takes the first axis to a direction of fractions, with the length 1.
    let normal = Vector<Rational>(count: count) { _ in
      Rational((1 + random.index(below: 5)) * (random.index(below: 2) == 0 ? 1 : -1), 1)
    }
    var direction = (-2 * normal[0] / normal.squaredNorm) * normal
    direction[0] += 1
    let unit = Gradients(shapes, direction)
    return rightOnes(unit, bound) + wrongOnes(unit, bound)
  }

  private static func rightOnes(_ unit: Gradients, _ bound: Rational) -> [Pair] {
    func right(_ words: String, _ before: Rational, _ after: Rational, _ cause: String) -> Pair {
      Pair(
        words: words, cause: cause, isRight: true, bound: bound, before: unit.times(before),
        after: unit.times(after))
    }
    let direction = "above the bound c, ‖h‖² = c², and h points where g does"
    return [
      right("a gradient of seven times the bound, clipped", 7 * bound, bound, direction),
      right(
        "a gradient that is above the bound by a thousandth, clipped",
        bound * Rational(1_001, 1_000), bound, direction),
      right(
        "a gradient below the bound, unchanged", bound / 3, bound / 3,
        "below the bound nothing is to change, and ‖h‖ is not c"),
      right(
        "a gradient below the bound by a thousandth, unchanged", bound * Rational(999, 1_000),
        bound * Rational(999, 1_000), "below the bound nothing is to change"),
      right(
        "a gradient whose norm is the bound, unchanged", bound, bound, "it is not above the bound"),
      right("a gradient of zeros, unchanged", 0, 0, "0 is below the bound: there is no direction"),
    ]
  }

  private static func wrongOnes(_ unit: Gradients, _ bound: Rational) -> [Pair] {
    let long = unit.times(7 * bound)
    func wrong(
      _ words: String, of before: [Matrix<Rational>]? = nil, _ after: [Matrix<Rational>],
      _ cause: String
    ) -> Pair {
      Pair(
        words: words, cause: cause, isRight: false, bound: bound, before: before ?? long,
        after: after)
    }
    let clipped = unit.times(bound)
    let reversed = Gradients(unit.shapes, Vector(unit.entries.elements.reversed())).times(bound)
    let changed = unit.entries.elements.indices.filter { $0 % 3 == 1 }
    return [
      wrong(
        "a gradient of seven times the bound, unchanged", long, "it is above the bound"),
      wrong(
        "a gradient that is above the bound by a thousandth, unchanged",
        of: unit.times(bound * Rational(1_001, 1_000)),
        unit.times(bound * Rational(1_001, 1_000)), "it is above the bound"),
      wrong("a clipping by the square of the norm", unit.times(1 / 7), "its norm is 1/7, not c"),
      wrong("a gradient that has become 0", unit.times(0), "its norm is not c"),
      wrong(
        "a gradient of the right length, turned round", unit.times(-bound), "its sign is wrong"),
      wrong(
        "entries that were clipped one by one",
        long.map { $0.map { max(-bound / 9, min(bound / 9, $0)) } }, "the direction is another"),
      wrong(
        "a gradient of the right length, its entries in another order", reversed,
        "the direction is another: the norm alone does not tell"),
      wrong(
        "only the signs of the entries are right, and the length", unit.mirrored(bound),
        "the direction is another: every entry has the same factor"),
      wrong(
        "a gradient below the bound that was made as long as the bound", of: unit.times(bound / 3),
        clipped, "below the bound nothing is to change"),
      wrong(
        "a gradient below the bound that was made shorter", of: unit.times(bound / 3),
        unit.times(bound / 9), "below the bound nothing is to change"),
      wrong(
        "zeros that have become something", of: unit.times(0), clipped,
        "below the bound nothing is to change"),
    ]
      + changed.map { index in
        wrong(
          "a clipping with one entry off by a millionth, number \(index)",
          unit.times(bound, adding: 1 / 1_000_000, at: index),
          "no tolerance is needed: the numbers are exact")
      }
      + changed.map { index in
        wrong(
          "a gradient below the bound, one entry of which was changed, number \(index)",
          of: unit.times(bound / 3), unit.times(bound / 3, adding: 1 / 1_000_000, at: index),
          "below the bound nothing is to change, not even one entry")
      }
  }
}

/// A direction, cut into matrices.
private struct Gradients {
  let shapes: [(Int, Int)]
  let entries: Vector<Rational>

  init(_ shapes: [(Int, Int)], _ entries: Vector<Rational>) {
    (self.shapes, self.entries) = (shapes, entries)
  }

  /// Returns a multiple of the direction, of which one entry may be off.
  func times(_ factor: Rational, adding: Rational = 0, at index: Int = 0) -> [Matrix<Rational>] {
    var entries = factor * entries
    entries[index] += adding
    return cut(entries)
  }

  /// Returns a vector of some length with the signs of the direction, whose entries are another's.
  func mirrored(_ length: Rational) -> [Matrix<Rational>] {
    let magnitudes = entries.elements.map { abs($0) }
    let other = [magnitudes[magnitudes.count - 1]] + magnitudes.dropLast()
    return cut(
      Vector(zip(entries.elements, other).map { $0 < 0 ? -length * $1 : length * $1 }))
  }

  private func cut(_ entries: Vector<Rational>) -> [Matrix<Rational>] {
    var start = 0
    return shapes.map { rows, columns in
      defer { start += rows * columns }
      return Matrix(
        rows: rows, columns: columns,
        elements: Array(entries.elements[start..<start + rows * columns]))
    }
  }
}
