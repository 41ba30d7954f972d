import Autograd
import Workbook

/*:
 ## A crash at the release

 Suppose the machine has enough memory, and a leak is found. The fix is
 `total = 0`, which releases the graph, and at that moment the program crashes
 without a message. Nothing on that line can fail.

 A running total is a chain: each sum holds the sum before it. When nothing
 holds the last sum any more, Swift frees it and releases what it held. It was
 the only holder of the sum before, so Swift frees that one too, from within the
 first release. Each release stays on the **stack** until the release inside it
 has returned. A stack is small, a few megabytes, and a program that goes beyond
 its end is stopped by the system.

 Here is a chain that leaves its release to Swift.
 */

/// A node of a graph, which holds the nodes that it was computed from.
final class Link {
  let parts: [Link]

  init(of parts: [Link]) { self.parts = parts }
}

/// Makes a chain of links and releases its last one.
///
/// A long chain crashes the program: call this in a child process.
package func releaseNaively(links: Int) {
  var last: [Link] = []
  for _ in 0..<links { last = [Link(of: last)] }
  withExtendedLifetime(last) {}
  last = []
}

/*:
 Why an array? Because the simplest chain does not crash. If a class has a
 property that is an optional of the class itself, the compiler releases the
 chain with a loop. It takes more to hide the recursion from the compiler: an
 array, an edge or a closure, and graphs are made of those.

 > **Guess:** How long may the chain be, with a stack of \(release.stack)
 > megabytes?
 >
 > It depends on how much of the stack a release takes, and the run prints it.
 > On any machine, expect that a chain of ten thousand links is released without
 > a problem, that a million links crash, and that a million links in the
 > compiler's loop are no problem.

 A run that tried it in this process would crash. So it starts this program once
 more, as a child process, asks it to release a chain, and looks at how the
 child ended. Then it doubles the length. A run inside another program, such as
 a test, has no such child, and says so.
 */

//#-hidden-code
/// A link of a list, which the compiler releases with a loop.
final class ListLink {
  let next: ListLink?

  init(before next: ListLink?) { self.next = next }
}

/// Makes a list and releases it.
package func releaseList(links: Int) {
  var first: ListLink?
  for _ in 0..<links { first = ListLink(before: first) }
  withExtendedLifetime(first) {}
  first = nil
}
//#-end-hidden-code

/// Lets a child process release longer and longer chains, until one crashes.
func findCrashLength(on run: inout RunRecorder) {
  run.section("A crash at the release")
  run.ask("How long a chain of objects can Swift release?")
  let megabytes = run.setting(
    8, as: "release.stack", label: "megabytes of stack for the child process")
  var links = 10_000
  while links < 10_000_000 {
    guard let ending = releaseInChild("deep-release", links, megabytes) else {
      return run.log(
        "This program is not chapter-runner, so it can start no child process.")
    }
    let count = NumberFormat.count.text(of: Double(links))
    if case .signal(let signal) = ending {
      let each = megabytes * 1_048_576 / links
      return run.log(
        "\(count) links: the child crashed with signal \(signal). A release "
          + "takes between \(each) and \(2 * each) bytes of stack.")
    }
    if ending != .exit(0) {
      return run.log("The child process could not be started.")
    }
    run.log("\(count) links: released.")
    links *= 2
  }
}

/// Lets a child process release a long list.
func releaseListInChild(on run: inout RunRecorder) {
  let ending = releaseInChild("list-release", 1_000_000, 8)
  if ending == .exit(0) {
    run.log(
      "A list of 1,000,000 links, with the compiler's loop: released.")
  }
}

//#-hidden-code
/// Returns how a child process ended that was asked to release a chain.
///
/// - Returns: `nil` if this program cannot start a child process.
func releaseInChild(
  _ demonstration: String, _ links: Int, _ megabytes: Int
) -> Ending? {
  respawn(["demo", demonstration, "\(links)"], stackMegabytes: megabytes)
}
//#-end-hidden-code
