import Grading
import Workbook

/*:
 # 7.8 · Which of five holds most? ★★

 *Explain.* Five people train the same line for 100 steps. Each step makes an
 answer and a loss, and then keeps something:

     a   answers.append(answer)

     b   if step % 10 == 0 { losses.append(loss) }

     c   callbacks.append { [number = loss.data] in print(number) }

     d   average = average.map {
           $0 * Value(0.9, counter) + loss * Value(0.1, counter)
         } ?? loss

     e   window.append(loss)
         if window.count > 30 { window.removeFirst() }

 After the last step the parameters are alive, and whatever is held by
 `answers`, `losses`, `callbacks`, `average` or `window`.

 **Rank them.** Return the five from `ranking()`, the one that holds fewest
 nodes first. The certificate is the counter: the check runs all five, and looks
 whether the numbers rise in your order.

 **Say why for one of them.** How many nodes besides the parameters does `d`
 hold after k steps, k being 1 or more? Return a formula from
 `heldByAverage(after:)`.

 The engine is in the file, so you can try. Write a line for each first, though:
 what is held, and what does that hold?
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

  /// Returns the answer for x, w x, and its loss, (w x − b)².
  func step(_ x: Double) -> (answer: Value, loss: Value) {
    let answer = w * Value(x, counter)
    let residual = answer - b
    return (answer, residual * residual)
  }
}

/// One of the five.
enum Snippet: String, CaseIterable {
  case a, b, c, d, e
}

/// Returns the five, the one that holds fewest nodes after 100 steps first.
func ranking() -> [Snippet] {
  notAttempted()
}

/// Returns how many nodes d holds after k steps, besides the parameters.
func heldByAverage(after k: Int) -> Int {
  notAttempted()
}
