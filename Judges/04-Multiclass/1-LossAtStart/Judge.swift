import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  for (classes, answer) in [
    (3.0, { lossFor3Classes }), (10, { lossFor10Classes }), (1_000, { lossFor1000Classes }),
  ] {
    exam.part("\(Int(classes)) classes")
    let loss = Double.log(classes)
    // Three digits are asked for: half a unit of the third, and a little for those who cut it off.
    try exam.expect(
      answer(), equals: loss, within: .absolute(0.006), of: "the loss for \(Int(classes)) classes",
      expectedMistakes: [
        "the sign: −log p is positive, since p is less than 1": -loss,
        "log to the base 10; the loss has the natural logarithm": loss / Double.log(10),
        "log to the base 2; the loss has the natural logarithm": loss / Double.log(2),
        "the probability itself, not −log of it": 1 / classes,
        "summed over the classes; only the example's own class counts": classes * loss,
      ], mistakeTolerance: .absolute(0.006))
  }
  exam.note("the losses are log C: the first line of every training can be checked against it")
}
