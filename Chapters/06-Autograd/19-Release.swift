import Synchronization
import Workbook

/*:
 ## Releasing a graph

 The last node of a graph holds its parents, they hold theirs, and so on. When
 nothing holds the last node any more, Swift releases its parents from within
 the release of that node, one call inside the other. That is recursion again,
 where nobody looks for it. So a node that is released takes its ancestors apart
 in a loop: a node that nothing else holds gives up its own parents first.
 [Chapter 7](chapter:7) counts the nodes that are alive.
 */

extension Node {
  /// Releases the ancestors of this node that nothing else holds.
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

//#-hidden-code
/// Counts the nodes that are alive, on any number of threads.
package final class NodeCounter: Sendable {
  private let count = Atomic(0)

  package init() {}

  /// The number of nodes that are alive.
  package var alive: Int { count.load(ordering: .relaxed) }

  func add(_ change: Int) { count.add(change, ordering: .relaxed) }

  /// The counter of the nodes that this task creates.
  @TaskLocal package static var current = NodeCounter()
}
//#-end-hidden-code
