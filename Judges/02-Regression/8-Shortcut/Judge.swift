import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let sizes = Truth.Sizes(n: 7, features: 4, hidden: 5, outputs: 3)
  exam.part("backward, sizes \(sizes.words)")
  try exam.certify(Truth.ShortcutLoss(exam, sizes))
  let others = Truth.Sizes(n: 5, features: 3, hidden: 2, outputs: 6)
  exam.part("backward, sizes \(others.words)")
  try exam.certify(Truth.ShortcutLoss(exam, others, before: 7))

  exam.part("backward, at the corner of max(0, z)")
  try examineCorner(exam)
  exam.note("the derivatives in X are the sum of two paths")
}

/// Looks at a network some of whose pre-activations are exactly 0.
private func examineCorner(_ exam: Exam) throws {
  let sizes = Truth.Sizes(n: 6, features: 5, hidden: 4, outputs: 2)
  var random = exam.random("corner")
  var point = Truth.point(sizes, using: &random).map { $0.map { Rational($0) } }
  let y = Matrix<Rational>(.dyadic(sizes.n, sizes.outputs, using: &random))
  // Unit j is at its corner for example j.
  let z = point[5].matrix • point[0].matrix
  for unit in 0..<sizes.hidden { point[1].elements[unit] = -z[unit, unit] }

  let right = Truth.Pass(point, y)
  let ours = Truth.answer(at: point, y)
  func mistaken(_ atCorner: Rational) -> [Tensor<Rational>] {
    var wrong = right
    wrong.dZ = wrong.dH ⊙ wrong.z.map { $0 > 0 ? 1 : $0 == 0 ? atCorner : 0 }
    return wrong.gradient
  }
  let (ones, halves) = (mistaken(1), mistaken(1 / 2))
  for (index, truth) in right.gradient.enumerated() {
    try exam.expect(
      ours[index].shape, equals: truth.shape, of: "the shape of the derivatives in \(truth.name)")
    try exam.expect(
      Vector(ours[index].elements), equals: Vector(truth.elements),
      of: "the derivatives in \(truth.name), some z being 0,",
      expectedMistakes: [
        "at the corner the derivative is 1, and 0 is asked for: z > 0, not z ≥ 0":
          Vector(ones[index].elements),
        "at the corner the derivative is ½, and 0 is asked for": Vector(halves[index].elements),
      ])
  }
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  /// How many there are of each.
  struct Sizes {
    let n: Int
    let features: Int
    let hidden: Int
    let outputs: Int

    var words: String { "[\(n), \(features)] → \(hidden) → \(outputs)" }
  }

  /// Draws weights and inputs: W₁, b₁, W₂, b₂, V, X.
  static func point(_ sizes: Sizes, using random: inout SplitMix64) -> [Tensor<Double>] {
    let (features, hidden, outputs) = (sizes.features, sizes.hidden, sizes.outputs)
    return [
      Tensor("W₁", Matrix.dyadic(features, hidden, using: &random)),
      Tensor("b₁", Vector.dyadic(hidden, using: &random)),
      Tensor("W₂", Matrix.dyadic(hidden, outputs, using: &random)),
      Tensor("b₂", Vector.dyadic(outputs, using: &random)),
      Tensor("V", Matrix.dyadic(features, outputs, using: &random)),
      Tensor("X", Matrix.dyadic(sizes.n, features, using: &random)),
    ]
  }

  /// Returns the derivatives that the answer finds, in the order of the weights and inputs.
  static func answer<Scalar: OrderedField>(
    at w: [Tensor<Scalar>], _ y: Matrix<Scalar>
  ) -> [Tensor<Scalar>] {
    let network = ShortcutNetwork(
      w1: w[0].matrix, b1: w[1].vector, w2: w[2].matrix, v: w[4].matrix, b2: w[3].vector)
    let (derivatives, dX) = backward(network, from: w[5].matrix, to: y)
    return [
      Tensor("W₁", derivatives.w1), Tensor("b₁", derivatives.b1), Tensor("W₂", derivatives.w2),
      Tensor("b₂", derivatives.b2), Tensor("V", derivatives.v), Tensor("X", dX),
    ]
  }

  /// The answer's backward pass at a random place.
  struct ShortcutLoss: AlgebraicFormula {
    let name = "L"
    let evaluationPoint: [Tensor<Double>]
    let y: Matrix<Double>  // [n, outputs]
    private let sizes: Sizes
    /// The number of examples of the set before, which somebody may have written down.
    private let before: Int?

    /// Draws a place at which every method can tell right from wrong: no unit near its kink, each
    /// of them sometimes on and sometimes off, and no block of derivatives lost beside the loss.
    init(_ exam: Exam, _ sizes: Sizes, before: Int? = nil) {
      var random = exam.random("network, \(sizes.n) examples")
      (self.sizes, self.before) = (sizes, before)
      while true {
        let y = Matrix<Double>.dyadic(sizes.n, sizes.outputs, using: &random)
        let evaluationPoint = Truth.point(sizes, using: &random)
        let pass = Truth.Pass(evaluationPoint, y)
        let isNearKink = pass.z.elements.contains { abs($0) < 1 / 16 }
        let isTelling = (0..<sizes.hidden).allSatisfy { unit in
          1..<sizes.n ~= pass.z.column(unit).elements.count { $0 > 0 }
        }
        let loss = pass.dY.squaredNorm * Double(sizes.n) / 2
        let largest = pass.gradient.map { $0.elements.map { abs($0) }.max() ?? 0 }
        if isNearKink || !isTelling || largest.contains(where: { $0 * 32 < loss }) { continue }
        (self.evaluationPoint, self.y) = (evaluationPoint, y)
        return
      }
    }

    func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
      let z = w[5].matrix • w[0].matrix + w[1].vector
      let h = z.map { max(0, $0) }
      let error = h • w[2].matrix + w[5].matrix • w[4].matrix + w[3].vector - Matrix(y)
      return error.squaredNorm / Scalar(count: 2 * y.rows)
    }

    func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      Truth.answer(at: w, Matrix(y))
    }
  }

  /// The right backward pass, of which a step can be made wrong.
  struct Pass<Scalar: OrderedField> {
    let x: Matrix<Scalar>
    let w1: Matrix<Scalar>
    let z: Matrix<Scalar>  // [n, hidden]
    let dH: Matrix<Scalar>  // [n, hidden]
    var dY: Matrix<Scalar>  // [n, outputs]
    var h: Matrix<Scalar>  // [n, hidden]
    var dZ: Matrix<Scalar> {  // [n, hidden]
      didSet { throughHidden = dZ • w1.transposed }
    }
    var throughHidden: Matrix<Scalar>  // [n, features]
    var pastHidden: Matrix<Scalar>  // [n, features]

    init(_ evaluationPoint: [Tensor<Scalar>], _ y: Matrix<Scalar>) {
      x = evaluationPoint[5].matrix
      w1 = evaluationPoint[0].matrix
      z = x • w1 + evaluationPoint[1].vector
      h = z.map { max(0, $0) }
      let prediction =
        h • evaluationPoint[2].matrix + x • evaluationPoint[4].matrix + evaluationPoint[3].vector
      dY = (prediction - y) / Scalar(count: x.rows)
      dH = dY • evaluationPoint[2].matrix.transposed
      dZ = dH ⊙ z.map { $0 > 0 ? 1 : 0 }
      throughHidden = dZ • w1.transposed
      pastHidden = dY • evaluationPoint[4].matrix.transposed
    }

    var gradient: [Tensor<Scalar>] {
      [
        Tensor("W₁", x.transposed • dZ), Tensor("b₁", dZ.sumOfRows),
        Tensor("W₂", h.transposed • dY), Tensor("b₂", dY.sumOfRows),
        Tensor("V", x.transposed • dY), Tensor("X", throughHidden + pastHidden),
      ]
    }
  }
}

