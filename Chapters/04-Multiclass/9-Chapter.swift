import Workbook

/*:
 ## What this chapter showed

 Softmax turns scores into probabilities, if the largest score is subtracted
 first. Cross-entropy is its loss, and the gradient is $(P - Y)/n$. A network
 learns two rings and three clouds with it. A wrong backward pass can pass every
 other check, so compare its whole gradient with central differences, by the
 contract.

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
  static func run<Scalar: FloatingField>(
    on run: inout RunRecorder, in scalar: Scalar.Type
  ) throws {
    compareStability(on: &run, in: scalar)
    try checkGradients(on: &run)
    try measureFirstLoss(on: &run, in: scalar)
    let bullseye = try learnBullseyeAndBlobs(on: &run, in: scalar)
    try plantBugs(on: &run)
    try diagnoseBugs(on: &run)
    try certifyMulticlass(on: &run, bullseye)
  }
}
