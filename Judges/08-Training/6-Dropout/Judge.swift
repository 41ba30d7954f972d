import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("masks")
  let layers = [
    Layer(n: 5, units: 3, q: Rational(2, 5), using: &random),
    Layer(n: 4, units: 7, q: Rational(3, 4), using: &random),
    Layer(n: 9, units: 2, q: Rational(1, 6), using: &random),
  ]
  for layer in layers {
    exam.part("dropout, \(layer.words)")
    try layer.judgeForward(exam)
    exam.part("dropoutGradient, \(layer.words)")
    try layer.judgeBackward(exam)
  }
  for layer in [
    Layer(n: 3, units: 8, q: Rational(3, 8), fixed: { row, _ in row == 1 ? 1 : 0 }, using: &random),
    Layer(n: 6, units: 4, q: 1, fixed: { _, _ in 1 }, using: &random),
  ] {
    exam.part("masks of nothing but 0 or 1 in a row, \(layer.words)")
    try layer.judgeForward(exam)
    try layer.judgeBackward(exam)
  }
  exam.part("in Double")
  for layer in layers { try layer.judgeRounded(exam) }
}

/// The output of a layer, a mask, and a gradient that arrives.
private struct Layer {
  let q: Rational
  let a: Matrix<Rational>  // [n, units]
  let dY: Matrix<Rational>  // [n, units]
  let mask: Matrix<Rational>  // [n, units]

  /// Draws a layer, and a mask by which mistakes can be told apart.
  init(n: Int, units: Int, q: Rational, using random: inout SplitMix64) {
    while true {
      let mask = Matrix<Rational>(rows: n, columns: units) { _, _ in
        random.index(below: 2) == 0 ? 0 : 1
      }
      // A mask for whole rows, one for all rows, and the fraction of ones have to differ from what is right.
      let rows = Set(
        (0..<n).map { mask.row($0).sum == 0 || mask.row($0).sum == Rational(units, 1) })
      let columns = (0..<units).allSatisfy { column in
        (1..<n).contains { mask[$0, column] != mask[0, column] }
      }
      if rows == [true] || !columns || mask.sum == q * Rational(n * units, 1) { continue }
      self.init(n: n, units: units, q: q, fixed: { mask[$0, $1] }, using: &random)
      return
    }
  }

  init(
    n: Int, units: Int, q: Rational, fixed: (Int, Int) -> Rational, using random: inout SplitMix64
  ) {
    self.q = q
    a = Matrix(.dyadic(n, units, using: &random))
    dY = Matrix(.dyadic(n, units, using: &random))
    mask = Matrix(rows: n, columns: units, fixed)
  }

  var words: String { "\(a.rows) examples of \(a.columns) units, q = \(q)" }

  /// What is right in training, for a layer's output and for a gradient.
  func kept(_ x: Matrix<Rational>) -> Matrix<Rational> { x.combining(mask) { $0 * $1 / q } }

  func judgeForward(_ exam: Exam) throws {
    let y = dropout(a, keeping: q, in: .training(mask: mask))
    try exam.expect(
      y, equals: kept(a), of: "dropout in training",
      expectedMistakes: mistakes(of: a, beside: y, "the mask is not used as it is given"))
    try exam.expect(
      dropout(a, keeping: q, in: .evaluation), equals: a, of: "dropout in evaluation",
      expectedMistakes: evaluationMistakes(of: a))
  }

  func judgeBackward(_ exam: Exam) throws {
    let dA = dropoutGradient(dY, keeping: q, in: .training(mask: mask))
    try exam.expect(
      dA, equals: kept(dY), of: "the gradient in training",
      expectedMistakes: mistakes(
        of: dY, beside: dA,
        "another mask than that of the forward pass: a gradient arrives where a "
          + "unit was dropped, or none where it was kept"))
    try exam.expect(
      dropoutGradient(dY, keeping: q, in: .evaluation), equals: dY,
      of: "the gradient in evaluation",
      expectedMistakes: evaluationMistakes(of: dY))
  }

