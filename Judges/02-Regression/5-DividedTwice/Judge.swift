import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let subjects = [
    Truth.LineLoss(exam, n: 7, features: 4, outputs: 3),
    Truth.LineLoss(exam, n: 5, features: 6, outputs: 2, before: 7),
  ]
  for subject in subjects {
    exam.part("lossAndGradients, \(subject.y.rows) examples")
    try examineLoss(subject, exam)
    try exam.certify(subject)
  }

  exam.part("staysWhenRepeated, of gradients that are means")
  for subject in subjects {
    for (name, gradients) in Truth.means {
      try exam.check(
        accepts(gradients, subject), "staysWhenRepeated refuses \(name)",
        cause: "the examples and their targets are repeated together, and no formula is needed")
    }
  }
  exam.part("staysWhenRepeated, of gradients that are not")
  for subject in subjects {
    for (name, gradients, cause) in Truth.others(n: subject.y.rows) {
      try exam.check(
        !accepts(gradients, subject), "staysWhenRepeated accepts \(name)", cause: cause)
    }
    for (name, gradients) in subject.changedOnce {
      try exam.check(
        !accepts(gradients, subject), "staysWhenRepeated accepts gradients of which \(name) grows",
        cause: "every gradient has to be compared")
    }
  }
  exam.part("staysWhenRepeated, in another order")
  try exam.askAgain(
    subjects.flatMap { subject in
      Truth.means.map { mean in (true, { accepts(mean.1, subject) }) }
        + Truth.others(n: subject.y.rows).map { other in (false, { accepts(other.1, subject) }) }
    }, of: "staysWhenRepeated")
}

/// Compares the answer's loss with ours.
private func examineLoss(_ subject: Truth.LineLoss, _ exam: Exam) throws {
  let (line, x, y) = subject.exact
  let (n, outputs) = (Rational(count: y.rows), Rational(count: y.columns))
  let loss = (x • line.weights + line.bias - y).squaredNorm / (2 * n)
  try exam.expect(
    lossAndGradients(of: line, from: x, to: y).loss, equals: loss, of: "the loss",
    expectedMistakes: [
      "divided by n twice": loss / n, "not divided by n": n * loss, "the ½ is missing": 2 * loss,
      "divided by the outputs too; this loss is a sum over them": loss / outputs,
      "divided by \(subject.before), the number of examples before; now there are \(y.rows)":
        loss * n / Rational(count: subject.before),
    ])
}

