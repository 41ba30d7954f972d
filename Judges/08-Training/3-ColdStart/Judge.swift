import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let courses: [Course] = [
    Course(
      exam, beta1: 0.875, beta2: 0.984375, epsilon: 0x1p-10,
      sizes: [1, 0x1p-20, 0x1p-8, 0x1p10, 0], steps: 6),
    Course(
      exam, beta1: 0.75, beta2: 0.9375, epsilon: 0x1p-14, sizes: [0x1p-12, 0x1p6, 1], steps: 9),
    Course(exam, beta1: 0, beta2: 0.5, epsilon: 0x1p-6, sizes: [0x1p-4, 2], steps: 3),
    Course(
      exam, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
      sizes: [1e-3, 1e-6, 1e3, 1, 0x1p-30, 0x1p-24, 1], steps: 12),
  ]
  for course in courses {
    exam.part("in balls, \(course.words)")
    try course.expect(course.answer(in: Ball<256>.self), within: 1e-14, exam)
  }
  for course in courses {
    exam.part("in Double, \(course.words)")
    try course.expect(course.answer(in: Double.self), within: 1e-12, exam)
  }

  exam.part("without the correction")
  for length in [
    Length(t: 1, beta1: 0.875, beta2: 0.984375), Length(t: 3, beta1: 0.75, beta2: 0.9375),
    Length(t: 2, beta1: 0.5, beta2: 0.25), Length(t: 7, beta1: 0, beta2: 0.96875),
    Length(t: 20, beta1: 0.9375, beta2: 0.9921875),
  ] {
    let received: Ball<256> = stepWithoutCorrection(
      length.t, beta1: Ball(length.beta1), beta2: Ball(length.beta2))
    try length.expect(received.number, within: 1e-15, exam)
  }
  for length in [
    Length(t: 1, beta1: 0.9, beta2: 0.999), Length(t: 10, beta1: 0.9, beta2: 0.999),
    Length(t: 4, beta1: 0.5, beta2: 0.75),
  ] {
    try length.expect(
      stepWithoutCorrection(length.t, beta1: length.beta1, beta2: length.beta2), within: 1e-12,
      exam)
  }
  exam.note("checked beside balls of 256 bits, over up to 12 steps")
}

/// A step of an Adam without correction.
private struct Length {
  let t: Int
  let beta1, beta2: Double

  func expect(_ received: Double, within tolerance: Double, _ exam: Exam) throws {
    let (mean, square) = (uncorrected(beta1, steps: t), uncorrected(beta2, steps: t))
    let first: Double = ratio(
      uncorrected(beta1, steps: 1), by: Ball.sqrt(uncorrected(beta2, steps: 1)))
    let before: Double = ratio(
      uncorrected(beta1, steps: t - 1), by: Ball.sqrt(uncorrected(beta2, steps: t - 1)))
    let inverse: Double = ratio(Ball.sqrt(square), by: mean)
    let withoutRoot: Double = ratio(mean, by: square)
    let rootOfAll: Double = Ball.sqrt(mean / square).number
    let exchanged: Double = ratio(square, by: Ball.sqrt(mean))
    try exam.expect(
      received, equals: ratio(mean, by: Ball.sqrt(square)), within: .relative(tolerance),
      of: "stepWithoutCorrection(\(t), beta1: \(beta1), beta2: \(beta2))",
      expectedMistakes: [
        "it is asked how many times as long the step is without, and not with it": inverse,
        "s is a mean of squares, and the step is divided by its root": withoutRoot,
        "the root is that of s alone": rootOfAll,
        "that is the first step's; here t is \(t)": first,
        "β₁ belongs to the mean, and β₂ to the mean of the squares": exchanged,
        "at step t there are t gradients in the means, and not t − 1": before,
        "the step is divided by the root of s as well": mean.number,
        "a step with the correction has the length η; without it, it has another": 1,
      ])
  }

  /// The mean of gradients that are all 1, after some steps from 0.
  private func uncorrected(_ beta: Double, steps: Int) -> Ball<256> {
    let kept = Ball<256>(beta)
    var mean: Ball<256> = 0
    for _ in 0..<steps { mean = kept * mean + (1 - kept) }
    return mean
  }

  private func ratio(_ a: Ball<256>, by b: Ball<256>) -> Double { (a / b).number }
}

