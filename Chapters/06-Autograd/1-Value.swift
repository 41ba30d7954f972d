import Workbook

/*:
 # 6 · Numbers that remember

 Take three numbers, `a = 1`, `b = a + a` and `c = b + b`. How fast does $c$ grow
 with $a$? It is $c = 4a$, so the slope is \(order.truth). Now let a program find
 out. Every number knows which two it was added up from. Begin at $c$, tell both
 of its parents the slope, and let each of them tell its own parents in turn. The
 program is four lines long, and its answer is \(order.naive).

 Four chapters have read forward lines backwards by hand. A program can read them
 too, whatever the network, if it keeps two things in mind that a careful hand
 keeps without being asked. This chapter writes that program, and at its end the
 slopes of every network so far come out again, to the last bit, from networks
 for which nobody has written a backward pass.

 ## Each operation knows its own slope

 A number that remembers has a value, the numbers that it was made of, and for
 each of them a line of calculus: given the slope of the loss in the result, the
 slope in that part. Such a connection is an **edge** of a graph whose **nodes**
 are the numbers.
 */

/// A number that remembers what it was made of.
package final class Value<Scalar: Field>: Node {
  /// What made it, such as `+`, or a name.
  package let name: String
  /// The number itself.
  package let data: Scalar
  /// The slope of the loss in this number, once somebody has walked backwards.
  package var slope: Scalar = 0
  /// The numbers that it was made of.
  package private(set) var edges: [Edge]
  package var isMarked = false
  private let counter = NodeCounter.current

  /// A number that took part, and how the slope of the result leads back to it.
  package struct Edge {
    let parent: Value
    let back: (Scalar) -> Scalar

    init(_ parent: Value, _ back: @escaping (Scalar) -> Scalar) {
      self.parent = parent
      self.back = back
    }
  }

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
 An operation is then its forward line with its backward line beside it. Below,
 `d` is the slope that arrives at the result. It is all that an operation needs to
 know of the rest of the world, and that is what makes the program possible: a
 multiplication says how it passes a slope on, and never asks where it comes
 from.
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
 The functions are no different. As in all chapters, a number needs an order for
 ReLU, and an exponential for the others; a `Value` of exact fractions has the
 first and not the second.
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
 And here are the four lines that fail. They look right. Each line of calculus in
 them is right, and on a tree, where every number is used once, so is the answer.
 */

/// Tells the parents of a number its slope, then lets each tell its own.
func tellWithoutOrder<Scalar: Field>(_ node: Value<Scalar>) {
  for edge in node.edges { edge.parent.slope += edge.back(node.slope) }
  for edge in node.edges { tellWithoutOrder(edge.parent) }
}

/*:
 But $b$ is used twice, and so it is visited twice. At the first visit it knows its
 whole slope and tells $a$. At the second it tells $a$ everything again. Both the
 four lines and the example have been put before the author of
 [micrograd](cite:karpathy-2020), the engine from which many have learned this;
 his own walk has an order.
 */
