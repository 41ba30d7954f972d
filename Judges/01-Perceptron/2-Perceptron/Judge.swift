import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("points")
  let cases = [3, 5].map { features in
    (
      weights: Truth.exact(.dyadic(features + 1, using: &random)),
      point: Truth.exact(.dyadic(features, using: &random))
    )
  }
  exam.part("score")
  for (weights, point) in cases { try examineScore(weights, point, exam) }

  for isMistake in [true, false] {
    exam.part(isMistake ? "learn, from a mistake" : "learn, from what is right")
    for (weights, point) in cases {
      let side: Rational = Truth.Rule().score(weights, point) > 0 ? 1 : -1
      // With the label +1 first: with −1, a step of 1 is a step of −y.
      for label: Rational in [1, -1] {
        try examine((isMistake ? -label : label) * side * weights, point, label, exam)
      }
    }
  }
  exam.part("learn, from a score of 0")
  for (weights, point) in cases {
    var onTheLine = weights
    onTheLine[point.count] -= Truth.Rule().score(weights, point)
    for label: Rational in [1, -1] {
      try examine(0 * weights, point, label, exam)
      try examine(onTheLine, point, label, exam)
    }
  }

  exam.part("train, where a line exists")
  let sets = [(7, 2), (5, 3)].map {
    Truth.separablePoints(count: $0.0, features: $0.1, using: &random)
  }
  for (x, y) in sets { try examine(x, y, maxEpochs: 500, exam) }

  exam.part("train, where no line exists")
  try examine([[0, 0], [0, 1], [1, 0], [1, 1]], [-1, 1, 1, -1], maxEpochs: 4, exam)

  exam.part("train, where the epochs are barely enough, and barely too few")
  for (x, y) in sets {
    let enough = Truth.Rule().train(x, y, 500).epochs ?? 0
    for maxEpochs in [enough, enough - 1, 1, 0] { try examine(x, y, maxEpochs: maxEpochs, exam) }
  }
  exam.note("every weight of every training is the same fraction")
}

/// Compares the answer's score with ours.
private func examineScore(
  _ weights: Vector<Rational>, _ point: Vector<Rational>, _ exam: Exam
) throws {
  let (count, truth) = (point.count, Truth.Rule().score(weights, point))
  let bias = weights[count]
  try exam.expect(
    score(by: weights, of: point), equals: truth, of: "score(by: w, of: x), \(count) features,",
    expectedMistakes: [
      "the bias, the last of the weights, is not added": truth - bias,
      "the bias is taken for the first of the weights, and is the last":
        weights[0] + (0..<count).map { weights[$0 + 1] * point[$0] }.reduce(0, +),
      "the bias is added once for each feature": truth + Rational(count: count - 1) * bias,
      "the bias is taken off": truth - 2 * bias,
    ])
}

/// Looks at one step.
private func examine(
  _ weights: Vector<Rational>, _ x: Vector<Rational>, _ y: Rational, _ exam: Exam
) throws {
  var (ours, theirs) = (weights, weights)
  let isMistake = Truth.Rule().learn(&ours, x, y)
  let answer = learn(&theirs, from: x, y)
  func after(_ rule: Truth.Rule) -> Vector<Rational> {
    var changed = weights
    _ = rule.learn(&changed, x, y)
    return changed
  }
  try exam.expect(
    theirs, equals: ours, of: "weights",
    expectedMistakes: [
      "a score of 0 is a mistake too: the test is y s ≤ 0, or nothing would ever begin":
        after(Truth.Rule(isMistake: { $0 < 0 })),
      "an example that is already right changes nothing": after(
        Truth.Rule(isMistake: { _ in true })),
      "the bias stays where it is: its input is 1, so it moves by y":
        after(Truth.Rule(biasStep: { _ in 0 })),
      "x is added without its label: the step is y x, and y for the bias":
        after(Truth.Rule(weightStep: { _ in 1 }, biasStep: { _ in 1 })),
      "the bias moves by 1 for both kinds; it moves by y": after(Truth.Rule(biasStep: { _ in 1 })),
      "the bias moves away from the label; it moves by y": after(Truth.Rule(biasStep: { -$0 })),
      "the bias moves once for each feature; its step is y":
        after(Truth.Rule(biasStep: { Rational(count: x.count) * $0 })),
      "the weights stay where they are: they move by y x": after(
        Truth.Rule(weightStep: { _ in 0 })),
      "the step leads away from the label": after(
        Truth.Rule(weightStep: { -$0 }, biasStep: { -$0 })),
      "right examples are learned from, and mistakes are left alone":
        after(Truth.Rule(isMistake: { $0 > 0 })),
    ])
  try exam.expect(
    answer, equals: isMistake, of: "learn(&weights, from: x, y)",
    expectedMistakes: ["true stands for a mistake": !isMistake])
}

