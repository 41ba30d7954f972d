import Workbook

/*:
 ## A topological order

 A node may pass its gradient on once that gradient is complete, that is, after
 every node that was computed from it has passed on its own. So put the nodes in
 a **topological order**, in which parents come before the nodes computed from
 them, and go through it from its end.

 A depth-first traversal finds the order: go to a parent that has not been
 visited, from there to one of its parents, and so on. A node whose parents are
 all in the list is appended to the list. The usual way to write that is a
 recursive function. Each call takes a part of the stack, though, and a long
 graph takes all of it: after some tens of thousands of nodes the program
 crashes without a message. So the path is kept in an array, which may grow as
 long as there is memory.

 A node is recognised by its identity, not by its value. Two nodes may both have
 the value one, and still be two nodes.
 */

/// A node of a graph, with edges to its parents.
package protocol Node: AnyObject {
  /// The number of parents.
  var parentCount: Int { get }
  /// Returns a parent.
  func parent(_ index: Int) -> Self
  /// Moves the parents to a list, so that this node holds them no longer.
  func moveParents(to stack: inout [Self])
  /// Whether the traversal in progress has visited this node.
  var isVisited: Bool { get set }
}

extension Node {
  /// Returns this node and its ancestors, each once, parents first.
  @specialized(where Self == Variable<Float>)
  @specialized(where Self == Variable<Double>)
  package func topologicalOrder() -> [Self] {
    var order: [Self] = []
    var path = [(node: self, next: 0)]
    isVisited = true
    while let (node, next) = path.last {
      if next == node.parentCount {
        order.append(node)
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      let parent = node.parent(next)
      if parent.isVisited { continue }
      parent.isVisited = true
      path.append((parent, 0))
    }
    for node in order { node.isVisited = false }
    return order
  }
}

/*:
 ## Gradients are added

 The second rule: gradients that arrive at a node by several edges **add up**.
 It is the chain rule of several variables, and in code it is a `+=`. With a
 plain `=` the last edge wins, and the others are lost.

 ![The derivative of c with respect to a, by four rules](table:traversals)

 The addition has a consequence that surprises everybody once. Where does a
 gradient begin? At zero. And at the second backward pass? It begins with what
 the first pass left, unless it has been set to zero. Run two backward passes
 over the graph above and keep all gradients, and the gradient of $a$ is
 \(twice.kept). Zero only the leaf in between, and it is \(twice.leaf), because
 $b$ still has the gradient of the first pass and passes it on again. Readers
 of micrograd have [met that case](cite:micrograd-102), because its `zero_grad`
 zeroes the parameters only.

 There is a reason to keep some of them: the gradient of a large batch may be
 accumulated from two small batches, one backward pass each. The gradients of
 the **leaves** serve for that. The gradients of computed nodes belong to one
 pass, and each pass begins by setting them to zero. PyTorch follows this rule,
 and so does the function below. After two passes the gradient of $a$ is
 \(twice.ours), the sum of two derivatives of \(order.truth). To zero the leaves
 too, between steps, is the caller's task. In PyTorch the call is `zero_grad()`,
 and it is often forgotten.
 */

extension Value {
  /// Adds, in a backward pass, the derivative of this to every leaf's gradient.
  package func backward() {
    let order = topologicalOrder()
    for node in order where !node.edges.isEmpty { node.gradient = 0 }
    gradient = 1
    for node in order.reversed() { node.propagate() }
  }

  /// Adds to each parent's gradient what this node's gradient contributes.
  func propagate() {
    for edge in edges { edge.parent.gradient += edge.vjp(gradient) }
  }
}

/*:
 Here are three wrong backward passes beside the right one. Before you read the
 table, do them with a pencil.
 */

/// Compares four rules of a backward pass from c = b + b, b = a + a.
func compareTraversals(on run: inout RunRecorder) {
  run.section("The derivative of c with respect to a")
  run.ask("a = 1, b = a + a, c = b + b. What do four lines of code find?")
  let rules: [(String, (Value<Rational>) -> Void)] = [
    ("add to both parents, then visit both", propagateWithoutOrder),
    ("add to a parent and visit it, then the other", propagateDepthFirst),
    ("in topological order, but with =", propagateByAssigning),
    ("in topological order, with +=", { $0.backward() }),
  ]
  var table = Table("traversals", columns: ["rule", "dc/db", "dc/da"])
  let gradients = rules.map { rule, propagate in
    let (a, b, c) = doubledTwice()
    c.gradient = 1
    propagate(c)
    table.add([
      .text(rule), .number(Double(b.gradient), .decimals(0)),
      .number(Double(a.gradient), .decimals(0)),
    ])
    return Double(a.gradient)
  }
  run.record(
    gradients[0], .decimals(0), as: "order.naive", label: "without an order")
  run.record(
    gradients[3], .decimals(0), as: "order.truth",
    label: "in topological order, with +=")
  run.show(table)
  run.check(
    "only the topological order with += finds the derivative of 4 a",
    gradients[3] == 4
      && gradients[..<3].allSatisfy { $0 != 4 },
    detail: "4, over exact fractions")
}

//#-hidden-code
/// Returns a = 1, b = a + a and c = b + b.
func doubledTwice() -> (
  a: Value<Rational>, b: Value<Rational>, c: Value<Rational>
) {
  let a = Value<Rational>(1, "a")
  let b = a + a
  return (a, b, b + b)
}

/// Passes a node's gradient to a parent and visits it, then the next parent.
func propagateDepthFirst<Scalar: Field>(_ node: Value<Scalar>) {
  for edge in node.edges {
    edge.parent.gradient += edge.vjp(node.gradient)
    propagateDepthFirst(edge.parent)
  }
}

/// Goes through the nodes in order, with `=` where `+=` belongs.
func propagateByAssigning<Scalar: Field>(_ node: Value<Scalar>) {
  for node in node.topologicalOrder().reversed() {
    for edge in node.edges { edge.parent.gradient = edge.vjp(node.gradient) }
  }
}
//#-end-hidden-code

/// Runs a backward pass that keeps all gradients of the pass before.
func backwardKeepingGradients<Scalar: Field>(from root: Value<Scalar>) {
  root.gradient = 1
  for node in root.topologicalOrder().reversed() { node.propagate() }
}

/// Runs two backward passes over one graph, with four rules of what to zero.
func runBackwardTwice(on run: inout RunRecorder) {
  run.section("Two backward passes")
  run.ask("What does a second backward pass find?")
  func gradient(
    _ backward: (Value<Rational>) -> Void, zeroingLeaf: Bool = false
  ) -> Double {
    let (a, _, c) = doubledTwice()
    backward(c)
    if zeroingLeaf { a.gradient = 0 }
    backward(c)
    return Double(a.gradient)
  }
  let gradients = [
    gradient(backwardKeepingGradients),
    gradient(backwardKeepingGradients, zeroingLeaf: true),
    gradient { $0.backward() }, gradient({ $0.backward() }, zeroingLeaf: true),
  ]
  let names = ["kept", "leaf", "ours", "zeroed"]
  let labels = [
    "all gradients kept", "the leaf zeroed",
    "leaves kept, computed nodes zeroed", "all zeroed",
  ]
  for (index, name) in names.enumerated() {
    run.record(
      gradients[index], .decimals(0), as: "twice.\(name)", label: labels[index])
  }
  run.check(
    "leaves accumulate over backward passes, and computed nodes begin at zero",
    gradients == [12, 8, 8, 4], detail: "over exact fractions")
}
