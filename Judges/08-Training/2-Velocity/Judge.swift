import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let all: [(Convention, String)] = [
    (.sum, "the sum"), (.average, "the average"), (.nesterov, "Nesterov"),
  ]
  for (convention, name) in all {
    exam.part(name)
    var random = exam.random(name)
    for (count, beta) in [(5, Rational(3, 4)), (3, Rational(2, 5)), (7, Rational(9, 10))] {
      var model = Truth(convention, count: count, beta: beta, &random)
      for number in 1...4 { try model.examineStep(number, exam, &random) }
    }
  }
  for (convention, name) in all {
    exam.part("\(name), at the edges")
    var random = exam.random("edges of \(name)")
    var plain = Truth(convention, count: 4, beta: 0, &random)
    for number in 1...2 { try plain.examineStep(number, exam, &random) }
    var single = Truth(convention, count: 1, beta: Rational(1, 3), &random)
    for number in 1...3 { try single.examineStep(number, exam, &random) }
    // A training that stands still for a step, and one whose gradient is zero for a step.
    var still = Truth(convention, count: 2, beta: Rational(2, 3), &random)
    for number in 1...4 {
      try still.examineStep(
        number, exam, &random, rate: number == 2 ? 0 : 1, gradientIsZero: number == 3)
    }
  }
  exam.part("two models in turn")
  var random = exam.random("two models")
  var models = [
    Truth(.sum, count: 6, beta: Rational(4, 5), &random),
    Truth(.nesterov, count: 4, beta: Rational(1, 4), &random),
  ]
  for number in 1...3 {
    for index in models.indices { try models[index].examineStep(number, exam, &random) }
  }

  exam.part("the learning rate of the sum")
  for (rate, beta) in [
    (Rational(1, 10), Rational(9, 10)), (Rational(3, 2), Rational(2, 3)), (Rational(2, 7), 0),
    (Rational(1, 4), Rational(1, 5)),
  ] {
    try exam.expect(
      rateOfSum(insteadOf: rate, beta: beta), equals: rate - rate * beta,
      of: "rateOfSum(insteadOf: \(rate), beta: \(beta))",
      expectedMistakes: [
        "at the same learning rate the sum takes longer steps": rate,
        "the sum takes longer steps, so its learning rate has to be smaller": rate / (1 - beta),
        "the average multiplies the gradient by 1 − β, and not by β": rate * beta,
        "this is the factor; the learning rate of the average is missing": 1 - beta,
      ])
  }
  exam.note("in exact fractions, step after step")
}

/// A model as the judge moves it, under a name that no answer is likely to use.
private struct Truth {
  private let convention: Convention
  private let beta: Rational
  private var weights: Vector<Rational>
  private var velocity: Vector<Rational>

  init(
    _ convention: Convention, count: Int, beta: Rational, _ random: inout SplitMix64
  ) {
    (self.convention, self.beta) = (convention, beta)
    weights = Vector(Vector<Double>.dyadic(count, using: &random))
    velocity = Vector(repeating: 0, count: count)
  }

  /// Compares a step of the answer with ours, from the same weights and the same velocity.
  mutating func examineStep(
    _ number: Int, _ exam: Exam, _ random: inout SplitMix64, rate scale: Rational = 1,
    gradientIsZero: Bool = false
  ) throws {
    let rate = scale * Rational(1 + random.index(below: 9), 10 + number)
    var gradient = Vector<Rational>(Vector<Double>.dyadic(weights.count, using: &random))
    if gradientIsZero { gradient = 0 * gradient }
    // A weight whose gradient is 0 once goes on by itself.
    if number == 3 { gradient[0] = 0 }

    var (moved, kept) = (weights, velocity)
    takeStep(
      &moved, against: gradient, velocity: &kept, learningRate: rate, beta: beta, convention)
    var (movedAgain, keptAgain) = (weights, velocity)
    takeStep(
      &movedAgain, against: gradient, velocity: &keptAgain, learningRate: rate, beta: beta,
      convention)
    try exam.check(
      movedAgain == moved && keptAgain == kept,
      "the same step from the same weights and the same velocity is another when it is asked again",
      cause: "what is remembered belongs into `velocity`, and nowhere else")
    let (before, after) = (velocity, newVelocity(gradient))
    try exam.expect(
      kept, equals: after, of: "after step \(number), velocity",
      expectedMistakes: velocityMistakes(gradient, rate, moved))
    let step = convention == .nesterov ? gradient + beta * after : after
    try exam.expect(
      moved, equals: weights - rate * step, of: "after step \(number), weights",
      expectedMistakes: weightMistakes(gradient, rate, before, after))
    (weights, velocity) = (weights - rate * step, after)
  }

  private func newVelocity(_ gradient: Vector<Rational>) -> Vector<Rational> {
    beta * velocity + (convention == .average ? 1 - beta : 1) * gradient
  }

  private func velocityMistakes(
    _ g: Vector<Rational>, _ rate: Rational, _ moved: Vector<Rational>
  ) -> KeyValuePairs<String, Vector<Rational>> {
    let share = convention == .average ? 1 - beta : 1
    let after = newVelocity(g)
    let average = beta * velocity + (1 - beta) * g
    // Where nothing was written, the velocity is what it was, whatever the weights are.
    let isKept = moved != weights
    return [
      (isKept
        ? "the new velocity is not kept: the next step needs it in `velocity`"
        : "nothing is changed"): velocity,
      "the old velocity is forgotten: β of it is kept at every step": share * g,
      "the average multiplies the gradient by 1 − β": beta * velocity + g,
      "1 − β belongs to the average; here the whole gradient is added": average,
      "β and 1 − β are exchanged": (1 - beta) * velocity + beta * g,
      "1 − β of the old velocity is kept; β of it should be": (1 - beta) * velocity + g,
      "the sign of the momentum: β times the old velocity is added": share * g - beta * velocity,
      "the whole old velocity is kept; β of it should be": velocity + share * g,
      "the sign of the gradient: the velocity is a sum of gradients, and the weights go against it":
        beta * velocity - share * g,
      "the learning rate belongs to the step, and not to the velocity: it may change":
        beta * velocity + rate * share * g,
      "what is kept is the direction of the step, g + βv, and not v": g + beta * after,
      "every entry has its own gradient; this is the first one's":
        beta * velocity + share * g.map { _ in g[0] },
    ]
  }

  private func weightMistakes(
    _ g: Vector<Rational>, _ rate: Rational, _ before: Vector<Rational>, _ after: Vector<Rational>
  ) -> KeyValuePairs<String, Vector<Rational>> {
    let right = convention == .nesterov ? g + beta * after : after
    func going(_ step: Vector<Rational>) -> Vector<Rational> { weights - rate * step }
    let isNesterov = convention == .nesterov
    return [
      (isNesterov
        ? "with the old velocity, g + βv is the new velocity, and the rule is the sum"
        : "the step is taken with the old velocity, or not at all: make the velocity new first"):
        going(isNesterov ? after : before),
      "the sign: a step goes against the gradient": going(-1 * right),
      "the learning rate is missing": weights - right,
      "the step of Nesterov is g + βv; the gradient is missing": going(beta * after),
      "the step of Nesterov is g + βv, and β is missing": going(g + after),
      "the step of Nesterov is g + βv, and not v + βg": going(after + beta * g),
      "g + βv is the step of Nesterov alone": going(g + beta * after),
      "the velocity is a memory, and the step is the gradient": going(g),
      "1 − β is in the velocity already": going((1 - beta) * after),
      "these are the steps; they are to be taken off the weights": -rate * right,
    ]
  }
}
