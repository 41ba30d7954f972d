import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  for (n, features, outputs) in [(7, 4, 3), (5, 2, 6)] {
    exam.part("gradients, \(n) examples of \(outputs) outputs")
    try exam.certify(Truth.OtherLoss(exam, n: n, features: features, outputs: outputs))
  }

  exam.part("ratioOfGradients")
  for outputs in [3, 1, 5, 2] {
    let ratio = Rational(2, outputs)
    try exam.expect(
      ratioOfGradients(outputs: outputs), equals: ratio,
      of: "ratioOfGradients(outputs: \(outputs))",
      expectedMistakes: [
        "that is how many times larger the gradients of L are": 1 / ratio,
        "the outputs count too: M divides by them, and L does not": 2,
        "k stands in the numerator, and M divides by it": Rational(2 * outputs, 1),
        "L has a ½, and M has not": Rational(1, outputs),
      ])
  }

  exam.part("rateForTheSameSteps")
  var random = exam.random("learning rates")
  for outputs in [3, 1, 5, 2] {
    let learningRate = Rational(1 + random.index(below: 99), 1_000)
    let same = learningRate * Rational(outputs, 2)
    try exam.expect(
      rateForTheSameSteps(as: learningRate, outputs: outputs), equals: same,
      of: "rateForTheSameSteps(as: \(learningRate), outputs: \(outputs))",
      expectedMistakes: [
        "where gradients are larger the learning rate has to be smaller": learningRate
          * Rational(2, outputs),
        "the learning rate is not the same, since the gradients are not": learningRate,
        "the outputs count too": learningRate / 2,
        "the ½ counts too": learningRate * Rational(outputs, 1),
      ])
  }
  exam.note("a learning rate means nothing until the loss is named")
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  /// The line under the other loss, at a random place.
  struct OtherLoss: AlgebraicFormula {
    let name = "M"
    let evaluationPoint: [Tensor<Double>]
    let x: Matrix<Double>  // [n, features]
    let y: Matrix<Double>  // [n, outputs]

    init(_ exam: Exam, n: Int, features: Int, outputs: Int) {
      var random = exam.random("line, \(n) examples")
      while true {
        let w = Matrix<Double>.dyadic(features, outputs, using: &random)
        let b = Vector<Double>.dyadic(outputs, using: &random)
        let x = Matrix<Double>.dyadic(n, features, using: &random)
        let y = Matrix<Double>.dyadic(n, outputs, using: &random)
        let error = x • w + b - y
        // Differences in Double cannot see gradients that are small beside the loss.
        let largest = [error.sumOfRows.elements, (x.transposed • error).elements].map { block in
          block.map { Swift.abs($0) }.max() ?? 0
        }
        if largest.contains(where: { $0 * 16 < error.squaredNorm }) { continue }
        (evaluationPoint, self.x, self.y) = ([Tensor("W", w), Tensor("b", b)], x, y)
        return
      }
    }

    var clues: Clues {
      let (count, k) = (Double(y.rows), Double(y.columns))
      let error = x • evaluationPoint[0].matrix + evaluationPoint[1].vector - y
      func gradient(_ scale: Double) -> [Tensor<Double>] {
        [Tensor("W", scale * (x.transposed • error)), Tensor("b", scale * error.sumOfRows)]
      }
      return Clues(
        counts: [("n", y.rows), ("k", y.columns)],
        mistakes: [
          Clues.Mistake(
            "these are the gradients of this book's loss, L", gradient: gradient(1 / count)),
          Clues.Mistake("k is left out: M divides by n k", gradient: gradient(2 / count)),
          Clues.Mistake(
            "7 and 3 are counts of one set of examples; here n is \(y.rows) and k is \(y.columns)",
            gradient: gradient(2.0 / 21)),
          Clues.Mistake("n is left out: M divides by n k", gradient: gradient(2 / k)),
          Clues.Mistake(
            "k stands in the numerator, and M divides by it", gradient: gradient(2 * k / count)),
        ])
    }

    func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
      let error = Matrix<Scalar>(x) • w[0].matrix + w[1].vector - Matrix(y)
      return error.squaredNorm / Scalar(count: y.rows * y.columns)
    }

    func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      let (dW, db) = gradients(
        weights: w[0].matrix, bias: w[1].vector, from: Matrix(x), to: Matrix(y))
      return [Tensor("W", dW), Tensor("b", db)]
    }
  }
}
