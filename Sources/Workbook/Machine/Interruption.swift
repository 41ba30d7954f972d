import Foundation
import Synchronization

/// Whether the reader has typed Ctrl-C since the first that now listens began to.
private let wasAsked = Atomic<Bool>(false)
/// How many listen.
private let listeners = Mutex(0)

/// Ctrl-C, for work that can end early and keep what it has done.
public enum Interruption {
  /// Does something that asks now and then whether the reader has typed Ctrl-C.
  ///
  /// The first Ctrl-C only makes the answer true. A second one ends the program, as it does elsewhere.
  /// Several may listen at once, and all hear it.
  ///
  /// - Parameter work: Gets a question to ask as often as it likes; that costs nanoseconds.
  /// - Returns: What the work returns.
  public static func listen<Result>(
    during work: (_ isInterrupted: () -> Bool) throws -> Result
  ) rethrows -> Result {
    begin()
    defer { end() }
    return try work { wasAsked.load(ordering: .relaxed) }
  }

  private static func begin() {
    listeners.withLock { count in
      count += 1
      guard count == 1 else { return }
      // Before the handler is there: it must not be the first to touch what is made when it is used.
      wasAsked.store(false, ordering: .relaxed)
      signal(SIGINT) { _ in
        wasAsked.store(true, ordering: .relaxed)
        signal(SIGINT, SIG_DFL)
      }
    }
  }

  private static func end() {
    listeners.withLock { count in
      count -= 1
      if count == 0 { signal(SIGINT, SIG_DFL) }
    }
  }
}
