import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("matrices")
  exam.part("backward, three of everything")
  let square = Truth.Layer(n: 3, features: 3, outputs: 3, using: &random)
  try examine(square, exam)
  let oblong = Truth.Layer(n: 5, features: 4, outputs: 3, using: &random)
  let wide = Truth.Layer(n: 2, features: 6, outputs: 7, using: &random)
  for layer in [oblong, wide] {
    exam.part("backward, x \(layer.x.shape), w \(layer.w.shape)")
    try examine(layer, exam)
    try exam.certify(layer)
  }

  for layer in [oblong, square, wide] {
    exam.part("areGradients, x \(layer.x.shape), w \(layer.w.shape)")
    try examineCheck(layer, exam)
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
private func examineCheck(_ layer: Truth.Layer, _ exam: Exam) throws {
  let (x, w, r) = (
    Matrix<Rational>(layer.x), Matrix<Rational>(layer.w), Matrix<Rational>(layer.r)
  )
  let dX = r • w.transposed
  try exam.check(
    areGradients(dX, x: x, w: w, r: r), "areGradients refuses the right gradients",
    cause: "the sum has to be weighted with G, and one entry nudged at a time by 1")
  try exam.check(
    areGradients(0 * dX, x: x, w: w, r: 0 * r),
    "areGradients refuses gradients of 0 where G is 0, and those are right")
  try exam.check(
    areGradients(dX, x: 0 * x, w: w, r: r),
    "areGradients refuses the right gradients where X is 0: L is a straight line in X, and they "
      + "are the same everywhere")
  for wrong in Truth.wrongGradients(dX, x: x, w: w, r: r) {
    try exam.check(
      !areGradients(wrong.gradients, x: x, w: w, r: r),
      "areGradients accepts gradients \(wrong.name)", cause: wrong.cause)
  }
  let right = Array(repeating: (true, { areGradients(dX, x: x, w: w, r: r) }), count: 4)
  try exam.askAgain(
    right
      + Truth.wrongGradients(dX, x: x, w: w, r: r).map { wrong in
        (false, { areGradients(wrong.gradients, x: x, w: w, r: r) })
      }, of: "areGradients")
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  typealias Wrong = (name: String, gradients: Matrix<Rational>, cause: String)

  /// Returns wrong gradients, from those that any check refuses to those that few do.
  static func wrongGradients(
    _ dX: Matrix<Rational>, x: Matrix<Rational>, w: Matrix<Rational>, r: Matrix<Rational>
  ) -> [Wrong] {
    let formulas: [Wrong] =
      x.rows == x.columns
      ? [
        ("of the entrywise product", hadamard(r, w), "compare with differences, entry by entry"),
        ("of the wrong transpose", r • w, "compare with differences, entry by entry"),
      ] : []
    return [("of another sign", -1 * dX, "a check that never refuses finds no bug")] + formulas
      + changed(dX) + exchanged(dX) + reshaped(dX)
  }

  /// Returns gradients two of whose entries have changed places: of different rows, of one, and of
  /// one column.
  private static func exchanged(_ dX: Matrix<Rational>) -> [Wrong] {
    let (rows, columns) = (dX.rows, dX.columns)
    var pairs = [("with two entries exchanged", (0, 0), (1, columns - 1))]
    for row in 0..<rows {
      let (one, other) = (row % columns, (row + 1) % columns)
      pairs.append(("with two entries of row \(row) exchanged", (row, one), (row, other)))
    }
    for column in 0..<columns {
      let (one, other) = (column % rows, (column + 1) % rows)
      pairs.append(
        ("with two entries of column \(column) exchanged", (one, column), (other, column)))
    }
    return pairs.map { name, one, other in
      var wrong = dX
      wrong[one.0, one.1] = dX[other.0, other.1]
      wrong[other.0, other.1] = dX[one.0, one.1]
      return (name, wrong, "sums do not tell entries apart: compare each with its own")
    }
  }

  /// Returns gradients of which one entry is wrong, each in turn.
  private static func changed(_ dX: Matrix<Rational>) -> [Wrong] {
    let all = (0..<dX.rows).flatMap { row in (0..<dX.columns).map { (row, $0) } }
    func change(
      _ name: String, _ cause: String, _ change: (inout Rational) -> Void
    ) -> [Wrong] {
      all.reversed().map { row, column in
        var wrong = dX
        change(&wrong[row, column])
        return ("with \(name) entry [\(row), \(column)]", wrong, cause)
      }
    }
    return
      change("a wrong", "every entry has to be looked at, not the first or a few") { $0 = -$0 }
      + change("a part in a million more in", "no tolerance is needed: the numbers are exact") {
        $0 += Rational(1, 1 << 20)
      }
  }

  /// Returns gradients of other shapes.
  private static func reshaped(_ dX: Matrix<Rational>) -> [Wrong] {
    let (rows, columns) = (dX.rows, dX.columns)
    func resized(_ rows: Int, _ columns: Int) -> Matrix<Rational> {
      Matrix(rows: rows, columns: columns) { dX[$0 % dX.rows, $1 % dX.columns] }
    }
    var shapes = [
      ("with a row too few", resized(rows - 1, columns)),
      ("with a row too many", resized(rows + 1, columns)),
      ("with a column too few", resized(rows, columns - 1)),
      ("with a column too many", resized(rows, columns + 1)),
    ]
    if rows != columns {
      shapes.insert(("transposed", Matrix(dX.transposed)), at: 0)
      shapes.append(
        ("in one row", Matrix(rows: 1, columns: rows * columns, elements: dX.elements)))
    }
    return shapes.map { ($0, $1, "the shape has to be that of X") }
  }

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
