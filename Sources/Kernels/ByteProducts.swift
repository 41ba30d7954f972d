// Products of bytes with numbers. Pixels lie in memory as bytes, and here they stay so: each becomes a
// number in a register, at the moment when it is used. A set of photographs is four times as large as
// `Float`, and a processor multiplies faster than memory delivers, so the bytes are what to fetch.
//
// B holds an image in each row. Forwards, Z += s B W is a table of dot products, and both of its sides
// lie in one piece if W comes transposed. Two rows of B meet five of Wᵀ:
//
//                      ┌───────── k ─────────┐
//              b ─────►│ 16 bytes at a time  │   two rows of B
//                      └─────────────────────┘
//             Wᵀ ─────►  five rows, 1,024 terms of each: 20 KB, which stay in the first-level cache
//                        while all rows of B pass by
//
// Backwards, Wᵀ += s Zᵀ B adds up rows of B, each times a number. Five rows of Wᵀ, 32 columns of them,
// are held in registers while all rows of B pass by. Either way ten sums are under way at a time, which
// is what two units need that answer four steps after they were asked.
//
// Every sum is taken in an order that depends on k and on nothing else.

extension ByteView {
  @inline(__always) fileprivate var count: Int { rows.count }
  /// The first byte of a row, or of the last where there is no such row.
  @inline(__always) fileprivate func row(_ index: Int) -> UnsafePointer<UInt8> {
    base + rows[min(index, count - 1)] * columns
  }
}

extension Float {
  public static func addProduct(
    _ b: ByteView, timesTransposed w: MatrixView<Float>, scale: Float,
    to z: UnsafeMutablePointer<Float>
  ) {
    SIMD16<Float>.addProduct(b, timesTransposed: w.base, columns: w.rows, scale: scale, to: z)
  }

  public static func addProduct(
    transposed z: MatrixView<Float>, times b: ByteView, scale: Float,
    to w: UnsafeMutablePointer<Float>
  ) {
    SIMD16<Float>.addProduct(transposed: z.base, columns: z.columns, times: b, scale: scale, to: w)
  }
}

extension Double {
  public static func addProduct(
    _ b: ByteView, timesTransposed w: MatrixView<Double>, scale: Double,
    to z: UnsafeMutablePointer<Double>
  ) {
    SIMD8<Double>.addProduct(b, timesTransposed: w.base, columns: w.rows, scale: scale, to: z)
  }

  public static func addProduct(
    transposed z: MatrixView<Double>, times b: ByteView, scale: Double,
    to w: UnsafeMutablePointer<Double>
  ) {
    SIMD8<Double>.addProduct(transposed: z.base, columns: z.columns, times: b, scale: scale, to: w)
  }
}

// MARK: - A register of bytes, as numbers

/// A register of numbers that bytes can be read into.
private protocol ByteLanes: SIMD & BitwiseCopyable where Scalar: BinaryFloatingPoint {
  /// The sum of the lanes, added in pairs.
  var total: Scalar { get }
}

extension SIMD16<Float>: ByteLanes {
  @inline(__always) var total: Float {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}

extension SIMD8<Double>: ByteLanes {
  @inline(__always) var total: Double {
    let four = lowHalf + highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}

extension ByteLanes {
  @inline(__always) init(at source: UnsafePointer<Scalar>) {
    self = UnsafeRawPointer(source).loadUnaligned(as: Self.self)
  }

  /// Reads as many bytes as there are lanes. The compiler makes two instructions of the loop.
  @inline(__always) init(bytesAt source: UnsafePointer<UInt8>) {
    self.init()
    for lane in 0..<Self.scalarCount { self[lane] = Scalar(source[lane]) }
  }
}

/// Five of a thing, side by side in registers.
private struct Five<Element> {
  var (a, b, c, d, e): (Element, Element, Element, Element, Element)

  /// Makes each of the five from its index.
  @inline(__always) init(_ make: (Int) -> Element) {
    (a, b, c, d, e) = (make(0), make(1), make(2), make(3), make(4))
  }

  /// Changes each of the five beside its partner.
  @inline(__always)
  mutating func update<Other>(with other: Five<Other>, _ body: (inout Element, Other) -> Void) {
    body(&a, other.a)
    body(&b, other.b)
    body(&c, other.c)
    body(&d, other.d)
    body(&e, other.e)
  }

