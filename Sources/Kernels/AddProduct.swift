// The product of two matrices, cut into pieces that fit where a processor keeps what it reads often.
//
// The micro-kernel needs 8 rows of A and a panel of B, 32 columns wide, again and again. They come
// fast if they are near, and near means small. So the product is cut three times:
//
//     k into K-blocks of 256 terms     a panel is then 32 KB, and stays in the first-level cache
//                                      beside the rows of A that meet it;
//     n into blocks of B, 512 KB each  read from the second-level cache by each group of rows;
//     m into groups of 32 rows         of A, which meet all panels of a block in turn.
//
// Where rows of B lie far apart, or are not rows in memory at all, a block is first copied, panel by
// panel, into the order in which it will be read. Copying costs a step for each entry of B, and
// each entry is used m times: it pays from about 16 rows on. Where A is transposed, its groups of
// rows are copied too. Small matrices are read where they are.
//
// No cut changes a result. Each entry of C receives, for each K-block of 256 terms, the sum that the
// micro-kernel describes, in order. So a row of a product is that row alone, bit for bit; a
// transposed matrix counts as its copy; and threads, which share out the rows or columns of C,
// leave no trace.
//
// Source: Goto and van de Geijn 2008, doi:10.1145/1356052.1356053, with the order of the two inner
// loops exchanged: C is then read and written along its rows, as memory likes it.

import Dispatch

// MARK: - The interface

extension Float {
  public static func addProduct(
    _ a: MatrixView<Float>, _ b: MatrixView<Float>, to c: UnsafeMutablePointer<Float>,
    rowStride: Int, threads: @autoclosure () -> Int
  ) {
    let c = Target(base: c, rowStride: rowStride, columnStride: 1)
    Product(a: a, b: b, c: c).add(threads: threads)
  }
}

extension Double {
  public static func addProduct(
    _ a: MatrixView<Double>, _ b: MatrixView<Double>, to c: UnsafeMutablePointer<Double>,
    rowStride: Int, threads: @autoclosure () -> Int
  ) {
    let c = Target(base: c, rowStride: rowStride, columnStride: 1)
    Product(a: a, b: b, c: c).add(threads: threads)
  }
}

// Parts of a view. They change a copy of it, for an initialiser that lives in another file is a call.
extension MatrixView {
  @inline(__always) fileprivate func at(_ i: Int, _ j: Int) -> UnsafePointer<Scalar> {
    base + i * rowStride + j * columnStride
  }
  @inline(__always) fileprivate func rows(from i: Int, atMost count: Int) -> Self {
    var part = self
    part.base += i * rowStride
    part.rows = min(count, rows - i)
    return part
  }
  @inline(__always) fileprivate func columns(from j: Int, atMost count: Int) -> Self {
    var part = self
    part.base += j * columnStride
    part.columns = min(count, columns - j)
    return part
  }
  @inline(__always) fileprivate var flipped: Self {
    var flipped = self
    (flipped.rows, flipped.columns) = (columns, rows)
    (flipped.rowStride, flipped.columnStride) = (columnStride, rowStride)
    return flipped
  }
}

/// A matrix that is added to.
struct Target<Scalar> {
  var base: UnsafeMutablePointer<Scalar>
  var rowStride: Int
  var columnStride: Int

  @inline(__always) func from(_ i: Int, _ j: Int) -> Self {
    Self(
      base: base + i * rowStride + j * columnStride, rowStride: rowStride,
      columnStride: columnStride)
  }
  @inline(__always) var transposed: Self {
    Self(base: base, rowStride: columnStride, columnStride: rowStride)
  }
}

/// A few neighbouring columns of B as the micro-kernel reads them: in B itself, or copied.
struct Panel<Scalar> {
  var base: UnsafePointer<Scalar>
  var rowStride: Int
  /// How many columns belong to the product.
  var columns: Int
  /// How many may be read, which is how wide the tile is.
  var width: Int
}

// MARK: - A product and its parts

/// All that one product is about: C += A B.
struct Product<Scalar: PanelScalar> {
  var a: MatrixView<Scalar>
  var b: MatrixView<Scalar>
  var c: Target<Scalar>

  @inline(__always) var m: Int { a.rows }
  @inline(__always) var k: Int { a.columns }
  @inline(__always) var n: Int { b.columns }

  @inline(__always) func rows(from i: Int, atMost count: Int) -> Self {
    Self(a: a.rows(from: i, atMost: count), b: b, c: c.from(i, 0))
  }
  @inline(__always) func columns(from j: Int, atMost count: Int) -> Self {
    Self(a: a, b: b.columns(from: j, atMost: count), c: c.from(0, j))
  }
  @inline(__always) func terms(from p: Int, atMost count: Int) -> Self {
    Self(a: a.columns(from: p, atMost: count), b: b.rows(from: p, atMost: count), c: c)
  }
  @inline(__always) var transposed: Self {
    Self(a: b.flipped, b: a.flipped, c: c.transposed)
  }
}

