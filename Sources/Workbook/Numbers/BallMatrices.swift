import Kernels

extension Ball {
  /// Returns Σ aᵢ bᵢ, rounded once.
  ///
  /// - Parameters:
  ///   - a: The first factors, `stride` apart in memory.
  ///   - b: The second factors, likewise.
  ///   - count: The number of products.
  public static func dot(
    _ a: UnsafePointer<Ball>, stride aStride: Int, _ b: UnsafePointer<Ball>, stride bStride: Int,
    count: Int
  ) -> Ball {
    var top = Int.min
    for i in 0..<count {
      top = max(top, Enclosure.DotProduct.top(a[i * aStride].enclosure, b[i * bStride].enclosure))
    }
    guard count > 0 else { return 0 }
    var sum = Enclosure.DotProduct(top: top, precision: bits)
    for i in 0..<count { sum.add(a[i * aStride].enclosure, b[i * bStride].enclosure) }
    return Ball(sum.enclosure())
  }

  /// Adds a product of matrices to a third, C += A B, each entry of the product rounded once.
  ///
  /// At 64 bits and fewer every product and every sum is rounded by itself, in the order of the
  /// textbook's loops. A ball as wide as a floating-point format then loses what the format loses.
  public static func addProduct(
    _ a: MatrixView<Ball>, _ b: MatrixView<Ball>, to c: UnsafeMutablePointer<Ball>
  ) {
    for i in 0..<a.rows {
      for j in 0..<b.columns {
        if bits > 64 {
          c[i * b.columns + j] += dot(
            a.base + i * a.rowStride, stride: a.columnStride,
            b.base + j * b.columnStride, stride: b.rowStride, count: a.columns)
        } else {
          var sum: Ball = 0
          for k in 0..<a.columns { sum += a[i, k] * b[k, j] }
          c[i * b.columns + j] += sum
        }
      }
    }
  }
}
