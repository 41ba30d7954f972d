import Workbook

/*:
 ## What this chapter showed

 A neuron that learns from its mistakes finds a line that separates the points,
 if there is one, whatever the number of coordinates. The number of its updates
 has a bound, which can be computed where a separating line is known. If there
 is no line, it never stops: on XOR its weights repeat. Its rule is a step
 against the gradient of a loss. A gradient can be checked without its formula,
 by differences.
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
    let trials = drawBlindly(on: &run, in: scalar)
    let points = showPoints(on: &run, in: scalar)
    showUpdate(on: &run, in: scalar)
    learnToSeparate(on: &run, points)
    learnManyInputs(on: &run, trials)
    watchProof(on: &run, points)
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
