import Numbers

// A training loop computes the same matrices at every step. These functions write them into the
// matrices of the step before, so only the first step allocates memory. A function that writes into
// another matrix has the label `into:`; a function that overwrites its own is named for what it does,
// as `setToProduct(of:times:)`. Each names its allocating variant, with which it agrees bit for bit.

extension Matrix {
  /// The matrix of no rows and no columns, for results to be written into.
  @inlinable
  public static var empty: Matrix { Matrix(rows: 0, columns: 0, elements: []) }

  /// Gives this matrix another shape. Its entries are unspecified then.
  ///
  /// The matrix keeps its memory, so a loop allocates nothing once its matrices have reached their
  /// largest size.
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
  /// Writes the transformed entries into a matrix, which takes the shape of this one.
  ///
  /// The allocating variant is `map(_:)`.
  @inlinable
  public func map(into result: inout Matrix, _ transform: (Scalar) -> Scalar) {
    result.reshape(rows: rows, columns: columns)
    result.storage.withUnsafeMutableBufferPointer { result in
      storage.withUnsafeBufferPointer { own in
        for index in 0..<result.count { result[index] = transform(own[index]) }
      }
    }
  }

  /// Writes an entrywise operation on this matrix and another into a third, which takes their shape.
  ///
  /// The allocating variant is `combining(_:_:)`.
  ///
  /// - Precondition: The matrices have the same shape.
  @inlinable
  public func combining(
    _ other: Matrix, into result: inout Matrix, _ operation: (Scalar, Scalar) -> Scalar
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

  /// Replaces the entries by an entrywise operation on this matrix and another.
  ///
  /// The allocating variant is `combining(_:_:)`.
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
  /// The allocating variant is `hadamard(_:_:)`.
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

  /// Makes every entry one number.
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
