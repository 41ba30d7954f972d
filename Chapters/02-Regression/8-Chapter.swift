import Workbook

/*:
 ## What this chapter showed

 A straight line has its limits, and a curve between two lines bends past them.
 Its slopes come from reading the forward lines backwards, and a judge
 that knows no formulas agrees with each one. Walking down in small steps on
 few examples finds weights that follow a bent line and a sine.

 The run of this chapter, in order:
 */

extension Chapter {
  /// Chapter 2: a network of two layers predicts numbers.
  public static let regression = Chapter(
    number: 2, title: "A line that bends",
    question: "How close can a straight line come to a curve, and what does "
      + "it take to follow the bends?",
    lesson: RegressionLesson.self)
}

enum RegressionLesson: Lesson {
  static func teach<Scalar: FloatingField>(
    on page: inout Page, in scalar: Scalar.Type
  ) {
    fitStraightLines(on: &page)
    lossBeforeTraining(on: &page, in: scalar)
    checkBackward(on: &page)
    let network = fitBentLine(on: &page, in: scalar)
    fitSine(on: &page, in: scalar)
    trainFromEqualWeights(on: &page, in: scalar)
    learnByHeart(on: &page, in: scalar)
    certifyRegression(on: &page, network)
  }
}

/*:
 **Onward.** Not every question asks for a number. [Chapter 3](chapter:3) asks
 yes or no.
 */
