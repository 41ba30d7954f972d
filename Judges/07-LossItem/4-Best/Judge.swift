import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("values")
  let values = (0..<3).map { _ in random.dyadic() }
  let model = Model(weights: values, bias: 5)
  try expectCheck(exam, model, values)
  try expectCopy(exam, model)

  exam.part("the training")
  let steps = 12
  // The best comes first, last, or on the way.
  for place in [3 + random.index(below: 6), 0, steps] {
    try expectBest(exam, steps: steps, best: place)
  }
}

private func expectCheck(_ exam: Exam, _ model: Model, _ values: [Double]) throws {
  exam.part("the check")
  let all = model.parameters.count
  try exam.expect(
    sharedParameters(model, model), equals: all, of: "what a model shares with itself",
    expectedMistakes: [
      "the bias is a parameter, too": all - 1,
      "it is asked how many are shared, and not how many are not": 0,
    ])
  try exam.expect(
    sharedParameters(model, Model(weights: values, bias: 5)), equals: 0,
    of: "what two models of equal values share",
    expectedMistakes: ["equal values in different objects: ask for the same with ===": all])
  var other = Model(weights: [1, 2, 3], bias: 4)
  other.weights = [other.weights[0], model.weights[2], model.weights[0]]
  try exam.expect(
    sharedParameters(model, other), equals: 2, of: "what two models share in other places",
    expectedMistakes: ["the same object may stand at another place": 0])
  other.bias = model.bias
  try exam.expect(
    sharedParameters(model, other), equals: 3, of: "what two models share, bias included",
    expectedMistakes: ["the bias is a parameter, too": 2])
}

private func expectCopy(_ exam: Exam, _ model: Model) throws {
  exam.part("the copy")
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
  try exam.expect(
    copy.parameters.map(\.gradient), equals: model.parameters.map(\.gradient),
    of: "the gradients of the copy",
    expectedMistakes: ["the copy begins with gradients of 0": model.parameters.map { _ in 0 }])
}

/// Looks at a training whose loss is least after so many steps.
private func expectBest(_ exam: Exam, steps: Int, best: Int) throws {
  let start = Model(weights: [0, 1, 2], bias: 0)
  /// The losses fall, are least at one place, and rise again, but for a hill behind it.
  func loss(after step: Int) -> Double {
    if step == best { return 0.5 }
    let far = Double(abs(step - best))
    return step == best + 2 ? far + 4 : far + 1
  }
  // The bias of a model says how many steps it has made.
  let found = trainKeepingBest(
    start, steps: steps, loss: { loss(after: Int($0.bias.value)) },
    step: { model in for parameter in model.parameters { parameter.value += 1 } })
  let losses = (0...steps).map(loss)
  let last = (0...steps).last { $0 == 0 || losses[$0] < losses[$0 - 1] } ?? 0
  try exam.check(
    Int(start.bias.value) == steps,
    "after \(steps) steps the model has made \(Int(start.bias.value))",
    cause: "the model that is trained is to be the one that came in")
  try exam.expect(
    Int(found.bias.value), equals: best,
    of: "the number of steps after which the best model was kept, of \(steps),",
    expectedMistakes: best == steps
      ? ["the loss after the last step is never looked at": steps - 1]
      : [
        "what is returned is the last model: it was not copied when it was best": steps,
        "the loss is that before the step, and the model that after it": best + 1,
        "any loss below the one before is taken for the least": last,
      ])
  try exam.expect(
    found.weights.map(\.value), equals: [0, 1, 2].map { $0 + Double(best) },
    of: "the weights of the best model",
    expectedMistakes: [
      "the bias was copied, and the weights go on": [0, 1, 2].map { $0 + Double(steps) }
    ])
}
