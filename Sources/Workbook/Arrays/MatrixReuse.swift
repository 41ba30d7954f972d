// A training loop makes the same matrices at every step. What is here writes them over those of the
// step before, so that only the first step asks for memory. Each function has a twin without `over`
// or `assign` that returns a new matrix, and the two agree bit for bit.

extension Matrix {
  /// The matrix of no rows and no columns, to be written over.
  @inlinable
  public static var empty: Matrix { Matrix(rows: 0, columns: 0, elements: []) }

  /// Gives this matrix another shape. What its entries are then, nobody knows.
  ///
  /// Memory that it has is kept, so a loop whose matrices have grown as large as they will be
  /// allocates no more.
  @inlinable
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func reshape(rows: Int, columns: Int) {
    if rows == self.rows && columns == self.columns { return }
    var elements: [Scalar] = []
    swap(&elements, &storage)
    let count = rows * columns
    if count > elements.capacity {
      elements = Array(repeating: 0, count: count)
    } else {
      elements.removeLast(max(0, elements.count - count))
      while elements.count < count { elements.append(0) }
    }
    self = Matrix(rows: rows, columns: columns, elements: elements)
  }

  /// Calls `body` with the entries where they lie, row after row, to be read and written.
  @inlinable
  public mutating func withMutableElements<Result>(
    _ body: (UnsafeMutableBufferPointer<Scalar>) -> Result
  ) -> Result {
    storage.withUnsafeMutableBufferPointer { body($0) }
  }

  /// Calls `body` with a pointer to the first entry, for loops that must not be slowed by checks.
  ///
  /// - Precondition: There is an entry.
  @inlinable
  public mutating func withPointer<Result>(
    _ body: (UnsafeMutablePointer<Scalar>) -> Result
  ) -> Result {
    let shape = shape
    return storage.withUnsafeMutableBufferPointer { buffer in
      // An empty array has an address too, which belongs to all empty arrays.
      guard !buffer.isEmpty, let base = buffer.baseAddress else {
        preconditionFailure("\(shape) has no entries")
      }
      return body(base)
    }
  }

  /// Calls `body` with the entries where they lie, row after row.
  @inlinable
  public func withElements<Result>(_ body: (UnsafeBufferPointer<Scalar>) -> Result) -> Result {
    storage.withUnsafeBufferPointer { body($0) }
  }
}

// MARK: - Entry by entry

extension Matrix {
  /// Writes the transformed entries over a matrix, which takes the shape of this one.
  @inlinable
  public func map(over result: inout Matrix, _ transform: (Scalar) -> Scalar) {
    result.reshape(rows: rows, columns: columns)
    result.storage.withUnsafeMutableBufferPointer { result in
      storage.withUnsafeBufferPointer { own in
        for index in 0..<result.count { result[index] = transform(own[index]) }
      }
    }
  }

  /// Writes an entrywise operation on this matrix and another over a third, which takes their shape.
  ///
  /// - Precondition: The matrices have the same shape.
  @inlinable
  public func combining(
    _ other: Matrix, over result: inout Matrix, _ operation: (Scalar, Scalar) -> Scalar
  ) {
    requireShape(of: other)
    result.reshape(rows: rows, columns: columns)
    result.storage.withUnsafeMutableBufferPointer { result in
      storage.withUnsafeBufferPointer { own in
        other.storage.withUnsafeBufferPointer { other in
          for index in 0..<result.count { result[index] = operation(own[index], other[index]) }
        }
      }
    }
  }

  /// Returns the sum of an entrywise operation on this matrix and another, from the first entry on.
  ///
  /// - Precondition: The matrices have the same shape.
  @inlinable
  public func sum(with other: Matrix, _ term: (Scalar, Scalar) -> Scalar) -> Scalar {
    requireShape(of: other)
    var sum: Scalar = 0
    storage.withUnsafeBufferPointer { own in
      other.storage.withUnsafeBufferPointer { other in
        for index in 0..<own.count { sum += term(own[index], other[index]) }
      }
    }
    return sum
  }

  /// Writes an entrywise operation on this matrix and another over this one.
  ///
  /// - Precondition: The matrices have the same shape.
  @inlinable
  public mutating func combine(with other: Matrix, _ operation: (Scalar, Scalar) -> Scalar) {
    requireShape(of: other)
    storage.withUnsafeMutableBufferPointer { own in
      other.storage.withUnsafeBufferPointer { other in
        for index in 0..<own.count { own[index] = operation(own[index], other[index]) }
      }
    }
  }

  /// Multiplies each entry by that of another matrix, A ← A ⊙ B.
  ///
  /// - Precondition: The matrices have the same shape.
  @inlinable
  public mutating func multiply(by other: Matrix) { combine(with: other) { $0 * $1 } }

  /// Multiplies each entry by a number, A ← s A.
  @inlinable
  public mutating func multiply(by scale: Scalar) {
    storage.withUnsafeMutableBufferPointer { own in
      for index in 0..<own.count { own[index] *= scale }
    }
  }

  /// Writes one number over every entry.
  @inlinable
  public mutating func fill(with value: Scalar) {
    storage.withUnsafeMutableBufferPointer { own in
      for index in 0..<own.count { own[index] = value }
    }
  }

  @inlinable
  func requireShape(of other: Matrix) {
    precondition(
      rows == other.rows && columns == other.columns,
      "entrywise operation on \(shape) and \(other.shape)")
  }
}

// MARK: - Products and rows

