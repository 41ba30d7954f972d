// Contiguous rows that lie at even distances are copied, added, or compared.
//
// A window that moves over an image reads such rows: a few pixels, the same few pixels one further,
// and so on. A row is often shorter than a call to `memcpy` is worth. It is copied in registers whose
// last one overlaps the one before, so no entry beyond the row is touched:
//
//     a row of 11 entries     0 1 2 3 4 5 6 7
//     in registers of 8             3 4 5 6 7 8 9 10

// MARK: - Copies

extension Float {
  public static func copyRows(
    of a: MatrixView<Float>, to target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let copy = Copy(a.base, a.rowStride, target, stride)
    switch a.columns {
    case 16...: copy.run(a.rows, a.columns, in: SIMD16<Float>.self)
    case 8...: copy.run(a.rows, a.columns, in: SIMD8<Float>.self)
    case 4...: copy.run(a.rows, a.columns, in: SIMD4<Float>.self)
    case 2...: copy.run(a.rows, a.columns, in: SIMD2<Float>.self)
    default: copy.runOneByOne(a.rows, a.columns)
    }
  }
}

extension Double {
  public static func copyRows(
    of a: MatrixView<Double>, to target: UnsafeMutablePointer<Double>, stride: Int
  ) {
    let copy = Copy(a.base, a.rowStride, target, stride)
    switch a.columns {
    case 8...: copy.run(a.rows, a.columns, in: SIMD8<Double>.self)
    case 4...: copy.run(a.rows, a.columns, in: SIMD4<Double>.self)
    case 2...: copy.run(a.rows, a.columns, in: SIMD2<Double>.self)
    default: copy.runOneByOne(a.rows, a.columns)
    }
  }
}

/// The first row that is read, the first that is written, and the distances to the next.
private struct Copy<Scalar> {
  let source: UnsafePointer<Scalar>
  let sourceStride: Int
  let target: UnsafeMutablePointer<Scalar>
  let targetStride: Int

  @inline(__always)
  init(
    _ source: UnsafePointer<Scalar>, _ sourceStride: Int,
    _ target: UnsafeMutablePointer<Scalar>, _ targetStride: Int
  ) {
    (self.source, self.sourceStride) = (source, sourceStride)
    (self.target, self.targetStride) = (target, targetStride)
  }

  @inline(__always)
  func run<Lanes: SIMD & BitwiseCopyable>(_ count: Int, _ length: Int, in lanes: Lanes.Type)
  where Lanes.Scalar == Scalar {
    let last = length - Lanes.scalarCount
    var (from, to) = (source, target)
    for _ in 0..<count {
      var index = 0
      while index < last {
        load(lanes, from + index).store(to + index)
        index += Lanes.scalarCount
      }
      load(lanes, from + last).store(to + last)
      from += sourceStride
      to += targetStride
    }
  }

  @inline(__always)
  func runOneByOne(_ count: Int, _ length: Int) {
    var (from, to) = (source, target)
    for _ in 0..<count {
      for index in 0..<length { to[index] = from[index] }
      from += sourceStride
      to += targetStride
    }
  }
}

// MARK: - Sums

extension Float {
  public static func addRows(
    of a: MatrixView<Float>, to target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    addLanes(SIMD16<Float>.self, a.rows, a.columns, a.base, a.rowStride, target, stride)
  }
}

extension Double {
  public static func addRows(
    of a: MatrixView<Double>, to target: UnsafeMutablePointer<Double>, stride: Int
  ) {
    addLanes(SIMD8<Double>.self, a.rows, a.columns, a.base, a.rowStride, target, stride)
  }
}

@inline(__always)
private func addLanes<Lanes: SIMD & BitwiseCopyable>(
  _ lanes: Lanes.Type, _ count: Int, _ length: Int,
  _ source: UnsafePointer<Lanes.Scalar>, _ sourceStride: Int,
  _ target: UnsafeMutablePointer<Lanes.Scalar>, _ targetStride: Int
) where Lanes.Scalar: FloatingPoint {
  let whole = length - length % Lanes.scalarCount
  var (from, to) = (source, target)
  for _ in 0..<count {
    var index = 0
    while index < whole {
      (load(lanes, to + index) + load(lanes, from + index)).store(to + index)
      index += Lanes.scalarCount
    }
    while index < length {
      to[index] += from[index]
      index += 1
    }
    from += sourceStride
    to += targetStride
  }
}

// MARK: - The larger of two

extension Float {
  public static func updateRunningMaximum(
    rowsOf a: MatrixView<Float>, and best: UnsafeMutablePointer<Float>, stride: Int,
    argmax: UnsafeMutablePointer<Int32>, index: Int32
  ) {
    let (length, whole) = (a.columns, a.columns & ~7)
    var (from, to, argmax) = (a.base, best, argmax)
    for _ in 0..<a.rows {
      var column = 0
      while column < whole {
        let old = load(SIMD8<Float>.self, to + column)
        let new = load(SIMD8<Float>.self, from + column)
        let isLarger = old .< new
        old.replacing(with: new, where: isLarger).store(to + column)
        load(SIMD8<Int32>.self, argmax + column).replacing(with: index, where: isLarger)
          .store(argmax + column)
        column += 8
      }
      while column < length {
        if to[column] < from[column] { (to[column], argmax[column]) = (from[column], index) }
        column += 1
      }
      from += a.rowStride
      to += stride
      argmax += stride
    }
  }
}

extension Double {
  public static func updateRunningMaximum(
    rowsOf a: MatrixView<Double>, and best: UnsafeMutablePointer<Double>, stride: Int,
    argmax: UnsafeMutablePointer<Int32>, index: Int32
  ) {
    var (from, to, argmax) = (a.base, best, argmax)
    for _ in 0..<a.rows {
      for column in 0..<a.columns where to[column] < from[column] {
        (to[column], argmax[column]) = (from[column], index)
      }
      from += a.rowStride
      to += stride
      argmax += stride
    }
  }
}

// MARK: - Registers

@inline(__always)
private func load<Lanes: SIMD & BitwiseCopyable>(
  _ lanes: Lanes.Type, _ source: UnsafePointer<Lanes.Scalar>
) -> Lanes {
  UnsafeRawPointer(source).loadUnaligned(as: lanes)
}

extension SIMD where Self: BitwiseCopyable {
  @inline(__always)
  fileprivate func store(_ target: UnsafeMutablePointer<Scalar>) {
    UnsafeMutableRawPointer(target).storeBytes(of: self, as: Self.self)
  }
}
