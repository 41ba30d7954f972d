import Dispatch

protocol Strip {
  associatedtype Scalar: KernelScalar
  static var width: Int { get }
  init()
  init(at source: UnsafePointer<Scalar>)
  func store(at target: UnsafeMutablePointer<Scalar>)
  mutating func addProduct(_ a: Scalar, _ b: Self)
  func add(to c: UnsafeMutablePointer<Scalar>)
}

struct One<Lanes: SIMD & BitwiseCopyable>: Strip where Lanes.Scalar: KernelScalar {
  typealias Scalar = Lanes.Scalar
  var lanes: Lanes
  @inline(__always) static var width: Int { Lanes.scalarCount }
  @inline(__always) init() { lanes = Lanes(repeating: 0) }
  @inline(__always) init(at source: UnsafePointer<Scalar>) {
    lanes = UnsafeRawPointer(source).loadUnaligned(as: Lanes.self)
  }
  @inline(__always) func store(at target: UnsafeMutablePointer<Scalar>) {
    UnsafeMutableRawPointer(target).storeBytes(of: lanes, as: Lanes.self)
  }
  @inline(__always) mutating func addProduct(_ a: Scalar, _ b: Self) {
    lanes.addProduct(a, b.lanes)
  }
  @inline(__always) func add(to c: UnsafeMutablePointer<Scalar>) {
    var sum = Self(at: c)
    sum.lanes += lanes
    sum.store(at: c)
  }
}

struct Beside<Half: Strip>: Strip {
  typealias Scalar = Half.Scalar
  var left: Half
  var right: Half
  @inline(__always) static var width: Int { 2 * Half.width }
  @inline(__always) init() { (left, right) = (Half(), Half()) }
  @inline(__always) init(at source: UnsafePointer<Scalar>) {
    (left, right) = (Half(at: source), Half(at: source + Half.width))
  }
  @inline(__always) func store(at target: UnsafeMutablePointer<Scalar>) {
    left.store(at: target)
    right.store(at: target + Half.width)
  }
  @inline(__always) mutating func addProduct(_ a: Scalar, _ b: Self) {
    left.addProduct(a, b.left)
    right.addProduct(a, b.right)
  }
  @inline(__always) func add(to c: UnsafeMutablePointer<Scalar>) {
    left.add(to: c)
    right.add(to: c + Half.width)
  }
}

protocol Tile {
  associatedtype Row: Strip
  static var height: Int { get }
  init()
  mutating func addProduct(_ a: UnsafePointer<Row.Scalar>, _ stride: Int, _ b: Row)
  func add(to c: UnsafeMutablePointer<Row.Scalar>, _ stride: Int)
}

struct Single<Row: Strip>: Tile {
  var row = Row()
  @inline(__always) static var height: Int { 1 }
  @inline(__always) init() {}
  @inline(__always)
  mutating func addProduct(_ a: UnsafePointer<Row.Scalar>, _ stride: Int, _ b: Row) {
    row.addProduct(a.pointee, b)
  }
  @inline(__always) func add(to c: UnsafeMutablePointer<Row.Scalar>, _ stride: Int) {
    row.add(to: c)
  }
}

struct Stack<Half: Tile>: Tile {
  typealias Row = Half.Row
  var top = Half()
  var bottom = Half()
  @inline(__always) static var height: Int { 2 * Half.height }
  @inline(__always) init() {}
  @inline(__always)
  mutating func addProduct(_ a: UnsafePointer<Row.Scalar>, _ stride: Int, _ b: Row) {
    top.addProduct(a, stride, b)
    bottom.addProduct(a + Half.height * stride, stride, b)
  }
  @inline(__always) func add(to c: UnsafeMutablePointer<Row.Scalar>, _ stride: Int) {
    top.add(to: c, stride)
    bottom.add(to: c + Half.height * stride, stride)
  }
}

protocol KernelScalar: FloatingPoint, SIMDScalar, BitwiseCopyable {
  associatedtype Full: Strip where Full.Scalar == Self
  associatedtype Half: Strip where Half.Scalar == Self
  associatedtype Quarter: Strip where Quarter.Scalar == Self
  associatedtype Eighth: Strip where Eighth.Scalar == Self
}

