import Dispatch
import Foundation

/// How many threads a run may use. The results are the same, bit for bit, whatever the number.
public enum Threads {
  /// The number of threads that large products and independent experiments share.
  @TaskLocal public static var count = ProcessInfo.processInfo.activeProcessorCount
}

/// Calls `body` with each element of an array, to be changed, on `Threads.count` threads.
///
/// Each call has its element to itself and must not ask for another, so the results do not depend on
/// the threads.
public func concurrentForEach<Element>(
  _ elements: inout [Element], _ body: @Sendable (Int, inout Element) -> Void
) {
  let workers = min(Threads.count, elements.count)
  guard workers > 1 else {
    for index in elements.indices { body(index, &elements[index]) }
    return
  }
  elements.withUnsafeMutableBufferPointer { elements in
    // Each worker takes every `workers`-th element, so no two ever meet.
    nonisolated(unsafe) let shared = elements
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      Threads.$count.withValue(1) {
        for index in stride(from: worker, to: shared.count, by: workers) {
          body(index, &shared[index])
        }
      }
    }
  }
}

/// Returns the results of `body(0)`, `body(1)`, … in that order, computed on `Threads.count` threads.
///
/// Each call stands alone: give each its own generator, and the results do not depend on the threads.
public func concurrentMap<Result: Sendable>(
  _ count: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
  let workers = min(Threads.count, count)
  guard workers > 1 else { return (0..<count).map(body) }
  let slots = UnsafeMutablePointer<Result?>.allocate(capacity: count)
  slots.initialize(repeating: nil, count: count)
  defer {
    slots.deinitialize(count: count)
    slots.deallocate()
  }
  // Each worker takes every `workers`-th index and writes its own slots, so no two ever meet.
  nonisolated(unsafe) let shared = slots
  DispatchQueue.concurrentPerform(iterations: workers) { worker in
    Threads.$count.withValue(1) {
      for index in stride(from: worker, to: count, by: workers) { shared[index] = body(index) }
    }
  }
  return (0..<count).compactMap { slots[$0] }
}
