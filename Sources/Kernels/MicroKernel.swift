// The micro-kernel: the few instructions in which a matrix product spends its time.
//
// A processor multiplies and adds far faster than it reads memory. So a product is fast when each
// number that is read is used many times before the next one is asked for. The unit of that reuse
// is the tile: 8 rows by 32 columns of C, held in registers while k runs. Step k brings in 8 numbers
// of A and 32 of B and does 256 multiply-adds with them:
//
//                     ┌──── 32 ────┐
//                     b b b b b b b b   row k of B
//              a    ┌─────────────────┐
//              a    │ each entry of C │
//     column k a  8 │   += a · b      │
//     of A     …    └─────────────────┘
//
// Why 8 × 32? AVX-512 has 32 registers of 16 floats. The tile takes 16 of them, the row of B two,
// and the entry of A one. Sixteen sums that do not wait for each other are also what two units need
// when each of them answers four or more steps after it was asked.
//
// AVX2 has 16 registers of 8 floats. A tile of 8 × 32 would need twice as many as there are, and would
// spend its time in memory. There a tile is 2 × 32, 4 × 16 or 8 × 8: eight registers of sums, and at
// most four for the row of B.
//
// Every entry is summed in one way: from zero, k ascending, each step a fused multiply-add, and the
// sum is then added to C. Nothing here depends on where in a tile, or in which tile, an entry lies.
//
// Source: K. Goto and R. van de Geijn, "Anatomy of High-Performance Matrix Multiplication", ACM
// Transactions on Mathematical Software 34 (3), 2008, doi:10.1145/1356052.1356053.

internal import Processor

// MARK: - A strip: neighbours in one row

/// Some neighbouring entries of one row of B or C, held in registers.
protocol Strip {
  associatedtype Scalar: FloatingPoint
  static var width: Int { get }
  init()
  init(at source: UnsafePointer<Scalar>)
  func store(at target: UnsafeMutablePointer<Scalar>)
  mutating func addProduct(_ a: Scalar, _ b: Self)
  mutating func add(_ other: Self)
}

/// A strip in a single register (or in what stands for one where registers are narrower).
struct Vector<Lanes: SIMD & BitwiseCopyable>: Strip where Lanes.Scalar: FloatingPoint {
  var lanes = Lanes(repeating: 0)

  @inline(__always) static var width: Int { Lanes.scalarCount }
  @inline(__always) init() {}
  @inline(__always) init(at source: UnsafePointer<Lanes.Scalar>) {
    lanes = UnsafeRawPointer(source).loadUnaligned(as: Lanes.self)
  }
  @inline(__always) func store(at target: UnsafeMutablePointer<Lanes.Scalar>) {
    UnsafeMutableRawPointer(target).storeBytes(of: lanes, as: Lanes.self)
  }
  @inline(__always) mutating func addProduct(_ a: Lanes.Scalar, _ b: Self) {
    lanes.addProduct(a, b.lanes)
  }
  @inline(__always) mutating func add(_ other: Self) { lanes += other.lanes }
}

/// Two strips side by side.
struct Beside<Half: Strip>: Strip {
  var left = Half()
  var right = Half()

  @inline(__always) static var width: Int { 2 * Half.width }
  @inline(__always) init() {}
  @inline(__always) init(at source: UnsafePointer<Half.Scalar>) {
    (left, right) = (Half(at: source), Half(at: source + Half.width))
  }
  @inline(__always) func store(at target: UnsafeMutablePointer<Half.Scalar>) {
    left.store(at: target)
    right.store(at: target + Half.width)
  }
  @inline(__always) mutating func addProduct(_ a: Half.Scalar, _ b: Self) {
    left.addProduct(a, b.left)
    right.addProduct(a, b.right)
  }
  @inline(__always) mutating func add(_ other: Self) {
    left.add(other.left)
    right.add(other.right)
  }
}

// MARK: - A tile: strips one below the other

/// A block of C, held in registers while k runs.
protocol Tile {
  associatedtype Row: Strip
  static var height: Int { get }
  init()
  /// Adds the product of a column of A, whose entries lie `stride` apart, and a row of B.
  mutating func addProduct(_ a: UnsafePointer<Row.Scalar>, stride: Int, _ b: Row)
  /// Adds the tile to memory in which the rows of C lie `stride` apart.
  func add(to c: UnsafeMutablePointer<Row.Scalar>, stride: Int)
}

