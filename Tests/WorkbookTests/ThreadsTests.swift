import Foundation
import Synchronization
import Testing
import Workbook

@Test(arguments: [0, 1, 2, 3, 8], [0, 1, 2, 7, 100])
func `results come in order, whatever the number of threads`(threads: Int, count: Int) {
  let squares = Threads.$count.withValue(threads) { concurrentMap(count) { $0 * $0 } }
  #expect(squares == (0..<count).map { $0 * $0 })
}

@Test func `each index is computed once`() {
  let calls = Mutex([Int](repeating: 0, count: 50))
  _ = Threads.$count.withValue(4) {
    concurrentMap(50) { index in calls.withLock { $0[index] += 1 } }
  }
  #expect(calls.withLock { $0 } == Array(repeating: 1, count: 50))
}

@Test func `a shared experiment does not share its own products again`() {
  let counts = Threads.$count.withValue(4) { concurrentMap(4) { _ in Threads.count } }
  #expect(counts == [1, 1, 1, 1])
}

@Test func `a result that is nothing keeps its place`() {
  let halves = Threads.$count.withValue(2) {
    concurrentMap(6) { $0.isMultiple(of: 2) ? $0 / 2 : nil }
  }
  #expect(halves == [0, nil, 1, nil, 2, nil])
}

/// Something that goes wrong at an index.
private struct Trouble: Error, Equatable { let index: Int }

@Test(arguments: [1, 2, 5])
func `the error of the smallest index is thrown, whatever the number of threads`(threads: Int) {
  let ended = Mutex(0)
  #expect(throws: Trouble(index: 7)) {
    try Threads.$count.withValue(threads) {
      try concurrentMap(20) { index throws(Trouble) -> Int in
        defer { ended.withLock { $0 += 1 } }
        if index == 7 || index == 11 { throw Trouble(index: index) }
        return index
      }
    }
  }
  // On several threads all calls end first; on one, those behind the error are not made.
  #expect(ended.withLock { $0 } == (threads == 1 ? 8 : 20))
}

@Test(arguments: [1, 3])
func `no more calls run at a time than the width allows`(width: Int) {
  let running = Mutex((now: 0, most: 0))
  let indices = concurrentMap(30, width: width) { index in
    running.withLock {
      $0.now += 1
      $0.most = max($0.most, $0.now)
    }
    Thread.sleep(forTimeInterval: 0.001)
    running.withLock { $0.now -= 1 }
    return index
  }
  #expect(indices == Array(0..<30))
  #expect(running.withLock { $0.most } <= width)
}

@Test func `experiments with their own streams give the same numbers on any threads`() {
  let runs = [1, 2, 5].map { threads in
    Threads.$count.withValue(threads) {
      concurrentMap(10) { index in
        var random = SplitMix64(seed: 1, stream: "run \(index)")
        return (0..<100).map { _ in random.normal() }
      }
    }
  }
  #expect(runs[0] == runs[1] && runs[0] == runs[2])
}

@Test(arguments: [1, 2, 5], [0, 1, 2, 7, 100])
func `each element is changed once, and where it stands`(threads: Int, count: Int) {
  var elements = (0..<count).map { [$0] }
  Threads.$count.withValue(threads) {
    concurrentForEach(&elements) { index, element in element.append(index * index) }
  }
  #expect(elements == (0..<count).map { [$0, $0 * $0] })
}

@Test func `elements that are changed do not share their own products again`() {
  var counts = [0, 0, 0, 0]
  Threads.$count.withValue(2) { concurrentForEach(&counts) { $1 = Threads.count } }
  #expect(counts == [1, 1, 1, 1])
}

@Test func `elements are changed to the same numbers on any threads`() {
  let runs = [1, 2, 5].map { threads in
    var sums = [Double](repeating: 0, count: 11)
    Threads.$count.withValue(threads) {
      concurrentForEach(&sums) { index, sum in
        var random = SplitMix64(seed: 1, stream: "element \(index)")
        for _ in 0..<100 { sum += random.normal() }
      }
    }
    return sums
  }
  #expect(runs[0] == runs[1] && runs[0] == runs[2])
}
