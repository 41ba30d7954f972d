import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("lossAsItWas")
  let pair = Truth.Pair(prediction: [[1], [2], [4]], target: [1, 3, 3])
  try exam.expectPrediction(
    lossAsItWas, equals: pair.broadcast, of: "lossAsItWas",
    expectedMistakes: [
      "that is the loss as it should be; nine differences are squared, not three": pair.loss,
      "nine squares, divided by the 2 n of three examples; a mean divides by nine":
        3 * pair.broadcast,
      "nine squares without their mean": 9 * pair.broadcast,
      "the ½ is missing": 2 * pair.broadcast,
    ])

  exam.part("difference, where shapes agree")
  var random = exam.random("matrices")
  for (rows, columns) in [(7, 1), (1, 5), (4, 3), (2, 6), (1, 1)] {
    let a = Matrix<Rational>(.dyadic(rows, columns, using: &random))
    let b = Matrix<Rational>(.dyadic(rows, columns, using: &random))
    guard let ours = try? difference(a, b) else {
      return try exam.check(
        false, "difference refuses \(a.shape) and \(b.shape)", cause: "these are the same shape")
    }
    let truth = Matrix(rows: rows, columns: columns) { a[$0, $1] - b[$0, $1] }
    try exam.expect(
      ours, equals: truth, of: "difference of \(a.shape) and \(b.shape)",
      expectedMistakes: ["left and right are exchanged": b - a, "the two are added": a + b])
  }

  exam.part("difference, where they do not")
  for (left, right) in [
    ((7, 1), (1, 7)), ((1, 7), (7, 1)), ((7, 1), (7, 3)), ((7, 3), (7, 1)), ((5, 3), (1, 3)),
    ((2, 6), (3, 4)), ((4, 5), (4, 6)), ((5, 4), (6, 4)), ((7, 3), (1, 1)),
    ((1, 3), (7, 3)), ((4, 3), (3, 4)), ((7, 1), (6, 1)),
    ((1, 1), (7, 1)),
  ] {
    let a = Matrix<Rational>(.dyadic(left.0, left.1, using: &random))
    let b = Matrix<Rational>(.dyadic(right.0, right.1, using: &random))
    try examineRefusal(a, b, exam)
  }

  exam.part("loss")
  for n in [7, 5, 2] {
    let pair = Truth.Pair(
      prediction: Matrix(.dyadic(n, 1, using: &random)), target: Vector(.dyadic(n, using: &random)))
    try examine(pair, exam)
  }

  exam.part("loss, where predictions and targets do not fit")
  for (rows, columns, count) in [
    (6, 1, 7), (8, 1, 7), (7, 2, 7), (1, 7, 7), (1, 1, 7), (7, 1, 1), (5, 3, 5), (2, 2, 4),
  ] {
    let prediction = Matrix<Rational>(.dyadic(rows, columns, using: &random))
    let target = Vector<Rational>(.dyadic(count, using: &random))
    let loss = try? loss(of: prediction, against: target)
    try exam.check(
      loss == nil,
      "loss says \(loss ?? 0) of predictions \(prediction.shape) against targets \(target.shape)",
      cause: "nothing refuses shapes that do not fit")
  }
}

/// Compares the answer's loss with ours.
private func examine(_ pair: Truth.Pair, _ exam: Exam) throws {
  let theirs: Rational
  do {
    theirs = try loss(of: pair.prediction, against: pair.target)
  } catch {
    return try exam.check(
      false, "loss refuses predictions \(error.left) against targets that it makes \(error.right)",
      cause: "targets [\(pair.target.count)] fit: as a column, [\(pair.target.count), 1]")
  }
  let n = Rational(count: pair.target.count)
  try exam.expect(
    theirs, equals: pair.loss, of: "loss",
    expectedMistakes: [
      "every prediction is still compared with every target": pair.broadcast,
      "every prediction is still compared with every target, and the mean is not one":
        n * pair.broadcast,
      "the ½ is missing": 2 * pair.loss,
      "not divided by n": n * pair.loss,
      "only the first target is looked at": Truth.Pair(
        prediction: pair.prediction, target: Vector(repeating: pair.target[0], count: 1)
      ).broadcast,
    ])
}

/// Looks whether a difference is refused, and with which words.
private func examineRefusal(_ a: Matrix<Rational>, _ b: Matrix<Rational>, _ exam: Exam) throws {
  do {
    let ours = try difference(a, b)
    try exam.check(
      false, "difference makes \(ours.shape) of \(a.shape) and \(b.shape)",
      cause: a.rows == b.rows
        ? "rows are compared, and columns have to be too"
        : a.columns == b.columns
          ? "columns are compared, and rows have to be too"
          : a.elements.count == b.elements.count
            ? "as many entries are not the same shape" : "what has size 1 is still broadcast")
  } catch let mismatch as ShapeMismatch {
    try exam.expect(
      "\(mismatch.left) and \(mismatch.right)", equals: "\(a.shape) and \(b.shape)",
      of: "what is thrown",
      expectedMistakes: ["left and right are exchanged": "\(b.shape) and \(a.shape)"])
  }
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  /// Predictions and their targets.
  struct Pair {
    let prediction: Matrix<Rational>  // [n, 1]
    let target: Vector<Rational>  // [n]

    /// Half the mean square of the errors.
    var loss: Rational {
      (prediction - Matrix(column: target)).squaredNorm / Rational(count: 2 * target.count)
    }

    /// Half the mean square of every prediction less every target.
    var broadcast: Rational {
      let all = Matrix(rows: prediction.rows, columns: target.count) {
        prediction[$0, 0] - target[$1]
      }
      return all.squaredNorm / Rational(count: 2 * all.elements.count)
    }
  }
}