/// A tile of one row.
struct Single<Row: Strip>: Tile {
  var row = Row()

  @inline(__always) static var height: Int { 1 }
  @inline(__always) init() {}
  @inline(__always)
  mutating func addProduct(_ a: UnsafePointer<Row.Scalar>, stride: Int, _ b: Row) {
    row.addProduct(a.pointee, b)
  }
  @inline(__always) func add(to c: UnsafeMutablePointer<Row.Scalar>, stride: Int) {
    var sum = Row(at: c)
    sum.add(row)
    sum.store(at: c)
  }
}

/// A tile on top of a tile. The compiler sees through it: all that remains is registers.
struct Stack<Half: Tile>: Tile {
  typealias Row = Half.Row
  var top = Half()
  var bottom = Half()

  @inline(__always) static var height: Int { 2 * Half.height }
  @inline(__always) init() {}
  @inline(__always)
  mutating func addProduct(_ a: UnsafePointer<Row.Scalar>, stride: Int, _ b: Row) {
    top.addProduct(a, stride: stride, b)
    bottom.addProduct(a + Half.height * stride, stride: stride, b)
  }
  @inline(__always) func add(to c: UnsafeMutablePointer<Row.Scalar>, stride: Int) {
    top.add(to: c, stride: stride)
    bottom.add(to: c + Half.height * stride, stride: stride)
  }
}

typealias TwoRows<Row: Strip> = Stack<Single<Row>>
typealias FourRows<Row: Strip> = Stack<TwoRows<Row>>
typealias EightRows<Row: Strip> = Stack<FourRows<Row>>

// MARK: - The kernel

extension Tile {
  /// Adds to C the product of a tile's rows of A, which begin at `a`, and a panel of B.
  @inline(__always)
  static func addProduct(
    inner k: Int, _ a: UnsafePointer<Row.Scalar>, rowStride: Int, columnStride: Int,
    _ b: Panel<Row.Scalar>, to c: UnsafeMutablePointer<Row.Scalar>, _ target: Target<Row.Scalar>
  ) {
    // Let k run.
    var tile = Self()
    var (column, row) = (a, b.base)
    for _ in 0..<k {
      tile.addProduct(column, stride: rowStride, Row(at: row))
      column += columnStride
      row += b.rowStride
    }

    // Add the tile to C, row by row, where all of its columns are wanted and lie side by side.
    if b.columns == Row.width && target.columnStride == 1 {
      return tile.add(to: c, stride: target.rowStride)
    }

    // At the edge of C, go by way of memory and add the columns that exist one at a time.
    withUnsafeBytes(of: tile) { bytes in
      let sums = bytes.assumingMemoryBound(to: Row.Scalar.self)
      for i in 0..<height {
        for j in 0..<b.columns {
          c[i * target.rowStride + j * target.columnStride] += sums[i * Row.width + j]
        }
      }
    }
  }
}

/// Whether this module is compiled for the 32 registers of AVX-512.
@inline(__always) private var hasWideRegisters: Bool {
  processor_compiled_for() >> PROCESSOR_AVX512F.rawValue & 1 == 1
}

extension Strip {
  /// How many rows of this width fill the registers and leave room for a row of B and an entry of A:
  /// 8 with AVX-512; elsewhere 8 vectors of 32 bytes, as 8, 4 or 2 rows.
  @inline(__always) static var tileHeight: Int {
    hasWideRegisters ? 8 : 8 / max(1, MemoryLayout<Self>.size / 32)
  }

  /// Adds to C the product of rows of A and a panel of B: tiles as high as the registers allow, then
  /// lower ones.
  @inline(__always)
  static func addProduct(
    _ a: MatrixView<Scalar>, _ b: Panel<Scalar>, to c: Target<Scalar>
  ) {
    var (x, y, rows) = (a.base, c.base, a.rows)
    let (k, down, along) = (a.columns, a.rowStride, a.columnStride)
    while tileHeight == 8 && rows >= 8 {
      EightRows<Self>.addProduct(inner: k, x, rowStride: down, columnStride: along, b, to: y, c)
      (x, y, rows) = (x + 8 * down, y + 8 * c.rowStride, rows - 8)
    }
    while tileHeight >= 4 && rows >= 4 {
      FourRows<Self>.addProduct(inner: k, x, rowStride: down, columnStride: along, b, to: y, c)
      (x, y, rows) = (x + 4 * down, y + 4 * c.rowStride, rows - 4)
    }
    while rows >= 2 {
      TwoRows<Self>.addProduct(inner: k, x, rowStride: down, columnStride: along, b, to: y, c)
      (x, y, rows) = (x + 2 * down, y + 2 * c.rowStride, rows - 2)
    }
    if rows == 1 {
      Single<Self>.addProduct(inner: k, x, rowStride: down, columnStride: along, b, to: y, c)
    }
  }

