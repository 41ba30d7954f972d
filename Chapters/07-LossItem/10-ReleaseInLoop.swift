import Autograd
import Workbook

/*:
 ## A release in a loop

 The fix is in [chapter 6](chapter:6): a node that is released takes its
 ancestors apart in a loop, `releaseParents()`. Each of them holds nothing when
 it is released, so its release has no other release inside. The loop works for
 any `Node`. A chain needs only to say what a link holds, and how the link
 gives it up.
 */

/// A link of a chain, which releases the links before it in a loop.
final class SafeLink: Node {
  private var before: SafeLink?
  private let freed: Tally
  //#-hidden-code
  var isVisited = false

  init(after before: SafeLink?, _ freed: Tally) {
    (self.before, self.freed) = (before, freed)
  }
  //#-end-hidden-code

  deinit {
    releaseParents()
    freed.count += 1
  }

  var parentCount: Int { before == nil ? 0 : 1 }

  func parent(_ index: Int) -> SafeLink { before ?? self }

  func moveParents(to stack: inout [SafeLink]) {
    if let before { stack.append(before) }
    before = nil
  }
}

//#-hidden-code
/// Counts something.
final class Tally {
  var count = 0
}
//#-end-hidden-code

/*:
 The loop must not take apart a link that something else holds too. The function
 `isKnownUniquelyReferenced` tells.

 > **Guess:** Something holds the middle of a chain of \(loop.links) links. How
 > many are released with the last one?
 >
 > \(loop.first): the loop stops at the middle. The rest follows when the
 > middle is released.

 The same holds for the matrices of [chapter 6](chapter:6). A running total of
 \(loop.sums) sums completes a backward pass and is released.

 Three parts of an engine follow a graph to its end, and each has crashed
 programs where it was written as a recursive function: the topological order,
 the backward pass, and the release. Nobody writes the release, so nobody looks
 for the mistake there.
 */

//#-hidden-code
/// Returns how many links were freed while the middle was held, and in all.
func releaseInLoop(links: Int) -> (first: Int, all: Int) {
  let tally = Tally()
  var (last, middle): (SafeLink?, SafeLink?)
  for number in 1...links {
    last = SafeLink(after: last, tally)
    if number == links / 2 { middle = last }
  }
  last = nil
  let first = tally.count
  withExtendedLifetime(middle) {}
  middle = nil
  return (first, tally.count)
}

/// Runs a backward pass over a long running total, and releases it.
///
/// - Returns: The gradient of the first number, and the nodes that are left.
func backwardAndRelease<Scalar: FloatingField>(
  sums: Int, in scalar: Scalar.Type
) -> (gradient: Scalar, alive: Int) {
  let counter = NodeCounter()
  let gradient = NodeCounter.$current.withValue(counter) {
    let start = Variable<Scalar>([[1]], as: .weight)
    var total = start
    for _ in 0..<sums { total = total + start }
    total.backward()
    return start.gradient.matrix[0, 0]
  }
  return (gradient, counter.alive)
}
//#-end-hidden-code

/// Releases long chains in this process, in a loop.
func releaseLongChains<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("A release in a loop")
  let links = run.setting(
    1_000_000, as: "loop.links", label: "links, released in a loop")
  let sums = run.setting(
    1_000_000, as: "loop.sums", label: "sums of a running total")
  let (first, all) = releaseInLoop(links: links)
  let (gradient, alive) = backwardAndRelease(sums: sums, in: scalar)
  run.record(
    first, as: "loop.first", label: "released while the middle is held")
  run.check(
    "a loop releases a long chain, but for what something else holds",
    first == links / 2 && all == links, detail: "every link")
  run.check(
    "a long running total completes a backward pass and is released",
    gradient == Scalar(count: sums + 1) && alive == 0,
    detail: "no node is left")
}
