import Testing

@testable import Kernels

// Each law is tested on shapes around the edges of everything the kernels cut into: tiles of 8, 4,
// 2 and 1 rows, panels of 32, 16, 8 and 4 columns (half of that in Double), blocks of 256 terms.
private let shapes: [Shape] = [
  (1, 1, 1), (1, 8, 8), (2, 3, 4), (3, 1, 2), (5, 7, 3), (7, 2, 9), (8, 8, 8), (9, 5, 15),
  (15, 16, 17), (16, 33, 31), (17, 4, 32), (31, 9, 33), (33, 12, 47), (64, 32, 3), (12, 3, 64),
  (1, 300, 40), (40, 255, 1), (10, 256, 10), (11, 257, 23), (9, 513, 65), (70, 129, 70),
  (130, 260, 40), (3, 20, 700), (700, 20, 3), (33, 300, 130), (130, 600, 131),
].map(Shape.init)

// MARK: - What is added

@Test(arguments: shapes)
func `small integers are multiplied and added exactly`(shape: Shape) {
  expectExactProduct(shape, of: Float.self)
  expectExactProduct(shape, of: Double.self)
}

@Test(arguments: [(0, 3, 4), (3, 0, 4), (3, 4, 0), (0, 0, 0)].map(Shape.init))
func `an empty dimension leaves C as it was`(shape: Shape) {
  expectUntouched(shape, of: Float.self)
  expectUntouched(shape, of: Double.self)
}

@Test func `a stride of zero repeats one row or one column`() {
  let (row, column): ([Float], [Float]) = ([1, 2, 3], [1, 10, 100, 1000, 10000])
  var sum = [Float](repeating: 1, count: 15)
  Float.addProduct(
    MatrixView(column, rows: 5, columns: 1, rowStride: 1, columnStride: 0),
    MatrixView(row, rows: 1, columns: 3, rowStride: 0), to: &sum, rowStride: 3, threads: 1)
  #expect(sum == column.flatMap { a in row.map { b in 1 + a * b } })

  var repeated = [Float](repeating: 0, count: 6)
  Float.addProduct(
    MatrixView(column, rows: 2, columns: 4, rowStride: 0),
    MatrixView(row, rows: 4, columns: 3, rowStride: 0), to: &repeated, rowStride: 3, threads: 1)
  #expect(repeated == [1111, 2222, 3333, 1111, 2222, 3333])
}

@Test(arguments: shapes)
func `entries between the rows of C keep their values`(shape: Shape) {
  expectGapsKept(shape, of: Float.self)
  expectGapsKept(shape, of: Double.self)
}

// MARK: - Bit for bit

@Test(arguments: shapes)
func `each entry is the same sum wherever it stands`(shape: Shape) {
  expectDefiningSum(shape, of: Float.self)
  expectDefiningSum(shape, of: Double.self)
}

@Test(arguments: shapes)
func `a row of a product is the product of that row alone`(shape: Shape) {
  expectRowsAlone(shape, of: Float.self)
  expectRowsAlone(shape, of: Double.self)
}

@Test(arguments: shapes, [1, 2, 3])
func `a transposed or spread out operand gives the bits of a copy`(shape: Shape, gap: Int) {
  expectSameFromAnyLayout(shape, gap: gap, of: Float.self)
  expectSameFromAnyLayout(shape, gap: gap, of: Double.self)
}

@Test(arguments: [(301, 260, 270), (1000, 640, 33), (33, 640, 1000)].map(Shape.init))
func `any number of threads gives the same bits`(shape: Shape) {
  expectSameFromThreads(shape, of: Float.self)
  expectSameFromThreads(shape, of: Double.self)
}

// MARK: - The checks, for either scalar

private func expectExactProduct<Scalar: KernelScalar>(_ shape: Shape, of _: Scalar.Type) {
  let a = Scalar.integers(shape.m * shape.k, seed: 1)
  let b = Scalar.integers(shape.k * shape.n, seed: 2)
  var sum = Scalar.integers(shape.m * shape.n, seed: 3)
  var expected = sum
  for i in 0..<shape.m {
    for j in 0..<shape.n {
      for p in 0..<shape.k { expected[i * shape.n + j] += a[i * shape.k + p] * b[p * shape.n + j] }
    }
  }
  Scalar.addProduct(shape, rowMajor(a, shape.k), rowMajor(b, shape.n), to: &sum)
  #expect(sum == expected)
}

private func expectUntouched<Scalar: KernelScalar>(_ shape: Shape, of _: Scalar.Type) {
  let operand = Scalar.integers(16, seed: 1)
  var sum = Scalar.integers(16, seed: 2)
  let before = sum
  Scalar.addProduct(shape, rowMajor(operand, 4), rowMajor(operand, 4), to: &sum)
  #expect(sum == before)
}

