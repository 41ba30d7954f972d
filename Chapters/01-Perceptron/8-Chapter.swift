import Workbook

/*:
 ## What this chapter showed

 A neuron that learns from its mistakes finds a line that separates the points,
 if there is one, and the number of updates has a bound that is known
 beforehand. If there is none, its weights repeat forever. Its rule is a step
 against the gradient of a loss. A gradient can be checked without its formula,
 by differences.

 The run of this chapter, in order:
 */

extension Chapter {
  /// Chapter 1: a line is learned from mistakes.
  public static let perceptron = Chapter(
    number: 1, title: "Learning from mistakes",
    question: "Can a machine that is shown one point at a time find a line "
      + "that separates two kinds?",
    lesson: PerceptronLesson.self)
}

enum PerceptronLesson: Lesson {
  static func run<Scalar: FloatingField>(
    on run: inout RunRecorder, in scalar: Scalar.Type
  ) {
    let margin = 0.05
    var random = run.random("points")
    let points = SeparablePoints<Scalar>(40, margin: margin, using: &random)

    drawBlindly(on: &run, at: points)
    learnToSeparate(on: &run, points, margin: margin)
    compareWithBound(on: &run, in: scalar)
    learnXor(on: &run, in: scalar)
    compareSteps(on: &run)
    checkPerceptronGradient(on: &run)
    certifyPerceptron(on: &run)
  }
}

/*:
 **Onward.** A line separates a plane into two parts. [Chapter 2](chapter:2)
 asks what it takes to follow a curve.
 */