  /// Copies rows of B so that they lie one after the other, a strip each.
  @inline(__always)
  static func pack(_ b: MatrixView<Scalar>, to panel: UnsafeMutablePointer<Scalar>) {
    var (source, target) = (b.base, panel)
    var rowsLeft = b.rows
    let columns = b.columns

    // A contiguous row is copied as a strip. A strip that is wider than the panel brings along a few
    // entries from beyond, which are never read. It must not reach beyond the last entry of the last
    // row, so the last few rows are left for later.
    if b.columnStride == 1 {
      let beyond = width - columns
      let needed = b.rowStride == 0 ? b.rows : (beyond - 1) / b.rowStride + 1
      let last = beyond == 0 ? 0 : min(b.rows, needed)
      while rowsLeft > last {
        Self(at: source).store(at: target)
        source += b.rowStride
        target += width
        rowsLeft -= 1
      }
    }

    // All others are copied entry by entry and filled up with zeros.
    for _ in 0..<rowsLeft {
      if columns == width {
        for j in 0..<width { target[j] = source[j * b.columnStride] }
      } else {
        Self().store(at: target)
        for j in 0..<columns { target[j] = source[j * b.columnStride] }
      }
      source += b.rowStride
      target += width
    }
  }
}

// MARK: - One panel, whatever its width

/// The four widths of a panel: two registers, one, a half and a quarter of one.
enum Widths<Full: Strip, Half: Strip, Quarter: Strip, Eighth: Strip>
where Full.Scalar == Half.Scalar, Half.Scalar == Quarter.Scalar, Quarter.Scalar == Eighth.Scalar {
  typealias Scalar = Full.Scalar

  @inline(__always)
  static func addProduct(_ a: MatrixView<Scalar>, _ b: Panel<Scalar>, to c: Target<Scalar>) {
    switch b.width {
    case Full.width: Full.addProduct(a, b, to: c)
    case Half.width: Half.addProduct(a, b, to: c)
    case Quarter.width: Quarter.addProduct(a, b, to: c)
    default: Eighth.addProduct(a, b, to: c)
    }
  }

  @inline(__always)
  static func pack(
    _ b: MatrixView<Scalar>, width: Int, to panel: UnsafeMutablePointer<Scalar>
  ) {
    switch width {
    case Full.width: Full.pack(b, to: panel)
    case Half.width: Half.pack(b, to: panel)
    case Quarter.width: Quarter.pack(b, to: panel)
    default: Eighth.pack(b, to: panel)
    }
  }
}

typealias FloatWidths = Widths<
  Beside<Vector<SIMD16<Float>>>, Vector<SIMD16<Float>>, Vector<SIMD8<Float>>, Vector<SIMD4<Float>>
>
typealias DoubleWidths = Widths<
  Beside<Vector<SIMD8<Double>>>, Vector<SIMD8<Double>>, Vector<SIMD4<Double>>, Vector<SIMD2<Double>>
>

// The four functions that this file is for. They name their scalar because a debug build
// specialises generic code within a file but not across files.

func addPanel(_ a: MatrixView<Float>, _ b: Panel<Float>, to c: Target<Float>) {
  FloatWidths.addProduct(a, b, to: c)
}

func packPanel(_ b: MatrixView<Float>, width: Int, to panel: UnsafeMutablePointer<Float>) {
  FloatWidths.pack(b, width: width, to: panel)
}

func addPanel(_ a: MatrixView<Double>, _ b: Panel<Double>, to c: Target<Double>) {
  DoubleWidths.addProduct(a, b, to: c)
}

func packPanel(_ b: MatrixView<Double>, width: Int, to panel: UnsafeMutablePointer<Double>) {
  DoubleWidths.pack(b, width: width, to: panel)
}
