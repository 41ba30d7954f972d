import Testing

@testable import Kernels

/// The three counts of a product: C is m × n, A is m × k, B is k × n.
struct Shape: Sendable, CustomTestStringConvertible {
  var m: Int
  var k: Int
  var n: Int
  var testDescription: String { "(\(m)×\(k)) · (\(k)×\(n))" }
}

/// Entries in memory with the strides that find them.
struct Layout<Scalar> {
  var entries: [Scalar]
  var rowStride: Int
  var columnStride: Int
}

func rowMajor<Scalar>(_ entries: [Scalar], _ columns: Int) -> Layout<Scalar> {
  Layout(entries: entries, rowStride: columns, columnStride: 1)
}

/// Copies a row-major matrix so that its columns lie one after the other, its entries `gap` apart.
func columnMajor<Scalar: FloatingPoint>(
  _ entries: [Scalar], rows: Int, columns: Int, gap: Int
) -> Layout<Scalar> {
  var spread = [Scalar](repeating: .nan, count: rows * columns * gap)
  for i in 0..<rows {
    for j in 0..<columns { spread[(j * rows + i) * gap] = entries[i * columns + j] }
  }
  return Layout(entries: spread, rowStride: gap, columnStride: rows * gap)
}

extension KernelScalar {
  static func addProduct(
    _ shape: Shape, _ a: Layout<Self>, _ b: Layout<Self>, to c: inout [Self],
    rowStride: Int? = nil, threads: Int = 1
  ) {
    a.entries.withUnsafeBufferPointer { x in
      b.entries.withUnsafeBufferPointer { y in
        c.withUnsafeMutableBufferPointer { z in
          // An empty array may have no address at all; then there is nothing to multiply.
          guard let x = x.baseAddress, let y = y.baseAddress, let z = z.baseAddress else { return }
          addProduct(
            MatrixView(
              x, rows: shape.m, columns: shape.k, rowStride: a.rowStride,
              columnStride: a.columnStride),
            MatrixView(
              y, rows: shape.k, columns: shape.n, rowStride: b.rowStride,
              columnStride: b.columnStride),
            to: z, rowStride: rowStride ?? shape.n, threads: threads)
        }
      }
    }
  }

  /// Returns the same `count` integers between −4 and 4 for the same seed.
  static func integers(_ count: Int, seed: UInt64) -> [Self] {
    var state = seed
    return (0..<count).map { _ in Self(Int(next(&state) % 9) - 4) }
  }

  /// Returns the same `count` numbers between −1 and 1 for the same seed.
  static func numbers(_ count: Int, seed: UInt64) -> [Self] {
    var state = seed
    return (0..<count).map { _ in Self(next(&state) % 65536) / 32768 * 1.1 - 1 }
  }

  // The linear congruential generator of Knuth's MMIX; its high bits are the good ones.
  private static func next(_ state: inout UInt64) -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
