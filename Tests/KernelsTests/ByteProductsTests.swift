import Testing

@testable import Kernels

/// m images of k bytes, and n columns of numbers.
struct ByteShape: Sendable, CustomTestStringConvertible {
  var m: Int
  var k: Int
  var n: Int
  var testDescription: String { "(\(m)×\(k)) · (\(k)×\(n))" }
}

/// Whole numbers and a scale of 1/4: no sum or product of these is ever rounded, so any order of any
/// sum gives the same, and the products must be exact. More than 1,024 bytes are summed in two parts.
@Test(
  arguments: [
    (1, 1, 1), (2, 3, 5), (3, 16, 4), (1, 17, 6), (5, 31, 10), (4, 32, 11), (7, 33, 2), (2, 63, 3),
    (6, 64, 10), (3, 1023, 5), (2, 1024, 5), (9, 1025, 7), (3, 2100, 10), (70, 100, 9),
  ].map(ByteShape.init))
func `products with bytes are exact where nothing is rounded`(shape: ByteShape) {
  expectExact(shape, in: Float.self)
  expectExact(shape, in: Double.self)
}

private func expectExact<Scalar: KernelScalar>(_ shape: ByteShape, in _: Scalar.Type) {
  let (m, k, n) = (shape.m, shape.k, shape.n)
  // Twice as many images as are wanted, and the wanted ones in another order.
  let bytes = (0..<2 * m * k).map { UInt8(truncatingIfNeeded: $0 * 37 + $0 / 251) }
  let rows = (0..<m).map { 2 * (m - 1 - $0) }
  func x(_ row: Int, _ index: Int) -> Int { Int(bytes[rows[row] * k + index]) }
  let w = (0..<n * k).map { Scalar($0 * 7 % 13 - 6) }
  let z = (0..<m * n).map { Scalar($0 * 5 % 7 - 3) }

  // One more entry at the end of each, which must stay what it is.
  var sums = [Scalar](repeating: 3, count: m * n + 1)
  var gradient = [Scalar](repeating: 3, count: n * k + 1)
  bytes.withUnsafeBufferPointer { bytes in
    rows.withUnsafeBufferPointer { rows in
      guard let base = bytes.baseAddress else { return }
      let b = ByteView(base: base, rows: rows, columns: k)
      Scalar.addProduct(
        b, timesTransposed: MatrixView(w, rows: n, columns: k, rowStride: k), scale: 0.25,
        to: &sums)
      Scalar.addProduct(
        transposed: MatrixView(z, rows: m, columns: n, rowStride: n), times: b, scale: 0.25,
        to: &gradient)
    }
  }
  #expect(sums[m * n] == 3 && gradient[n * k] == 3)
  for row in 0..<m {
    for column in 0..<n {
      let sum = (0..<k).reduce(0) { $0 + x(row, $1) * Int(w[column * k + $1]) }
      #expect(sums[row * n + column] == 3 + Scalar(sum) / 4)
    }
  }
  for column in 0..<n {
    for index in 0..<k {
      let sum = (0..<m).reduce(0) { $0 + x($1, index) * Int(z[$1 * n + column]) }
      #expect(gradient[column * k + index] == 3 + Scalar(sum) / 4)
    }
  }
}
