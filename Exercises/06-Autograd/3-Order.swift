import Grading
import Workbook

/*:
 # 6.3 · An order without recursion ★★★

 *Implement.* A node may hand gradients to its parents once its own is complete.
 So a pass needs a **topological order**: a list in which parents stand before
 what was made of them, to be read from its end. The function that calls itself
 for every parent is five lines long, and takes a piece of the stack for each
 step from the root. karpathy/micrograd#90 offers a version without it.
 PyTorch's compiler, Inductor, sorts its own graphs, crashed in the same way
 (pytorch/pytorch#115506), and got a loop (pytorch/pytorch#116761).

 Here a graph is a list of lists. The node i was made of the nodes `parents[i]`:

     parents = [[], [0, 3], [1, 1], []]     // 1 = 0 ∘ 3,  2 = 1 ∘ 1

 Numbers say nothing about order: a node may have a smaller number than its
 parents. A node may name the same parent twice, as in `a + a`. Nodes that the
 root was not made of are there as well, for a tape records more than one loss.

 Write `order(of:from:)`. Any topological order is right; the check looks
 whether yours is one. It tries small graphs first, then one with 2⁶⁰ paths from
 its root to its leaf, then a chain of 1,000,000 nodes. So no function may call
 itself, and the time must not grow faster than the number of nodes and edges.
 */

/// Returns a node and all that it was made of, each once, parents first.
///
/// - Parameters:
///   - parents: For each node, those that it was made of. There are no rings.
///   - root: The node that is to stand last.
func order(of parents: [[Int]], from root: Int) -> [Int] {
  notAttempted()
}
