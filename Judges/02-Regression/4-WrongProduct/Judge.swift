import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("matrices")
  exam.part("backward, three of everything")
  let square = Truth.Layer(n: 3, features: 3, outputs: 3, using: &random)
  try examine(square, exam)
  exam.part("backward, sizes that differ")
  try examine(Truth.Layer(n: 5, features: 4, outputs: 3, using: &random), exam)
  exam.part("backward, certified")
  try exam.certify(Truth.Layer(n: 5, features: 4, outputs: 3, using: &random))

  for layer in [Truth.Layer(n: 5, features: 4, outputs: 3, using: &random), square] {
    exam.part("areGradients, x \(layer.x.shape), w \(layer.w.shape)")
    try examineCheck(layer, exam, using: &random)
  }
}

/// Compares the answer's gradients with ours.
private func examine(_ layer: Truth.Layer, _ exam: Exam) throws {
  let (x, w, r) = (layer.x, layer.w, layer.r)
  let isSquare = x.rows == x.columns
  let (dX, dW) = backward(r, x: x, w: w)
  let none = 0 * x
  try exam.expect(
    dX, equals: r • w.transposed, of: "dX",
    expectedMistakes: [
      "the entrywise product: dX is a matrix product": isSquare ? hadamard(r, w) : none,
      "an entrywise product, with the transpose: dX is a matrix product":
        isSquare ? hadamard(r, Matrix(w.transposed)) : none,
      "W without its transpose: W led from features to outputs, and the backward pass is Wᵀ":
        isSquare ? r • w : none,
      "the factors are exchanged": isSquare ? Matrix(w.transposed) • r : none,
      "the transpose of dX": isSquare ? Matrix((r • w.transposed).transposed) : none,
    ])
  try exam.expect(
    dW, equals: x.transposed • r, of: "dW",
    expectedMistakes: [
      "the entrywise product: dW is a matrix product": isSquare ? hadamard(x, r) : 0 * w,
      "an entrywise product, with the transpose: dW is a matrix product":
        isSquare ? hadamard(Matrix(x.transposed), r) : 0 * w,
      "X without its transpose": isSquare ? x • r : 0 * w,
      "the transpose of dW": isSquare ? Matrix((x.transposed • r).transposed) : 0 * w,
    ])
}

/// Shows the answer's check what it must accept and refuse.
private func examineCheck(_ layer: Truth.Layer, _ exam: Exam, using random: inout SplitMix64) throws
{
  let (x, w, r) = (
    Matrix<Rational>(layer.x), Matrix<Rational>(layer.w), Matrix<Rational>(layer.r)
  )
  let dX = r • w.transposed
  try exam.check(
    areGradients(dX, x: x, w: w, r: r), "areGradients refuses the right gradients",
    cause: "the sum has to be weighted with G, and one entry nudged at a time by 1")
  var exchanged = dX
  (exchanged[0, 0], exchanged[1, 2]) = (dX[1, 2], dX[0, 0])
  let (row, column) = (random.index(below: x.rows), random.index(below: x.columns))
  var near = dX
  near[row, column] += Rational(1, 1 << 20)
  var last = dX
  last[x.rows - 1, x.columns - 1] = -last[x.rows - 1, x.columns - 1]
  var wrong: [(name: String, gradients: Matrix<Rational>, cause: String)] = [
    ("of another sign", -1 * dX, "a check that never refuses finds no bug"),
    (
      "with two entries exchanged", exchanged,
      "sums do not tell entries apart: compare each with its own"
    ),
    ("with a wrong last entry", last, "every entry has to be looked at, not the first or a few"),
    (
      "with one entry off by a part in a million", near,
      "no tolerance is needed: the numbers are exact"
    ),
  ]
  if x.rows == x.columns {
    wrong += [
      ("of the entrywise product", hadamard(r, w), "compare with differences, entry by entry"),
      ("of the wrong transpose", r • w, "compare with differences, entry by entry"),
    ]
  } else {
    wrong.append(("transposed", Matrix(dX.transposed), "the shape has to be that of X"))
    let shorter = dX.rows(at: Array(0..<dX.rows - 1)[...])
    wrong.append(("with a row too few", shorter, "the shape has to be that of X"))
  }
  for (name, gradients, cause) in wrong {
    try exam.check(
      !areGradients(gradients, x: x, w: w, r: r), "areGradients accepts gradients \(name)",
      cause: cause)
  }
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  /// A layer under a random upstream, L = Σ G ⊙ (X W).
  struct Layer: AlgebraicFormula {
    let x: Matrix<Double>  // [n, features]
    let w: Matrix<Double>  // [features, outputs]
    let r: Matrix<Double>  // [n, outputs]

    /// Draws a layer whose gradients are all different.
    init(n: Int, features: Int, outputs: Int, using random: inout SplitMix64) {
      while true {
        let x = Matrix<Double>.dyadic(n, features, using: &random)
        let w = Matrix<Double>.dyadic(features, outputs, using: &random)
        let r = Matrix<Double>.dyadic(n, outputs, using: &random)
        let gradients = (r • w.transposed).elements
        if Set(gradients).count < gradients.count || gradients.contains(0) { continue }
        (self.x, self.w, self.r) = (x, w, r)
        return
      }
    }

    var name: String { "Σ G ⊙ (X W)" }
    var evaluationPoint: [Tensor<Double>] { [Tensor("X", x), Tensor("W", w)] }

    func loss<Scalar: OrderedField>(at evaluationPoint: [Tensor<Scalar>]) -> Scalar {
      (Matrix(r) ⊙ (evaluationPoint[0].matrix • evaluationPoint[1].matrix)).sum
    }

    func gradient<Scalar: OrderedField>(at evaluationPoint: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      let (dX, dW) = backward(Matrix(r), x: evaluationPoint[0].matrix, w: evaluationPoint[1].matrix)
      return [Tensor("X", dX), Tensor("W", dW)]
    }
  }
}
