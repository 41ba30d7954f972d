import Dispatch
import Foundation
import Synchronization

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
    // Each worker takes every `workers`-th element, so no two have the same one.
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

/// Returns the results of `body(0)`, `body(1)`, … in that order, computed on several threads.
///
/// Each call stands alone: give each its own generator, and the results do not depend on the threads.
///
/// - Parameters:
///   - count: The number of results.
///   - width: How many calls may run at a time; `Threads.count` where nothing is said.
///   - body: Computes the result of an index. `Threads.count` is 1 where calls share the threads.
/// - Throws: The error of the smallest index that has one, after all calls have ended.
public func concurrentMap<Result: Sendable, Failure: Error>(
  _ count: Int, width: Int? = nil, _ body: @Sendable (Int) throws(Failure) -> Result
) throws(Failure) -> [Result] {
  let workers = min(width ?? Threads.count, count)
  guard workers > 1 else {
    var results: [Result] = []
    for index in 0..<count { results.append(try body(index)) }
    return results
  }
  let slots = UnsafeMutablePointer<Swift.Result<Result, Failure>?>.allocate(capacity: count)
  slots.initialize(repeating: nil, count: count)
  defer {
    slots.deinitialize(count: count)
    slots.deallocate()
  }
  // Each worker takes the next index and writes that slot, so no two write the same one.
  nonisolated(unsafe) let shared = slots
  let next = Atomic(0)
  DispatchQueue.concurrentPerform(iterations: workers) { _ in
    Threads.$count.withValue(1) {
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= count { return }
        do throws(Failure) {
          shared[index] = .success(try body(index))
        } catch {
          shared[index] = .failure(error)
        }
      }
    }
  }
  var results: [Result] = []
  results.reserveCapacity(count)
  for index in 0..<count {
    if let result = slots[index] { results.append(try result.get()) }
  }
  return results
}