/// Looks at a training.
private func examine(
  _ x: Matrix<Rational>, _ y: Vector<Rational>, maxEpochs: Int, _ exam: Exam
) throws {
  let ours = Truth.Rule().train(x, y, maxEpochs)
  let theirs = train(on: x, y, maxEpochs: maxEpochs)
  let call = "train(on: x, y, maxEpochs: \(maxEpochs))"
  try exam.expect(
    theirs.weights, equals: ours.weights, of: "\(call).weights",
    expectedMistakes: [
      "one epoch too few": Truth.Rule().train(x, y, maxEpochs - 1).weights,
      "one epoch too many": Truth.Rule().train(x, y, maxEpochs + 1).weights,
      "training ends after one epoch; it goes on until an epoch has no mistake":
        Truth.Rule().train(x, y, 1).weights,
      "training ends at the first example that is right; a whole epoch has to be":
        Truth.Rule().train(x, y, maxEpochs, endsAtFirstRight: true).weights,
    ])
  try exam.expect(
    theirs.epochs, equals: ours.epochs, of: "\(call).epochs",
    expectedMistakes: [
      "the epoch without a mistake counts too": ours.epochs.map { $0 - 1 },
      "where the epochs are used up, the count is nil": maxEpochs,
      "one epoch too few": Truth.Rule().train(x, y, maxEpochs - 1).epochs,
      "one epoch too many": Truth.Rule().train(x, y, maxEpochs + 1).epochs,
    ])
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  static func exact(_ vector: Vector<Double>) -> Vector<Rational> { Vector(vector) }

  /// The rule of the perceptron, or another that is wrong.
  struct Rule {
    var isMistake: (Rational) -> Bool = { $0 <= 0 }
    var weightStep: (Rational) -> Rational = { $0 }
    var biasStep: (Rational) -> Rational = { $0 }

    func score(_ weights: Vector<Rational>, _ x: Vector<Rational>) -> Rational {
      Vector(Array(weights.elements.dropLast())).dot(x) + weights[x.count]
    }

    func learn(_ weights: inout Vector<Rational>, _ x: Vector<Rational>, _ y: Rational) -> Bool {
      guard isMistake(y * score(weights, x)) else { return false }
      weights += Vector((weightStep(y) * x).elements + [biasStep(y)])
      return true
    }

    func train(
      _ x: Matrix<Rational>, _ y: Vector<Rational>, _ maxEpochs: Int, endsAtFirstRight: Bool = false
    ) -> (weights: Vector<Rational>, epochs: Int?) {
      var weights = Vector<Rational>(repeating: 0, count: x.columns + 1)
      for epoch in 0..<max(maxEpochs, 0) {
        var mistakes = 0
        for example in 0..<x.rows {
          let wasMistake = learn(&weights, x.row(example), y[example])
          if endsAtFirstRight && !wasMistake { return (weights, epoch + 1) }
          mistakes += wasMistake ? 1 : 0
        }
        if mistakes == 0 { return (weights, epoch + 1) }
      }
      return (weights, nil)
    }
  }

  /// Draws whole points at least a known distance from a whole line, both kinds among them.
  static func separablePoints(
    count: Int, features: Int, using random: inout SplitMix64
  ) -> (x: Matrix<Rational>, y: Vector<Rational>) {
    func whole(_ range: ClosedRange<Int>) -> Rational {
      Rational(range.lowerBound + random.index(below: range.count), 1)
    }
    while true {
      let line = Vector(count: features) { $0 == 0 ? Rational(2, 1) : whole(-3...3) }
      let bias = 2 * whole(-1...1) + 1
      var points: [[Rational]] = []
      var labels: [Rational] = []
      while points.count < count {
        let point = Vector(count: features) { _ in whole(-6...6) }
        let score = line.dot(point) + bias
        if abs(score) < 3 { continue }
        points.append(point.elements)
        labels.append(score > 0 ? 1 : -1)
      }
      let x = Matrix(rows: count, columns: features, elements: points.flatMap(\.self))
      // One epoch is not enough to show that training goes on.
      let epochs = Truth.Rule().train(x, Vector(labels), 500).epochs ?? 0
      if epochs > 2 { return (x, Vector(labels)) }
    }
  }
}
