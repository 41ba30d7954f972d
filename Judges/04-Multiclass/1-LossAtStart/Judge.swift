import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  for (classes, answer) in [
    (3.0, { lossFor3Classes }), (10, { lossFor10Classes }), (1_000, { lossFor1000Classes }),
  ] {
    exam.part("\(Int(classes)) classes")
    // Three digits are asked for: half a unit of the third, and a little for those who cut it off.
    let (received, loss, tolerance) = (answer(), Double.log(classes), 0.006)
    let mistakes: KeyValuePairs = [
      "the sign: −log p is positive, since p is less than 1": -loss,
      "log to the base 10; the loss has the natural logarithm": loss / Double.log(10),
      "log to the base 2; the loss has the natural logarithm": loss / Double.log(2),
      "the probability itself, not −log of it": 1 / classes,
      "summed over the classes; only the example's own class counts": classes * loss,
      "the number of classes itself, not the logarithm of it": classes,
      "a probability of ½ each: that is for two classes": Double.log(2),
      "divided by the classes too": loss / classes,
    ]
    try exam.check(
      abs(received - loss) <= tolerance,
      "the loss for \(Int(classes)) classes is not right; your answer is \(received)",
      cause: mistakes.first { abs(received - $0.value) <= tolerance }?.key)
  }
  exam.note("the losses are log C: the first line of every training can be checked against it")
}
