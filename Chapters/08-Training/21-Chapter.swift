import Workbook

//#-hidden-code
extension Chapter {
  /// Chapter 8: what a training that goes badly needs.
  public static let training = Chapter(
    number: 8, title: "The craft of training",
    question: "A network does not learn. What do you look at, and what do you "
      + "change?",
    lesson: TrainingLesson.self)
}

enum TrainingLesson: Lesson {
  static func run<Scalar: FloatingField>(
    on run: inout RunRecorder, in scalar: Scalar.Type
  ) throws {
    showColdStart(on: &run)
  }
}
//#-end-hidden-code
