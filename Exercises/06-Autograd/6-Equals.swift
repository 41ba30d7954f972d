import Grading
import Workbook

/*:
 # 6.6 · Equal is not the same ★★

 *Find the bug.* Somebody has given the numbers of an engine a `==` that
 compares what they are worth, which is handy in tests. The pass asks an array
 whether it contains a node, and since that day asks with the new `==`. On
 random weights all is well, for no two numbers of a graph are ever equal. On
 small whole numbers gradients go missing. rsokl/MyGrad#276 tells how near that
 engine came to it.

 **Mend `backward()`.** The `==` has to stay as it is.

 **Find the points.** The formula is a · b + b · c. Return from `exposing()`
 three numbers a, b, c, all different, at which the old pass has a gradient
 wrong. Return from `harmless()` three numbers, at least two of them equal, at
 which the old pass has all gradients right. Before you try numbers, ask which
 node is passed by, and what it would have done.

 The check passes over your points with the old pass and with a right one. Any
 points that do what they should will pass.
 */

/// A number that remembers what it was made of.
final class Value: Equatable {
  let data: Double
  var gradient = 0.0
  let edges: [(parent: Value, factor: Double)]

  init(_ data: Double, _ edges: [(parent: Value, factor: Double)] = []) {
    (self.data, self.edges) = (data, edges)
  }

  /// Whether two numbers are worth the same.
  static func == (a: Value, b: Value) -> Bool { a.data == b.data }

  static func + (a: Value, b: Value) -> Value {
    Value(a.data + b.data, [(a, 1), (b, 1)])
  }

  static func * (a: Value, b: Value) -> Value {
    Value(a.data * b.data, [(a, b.data), (b, a.data)])
  }

  /// Propagates backward from here, parts after the whole.
  func backward() {
    var order: [Value] = []
    var visited: [Value] = []
    func visit(_ node: Value) {
      if visited.contains(node) { return }
      visited.append(node)
      for edge in node.edges { visit(edge.parent) }
      order.append(node)
    }
    visit(self)
    gradient = 1
    for node in order.reversed() {
      for edge in node.edges {
        edge.parent.gradient += edge.factor * node.gradient
      }
    }
  }
}

/// Returns a, b and c, all different, where the old pass is wrong.
func exposing() -> [Double] {
  [notAttempted(), notAttempted(), notAttempted()]
}

/// Returns a, b and c, not all different, where the old pass is right.
func harmless() -> [Double] {
  [notAttempted(), notAttempted(), notAttempted()]
}
