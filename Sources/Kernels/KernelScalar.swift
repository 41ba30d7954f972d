/// A number that the tuned loops are compiled for: `Float` or `Double`.
///
/// Each function names its scalar, since a debug build specialises generic code within a file but not
/// across files.
public protocol KernelScalar: BinaryFloatingPoint, Sendable {
  /// Adds the product of two matrices to a third: C += A B.
  ///
  /// An entry of C is the same bit for bit whatever the strides, the number of threads, and the rows
  /// and columns around it. If a matrix has no entries, C stays as it is.
  ///
  /// - Parameters:
  ///   - a: The left factor, `[m, k]`.
  ///   - b: The right factor, `[k, n]`.
  ///   - c: The first entry of C, `[m, n]`, whose rows are each contiguous.
  ///   - rowStride: The distance from a row of C to the next, in entries.
  ///   - threads: How many threads may share the work; asked only where sharing pays.
  /// - Precondition: A has as many columns as B has rows, C shares no memory with A or B, and no
  ///   stride is negative.
  static func addProduct(
    _ a: MatrixView<Self>, _ b: MatrixView<Self>, to c: UnsafeMutablePointer<Self>, rowStride: Int,
    threads: @autoclosure () -> Int)

  /// Copies the rows of a matrix to rows that lie `stride` entries apart.
  ///
  /// - Parameters:
  ///   - a: The rows, each contiguous. They may overlap: a window that moves reads them so.
  ///   - target: The first entry of the first row that is written, apart from `a` in memory.
  ///   - stride: The distance from a row that is written to the next, in entries.
  static func copyRows(of a: MatrixView<Self>, to target: UnsafeMutablePointer<Self>, stride: Int)

  /// Adds the rows of a matrix, one after another, to rows that lie `stride` entries apart.
  ///
  /// - Parameters:
  ///   - a: The rows, each contiguous.
  ///   - target: The first entry of the first sum, apart from `a` in memory. Sums may overlap.
  ///   - stride: The distance from a sum to the next, in entries.
  static func addRows(of a: MatrixView<Self>, to target: UnsafeMutablePointer<Self>, stride: Int)

  /// Keeps the larger of the rows of a matrix and of other rows, entry by entry, and writes an index
  /// where an entry gave way to one that is larger.
  ///
  /// - Parameters:
  ///   - a: The new rows, each contiguous.
  ///   - best: The first of the old rows, apart from `a` in memory.
  ///   - stride: The distance from an old row to the next, in entries.
  ///   - argmax: Where the index is written, laid out as the old rows are.
  ///   - index: The index.
  static func updateRunningMaximum(
    rowsOf a: MatrixView<Self>, and best: UnsafeMutablePointer<Self>, stride: Int,
    argmax: UnsafeMutablePointer<Int32>, index: Int32)

  /// Writes bytes, each multiplied by a number, over numbers: xᵢ = s bᵢ.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - scale: The number s.
  ///   - x: The first of as many numbers, apart from the bytes in memory.
  static func scale(
    _ bytes: UnsafeBufferPointer<UInt8>, by scale: Self, to x: UnsafeMutablePointer<Self>)

  /// Adds the product of bytes and numbers to numbers: Z += s B W.
  ///
  /// - Parameters:
  ///   - b: The bytes, `[m, k]`.
  ///   - w: The numbers, transposed, `[n, k]`, row after row without a gap.
  ///   - scale: The number s.
  ///   - z: The sum so far, `[m, n]`, row after row.
  static func addProduct(
    _ b: ByteView, timesTransposed w: MatrixView<Self>, scale: Self,
    to z: UnsafeMutablePointer<Self>)

  /// Adds the product of transposed numbers and bytes to numbers: W += s Zᵀ B.
  ///
  /// - Parameters:
  ///   - z: The numbers, `[m, n]`, row after row without a gap.
  ///   - b: The bytes, `[m, k]`.
  ///   - scale: The number s.
  ///   - w: The sum so far, `[n, k]`, row after row.
  static func addProduct(
    transposed z: MatrixView<Self>, times b: ByteView, scale: Self,
    to w: UnsafeMutablePointer<Self>)
}

extension Float: KernelScalar {}
extension Double: KernelScalar {}
