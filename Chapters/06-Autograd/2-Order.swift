import Workbook

/*:
 ## Why the obvious program fails

 Here are the four lines. Each VJP in them is right, and where every number is
 used once, the answer is right too.
 */

/// Passes a node's gradient to its parents, then visits each parent.
func propagateWithoutOrder<Scalar: Field>(_ node: Value<Scalar>) {
  for edge in node.edges { edge.parent.gradient += edge.vjp(node.gradient) }
  for edge in node.edges { propagateWithoutOrder(edge.parent) }
}

/*:
 But $b$ is used twice, so two edges lead from $c$ to $b$. Below, each box shows
 the value of its number and under it the gradient that is right.

 ![A number that is used twice: two edges lead to it, and gradients
 add](figure:diamond)

 Every path from $c$ to $a$ is a way in which $a$ acts on $c$. The VJPs along a
 path are multiplied, and the paths are *added*. Here each path has the
 product one, so the derivative is the number of paths. There are two edges
 from $c$ to $b$ and two from $b$ to $a$: four paths.

 The four lines visit $b$ twice. At the first visit the gradient of $b$ is
 complete, and $b$ passes it to $a$. At the second visit $b$ passes all of it to
 $a$ again, so every path is counted twice.
 [Karpathy's micrograd](cite:karpathy-2020), a small engine of this kind, visits
 the nodes in an order that avoids this.

 ## A topological order

 The first rule: a node passes its gradient on once, when that gradient is
 complete. It is complete when every node that was computed from it has passed
 on its own. So put the nodes in a **topological order**, in which parents come
 before the nodes that were computed from them, and go through it from its end.

 A depth-first traversal finds the order: go to a parent that has not been
 visited, from there to one of its parents, and so on. A node whose parents are
 all in the list is appended to the list. A recursive function would take a part
 of the stack for each node of the path, and a long graph would take all of it.
 So the path is kept in an array. A node is recognised by its identity, not by
 its value: two nodes may both have the value one.
 */

//#-hidden-code
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
//#-end-hidden-code

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