extension Matrix {
  /// Writes a matrix product over this matrix, C ← A B, which takes its shape.
  ///
  /// - Parameters:
  ///   - a: The left factor, `[m, k]`.
  ///   - b: The right factor, `[k, n]`.
  /// - Precondition: `a` has as many columns as `b` has rows.
  @inlinable
  public mutating func assign(_ a: some MatrixFactor<Scalar>, times b: some MatrixFactor<Scalar>) {
    reshape(rows: a.rows, columns: b.columns)
    fill(with: 0)
    add(a, times: b)
  }

  /// Adds a matrix product to this matrix, C ← C + A B.
  ///
  /// - Parameters:
  ///   - a: The left factor, `[m, k]`.
  ///   - b: The right factor, `[k, n]`.
  /// - Precondition: `a` has as many columns as `b` has rows, and this matrix the product's shape.
  @inlinable
  public mutating func add(_ a: some MatrixFactor<Scalar>, times b: some MatrixFactor<Scalar>) {
    precondition(
      a.columns == b.rows,
      "the product of \(a.shape) and \(b.shape): \(a.columns) columns meet \(b.rows) rows")
    precondition(
      rows == a.rows && columns == b.columns,
      "the product of \(a.shape) and \(b.shape) is no \(shape)")
    if storage.isEmpty || a.columns == 0 { return }
    storage.withUnsafeMutableBufferPointer { c in
      guard let c = c.baseAddress else { return }
      a.withView { a in b.withView { b in Scalar.addProduct(a, b, to: c) } }
    }
  }

  /// Adds a matrix product to some of the rows of this matrix.
  ///
  /// - Parameters:
  ///   - a: The left factor, `[m, k]`.
  ///   - b: The right factor, `[k, n]`.
  ///   - first: The row that the first row of the product is added to.
  /// - Precondition: `a` has as many columns as `b` has rows, and there are m rows from `first` on.
  @inlinable
  public mutating func add(
    _ a: some MatrixFactor<Scalar>, times b: some MatrixFactor<Scalar>, toRowsFrom first: Int
  ) {
    precondition(
      a.columns == b.rows,
      "the product of \(a.shape) and \(b.shape): \(a.columns) columns meet \(b.rows) rows")
    precondition(
      first >= 0 && first + a.rows <= rows && columns == b.columns,
      "the product of \(a.shape) and \(b.shape) does not fit in \(shape) from row \(first) on")
    let start = first * columns
    if a.rows * a.columns * b.columns == 0 { return }
    storage.withUnsafeMutableBufferPointer { c in
      guard let c = c.baseAddress else { return }
      a.withView { a in b.withView { b in Scalar.addProduct(a, b, to: c + start) } }
    }
  }

  /// Some neighbouring rows of this matrix, read where they lie.
  ///
  /// - Precondition: There are such rows.
  @inlinable
  public func rows(_ range: Range<Int>) -> RowBlock<Scalar> { RowBlock(self, range) }

  /// Writes a vector over each row, so that this matrix becomes `[rows, count of the vector]`.
  @inlinable
  public mutating func assign(rows: Int, each row: Vector<Scalar>) {
    reshape(rows: rows, columns: row.count)
    forEachRow(beside: row) { own, row, columns in
      for column in 0..<columns { own[column] = row[column] }
    }
  }

  /// Adds a vector to each row, as `Matrix + Vector` does.
  ///
  /// - Precondition: The vector has an entry for each column.
  @inlinable
  public mutating func addToEachRow(_ row: Vector<Scalar>) {
    precondition(columns == row.count, "adding \(row.shape) to each row of \(shape)")
    forEachRow(beside: row) { own, row, columns in
      for column in 0..<columns { own[column] += row[column] }
    }
  }

  /// Calls `body` with the first entry of each row, that of a vector, and the number of columns.
  @inlinable @inline(__always)
  mutating func forEachRow(
    beside row: Vector<Scalar>,
    _ body: (UnsafeMutablePointer<Scalar>, UnsafePointer<Scalar>, Int) -> Void
  ) {
    let (rows, columns) = (rows, columns)
    storage.withUnsafeMutableBufferPointer { own in
      row.elements.withUnsafeBufferPointer { row in
        guard var own = own.baseAddress, let row = row.baseAddress else { return }
        for _ in 0..<rows {
          body(own, row, columns)
          own += columns
        }
      }
    }
  }

  /// Writes rows of this matrix over another, which becomes `[positions, columns]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func writeRows(at positions: ArraySlice<Int>, over chosen: inout Matrix) {
    chosen.reshape(rows: positions.count, columns: columns)
    let columns = columns
    chosen.storage.withUnsafeMutableBufferPointer { chosen in
      storage.withUnsafeBufferPointer { own in
        for (row, position) in positions.enumerated() {
          precondition((0..<rows).contains(position), "no row \(position) in \(shape)")
          for column in 0..<columns {
            chosen[row * columns + column] = own[position * columns + column]
          }
        }
      }
    }
  }
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

extension Vector {
  /// Writes the sum of the rows of a matrix over this vector, which becomes `[columns]`.
  @inlinable
  public mutating func assignSumOfRows(of matrix: Matrix<Scalar>) {
    let columns = matrix.columns
    if count != columns { elements = Array(repeating: 0, count: columns) }
    elements.withUnsafeMutableBufferPointer { sums in
      for column in 0..<columns { sums[column] = 0 }
      matrix.withElements { own in
        guard let sums = sums.baseAddress, var own = own.baseAddress else { return }
        for _ in 0..<matrix.rows {
          for column in 0..<columns { sums[column] += own[column] }
          own += columns
        }
      }
    }
  }
}

extension Dataset {
  /// Writes the examples at some positions over another data set, in that order.
  public func write(_ positions: ArraySlice<Int>, over batch: inout Dataset) {
    x.writeRows(at: positions, over: &batch.x)
    y.writeRows(at: positions, over: &batch.y)
  }
}
