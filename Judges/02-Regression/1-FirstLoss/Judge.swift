import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let y: Matrix<Rational> = [[1, 0, 2], [2, -1, 0], [0, 3, 1], [1, 2, -3]]
  let n = Rational(count: y.rows)
  let outputs = Rational(count: y.columns)

  exam.part("saying 0")
  let loss = y.squaredNorm / (2 * n)
  try exam.expectPrediction(
    lossOfZero, equals: loss, of: "lossOfZero",
    expectedMistakes: [
      "the ½ of the book's loss is missing": 2 * loss,
      "a mean over all entries; this loss is a sum over the outputs of an example":
        loss / outputs,
      "a mean over all entries, without the ½: other books' loss": 2 * loss / outputs,
      "not divided by n": n * loss,
      "the root of the mean square; the loss is the square itself":
        Rational(Double.sqrt(Double(loss))),
      "the numbers are added up as they are, not their squares": y.sum / (2 * n),
      "the magnitudes are added up, not the squares": y.map { max($0, -$0) }.sum / (2 * n),
    ])

  exam.part("saying the mean")
  let mean = y.sumOfRows / n
  let centred = y + -1 * mean
  let around = centred.squaredNorm / (2 * n)
  let grand = y.sum / (n * outputs)
  try exam.expectPrediction(
    lossOfTheMean, equals: around, of: "lossOfTheMean",
    expectedMistakes: [
      "each output has a mean of its own; that is with one mean for all":
        y.map { $0 - grand }.squaredNorm / (2 * n),
      "the ½ of the book's loss is missing": 2 * around,
      "divided by n − 1, as for the variance of a sample; the loss divides by n":
        around * n / (n - 1),
      "the mean takes something off: that is still the loss of saying 0": loss,
      "no network that says one thing for all is right about all; the loss is not 0": 0,
      "a mean over all entries; this loss is a sum over the outputs of an example":
        around / outputs,
    ])

  exam.part("half the unit")
  try exam.expectPrediction(
    lossOfHalfTheUnit, equals: 4 * loss, of: "lossOfHalfTheUnit",
    expectedMistakes: [
      "targets twice as large make squares four times as large": 2 * loss,
      "the loss has a unit, that of the targets squared; it is not the same": loss,
      "in half the unit the numbers are larger, not smaller": loss / 4,
    ])

  exam.part("every example three times")
  try exam.expectPrediction(
    lossOfRepeating, equals: loss, of: "lossOfRepeating",
    expectedMistakes: [
      "three times the sum, but divided by three times as many examples": 3 * loss,
      "the sum grows with the number it is divided by": loss / 3,
    ])
  exam.note("\(around), the loss of the mean, is what a network has to beat to know anything")
}
