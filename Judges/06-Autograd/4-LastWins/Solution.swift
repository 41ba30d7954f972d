import Grading
import Workbook

/*:
 # 6.4 · The last edge wins ★★

 *Find the bug.* This engine trains a chain of layers without a fault. As soon
 as a number is used twice its gradients are wrong, and nothing says so: half of
 what should arrive is gone. The same slip stands in the video from which many
 have learned to write such an engine; the lecture's notebook has a note about
 it (karpathy/nn-zero-to-hero#52 quotes the line).

 Two things are asked for.

 **Mend the engine.** Change the closures of `+`, `*` and `relu`. The pass in
 `backward()` is right; it sets all gradients to 0 before it begins.

 **Write the check that would have found it.** Return a formula of a and b from
 `exposing(_:_:)`, made of `+`, `*` and `relu()` alone. It will be traversed by
 three engines, in each of which one operation has the old fault and the others
 are mended. In each of the three, the gradient with respect to a or b must come
 out wrong. The check tries it at several places, with a and b positive.
 */

/// What a formula may ask of its numbers here.
protocol Arithmetic {
  static func + (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  /// Returns max(0, x), where x is this number.
  func relu() -> Self
}

/// A number that remembers what it was made of.
final class Value<Scalar: OrderedField>: Arithmetic {
  let data: Scalar
  var gradient: Scalar = 0
  let parents: [Value]
  /// Tells the parents what d, the gradient of the loss in this, means for
  /// them.
  let tell: (_ d: Scalar) -> Void

  init(
    _ data: Scalar, from parents: [Value] = [],
    tell: @escaping (Scalar) -> Void = { _ in }
  ) {
    (self.data, self.parents, self.tell) = (data, parents, tell)
  }

  static func + (a: Value, b: Value) -> Value {
    Value(a.data + b.data, from: [a, b]) { d in
      //#-answer
      a.gradient += d
      b.gradient += d
      //#-stub
      // a.gradient = d
      // b.gradient = d
      //#-end
    }
  }

  static func * (a: Value, b: Value) -> Value {
    Value(a.data * b.data, from: [a, b]) { d in
      //#-answer
      a.gradient += d * b.data
      b.gradient += d * a.data
      //#-stub
      // a.gradient = d * b.data
      // b.gradient = d * a.data
      //#-end
    }
  }

  func relu() -> Value {
    Value(data < 0 ? 0 : data, from: [self]) { d in
      //#-answer
      self.gradient += self.data > 0 ? d : 0
      //#-stub
      // self.gradient = self.data > 0 ? d : 0
      //#-end
    }
  }

  /// Propagates backward from here, parts after the whole. All gradients are
  /// new.
  func backward() {
    var order: [Value] = []
    var visited: Set<ObjectIdentifier> = []
    func visit(_ node: Value) {
      if !visited.insert(ObjectIdentifier(node)).inserted { return }
      for parent in node.parents { visit(parent) }
      order.append(node)
    }
    visit(self)
    for node in order { node.gradient = 0 }
    gradient = 1
    for node in order.reversed() { node.tell(node.gradient) }
  }
}

/// Returns a formula that shows the fault wherever it is left.
func exposing<Number: Arithmetic>(_ a: Number, _ b: Number) -> Number {
  //#-answer
  (a + a) * (b * b) + (a.relu() + a.relu())
  //#-end
}
