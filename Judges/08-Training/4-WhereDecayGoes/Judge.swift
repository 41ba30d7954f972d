import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let courses: [Course] = [
    Course(exam, weights: 5, biases: 3, rate: 0.25, decay: 0.5, steps: 4),
    Course(exam, weights: 2, biases: 6, rate: 0.0625, decay: 0.75, steps: 7),
    Course(exam, weights: 4, biases: 1, rate: 0.125, decay: 0, steps: 3),
    Course(exam, weights: 1, biases: 2, rate: 0.01, decay: 0.1, steps: 5),
  ]
  for course in courses {
    exam.part("in balls, \(course.words)")
    try course.expect(Course.Steps(course, Ball<256>.self), within: 1e-14, exam)
  }
  for course in courses {
    exam.part("in Double, \(course.words)")
    try course.expect(Course.Steps(course, Double.self), within: 1e-12, exam)
  }

  exam.part("the difference of the order")
  var random = exam.random("directions")
  for order in [
    Order(count: 3, rate: Rational(1, 4), decay: Rational(3, 5)),
    Order(count: 5, rate: Rational(1, 100), decay: Rational(1, 7)),
    Order(count: 2, rate: Rational(2, 3), decay: 5),
    Order(count: 4, rate: Rational(1, 2), decay: 0),
  ] { try order.examine(exam, &random) }
  exam.note("in balls of 256 bits and in Double, and the order in exact fractions")
}

/// A step with the decay in either order.
private struct Order {
  let count: Int
  let rate, decay: Rational

  func examine(_ exam: Exam, _ random: inout SplitMix64) throws {
    let d = Vector<Rational>(Vector<Double>.dyadic(count, using: &random))
    let start = Vector<Rational>(Vector<Double>.dyadic(count, using: &random))
    let kept: Rational = 1 - rate * decay
    let after: Vector<Rational> = kept * (start - rate * d)
    let right: Vector<Rational> = kept * start - rate * d
    let squared: Rational = rate * decay * rate * decay
    try exam.expect(
      differenceOfOrder(d, learningRate: rate, decay: decay), equals: after - right,
      of: "differenceOfOrder(d, learningRate: \(rate), decay: \(decay))",
      expectedMistakes: [
        "the two orders differ: what Adam's step has added decays too": d.map { 0 * $0 },
        "the sign: it is asked what the weights are, less what they should be": right - after,
        "the step itself has an η too: it is ηd that decays": (rate * decay) * d,
        "the decay has an η too: it takes off ηλ of the weights": decay * d,
        "it is ηd that decays, by ηλ of itself: λ stands there once": squared * d,
        "the weights before the step decay in either order; only ηd makes a difference": rate * d,
      ])
  }
}

/// A training of one parameter of weights and one of biases.
private struct Course {
  let rate, decay: Double
  let beta1 = 0.75
  let beta2 = 0.96875
  let epsilon = 0x1p-10
  /// Where each parameter starts, and its gradient at each step.
  let parameters: [(isBias: Bool, start: Vector<Double>, gradients: [Vector<Double>])]
  let steps: Int

  init(_ exam: Exam, weights: Int, biases: Int, rate: Double, decay: Double, steps: Int) {
    var random = exam.random("\(weights) weights")
    (self.rate, self.decay, self.steps) = (rate, decay, steps)
    parameters = [(false, weights), (true, biases)].map { isBias, count in
      (
        isBias, .dyadic(count, using: &random),
        // One in two gradients is small, so that it shows what is divided with it.
        (0..<steps).map { _ in
          Vector(count: count) { random.dyadic() * ($0 % 2 == 0 ? 8 : 0x1p-6) }
        }
      )
    }
  }

  var words: String { "\(parameters[0].start.count) weights, decay \(decay)" }

  /// The weights and the biases after each step, `[steps, n]` each.
  struct Steps {
    var weights, biases: Matrix<Double>
  }

  /// Compares the weights, and then the biases, after each step.
  func expect(_ received: Steps, within tolerance: Double, _ exam: Exam) throws {
    let truth = Steps(self, Ball<256>.self, with: Bugs())
    let mistakes = mistake(in: received)
    try exam.expect(
      received.weights, equals: truth.weights, within: .relative(tolerance),
      of: "the weights, by step and index from 0: θ",
      expectedMistakes: [mistakes.words: mistakes.steps?.weights ?? truth.weights])
    try exam.expect(
      received.biases, equals: truth.biases, within: .relative(tolerance),
      of: "the biases, by step and index from 0: θ",
      expectedMistakes: [mistakes.words: mistakes.steps?.biases ?? truth.biases])
  }

  /// Returns the fewest bugs that give what was received.
  private func mistake(in received: Steps) -> (words: String, steps: Steps?) {
    for bugs in Bugs.all {
      let wrong = Steps(self, Double.self, with: bugs)
      if received.weights.difference(from: wrong.weights, within: .relative(1e-9)) == nil,
        received.biases.difference(from: wrong.biases, within: .relative(1e-9)) == nil
      {
        return (bugs.words, wrong)
      }
    }
    return ("", nil)
  }
}

extension Course.Steps {
  /// The steps of the answer.
  fileprivate init<Scalar: AnalyticField & Readable>(_ course: Course, _ scalar: Scalar.Type) {
    let optimiser = AdamW<Scalar>(
      learningRate: Scalar(course.rate), beta1: Scalar(course.beta1), beta2: Scalar(course.beta2),
      epsilon: Scalar(course.epsilon), decay: Scalar(course.decay))
    var all = course.parameters.map { parameter in
      let zeros = Vector<Scalar>(repeating: 0, count: parameter.start.count)
      return Parameter(
        isBias: parameter.isBias, values: Vector(parameter.start), gradient: zeros, means: zeros,
        squares: zeros)
    }
    let rows = (1...course.steps).map { t in
      for index in all.indices {
        all[index].gradient = Vector(course.parameters[index].gradients[t - 1])
        optimiser.step(t, &all[index])
      }
      return all.map { $0.values.elements.map(\.number) }
    }
    self.init(rows)
  }

