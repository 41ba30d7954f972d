import Foundation

/// Memory for copies that a thread keeps from one product to the next.
///
/// A training loop computes the same products at every step. The system would clear newly allocated
/// memory each time, which takes longer than a small product.
enum ThreadScratch {
  /// Returns at least `bytes` bytes of memory, which belong to the calling thread and begin at a
  /// multiple of 64. Their contents are unspecified.
  ///
  /// Each call returns the same memory, or larger memory in its place, so a thread must have finished
  /// with it before it calls again. The memory is freed when the thread ends.
  static func memory(bytes: Int) -> UnsafeMutableRawPointer {
    if let block = pthread_getspecific(key), block.load(as: Int.self) >= bytes {
      return block + header
    }
    free(pthread_getspecific(key))
    var block: UnsafeMutableRawPointer?
    guard posix_memalign(&block, 64, header + bytes) == 0, let block else {
      fatalError("no memory left: a matrix product needs \(bytes) bytes for copies")
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
      fatalError("pthread_key_create found no key left for the scratch memory of threads")
    }
    return key
  }()
}
