import Numbers

extension Matrix {
  /// Some neighbouring rows of this matrix, read where they lie.
  ///
  /// - Precondition: There are such rows.
  @inlinable
  public func rows(_ range: Range<Int>) -> RowBlock<Scalar> { RowBlock(self, range) }
}

/// Some neighbouring rows of a matrix, ready to be multiplied.
public struct RowBlock<Scalar: Field>: MatrixFactor {
  @usableFromInline let base: Matrix<Scalar>
  @usableFromInline let range: Range<Int>

  @inlinable
  init(_ base: Matrix<Scalar>, _ range: Range<Int>) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= base.rows, "no rows \(range) in \(base.shape)")
    self.base = base
    self.range = range
  }

  /// The number of rows.
  @inlinable
  public var rows: Int { range.count }

  /// The number of columns.
  @inlinable
  public var columns: Int { base.columns }

  @inlinable
  public func withView<Result>(_ body: (MatrixView<Scalar>) -> Result) -> Result {
    base.withView { view in
      body(
        MatrixView(
          view.base + range.lowerBound * view.rowStride, rows: range.count, columns: view.columns,
          rowStride: view.rowStride, columnStride: view.columnStride))
    }
  }
}
