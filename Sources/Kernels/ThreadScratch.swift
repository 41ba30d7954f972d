import Foundation

/// Memory for copies that a thread keeps from one product to the next.
///
/// A training makes the same products at every step. Memory that was asked for anew each time would be
/// cleared by the system each time, which takes longer than many a product.
enum ThreadScratch {
  /// Returns memory of at least so many bytes, which belongs to the calling thread and begins at a
  /// multiple of 64. What it holds, nobody knows.
  ///
  /// It is the same memory at each call, or larger memory in its place: it must not be asked for while
  /// it is in use. It is freed when the thread ends.
  static func memory(bytes: Int) -> UnsafeMutableRawPointer {
    if let block = pthread_getspecific(key), block.load(as: Int.self) >= bytes {
      return block + header
    }
    free(pthread_getspecific(key))
    var block: UnsafeMutableRawPointer?
    guard posix_memalign(&block, 64, header + bytes) == 0, let block else {
      fatalError("no memory left for the \(bytes) bytes that a matrix product copies")
    }
    block.storeBytes(of: bytes, as: Int.self)
    pthread_setspecific(key, block)
    return block + header
  }

  /// The size of the memory stands in front of it.
  private static let header = 64

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    guard pthread_key_create(&key, { free($0) }) == 0 else {
      fatalError("no key left for the memory of threads")
    }
    return key
  }()
}
