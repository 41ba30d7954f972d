import Workbook

/*:
 ## What this chapter showed

 A neuron that learns from its mistakes finds a line where there is one, within
 a number of updates that can be told beforehand; where there is none, it runs
 in a circle. Its rule is a step down the slope of a loss. And slopes can be
 checked by a judge that knows nothing of formulas.

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
  static func teach<Scalar: FloatingField>(
    on page: inout Page, in scalar: Scalar.Type
  ) {
    let margin = 0.05
    var random = page.random("points")
    let points = SeparablePoints<Scalar>(40, margin: margin, using: &random)

    drawBlindly(on: &page, at: points)
    learnToSeparate(on: &page, points, margin: margin)
    compareWithBound(on: &page, in: scalar)
    learnXor(on: &page, in: scalar)
    compareSteps(on: &page)
    checkPerceptronGradient(on: &page)
    certifyPerceptron(on: &page)
  }
}

/*:
 **Onward.** A line parts a plane in two. [Chapter 2](chapter:2) asks what it
 takes to draw a curve.
 */
