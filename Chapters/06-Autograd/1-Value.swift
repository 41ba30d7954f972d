import Workbook

/*:
 # 6 · Automatic differentiation

 Take three numbers, `a = 1`, `b = a + a` and `c = b + b`. What is the
 derivative of $c$ with respect to $a$? Since $c = 4a$, it is \(order.truth).
 Now let a program find it. Every number knows the two numbers that it is the
 sum of. The program begins at $c$ and passes the derivative on to both of its
 parents. Each of them passes it on to its own parents in turn. The program is
 four lines long, and its answer is \(order.naive).

 Four chapters have derived the backward pass of each network by hand. A program
 can derive it for any network, if it follows two rules that a person follows
 without being told. This chapter writes that program. At its end it computes
 the gradients of every network so far again, equal to the last bit, from
 networks whose backward pass nobody has written.

 ## Each operation knows its own derivative

 A computation is a **graph**. Its **nodes** are the numbers. A node stores its
 value and the numbers that it was computed from, its **parents**. An **edge**
 leads from a node to a parent and stores a function: given the derivative of
 the loss with respect to the node, it returns what that contributes to the
 derivative with respect to the parent. The function is called the
 **vector–Jacobian product** of the edge, or VJP. To apply the VJPs from the
 loss back to the inputs is **reverse-mode** differentiation.
 */

/// A number with the graph that it was computed by.
package final class Value<Scalar: Field>: Node {
  /// The operation that computed it, such as `+`, or a name.
  package let name: String
  /// The number itself.
  package let data: Scalar
  /// The derivative of the loss with respect to this number, after a backward
  /// pass.
  package var gradient: Scalar = 0
  /// The edges to its parents, the numbers that it was computed from.
  package private(set) var edges: [Edge]
  package var isVisited = false
  private let counter = NodeCounter.current

  /// A parent, and the vector–Jacobian product that leads back to it.
  package struct Edge {
    let parent: Value
    let vjp: VJP

    init(_ parent: Value, _ vjp: @escaping VJP) {
      self.parent = parent
      self.vjp = vjp
    }
  }

  /// Returns the parent's part of a gradient that arrives at the result.
  package typealias VJP = (Scalar) -> Scalar

  /// Creates a number that was not computed, a **leaf** of the graph.
  package convenience init(_ data: Scalar, _ name: String = "") {
    self.init(name, data, [])
  }

  /// Creates the result of an operation.
  init(_ name: String, _ data: Scalar, _ edges: [Edge]) {
    self.name = name
    self.data = data
    self.edges = edges
    counter.add(1)
  }

  deinit {
    releaseParents()
    counter.add(-1)
  }
  //#-hidden-code
  package var parentCount: Int { edges.count }
  package func parent(_ index: Int) -> Value { edges[index].parent }
  package func moveParents(to stack: inout [Value]) {
    let edges = self.edges
    self.edges = []
    for edge in edges { stack.append(edge.parent) }
  }
  //#-end-hidden-code
}

/*:
 An operation writes its forward line with the VJPs beside it. Below, `d` is the
 gradient that arrives at the result. A VJP needs nothing else from the rest of
 the graph. That is why one program serves every formula: a multiplication says
 how it passes a gradient on, and never asks where the gradient comes from.
 */

extension Value {
  package static func + (a: Value, b: Value) -> Value {
    Value("+", a.data + b.data, [Edge(a) { d in d }, Edge(b) { d in d }])
  }

  package static func - (a: Value, b: Value) -> Value {
    Value("−", a.data - b.data, [Edge(a) { d in d }, Edge(b) { d in -d }])
  }

  package static func * (a: Value, b: Value) -> Value {
    let (x, y) = (a.data, b.data)
    return Value("×", x * y, [Edge(a) { d in d * y }, Edge(b) { d in d * x }])
  }

  package static func / (a: Value, b: Value) -> Value {
    let (q, y) = (a.data / b.data, b.data)
    return Value(
      "÷", q, [Edge(a) { d in d / y }, Edge(b) { d in -d * q / y }])
  }

  /// Returns this number to a power, which is 1 or more.
  package func power(_ n: Int) -> Value {
    let below = (1..<n).reduce(1) { power, _ in power * data }  // xⁿ⁻¹
    return Value(
      n == 2 ? "²" : "^\(n)", below * data,
      [Edge(self) { d in d * Scalar(count: n) * below }])
  }
}

/*:
 Functions follow the same pattern. As in all chapters, ReLU needs numbers with
 an order, and the others need numbers with an exponential. A `Value` of exact
 fractions has ReLU only.
 */

extension Value where Scalar: Comparable {
  package func relu() -> Value {
    let x = data
    return Value("relu", x < 0 ? 0 : x, [Edge(self) { d in x > 0 ? d : 0 }])
  }
}

extension Value where Scalar: AnalyticField {
  package func exp() -> Value {
    let e = Scalar.exp(data)
    return Value("exp", e, [Edge(self) { d in d * e }])
  }

  package func log() -> Value {
    let x = data
    return Value("log", Scalar.log(x), [Edge(self) { d in d / x }])
  }

  package func tanh() -> Value {
    let t = Scalar.tanh(data)
    return Value("tanh", t, [Edge(self) { d in d * (1 - t * t) }])
  }
}

/*:
 Here are the four lines that fail. They look right. Each VJP in them is right,
 and on a tree, where every number is used once, the answer is right too.
 */

/// Passes a node's gradient to its parents, then visits each parent.
func propagateWithoutOrder<Scalar: Field>(_ node: Value<Scalar>) {
  for edge in node.edges { edge.parent.gradient += edge.vjp(node.gradient) }
  for edge in node.edges { propagateWithoutOrder(edge.parent) }
}

/*:
 But $b$ is used twice, so the program visits it twice. At the first visit the
 gradient of $b$ is complete, and $b$ passes it to $a$. At the second visit $b$
 passes all of it to $a$ again. [Karpathy's micrograd](cite:karpathy-2020), a
 small engine of this kind, visits the nodes in an order that avoids this.
 */
