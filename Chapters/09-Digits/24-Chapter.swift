import Workbook

/*:
 ## What this chapter showed

 An accuracy is a measurement. It needs an interval, a test that asks whether
 chance explains it, and examples that had no part in any choice. The test set
 here is a value that can be opened once.

 One call of `fit` trains networks and modules. What it has learned is judged
 class by class, by the worst mistakes, and by whether its probabilities can be
 believed. Then come the questions that a careful reader of a table asks: would
 more data help, is another model better on the same splits, and did the test
 set leak into the training?

 A training that is saved with all its state goes on to the same bits. And a
 network names one of its ten digits whatever it is shown.
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
    let own = try readReaderDigit(run.options)
    try testChance(on: &run, in: scalar)
    measureCoverage(on: &run)
    let sets = try showDigits(on: &run)
    try checkFit(on: &run, sets, in: scalar)
    let (network, test) = try learnDigits(on: &run, sets, in: scalar)
    judgeMistakes(on: &run, network, test, sets.images)
    try judgeCalibration(on: &run, network, test, sets)
    try measureMoreData(on: &run, sets, in: scalar)
    try compareWithOthers(on: &run, sets.images, in: scalar)
    try measurePreparation(on: &run, sets, in: scalar)
    try measureCopies(on: &run, sets, in: scalar)
    try measureChoice(on: &run, sets, in: scalar)
    try saveAndResume(sets, on: &run, in: scalar)
    try checkPictures(on: &run, network, sets)
    try countPhotographs(on: &run, sets.images, in: scalar)
    try learnPhotographsAtSize(on: &run, in: scalar)
    try certifyDigits(on: &run, network, sets)
    showReaderDigit(own, on: &run, network, sets)
  }
}
