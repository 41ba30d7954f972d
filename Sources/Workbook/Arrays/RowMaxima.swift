import Kernels

/// Keeps the larger of the rows of a matrix and of rows in memory, entry by entry, and marks where an
/// entry had to give way. Of two that are equal the old one stays.
///
/// - Parameters:
///   - a: The new rows, each in one piece.
///   - best: The first of the old rows, apart from `a` in memory, which lie `stride` apart.
///   - marks: Where the mark is set, laid out as the old rows are.
///   - mark: What is set.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func keepLarger<Scalar: OrderedField>(
  rowsOf a: MatrixView<Scalar>, and best: UnsafeMutablePointer<Scalar>, stride: Int,
  marks: UnsafeMutablePointer<Int32>, mark: Int32
) {
  if Scalar.self == Float.self {
    return Kernels.keepLarger(
      a.rows, length: a.columns,
      of: UnsafeRawPointer(a.base).assumingMemoryBound(to: Float.self), stride: a.rowStride,
      and: UnsafeMutableRawPointer(best).assumingMemoryBound(to: Float.self), stride: stride,
      marks: marks, mark: mark)
  }
  for row in 0..<a.rows {
    for column in 0..<a.columns where best[row * stride + column] < a[row, column] {
      best[row * stride + column] = a[row, column]
      marks[row * stride + column] = mark
    }
  }
}
