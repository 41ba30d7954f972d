import Synchronization

/// A count that many threads add to.
final class AtomicCounter: Sendable {
  private let value = Atomic(0)

  /// Adds one and returns the new count.
  func increment() -> Int { value.add(1, ordering: .relaxed).newValue }
}
