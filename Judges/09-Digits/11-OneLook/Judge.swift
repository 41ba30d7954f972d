import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("accuracy(of:on:)")
  let four = Examples(x: [[1, 2], [3, 4], [5, 6], [7, 8]], labels: [0, 1, 2, 2])
  try exam.expect(
    accuracy(of: { _ in [0, 2, 2, 1] }, on: four), equals: 0.5, of: "accuracy(of:on:)",
    expectedMistakes: ["it is right as it is given: put it back": 2])

  let courses: [(String, [Course])] = [
    (
      "models of which one is best on each set",
      [
        Course(exam, validation: [8, 14, 10, 13, 7], of: 16, test: [26, 17, 25, 21, 20], of: 27),
        Course(exam, validation: [3, 5, 7], of: 9, test: [12, 11, 4], of: 13),
        Course(
          exam, validation: [19, 12, 14, 10, 7, 8, 13], of: 21, test: [1, 6, 5, 7, 9, 10, 3], of: 11
        ),
      ]
    ),
    (
      "models that are equal on the validation set",
      [
        Course(exam, validation: [6, 9, 4, 9, 9], of: 12, test: [16, 8, 6, 14, 7], of: 18),
        Course(exam, validation: [7, 7, 7, 7], of: 10, test: [9, 11, 8, 13], of: 17),
      ]
    ),
    (
      "models of which none is right",
      [
        Course(exam, validation: [0, 0, 0], of: 5, test: [0, 3, 2], of: 7),
        Course(exam, validation: [0, 2, 0, 1], of: 8, test: [4, 0, 5, 6], of: 6),
      ]
    ),
  ]
  for (name, own) in courses {
    exam.part(name)
    for course in own { try course.examine(exam) }
  }
}

/// What models were asked, in order.
private final class Looks {
  /// A model that was asked about so many rows of the validation set and of the test set.
  struct Look {
    let model, validation, test: Int
  }

  var all: [Look] = []
}

/// Models of which is known how many examples of each set they predict right.
private struct Course {
  let validation: Examples
  let test: Examples
  let predictions: [[Double: Int]]

  private let validationRight, testRight: [Int]

  init(
    _ exam: Exam, validation: [Int], of n: Int, test: [Int], of m: Int
  ) {
    var random = exam.random("\(validation) of \(n)")
    // The first column numbers the examples, those of the test set from 1000.
    func examples(_ count: Int, from first: Int) -> Examples {
      Examples(
        x: Matrix(rows: count, columns: 3) { Double($1 == 0 ? first + $0 : $0 * $1) },
        labels: (0..<count).map { _ in random.index(below: 4) })
    }
    let sets = (examples(n, from: 0), examples(m, from: 1000))
    (self.validation, self.test) = sets
    (validationRight, testRight) = (validation, test)
    predictions = validation.indices.map { model in
      var answers: [Double: Int] = [:]
      for (set, right) in [(sets.0, validation[model]), (sets.1, test[model])] {
        let order = random.shuffled(set.labels.indices)
        for (rank, row) in order.enumerated() {
          let slip = rank < right ? 0 : 1 + random.index(below: 3)
          answers[set.x[row, 0]] = (set.labels[row] + slip) % 4
        }
      }
      return answers
    }
  }

  private func models(_ looks: Looks) -> [Model] {
    predictions.enumerated().map { model, answers in
      { x in
        let numbers = (0..<x.rows).map { x.columns > 0 ? x[$0, 0] : -1 }
        looks.all.append(
          Looks.Look(
            model: model, validation: numbers.count { $0 < 1000 },
            test: numbers.count { $0 >= 1000 }))
        return numbers.map { answers[$0] ?? -1 }
      }
    }
  }

  private func first(_ values: [Int]) -> Int { values.firstIndex(of: values.max() ?? 0) ?? 0 }
  private func last(_ values: [Int]) -> Int { values.lastIndex(of: values.max() ?? 0) ?? 0 }

