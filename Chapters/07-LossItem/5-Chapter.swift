import Workbook

/*:
 ## What this chapter showed

 A loss holds the graph that made it, and whoever holds the loss holds the graph.
 Take the number, and nobody does. Nodes that are counted say exactly where a
 graph hides: in a history, a total, a metric, a closure, a ring of objects that hold
 each other. One thing they do not show, a snapshot that is no copy. And what
 was held for long has to be let go in a loop.

 The run of this chapter, in order:
 */

extension Chapter {
  /// Chapter 7: what keeps a graph alive, and what lets it go.
  public static let lossItem = Chapter(
    number: 7, title: "A number, not its past",
    question: "Why does a list of losses take all the memory there is?",
    lesson: LossItemLesson.self)
}

enum LossItemLesson: Lesson {
  static func teach<Scalar: FloatingField>(
    on page: inout Page, in scalar: Scalar.Type
  ) throws {
    keepHistories(on: &page, in: scalar)
    trainForLong(on: &page, in: scalar)
    searchHidingPlaces(on: &page, in: scalar)
    findDeadlyLength(on: &page)
    releaseListInChild(on: &page)
    releaseInLoops(on: &page, in: scalar)
    try compareWithPyTorch(on: &page)
  }
}

/*:
 **Onward.** The engine now trains for as long as anybody wants, in as much memory
 as its first step takes. What it has not been asked is how well it trains: which
 step to take, and when to stop.
 */