  /// Calls `body` with the first so many of the five.
  @inline(__always) func forEach(first count: Int, _ body: (Int, Element) -> Void) {
    body(0, a)
    if count > 1 { body(1, b) }
    if count > 2 { body(2, c) }
    if count > 3 { body(3, d) }
    if count > 4 { body(4, e) }
  }
}

// MARK: - Forwards

extension ByteLanes {
  @inline(__always)
  static func addProduct(
    _ b: ByteView, timesTransposed w: UnsafePointer<Scalar>, columns n: Int, scale: Scalar,
    to z: UnsafeMutablePointer<Scalar>
  ) {
    for start in stride(from: 0, to: b.columns, by: 1024) {
      let k = Swift.min(1024, b.columns - start)
      for column in stride(from: 0, to: n, by: 5) {
        let count = Swift.min(5, n - column)
        // Where there are fewer than five, the last stands for those that are not there.
        let five = Five { w + (column + Swift.min($0, count - 1)) * b.columns + start }
        for row in stride(from: 0, to: b.count, by: 2) {
          let (upper, lower) = dots(b.row(row) + start, b.row(row + 1) + start, k, five)
          let target = z + row * n + column
          upper.forEach(first: count) { target[$0] += scale * $1 }
          if row + 1 < b.count { lower.forEach(first: count) { target[n + $0] += scale * $1 } }
        }
      }
    }
  }

  /// Returns the dot products of two rows of bytes with five rows of numbers.
  @inline(__always)
  static func dots(
    _ upper: UnsafePointer<UInt8>, _ lower: UnsafePointer<UInt8>, _ k: Int,
    _ w: Five<UnsafePointer<Scalar>>
  ) -> (upper: Five<Scalar>, lower: Five<Scalar>) {
    var (uppers, lowers) = (Five { _ in Self() }, Five { _ in Self() })
    let whole = k - k % scalarCount
    for start in stride(from: 0, to: whole, by: scalarCount) {
      let (x, y) = (Self(bytesAt: upper + start), Self(bytesAt: lower + start))
      uppers.update(with: w) { $0.addProduct(x, Self(at: $1 + start)) }
      lowers.update(with: w) { $0.addProduct(y, Self(at: $1 + start)) }
    }
    var totals = (Five { _ in Scalar(0) }, Five { _ in Scalar(0) })
    totals.0.update(with: uppers) { $0 = $1.total }
    totals.1.update(with: lowers) { $0 = $1.total }
    for index in whole..<k {
      totals.0.update(with: w) { $0 += Scalar(upper[index]) * $1[index] }
      totals.1.update(with: w) { $0 += Scalar(lower[index]) * $1[index] }
    }
    return totals
  }
}

// MARK: - Backwards

extension ByteLanes {
  @inline(__always)
  static func addProduct(
    transposed z: UnsafePointer<Scalar>, columns n: Int, times b: ByteView, scale: Scalar,
    to w: UnsafeMutablePointer<Scalar>
  ) {
    let width = 2 * scalarCount
    let whole = b.columns - b.columns % width
    for start in stride(from: 0, to: whole, by: width) {
      for column in stride(from: 0, to: n, by: 5) {
        let count = Swift.min(5, n - column)
        let (left, right) = sums(z + column, columns: n, count, b, from: start)
        let target = w + column * b.columns + start
        left.forEach(first: count) { $1.add(scale, to: target + $0 * b.columns) }
        right.forEach(first: count) {
          $1.add(scale, to: target + $0 * b.columns + scalarCount)
        }
      }
    }
    for row in 0..<(whole < b.columns ? b.count : 0) {
      let bytes = b.row(row)
      for column in 0..<n {
        let factor = scale * z[row * n + column]
        for index in whole..<b.columns {
          w[column * b.columns + index] += factor * Scalar(bytes[index])
        }
      }
    }
  }

  /// Returns the sums of two registers' width of bytes, each row times a number from five columns.
  @inline(__always)
  static func sums(
    _ z: UnsafePointer<Scalar>, columns n: Int, _ count: Int, _ b: ByteView, from start: Int
  ) -> (left: Five<Self>, right: Five<Self>) {
    var (left, right) = (Five { _ in Self() }, Five { _ in Self() })
    var factors = z
    for row in 0..<b.count {
      let bytes = b.row(row) + start
      let (x, y) = (Self(bytesAt: bytes), Self(bytesAt: bytes + scalarCount))
      let five = Five { factors[Swift.min($0, count - 1)] }
      left.update(with: five) { $0.addProduct($1, x) }
      right.update(with: five) { $0.addProduct($1, y) }
      factors += n
    }
    return (left, right)
  }

  /// Adds a multiple of this register to memory.
  @inline(__always) func add(_ scale: Scalar, to target: UnsafeMutablePointer<Scalar>) {
    let sum = Self(at: target) + scale * self
    UnsafeMutableRawPointer(target).storeBytes(of: sum, as: Self.self)
  }
}