  private func fraction(_ right: Int, _ set: Examples) -> Double {
    Double(right) / Double(set.labels.count)
  }

  func examine(_ exam: Exam) throws {
    let looks = Looks()
    let received = report(models(looks), validation: validation, test: test)
    let right = first(validationRight)
    let sums = zip(validationRight, testRight).map { $0 + $1 }
    let means = zip(validationRight, testRight).map {
      $0 * test.labels.count + $1 * validation.labels.count
    }
    let count = predictions.count
    try exam.expect(
      received.chosen, equals: right,
      of: "report(…).chosen, of \(count) models",
      expectedMistakes: [
        "this is the best on the test set: the choice is the validation set's": first(testRight),
        "this is the best on the test set, the last of equal ones: the choice is the validation "
          + "set's": last(testRight),
        "of models with the same accuracy the first is chosen": last(validationRight),
        "among equal models the test set has decided: it may decide nothing": tieByTest,
        "this is the best on both sets together: the choice is the validation set's": first(sums),
        "this is the best by the mean of both accuracies: the choice is the validation set's":
          first(means),
        "this is the worst on the validation set": first(validationRight.map { -$0 }),
        "this is the first model, whatever its accuracy is": 0,
        "this is the last model, whatever its accuracy is": count - 1,
      ])
    try exam.expect(
      received.accuracy, equals: fraction(testRight[right], test), within: .absolute(1e-12),
      of: "report(…).accuracy",
      expectedMistakes: [
        "this is the accuracy on the validation set, on which the model was chosen":
          fraction(validationRight[right], validation),
        "this is the best accuracy on the test set, of another model":
          fraction(testRight[first(testRight)], test),
        "this is the fraction that is wrong": 1 - fraction(testRight[right], test),
        "this is the mean of all models on the test set":
          fraction(testRight.reduce(0, +), test) / Double(count),
        "this is the accuracy of both sets together": Double(sums[right])
          / Double(test.labels.count + validation.labels.count),
        "this is the mean of both accuracies":
          (fraction(testRight[right], test) + fraction(validationRight[right], validation)) / 2,
      ])
    try examine(looks.all, chosen: right, exam)
  }

  /// The best on the validation set, and of equal ones the best on the test set.
  private var tieByTest: Int {
    let best = validationRight.max() ?? 0
    return first(zip(validationRight, testRight).map { $0 == best ? $1 : -1 })
  }

  private func examine(_ looks: [Looks.Look], chosen: Int, _ exam: Exam) throws {
    let count = predictions.count
    let tests = looks.filter { $0.test > 0 }
    let others = Set(tests.map(\.model)).subtracting([chosen]).sorted()
    try exam.check(
      others.isEmpty,
      "\(others.count) of the \(count) models that were not chosen were asked about "
        + "the test set",
      cause: "who sees these accuracies can choose by them: look at the chosen model's alone")
    try exam.check(
      tests.count == 1, "the chosen model was asked about the test set \(tests.count) times",
      cause: tests.isEmpty
        ? "its accuracy on the test set is to be reported"
        : "one look: keep what it says, and do not ask again")
    try exam.check(
      tests.allSatisfy { $0.test == test.labels.count && $0.validation == 0 },
      "the chosen model was asked about \(tests.first?.test ?? 0) test examples and "
        + "\(tests.first?.validation ?? 0) others at once",
      cause: "the whole test set is to be predicted, and nothing else with it")
    try exam.check(
      looks.last?.test ?? 0 > 0, "the test set was looked at before the choice was made",
      cause: "first choose, among all models, and then look")
    for model in 0..<count {
      let own = looks.filter { $0.model == model && $0.validation > 0 }
      try exam.check(
        own.count == 1, "model \(model) was asked about the validation set \(own.count) times",
        cause: "once is enough: remember its accuracy")
    }
  }
}
