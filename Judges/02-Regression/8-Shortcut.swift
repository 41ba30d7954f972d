import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("backward")
  try exam.certify(Truth.ShortcutLoss(exam))
  exam.note("the slopes in X are the sum of two paths")
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  /// The answer's backward pass at a random place.
  struct ShortcutLoss: AlgebraicFormula {
    let name = "L"
    let place: [Tensor<Double>]
    let y: Matrix<Double>  // [7, 3]

    /// Draws a place at which every method can tell right from wrong: no unit near its corner, each
    /// of them sometimes on and sometimes off, and no block of slopes lost beside the loss.
    init(_ exam: Exam) {
      var random = exam.random("network")
      while true {
        let y = Matrix<Double>.dyadic(7, 3, using: &random)
        let place = [
          Tensor("W₁", Matrix.dyadic(4, 5, using: &random)),
          Tensor("b₁", Vector.dyadic(5, using: &random)),
          Tensor("W₂", Matrix.dyadic(5, 3, using: &random)),
          Tensor("b₂", Vector.dyadic(3, using: &random)),
          Tensor("V", Matrix.dyadic(4, 3, using: &random)),
          Tensor("X", Matrix.dyadic(7, 4, using: &random)),
        ]
        let pass = Truth.Pass(place, y)
        let isNearCorner = pass.z.elements.contains { abs($0) < 1 / 16 }
        let isTelling = (0..<5).allSatisfy { unit in
          1...6 ~= pass.z.column(unit).elements.count { $0 > 0 }
        }
        let loss = pass.dY.squaredNorm * 7 / 2
        let largest = pass.gradient.map { $0.elements.map { abs($0) }.max() ?? 0 }
        if isNearCorner || !isTelling || largest.contains(where: { $0 * 32 < loss }) { continue }
        (self.place, self.y) = (place, y)
        return
      }
    }

    var clues: Clues {
      let pass = Truth.Pass(place, y)
      func mistake(_ name: String, _ change: (inout Truth.Pass) -> Void) -> Clues.Mistake {
        var wrong = pass
        change(&wrong)
        return Clues.Mistake(name, gradient: wrong.gradient)
      }
      return Clues(
        counts: [("n", 7)],
        mistakes: [
          mistake("the slope of max(0, z) is left out: dZ is dH where z > 0, and 0 elsewhere") {
            $0.dZ = $0.dH
          },
          mistake("the slope of max(0, z) is taken where the slopes are positive, and not z") {
            $0.dZ = $0.dH.map { max(0, $0) }
          },
          mistake("the shortcut is missing: X reaches the loss on two paths, whose slopes add up") {
            $0.pastHidden = 0 * $0.pastHidden
          },
          mistake("the way through the hidden layer is missing: slopes of two paths add up") {
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
      let (slopes, dX) = backward(network, from: w[5].matrix, to: Matrix(y))
      return [
        Tensor("W₁", slopes.w1), Tensor("b₁", slopes.b1), Tensor("W₂", slopes.w2),
        Tensor("b₂", slopes.b2), Tensor("V", slopes.v), Tensor("X", dX),
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

    init(_ place: [Tensor<Double>], _ y: Matrix<Double>) {
      x = place[5].matrix
      w1 = place[0].matrix
      z = x • w1 + place[1].vector
      h = z.map { max(0, $0) }
      let prediction = h • place[2].matrix + x • place[4].matrix + place[3].vector
      dY = (prediction - y) / Double(x.rows)
      dH = dY • place[2].matrix.transposed
      dZ = dH ⊙ z.map { $0 > 0 ? 1 : 0 }
      throughHidden = dZ • w1.transposed
      pastHidden = dY • place[4].matrix.transposed
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
