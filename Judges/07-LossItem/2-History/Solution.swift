import Grading
import Workbook

/*:
 # 7.2 · A history that forgets the rest ★★

 *Find the bug.* The curve of the losses is right to the last digit, and the
 machine runs out of memory after some hours. The history keeps each loss, and
 with it the graph of its step (rballester/tntorch#19 tells of a picture of 100
 by 100 points that froze a computer).

 **Mend `History`.** After every step exactly the parameters are to be alive,
 and `curve` is to be what it was.

 **Write the check that finds such leaks.** `findsLeak(in:counting:)` is given a
 step of somebody's training and the counter of its nodes. It may take up to
 1,000 steps. A training **leaks** if it goes on adding nodes that it never
 gives back: at least one in any 20 steps. It does not leak if it never holds
 more than it did at some time in its first 50 steps: a buffer may fill, and a
 list may be emptied at the end of each epoch. Trainings of both kinds, some of
 them harder to tell than the one above, will be put before it.
 */

/// Counts the nodes that are alive.
final class Counter {
  var alive = 0
}

/// A number that remembers what it was made of.
final class Value {
  let data: Double
  let parents: [Value]
  let counter: Counter

  init(_ data: Double, of parents: [Value] = [], _ counter: Counter) {
    (self.data, self.parents, self.counter) = (data, parents, counter)
    counter.alive += 1
  }

  deinit { counter.alive -= 1 }

  static func - (a: Value, b: Value) -> Value {
    Value(a.data - b.data, of: [a, b], a.counter)
  }

  static func * (a: Value, b: Value) -> Value {
    Value(a.data * b.data, of: [a, b], a.counter)
  }
}

/// The losses of a training.
struct History {
  //#-answer
  /// The losses as numbers, to be drawn.
  private(set) var curve: [Double] = []

  mutating func append(_ loss: Value) { curve.append(loss.data) }
  //#-stub
  // private var losses: [Value] = []
  // /// The losses as numbers, to be drawn.
  // var curve: [Double] { losses.map(\.data) }
  // mutating func append(_ loss: Value) { losses.append(loss) }
  //#-end
}

/// Returns whether a training goes on adding nodes.
///
/// - Parameters:
///   - step: Takes a step of the training.
///   - counter: Counts the training's nodes.
func findsLeak(in step: () -> Void, counting counter: Counter) -> Bool {
  //#-answer
  func most(in steps: Int) -> Int {
    var most = 0
    for _ in 0..<steps {
      step()
      most = max(most, counter.alive)
    }
    return most
  }
  let start = most(in: 50)
  return most(in: 200) > start
  //#-end
}
