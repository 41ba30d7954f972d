import Synchronization
import Workbook

/*:
 ## First all that follows, then I

 A number may speak once its own slope is complete, that is, after everything that
 was made of it has spoken. So put the nodes in an order in which parts come
 before what they are part of, a **topological order**, and read it from its end.

 The order is found by a walk: go to a part that has not been visited, from
 there to one of its parts, and so on; a node whose parts are all in the list
 enters the list. The usual way to write that is a function that calls itself.
 Each call takes a piece of the stack, though, and a long graph takes all of it:
 after some tens of thousands of steps the program is gone, without a message. So the
 path is kept in an array, which may grow as long as there is memory.

 A node is marked by what it is, not by what it equals. Two numbers may both be
 one, and still be two numbers.
 */

/// Something that was made of others of its kind.
package protocol Node: AnyObject {
  /// The number of nodes that it was made of.
  var parentCount: Int { get }
  /// Returns one of them.
  func parent(_ index: Int) -> Self
  /// Gives them up, one by one, to a list.
  func moveParents(to stack: inout [Self])
  /// Whether a walk has come by.
  var isMarked: Bool { get set }
}

extension Node {
  /// This node and all that it was made of, each once, parts before the whole.
  @specialized(where Self == Variable<Float>)
  @specialized(where Self == Variable<Double>)
  package func inOrder() -> [Self] {
    var order: [Self] = []
    var path = [(node: self, next: 0)]
    isMarked = true
    while let (node, next) = path.last {
      if next == node.parentCount {
        order.append(node)
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      let parent = node.parent(next)
      if parent.isMarked { continue }
      parent.isMarked = true
      path.append((parent, 0))
    }
    for node in order { node.isMarked = false }
    return order
  }
}

/*:
 ## Add, and do not overwrite

 The second thing to keep in mind: slopes that arrive by several ways **add up**.
 It is the chain rule of several variables, and in code it is a `+=`. With a mere
 `=` the last way wins, and the others are lost.

 ![The slope of c in a, by four rules](table:walks)

 Addition has a consequence that surprises everybody once. Where do slopes begin?
 At zero. And at the second walk? They begin where the first walk left them,
 unless somebody has set them back. Walk twice over the graph above and keep all
 slopes, and $a$ has \(twice.kept). Set back the leaf alone, and it has
 \(twice.leaf), for $b$ still holds what it was told at the first walk, and tells
 it again.

 There is a reason to keep some of them: the slopes of a large batch may be
 gathered from two small ones, walk by walk. That is what the slopes of the
 **leaves** are for. What lies between belongs to one walk, and begins at zero.
 PyTorch follows this rule, and so does the function below. After two walks
 $a$ has \(twice.ours), the sum of two slopes of \(order.truth). To forget the
 leaves too, between steps, is then the caller's to ask for. In PyTorch it is
 called `zero_grad()`, and it is forgotten often.
 */

extension Value {
  /// Walks backwards from here: every leaf's slope grows by its part in this.
  package func backward() {
    let order = inOrder()
    for node in order where !node.edges.isEmpty { node.slope = 0 }
    slope = 1
    for node in order.reversed() { node.tellParents() }
  }