extension Float: KernelScalar {
  typealias Full = Beside<One<SIMD16<Float>>>
  typealias Half = One<SIMD16<Float>>
  typealias Quarter = One<SIMD8<Float>>
  typealias Eighth = One<SIMD4<Float>>
}

extension Double: KernelScalar {
  typealias Full = Beside<One<SIMD8<Double>>>
  typealias Half = One<SIMD8<Double>>
  typealias Quarter = One<SIMD4<Double>>
  typealias Eighth = One<SIMD2<Double>>
}

public struct Operand<Scalar> {
  public var base: UnsafePointer<Scalar>
  public var rowStride: Int
  public var columnStride: Int
  public init(_ base: UnsafePointer<Scalar>, rowStride: Int, columnStride: Int) {
    self.base = base
    self.rowStride = rowStride
    self.columnStride = columnStride
  }
  @inline(__always)
  func at(_ i: Int, _ j: Int) -> UnsafePointer<Scalar> { base + i * rowStride + j * columnStride }
  @inline(__always)
  func from(_ i: Int, _ j: Int) -> Self {
    Self(at(i, j), rowStride: rowStride, columnStride: columnStride)
  }
  @inline(__always)
  var transposed: Self { Self(base, rowStride: columnStride, columnStride: rowStride) }
}

struct Target<Scalar> {
  var base: UnsafeMutablePointer<Scalar>
  var rowStride: Int
  var columnStride: Int
  @inline(__always)
  func from(_ i: Int, _ j: Int) -> Self {
    Self(
      base: base + i * rowStride + j * columnStride, rowStride: rowStride,
      columnStride: columnStride)
  }
}

@inline(__always)
func addTile<T: Tile>(
  _: T.Type, _ k: Int, _ a: Operand<T.Row.Scalar>, _ b: UnsafePointer<T.Row.Scalar>, _ bStride: Int,
  _ c: Target<T.Row.Scalar>, _ columns: Int
) {
  var tile = T()
  var x = a.base
  var y = b
  for _ in 0..<k {
    tile.addProduct(x, a.rowStride, T.Row(at: y))
    x += a.columnStride
    y += bStride
  }
  if columns == T.Row.width && c.columnStride == 1 {
    tile.add(to: c.base, c.rowStride)
  } else {
    withUnsafePointer(to: tile) {
      $0.withMemoryRebound(to: T.Row.Scalar.self, capacity: T.height * T.Row.width) { sums in
        for i in 0..<T.height {
          for j in 0..<columns {
            c.base[i * c.rowStride + j * c.columnStride] += sums[i * T.Row.width + j]
          }
        }
      }
    }
  }
}

@inline(__always)
func addPanel<Row: Strip>(
  _: Row.Type, _ m: Int, _ k: Int, _ a: Operand<Row.Scalar>, _ b: UnsafePointer<Row.Scalar>,
  _ bStride: Int, _ c: Target<Row.Scalar>, _ columns: Int
) {
  var i = 0
  while m - i >= 8 {
    addTile(Stack<Stack<Stack<Single<Row>>>>.self, k, a.from(i, 0), b, bStride, c.from(i, 0), columns)
    i += 8
  }
  if (m - i) & 4 != 0 {
    addTile(Stack<Stack<Single<Row>>>.self, k, a.from(i, 0), b, bStride, c.from(i, 0), columns)
    i += 4
  }
  if (m - i) & 2 != 0 {
    addTile(Stack<Single<Row>>.self, k, a.from(i, 0), b, bStride, c.from(i, 0), columns)
    i += 2
  }
  if (m - i) & 1 != 0 {
    addTile(Single<Row>.self, k, a.from(i, 0), b, bStride, c.from(i, 0), columns)
  }
}


struct Product<Scalar: KernelScalar> {
  var m: Int
  var k: Int
  var n: Int
  var a: Operand<Scalar>
  var b: Operand<Scalar>
  var c: Target<Scalar>

