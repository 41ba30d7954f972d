import Workbook

/*:
 ## What this chapter showed

 A loss holds the graph that it was computed by, and what holds the loss holds
 the graph. Keep the number, and nothing holds the graph. Look at validation
 first: without a backward pass nothing is freed, so use `noGrad`. A count of
 live nodes shows exactly what keeps a graph alive: a history, a total, a
 metric, a closure, a carried state, a reference cycle. It does not show a
 snapshot that is no copy, or a slice that keeps a batch. And a long chain of
 nodes has to be released in a loop.
 */

extension Chapter {
  /// Chapter 7: what keeps a graph alive, and what lets it go.
  public static let lossItem = Chapter(
    number: 7, title: "A loss keeps its graph alive",
    question: "Why does a list of losses take all the memory there is?",
    lesson: LossItemLesson.self)
}

enum LossItemLesson: Lesson {
  static func run<Scalar: FloatingField>(
    on run: inout RunRecorder, in scalar: Scalar.Type
  ) throws {
    countBytes(on: &run, in: scalar)
    keepHistories(on: &run, in: scalar)
    trainForLong(on: &run, in: scalar)
    findLeaks(on: &run, in: scalar)
    holdWithoutHistory(on: &run, in: scalar)
    findCrashLength(on: &run)
    releaseListInChild(on: &run)
    releaseLongChains(on: &run, in: scalar)
    try compareWithPyTorch(on: &run)
  }
}

/*:
 **Onward.** The engine now trains for any number of steps, in as much memory as
 its first step takes. Open is how well it trains: which step to take, and when
 to stop.
 */
