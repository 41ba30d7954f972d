// Stretches of numbers that lie at even distances are copied, added, or compared.
//
// A window that moves over an image reads such stretches: its row of a few pixels, and the same row a
// pixel further, and so on. A stretch is often shorter than a call to `memcpy` is worth. It is copied
// in registers whose last one overlaps the one before, so that no entry beyond it is touched:
//
//     a stretch of 11 entries     0 1 2 3 4 5 6 7
//     in registers of 8                 3 4 5 6 7 8 9 10
//
// In all functions, `count` stretches of `length` numbers are read from `source` and the places
// `sourceStride` entries further each, and met with those at `target` and `targetStride`. What is read
// and what is written share no memory.

// MARK: - Copies

/// Copies `count` stretches of `length` numbers each.
public func copyStretches(
  _ count: Int, length: Int, from source: UnsafePointer<Float>, stride sourceStride: Int,
  to target: UnsafeMutablePointer<Float>, stride targetStride: Int
) {
  let stretches = Copy(source, sourceStride, target, targetStride)
  switch length {
  case 16...: stretches.run(count, length, in: SIMD16<Float>.self)
  case 8...: stretches.run(count, length, in: SIMD8<Float>.self)
  case 4...: stretches.run(count, length, in: SIMD4<Float>.self)
  case 2...: stretches.run(count, length, in: SIMD2<Float>.self)
  default: stretches.runOneByOne(count, length)
  }
}

/// Copies `count` stretches of `length` numbers each.
public func copyStretches(
  _ count: Int, length: Int, from source: UnsafePointer<Double>, stride sourceStride: Int,
  to target: UnsafeMutablePointer<Double>, stride targetStride: Int
) {
  let stretches = Copy(source, sourceStride, target, targetStride)
  switch length {
  case 8...: stretches.run(count, length, in: SIMD8<Double>.self)
  case 4...: stretches.run(count, length, in: SIMD4<Double>.self)
  case 2...: stretches.run(count, length, in: SIMD2<Double>.self)
  default: stretches.runOneByOne(count, length)
  }
}

/// Where stretches are copied from and to.
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

/// Adds `count` stretches of `length` numbers each to others, one after another.
///
/// The stretches that are added to may overlap each other.
public func addStretches(
  _ count: Int, length: Int, from source: UnsafePointer<Float>, stride sourceStride: Int,
  to target: UnsafeMutablePointer<Float>, stride targetStride: Int
) {
  add(SIMD16<Float>.self, count, length, source, sourceStride, target, targetStride)
}

/// Adds `count` stretches of `length` numbers each to others, one after another.
///
/// The stretches that are added to may overlap each other.
public func addStretches(
  _ count: Int, length: Int, from source: UnsafePointer<Double>, stride sourceStride: Int,
  to target: UnsafeMutablePointer<Double>, stride targetStride: Int
) {
  add(SIMD8<Double>.self, count, length, source, sourceStride, target, targetStride)
}

@inline(__always)
private func add<Lanes: SIMD & BitwiseCopyable>(
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

/// Keeps the larger of `count` stretches of `length` numbers each and others, and marks where a
/// number had to give way to one that is larger.
///
/// - Parameters:
///   - marks: Where the mark is set, laid out as the target is.
///   - mark: What is set.
public func keepLarger(
  _ count: Int, length: Int, of source: UnsafePointer<Float>, stride sourceStride: Int,
  and target: UnsafeMutablePointer<Float>, stride targetStride: Int,
  marks: UnsafeMutablePointer<Int32>, mark: Int32
) {
  let whole = length & ~7
  var (from, to, marks) = (source, target, marks)
  for _ in 0..<count {
    var index = 0
    while index < whole {
      let (old, new) = (load(SIMD8<Float>.self, to + index), load(SIMD8<Float>.self, from + index))
      let wins = old .< new
      old.replacing(with: new, where: wins).store(to + index)
      load(SIMD8<Int32>.self, marks + index).replacing(with: mark, where: wins)
        .store(marks + index)
      index += 8
    }
    while index < length {
      if to[index] < from[index] { (to[index], marks[index]) = (from[index], mark) }
      index += 1
    }
    from += sourceStride
    to += targetStride
    marks += targetStride
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
