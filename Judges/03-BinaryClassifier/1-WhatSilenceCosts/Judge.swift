import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let balanced = Targets(yes: 50, no: 50)
  let rare = Targets(yes: 10, no: 90)
  let silence = balanced.loss(bias: 0)
  let prior = rare.bestBias

  exam.part("the balanced set")
  try exam.ask(
    balancedLoss, silence, "the loss on the balanced set",
    [
      "the logarithm to the base 2; the loss has the natural one": silence / Double.log(2),
      "the logarithm to the base 10; the loss has the natural one": silence / Double.log(10),
      "the probability itself, not −log of it": 0.5,
      "the square of the error, which is another loss": 0.25,
      "half the square of the error, which is another loss": 0.125,
      "the sum over the examples, not the mean": 100 * silence,
    ])
  exam.part("the rare set")
  try exam.ask(
    rareLoss, rare.loss(bias: 0), "the loss on the rare set",
    [
      "the loss of saying one in ten; this network says one half to every example":
        rare.loss(bias: prior),
      "the probability itself, not −log of it": 0.5,
    ])
  exam.part("its gradient")
  let gradient = rare.gradient(bias: 0)
  try exam.ask(
    rareGradient, gradient, "the gradient in the bias",
    [
      "the sign: it says yes too often, and less bias is better, so the gradient is positive":
        -gradient,
      "a(1 − a) too many: it has cancelled": gradient / 4,
      "the sum over the examples, not the mean": 100 * gradient,
      "the gradient of examples that are no, without those that are yes": 0.5,
    ])
  exam.part("a better start")
  try exam.ask(
    rareBias, prior, "the bias to start from",
    [
      "the sign: where yes is rare the logit is negative": -prior,
      "the probability; a bias is a logit, the logarithm of the odds": 0.1,
      "the odds; a bias is their logarithm": 0.1 / 0.9,
      "the logarithm of the probability, not of the odds": Double.log(0.1),
      "the logarithm to the base 10; a logit has the natural one": prior / Double.log(10),
    ])
  exam.part("its loss")
  let best = rare.loss(bias: prior)
  try exam.ask(
    rareLossWithBias, best, "the loss with that bias",
    [
      "nothing but the examples that are no": -Double.log(0.9),
      "nothing but the examples that are yes": -Double.log(0.1),
      "the fraction of no alone, as if yes cost nothing": -0.9 * Double.log(0.9),
      "the logarithm to the base 2; the loss has the natural one": best / Double.log(2),
      "yes and no are exchanged": -0.9 * Double.log(0.1) - 0.1 * Double.log(0.9),
    ])
  exam.note("a first loss of ln 2 says that the network is silent, whatever the data are")
}

extension Exam {
  /// Asks for a number with three decimals.
  fileprivate func ask(
    _ received: Double, _ expected: Double, _ subject: String,
    _ expectedMistakes: KeyValuePairs<String, Double>
  ) throws {
    let mistake = expectedMistakes.first { abs(received - $0.value) <= 0.002 }
    try check(
      abs(received - expected) <= 0.002, "\(subject) is not \(received)", cause: mistake?.key)
  }
}

/// A set of examples of which nothing but the targets is known, before a network of one bias.
private struct Targets {
  let yes: Int
  let no: Int

  private var targets: [Double] {
    Array(repeating: 1, count: yes) + Array(repeating: 0, count: no)
  }

  private func mean(_ term: (Double) -> Double) -> Double {
    targets.map(term).reduce(0, +) / Double(targets.count)
  }

  func loss(bias: Double) -> Double {
    let a = 1 / (1 + Double.exp(-bias))
    return mean { y in -y * Double.log(a) - (1 - y) * Double.log(1 - a) }
  }

  func gradient(bias: Double) -> Double {
    let a = 1 / (1 + Double.exp(-bias))
    return mean { y in a - y }
  }

  /// The bias at which the gradient changes its sign, found by halving.
  var bestBias: Double {
    var (low, high) = (-20.0, 20.0)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if gradient(bias: middle) < 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
