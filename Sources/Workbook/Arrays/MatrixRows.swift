import Numbers

// Rows in place: the conventions are those of MatrixInPlace.swift.

extension Matrix {
  /// Makes each of `count` rows a copy of a vector; this matrix becomes `[count, entries of the vector]`.
  @inlinable
  public mutating func setToRows(repeating row: Vector<Scalar>, count: Int) {
    reshape(rows: count, columns: row.count)
    forEachRow(beside: row) { own, row, columns in
      for column in 0..<columns { own[column] = row[column] }
    }
  }

  /// Adds a vector to each row.
  ///
  /// The allocating variant is `Matrix + Vector`.
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

  /// Writes the rows at some positions into another matrix, which becomes `[positions, columns]`.
  ///
  /// The allocating variant is `rows(at:)`.
  ///
  /// - Precondition: There are such rows.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func writeRows(at positions: ArraySlice<Int>, into chosen: inout Matrix) {
    chosen.reshape(rows: positions.count, columns: columns)
    let columns = columns
    chosen.storage.withUnsafeMutableBufferPointer { chosen in
      storage.withUnsafeBufferPointer { own in
        for (row, position) in positions.enumerated() {
          precondition((0..<rows).contains(position), "no row \(position) in \(shape)")
          // Without columns there is no memory, and the positions are looked at all the same.
          guard let target = chosen.baseAddress, let source = own.baseAddress else { continue }
          (target + row * columns).update(from: source + position * columns, count: columns)
        }
      }
    }
  }
}

extension Vector {
  /// Makes this vector the sum of the rows of a matrix, `[columns]`.
  ///
  /// The allocating variant is `sumOfRows`.
  @inlinable
  public mutating func setToSumOfRows(of matrix: Matrix<Scalar>) {
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
