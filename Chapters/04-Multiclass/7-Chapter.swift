import Workbook

/*:
 ## What this chapter showed

 Softmax turns scores into shares, if it is measured from the largest score.
 Cross-entropy is its loss, and the slope is $(P - Y)/n$. Two rings and three
 clouds are learned with it. And a backward pass that is wrong can look well in
 every way but one: compare all its slopes with differences, by the contract.

 The run of this chapter, in order:
 */

extension Chapter {
  /// Chapter 4: a network says which of many.
  public static let multiclass = Chapter(
    number: 4, title: "Which of many?",
    question: "How do scores become probabilities, and how would you notice "
      + "that a backward pass is wrong?",
    lesson: MulticlassLesson.self)
}

enum MulticlassLesson: Lesson {
  static func teach<Scalar: FloatingField>(
    on page: inout Page, in scalar: Scalar.Type
  ) throws {
    compareStability(on: &page, in: scalar)
    try checkSlopes(on: &page)
    try measureFirstLoss(on: &page, in: scalar)
    let bullseye = try learnBullseyeAndBlobs(on: &page, in: scalar)
    try plantBugs(on: &page)
    try readSlopes(on: &page)
    certifyMulticlass(on: &page, bullseye)
  }
}
