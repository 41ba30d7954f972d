import Numbers

/// What can stand on either side of a matrix product: a matrix or a transposed one.
public protocol MatrixFactor<Scalar> {
  associatedtype Scalar: Field
  /// Calls `body` with the entries where they lie.
  func withView<Result>(_ body: (MatrixView<Scalar>) -> Result) -> Result
  /// The number of rows.
  var rows: Int { get }
  /// The number of columns.
  var columns: Int { get }
}

extension MatrixFactor {
  /// The shape as the chapters write it, `[7, 4]`.
  public var shape: String { "[\(rows), \(columns)]" }
}

/// A matrix read with its rows and columns exchanged, ready to be multiplied.
///
/// `x.transposed • d` reads `x` where it lies. Ask for `Matrix(x.transposed)` to hold it as a matrix.
public struct Transposed<Scalar: Field> {
  @usableFromInline let base: Matrix<Scalar>

  @inlinable
  init(_ base: Matrix<Scalar>) { self.base = base }

  /// The number of rows.
  @inlinable
  public var rows: Int { base.columns }

  /// The number of columns.
  @inlinable
  public var columns: Int { base.rows }
}

extension Transposed: MatrixFactor {
  @inlinable
  public func withView<Result>(_ body: (MatrixView<Scalar>) -> Result) -> Result {
    base.withView { body($0.transposed) }
  }
}

infix operator • : MultiplicationPrecedence
infix operator ⊙ : MultiplicationPrecedence

/// Returns the matrix product, also written `a • b`.
///
/// - Parameters:
///   - a: The left factor, `[m, k]`.
///   - b: The right factor, `[k, n]`.
/// - Returns: A matrix `[m, n]`; each entry sums its terms in the order of k.
/// - Precondition: `a` has as many columns as `b` has rows.
@inlinable
public func matmul<Scalar: Field>(
  _ a: some MatrixFactor<Scalar>, _ b: some MatrixFactor<Scalar>
) -> Matrix<Scalar> {
  precondition(
    a.columns == b.rows,
    "the product of \(a.shape) and \(b.shape): \(a.columns) columns meet \(b.rows) rows")
  var product = Matrix<Scalar>(rows: a.rows, columns: b.columns, repeating: 0)
  if product.storage.isEmpty || a.columns == 0 { return product }
  product.storage.withUnsafeMutableBufferPointer { c in
    guard let c = c.baseAddress else { return }
    a.withView { a in b.withView { b in Scalar.addProduct(a, b, to: c) } }
  }
  return product
}

/// Returns the matrix product, also written `matmul(a, b)`.
@inlinable
public func • <Scalar: Field>(
  a: some MatrixFactor<Scalar>, b: some MatrixFactor<Scalar>
) -> Matrix<Scalar> {
  matmul(a, b)
}

/// Returns the entrywise (Hadamard) product, also written `a ⊙ b`.
///
/// - Precondition: The matrices have the same shape.
@inlinable
public func hadamard<Scalar: Field>(
  _ a: consuming Matrix<Scalar>, _ b: Matrix<Scalar>
) -> Matrix<Scalar> {
  a.combining(b) { $0 * $1 }
}

/// Returns the entrywise (Hadamard) product, also written `hadamard(a, b)`.
@inlinable
public func ⊙ <Scalar: Field>(
  a: consuming Matrix<Scalar>, b: Matrix<Scalar>
) -> Matrix<Scalar> {
  hadamard(a, b)
}

// MARK: - Products in place

extension Matrix {
  /// Makes this matrix a product, C ← A B, whose shape it takes.
  ///
  /// The allocating variant is `matmul(_:_:)`.
  ///
  /// - Parameters:
  ///   - a: The left factor, `[m, k]`.
  ///   - b: The right factor, `[k, n]`.
  /// - Precondition: `a` has as many columns as `b` has rows.
  @inlinable
  public mutating func setToProduct(
    of a: some MatrixFactor<Scalar>, times b: some MatrixFactor<Scalar>
  ) {
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
      "the product of \(a.shape) and \(b.shape) is [\(a.rows), \(b.columns)], not \(shape)")
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
}
