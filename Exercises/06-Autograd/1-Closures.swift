import Grading
import Workbook

/*:
 # 6.1 · Five operations that remember ★★

 *Implement.* An engine that finds gradients by itself has no formula for any
 network. It has one line of calculus for each operation, and an order in which
 to use them. The order is given, in `backward()`. Write the lines.

 Here each number keeps a closure, `tell`. It is called with d, the gradient of
 the loss with respect to this number, and **adds** to each parent's gradient
 what d means for that parent. Chapter 6 has its closures return that part. Here
 they add it themselves, as those of micrograd do.

 Write `+`, `*`, `power`, `exp` and `tanh`. Three things to keep in mind:

 - A number may be used twice, even by one operation, as in `a * a`.
 - `power(n)` is for every whole number n: 3, 1, 0, −2. The number itself is not
   0 then. `Scalar(count: n)` makes a number of an `Int`, negative or not.
 - A closure should keep numbers, and not the node that it belongs to.

 The check takes one operation after the other: its value, then what a pass tells
 the parents where a d that is not 1 arrives. An operation may be one node or
 made of several; what counts is what `backward()` finds. Last come two formulas
 made of all five, by every judge of the book: the one without `exp` and `tanh`
 over exact fractions.
 */

/// A number that remembers what it was made of.
final class Value<Scalar: Field> {
  /// The number itself.
  let data: Scalar
  /// The gradient of the loss in it.
  var gradient: Scalar = 0
  /// The numbers that it was made of.
  let parents: [Value]
  /// Adds to each parent's gradient what d, the gradient in this, means for it.
  let tell: (_ d: Scalar) -> Void

  init(
    _ data: Scalar, from parents: [Value] = [],
    tell: @escaping (Scalar) -> Void = { _ in }
  ) {
    (self.data, self.parents, self.tell) = (data, parents, tell)
  }
}

extension Value {
  static func + (a: Value, b: Value) -> Value {
    notAttempted()
  }

  static func * (a: Value, b: Value) -> Value {
    notAttempted()
  }

  /// Returns this number to a whole power, which may be negative or 0.
  func power(_ n: Int) -> Value {
    notAttempted()
  }
}

extension Value where Scalar: AnalyticField {
  /// Returns eˣ, where x is this number.
  func exp() -> Value {
    notAttempted()
  }

  func tanh() -> Value {
    notAttempted()
  }
}

extension Value {
  /// Propagates backward from here, parts after the whole.
  func backward() {
    var order: [Value] = []
    var visited: Set<ObjectIdentifier> = []
    func visit(_ node: Value) {
      if !visited.insert(ObjectIdentifier(node)).inserted { return }
      for parent in node.parents { visit(parent) }
      order.append(node)
    }
    visit(self)
    gradient = 1
    for node in order.reversed() { node.tell(node.gradient) }
  }
}
