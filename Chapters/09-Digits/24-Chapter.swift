import Workbook

/*:
 ## What this chapter showed
 */

extension Chapter {
  /// Chapter 9: digits, judged honestly.
  public static let digits = Chapter(
    number: 9, title: "Is it really that good?",
    question: "How do you measure a classifier so that a stranger can trust "
      + "the number?",
    lesson: DigitsLesson.self)
}

enum DigitsLesson: Lesson {
  static func run<Scalar: FloatingField>(
    on run: inout RunRecorder, in scalar: Scalar.Type
  ) throws {
    let sets = try showDigits(on: &run)
    try checkFit(on: &run, sets, in: scalar)
    let (network, _) = try learnDigits(on: &run, sets, in: scalar)
    try saveAndResume(sets, on: &run, in: scalar)
    try countPhotographs(on: &run, sets.images, in: scalar)
    try learnPhotographsAtSize(on: &run, in: scalar)
    try certifyDigits(on: &run, network, sets)
  }
}
