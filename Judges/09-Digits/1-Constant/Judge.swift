import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("the constant model")
  let silent = Model(recalls: [1, 0, 0, 0])
  try exam.expectPrediction(
    constantAccuracy, equals: silent.accuracy(here), of: "constantAccuracy",
    expectedMistakes: [
      "this is the number of correct predictions; accuracy is their fraction": 63,
      "in per cent; a fraction is asked for": 100 * silent.accuracy(here),
      "this is the fraction that is wrong": 1 - silent.accuracy(here),
      "the examples decide, and the classes are not equally frequent": Rational(1, 4),
      "accuracy counts all examples, also those of class 0": 0,
    ])
  try exam.expectPrediction(
    constantRecall, equals: silent.macroRecall, of: "constantRecall",
    expectedMistakes: [
      "this is the accuracy: the mean of the recalls, weighted by the numbers of examples":
        silent.accuracy(here),
      "three classes are never predicted; their recall is 0, and it counts in the mean": 1,
      "class 0 is recognised, and its recall counts": 0,
      "the mean over three classes; there are four": Rational(1, 3),
      "one half is the mean over two classes; there are four": Rational(1, 2),
    ])

  exam.part("the guessing model")
  let guess = Model(recalls: here.fractions)
  let even: Rational = Rational(1, 4)
  try exam.expectPrediction(
    guessingAccuracy, equals: guess.accuracy(here), of: "guessingAccuracy",
    expectedMistakes: [
      "a guess that draws each class equally often has that; this one follows the table": even,
      "this is the constant model's: guessing does not always say class 0": here.fractions[0],
      "some class is always drawn; it also has to be the right one": 1,
      "this is the probability of a wrong guess": 1 - guess.accuracy(here),
      "this is half of the way between the guesses of class 0 and of the others": Rational(1, 2),
      "class 0 is not the only class that is guessed right": here.fractions[0] * here.fractions[0],
    ])
  try exam.expectPrediction(
    guessingRecall, equals: guess.macroRecall, of: "guessingRecall",
    expectedMistakes: [
      "this is the accuracy: here each class counts the same": guess.accuracy(here),
      "this is the sum of the recalls, not their mean": 1,
      "the recall of class 0 alone": here.fractions[0],
      "a guess is right now and then, in every class": 0,
    ])

  exam.part("the network")
  let network = Model(recalls: [1, Rational(1, 2), 0, 0])
  try exam.expectPrediction(
    networkAccuracy, equals: network.accuracy(here), of: "networkAccuracy",
    expectedMistakes: mistakesOfAccuracy(network, here))
  try exam.expectPrediction(
    networkRecall, equals: network.macroRecall, of: "networkRecall",
    expectedMistakes: mistakesOfRecall(network, here))

  exam.part("the network in the other hospital")
  try exam.expectPrediction(
    movedAccuracy, equals: network.accuracy(there), of: "movedAccuracy",
    expectedMistakes: mistakesOfAccuracy(network, there))
  try exam.expectPrediction(
    movedRecall, equals: network.macroRecall, of: "movedRecall",
    expectedMistakes: mistakesOfRecall(network, there))
  exam.note("the same network has another accuracy where the classes have other frequencies")
}

private func mistakesOfAccuracy(
  _ network: Model, _ set: Counts
) -> KeyValuePairs<String, Rational> {
  [
    "the accuracy changes with the numbers of examples: this is that of the first hospital":
      network.accuracy(here),
    "this is the macro recall: in the accuracy each example counts the same": network.macroRecall,
    "half of class 1 is taken for class 0, and that is wrong":
      Model(recalls: [1, 1, 0, 0]).accuracy(set),
    "what is recognised of class 1 counts, too": Model(recalls: [1, 0, 0, 0]).accuracy(set),
    "this is the fraction that is wrong": 1 - network.accuracy(set),
    "the mean of the two recalls that are not 0; the accuracy counts examples": Rational(3, 4),
  ]
}

private func mistakesOfRecall(
  _ network: Model, _ set: Counts
) -> KeyValuePairs<String, Rational> {
  [
    "this is the accuracy: in macro recall each class counts the same": network.accuracy(set),
    "the accuracy of the first hospital: in macro recall each class counts the same":
      network.accuracy(here),
    "the two classes that are never predicted have the recall 0, and count in the mean":
      Rational(3, 4),
    "the recall of class 1 is one half": Rational(1, 2),
    "class 1 has a recall, too": Rational(1, 4),
    "this is the sum of the recalls, not their mean": Rational(3, 2),
  ]
}

private let here = Counts(examples: [63, 18, 6, 3])
private let there = Counts(examples: [12, 30, 16, 22])

/// How many examples each class has.
private struct Counts {
  let examples: [Int]

  var fractions: [Rational] {
    examples.map { Rational($0, examples.reduce(0, +)) }
  }
}

/// A model of which no more is known than the recall of each class.
private struct Model {
  let recalls: [Rational]

  var macroRecall: Rational { recalls.reduce(0, +) / Rational(count: recalls.count) }

  func accuracy(_ counts: Counts) -> Rational {
    zip(recalls, counts.fractions).map { $0 * $1 }.reduce(0, +)
  }
}
