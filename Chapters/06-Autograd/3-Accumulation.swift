import Workbook

/*:
 ## Gradients are added

 The second rule: gradients that arrive at a node by several edges *add up*.
 It is the chain rule of several variables, and in code it is a `+=`. With a
 plain `=` the last edge wins, and the others are lost. Both rules together are
 the backward pass.
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
 > **Guess:** Find the gradient of $a$ with a pencil, by two other wrong rules.
 > The first adds to a parent and visits it at once, before it goes to the
 > other parent. The second has the right order, but an `=` in the place of
 > `+=`.
 >
 > They find \(order.deep) and \(order.assigned). The first passes $b$ on too
 > early the first time and too much the second time. The second counts one
 > path of four.

 ![The derivative of c with respect to a, by four rules](table:traversals)
 */

/// Runs the four lines and three other rules on the graph of `c`.
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
    gradients[1], .decimals(0), as: "order.deep", label: "depth first")
  run.record(
    gradients[2], .decimals(0), as: "order.assigned", label: "with =")
  run.record(
    gradients[3], .decimals(0), as: "order.truth",
    label: "in topological order, with +=")
  run.show(table)
  let (_, b, c) = doubledTwice()
  c.backward()
  run.show(
    Figure("diamond", c.diagram(named: ["a", "b = a + a", "c = b + b"])))
  run.check(
    "the derivative is the number of paths from c to a",
    c.parentCount * b.parentCount == 4, detail: "two edges, and two again")
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

/*:
 ## Zero the gradients, and which ones

 Where does a gradient begin? At zero. And at the second backward pass? It
 begins with what the first pass left, unless it has been set to zero.

 > **Guess:** Run two backward passes over the graph of $c$ and set nothing to
 > zero. What is the gradient of $a$? And what is it if you set only the
 > gradient of $a$ to zero in between?
 >
 > It is \(twice.kept), and not twice \(order.truth): $b$ still has the gradient
 > of the first pass and passes it on again. If $a$ alone is zeroed, it is
 > \(twice.leaf). Readers of micrograd have [met that case](cite:micrograd-102),
 > because its `zero_grad` zeroes the parameters only.

 So `backward()` sets the gradients of computed nodes to zero when it begins:
 they belong to one pass. The gradients of leaves stay and add up over passes.
 There is a use for that: the gradient of a large batch can be accumulated from
 two small ones, one backward pass each, if each loss is the sum over its
 examples, divided by the number of examples in the large batch. After two
 passes the gradient of $a$ is \(twice.ours). To zero the leaves between steps
 is the caller's task. PyTorch has the same rule, and its call is `zero_grad()`.
 */

//#-hidden-code
/// Returns the gradient of a after two backward passes from c.
private func gradientAfterTwo(
  _ backward: (Value<Rational>) -> Void, zeroingLeaf: Bool = false
) -> Double {
  let (a, _, c) = doubledTwice()
  backward(c)
  if zeroingLeaf { a.gradient = 0 }
  backward(c)
  return Double(a.gradient)
}

/// Runs a backward pass that keeps all gradients of the pass before.
func backwardKeepingGradients<Scalar: Field>(from root: Value<Scalar>) {
  root.gradient = 1
  for node in root.topologicalOrder().reversed() { node.propagate() }
}

//#-end-hidden-code

/// Runs two backward passes over one graph, and zeroes different gradients.
func runBackwardTwice(on run: inout RunRecorder) {
  run.section("Two backward passes")
  run.ask("What does a second backward pass find?")
  let gradients = [
    gradientAfterTwo(backwardKeepingGradients),
    gradientAfterTwo(backwardKeepingGradients, zeroingLeaf: true),
    gradientAfterTwo { $0.backward() },
    gradientAfterTwo({ $0.backward() }, zeroingLeaf: true),
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
