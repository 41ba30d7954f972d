import Testing

@testable import Kernels

// Each claim is tried on lengths around those of all registers, on 0 to 5 rows, and on strides with
// which rows overlap, touch, and leave gaps. All memory begins or ends at a page that may not be
// touched.

@Test(arguments: 1...40)
func `rows are copied as loops copy them`(length: Int) throws {
  let apart = [length, length + 3]
  try expectLoops(length, to: apart, Float.copyRows) { $0 = $1 }
  try expectLoops(length, to: apart, Double.copyRows) { $0 = $1 }
}

@Test(arguments: 1...40)
func `rows are added as loops add them, one after another, where they overlap too`(
  length: Int
) throws {
  let strides = [1, (length + 1) / 2, length, length + 3]
  try expectLoops(length, to: strides, Float.addRows) { $0 += $1 }
  try expectLoops(length, to: strides, Double.addRows) { $0 += $1 }
}

@Test(arguments: 1...40)
func `the larger of two is kept as loops keep it, and a tie keeps the old`(length: Int) throws {
  try expectLarger(length, in: Float.self)
  try expectLarger(length, in: Double.self)
}

@Test(arguments: [1, 7, 8, 9, 16, 21])
func `what is not a number neither gives way nor wins, and the two zeros are a tie`(
  length: Int
) throws {
  let pairs: [(Float, Float)] = [(.nan, 1), (1, .nan), (.nan, .nan), (0, -0.0), (-0.0, 0)]
  for (old, new) in pairs {
    let source = [Float](repeating: new, count: length)
    var best = [Float](repeating: old, count: length)
    var argmax = [Int32](repeating: 5, count: length)
    Float.updateRunningMaximum(
      rowsOf: MatrixView(source, rows: 1, columns: length, rowStride: length), and: &best,
      stride: length, argmax: &argmax, index: 6)
    #expect(best.allSatisfy { $0.bitPattern == old.bitPattern })
    #expect(argmax.allSatisfy { $0 == 5 })
  }
}

@Test(arguments: 1...40)
func `a copy has the bits of every number, and of what is none`(length: Int) {
  let bits: [UInt32] = [
    0x8000_0000, 0x7fc0_1234, 0x7f80_0000, 0x0000_0001, 0xff80_0000, 0xffc0_0007,
  ]
  let source = (0..<length).map { Float(bitPattern: bits[$0 % bits.count]) }
  var target = [Float](repeating: 1, count: length)
  Float.copyRows(
    of: MatrixView(source, rows: 1, columns: length, rowStride: length), to: &target,
    stride: length)
  #expect(target.map(\.bitPattern) == source.map(\.bitPattern))
}

// MARK: - The checks, for either scalar

/// Something done with rows, which are written to rows that lie some entries apart.
private typealias RowOperation<Scalar> = (
  MatrixView<Scalar>, UnsafeMutablePointer<Scalar>, Int
) -> Void

/// Expects a function to do with rows what a loop does with each entry.
private func expectLoops<Scalar: KernelScalar>(
  _ length: Int, to targetStrides: [Int], _ operation: RowOperation<Scalar>,
  _ entry: (inout Scalar, Scalar) -> Void
) throws {
  for (count, stride) in countsAndStrides(length) {
    for apart in targetStrides {
      let source = Scalar.numbers(extent(count, length, stride), seed: 1)
      let old = Scalar.numbers(extent(count, length, apart), seed: 2)
      var expected = old
      forEachEntry(count, length, stride, apart) { entry(&expected[$1], source[$0]) }
      for atEnd in [false, true] {
        let from = try GuardedMemory(source, atEnd: atEnd)
        let to = try GuardedMemory(old, atEnd: atEnd)
        let rows = MatrixView(from.base, rows: count, columns: length, rowStride: stride)
        operation(rows, to.base, apart)
        #expect(to.numbers == expected, "\(count) rows of \(length), \(stride) to \(apart) apart")
      }
    }
  }
}

/// Expects the larger entries, and the indices where an entry gave way, that a loop gives.
private func expectLarger<Scalar: KernelScalar>(_ length: Int, in _: Scalar.Type) throws {
  for (count, stride) in countsAndStrides(length) {
    for (apart, atEnd) in [
      (length, false), (length, true), (length + 3, false), (length + 3, true),
    ] {
      // Whole numbers from −4 to 4, among which ties are common.
      let source = Scalar.integers(extent(count, length, stride), seed: 1)
      let old = Scalar.integers(extent(count, length, apart), seed: 2)
      let oldArgmax = old.indices.map { Int32(-1 - $0) }
      var (expected, expectedArgmax) = (old, oldArgmax)
      forEachEntry(count, length, stride, apart) { from, to in
        if expected[to] < source[from] { (expected[to], expectedArgmax[to]) = (source[from], 77) }
      }
      let new = try GuardedMemory(source, atEnd: atEnd)
      let best = try GuardedMemory(old, atEnd: atEnd)
      let argmax = try GuardedMemory(oldArgmax, atEnd: atEnd)
      Scalar.updateRunningMaximum(
        rowsOf: MatrixView(new.base, rows: count, columns: length, rowStride: stride),
        and: best.base, stride: apart, argmax: argmax.base, index: 77)
      #expect(best.numbers == expected && argmax.numbers == expectedArgmax)
    }
  }
}

/// How many rows there are, and how far apart they lie where they are read.
private func countsAndStrides(_ length: Int) -> [(count: Int, stride: Int)] {
  (0...5).flatMap { count in [0, 1, length, length + 5].map { (count, $0) } }
}

/// The number of entries that rows reach over.
private func extent(_ count: Int, _ length: Int, _ stride: Int) -> Int {
  count == 0 ? 0 : (count - 1) * stride + length
}

/// Calls `body` with the index of each entry in the source and in the target, row by row.
private func forEachEntry(
  _ count: Int, _ length: Int, _ stride: Int, _ apart: Int, _ body: (Int, Int) -> Void
) {
  for row in 0..<count {
    for index in 0..<length { body(row * stride + index, row * apart + index) }
  }
}
