import Workbook

/*:
 ## What this chapter showed

 A straight line cannot follow a curve, and a network with an activation between
 two linear maps can. The formulas of its gradient come from those of the
 forward pass, in reverse order, and central differences agree with every entry.
 Stochastic gradient descent finds weights that follow a bent line and a sine,
 once the biases start at random and the kinks are spread.

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
  static func run<Scalar: FloatingField>(
    on run: inout RunRecorder, in scalar: Scalar.Type
  ) {
    fitStraightLines(on: &run)
    lossBeforeTraining(on: &run, in: scalar)
    checkBackward(on: &run)
    fitBentLine(on: &run, in: scalar)
    let network = spreadKinks(on: &run, in: scalar)
    fitSine(on: &run, in: scalar)
    trainFromEqualWeights(on: &run, in: scalar)
    learnFivePoints(on: &run, in: scalar)
    certifyRegression(on: &run, network)
  }
}

/*:
 **Onward.** Not every answer is a number. [Chapter 3](chapter:3) is about yes
 and no.
 */
