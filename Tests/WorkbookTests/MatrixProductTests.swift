import Testing
import Workbook

/// A number that is multiplied by the textbook's three loops: `Field`'s own, which `Double` replaces.
private struct Plain: OrderedField {
  var value: Double

  init(_ value: Double) { self.value = value }
  init(count: Int) { value = Double(count) }
  init(integerLiteral literal: Int) { value = Double(literal) }
  init?<Source: BinaryInteger>(exactly source: Source) {
    guard let value = Double(exactly: source) else { return nil }
    self.value = value
  }

  var magnitude: Plain { Plain(abs(value)) }
  static func < (a: Plain, b: Plain) -> Bool { a.value < b.value }
  static func + (a: Plain, b: Plain) -> Plain { Plain(a.value + b.value) }
  static func - (a: Plain, b: Plain) -> Plain { Plain(a.value - b.value) }
  static func * (a: Plain, b: Plain) -> Plain { Plain(a.value * b.value) }
  static func *= (a: inout Plain, b: Plain) { a = a * b }
  static func / (a: Plain, b: Plain) -> Plain { Plain(a.value / b.value) }
  static func /= (a: inout Plain, b: Plain) { a = a / b }
}

/// Returns the product by the textbook's three loops.
private func textbook<Scalar: FloatingField>(
  _ a: Matrix<Scalar>, _ b: Matrix<Scalar>
) -> Matrix<Scalar> {
  func plain(_ m: Matrix<Scalar>) -> Matrix<Plain> {
    Matrix(rows: m.rows, columns: m.columns, elements: m.elements.map { Plain(Double($0)) })
  }
  let product = plain(a) • plain(b)
  return Matrix(
    rows: product.rows, columns: product.columns,
    elements: product.elements.map { Scalar($0.value) })
}

/// Shapes `[m, k] • [k, n]`: one, odd, long, wide, and with nothing in them.
private let shapes = [
  (1, 1, 1), (2, 3, 4), (7, 5, 3), (13, 17, 11), (33, 65, 9), (1, 257, 1), (100, 1, 100),
  (8, 300, 35), (0, 3, 4), (3, 0, 4), (3, 4, 0), (0, 0, 0),
]

@Test func `a product by hand`() {
  let a: Matrix<Double> = [[1, 2, 3], [4, 5, 6]]
  let b: Matrix<Double> = [[7, 8], [9, 10], [11, 12]]
  // 1 · 7 + 2 · 9 + 3 · 11 = 58, and so on.
  #expect((a • b) == [[58, 64], [139, 154]])
  #expect(matmul(a, b) == (a • b))
}

@Test(arguments: shapes)
func `the tuned product is the textbook's, exactly on small whole numbers`(
  m: Int, k: Int, n: Int
) {
  expectTextbook(m, k, n, as: Float.self)
  expectTextbook(m, k, n, as: Double.self)
}

private func expectTextbook<Scalar: FloatingField>(
  _ m: Int, _ k: Int, _ n: Int, as scalar: Scalar.Type
) {
  var random = SplitMix64(seed: 1)
  let a = integers(m, k, as: Scalar.self, using: &random)
  let b = integers(k, n, as: Scalar.self, using: &random)
  let expected = textbook(a, b)
  let (aT, bT) = (Matrix(a.transposed), Matrix(b.transposed))
  #expect((a • b) == expected)
  #expect((aT.transposed • b) == expected)
  #expect((a • bT.transposed) == expected)
  #expect((aT.transposed • bT.transposed) == expected)
}

@Test func `a product over nothing is all zeros`() {
  let a = Matrix<Double>(rows: 2, columns: 0, elements: [])
  let b = Matrix<Double>(rows: 0, columns: 3, elements: [])
  #expect((a • b) == Matrix(rows: 2, columns: 3, repeating: 0))
}

@Test(arguments: shapes)
func `the transpose of a product is the product of the transposes, exchanged`(
  m: Int, k: Int, n: Int
) {
  var random = SplitMix64(seed: 2)
  let a = integers(m, k, using: &random)
  let b = integers(k, n, using: &random)
  #expect(Matrix((a • b).transposed) == (b.transposed • a.transposed))
}

@Test func `a product is associative and spreads over sums, exactly on small whole numbers`() {
  var random = SplitMix64(seed: 3)
  let a = integers(9, 12, using: &random)
  let b = integers(12, 7, using: &random)
  let c = integers(7, 5, using: &random)
  let d = integers(12, 7, using: &random)
  #expect(((a • b) • c) == (a • (b • c)))
  #expect((a • (b + d)) == (a • b) + (a • d))
}

@Test(arguments: [(5, 7, 3), (20, 300, 40)])
func `a row of a product is the product of that row, bit for bit`(m: Int, k: Int, n: Int) {
  var random = SplitMix64(seed: 4)
  let a = Matrix<Double>.normal(m, k, using: &random)
  let b = Matrix<Double>.normal(k, n, using: &random)
  let product = a • b
  for row in 0..<m { #expect((a.rows(at: [row]) • b).row(0) == product.row(row)) }
}

@Test func `one thread and two give the same bits`() {
  // 400³ = 64 million multiply-adds: the kernels share out work of this size.
  var random = SplitMix64(seed: 5)
  let a = Matrix<Float>.normal(400, 400, using: &random)
  let b = Matrix<Float>.normal(400, 400, using: &random)
  let products = [1, 2, 3].map { count in Threads.$count.withValue(count) { a • b } }
  #expect(products[0] == products[1] && products[0] == products[2])
}

@Test(arguments: [1, 10, 1000])
func `a dot product of k terms errs by at most k ulps of its terms`(k: Int) {
  // |computed − true| ≤ γₖ Σ |aᵢ bᵢ| with γₖ = k u / (1 − k u), u = 2⁻²⁴ (Higham 2002, section 3.1).
  // The entries are Floats, so their products are exact in Double, which stands for the truth.
  var random = SplitMix64(seed: 6)
  let a = Matrix<Float>.normal(1, k, using: &random)
  let b = Matrix<Float>.normal(k, 1, using: &random)
  let terms = zip(a.elements, b.elements).map { Double($0) * Double($1) }
  let size = terms.reduce(0) { $0 + abs($1) }
  let ku = Double(k) * 0x1p-24
  #expect(abs(Double((a • b)[0, 0]) - terms.reduce(0, +)) <= ku / (1 - ku) * size)
}

@Test func `shapes that do not fit are refused, and the message names both`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    let a = Matrix<Double>(rows: 2, columns: 3, repeating: 1)
    _ = a • a
  }
  let message = try words(of: result)
  #expect(message.contains("the product of [2, 3] and [2, 3]: 3 columns meet 2 rows"))
}

@Test func `the message about a transposed factor names the shape that was multiplied`()
  async throws
{
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    let a = Matrix<Float>(rows: 4, columns: 2, repeating: 1)
    let b = Matrix<Float>(rows: 5, columns: 7, repeating: 1)
    _ = a.transposed • b
  }
  #expect(try words(of: result).contains("the product of [2, 4] and [5, 7]"))
}
