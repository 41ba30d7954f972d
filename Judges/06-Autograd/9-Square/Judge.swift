import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("truths")
  exam.part("the shape of the difference")
  let m = 5 + random.index(below: 4)
  try exam.expect(
    shapeOfDifference(m: m), equals: [m, m], of: "the shape of [\(m), 1] minus [\(m)]",
    expectedMistakes: [
      "the list is no column: aligned at their last axes, it is a row": [m, 1],
      "the column keeps both of its axes": [m],
    ])

  exam.part("where the wrong loss is least")
  let y = Vector<Rational>(.dyadic(m, using: &random))
  try expectLeast(exam, y)

  exam.part("the loss that refuses")
  try expectLoss(exam, y, &random)
}

private func expectLeast(_ exam: Exam, _ y: Vector<Rational>) throws {
  let m = Rational(count: y.count)
  let (p, loss) = leastWrongLoss(for: y)
  try exam.expect(p.count, equals: y.count, of: "the number of predictions")
  let gradients = p.map { p in y.map { p - $0 }.sum / (m * m) }
  let mean = y.sum / m
  try exam.expect(
    gradients, equals: Vector(repeating: 0, count: y.count), of: "the gradients of J in your p",
    expectedMistakes: [
      "p = y: that is where the right loss is least; here each p meets every truth":
        y.map { p in y.map { p - $0 }.sum / (m * m) },
      "p = 0: that is not the mean of the truths":
        y.map { _ in -mean / m },
    ])
  let least = p.elements.reduce(0) { sum, p in sum + y.map { (p - $0).squared }.sum } / (2 * m * m)
  try exam.expect(
    loss, equals: least, of: "the least value of J",
    expectedMistakes: [
      "0 is what the right loss can come to": 0,
      "the ½ in front of the squares is missing": 2 * least,
      "divided by m − 1: the mean is over all m² entries": least * m / (m - 1),
      "divided by m where m² entries are averaged": least * m,
    ])
}

private func expectLoss(
  _ exam: Exam, _ y: Vector<Rational>, _ random: inout SplitMix64
) throws {
  let m = y.count
  let p = Matrix<Rational>(.dyadic(m, 1, using: &random))
  let truth = (p.column(0) - y).squaredNorm / Rational(count: 2 * m)
  try exam.expect(
    try halfSquaredError(p, y), equals: truth, of: "the loss of [\(m), 1] and [\(m)]",
    expectedMistakes: [
      "the ½ is missing": 2 * truth, "not divided by m": Rational(count: m) * truth,
      "this is J, the wrong loss":
        p.elements.reduce(0) { sum, p in sum + y.map { (p - $0).squared }.sum }
        / Rational(count: 2 * m * m),
    ])
  for (rows, columns) in [(1, m), (m, 2), (m + 1, 1), (m - 1, 1), (1, 1)] {
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
          : "nobody has compared the number of rows with that of the truths")
    case .failure(let error):
      try exam.check(
        "\(error)".contains(shape) && "\(error)".contains("[\(m)]"),
        "the error for \(shape) and [\(m)] says: \(error)",
        cause: "both shapes are to be named, for one of them is a surprise to the reader")
    }
  }
}
