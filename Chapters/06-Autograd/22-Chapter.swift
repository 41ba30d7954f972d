import Workbook

/*:
 ## What this chapter showed

 A program finds the gradient of any formula if it stores the graph of the
 computation, visits every node once in topological order, and adds up the
 gradients that arrive by several edges. With matrices in the place of numbers
 that is the core of a library such as PyTorch. For every network so far it
 gives the same gradients as the backward pass by hand.
 */

extension Chapter {
  /// Chapter 6: programs that find the backward pass.
  public static let autograd = Chapter(
    number: 6, title: "Automatic differentiation",
    question: "Can a program find the backward pass of any network by itself?",
    lesson: AutogradLesson.self)
}

enum AutogradLesson: Lesson {
  static func run<Scalar: FloatingField>(
    on run: inout RunRecorder, in scalar: Scalar.Type
  ) throws {
    compareTraversals(on: &run)
    runBackwardTwice(on: &run)
    drawNeuron(on: &run)
    differentiateTwice(on: &run)
    compareModes(on: &run)
    broadcastRow(on: &run)
    try translate(on: &run, in: scalar)
    try compareWithPyTorch(on: &run, in: scalar)
    try addTwoLosses(on: &run)
    try runCrossChecks(on: &run)
    try countOperations(on: &run)
    try timeSteps(on: &run, in: scalar)
    try certifyAutograd(on: &run)
  }
}

/*:
 **Onward.** A node holds its parents, and with them the whole graph in memory.
 [Chapter 7](chapter:7) counts which objects hold a graph, and for how long.
 */
