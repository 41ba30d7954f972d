import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("SGD")
  try exam.expectPrediction(
    sgd, equals: places { g, _, _ in g }, of: "sgd",
    expectedMistakes: [
      "the sign: a step goes against the gradient": places { g, _, _ in -g },
      "the learning rate is ½: a step is half a gradient": places { g, _, _ in 2 * g },
      "these are the steps; the weight starts at 1, and each step starts where the last one ended":
        lengths { g, _, _ in g },
      "each step starts again at 1, and not where the last one ended": alone { g, _, _ in g },
      "this is momentum as a sum; SGD remembers nothing": places { _, _, v in v },
    ])

  exam.part("momentum as a sum")
  try exam.expectPrediction(
    momentumAsSum, equals: places { _, _, v in v }, of: "momentumAsSum",
    expectedMistakes: mistakesOfSum)

  exam.part("momentum as an average")
  try exam.expectPrediction(
    momentumAsAverage, equals: places(share: 1 - β) { _, _, v in v }, of: "momentumAsAverage",
    expectedMistakes: mistakesOfAverage)

  exam.part("Nesterov")
  try exam.expectPrediction(
    nesterov, equals: places { g, _, v in g + β * v }, of: "nesterov",
    expectedMistakes: mistakesOfNesterov)

  exam.part("the other program")
  try exam.expectPrediction(
    rateOfAverage, equals: η / (1 - β), of: "rateOfAverage",
    expectedMistakes: [
      "the average takes shorter steps, so its learning rate has to be larger": η * (1 - β),
      "1 − β stands in the average, and not β": η / β,
      "at the same learning rate the two end at different places": η,
      "that is the factor; the learning rate of the sum was ½": 1 / (1 - β),
    ])
  exam.note("a learning rate means nothing until the convention of its momentum is named")
}

private let gradients: [Rational] = [8, -4, 6]
private let start: Rational = 1
private let η: Rational = Rational(1, 2)
private let β: Rational = Rational(3, 4)

/// What is multiplied by the learning rate: of a gradient, the velocity before it and after it.
private typealias Direction = (_ g: Rational, _ before: Rational, _ after: Rational) -> Rational

/// Returns the steps, with v ← kept · v + share · g.
private func lengths(
  kept: Rational = β, share: Rational = 1, first: Rational? = nil, _ direction: Direction
) -> Vector<Rational> {
  var velocity: Rational = 0
  return Vector(
    gradients.indices.map { index in
      let (g, before) = (gradients[index], velocity)
      velocity = kept * before + (index == 0 ? first ?? share : share) * g
      return -η * direction(g, before, velocity)
    })
}

/// Returns where the weight is after each step.
private func places(
  kept: Rational = β, share: Rational = 1, first: Rational? = nil, _ direction: Direction
) -> Vector<Rational> {
  var place = start
  return lengths(kept: kept, share: share, first: first, direction).map { step in
    place += step
    return place
  }
}

/// Returns where the weight would be if each step started again.
private func alone(_ direction: Direction) -> Vector<Rational> {
  lengths(direction).map { start + $0 }
}

private var mistakesOfSum: KeyValuePairs<String, Vector<Rational>> {
  [
    "this is momentum as an average": places(share: 1 - β) { _, _, v in v },
    "this is SGD: the velocity is forgotten after every step": places { g, _, _ in g },
    "the sign of the momentum: β times the old velocity is added": places(kept: -β) { _, _, v in v
    },
    "the velocity is made new first, and then the step is taken": places { _, old, _ in old },
    "the whole old velocity is kept; β of it should be": places(kept: 1) { _, _, v in v },
    "1 − β of the old velocity is kept; β of it should be": places(kept: 1 - β) { _, _, v in v },
    "the sign: a step goes against the velocity": places { _, _, v in -v },
    "the learning rate is ½: a step is half a velocity": places { _, _, v in 2 * v },
    "these are velocities, and not places": 2 * lengths { _, _, v in -v },
    "these are the steps; the weight starts at 1, and each step starts where the last one ended":
      lengths { _, _, v in v },
    "each step starts again at 1, and not where the last one ended": alone { _, _, v in v },
    "this is Nesterov's momentum": places { g, _, v in g + β * v },
  ]
}

private var mistakesOfAverage: KeyValuePairs<String, Vector<Rational>> {
  [
    "this is momentum as a sum": places { _, _, v in v },
    "the velocity is 0 at first: the first gradient counts for 1 − β too":
      places(share: 1 - β, first: 1) { _, _, v in v },
    "β and 1 − β are exchanged": places(kept: 1 - β, share: β) { _, _, v in v },
    "the velocity is made new first, and then the step is taken":
      places(share: 1 - β) { _, old, _ in old },
    "the velocity is forgotten after every step": places(kept: 0, share: 1 - β) { _, _, v in v },
    "the sign of the momentum: β times the old velocity is added":
      places(kept: -β, share: 1 - β) { _, _, v in v },
    "the sign: a step goes against the velocity": places(share: 1 - β) { _, _, v in -v },
    "the learning rate is ½: a step is half a velocity": places(share: 1 - β) { _, _, v in 2 * v },
    "these are velocities, and not places": 2 * lengths(share: 1 - β) { _, _, v in -v },
    "these are the steps; the weight starts at 1, and each step starts where the last one ended":
      lengths(share: 1 - β) { _, _, v in v },
  ]
}

private var mistakesOfNesterov: KeyValuePairs<String, Vector<Rational>> {
  [
    "with the old velocity, g + βv is the new velocity, and the rule is the sum":
      places { _, _, v in v },
    "the gradient is left out: the step is g + βv": places { _, _, v in β * v },
    "the step is g + βv, and not g + v": places { g, _, v in g + v },
    "the step is g + βv, and not v + βg": places { g, _, v in v + β * g },
    "the velocity is a sum here, and not an average": places(share: 1 - β) { g, _, v in g + β * v },
    "the sign: a step goes against the gradient": places { g, _, v in -(g + β * v) },
    "the learning rate is ½: it halves both terms": places { g, _, v in 2 * (g + β * v) },
    "the learning rate halves both terms, and not βv alone": places { g, _, v in 2 * g + β * v },
    "the learning rate halves both terms, and not g alone": places { g, _, v in g + 2 * β * v },
    "these are the steps; the weight starts at 1, and each step starts where the last one ended":
      lengths { g, _, v in g + β * v },
    "this is SGD: the velocity is forgotten after every step": places { g, _, _ in g },
  ]
}
