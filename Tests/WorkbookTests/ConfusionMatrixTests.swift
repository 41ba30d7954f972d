import Testing
import Workbook

// Nine examples of three classes; class 2 is never predicted.
private let confusion = ConfusionMatrix(
  actual: [0, 0, 0, 0, 1, 1, 1, 2, 2], predicted: [0, 0, 0, 1, 1, 1, 0, 0, 1], classes: 3)

@Test func `counts stand in the row of the truth and the column of the guess`() {
  #expect(confusion.counts == [[3, 1, 0], [1, 2, 0], [1, 1, 0]])
  #expect(confusion.total == 9 && confusion.classes == 3)
}

@Test func `accuracy, precision, recall and F1 by hand`() {
  #expect(confusion.accuracy == 5.0 / 9)
  #expect(confusion.precision(of: 0) == 3.0 / 5)
  #expect(confusion.recall(of: 0) == 3.0 / 4)
  // 2 · (3/5 · 3/4) / (3/5 + 3/4) = (9/10) / (27/20) = 2/3.
  #expect(confusion.f1(of: 0) == 2.0 / 3)
  #expect(confusion.precision(of: 1) == 2.0 / 4)
  #expect(confusion.recall(of: 1) == 2.0 / 3)
  // 2 · (1/2 · 2/3) / (1/2 + 2/3) = (2/3) / (7/6) = 4/7.
  #expect(confusion.f1(of: 1) == 4.0 / 7)
}

@Test func `a class that is never predicted has no precision, but a recall and an F1 of 0`() {
  #expect(confusion.precision(of: 2) == nil)
  #expect(confusion.recall(of: 2) == 0)
  #expect(confusion.f1(of: 2) == 0)
}

@Test func `a class that does not occur has no recall, and unless predicted no F1`() {
  let guessed = ConfusionMatrix(actual: [0, 0], predicted: [0, 1], classes: 3)
  #expect(guessed.recall(of: 1) == nil)
  #expect(guessed.precision(of: 1) == 0)
  #expect(guessed.f1(of: 1) == 0)
  #expect(guessed.f1(of: 2) == nil)
}

@Test func `nothing predicted has no accuracy`() {
  #expect(ConfusionMatrix(actual: [], predicted: [], classes: 2).accuracy == nil)
}

@Test func `F1 is the harmonic mean of precision and recall`() {
  var random = SplitMix64(seed: 1)
  let actual = (0..<500).map { _ in random.index(below: 4) }
  let predicted = (0..<500).map { _ in random.index(below: 4) }
  let confusion = ConfusionMatrix(actual: actual, predicted: predicted, classes: 4)
  for label in 0..<4 {
    guard let p = confusion.precision(of: label), let r = confusion.recall(of: label),
      let f1 = confusion.f1(of: label)
    else {
      Issue.record("500 draws missed class \(label)")
      continue
    }
    #expect(abs(1 / f1 - (1 / p + 1 / r) / 2) < 1e-13)
  }
}

@Test func `predictions without labels are refused`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = ConfusionMatrix(actual: [0], predicted: [0, 1], classes: 2)
  }
  #expect(try words(of: result).contains("2 predictions, 1 labels"))
}

@Test func `macro and weighted means by hand, with a precision of 0 where there is none`() throws {
  // Precisions 3/5, 2/4, none; recalls 3/4, 2/3, 0; F1 2/3, 4/7, 0; supports 4, 3, 2.
  func near(_ value: Double?, _ expected: Double) throws -> Bool {
    abs(try #require(value) - expected) < 1e-15
  }
  #expect(try near(confusion.macroPrecision, (0.6 + 0.5 + 0) / 3))
  #expect(try near(confusion.macroRecall, (3.0 / 4 + 2.0 / 3) / 3))
  #expect(try near(confusion.macroF1, (2.0 / 3 + 4.0 / 7) / 3))
  #expect(try near(confusion.weightedPrecision, (4 * 0.6 + 3 * 0.5) / 9))
  #expect(try near(confusion.weightedRecall, 5.0 / 9))
  #expect(try near(confusion.weightedF1, (4 * 2.0 / 3 + 3 * 4.0 / 7) / 9))
  #expect(confusion.counts.indices.map(confusion.support) == [4, 3, 2])
}

@Test func `a class that neither occurs nor is predicted changes no mean`() {
  let (actual, predicted) = ([0, 0, 0, 1, 1], [0, 1, 0, 1, 0])
  let two = ConfusionMatrix(actual: actual, predicted: predicted, classes: 2)
  let four = ConfusionMatrix(actual: actual, predicted: predicted, classes: 4)
  #expect(two.macroF1 == four.macroF1 && two.weightedF1 == four.weightedF1)
  #expect(two.macroRecall == four.macroRecall && two.macroPrecision == four.macroPrecision)
}

@Test func `a class that is predicted and does not occur lowers the macro recall`() {
  let guessed = ConfusionMatrix(actual: [0, 0], predicted: [0, 1], classes: 2)
  #expect(guessed.macroRecall == 0.25 && guessed.weightedRecall == 0.5)
}

/// All of class 0 and one of five of class 1 are found: F1 is 5/7 and 1/3, and of the means 21/31.
@Test func `the macro F1 is not the F1 of the macro means`() throws {
  let some = ConfusionMatrix(
    actual: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1], predicted: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0], classes: 2)
  let (p, r) = (try #require(some.macroPrecision), try #require(some.macroRecall))
  let macro = try #require(some.macroF1)
  #expect(abs(macro - (5.0 / 7 + 1.0 / 3) / 2) < 1e-15)
  #expect(abs(2 * p * r / (p + r) - 21.0 / 31) < 1e-15)
}

@Test func `nothing predicted has no mean`() {
  let empty = ConfusionMatrix(actual: [], predicted: [], classes: 2)
  #expect(empty.macroPrecision == nil && empty.macroRecall == nil && empty.macroF1 == nil)
  #expect(empty.weightedPrecision == nil && empty.weightedRecall == nil && empty.weightedF1 == nil)
}
