import Numbers
@_exported import Numbers

// Matrices come with the numbers that they are made of.

/// A table of numbers, one row after another in memory, `[rows, columns]`.
///
/// Rows are examples and columns are features throughout the book.
public struct Matrix<Scalar: Field>: Equatable, Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  @usableFromInline var storage: [Scalar]

  /// The entries, row after row.
  @inlinable
  public var elements: [Scalar] { storage }

  /// Creates a matrix of the given entries, row after row.
  ///
  /// - Precondition: There are `rows` times `columns` entries.
  @inlinable
  public init(rows: Int, columns: Int, elements: [Scalar]) {
    precondition(
      rows >= 0 && columns >= 0 && elements.count == rows * columns,
      "a matrix [\(rows), \(columns)] needs \(rows * columns) entries; given \(elements.count)")
    self.rows = rows
    self.columns = columns
    storage = elements
  }

  /// Creates a matrix of copies of one number.
  @inlinable
  public init(rows: Int, columns: Int, repeating value: Scalar) {
    self.init(
      rows: rows, columns: columns, elements: Array(repeating: value, count: rows * columns))
  }

  /// Creates the matrix whose entry in row i and column j is `entry(i, j)`, row after row.
  @inlinable
  public init(rows: Int, columns: Int, _ entry: (Int, Int) throws -> Scalar) rethrows {
    var elements: [Scalar] = []
    elements.reserveCapacity(rows * columns)
    for row in 0..<rows {
      for column in 0..<columns { elements.append(try entry(row, column)) }
    }
    self.init(rows: rows, columns: columns, elements: elements)
  }

  /// Creates a matrix of one column.
  @inlinable
  public init(column: Vector<Scalar>) {
    self.init(rows: column.count, columns: 1, elements: column.elements)
  }

  /// Creates a matrix that holds a transposed one.
  @inlinable
  public init(_ transposed: Transposed<Scalar>) {
    let base = transposed.base
    self.init(rows: base.columns, columns: base.rows) { row, column in base[column, row] }
  }

  @inlinable
  public subscript(row: Int, column: Int) -> Scalar {
    get {
      precondition(column >= 0 && column < columns, "no column \(column) in \(shape)")
      return storage[row * columns + column]
    }
    _modify {
      precondition(column >= 0 && column < columns, "no column \(column) in \(shape)")
      yield &storage[row * columns + column]
    }
  }

  /// Returns one row, `[columns]`.
  @inlinable
  public func row(_ row: Int) -> Vector<Scalar> {
    Vector(Array(storage[row * columns..<(row + 1) * columns]))
  }

  /// Returns one column, `[rows]`.
  @inlinable
  public func column(_ column: Int) -> Vector<Scalar> {
    Vector(count: rows) { self[$0, column] }
  }

  /// Returns the rows at the given positions, in that order, `[positions, columns]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func rows(at positions: ArraySlice<Int>) -> Matrix {
    var chosen: [Scalar] = []
    chosen.reserveCapacity(positions.count * columns)
    for row in positions { chosen += storage[row * columns..<(row + 1) * columns] }
    return Matrix(rows: positions.count, columns: columns, elements: chosen)
  }
}

extension Matrix: ExpressibleByArrayLiteral {
  /// Creates a matrix from its rows.
  ///
  /// - Precondition: The rows have as many entries.
  @inlinable
  public init(arrayLiteral rows: [Scalar]...) {
    precondition(
      rows.allSatisfy { $0.count == rows[0].count },
      "the rows of a matrix must have equal lengths; given \(rows.map(\.count))")
    self.init(rows: rows.count, columns: rows.first?.count ?? 0, elements: rows.flatMap(\.self))
  }
}

extension Matrix: MatrixFactor {
  @inlinable
  public func withView<Result>(_ body: (MatrixView<Scalar>) -> Result) -> Result {
    storage.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("\(shape) has no entries") }
      return body(
        MatrixView(base, rows: rows, columns: columns, rowStride: columns, columnStride: 1))
    }
  }

  /// This matrix read with rows and columns exchanged, without a copy.
  @inlinable
  public var transposed: Transposed<Scalar> { Transposed(self) }
}

