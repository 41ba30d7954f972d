import Autograd
import Workbook

/*:
 ## The crash comes at the end

 Suppose the machine has memory enough, and a leak is found. Somebody writes
 `total = 0`, the graph is let go, and at that moment the program is gone. There is
 no message. Nothing on that line can fail.

 A running total is a chain: each sum holds the sum before it. When nobody holds
 the last sum any more, Swift frees it, and lets go of what it held. That was the
 only one to hold the sum before; so Swift frees that one, from within. Each
 release waits on the **stack** for the release inside it. A stack is small, a few
 megabytes, and behind its end lies memory that nobody may touch.

 Here is a chain that leaves its release to Swift.
 */

/// A node of a graph, which holds those that it was made of.
final class Link {
  let parts: [Link]

  init(of parts: [Link]) { self.parts = parts }
}

/// Makes a chain of links and lets go of its last one.
///
/// A long chain ends the program: call this where that does no harm.
package func releaseNaively(links: Int) {
  var last: [Link] = []
  for _ in 0..<links { last = [Link(of: last)] }
  withExtendedLifetime(last) {}
  last = []
}

/*:
 Why an array? Because the plainest chain of all does not show the crash. For a
 class with a property that is an optional of the class itself, the compiler has seen
 the trouble coming, and writes a loop. It takes more to hide the recursion from
 it: an array, an edge, a closure, and that is what graphs are made of.
 */

/// A link of a list, the one case in which the compiler helps.
final class ListLink {
  let next: ListLink?

  init(before next: ListLink?) { self.next = next }
}

/// Makes a list and lets go of it.
package func releaseList(links: Int) {
  var first: ListLink?
  for _ in 0..<links { first = ListLink(before: first) }
  withExtendedLifetime(first) {}
  first = nil
}

/*:
 How long may it be? A chapter that tried would not live to tell. So it starts
 this very program once more, as a child, with a stack of \(release.stack)
 megabytes, asks it to let go of a chain, and looks at how it ended. Then it doubles
 the length.

 Which length is the first to die depends on how much of the stack the compiler
 takes for a release, and stands in the run. Expect some ten thousand links to be
 let go in peace, and a million to be too many, wherever you are; and a list of a
 million to be no trouble. A run inside another program, such as a test, has no
 such child, and says so.
 */

/// Lets a child of this program let go of longer and longer chains.
func findDeadlyLength(on page: inout Page) {
  page.section("The crash comes at the end")
  page.ask("How long a chain of objects can Swift let go of?")
  let megabytes = 8
  page.record(
    megabytes, as: "release.stack", label: "megabytes of stack for the child")
  var links = 10_000
  while links < 10_000_000 {
    guard let ending = releaseInChild("deep-release", links, megabytes) else {
      return page.say(
        "Not run by chapter-runner, so there is no child to try it on.")
    }
    let count = NumberFormat.count.text(of: Double(links))
    if case .signal(let signal) = ending {
      let each = megabytes * 1_048_576 / links
      return page.say(
        "\(count) links: the child died, of signal \(signal). A release takes "
          + "between \(each) and \(2 * each) bytes of stack.")
    }
    if ending != .exit(0) { return page.say("The child could not be run.") }
    page.say("\(count) links: let go.")
    links *= 2
  }
}

/// Lets a child of this program let go of a long list.
func releaseListInChild(on page: inout Page) {
  let ending = releaseInChild("list-release", 1_000_000, 8)
  if ending == .exit(0) {
    page.say(
      "A list of 1,000,000 links, whose release the compiler wrote: let go.")
  }
}

/// Returns how a child ended that was asked to let go of a chain.
///
/// - Returns: `nil` if there can be no child.
func releaseInChild(
  _ demonstration: String, _ links: Int, _ megabytes: Int
) -> Ending? {
  runAgain(["demo", demonstration, "\(links)"], stackMegabytes: megabytes)
}

/*:
 ## Let go in a loop

 The cure was on a page of [chapter 6](chapter:6) and looked like a detail there:
 a node that goes takes its ancestors apart in a loop, `releaseParents()`. Each of
 them is empty when it goes, so its release has nothing inside. The loop was written for
 any `Node`, so a chain has it for the asking. It says what a link holds,
 and how it gives it up.
 */

/// A link of a chain, which lets go of the links before it in a loop.
final class CarefulLink: Node {
  private var before: CarefulLink?
  var isMarked = false
  private let goodbye: Tally

  init(after before: CarefulLink?, _ goodbye: Tally) {
    (self.before, self.goodbye) = (before, goodbye)
  }

  deinit {
    releaseParents()
    goodbye.count += 1
  }

  var parentCount: Int { before == nil ? 0 : 1 }

  func parent(_ index: Int) -> CarefulLink { before ?? self }

  func moveParents(to stack: inout [CarefulLink]) {
    if let before { stack.append(before) }
    before = nil
  }
}

/// Counts something.
final class Tally {
  var count = 0
}

/*:
 A loop has to be careful with one thing. A link that somebody else holds too must
 be left as it is, and `isKnownUniquelyReferenced` tells. Where a chain is held in
 the middle, the loop takes apart what comes after the middle, and no more. The run
 below holds a chain in the middle first and lets all of it go then.
 */

/// Returns how many links were freed at first, with the middle held, and in all.
func releaseCarefully(links: Int) -> (first: Int, all: Int) {
  let tally = Tally()
  var (last, middle): (CarefulLink?, CarefulLink?)
  for number in 1...links {
    last = CarefulLink(after: last, tally)
    if number == links / 2 { middle = last }
  }
  last = nil
  let first = tally.count
  withExtendedLifetime(middle) {}
  middle = nil
  return (first, tally.count)
}

/*:
 A chain of \(loop.links) links is let go of without a word: \(loop.first) of them
 while the middle is held, and in the end all. The matrices of [chapter 6](chapter:6) do as
 well. A running total of \(loop.sums) sums walks backwards and goes.

 Three places in an engine follow a graph to its end, and each has killed programs
 where it was written as a function that calls itself: the order, the walk, and
 the release. The last is the one that nobody writes, and so the one that nobody
 looks at.
 */

/// Walks back along a long running total, and lets it go.
///
/// - Returns: The slope of the first number, and the nodes that are left.
func walkAndRelease<Scalar: FloatingField>(
  sums: Int, in scalar: Scalar.Type
) -> (slope: Scalar, alive: Int) {
  let counter = NodeCounter()
  let slope = NodeCounter.$current.withValue(counter) {
    let start = Variable<Scalar>([[1]], as: .weights)
    var total = start
    for _ in 0..<sums { total = total + start }
    total.backward()
    return start.slope.matrix[0, 0]
  }
  return (slope, counter.alive)
}

/// Lets go of long chains in this program, which goes on.
func releaseInLoops<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) {
  page.section("Let go in a loop")
  let (links, sums) = (1_000_000, 1_000_000)
  let (first, all) = releaseCarefully(links: links)
  let (slope, alive) = walkAndRelease(sums: sums, in: scalar)
  page.record(links, as: "loop.links", label: "links, let go in a loop")
  page.record(first, as: "loop.first", label: "while the middle is held")
  page.record(sums, as: "loop.sums", label: "sums, walked and let go")
  page.check(
    "a long chain is let go in a loop, but for what somebody holds",
    first == links / 2 && all == links, detail: "every link")
  page.check(
    "a long running total walks backwards and is let go",
    slope == Scalar(count: sums + 1) && alive == 0,
    detail: "no node is left")
}
