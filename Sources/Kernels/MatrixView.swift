/// A matrix as the kernels see it: the address of its first entry and the distances between entries.
///
/// The entry in row i and column j lies at `base + i * rowStride + j * columnStride`. A transposed
/// matrix is the same memory with its strides exchanged, so no transpose is ever copied.
public struct MatrixView<Scalar> {
  /// The first entry.
  public var base: UnsafePointer<Scalar>
  /// The number of rows.
  public var rows: Int
  /// The number of columns.
  public var columns: Int
  /// The distance from an entry to the one below it, in entries.
  public var rowStride: Int
  /// The distance from an entry to the one on its right, in entries.
  public var columnStride: Int

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

  /// The same memory read with rows and columns exchanged.
  @inlinable
  public var transposed: MatrixView {
    MatrixView(
      base, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride)
  }
}

/// Rows of bytes as the kernels see them: the address of the first, and which of the rows are wanted.
public struct ByteView {
  /// The first byte of the first row.
  public var base: UnsafePointer<UInt8>
  /// The rows that are wanted, in order.
  public var rows: UnsafeBufferPointer<Int>
  /// The number of bytes of a row.
  public var columns: Int

  /// Chooses rows of `columns` bytes from those that begin at `base`.
  @inlinable
  public init(base: UnsafePointer<UInt8>, rows: UnsafeBufferPointer<Int>, columns: Int) {
    self.base = base
    self.rows = rows
    self.columns = columns
  }
}
