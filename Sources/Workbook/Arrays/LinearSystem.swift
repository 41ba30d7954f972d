import Numbers

extension Matrix where Scalar: Comparable {
  /// Returns the solution x of A x = b by Gaussian elimination with partial pivoting.
  ///
  /// Exact over an exact field. In `Double` the error grows with the condition number of A.
  ///
  /// - Parameter b: The right-hand side, `[rows]`.
  /// - Returns: The solution, `[columns]`, or `nil` where a pivot is 0: A is singular.
  /// - Precondition: A is square and has as many rows as `b` has entries.
  /// - Complexity: O(n³).
  public func solved(for b: Vector<Scalar>) -> Vector<Scalar>? {
    precondition(rows == columns && rows == b.count, "solving \(shape) for \(b.shape)")
    var a = self
    var x = b
    for pivot in 0..<rows {
      // The largest entry below makes the smallest factors, and those the smallest errors.
      var largest = pivot
      for row in pivot..<rows where abs(a[row, pivot]) > abs(a[largest, pivot]) { largest = row }
      guard a[largest, pivot] != 0 else { return nil }
      a.swapRows(pivot, largest)
      x.elements.swapAt(pivot, largest)

      for row in pivot + 1..<max(rows, pivot + 1) {
        let factor = a[row, pivot] / a[pivot, pivot]
        for column in pivot..<columns { a[row, column] -= factor * a[pivot, column] }
        x[row] -= factor * x[pivot]
      }
    }
    for row in (0..<rows).reversed() {
      for column in row + 1..<max(columns, row + 1) { x[row] -= a[row, column] * x[column] }
      x[row] /= a[row, row]
    }
    return x
  }

  /// The rank, by Gaussian elimination that takes only an exact 0 for zero.
  ///
  /// Right over an exact field. In floating point, rounding makes nearly dependent rows independent;
  /// equal rows are still found equal.
  ///
  /// - Complexity: O(rows · columns · rank).
  public var rank: Int {
    var a = self
    var rank = 0
    for column in 0..<columns where rank < rows {
      var largest = rank
      for row in rank..<rows where abs(a[row, column]) > abs(a[largest, column]) { largest = row }
      if a[largest, column] == 0 { continue }
      a.swapRows(rank, largest)
      for row in rank + 1..<max(rows, rank + 1) {
        let factor = a[row, column] / a[rank, column]
        for c in column..<columns { a[row, c] -= factor * a[rank, c] }
      }
      rank += 1
    }
    return rank
  }

  private mutating func swapRows(_ first: Int, _ second: Int) {
    for column in 0..<columns {
      storage.swapAt(first * columns + column, second * columns + column)
    }
  }
}

/// The absolute value in a field with an order.
private func abs<Scalar: OrderedField>(_ x: Scalar) -> Scalar { x < 0 ? -x : x }