  @inline(__always)
  func rows(_ i: Int, _ count: Int) -> Self {
    Self(m: count, k: k, n: n, a: a.from(i, 0), b: b, c: c.from(i, 0))
  }
  @inline(__always)
  func columns(_ j: Int, _ count: Int) -> Self {
    Self(m: m, k: k, n: count, a: a, b: b.from(0, j), c: c.from(0, j))
  }
  @inline(__always)
  func inner(_ p: Int, _ count: Int) -> Self {
    Self(m: m, k: count, n: n, a: a.from(0, p), b: b.from(p, 0), c: c)
  }
  @inline(__always)
  var transposed: Self {
    Self(
      m: n, k: k, n: m, a: b.transposed, b: a.transposed,
      c: Target(base: c.base, rowStride: c.columnStride, columnStride: c.rowStride))
  }
}

let depth = 256
let blockRows = 32
let blockScalars = 192 * 1024

@inline(__always)
func tailWidth<S: KernelScalar>(_: S.Type, _ n: Int) -> Int {
  n > S.Half.width ? S.Full.width
    : n > S.Quarter.width ? S.Half.width : n > S.Eighth.width ? S.Quarter.width : S.Eighth.width
}

@inline(__always)
func pack<Row: Strip>(
  _: Row.Type, _ b: Operand<Row.Scalar>, _ k: Int, _ n: Int, safe: Int,
  to panel: UnsafeMutablePointer<Row.Scalar>
) {
  let w = Row.width
  if b.columnStride == 1 {
    let whole = n == w ? k : max(0, min(k, safe))
    for p in 0..<whole {
      Row(at: b.at(p, 0)).store(at: panel + p * w)
    }
    for p in whole..<k {
      Row().store(at: panel + p * w)
      for j in 0..<n { panel[p * w + j] = b.at(p, j).pointee }
    }
  } else {
    for p in 0..<k {
      if n < w { Row().store(at: panel + p * w) }
      for j in 0..<n { panel[p * w + j] = b.at(p, j).pointee }
    }
  }
}

extension Product {
  @inline(__always)
  func add() {
    if a.rowStride == 1 && n <= Scalar.Half.width && m > n {
      transposed.addBlocks()
    } else {
      addBlocks()
    }
  }

  @inline(__always)
  func addBlocks() {
    let big = k * n > 8192 && (m > 16)
    let packs = b.columnStride != 1 || big
    let w = Scalar.Full.width
    let deep = packs ? max(depth, blockScalars / ((n + w - 1) / w * w) / depth * depth) : depth
    let wide = packs ? max(w, blockScalars / depth / w * w) : n
    let packsA = a.columnStride != 1 && k * m > 4096 && n > 2 * w
    let scratchColumns = packs ? (min(n, wide) + w - 1) / w * w : n % w == 0 || n % w == tailWidth(Scalar.self, n % w) ? 0 : tailWidth(Scalar.self, n % w)
    let scratchCount = min(k, deep) * scratchColumns
    let scratchACount = packsA ? blockRows * depth : 0
    if scratchCount + scratchACount == 0 {
      addPanels(packs: false, packed: nil, packedA: nil)
      return
    }
    withUnsafeTemporaryAllocation(
      byteCount: (scratchCount + scratchACount) * MemoryLayout<Scalar>.stride, alignment: 64
    ) { bytes in
      guard let base = bytes.baseAddress?.assumingMemoryBound(to: Scalar.self) else { return }
      var j = 0
      while j < n {
        var p = 0
        while p < k {
          columns(j, min(wide, n - j)).inner(p, min(deep, k - p))
            .addPanels(
              packs: packs, packed: base, packedA: packsA ? base + scratchCount : nil)
          p += deep
        }
        j += wide
      }
    }
  }

