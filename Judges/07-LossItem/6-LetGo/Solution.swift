import Grading
import Workbook

/*:
 # 7.6 · Let go of a million ★★★

 *Implement.* When the last node of a graph is let go, Swift lets go of its
 parents, and would do so from within: each release waits on the stack for the
 one inside it. Some tens of thousands of nodes deep the stack is full, and the
 program is gone without a message. PyTorch had it too (pytorch/pytorch#5534).

 Write the `deinit` of this node so that it takes its ancestors apart in a loop.
 A node that is about to go gives up its own parents first, so that nothing is
 inside when its turn comes. A node that somebody else holds has to stay as it
 is, with all that it was made of. `isKnownUniquelyReferenced(&edge.parent)`
 asks whether this edge is the only one that holds the parent; it needs a `var`,
 and is false for as long as anybody else has the same parent, also an array
 from which you have read it.

 The check lets go of small graphs, of graphs that are held in the middle, of
 2,000 nodes while it looks how much of the stack that takes, and then of a
 chain of 1,000,000 and of a ladder in which every node is used twice. Each node
 has to go exactly once.
 */

/// Counts the nodes that are alive.
class Counter {
  var alive = 0

  /// Called when a node comes.
  func greet() { alive += 1 }
  /// Called when a node goes.
  func part() { alive -= 1 }
}

/// A number that remembers what it was made of.
final class Node {
  /// A number that took part, and how the gradient of the result leads back to
  /// it.
  struct Edge {
    var parent: Node
    var factor: Double
  }

  /// What this was made of.
  private(set) var edges: [Edge]
  private let counter: Counter

  init(_ edges: [Edge], _ counter: Counter) {
    (self.edges, self.counter) = (edges, counter)
    counter.greet()
  }

  deinit {
    //#-answer
    var stack = edges
    edges = []
    while var edge = stack.popLast() {
      if isKnownUniquelyReferenced(&edge.parent) {
        stack += edge.parent.edges
        edge.parent.edges = []
      }
    }
    //#-stub
    // // Without a word here Swift lets go of the edges, each from within.
    //#-end
    counter.part()
  }
}