  /// Adds to each parent's slope what this one's slope means for it.
  func tellParents() {
    for edge in edges { edge.parent.slope += edge.back(slope) }
  }
}

/*:
 Here are the walks that go wrong, side by side. Before you read the table, do them
 with a pencil.
 */

/// Compares four rules of walking backwards from c = b + b, b = a + a.
func compareWalks(on page: inout Page) {
  page.section("How fast does c grow with a?")
  page.ask("a = 1, b = a + a, c = b + b. What do four lines of code say?")
  let rules: [(String, (Value<Rational>) -> Void)] = [
    ("tell both parents, then visit both", tellWithoutOrder),
    ("tell a parent and visit it, then the other", tellAndVisit),
    ("in order, but with =", tellByAssigning),
    ("in order, with +=", { $0.backward() }),
  ]
  var table = Table("walks", columns: ["rule", "slope in b", "slope in a"])
  let slopes = rules.map { rule, walk in
    let (a, b, c) = doubledTwice()
    c.slope = 1
    walk(c)
    table.add([
      .text(rule), .number(Double(b.slope), .decimals(0)),
      .number(Double(a.slope), .decimals(0)),
    ])
    return Double(a.slope)
  }
  page.record(
    slopes[0], .decimals(0), as: "order.naive", label: "without an order")
  page.record(
    slopes[3], .decimals(0), as: "order.truth", label: "in order, with +=")
  page.show(table)
  page.check(
    "only the ordered walk that adds finds the slope of 4 a",
    slopes[3] == 4
      && slopes[..<3].allSatisfy { $0 != 4 }, detail: "4, over exact fractions")
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

/// Tells a parent its slope and lets it tell its own, then the next.
func tellAndVisit<Scalar: Field>(_ node: Value<Scalar>) {
  for edge in node.edges {
    edge.parent.slope += edge.back(node.slope)
    tellAndVisit(edge.parent)
  }
}

/// Walks in order, and forgets the `+`.
func tellByAssigning<Scalar: Field>(_ node: Value<Scalar>) {
  for node in node.inOrder().reversed() {
    for edge in node.edges { edge.parent.slope = edge.back(node.slope) }
  }
}
//#-end-hidden-code

/// Walks in order, and keeps the slopes of all nodes from walk to walk.
func walkAndKeep<Scalar: Field>(from root: Value<Scalar>) {
  root.slope = 1
  for node in root.inOrder().reversed() { node.tellParents() }
}

/// Walks over one graph twice, setting back nothing, a leaf, or what lies between.
func walkTwice(on page: inout Page) {
  page.section("Walking twice")
  page.ask("And if it walks a second time?")
  func slope(
    _ walk: (Value<Rational>) -> Void, resettingLeaf: Bool = false
  ) -> Double {
    let (a, _, c) = doubledTwice()
    walk(c)
    if resettingLeaf { a.slope = 0 }
    walk(c)
    return Double(a.slope)
  }
  let slopes = [
    slope(walkAndKeep), slope(walkAndKeep, resettingLeaf: true),
    slope { $0.backward() }, slope({ $0.backward() }, resettingLeaf: true),
  ]
  let names = ["kept", "leaf", "ours", "zeroed"]
  let labels = [
    "all slopes kept", "the leaf set back", "leaves kept, the rest set back",
    "all set back",
  ]
  for (index, name) in names.enumerated() {
    page.record(
      slopes[index], .decimals(0), as: "twice.\(name)", label: labels[index])
  }
  page.check(
    "leaves add up their walks, and what lies between begins anew",
    slopes == [12, 8, 8, 4], detail: "over exact fractions")
}

/*:
 ## Letting go

 A graph is held by its last node: that holds its parents, they hold theirs. When
 the last node is let go, Swift lets go of its parents, and would do so from
 within, one call inside the other. That is the recursion again, at a moment
 where nobody looks for it. So a node that goes takes its ancestors apart in a
 loop: whoever is held by nobody else gives up its own parents first, and goes
 when it holds nothing any more.
 */

extension Node {
  /// Lets go of all that this node was made of, and nobody else holds.
  @specialized(where Self == Variable<Float>)
  @specialized(where Self == Variable<Double>)
  package func releaseParents() {
    if parentCount == 0 { return }
    var stack: [Self] = []
    moveParents(to: &stack)
    while var node = stack.popLast() {
      if node.parentCount > 0 && isKnownUniquelyReferenced(&node) {
        node.moveParents(to: &stack)
      }
    }
  }
}

/*:
 Who is alive can be counted exactly, since every node says when it comes and when
 it goes. The next chapter will want to know.
 */

/// Counts the nodes that are alive, on whatever threads they come and go.
package final class NodeCounter: Sendable {
  private let count = Atomic(0)

  package init() {}

  /// The number of nodes that are alive.
  package var alive: Int { count.load(ordering: .relaxed) }

  func add(_ change: Int) { count.add(change, ordering: .relaxed) }

  /// Who counts the nodes that are made here.
  @TaskLocal package static var current = NodeCounter()
}
