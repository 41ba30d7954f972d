import Foundation

/// Tells the allocator to keep the memory of matrices that were freed for later matrices.
///
/// Training with a graph allocates and frees the same large matrices at every step. By default the GNU C
/// library returns each to Linux, which hands it out again cleared, page by page; that can take as long
/// as the arithmetic. A program calls this once, at its start. Other C libraries are left as they are.
///
/// - Source: The GNU C library's mallopt(3), which Swift's view of that library leaves out.
public func configureAllocator() {
  guard let address = dlsym(dlopen(nil, RTLD_NOW), "mallopt") else { return }
  let mallopt = unsafeBitCast(
    address, to: (@convention(c) (_ parameter: Int32, _ bytes: Int32) -> Int32).self)
  let (trimThreshold, mapThreshold): (Int32, Int32) = (-1, -3)
  // Matrices of up to 8 MiB, and 256 MiB together.
  _ = mallopt(mapThreshold, 8 << 20)
  _ = mallopt(trimThreshold, 256 << 20)
}
