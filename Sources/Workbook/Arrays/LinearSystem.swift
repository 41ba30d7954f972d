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

  private mutating func swapRows(_ first: Int, _ second: Int) {
    for column in 0..<columns {
      storage.swapAt(first * columns + column, second * columns + column)
    }
  }
}

/// The absolute value in a field with an order.
private func abs<Scalar: OrderedField>(_ x: Scalar) -> Scalar { x < 0 ? -x : x }