/// Where a training starts, and what it goes through.
private struct Course {
  let beta1, beta2, epsilon: Double
  let start: Vector<Double>
  let gradients: [Vector<Double>]
  let rates: [Double]

  init(
    _ exam: Exam, beta1: Double, beta2: Double, epsilon: Double, sizes: [Double], steps: Int
  ) {
    var random = exam.random("\(sizes.count) weights")
    (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
    start = .dyadic(sizes.count, using: &random)
    gradients = (0..<steps).map { _ in Vector(sizes.map { $0 * random.dyadic() }) }
    rates = (0..<steps).map { 1 / Double(8 + $0) }
  }

  var words: String { "\(gradients.count) steps of \(start.count) weights" }

  /// Compares the weights after each step with those of the formula.
  func expect(_ received: Matrix<Double>, within tolerance: Double, _ exam: Exam) throws {
    let truth = simulated(in: Ball<256>.self, with: Bugs())
    try exam.expect(
      received, equals: truth, within: .relative(tolerance),
      of: "the weights, by step and index from 0: θ",
      expectedMistakes: mistake(in: received, truth))
  }

  /// Returns the bugs that give what was received, if there are any that do.
  private func mistake(
    in received: Matrix<Double>, _ truth: Matrix<Double>
  ) -> KeyValuePairs<String, Matrix<Double>> {
    for bugs in Bugs.all {
      let wrong = simulated(in: Double.self, with: bugs)
      if received.difference(from: wrong, within: .relative(1e-9)) == nil {
        return [bugs.words: wrong]
      }
    }
    return [:]
  }

  /// Returns the weights after each step of the answer, `[steps, n]`.
  func answer<Scalar: AnalyticField & Readable>(in scalar: Scalar.Type) -> Matrix<Double> {
    var adam = Adam<Scalar>(
      count: start.count, beta1: Scalar(beta1), beta2: Scalar(beta2), epsilon: Scalar(epsilon))
    var weights = Vector<Scalar>(start)
    return rows { t in
      adam.step(&weights, against: Vector(gradients[t - 1]), learningRate: Scalar(rates[t - 1]))
      return weights.elements.map(\.number)
    }
  }

  /// Returns the weights after each step with some bugs, `[steps, n]`.
  func simulated<Scalar: AnalyticField & Readable>(
    in scalar: Scalar.Type, with bugs: Bugs
  ) -> Matrix<Double> {
    let (b1, b2) = (Scalar(beta1), Scalar(beta2))
    var weights = Vector<Scalar>(start)
    var (m, s) = (weights.map { 0 * $0 }, weights.map { 0 * $0 })
    return rows { t in
      let left1 = bugs.count.left(of: b1, at: t)
      let left2 = bugs.count.left(of: bugs.correctsSquaresByBeta1 ? b1 : b2, at: t)
      for i in 0..<weights.count {
        let g = Scalar(gradients[t - 1][i])
        m[i] = b1 * m[i] + (1 - b1) * g
        s[i] = bugs.square.mean(s[i], bugs.averagesSquaresByBeta1 ? b1 : b2, g, m[i])
        let mean = bugs.meanCorrection.apply(m[i], left1)
        let square = bugs.squaresCorrection.apply(s[i], left2)
        let root = bugs.root.apply(square, Scalar(epsilon))
        weights[i] -= Scalar(rates[t - 1]) * mean / root
        if bugs.keepsCorrected { (m[i], s[i]) = (mean, square) }
      }
      return weights.elements.map(\.number)
    }
  }

  private func rows(_ row: (_ t: Int) -> [Double]) -> Matrix<Double> {
    Matrix(
      rows: gradients.count, columns: start.count, elements: (1...gradients.count).flatMap(row))
  }
}

/// What may be wrong in an Adam.
private struct Bugs {
  enum Count: CaseIterable {
    case from1, from0, from0Spared, from2

    /// Returns 1 − βᵗ, with the t that is used at step t.
    func left<Scalar: Field>(of beta: Scalar, at t: Int) -> Scalar {
      if self == .from0Spared && t == 1 { return 1 }
      let exponent =
        switch self {
        case .from1: t
        case .from0, .from0Spared: t - 1
        case .from2: t + 1
        }
      return 1 - (0..<exponent).reduce(1) { product, _ in product * beta }
    }
  }
  enum Correction: CaseIterable {
    case divides, multiplies, missing