  func judgeRounded(_ exam: Exam) throws {
    func rounded(_ matrix: Matrix<Rational>) -> Matrix<Double> {
      Matrix(rows: matrix.rows, columns: matrix.columns) { Double(matrix[$0, $1]) }
    }
    let mode = Mode.training(mask: rounded(mask))
    try exam.expect(
      dropout(rounded(a), keeping: Double(q), in: mode), equals: rounded(kept(a)),
      within: .relative(1e-14), of: "dropout in training")
    try exam.expect(
      dropoutGradient(rounded(dY), keeping: Double(q), in: mode), equals: rounded(kept(dY)),
      within: .relative(1e-14), of: "the gradient in training")
    try exam.expect(
      dropout(rounded(a), keeping: Double(q), in: .evaluation), equals: rounded(a),
      of: "dropout in evaluation")
    try exam.expect(
      dropoutGradient(rounded(dY), keeping: Double(q), in: .evaluation), equals: rounded(dY),
      of: "the gradient in evaluation")
  }

  /// What likely mistakes give in training.
  ///
  /// - Parameters:
  ///   - x: What goes in.
  ///   - received: What came out.
  ///   - otherMask: What to say where its zeros are not those of the mask.
  private func mistakes(
    of x: Matrix<Rational>, beside received: Matrix<Rational>, _ otherMask: String
  ) -> KeyValuePairs<String, Matrix<Rational>> {
    let p = 1 - q
    let fraction = mask.sum / Rational(mask.elements.count, 1)
    func masked(_ mask: Matrix<Rational>, _ factor: Rational) -> Matrix<Rational> {
      x.combining(mask) { factor * $0 * $1 }
    }
    func inverse(_ number: Rational) -> Rational { number == 0 ? 0 : 1 / number }
    func like(_ entry: (Int, Int) -> Rational) -> Matrix<Rational> {
      Matrix(rows: mask.rows, columns: mask.columns, entry)
    }
    return [
      "what is kept is not divided by q": masked(mask, 1),
      "multiplied by q where it is divided by it": masked(mask, q),
      "divided by p = 1 − q, the probability of being dropped; q is that of being kept":
        masked(mask, inverse(p)),
      "multiplied by p = 1 − q; it is divided by q": masked(mask, p),
      "divided by q twice": masked(mask, 1 / (q * q)),
      "the mask is not used: nothing is dropped": masked(like { _, _ in 1 }, 1 / q),
      "neither the mask nor q is used: this is what is right in evaluation": x,
      "the mask is turned round: a 1 keeps a unit": masked(mask.map { 1 - $0 }, 1 / q),
      "the mask is turned round, and nothing is divided by q": masked(mask.map { 1 - $0 }, 1),
      "divided by the fraction of units that this mask keeps; q is known":
        masked(mask, inverse(fraction)),
      "whole rows are kept or dropped by their first unit: each unit has its own mask":
        masked(like { row, _ in mask[row, 0] }, 1 / q),
      "every example has the mask of the first: each has its own":
        masked(like { _, column in mask[0, column] }, 1 / q),
      otherMask: hasOtherZeros(received) ? received : kept(x),
    ]
  }

  /// Whether zeros stand elsewhere than in the mask; nothing that goes in is 0.
  private func hasOtherZeros(_ received: Matrix<Rational>) -> Bool {
    received.rows == mask.rows && received.columns == mask.columns
      && zip(received.elements, mask.elements).contains { ($0 == 0) != ($1 == 0) }
  }

  private func evaluationMistakes(
    of x: Matrix<Rational>
  ) -> KeyValuePairs<String, Matrix<Rational>> {
    [
      "multiplied by q, which belongs to dropout that does not divide in training; here training "
        + "has done it already": q * x,
      "divided by q, as in training: in evaluation nothing is dropped": x / q,
      "a mask is used: in evaluation nothing is dropped": kept(x),
      "a mask is used, without q: in evaluation nothing is dropped": x ⊙ mask,
    ]
  }
}