/// Whether the answer's check accepts gradients.
private func accepts(_ gradients: Gradients, _ subject: Truth.LineLoss) -> Bool {
  let (line, x, y) = subject.exact
  return staysWhenRepeated(gradients, at: line, from: x, to: y)
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  /// Gradients that repeating does not change.
  static var means: [(String, Gradients)] {
    [
      ("the gradients of this book's loss", { Truth.scaled($0, $1, $2) { (1 / $0, 1 / $0) } }),
      (
        "the gradients of another book's loss, without the ½ and with the number of outputs",
        { line, x, y in
          let outputs = Rational(count: y.columns)
          return Truth.scaled(line, x, y) { (2 / (outputs * $0), 2 / (outputs * $0)) }
        }
      ),
      (
        "the gradients of this book's loss with weight decay",
        { line, x, y in
          var gradients = Truth.scaled(line, x, y) { (1 / $0, 1 / $0) }
          gradients.weights.add(1 / 8, times: line.weights)
          return gradients
        }
      ),
    ]
  }

  /// Gradients that repeating changes, and what a check must do to notice.
  ///
  /// - Parameter n: The number of examples before they are repeated.
  static func others(n: Int) -> [(String, Gradients, String)] {
    [
      (
        "gradients that are divided by n twice",
        { Truth.scaled($0, $1, $2) { (1 / ($0 * $0), 1 / ($0 * $0)) } },
        "a check that never refuses finds no bug; are the examples repeated at all?"
      ),
      (
        "gradients that are not divided by n", { Truth.scaled($0, $1, $2) { _ in (1, 1) } },
        "they grow as examples are repeated"
      ),
      (
        "gradients of which only those of the bias are divided twice",
        { Truth.scaled($0, $1, $2) { (1 / $0, 1 / ($0 * $0)) } }, "the bias has gradients too"
      ),
      (
        "gradients of which only those of the weights are divided twice",
        { Truth.scaled($0, $1, $2) { (1 / ($0 * $0), 1 / $0) } }, "the weights have gradients too"
      ),
      (
        "gradients that are divided by n − 1, as a sample's variance is",
        { Truth.scaled($0, $1, $2) { (1 / ($0 - 1), 1 / ($0 - 1)) } },
        "no tolerance is needed: the numbers are exact"
      ),
      (
        "gradients of which only the last weight's is divided twice",
        Truth.changed { gradients, count in
          let (row, column) = (gradients.weights.rows - 1, gradients.weights.columns - 1)
          gradients.weights[row, column] = gradients.weights[row, column] / count
        }, "every gradient has to be compared"
      ),
      (
        "gradients of which only the last bias's is off, by a part in a million",
        Truth.changed { gradients, count in
          gradients.bias[gradients.bias.count - 1] += count / 1_000_000
        }, "every gradient has to be compared, and exactly"
      ),
      (
        "gradients of which the first bias's grows with n, and the last one's falls",
        Truth.changed { gradients, count in
          gradients.bias[0] += count
          gradients.bias[gradients.bias.count - 1] -= count
        }, "sums and means do not tell entries apart: compare each with its own"
      ),
      (
        "gradients of which two weights' change places among more than \(n) examples",
        Truth.changed { gradients, count in
          guard count > Rational(count: n) else { return }
          let first = gradients.weights[0, 0]
          gradients.weights[0, 0] = gradients.weights[0, 1]
          gradients.weights[0, 1] = first
        }, "compare each gradient with its own, whatever the order"
      ),
    ]
  }

  /// Returns the right gradients, changed in a way that depends on the number of examples.
  static func changed(
    _ change: @escaping (_ gradients: inout Line<Rational>, _ n: Rational) -> Void
  ) -> Gradients {
    { line, x, y in
      var gradients = Truth.scaled(line, x, y) { (1 / $0, 1 / $0) }
      change(&gradients, Rational(count: x.rows))
      return gradients
    }
  }

  /// Returns gradients with factors that depend on the number of examples.
  static func scaled(
    _ line: Line<Rational>, _ x: Matrix<Rational>, _ y: Matrix<Rational>,
    _ factors: (_ n: Rational) -> (weights: Rational, bias: Rational)
  ) -> Line<Rational> {
    let factors = factors(Rational(count: x.rows))
    let error = x • line.weights + line.bias - y
    return Line(
      weights: factors.weights * (x.transposed • error), bias: factors.bias * error.sumOfRows)
  }

  /// The answer's loss at a random place.
  struct LineLoss: AlgebraicFormula {
    let name = "L"
    let evaluationPoint: [Tensor<Double>]
    let x: Matrix<Double>  // [n, features]
    let y: Matrix<Double>  // [n, outputs]
    /// The number of examples of the set before, which somebody may have written down.
    let before: Int

    init(_ exam: Exam, n: Int, features: Int, outputs: Int, before: Int? = nil) {
      var random = exam.random("line, \(n) examples")
      self.before = before ?? n
      while true {
        let w = Matrix<Double>.dyadic(features, outputs, using: &random)
        let b = Vector<Double>.dyadic(outputs, using: &random)
        let x = Matrix<Double>.dyadic(n, features, using: &random)
        let y = Matrix<Double>.dyadic(n, outputs, using: &random)
        let error = x • w + b - y
        // Differences in Double cannot see gradients that are small beside the loss.
        let largest = [error.sumOfRows.elements, (x.transposed • error).elements].map { block in
          block.map { abs($0) }.max() ?? 0
        }
        if largest.contains(where: { $0 * 16 < error.squaredNorm }) { continue }
        // Nor can a check see that two weights change places where they are alike.
        let first = x.transposed • error
        if first[0, 0] == first[0, 1] { continue }
        (evaluationPoint, self.x, self.y) = ([Tensor("W", w), Tensor("b", b)], x, y)
        return
      }
    }

    /// Gradients of which one grows with the number of examples, for each.
    var changedOnce: [(String, Gradients)] {
      let (features, outputs) = (x.columns, y.columns)
      let weights = (0..<features * outputs).map { index in
        let (row, column) = (index / outputs, index % outputs)
        return (
          "weight [\(row), \(column)]'s alone",
          Truth.changed { $0.weights[row, column] += $1 / 1_000 }
        )
      }
      return weights
        + (0..<outputs).map { index in
          ("bias [\(index)]'s alone", Truth.changed { $0.bias[index] += $1 / 1_000 })
        }
    }

    /// The line and the examples in exact fractions.
    var exact: (line: Line<Rational>, x: Matrix<Rational>, y: Matrix<Rational>) {
      let line = Line(
        weights: Matrix<Rational>(evaluationPoint[0].matrix),
        bias: Vector<Rational>(evaluationPoint[1].vector))
      return (line, Matrix(x), Matrix(y))
    }

    var clues: Clues {
      let error = x • evaluationPoint[0].matrix + evaluationPoint[1].vector - y
      func gradient(_ scale: Double) -> [Tensor<Double>] {
        [Tensor("W", scale * (x.transposed • error)), Tensor("b", scale * error.sumOfRows)]
      }
      let written =
        "divided by \(before), the number of examples before; now there are \(y.rows)"
      return Clues(
        counts: [("n", y.rows), ("the outputs", y.columns)],
        mistakes: before == y.rows
          ? [] : [Clues.Mistake(written, gradient: gradient(1 / Double(before)))])
    }

    func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
      let error = Matrix<Scalar>(x) • w[0].matrix + w[1].vector - Matrix(y)
      return error.squaredNorm / Scalar(count: 2 * y.rows)
    }

    func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      let line = Line(weights: w[0].matrix, bias: w[1].vector)
      let gradients = lossAndGradients(of: line, from: Matrix(x), to: Matrix(y)).gradients
      return [Tensor("W", gradients.weights), Tensor("b", gradients.bias)]
    }
  }
}
