import Foundation

/// Tells the system to keep the memory of matrices that are gone for those that come after them.
///
/// A training by a graph makes the same large matrices at every step and lets them go. Linux takes each
/// back at once and hands it out again cleared, page by page, which can take as long as the arithmetic.
/// A program asks for this once, at its start; where there is nobody to ask, nothing happens.
///
/// - Source: The GNU C library's mallopt(3), which Swift's view of that library leaves out.
public func keepFreedMemory() {
  guard let address = dlsym(dlopen(nil, RTLD_NOW), "mallopt") else { return }
  let mallopt = unsafeBitCast(
    address, to: (@convention(c) (_ parameter: Int32, _ bytes: Int32) -> Int32).self)
  let (trimThreshold, mapThreshold): (Int32, Int32) = (-1, -3)
  // Matrices of up to 8 MiB, and 256 MiB together.
  _ = mallopt(mapThreshold, 8 << 20)
  _ = mallopt(trimThreshold, 256 << 20)
}