// MARK: - Threads

extension Product {
  /// Adds the product, in as many parts as there are threads, if it is worth the trouble.
  @inline(__always)
  func add(threads available: () -> Int) {
    guard m > 0, k > 0, n > 0 else { return }
    // Waking a thread takes as long as millions of multiply-adds, and each copies B for itself.
    if m * k * n < 20_000_000 { return add() }
    let threads = available()
    if threads < 2 { return add() }

    // Each part gets whole tiles, so that no thread has more edges than needed.
    nonisolated(unsafe) let whole = self
    let byRows = m >= n
    let (size, tile) = byRows ? (m, 8) : (n, Self.panelWidth)
    let partSize = (size + threads * tile - 1) / (threads * tile) * tile
    DispatchQueue.concurrentPerform(iterations: (size + partSize - 1) / partSize) { part in
      let first = part * partSize
      let product =
        byRows
        ? whole.rows(from: first, atMost: partSize) : whole.columns(from: first, atMost: partSize)
      product.add()
    }
  }

  /// Adds the product, or, what is the same, the transposed product to C transposed.
  func add() {
    // Where A is transposed and B narrow, the rows of Aᵀ fill a panel better than those of B.
    if a.rowStride == 1 && n <= Self.panelWidth / 2 && m > n {
      transposed.addBlocks()
    } else {
      addBlocks()
    }
  }
}

// MARK: - Blocks

extension Product {
  /// The widest panel: two registers of 64 bytes.
  @inline(__always) static var panelWidth: Int { 128 / MemoryLayout<Scalar>.stride }
  /// The width of the narrowest panel that has room for so many columns.
  @inline(__always) static func width(holding columns: Int) -> Int {
    if columns > panelWidth / 2 { return panelWidth }
    if columns > panelWidth / 4 { return panelWidth / 2 }
    return columns > panelWidth / 8 ? panelWidth / 4 : panelWidth / 8
  }
  /// The number of terms that are summed before C is touched. It decides how sums are rounded, and
  /// nothing else here does.
  @inline(__always) static var depth: Int { 256 }
  /// How many entries of B are copied at once.
  @inline(__always) static var blockSize: Int { 512 * 1024 / MemoryLayout<Scalar>.stride }

  /// Adds the product, a block of B at a time.
  func addBlocks() {
    // Decide what to copy. B is worth it if it is not small and meets enough rows, or if its rows
    // lie so far apart that each would need a page of memory of its own.
    let transposesB = b.columnStride != 1
    let packsB = transposesB || (k * n > 8192 && m > 16) || (k * n > 1 << 18 && m > 4)
    let packsA = a.columnStride != 1 && m * k > 4096 && n > 2 * Self.panelWidth
    let edge = n % Self.panelWidth
    let edgeWidth = edge == 0 ? 0 : Self.width(holding: edge)
    if !packsA && !packsB && edge == edgeWidth {
      return addBlock(b: nil, packsB: false, a: nil)
    }

    // Choose the block of B: all of it if it is small, as deep as may be if it is narrow.
    let paddedWidth = n - edge + edgeWidth
    let room = Self.blockSize / min(k, Self.depth) / Self.panelWidth * Self.panelWidth
    let wide = packsB ? min(paddedWidth, room) : edgeWidth
    let depths = packsB ? max(1, Self.blockSize / (wide * Self.depth)) : 1
    let deep = min(k, depths * Self.depth)
    let step = packsB ? wide : n

    let countOfA = packsA ? Self.panelWidth * Self.depth : 0
    Self.withScratch(count: wide * deep + countOfA) { scratch in
      for j in stride(from: 0, to: n, by: step) {
        for p in stride(from: 0, to: k, by: deep) {
          columns(from: j, atMost: step).terms(from: p, atMost: deep)
            .addBlock(b: scratch, packsB: packsB, a: packsA ? scratch + wide * deep : nil)
        }
      }
    }
  }

  /// Lends memory for copies: on the stack if it is little, the thread's own otherwise.
  @inline(__always)
  static func withScratch(count: Int, _ body: (UnsafeMutablePointer<Scalar>) -> Void) {
    let bytes = count * MemoryLayout<Scalar>.stride
    var small: SmallScratch = (.zero, .zero, .zero, .zero)
    if bytes + 64 <= MemoryLayout<SmallScratch>.size {
      withUnsafeMutableBytes(of: &small) { bytes in
        guard let base = bytes.baseAddress else { return }
        body(base.alignedUp(toMultipleOf: 64).assumingMemoryBound(to: Scalar.self))
      }
    } else {
      body(ThreadScratch.memory(bytes: bytes).assumingMemoryBound(to: Scalar.self))
    }
  }