  @inline(__always)
  func addPanels(
    packs: Bool, packed: UnsafeMutablePointer<Scalar>?, packedA: UnsafeMutablePointer<Scalar>?
  ) {
    let w = Scalar.Full.width
    let full = n / w * w
    let tail = n - full
    let tw = tail == 0 ? 0 : tailWidth(Scalar.self, tail)
    let tailPacked = packs || tail != tw
    if let packed {
      if packs {
        var j = 0
        while j < full {
          pack(Scalar.Full.self, b.from(0, j), k, w, safe: k, to: packed + j * k)
          j += w
        }
      }
      if tail > 0 && tailPacked {
        let target = packs ? packed + full * k : packed
        let safe = k - 1 - (b.rowStride == 0 ? k : (tw - tail + b.rowStride - 1) / b.rowStride)
        if tw == w {
          pack(Scalar.Full.self, b.from(0, full), k, tail, safe: safe, to: target)
        } else if tw == Scalar.Half.width {
          pack(Scalar.Half.self, b.from(0, full), k, tail, safe: safe, to: target)
        } else if tw == Scalar.Quarter.width {
          pack(Scalar.Quarter.self, b.from(0, full), k, tail, safe: safe, to: target)
        } else {
          pack(Scalar.Eighth.self, b.from(0, full), k, tail, safe: safe, to: target)
        }
      }
    }
    var i = 0
    while i < m {
      let mc = min(blockRows, m - i)
      var p = 0
      while p < k {
        let kc = min(depth, k - p)
        var x = a.from(i, p)
        if let packedA {
          for q in 0..<kc {
            for r in 0..<mc { packedA[q * blockRows + r] = x.at(r, q).pointee }
          }
          x = Operand(packedA, rowStride: 1, columnStride: blockRows)
        }
        var j = 0
        while j < full {
          let y = if packs, let packed { UnsafePointer(packed + j * k + p * w) } else { b.at(p, j) }
          addPanel(
            Scalar.Full.self, mc, kc, x, y, packs ? w : b.rowStride, c.from(i, j), w)
          j += w
        }
        if tail > 0 {
          var y = b.at(p, full)
          if tailPacked, let packed {
            y = UnsafePointer(packed + (packs ? full * k : 0) + p * tw)
          }
          let ys = tailPacked ? tw : b.rowStride
          if tw == w {
            addPanel(Scalar.Full.self, mc, kc, x, y, ys, c.from(i, full), tail)
          } else if tw == Scalar.Half.width {
            addPanel(Scalar.Half.self, mc, kc, x, y, ys, c.from(i, full), tail)
          } else if tw == Scalar.Quarter.width {
            addPanel(Scalar.Quarter.self, mc, kc, x, y, ys, c.from(i, full), tail)
          } else {
            addPanel(Scalar.Eighth.self, mc, kc, x, y, ys, c.from(i, full), tail)
          }
        }
        p += kc
      }
      i += mc
    }
  }

  @inline(__always)
  func add(threads: Int) {
    guard m > 0, k > 0, n > 0 else { return }
    let parts = m * k * n < 1_000_000 ? 1 : threads
    if parts < 2 { return add() }
    nonisolated(unsafe) let whole = self
    if m >= n {
      let share = ((m + parts - 1) / parts + 7) / 8 * 8
      DispatchQueue.concurrentPerform(iterations: (m + share - 1) / share) {
        whole.rows($0 * share, min(share, whole.m - $0 * share)).add()
      }
    } else {
      let w = Scalar.Full.width
      let share = ((n + parts - 1) / parts + w - 1) / w * w
      DispatchQueue.concurrentPerform(iterations: (n + share - 1) / share) {
        whole.columns($0 * share, min(share, whole.n - $0 * share)).add()
      }
    }
  }
}

public func addProduct(
  rows m: Int, inner k: Int, columns n: Int, _ a: Operand<Float>, _ b: Operand<Float>,
  to c: UnsafeMutablePointer<Float>, rowStride: Int, threads: Int
) {
  Product(
    m: m, k: k, n: n, a: a, b: b, c: Target(base: c, rowStride: rowStride, columnStride: 1)
  ).add(threads: threads)
}

public func addProduct(
  rows m: Int, inner k: Int, columns n: Int, _ a: Operand<Double>, _ b: Operand<Double>,
  to c: UnsafeMutablePointer<Double>, rowStride: Int, threads: Int
) {
  Product(
    m: m, k: k, n: n, a: a, b: b, c: Target(base: c, rowStride: rowStride, columnStride: 1)
  ).add(threads: threads)
}
