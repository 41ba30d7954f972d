import Foundation

/// Processor time of the calling thread: it does not count the wait for other tests, as the clock does.
struct ThreadTime {
  private let start = ThreadTime.now

  /// Seconds since this was made.
  var seconds: Double { Self.now - start }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
