import Grading
import Workbook

/*:
 # 7.1 · How many are alive? ★

 *Predict.* A reference to a loss keeps alive all that the loss was made of.
 Here is an engine of single numbers that counts its nodes, and a training with
 two parameters, w and b. Each step makes a loss from one example. Then
 something of it is kept, or nothing:

     losses.append(loss)                  // all losses
     numbers.append(loss.data)            // their numbers
     last = loss                          // the last loss
     total = total.map { $0 + loss } ?? loss       // their sum

 How many nodes are alive after k steps, k being 1 or more? Return a formula for
 each of the four. A number that is put in as `Value(x, counter)` is a node like
 the others here. Count w and b as well: the training itself holds them.

 The check runs the training, and asks the counter.
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

/// A line of one input that learns.
struct Training {
  let counter = Counter()
  let w: Value
  let b: Value

  init() {
    w = Value(0.5, counter)
    b = Value(0.25, counter)
  }

  /// Returns the loss of one example, (w x + b − y)².
  func loss(_ x: Double, _ y: Double) -> Value {
    let residual = w * Value(x, counter) + b - Value(y, counter)
    return residual * residual
  }
}

/// Returns the number of nodes alive after k steps, if all losses are kept.
func aliveKeepingLosses(after k: Int) -> Int {
  notAttempted()
}

/// Returns the number of nodes alive after k steps, if the numbers are kept.
func aliveKeepingNumbers(after k: Int) -> Int {
  notAttempted()
}

/// Returns the number of nodes alive after k steps, if the last loss is kept.
func aliveKeepingLast(after k: Int) -> Int {
  notAttempted()
}

/// Returns the number of nodes alive after k steps, if their sum is kept.
func aliveKeepingTotal(after k: Int) -> Int {
  notAttempted()
}
