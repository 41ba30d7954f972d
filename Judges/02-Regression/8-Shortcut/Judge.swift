import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("backward")
  try exam.certify(Truth.ShortcutLoss(exam))
  exam.note("the derivatives in X are the sum of two paths")
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  /// The answer's backward pass at a random place.
  struct ShortcutLoss: AlgebraicFormula {
    let name = "L"
    let evaluationPoint: [Tensor<Double>]
    let y: Matrix<Double>  // [7, 3]

    /// Draws a place at which every method can tell right from wrong: no unit near its kink, each
    /// of them sometimes on and sometimes off, and no block of derivatives lost beside the loss.
    init(_ exam: Exam) {
      var random = exam.random("network")
      while true {
        let y = Matrix<Double>.dyadic(7, 3, using: &random)
        let evaluationPoint = [
          Tensor("W₁", Matrix.dyadic(4, 5, using: &random)),
          Tensor("b₁", Vector.dyadic(5, using: &random)),
          Tensor("W₂", Matrix.dyadic(5, 3, using: &random)),
          Tensor("b₂", Vector.dyadic(3, using: &random)),
          Tensor("V", Matrix.dyadic(4, 3, using: &random)),
          Tensor("X", Matrix.dyadic(7, 4, using: &random)),
        ]
        let pass = Truth.Pass(evaluationPoint, y)
        let isNearKink = pass.z.elements.contains { abs($0) < 1 / 16 }
        let isTelling = (0..<5).allSatisfy { unit in
          1...6 ~= pass.z.column(unit).elements.count { $0 > 0 }
        }
        let loss = pass.dY.squaredNorm * 7 / 2
        let largest = pass.gradient.map { $0.elements.map { abs($0) }.max() ?? 0 }
        if isNearKink || !isTelling || largest.contains(where: { $0 * 32 < loss }) { continue }
        (self.evaluationPoint, self.y) = (evaluationPoint, y)
        return
      }
    }

    var clues: Clues {
      let pass = Truth.Pass(evaluationPoint, y)
      func mistake(_ name: String, _ change: (inout Truth.Pass) -> Void) -> Clues.Mistake {
        var wrong = pass
        change(&wrong)
        return Clues.Mistake(name, gradient: wrong.gradient)
      }
      return Clues(
        counts: [("n", 7)],
        mistakes: [
          mistake("the derivative of max(0, z) is left out: dZ is dH where z > 0, and 0 elsewhere")
          {
            $0.dZ = $0.dH
          },
          mistake(
            "the derivative of max(0, z) is taken where the derivatives are positive, and not z"
          ) {
            $0.dZ = $0.dH.map { max(0, $0) }
          },
          mistake(
            "the shortcut is missing: X reaches the loss on two paths, whose derivatives add up"
          ) {
            $0.pastHidden = 0 * $0.pastHidden
          },
          mistake("the way through the hidden layer is missing: derivatives of two paths add up") {
            $0.throughHidden = 0 * $0.throughHidden
          },
          mistake("Z stands where H belongs: the product was made with H") { $0.h = $0.z },
        ])
    }

    func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
      let z = w[5].matrix • w[0].matrix + w[1].vector
      let h = z.map { max(0, $0) }
      let error = h • w[2].matrix + w[5].matrix • w[4].matrix + w[3].vector - Matrix(y)
      return error.squaredNorm / Scalar(count: 2 * y.rows)
    }

    func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      let network = ShortcutNetwork(
        w1: w[0].matrix, b1: w[1].vector, w2: w[2].matrix, v: w[4].matrix, b2: w[3].vector)
      let (derivatives, dX) = backward(network, from: w[5].matrix, to: Matrix(y))
      return [
        Tensor("W₁", derivatives.w1), Tensor("b₁", derivatives.b1), Tensor("W₂", derivatives.w2),
        Tensor("b₂", derivatives.b2), Tensor("V", derivatives.v), Tensor("X", dX),
      ]
    }
  }

  /// The right backward pass, of which a step can be made wrong.
  struct Pass {
    let x: Matrix<Double>
    let w1: Matrix<Double>
    let z: Matrix<Double>  // [n, hidden]
    let dY: Matrix<Double>  // [n, outputs]
    let dH: Matrix<Double>  // [n, hidden]
    var h: Matrix<Double>  // [n, hidden]
    var dZ: Matrix<Double> {  // [n, hidden]
      didSet { throughHidden = dZ • w1.transposed }
    }
    var throughHidden: Matrix<Double>  // [n, features]
    var pastHidden: Matrix<Double>  // [n, features]

    init(_ evaluationPoint: [Tensor<Double>], _ y: Matrix<Double>) {
      x = evaluationPoint[5].matrix
      w1 = evaluationPoint[0].matrix
      z = x • w1 + evaluationPoint[1].vector
      h = z.map { max(0, $0) }
      let prediction =
        h • evaluationPoint[2].matrix + x • evaluationPoint[4].matrix + evaluationPoint[3].vector
      dY = (prediction - y) / Double(x.rows)
      dH = dY • evaluationPoint[2].matrix.transposed
      dZ = dH ⊙ z.map { $0 > 0 ? 1 : 0 }
      throughHidden = dZ • w1.transposed
      pastHidden = dY • evaluationPoint[4].matrix.transposed
    }

    var gradient: [Tensor<Double>] {
      [
        Tensor("W₁", x.transposed • dZ), Tensor("b₁", dZ.sumOfRows),
        Tensor("W₂", h.transposed • dY), Tensor("b₂", dY.sumOfRows),
        Tensor("V", x.transposed • dY), Tensor("X", throughHidden + pastHidden),
      ]
    }
  }
}