extension Truth.ShortcutLoss {
  var clues: Clues {
    let pass = Truth.Pass(evaluationPoint, y)
    func mistake(_ name: String, _ change: (inout Truth.Pass<Double>) -> Void) -> Clues.Mistake {
      var wrong = pass
      change(&wrong)
      return Clues.Mistake(name, gradient: wrong.gradient)
    }
    let written = before.map { before in
      Clues.Mistake(
        "divided by \(before), the number of examples before; now there are \(sizes.n)",
        gradient: pass.gradient.map { $0.map { $0 * Double(sizes.n) / Double(before) } })
    }
    return Clues(
      counts: [
        ("n", sizes.n), ("the features", sizes.features), ("the hidden units", sizes.hidden),
        ("the outputs", sizes.outputs),
      ],
      mistakes: [
        mistake("the derivative of max(0, z) is left out: dZ is dH where z > 0, and 0 elsewhere") {
          $0.dZ = $0.dH
        },
        mistake(
          "the derivative of max(0, z) is taken where the derivatives are positive, and not z"
        ) {
          $0.dZ = $0.dH.map { max(0, $0) }
        },
        mistake("the mask is turned around: derivatives pass where z is above 0, not below") {
          $0.dZ = $0.dH ⊙ $0.z.map { $0 > 0 ? 0 : 1 }
        },
        mistake("dZ is the derivative of max(0, z) alone: what arrives from above is left out") {
          $0.dZ = $0.z.map { $0 > 0 ? 1 : 0 }
        },
        mistake("dH is multiplied by H, and not by the derivative of max(0, z)") {
          $0.dZ = $0.dH ⊙ $0.h
        },
        mistake("dH is multiplied by Z, and not by the derivative of max(0, z)") {
          $0.dZ = $0.dH ⊙ $0.z
        },
        mistake(
          "the shortcut is missing: X reaches the loss on two paths, whose derivatives add up"
        ) {
          $0.pastHidden = 0 * $0.pastHidden
        },
        mistake("the way through the hidden layer is missing: derivatives of two paths add up") {
          $0.throughHidden = 0 * $0.throughHidden
        },
        mistake("one path is taken from the other: derivatives of two paths add up") {
          $0.pastHidden = -1 * $0.pastHidden
        },
        mistake("Z stands where H belongs: the product was made with H") { $0.h = $0.z },
      ] + (written.map { [$0] } ?? []))
  }
}
