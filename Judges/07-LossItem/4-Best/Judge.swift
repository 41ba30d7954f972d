import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("values")
  let models = [3, 5].map { count in
    Model(weights: (0..<count).map { _ in random.dyadic() }, bias: 5 + random.dyadic())
  }
  exam.part("the check")
  for model in models { try expectCheck(exam, model) }
  exam.part("the copy")
  for model in models { try expectCopy(exam, model) }

  exam.part("the training")
  // The best comes first, last, or on the way; losses may be negative.
  for steps in [12, 7, 20] {
    for best in [3 + random.index(below: steps - 5), 0, steps, steps - 1, 1] {
      try expectBest(exam, Course(steps: steps, best: best, &random))
    }
  }
  try expectBest(exam, Course(steps: 0, best: 0, &random))
}

private func expectCheck(_ exam: Exam, _ model: Model) throws {
  let all = model.parameters.count
  try exam.expect(
    sharedParameters(model, model), equals: all, of: "what a model shares with itself",
    expectedMistakes: [
      "the bias is a parameter, too": all - 1,
      "it is asked how many are shared, and not how many are not": 0,
      "every pair of parameters is counted": all * all,
    ])
  let equal = Model(weights: model.weights.map(\.value), bias: model.bias.value)
  try exam.expect(
    sharedParameters(model, equal), equals: 0, of: "what two models of equal values share",
    expectedMistakes: ["equal values in different objects: ask for the same with ===": all])
  var other = Model(weights: [1, 2, 3, 7], bias: 4)
  other.weights = [other.weights[0], model.weights[2], other.weights[1], model.weights[0]]
  for (one, two) in [(model, other), (other, model)] {
    try exam.expect(
      sharedParameters(one, two), equals: 2, of: "what two models share in other places",
      expectedMistakes: [
        "the same object may stand at another place": 0,
        "it is asked how many are shared, and not how many are not": one.parameters.count - 2,
      ])
  }
  other.bias = model.bias
  try exam.expect(
    sharedParameters(model, other), equals: 3, of: "what two models share, bias included",
    expectedMistakes: ["the bias is a parameter, too": 2])
  // The bias of the one stands among the weights of the other.
  var third = Model(weights: [1, 2], bias: 4)
  third.weights = [third.weights[0], model.bias]
  try exam.expect(
    sharedParameters(model, third), equals: 1,
    of: "what two models share, the bias of the first being a weight of the second,",
    expectedMistakes: ["the same object may stand at another place, a bias among weights too": 0])
}

private func expectCopy(_ exam: Exam, _ model: Model) throws {
  for (index, parameter) in model.parameters.enumerated() {
    parameter.gradient = Double(index) - 1.5
  }
  let copy = model.copy()
  let count = model.parameters.count
  try exam.expect(
    copy.parameters.map(\.value), equals: model.parameters.map(\.value),
    of: "the values of the copy")
  let shared = model.parameters.count { own in copy.parameters.contains { $0 === own } }
  try exam.expect(
    shared, equals: 0, of: "the number of parameters that a model shares with its copy",
    expectedMistakes: [
      "a structure is copied, but its objects are not": count,
      "an array is copied, but the objects in it are not": count - 1,
      "the bias is an object, too": 1,
    ])
  let gradients = model.parameters.map(\.gradient)
  try exam.expect(
    copy.parameters.map(\.gradient), equals: gradients, of: "the gradients of the copy",
    expectedMistakes: [
      "the copy begins with gradients of 0": gradients.map { _ in 0 },
      "the bias has a gradient, too": gradients.dropLast() + [0],
      "the weights have gradients, too": gradients.dropLast().map { _ in 0 } + gradients.suffix(1),
      "the gradients are the values": model.parameters.map(\.value),
    ])
  try exam.expect(
    model.parameters.map(\.gradient), equals: (0..<count).map { Double($0) - 1.5 },
    of: "the gradients of the model itself, after copy(),")
}

/// The losses of a training before its first step and after each, all different.
private struct Course {
  let steps: Int
  let best: Int
  let losses: [Double]

  /// Draws losses that fall and rise, and are least after so many steps.
  init(steps: Int, best: Int, _ random: inout SplitMix64) {
    (self.steps, self.best) = (steps, best)
    let heights = random.shuffled(0..<max(steps, 1)).map { Double($0) + 0.5 }
    var losses = Array(heights.prefix(steps))
    losses.insert(-random.uniform(), at: best)
    self.losses = losses
  }

  /// The last step after which the loss was below the one before.
  var lastFall: Int { losses.indices.last { $0 == 0 || losses[$0] < losses[$0 - 1] } ?? 0 }

  /// The steps after which the loss was largest.
  var worst: Int { losses.indices.max { losses[$0] < losses[$1] } ?? 0 }
}

/// Looks at a training that has such losses.
private func expectBest(_ exam: Exam, _ course: Course) throws {
  let (steps, best) = (course.steps, course.best)
  let start = Model(weights: [0, 1, 2], bias: 0)
  // The bias of a model says how many steps it has made.
  let found = trainKeepingBest(
    start, steps: steps, loss: { course.losses[min(max(Int($0.bias.value), 0), steps)] },
    step: { model in for parameter in model.parameters { parameter.value += 1 } })
  try exam.check(
    Int(start.bias.value) == steps,
    "after \(steps) steps the model has made \(Int(start.bias.value))",
    cause: Int(start.bias.value) == 0
      ? "the model that is trained is to be the one that came in"
      : "the steps are to be \(steps), no more and no fewer")
  try exam.expect(
    Int(found.bias.value), equals: best,
    of: "the number of steps after which the best model was kept, of \(steps),",
    expectedMistakes: best == steps
      ? ["the loss after the last step is never looked at": bestBeforeLast(course)]
      : [
        "what is returned is the last model: it was not copied when it was best": steps,
        "the loss is that before the step, and the model that after it": best + 1,
        "any loss below the one before is taken for the least": course.lastFall,
        "the loss before the first step is never looked at": bestAfterFirst(course),
        "this is the model whose loss was largest": course.worst,
      ])
  try exam.expect(
    found.weights.map(\.value), equals: [0, 1, 2].map { $0 + Double(best) },
    of: "the weights of the best model",
    expectedMistakes: [
      "the bias was copied, and the weights go on": [0, 1, 2].map { $0 + Double(steps) }
    ])
}

/// Returns where the loss is least, if nobody looks at the last.
private func bestBeforeLast(_ course: Course) -> Int {
  (0..<course.steps).min { course.losses[$0] < course.losses[$1] } ?? 0
}

/// Returns where the loss is least, if nobody looks at the first.
private func bestAfterFirst(_ course: Course) -> Int {
  (0...course.steps).dropFirst().min { course.losses[$0] < course.losses[$1] } ?? 0
}
