import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("neurons")
  let neurons = [3, 5].map { features in
    Neuron(
      weights: Vector(.dyadic(features, using: &random)), bias: Rational(random.dyadic()))
  }
  let points = neurons.map { Vector<Rational>(.dyadic($0.weights.count, using: &random)) }
  for isWrong in [true, false] {
    exam.part(isWrong ? "learn, from a mistake" : "learn, from what is right")
    for (neuron, x) in zip(neurons, points) {
      let side: Rational = Truth.score(neuron, x) > 0 ? 1 : -1
      // With the label +1 first: with −1, a step of 1 is a step of −y.
      for label: Rational in [1, -1] {
        let turn = side * (isWrong ? -label : label)
        let turned = Neuron(weights: turn * neuron.weights, bias: turn * neuron.bias)
        try examine(turned, x, label, exam)
      }
    }
  }
  exam.part("learn, from a score of 0 or near it")
  for label: Rational in [1, -1] {
    try examine(Neuron(weights: [0, 0, 0], bias: 0), [1, -2, 3], label, exam)
    for (neuron, x) in zip(neurons, points) {
      let onTheLine = Neuron(weights: neuron.weights, bias: -neuron.weights.dot(x))
      try examine(onTheLine, x, label, exam)
      // A little to the right side: no mistake.
      let beside = Neuron(weights: neuron.weights, bias: onTheLine.bias + label / 64)
      try examine(beside, x, label, exam)
    }
  }

  exam.part("exposingPoints")
  try examinePoints(exam)
}

/// Compares a step of the answer with ours.
private func examine(_ neuron: Neuron, _ x: Vector<Rational>, _ y: Rational, _ exam: Exam) throws {
  var theirs = neuron
  let answer = theirs.learn(from: x, y)
  let isMistake = y * Truth.score(neuron, x) <= 0
  func after(_ weightStep: Rational, _ biasStep: Rational) -> Neuron {
    Neuron(weights: neuron.weights + weightStep * x, bias: neuron.bias + biasStep)
  }
  let ours = isMistake ? after(y, y) : neuron
  try exam.expect(
    theirs, equals: ours, of: "the neuron",
    expectedMistakes: [
      "the bias stays where it is: its input is 1, so it moves by y": after(y, 0),
      isMistake
        ? "the weights stay where they are: they move by y x"
        : "the bias moves even where nothing was wrong": after(0, y),
      "an example that is already right changes nothing": after(y, y),
      "the bias moves by 1 for both kinds; it moves by y": after(y, 1),
      "the bias is set to y; y is added to it": Neuron(weights: after(y, 0).weights, bias: y),
      "the bias moves away from the label": after(y, -y),
      "the bias moves once for each feature; one step is y": after(y, Rational(count: x.count) * y),
      "x is added without its label: the step is y x": after(1, y),
      "a score of 0 is a mistake too": neuron,
    ])
  try exam.expect(
    answer, equals: isMistake, of: "what learn returns",
    expectedMistakes: ["true stands for a mistake": !isMistake])
}

/// Looks at the points of the answer.
private func examinePoints(_ exam: Exam) throws {
  let (x, y) = exposingPoints()
  try exam.check(
    x.columns == 2 && 2...10 ~= x.rows && y.count == x.rows,
    "the points are \(x.shape) and the labels \(y.shape)",
    cause: "two to ten points of two features are asked for, and a label for each")
  try exam.check(
    y.elements.allSatisfy { $0 == 1 || $0 == -1 }, "the labels are \(y.elements)",
    cause: "labels are −1 and +1; a label of 0 silences the rule")
  let stray = x.elements.first { abs($0) > 9 || Rational(Double($0).rounded()) != $0 }
  try exam.check(stray == nil, "a coordinate is \(stray ?? 0)", cause: "whole numbers from −9 to 9")

  var neuron = Neuron(weights: [0, 0], bias: 0)
  let epochs = (1...200).first { _ in
    let mistakes = (0..<x.rows).filter { row in
      guard y[row] * Truth.score(neuron, x.row(row)) <= 0 else { return false }
      neuron = Neuron(weights: neuron.weights + y[row] * x.row(row), bias: neuron.bias + y[row])
      return true
    }
    return mistakes.isEmpty
  }
  try exam.check(
    epochs != nil, "with its bias the neuron still makes mistakes after 200 epochs",
    cause: "no line parts these points, or only a very narrow path lies between the kinds")
  let line = Truth.lineThroughOrigin(x, y)
  try exam.check(
    line == nil,
    "a neuron without a bias can learn these points: w = (\(line?[0] ?? 0), \(line?[1] ?? 0)) "
      + "is right about all of them",
    cause: Set(y.elements.map(\.sign)).count == 1
      ? "all labels are alike" : "a line through the origin parts them, and needs no bias")
  exam.note("with its bias the neuron needs \(epochs ?? 0) epochs; without one it never ends")
}

extension Neuron: Gradable {
  public func difference(from expected: Neuron, within tolerance: Tolerance) -> Difference? {
    if var difference = weights.difference(from: expected.weights, within: tolerance) {
      difference.location = "’s weights" + difference.location
      return difference
    }
    var difference = bias.difference(from: expected.bias, within: tolerance)
    difference?.location = "’s bias"
    return difference
  }
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  static func score(_ neuron: Neuron, _ x: Vector<Rational>) -> Rational {
    neuron.weights.dot(x) + neuron.bias
  }

  /// Returns weights that put every point on its own side, with no bias, if there are any.
  ///
  /// Those that do are an open sector of directions, between two that are perpendicular to a point
  /// each; so the sum of two such lies inside. Where all lie on one ray, the ray itself will do.
  static func lineThroughOrigin(_ x: Matrix<Rational>, _ y: Vector<Rational>) -> Vector<Rational>? {
    let points = (0..<x.rows).map { y[$0] * x.row($0) }
    let edges = points.flatMap { [Vector([-$0[1], $0[0]]), Vector([$0[1], -$0[0]])] }
    let candidates = points + edges.flatMap { edge in edges.map { edge + $0 } }
    return candidates.first { w in points.allSatisfy { w.dot($0) > 0 } }
  }
}
