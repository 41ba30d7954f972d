import Workbook

/*:
 ## What this chapter showed

 A number that remembers what it was made of can be asked how fast it grows with
 any of its parts, if everybody speaks once and in order, and what arrives by
 several ways is added up. With matrices in the place of numbers that is all
 there is to a library such as PyTorch, and it says of every network so far what
 the hand had said.

 The run of this chapter, in order:
 */

extension Chapter {
  /// Chapter 6: programs that find the backward pass by themselves.
  public static let autograd = Chapter(
    number: 6, title: "Numbers that remember",
    question: "Can a program find the backward pass of any network by itself?",
    lesson: AutogradLesson.self)
}

enum AutogradLesson: Lesson {
  static func teach<Scalar: FloatingField>(
    on page: inout Page, in scalar: Scalar.Type
  ) throws {
    compareWalks(on: &page)
    walkTwice(on: &page)
    drawNeuron(on: &page)
    differentiateTwice(on: &page)
    try translate(on: &page, in: scalar)
    try compareTwins(on: &page)
    try countOperations(on: &page)
    try timeSteps(on: &page, in: scalar)
    try certifyAutograd(on: &page)
  }
}

/*:
 **Onward.** What a number remembers it also holds on to. [Chapter 7](chapter:7)
 counts who holds what, and for how long.
 */
