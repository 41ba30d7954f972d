import Testing
import Workbook

/// Rows, strides and marks after the larger entries were kept, in one type of number.
private func kept<Scalar: OrderedField>(
  _ rows: Int, _ columns: Int, apart: (from: Int, to: Int), in _: Scalar.Type
) -> (best: [Scalar], marks: [Int32]) {
  var random = SplitMix64(seed: UInt64(columns))
  func numbers(_ stride: Int) -> [Scalar] {
    (0..<(rows - 1) * stride + columns).map { _ in Scalar(Double(random.index(below: 5) - 2)) }
  }
  let source = numbers(apart.from)
  var best = numbers(apart.to)
  var marks = [Int32](repeating: 7, count: best.count)
  source.withUnsafeBufferPointer { source in
    guard let base = source.baseAddress else { return }
    updateRunningMaximum(
      rowsOf: MatrixView(base, rows: rows, columns: columns, rowStride: apart.from),
      and: &best, stride: apart.to, argmax: &marks, index: 9)
  }
  return (best, marks)
}

@Test(arguments: [1, 2, 3, 7, 8, 9, 16, 19], [(0, 0), (3, 0), (0, 5), (2, 1)])
func `the larger of two rows, and who won, is the same in exact fractions and in registers`(
  columns: Int, gaps: (from: Int, to: Int)
) {
  let apart = (from: columns + gaps.from, to: columns + gaps.to)
  let exact = kept(4, columns, apart: apart, in: Rational.self)
  let single = kept(4, columns, apart: apart, in: Float.self)
  let double = kept(4, columns, apart: apart, in: Double.self)
  #expect(single.best.map { Rational(Double($0)) } == exact.best && single.marks == exact.marks)
  #expect(double.best.map { Rational($0) } == exact.best && double.marks == exact.marks)
}

@Test func `of two that are equal the old one stays`() {
  let source: [Rational] = [1, 5, 3, 0, 2]
  var best: [Rational] = [1, 4, 4, 0, -1]
  var marks: [Int32] = [0, 0, 0, 0, 0]
  source.withUnsafeBufferPointer { source in
    guard let base = source.baseAddress else { return }
    updateRunningMaximum(
      rowsOf: MatrixView(base, rows: 1, columns: 5, rowStride: 5), and: &best, stride: 5,
      argmax: &marks, index: 6)
  }
  #expect(best == [1, 5, 4, 0, 2])
  #expect(marks == [0, 6, 0, 0, 6])
}