extension Matrix {
  /// Returns the matrix whose entries are those of this one, transformed.
  @inlinable
  public func map(_ transform: (Scalar) -> Scalar) -> Matrix {
    let count = storage.count
    let mapped = [Scalar](unsafeUninitializedCapacity: count) { result, initializedCount in
      storage.withUnsafeBufferPointer { own in
        for index in 0..<count {
          result.initializeElement(at: index, to: transform(own[index]))
        }
      }
      initializedCount = count
    }
    return Matrix(rows: rows, columns: columns, elements: mapped)
  }

  /// Returns the matrix of an entrywise operation on this one and another.
  ///
  /// - Precondition: The matrices have the same shape.
  @inlinable
  public consuming func combining(
    _ other: Matrix, _ operation: (Scalar, Scalar) -> Scalar
  ) -> Matrix {
    var result = self
    result.combine(with: other, operation)
    return result
  }

  /// Adds a multiple of another matrix, A += s B.
  ///
  /// - Precondition: The matrices have the same shape.
  @inlinable
  public mutating func add(_ scale: Scalar, times other: Matrix) {
    precondition(
      rows == other.rows && columns == other.columns, "sum of \(shape) and \(other.shape)")
    storage.withUnsafeMutableBufferPointer { own in
      other.storage.withUnsafeBufferPointer { other in
        for index in own.indices { own[index] += scale * other[index] }
      }
    }
  }

  @inlinable
  public static func + (a: consuming Matrix, b: Matrix) -> Matrix { a.combining(b) { $0 + $1 } }

  @inlinable
  public static func - (a: consuming Matrix, b: Matrix) -> Matrix { a.combining(b) { $0 - $1 } }

  @inlinable
  public static func * (scale: Scalar, a: Matrix) -> Matrix { a.map { scale * $0 } }

  @inlinable
  public static func / (a: Matrix, divisor: Scalar) -> Matrix { a.map { $0 / divisor } }

  /// Returns the matrix with a vector added to each row.
  ///
  /// - Precondition: The vector has an entry for each column.
  @inlinable
  public static func + (a: consuming Matrix, row: Vector<Scalar>) -> Matrix {
    var result = a
    result.addToEachRow(row)
    return result
  }

  /// The sum of the rows, `[columns]`: the adjoint of adding a vector to each row.
  @inlinable
  public var sumOfRows: Vector<Scalar> {
    var sums = [Scalar](repeating: 0, count: columns)
    sums.withUnsafeMutableBufferPointer { sums in
      storage.withUnsafeBufferPointer { own in
        for start in stride(from: 0, to: own.count, by: max(columns, 1)) {
          for column in 0..<columns { sums[column] += own[start + column] }
        }
      }
    }
    return Vector(sums)
  }

  /// The sum of the entries.
  @inlinable
  public var sum: Scalar { storage.reduce(0, +) }

  /// The sum of the squares of the entries, ‖A‖².
  @inlinable
  public var squaredNorm: Scalar {
    var sum: Scalar = 0
    for element in storage { sum += element * element }
    return sum
  }
}

extension Matrix {
  /// Creates a matrix of the same numbers in another type, or the nearest that it has.
  public init(_ matrix: Matrix<Double>) {
    self.init(
      rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { Scalar($0) })
  }
}

extension Matrix where Scalar: BinaryFloatingPoint {
  /// Creates a matrix of the nearest numbers of this precision.
  @specialized(where Scalar == Float, Other == Double)
  @specialized(where Scalar == Double, Other == Double)
  @specialized(where Scalar == Double, Other == Float)
  public init<Other: FloatingField>(rounding other: Matrix<Other>) {
    self.init(
      rows: other.rows, columns: other.columns, elements: other.storage.map { Scalar($0) })
  }
}
