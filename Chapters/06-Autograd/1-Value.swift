import Workbook

/*:
 # 6 · Automatic differentiation

 Four chapters have derived the backward pass of each network by hand. From here
 on a network needs no such derivation; only a new operation does, such as batch
 normalisation in [chapter 8](chapter:8). At the end of this chapter you write
 only the forward pass, and a program finds the gradient: of any formula, over
 numbers or over matrices, for every network of this book. You can also read
 what PyTorch does when it meets `loss.backward()`, and say what its error
 messages mean.

 What fails first is the obvious program. Each number knows the numbers that it
 was computed from. The program begins at the result and passes the derivative
 on to both of its parents, and each of them does the same. That is four lines
 of code. Try them on three numbers: $a = 1$, $b = a + a$ and $c = b + b$.

 > **Guess:** What is the derivative of $c$ with respect to $a$? Do the four
 > lines find it?
 >
 > Since $c = 4a$, the derivative is \(order.truth). The four lines find
 > \(order.naive). Each of their steps is right, but the program takes some of
 > them twice.

 A person follows two rules here without being told. This chapter finds both and
 writes the program that follows them.

 ## Each operation knows its own derivative

 A computation is a **graph**. Its **nodes** are the numbers. A node stores its
 value and the numbers that it was computed from, its **parents**. What a node
 stores in the forward pass is also called its **activation**. The **gradient**
 of a node is the derivative of the loss with respect to it.

 An **edge** leads from a node to a parent and stores a function: given the
 gradient of the node, it returns what the node contributes to the gradient of
 the parent. That function is the **vector–Jacobian product** of the edge, or
 VJP. To apply the VJPs from the loss back to the inputs is the **reverse mode**
 of differentiation. Backpropagation is its name for networks.
 */

/// A number with the graph that it was computed by.
package final class Value<Scalar: Field>: Node {
  /// The operation that computed it, such as `+`, or a name.
  package let name: String
  package let data: Scalar
  /// The derivative of the loss with respect to it, after a backward pass.
  package var gradient: Scalar = 0
  package private(set) var edges: [Edge]

  package struct Edge {
    let parent: Value
    let vjp: VJP
    //#-hidden-code

    init(_ parent: Value, _ vjp: @escaping VJP) {
      self.parent = parent
      self.vjp = vjp
    }
    //#-end-hidden-code
  }

  /// Returns the parent's part of a gradient that arrives at the result.
  package typealias VJP = (Scalar) -> Scalar
  //#-hidden-code
  package var isVisited = false
  private let counter = NodeCounter.current

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
 A number that was not computed is a **leaf**: `Value(3, "x")`. An operation
 writes its forward line with the VJPs beside it. Below, `d` is the gradient
 that arrives at the result. A VJP needs nothing else from the rest of the
 graph. That is why one program serves every formula: a multiplication says how
 it passes a gradient on, and never asks where the gradient comes from.
 */

extension Value {
  package static func + (a: Value, b: Value) -> Value {
    Value("+", a.data + b.data, [Edge(a) { d in d }, Edge(b) { d in d }])
  }

  package static func * (a: Value, b: Value) -> Value {
    let (x, y) = (a.data, b.data)
    return Value("×", x * y, [Edge(a) { d in d * y }, Edge(b) { d in d * x }])
  }
}

/*:
 Functions follow the same pattern. The source of this section has the others:
 minus, division, powers, ReLU, the exponential and the logarithm.
 */

extension Value where Scalar: AnalyticField {
  package func tanh() -> Value {
    let t = Scalar.tanh(data)
    return Value("tanh", t, [Edge(self) { d in d * (1 - t * t) }])
  }
}

//#-hidden-code
extension Value {
  package static func - (a: Value, b: Value) -> Value {
    Value("−", a.data - b.data, [Edge(a) { d in d }, Edge(b) { d in -d }])
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
}
//#-end-hidden-code
