import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("targets")
  exam.part("the shape of the difference")
  let counts = [5 + random.index(below: 4), 2, 9 + random.index(below: 4)]
  for m in counts {
    let shape = shapeOfDifference(m: m)
    try exam.check(
      shape == [m, m],
      "shapeOfDifference(m: \(m)) is \(shape), and a column [\(m), 1] minus a list [\(m)] has "
        + "another shape", cause: cause(of: shape, m))
  }

  exam.part("where the wrong loss is least")
  let targets = counts.map { Vector<Rational>(.dyadic($0, using: &random)) }
  for y in targets { try expectLeast(exam, y) }
  // Targets that are all the same, and some that are.
  try expectLeast(exam, Vector(repeating: targets[0][0], count: 4))
  try expectLeast(exam, Vector([3, -5, 3, 3, 0, -5]))

  exam.part("the loss that refuses")
  for y in targets { try expectLoss(exam, y, &random) }
}

/// Returns what who says so may have thought.
private func cause(of shape: [Int], _ m: Int) -> String? {
  switch shape {
  case [m, 1]: "the list is no column: aligned at their last axes, it is a row"
  case [m]: "the column keeps both of its axes"
  case [1, m]: "the column has m rows: only its last axis is repeated"
  case [m * m]: "there are so many numbers, in two axes"
  case [m, m, 1]: "there are no more axes than the column has"
  default: nil
  }
}

private func expectLeast(_ exam: Exam, _ y: Vector<Rational>) throws {
  let m = Rational(count: y.count)
  let (p, loss) = leastWrongLoss(for: y)
  try exam.expect(p.count, equals: y.count, of: "the number of predictions")
  let gradients = p.map { p in y.map { p - $0 }.sum / (m * m) }
  let mean = y.sum / m
  try exam.expect(
    gradients, equals: Vector(repeating: 0, count: y.count),
    of: "with \(y.count) targets and your p, ∂J/∂p",
    expectedMistakes: [
      "p = y: that is where the right loss is least; here each p meets every target":
        y.map { p in y.map { p - $0 }.sum / (m * m) },
      "p = 0: that is not the mean of the targets":
        y.map { _ in -mean / m },
      "p is the sum of the targets, and not their mean":
        y.map { _ in (y.sum - mean) / m },
      "p is the mean with its sign reversed": y.map { _ in -2 * mean / m },
    ])
  let least = p.elements.reduce(0) { sum, p in sum + y.map { (p - $0).squared }.sum } / (2 * m * m)
  let squares = y.map { $0 * $0 }.sum / (2 * m)
  try exam.expect(
    loss, equals: least, of: "the least value of J, with \(y.count) targets,",
    expectedMistakes: [
      "0 is what the right loss can come to": 0,
      "the ½ in front of the squares is missing": 2 * least,
      "divided by m − 1: the mean is over all m² entries": least * m / (m - 1),
      "divided by m where m² entries are averaged": least * m,
      "divided by m once more: each sum of squares is over m² entries": least / m,
      "the mean of the squares of y: the mean is not taken off": squares,
    ])
}

private func expectLoss(
  _ exam: Exam, _ y: Vector<Rational>, _ random: inout SplitMix64
) throws {
  let m = y.count
  let p = Matrix<Rational>(.dyadic(m, 1, using: &random))
  let right = (p.column(0) - y).squaredNorm / Rational(count: 2 * m)
  try exam.expect(
    try halfSquaredError(p, y), equals: right, of: "the loss of [\(m), 1] and [\(m)]",
    expectedMistakes: [
      "the ½ is missing": 2 * right, "not divided by m": Rational(count: m) * right,
      "the sum is divided by m twice": right / Rational(count: m),
      "this is J, the wrong loss":
        p.elements.reduce(0) { sum, p in sum + y.map { (p - $0).squared }.sum }
        / Rational(count: 2 * m * m),
    ])
  for (rows, columns) in [(1, m), (m, 2), (m, m), (m + 1, 1), (m - 1, 1), (1, 1), (2 * m, 1)] {
    let shape = "[\(rows), \(columns)]"
    let outcome = Result { () throws(ShapeError) in
      try halfSquaredError(Matrix(.dyadic(rows, columns, using: &random)), y)
    }
    switch outcome {
    case .success(let loss):
      try exam.check(
        false, "\(shape) and [\(m)] have the loss \(loss), and should be refused",
        cause: rows * columns == m
          ? "there are as many numbers, but a row is one example of \(m) features"
          : "nobody has compared the number of rows with that of the targets")
    case .failure(let error):
      try exam.check(
        "\(error)".contains(shape) && "\(error)".contains("[\(m)]"),
        "the error for \(shape) and [\(m)] says: \(error)",
        cause: "both shapes are to be named, for one of them is a surprise to the reader")
    }
  }
}
