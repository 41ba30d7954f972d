import Workbook

/*:
 ## What this chapter showed

 Softmax turns scores into probabilities, if the largest score is subtracted
 first. Its derivative is the matrix $\mathrm{diag}(p) - p p^\top$, and
 with cross-entropy behind it the gradient is $(P - Y)/n$. For two classes it is
 the sigmoid again. A network learns two rings and three clouds with it.

 Every check but one lets some wrong backward pass through. So compare the whole
 gradient with central differences, by the contract. And where a formula is made
 of $+ - \times \div$ and comparisons, a few exact draws prove it on each branch
 that was met, but for a chance that can be made as small as one likes.
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
    checkJacobian(on: &run, in: scalar)
    try compareWithSigmoid(on: &run, in: scalar)
    try measureFirstLoss(on: &run, in: scalar)
    let bullseye = try learnBullseyeAndBlobs(on: &run, in: scalar)
    try plantBugs(on: &run)
    try diagnoseBugs(on: &run)
    try foolTheCheck(on: &run)
    try proveBranches(on: &run)
    try certifyMulticlass(on: &run, bullseye)
  }
}
