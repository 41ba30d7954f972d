import Kernels

// A whole number becomes a `Float` or a `Double` by these, and not by a generic initialiser, which
// would be slow wherever it is not specialised.

extension Float: FloatingField {
  @inlinable
  public init(count: Int) { self = Float(count) }
}

extension Double: FloatingField {
  @inlinable
  public init(count: Int) { self = Double(count) }
}

extension FloatingField {
  /// Adds a product of matrices to a third with the tuned kernel, on `Threads.count` threads.
  @inlinable
  public static func addProduct(
    _ a: MatrixView<Self>, _ b: MatrixView<Self>, to c: UnsafeMutablePointer<Self>
  ) {
    addProduct(a, b, to: c, rowStride: b.columns, threads: Threads.count)
  }
}