private func expectGapsKept<Scalar: KernelScalar>(_ shape: Shape, of _: Scalar.Type) {
  let a = Scalar.numbers(shape.m * shape.k, seed: 1)
  let b = Scalar.numbers(shape.k * shape.n, seed: 2)
  var close = [Scalar](repeating: 0, count: shape.m * shape.n)
  Scalar.addProduct(shape, rowMajor(a, shape.k), rowMajor(b, shape.n), to: &close)

  let stride = shape.n + 3
  var spread = [Scalar](repeating: 0, count: shape.m * stride)
  for i in 0..<shape.m { for j in shape.n..<stride { spread[i * stride + j] = -77 } }
  Scalar.addProduct(
    shape, rowMajor(a, shape.k), rowMajor(b, shape.n), to: &spread, rowStride: stride)
  for i in 0..<shape.m {
    let row = spread[i * stride..<(i + 1) * stride]
    #expect(Array(row) == close[i * shape.n..<(i + 1) * shape.n] + [-77, -77, -77])
  }
}

private func expectDefiningSum<Scalar: KernelScalar>(_ shape: Shape, of _: Scalar.Type) {
  let a = Scalar.numbers(shape.m * shape.k, seed: 1)
  let b = Scalar.numbers(shape.k * shape.n, seed: 2)
  var sum = Scalar.numbers(shape.m * shape.n, seed: 3)
  var expected = sum
  for i in 0..<shape.m {
    for j in 0..<shape.n {
      for first in stride(from: 0, to: shape.k, by: 256) {
        var part: Scalar = 0
        for p in first..<min(first + 256, shape.k) {
          part.addProduct(a[i * shape.k + p], b[p * shape.n + j])
        }
        expected[i * shape.n + j] += part
      }
    }
  }
  Scalar.addProduct(shape, rowMajor(a, shape.k), rowMajor(b, shape.n), to: &sum)
  #expect(sum == expected)
}

private func expectRowsAlone<Scalar: KernelScalar>(_ shape: Shape, of _: Scalar.Type) {
  let a = Scalar.numbers(shape.m * shape.k, seed: 1)
  let b = Scalar.numbers(shape.k * shape.n, seed: 2)
  var all = [Scalar](repeating: 0, count: shape.m * shape.n)
  Scalar.addProduct(shape, rowMajor(a, shape.k), rowMajor(b, shape.n), to: &all)
  for i in 0..<shape.m {
    let row = Array(a[i * shape.k..<(i + 1) * shape.k])
    var alone = [Scalar](repeating: 0, count: shape.n)
    Scalar.addProduct(
      Shape(m: 1, k: shape.k, n: shape.n), rowMajor(row, shape.k), rowMajor(b, shape.n), to: &alone)
    #expect(alone == Array(all[i * shape.n..<(i + 1) * shape.n]))
  }
}

private func expectSameFromAnyLayout<Scalar: KernelScalar>(
  _ shape: Shape, gap: Int, of _: Scalar.Type
) {
  let a = Scalar.numbers(shape.m * shape.k, seed: 1)
  let b = Scalar.numbers(shape.k * shape.n, seed: 2)
  var expected = [Scalar](repeating: 0, count: shape.m * shape.n)
  Scalar.addProduct(shape, rowMajor(a, shape.k), rowMajor(b, shape.n), to: &expected)

  let aColumns = columnMajor(a, rows: shape.m, columns: shape.k, gap: gap)
  let bColumns = columnMajor(b, rows: shape.k, columns: shape.n, gap: gap)
  let layoutsOfA = [rowMajor(a, shape.k), aColumns]
  let layoutsOfB = [rowMajor(b, shape.n), bColumns]
  for x in layoutsOfA {
    for y in layoutsOfB {
      var sum = [Scalar](repeating: 0, count: shape.m * shape.n)
      Scalar.addProduct(shape, x, y, to: &sum)
      #expect(sum == expected)
    }
  }
}

private func expectSameFromThreads<Scalar: KernelScalar>(_ shape: Shape, of _: Scalar.Type) {
  let a = Scalar.numbers(shape.m * shape.k, seed: 1)
  let b = Scalar.numbers(shape.k * shape.n, seed: 2)
  let sums = [1, 2, 3, 7].map { threads in
    var sum = [Scalar](repeating: 0, count: shape.m * shape.n)
    Scalar.addProduct(
      shape, rowMajor(a, shape.k), rowMajor(b, shape.n), to: &sum, threads: threads)
    return sum
  }
  #expect(sums.allSatisfy { $0 == sums[0] })
}
