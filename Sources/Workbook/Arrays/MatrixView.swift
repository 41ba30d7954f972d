/// A matrix as the kernels see it: a place in memory and how far it is to the next row and column.
///
/// A transposed matrix is the same memory with its strides exchanged, so no transpose is ever copied.
public struct MatrixView<Scalar> {
  /// The first entry.
  public let base: UnsafePointer<Scalar>
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The distance from an entry to the one below it, in entries.
  public let rowStride: Int
  /// The distance from an entry to the one on its right, in entries.
  public let columnStride: Int

  /// Describes the matrix that begins at `base`.
  @inlinable
  public init(
    _ base: UnsafePointer<Scalar>, rows: Int, columns: Int, rowStride: Int, columnStride: Int = 1
  ) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  /// The entry in a row and a column.
  @inlinable
  public subscript(row: Int, column: Int) -> Scalar {
    base[row * rowStride + column * columnStride]
  }
}

/// Rows of bytes as the kernels see them: a place in memory, and which of the rows are wanted.
public struct ByteView {
  /// The first byte of the first row.
  public let base: UnsafePointer<UInt8>
  /// The rows that are wanted, in order.
  public let rows: UnsafeBufferPointer<Int>
  /// The number of bytes of a row.
  public let columns: Int
}