  /// Adds the product of A and a single block of B, copying what is to be copied.
  @inline(__always)
  func addBlock(
    b packedB: UnsafeMutablePointer<Scalar>?, packsB: Bool, a packedA: UnsafeMutablePointer<Scalar>?
  ) {
    if let packedB { pack(to: packedB, all: packsB) }
    // Few terms make C, not A and B, the matrix that decides: then only 8 of its rows at a time, so
    // that memory follows them. And rows that meet a single panel once need no group at all.
    let single = k <= Self.depth && n <= Self.panelWidth
    let groupSize = single ? m : k <= 32 && n > 1024 ? 8 : Self.panelWidth
    for i in stride(from: 0, to: m, by: groupSize) {
      for p in stride(from: 0, to: k, by: Self.depth) {
        // Take up to 256 terms of up to 32 rows of A …
        let part = rows(from: i, atMost: groupSize).terms(from: p, atMost: Self.depth)
        var group = part.a
        if let packedA {
          let width = Self.panelWidth
          Scalar.pack(group.flipped, width: width, to: packedA)
          (group.base, group.rowStride, group.columnStride) = (UnsafePointer(packedA), 1, width)
        }
        // … and let them meet each panel of B.
        for j in stride(from: 0, to: n, by: Self.panelWidth) {
          var panel = panel(from: j, in: packedB, packsB: packsB)
          panel.base += p * panel.rowStride
          Scalar.add(group, panel, to: part.c.from(0, j))
        }
      }
    }
  }

  /// Copies this block of B, or only its last panel if that is too narrow to be read in place.
  @inline(__always)
  func pack(to packedB: UnsafeMutablePointer<Scalar>, all packsB: Bool) {
    // A few rows at a time, so that memory is read along the rows.
    for p in stride(from: 0, to: k, by: 16) {
      for j in stride(from: 0, to: n, by: Self.panelWidth) {
        let columns = min(Self.panelWidth, n - j)
        let width = Self.width(holding: columns)
        guard packsB || columns != width else { continue }
        Scalar.pack(
          b.rows(from: p, atMost: 16).columns(from: j, atMost: columns), width: width,
          to: packedB + (packsB ? j * k : 0) + p * width)
      }
    }
  }

  /// The panel of B that begins in column `j`, in B or in the copy.
  @inline(__always)
  func panel(
    from j: Int, in packedB: UnsafeMutablePointer<Scalar>?, packsB: Bool
  ) -> Panel<Scalar> {
    let columns = min(Self.panelWidth, n - j)
    let width = Self.width(holding: columns)
    if let packedB, packsB || columns != width {
      let base = UnsafePointer(packsB ? packedB + j * k : packedB)
      return Panel(base: base, rowStride: width, columns: columns, width: width)
    }
    return Panel(base: b.at(0, j), rowStride: b.rowStride, columns: columns, width: width)
  }
}

/// Two kilobytes of stack, as wide as Swift lets one write it.
private typealias SmallScratch = (SIMD64<Double>, SIMD64<Double>, SIMD64<Double>, SIMD64<Double>)

// MARK: - Float and Double

// A debug build specialises generic code within a file, but not across files. So the two innermost
// loops, which live in another file, are called through these four names.

/// A scalar for which the micro-kernel has been compiled.
protocol PanelScalar: FloatingPoint, Sendable {
  /// Adds to C the product of rows of A and a panel of B.
  static func add(_ a: MatrixView<Self>, _ b: Panel<Self>, to c: Target<Self>)
  /// Copies rows of B so that they lie one after the other, `width` entries each.
  static func pack(_ b: MatrixView<Self>, width: Int, to panel: UnsafeMutablePointer<Self>)
}

extension Float: PanelScalar {
  @inline(__always)
  static func add(_ a: MatrixView<Float>, _ b: Panel<Float>, to c: Target<Float>) {
    addPanel(a, b, to: c)
  }
  @inline(__always)
  static func pack(_ b: MatrixView<Float>, width: Int, to panel: UnsafeMutablePointer<Float>) {
    packPanel(b, width: width, to: panel)
  }
}

extension Double: PanelScalar {
  @inline(__always)
  static func add(_ a: MatrixView<Double>, _ b: Panel<Double>, to c: Target<Double>) {
    addPanel(a, b, to: c)
  }
  @inline(__always)
  static func pack(_ b: MatrixView<Double>, width: Int, to panel: UnsafeMutablePointer<Double>) {
    packPanel(b, width: width, to: panel)
  }
}
