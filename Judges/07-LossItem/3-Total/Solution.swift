import Grading
import Workbook

/*:
 # 7.3 · The total that remembers ★★

 *Find the bug.* The mean loss of an epoch is a sum over batches, and `+` and
 `*` of this engine look like arithmetic. They make nodes. So the sum remembers
 all batches of the epoch, and memory grows until the epoch ends, or the machine
 does (BatsResearch/labelmodels#4, google/brax#152). The batches here have
 different sizes, so each loss counts as often as it has examples.

 **Say what it costs.** Besides the parameters, how many nodes does the old
 `EpochLoss` hold after k batches? A batch's loss has 4 nodes of its own; count
 those as well. Return a formula from `nodesHeld(after:)`, for k of 1 or more.

 **Mend `EpochLoss`.** After each batch the parameters are to be alive and
 nothing else, and `mean` is to be the mean over all examples so far. Somebody
 may read it at any time; before the first batch it is 0.

 The check counts nodes after every batch, and compares means with exact sums.
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

  static func + (a: Value, b: Value) -> Value {
    Value(a.data + b.data, of: [a, b], a.counter)
  }

  static func - (a: Value, b: Value) -> Value {
    Value(a.data - b.data, of: [a, b], a.counter)
  }

  static func * (a: Value, b: Value) -> Value {
    Value(a.data * b.data, of: [a, b], a.counter)
  }
}

/// The mean loss of an epoch, batch by batch.
struct EpochLoss {
  //#-answer
  private var total = 0.0
  private var examples = 0

  /// Adds the mean loss of a batch.
  mutating func add(_ loss: Value, of count: Int) {
    total += loss.data * Double(count)
    examples += count
  }

  /// The mean over all examples so far.
  var mean: Double { examples == 0 ? 0 : total / Double(examples) }
  //#-stub
  // private var total: Value?
  // private var examples = 0
  // /// Adds the mean loss of a batch.
  // mutating func add(_ loss: Value, of count: Int) {
  //   let share = loss * Value(Double(count), loss.counter)
  //   total = total.map { $0 + share } ?? share
  //   examples += count
  // }
  // /// The mean over all examples so far.
  // var mean: Double { (total?.data ?? 0) / Double(max(examples, 1)) }
  //#-end
}

/// Returns how many nodes the old `EpochLoss` holds after k batches.
func nodesHeld(after k: Int) -> Int {
  //#-answer
  7 * k - 1
  //#-end
}
