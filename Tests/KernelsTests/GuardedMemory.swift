import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory, full of ones, that begins or ends at the border of a page that may not be touched.
final class GuardedMemory<Scalar: Numeric> {
  let base: UnsafeMutablePointer<Scalar>
  private let count: Int
  private let mapping: UnsafeMutableRawPointer
  private let size: Int

  init(count: Int, atEnd: Bool) throws {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let bytes = count * MemoryLayout<Scalar>.stride
    let body = (bytes + page - 1) / page * page
    self.count = count
    size = body + 2 * page
    mapping = try #require(
      mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    try #require(mapping != MAP_FAILED)
    try #require(mprotect(mapping, page, PROT_NONE) == 0)
    try #require(mprotect(mapping + page + body, page, PROT_NONE) == 0)
    base = (mapping + page + (atEnd ? body - bytes : 0)).assumingMemoryBound(to: Scalar.self)
    base.initialize(repeating: 1, count: count)
  }

  /// Takes a copy of some numbers.
  convenience init(_ numbers: [Scalar], atEnd: Bool) throws {
    try self.init(count: numbers.count, atEnd: atEnd)
    for (index, number) in numbers.enumerated() { base[index] = number }
  }

  /// The numbers.
  var numbers: [Scalar] { Array(UnsafeBufferPointer(start: base, count: count)) }

  deinit { munmap(mapping, size) }
}