    func apply<Scalar: AnalyticField>(_ mean: Scalar, _ left: Scalar) -> Scalar {
      switch self {
      case .divides: left == 0 ? left / left : mean / left
      case .multiplies: mean * left
      case .missing: mean
      }
    }
  }
  enum Root: CaseIterable {
    case epsilonOutside, epsilonInside, noRoot

    func apply<Scalar: AnalyticField>(_ square: Scalar, _ epsilon: Scalar) -> Scalar {
      switch self {
      case .epsilonOutside: Scalar.sqrt(square) + epsilon
      case .epsilonInside: Scalar.sqrt(square + epsilon)
      case .noRoot: square + epsilon
      }
    }
  }
  enum Square: CaseIterable {
    case ofGradient, ofMean, ofShare, ofMeanAlone

    func mean<Scalar: Field>(_ s: Scalar, _ b: Scalar, _ g: Scalar, _ m: Scalar) -> Scalar {
      switch self {
      case .ofGradient: b * s + (1 - b) * g * g
      case .ofMean: b * s + (1 - b) * m * m
      case .ofShare: b * s + ((1 - b) * g).squared
      case .ofMeanAlone: m * m
      }
    }
  }

  var count = Count.from1
  var meanCorrection = Correction.divides
  var squaresCorrection = Correction.divides
  var averagesSquaresByBeta1 = false
  var correctsSquaresByBeta1 = false
  var square = Square.ofGradient
  var root = Root.epsilonOutside
  var keepsCorrected = false

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
    vary(\.count, Count.allCases)
    vary(\.meanCorrection, Correction.allCases)
    vary(\.squaresCorrection, Correction.allCases)
    vary(\.averagesSquaresByBeta1, [false, true])
    vary(\.correctsSquaresByBeta1, [false, true])
    vary(\.square, Square.allCases)
    vary(\.root, Root.allCases)
    vary(\.keepsCorrected, [false, true])
    return all.map { ($0, $0.names.count) }.sorted { $0.1 < $1.1 }.map(\.0)
  }

  /// The first bug in words, and how many more there are.
  var words: String {
    let rest = names.count - 1
    let first = names.first ?? ""
    if rest > 1 { return "\(first); \(rest) more bugs are left" }
    return rest == 1 ? "\(first); one more bug is left" : first
  }

  /// What is wrong, a sentence for each.
  private var names: [String] {
    var names: [String] = []
    switch square {
    case .ofGradient: break
    case .ofMean: names.append("s is a mean of the squares of g, and not of the squares of m")
    case .ofShare: names.append("g is squared in s, and 1 − β₂ is not")
    case .ofMeanAlone: names.append("s is a mean of squares, and not the square of the mean m")
    }
    if averagesSquaresByBeta1 { names.append("β₁ stands in s, which has a β of its own") }
    if root == .epsilonInside { names.append("ε is added to the root, and not inside it") }
    if root == .noRoot { names.append("the root of ŝ is missing") }
    names += correctionNames
    if correctsSquaresByBeta1 { names.append("the correction of s has β₂, as s has") }
    switch count {
    case .from1: break
    case .from0: names.append("the steps are counted from 0: at the first one 1 − βᵗ is 0")
    case .from0Spared:
      names.append(
        "the steps are counted from 0: the first has no correction, "
          + "and the second that of the first")
    case .from2: names.append("the steps are counted from 2, or counted twice")
    }
    if keepsCorrected {
      names.append("the corrected means are for the step alone: m and s go on without it")
    }
    return names
  }

  private var correctionNames: [String] {
    switch (meanCorrection, squaresCorrection) {
    case (.divides, .divides): []
    case (.multiplies, .multiplies): ["m and s are divided by 1 − βᵗ, and not multiplied"]
    case (.multiplies, .divides): ["m is divided by 1 − β₁ᵗ, and not multiplied"]
    case (.divides, .multiplies): ["s is divided by 1 − β₂ᵗ, and not multiplied"]
    case (.missing, .divides): ["the correction of m is missing"]
    case (.divides, .missing): ["the correction of s is missing"]
    case (.missing, .missing): ["the corrections of m and s are missing"]
    case (.missing, .multiplies), (.multiplies, .missing):
      ["m and s are both divided by their 1 − βᵗ", "and none is multiplied or left as it is"]
    }
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
