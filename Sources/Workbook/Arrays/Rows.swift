import Numbers

// What a window that moves over an image does with the rows that it sees: they are copied, added, or
// compared. `Float` and `Double` have tuned loops for it; all other numbers take the plain ones here.

/// Copies the rows of a matrix to rows that lie `stride` entries apart.
///
/// - Parameters:
///   - a: The rows, each contiguous. They may overlap: a window that moves reads them so.
///   - target: The first entry of the first row that is written, apart from `a` in memory.
///   - stride: The distance from a row that is written to the next, in entries.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func copyRows<Scalar: Field>(
  of a: MatrixView<Scalar>, to target: UnsafeMutablePointer<Scalar>, stride: Int
) {
  if Scalar.self == Float.self {
    return Float.copyRows(of: a.rebound(), to: rebound(target), stride: stride)
  }
  if Scalar.self == Double.self {
    return Double.copyRows(of: a.rebound(), to: rebound(target), stride: stride)
  }
  for row in 0..<a.rows {
    for column in 0..<a.columns { target[row * stride + column] = a[row, column] }
  }
}

/// Adds the rows of a matrix, one after another, to rows that lie `stride` entries apart.
///
/// - Parameters:
///   - a: The rows, each contiguous.
///   - target: The first entry of the first sum, apart from `a` in memory. Sums may overlap.
///   - stride: The distance from a sum to the next, in entries.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func addRows<Scalar: Field>(
  of a: MatrixView<Scalar>, to target: UnsafeMutablePointer<Scalar>, stride: Int
) {
  if Scalar.self == Float.self {
    return Float.addRows(of: a.rebound(), to: rebound(target), stride: stride)
  }
  if Scalar.self == Double.self {
    return Double.addRows(of: a.rebound(), to: rebound(target), stride: stride)
  }
  for row in 0..<a.rows {
    for column in 0..<a.columns { target[row * stride + column] += a[row, column] }
  }
}

/// Keeps the larger of the rows of a matrix and of other rows, entry by entry, and writes an index
/// where an entry gave way to one that is larger. Of two equal entries the old one stays.
///
/// - Parameters:
///   - a: The new rows, each contiguous.
///   - best: The first of the old rows, apart from `a` in memory.
///   - stride: The distance from an old row to the next, in entries.
///   - argmax: Where the index is written, laid out as the old rows are.
///   - index: The index.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func updateRunningMaximum<Scalar: OrderedField>(
  rowsOf a: MatrixView<Scalar>, and best: UnsafeMutablePointer<Scalar>, stride: Int,
  argmax: UnsafeMutablePointer<Int32>, index: Int32
) {
  if Scalar.self == Float.self {
    return Float.updateRunningMaximum(
      rowsOf: a.rebound(), and: rebound(best), stride: stride, argmax: argmax, index: index)
  }
  if Scalar.self == Double.self {
    return Double.updateRunningMaximum(
      rowsOf: a.rebound(), and: rebound(best), stride: stride, argmax: argmax, index: index)
  }
  for row in 0..<a.rows {
    for column in 0..<a.columns where best[row * stride + column] < a[row, column] {
      best[row * stride + column] = a[row, column]
      argmax[row * stride + column] = index
    }
  }
}

// MARK: - One type under two names

extension MatrixView {
  /// Returns this view as one of the type that its scalar is known to be.
  @inline(__always)
  fileprivate func rebound<Other>() -> MatrixView<Other> {
    MatrixView<Other>(
      UnsafeRawPointer(base).assumingMemoryBound(to: Other.self), rows: rows, columns: columns,
      rowStride: rowStride, columnStride: columnStride)
  }
}

/// Returns a pointer as one to the type that its numbers are known to be.
@inline(__always)
private func rebound<Scalar, Other>(
  _ pointer: UnsafeMutablePointer<Scalar>
) -> UnsafeMutablePointer<Other> {
  UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Other.self)
}
