// A chapter imports Workbook alone, and has matrices in memory, and the division and the functions of
// its numbers, with it.
@_exported import Kernels
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
  /// It is asked of a number, since `Float` and `Double` have a tuned kernel, and balls round each
  /// entry once. All others have the textbook's loops.
  ///
  /// - Parameters:
  ///   - a: The left factor, `[m, k]`.
  ///   - b: The right factor, `[k, n]`.
  ///   - c: The sum so far, `[m, n]`, row after row, apart from `a` and `b` in memory.
  static func addProduct(
    _ a: MatrixView<Self>, _ b: MatrixView<Self>, to c: UnsafeMutablePointer<Self>)
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

/// `Float` or `Double`: what a chapter trains in. Both have tuned loops, for images as bytes too.
public protocol FloatingField: AnalyticField, KernelScalar {}

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

  /// The square of this number.
  @inlinable
  public var squared: Self { self * self }
}