  /// The steps of the formula, with some bugs.
  fileprivate init<Scalar: AnalyticField & Readable>(
    _ course: Course, _ scalar: Scalar.Type, with bugs: Bugs
  ) {
    var all = course.parameters.map { Vector<Scalar>($0.start) }
    var m = all.map { $0.map { 0 * $0 } }
    var s = m
    let rows = (1...course.steps).map { t in
      for index in all.indices {
        let parameter = course.parameters[index]
        for i in 0..<parameter.start.count {
          bugs.move(
            &all[index][i], &m[index][i], &s[index][i],
            against: Scalar(parameter.gradients[t - 1][i]),
            isBias: parameter.isBias, t, course)
        }
      }
      return all.map { $0.elements.map(\.number) }
    }
    self.init(rows)
  }

  private init(_ rows: [[[Double]]]) {
    let matrices = (0..<2).map { index in
      Matrix<Double>(
        rows: rows.count, columns: rows[0][index].count, elements: rows.flatMap { $0[index] })
    }
    (weights, biases) = (matrices[0], matrices[1])
  }
}

/// What may be wrong with the decay.
private struct Bugs {
  enum Decayed: CaseIterable {
    case nothing, weights, biases, all

    func includes(bias isBias: Bool) -> Bool {
      switch self {
      case .nothing: false
      case .weights: !isBias
      case .biases: isBias
      case .all: true
      }
    }
  }
  enum Factor: CaseIterable { case rate, correctedRate, one }

  /// What has λθ in its gradient.
  var inGradient = Decayed.nothing
  /// What decays by itself.
  var alone = Decayed.weights
  var factor = Factor.rate
  var isAfter = false
  var grows = false

  /// All of them, the fewest bugs first.
  static var all: [Bugs] {
    var all = [Bugs()]
    func vary<Value>(_ path: WritableKeyPath<Bugs, Value>, _ values: [Value]) {
      all = all.flatMap { bugs in
        values.map { value in
          var changed = bugs
          changed[keyPath: path] = value
          return changed
        }
      }
    }
    vary(\.inGradient, Decayed.allCases)
    vary(\.alone, Decayed.allCases)
    vary(\.factor, Factor.allCases)
    vary(\.isAfter, [false, true])
    vary(\.grows, [false, true])
    return all.map { ($0, $0.names.count) }.sorted { $0.1 < $1.1 }.map(\.0)
  }

  /// The first bug in words, and how many more there are.
  var words: String {
    let rest = names.count - 1
    let first = names.first ?? ""
    if rest > 1 { return "\(first); \(rest) more bugs are left" }
    return rest == 1 ? "\(first); one more bug is left" : first
  }

  private var names: [String] {
    var names: [String] = []
    if inGradient != .nothing {
      names.append("λθ is in the gradient, and Adam divides it by the gradient's usual size")
    }
    switch alone {
    case .nothing: names.append("the weights do not decay by themselves")
    case .biases: names.append("the biases decay, and the weights should")
    case .weights, .all: break
    }
    if alone == .all || inGradient == .all || inGradient == .biases {
      names.append("biases have no decay")
    }
    switch factor {
    case .rate: break
    case .correctedRate:
      names.append("the decay is η λ θ: η/(1 − β₁ᵗ) corrects Adam's mean, and the decay has none")
    case .one: names.append("the decay is η λ θ: the learning rate is missing")
    }
    if isAfter {
      names.append("the decay is that of the old θ: Adam's step must not decay with it")
    }
    if grows { names.append("the sign of the decay: the weights grow") }
    return names
  }

  /// Takes a step of one number.
  func move<Scalar: AnalyticField>(
    _ θ: inout Scalar, _ m: inout Scalar, _ s: inout Scalar, against gradient: Scalar, isBias: Bool,
    _ t: Int, _ course: Course
  ) {
    let (b1, b2) = (Scalar(course.beta1), Scalar(course.beta2))
    let (η, λ) = (Scalar(course.rate), Scalar(course.decay))
    let g = inGradient.includes(bias: isBias) ? gradient + λ * θ : gradient
    m = b1 * m + (1 - b1) * g
    s = b2 * s + (1 - b2) * g * g
    func left(_ b: Scalar) -> Scalar { 1 - (0..<t).reduce(1) { product, _ in product * b } }
    let (mean, square): (Scalar, Scalar) = (m / left(b1), s / left(b2))
    let step: Scalar = η * mean / (Scalar.sqrt(square) + Scalar(course.epsilon))
    var share: Scalar = 0
    if alone.includes(bias: isBias) {
      switch factor {
      case .rate: share = η * λ
      case .correctedRate: share = η / left(b1) * λ
      case .one: share = λ
      }
    }
    if grows { share = -share }
    let decaying: Scalar = isAfter ? θ - step : θ
    θ = θ - step - share * decaying
  }
}

/// A number that can be told as a `Double`, NaN where it is not known.
private protocol Readable {
  var number: Double { get }
}

extension Double: Readable {
  fileprivate var number: Double { isFinite ? self : .nan }
}

extension Ball: Readable {
  fileprivate var number: Double {
    guard let radius, Double(radius) <= 0x1p-60 * max(abs(Double(midpoint)), 1) else { return .nan }
    return Double(midpoint)
  }
}
