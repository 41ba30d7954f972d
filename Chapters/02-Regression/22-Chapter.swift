import Workbook

/*:
 ## What this chapter showed

 A network with an activation between two linear maps follows a curve that a
 straight line cannot, once its kinks are spread. Its gradient follows from one
 rule: derivatives multiply along a path, and paths add.
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
    descendIntoValley(on: &run)
    compareLikelihoods(on: &run)
    lossBeforeTraining(on: &run, in: scalar)
    countDifferences(on: &run)
    followPaths(on: &run)
    passByHand(on: &run)
    compareSumsWithProducts(on: &run)
    checkBackward(on: &run)
    countPasses(on: &run)
    let settings = fitBentLine(on: &run, in: scalar)
    let network = spreadKinks(on: &run, settings, in: scalar)
    addRamps(on: &run, network)
    joinPoints(on: &run)
    fitSine(on: &run, settings, in: scalar)
    trainFromEqualWeights(on: &run, in: scalar)
    learnFivePoints(on: &run, in: scalar)
    certifyRegression(on: &run, network)
  }
}

/*:
 **Onward.** Not every answer is a number. [Chapter 3](chapter:3) is about yes
 or no.
 */
