import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  var random = exam.random("examples")
  exam.part("the training")
  let problems = [
    Problem(sizes: [4, 3], features: 2, learningRate: 0.125, &random),
    Problem(sizes: [2, 6, 3], features: 5, learningRate: 0.03125, &random),
    Problem(sizes: [5], features: 3, learningRate: -0.0625, &random),
  ]
  // After one step, gradients that are never set back look like those that are set back too late.
  for steps in [2, 3, 4, 1] {
    for problem in problems { try problem.expectWeights(exam, after: steps) }
  }

  exam.part("how far the weights go")
  for k in [2, 5 + random.index(below: 6), 20 + random.index(below: 20), 1] {
    let (setBack, never) = pulls(after: k)
    let truth = (pulled(k, .eachStep), pulled(k, .never))
    try exam.expect(
      setBack, equals: truth.0, of: "pulls(after: \(k)).setBack",
      expectedMistakes: [
        "the two are exchanged": truth.1, "one step is missing": k - 1,
        "there are k steps, and not k + 1": k + 1,
      ])
    try exam.expect(
      never, equals: truth.1, of: "pulls(after: \(k)).never",
      expectedMistakes: [
        "gradients do not double: each pass adds one g to what is there": (1 << k) - 1,
        "step k goes k times as far; all steps before it went less far": k * k,
        "the first step goes by one g already": k * (k - 1) / 2,
        "this is the length of the last step, and not of all": k,
        "k (k + 1) is each pair of steps counted twice": k * (k + 1),
      ])
  }
  exam.note(comparison(&random))
}

/// Parts of a batch, a line with gradients of an older pass, and a learning rate.
private struct Problem {
  let parts: [Part<Double>]
  let start: Line<Double>
  let learningRate: Double

  init(sizes: [Int], features: Int, learningRate: Double, _ random: inout SplitMix64) {
    parts = sizes.map { rows in
      Part(x: .dyadic(rows, features, using: &random), y: .dyadic(rows, using: &random))
    }
    start = Line(
      w: .dyadic(features, using: &random), b: random.dyadic(),
      dW: .dyadic(features, using: &random), dB: 3)
    self.learningRate = learningRate
  }

  func expectWeights(_ exam: Exam, after steps: Int) throws {
    var line = start
    train(&line, on: parts, learningRate: learningRate, steps: steps)
    func weights(_ rule: Rule) -> Vector<Double> {
      var state = Descent(start)
      rule.train(&state, on: parts, learningRate: learningRate, steps: steps)
      return Vector(state.w + [state.b])
    }
    let sizes = parts.map { "\($0.x.rows)" }.joined(separator: " + ")
    try exam.expect(
      Vector(line.w.elements + [line.b]), equals: weights(.eachStep),
      within: .relative(1e-12),
      of: "after \(steps) step\(steps == 1 ? "" : "s") on \(sizes) examples, [w, b]",
      expectedMistakes: [
        Rule.never.words: weights(.never), Rule.once.words: weights(.once),
        Rule.eachPart.words: weights(.eachPart), Rule.between.words: weights(.between),
        Rule.stepEachPart.words: weights(.stepEachPart), Rule.after.words: weights(.after),
      ])
  }
}

/// The judge's own line, as lists of numbers: weights, gradients, and what is done with them.
private struct Descent {
  var w: [Double]
  var b: Double
  var dW: [Double]
  var dB: Double

  init(_ line: Line<Double>) {
    (w, b, dW, dB) = (line.w.elements, line.b, line.dW.elements, line.dB)
  }

  mutating func pass(over part: Part<Double>, of count: Int) {
    for row in 0..<part.x.rows {
      var residual = b - part.y[row]
      for feature in w.indices { residual += w[feature] * part.x[row, feature] }
      residual /= Double(count)
      for feature in w.indices { dW[feature] += residual * part.x[row, feature] }
      dB += residual
    }
  }

  mutating func zeroGrad() {
    dW = w.map { _ in 0 }
    dB = 0
  }

  mutating func step(_ learningRate: Double) {
    for feature in w.indices { w[feature] -= learningRate * dW[feature] }
    b -= learningRate * dB
  }
}

/// When gradients are set back.
private enum Rule {
  case eachStep, never, once, eachPart, between, stepEachPart, after

  var words: String {
    switch self {
    case .eachStep: "at each step, before its first pass"
    case .never: "gradients are never set back: a step uses those of all steps before it, too"
    case .once: "gradients are set back once, before the first step, and then pile up"
    case .eachPart: "gradients are set back before each part: those of the first part are lost"
    case .between: "gradients are set back between the passes and the step: nothing is learned"
    case .stepEachPart: "a step is taken after each part: the parts belong to one step"
    case .after: "the first step begins with the gradients of an older pass"
    }
  }

  func train(
    _ line: inout Descent, on parts: [Part<Double>], learningRate: Double, steps: Int
  ) {
    let count = parts.map(\.x.rows).reduce(0, +)
    if self == .once { line.zeroGrad() }
    for _ in 0..<steps {
      if self == .eachStep { line.zeroGrad() }
      for part in parts {
        if self == .eachPart || self == .stepEachPart { line.zeroGrad() }
        line.pass(over: part, of: count)
        if self == .stepEachPart { line.step(learningRate) }
      }
      if self == .between { line.zeroGrad() }
      if self != .stepEachPart { line.step(learningRate) }
      if self == .after { line.zeroGrad() }
    }
  }
}

/// Returns how many times a constant gradient has been followed after some steps.
private func pulled(_ steps: Int, _ rule: Rule) -> Int {
  var (moved, gradient) = (0, 0)
  for _ in 0..<steps {
    if rule == .eachStep { gradient = 0 }
    gradient += 1
    moved += gradient
  }
  return moved
}

/// Returns what becomes of a loss by both rules, in words.
private func comparison(_ random: inout SplitMix64) -> String {
  let x = Matrix<Double>.dyadic(7, 2, using: &random)
  let y = Vector(count: 7) { 1.5 * x[$0, 0] - x[$0, 1] + 0.5 }
  func losses(_ rule: Rule) -> String {
    var line = Descent(Line(w: [0, 0], b: 0, dW: [0, 0], dB: 0))
    let losses = [0, 5, 10, 20].map { steps in
      rule.train(&line, on: [Part(x: x, y: y)], learningRate: 0.1, steps: min(steps, 10))
      let residual = Vector(count: 7) { Vector(line.w).dot(x.row($0)) + line.b - y[$0] }
      return NumberFormat.decimals(3).text(of: residual.squaredNorm / 14)
    }
    return losses.joined(separator: ", ")
  }
  return "losses on another line after 0, 5, 15 and 25 steps: \(losses(.eachStep)); "
    + "with gradients never set back: \(losses(.never))"
}
