import Kernels

extension Float: FloatingField {
  @inlinable
  public init(count: Int) { self = Float(count) }

  /// Copies the rows of a matrix in registers.
  public static func copyRows(
    of a: MatrixView<Float>, to target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    Kernels.copyStretches(
      a.rows, length: a.columns, from: a.base, stride: a.rowStride, to: target, stride: stride)
  }

  /// Adds the rows of a matrix in registers.
  public static func addRows(
    of a: MatrixView<Float>, to target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    Kernels.addStretches(
      a.rows, length: a.columns, from: a.base, stride: a.rowStride, to: target, stride: stride)
  }

  /// Adds a product of matrices to a third with the tuned kernel, on `Threads.count` threads.
  public static func addProduct(
    _ a: MatrixView<Float>, _ b: MatrixView<Float>, to c: UnsafeMutablePointer<Float>
  ) {
    Kernels.addProduct(
      rows: a.rows, inner: a.columns, columns: b.columns, Operand(a), Operand(b),
      to: c, rowStride: b.columns, threads: Threads.count)
  }

  /// Writes bytes, each multiplied by a number, over numbers with the tuned kernel.
  public static func scale(
    _ bytes: UnsafeBufferPointer<UInt8>, by scale: Float, to x: UnsafeMutablePointer<Float>
  ) {
    guard let base = bytes.baseAddress else { return }
    Kernels.scaleBytes(base, count: bytes.count, by: scale, to: x)
  }

  /// Adds the product of bytes and numbers with the tuned kernel.
  public static func addProduct(
    _ b: ByteView, timesTransposed w: MatrixView<Float>, scale: Float,
    to z: UnsafeMutablePointer<Float>
  ) {
    Kernels.addProduct(
      ByteRows(b), timesTransposed: w.base, columns: w.rows, scale: scale, to: z)
  }

  /// Adds the product of transposed numbers and bytes with the tuned kernel.
  public static func addProduct(
    transposed z: MatrixView<Float>, times b: ByteView, scale: Float,
    to w: UnsafeMutablePointer<Float>
  ) {
    Kernels.addProduct(
      transposed: z.base, columns: z.columns, times: ByteRows(b), scale: scale, to: w)
  }
}

extension Double: FloatingField {
  @inlinable
  public init(count: Int) { self = Double(count) }

  /// Copies the rows of a matrix in registers.
  public static func copyRows(
    of a: MatrixView<Double>, to target: UnsafeMutablePointer<Double>, stride: Int
  ) {
    Kernels.copyStretches(
      a.rows, length: a.columns, from: a.base, stride: a.rowStride, to: target, stride: stride)
  }

  /// Adds the rows of a matrix in registers.
  public static func addRows(
    of a: MatrixView<Double>, to target: UnsafeMutablePointer<Double>, stride: Int
  ) {
    Kernels.addStretches(
      a.rows, length: a.columns, from: a.base, stride: a.rowStride, to: target, stride: stride)
  }

  /// Adds a product of matrices to a third with the tuned kernel, on `Threads.count` threads.
  public static func addProduct(
    _ a: MatrixView<Double>, _ b: MatrixView<Double>, to c: UnsafeMutablePointer<Double>
  ) {
    Kernels.addProduct(
      rows: a.rows, inner: a.columns, columns: b.columns, Operand(a), Operand(b),
      to: c, rowStride: b.columns, threads: Threads.count)
  }

  /// Writes bytes, each multiplied by a number, over numbers with the tuned kernel.
  public static func scale(
    _ bytes: UnsafeBufferPointer<UInt8>, by scale: Double, to x: UnsafeMutablePointer<Double>
  ) {
    guard let base = bytes.baseAddress else { return }
    Kernels.scaleBytes(base, count: bytes.count, by: scale, to: x)
  }

  /// Adds the product of bytes and numbers with the tuned kernel.
  public static func addProduct(
    _ b: ByteView, timesTransposed w: MatrixView<Double>, scale: Double,
    to z: UnsafeMutablePointer<Double>
  ) {
    Kernels.addProduct(
      ByteRows(b), timesTransposed: w.base, columns: w.rows, scale: scale, to: z)
  }

  /// Adds the product of transposed numbers and bytes with the tuned kernel.
  public static func addProduct(
    transposed z: MatrixView<Double>, times b: ByteView, scale: Double,
    to w: UnsafeMutablePointer<Double>
  ) {
    Kernels.addProduct(
      transposed: z.base, columns: z.columns, times: ByteRows(b), scale: scale, to: w)
  }
}

extension Operand {
  /// The kernel's name for a view: a place and two strides.
  init(_ view: MatrixView<Scalar>) {
    self.init(view.base, rowStride: view.rowStride, columnStride: view.columnStride)
  }
}

extension ByteRows {
  /// The kernel's name for a view of bytes.
  init(_ view: ByteView) { self.init(view.base, length: view.columns, at: view.rows) }
}
