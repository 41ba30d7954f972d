// A chapter imports Workbook alone, and has the division and the functions of its numbers with it.
@_exported import RealModule

/// A field whose matrices the workbook can multiply: the least that a chapter asks of a number.
///
/// `+ − × ÷` and the whole numbers are enough for a line, a dot product and the chain rule. The same
/// chapter code therefore runs on `Float` and `Double`, and on exact or rigorous numbers.
public protocol Field: AlgebraicField, Sendable {
  /// Creates the number that counts `count` things, as in the 1/n of a mean.
  init(count: Int)

  /// Creates the number nearest to a `Double`: that very number, where the type can hold it.
  ///
  /// A check hands the same inputs to all types, so it takes them from what all types can hold.
  init(_ value: Double)

  /// Adds a product of matrices to a third, C += A B.
  ///
  /// - Parameters:
  ///   - a: The left factor, `[m, k]`.
  ///   - b: The right factor, `[k, n]`.
  ///   - c: The sum so far, `[m, n]`, row after row, apart from `a` and `b` in memory.
  static func addProduct(
    _ a: MatrixView<Self>, _ b: MatrixView<Self>, to c: UnsafeMutablePointer<Self>)

  /// Copies the rows of a matrix to places in memory that lie `stride` apart.
  ///
  /// - Parameters:
  ///   - a: The rows, each in one piece. Rows may overlap: a window that moves reads them so.
  ///   - target: Where the first row goes, apart from `a` in memory.
  ///   - stride: How many entries further the next row goes.
  static func copyRows(
    of a: MatrixView<Self>, to target: UnsafeMutablePointer<Self>, stride: Int)

  /// Adds the rows of a matrix, in order, to places in memory that lie `stride` apart.
  ///
  /// - Parameters:
  ///   - a: The rows, each in one piece.
  ///   - target: Where the first row is added, apart from `a` in memory. Places may overlap.
  ///   - stride: How many entries further the next row is added.
  static func addRows(
    of a: MatrixView<Self>, to target: UnsafeMutablePointer<Self>, stride: Int)
}

/// A field with an order: enough for ReLU, leaky ReLU and the largest of several numbers.
public typealias OrderedField = Field & Comparable

/// An ordered field with the functions that networks are made of.
///
/// `Float` and `Double` take them from swift-numerics. Exact fractions do not conform, and the type
/// system then says which chapters can be checked exactly.
public protocol AnalyticField: OrderedField {
  /// Returns eˣ.
  static func exp(_ x: Self) -> Self
  /// Returns the natural logarithm of a positive number.
  static func log(_ x: Self) -> Self
  /// Returns log(1 + x), accurate where x is near 0.
  static func log(onePlus x: Self) -> Self
  /// Returns the hyperbolic tangent.
  static func tanh(_ x: Self) -> Self
  /// Returns the square root of a number that is not negative.
  static func sqrt(_ x: Self) -> Self
}

/// `Float` or `Double`: what a chapter trains in. Images are bytes, and these two meet them as such.
public protocol FloatingField: AnalyticField, BinaryFloatingPoint {
  /// Writes bytes, each multiplied by a number, over numbers: xᵢ = s bᵢ.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - scale: What each is multiplied by.
  ///   - x: The first of as many numbers.
  static func scale(
    _ bytes: UnsafeBufferPointer<UInt8>, by scale: Self, to x: UnsafeMutablePointer<Self>)

  /// Adds the product of bytes and numbers to numbers: Z += s B W.
  ///
  /// - Parameters:
  ///   - b: The bytes, `[m, k]`.
  ///   - w: The numbers, transposed, `[n, k]`, each row in one piece.
  ///   - scale: The number s.
  ///   - z: The sum so far, `[m, n]`, row after row.
  static func addProduct(
    _ b: ByteView, timesTransposed w: MatrixView<Self>, scale: Self,
    to z: UnsafeMutablePointer<Self>)

  /// Adds the product of transposed numbers and bytes to numbers: W += s Zᵀ B.
  ///
  /// - Parameters:
  ///   - z: The numbers, `[m, n]`, each row in one piece.
  ///   - b: The bytes, `[m, k]`.
  ///   - scale: The number s.
  ///   - w: The sum so far, `[n, k]`, row after row.
  static func addProduct(
    transposed z: MatrixView<Self>, times b: ByteView, scale: Self,
    to w: UnsafeMutablePointer<Self>)
}

extension Field {
  /// Adds a product of matrices to a third by the textbook's three loops.
  ///
  /// Each entry starts from 0, takes its k terms in order, and is then added to C.
  @inlinable
  public static func addProduct(
    _ a: MatrixView<Self>, _ b: MatrixView<Self>, to c: UnsafeMutablePointer<Self>
  ) {
    for i in 0..<a.rows {
      for j in 0..<b.columns {
        var sum: Self = 0
        for k in 0..<a.columns { sum += a[i, k] * b[k, j] }
        c[i * b.columns + j] += sum
      }
    }
  }

  /// Copies the rows of a matrix, entry by entry.
  @inlinable
  public static func copyRows(
    of a: MatrixView<Self>, to target: UnsafeMutablePointer<Self>, stride: Int
  ) {
    for row in 0..<a.rows {
      for column in 0..<a.columns { target[row * stride + column] = a[row, column] }
    }
  }

  /// Adds the rows of a matrix, entry by entry.
  @inlinable
  public static func addRows(
    of a: MatrixView<Self>, to target: UnsafeMutablePointer<Self>, stride: Int
  ) {
    for row in 0..<a.rows {
      for column in 0..<a.columns { target[row * stride + column] += a[row, column] }
    }
  }

  /// The square of this number.
  @inlinable
  public var squared: Self { self * self }
}
