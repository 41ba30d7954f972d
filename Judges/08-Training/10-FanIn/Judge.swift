import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  for activation in [Activation.relu, .tanh] {
    exam.part("startingVariance, \(activation)")
    for (fanIn, fanOut) in [(7, 3), (4, 10), (784, 100), (2, 9), (5, 5)] {
      try Shape(fanIn: fanIn, fanOut: fanOut, activation: activation).judgeVariance(exam)
    }
  }
  for activation in [Activation.relu, .tanh] {
    for spread in [Spread.normal, .uniform] {
      for (fanIn, fanOut) in [(150, 200), (240, 100)] {
        let shape = Shape(fanIn: fanIn, fanOut: fanOut, activation: activation)
        exam.part("startingLayer, \(activation), \(spread), \(fanIn) × \(fanOut)")
        try shape.judgeLayer(spread, exam)
      }
    }
  }
  exam.note(signalNote(exam))
}

/// A layer and what follows it.
private struct Shape {
  let fanIn, fanOut: Int
  let activation: Activation

  var words: String { "\(activation), fanIn \(fanIn), fanOut \(fanOut)" }

  var variance: Rational {
    Rational(2, activation == .relu ? fanIn : fanIn + fanOut)
  }

  /// Variances that likely mistakes give, whichever the activation is.
  func mistakes(_ number: (Rational) -> Double) -> [(String, Double)] {
    let both = fanIn + fanOut
    let values: [(String, Rational)] =
      activation == .relu
      ? [
        ("fanOut for fanIn, and the 2 for what ReLU loses is missing", Rational(1, fanOut)),
        ("fanOut for fanIn: a unit adds up its inputs", Rational(2, fanOut)),
        ("the 2 for what ReLU loses is missing", Rational(1, fanIn)),
        ("this is the variance for tanh", Rational(2, both)),
      ]
      : [
        ("this is the variance for ReLU", Rational(2, fanIn)),
        ("fanOut is left out", Rational(1, fanIn)),
        ("fanIn is left out", Rational(1, fanOut)),
        ("fanIn is left out, and the 2 belongs to the sum of both", Rational(2, fanOut)),
        ("the 2 is missing: 2/(fanIn + fanOut)", Rational(1, both)),
      ]
    return values.map { ($0.0, number($0.1)) }
  }

  // MARK: The variance, exactly

  func judgeVariance(_ exam: Exam) throws {
    let received: Rational = startingVariance(
      fanIn: fanIn, fanOut: fanOut, activation: activation)
    let known = mistakes { Double($0) }.first { abs($0.1 - Double(received)) < 1e-12 }
    try exam.expect(
      received, equals: variance, of: "the variance for \(words)",
      expectedMistakes: [
        "the square of a bound; its third is the variance": 3 * variance,
        "the third of the variance": variance / 3,
        "the square of the variance": variance * variance,
        known?.0 ?? "": known == nil ? variance : received,
      ])
    let rounded: Double = startingVariance(fanIn: fanIn, fanOut: fanOut, activation: activation)
    try exam.expect(
      rounded, equals: Double(variance), within: .relative(1e-15),
      of: "the variance for \(words), in Double")
  }

  // MARK: What is drawn

  func judgeLayer(_ spread: Spread, _ exam: Exam) throws {
    var random = exam.random("\(words), \(spread)")
    let before = random
    let layer = draw(spread, &random)
    try exam.check(
      layer.weights.rows == fanIn && layer.weights.columns == fanOut,
      "the weights have the shape \(layer.weights.shape) and should have [\(fanIn), \(fanOut)]",
      cause: layer.weights.rows == fanOut ? "rows are inputs, and columns outputs" : nil)
    try exam.check(
      layer.bias.count == fanOut,
      "the bias has the shape \(layer.bias.shape) and should have [\(fanOut)]")
    try exam.check(
      layer.bias.elements.allSatisfy { $0 == 0 }, "biases do not begin at 0",
      cause:
        "it is the weights that make units differ; a random bias is noise that nobody asked for")
    let areZero = layer.weights.elements.allSatisfy { $0 == 0 }
    try exam.check(
      Set(layer.weights.elements).count > layer.weights.elements.count - 4,
      areZero ? "every weight is 0" : "many weights are equal",
      cause: "each weight is a draw of its own, or units stay alike")
    let drawn = Drawn(layer.weights, variance: Double(variance))
    try judgeMoments(drawn, spread, exam)
    try judgeExtremes(drawn, spread, exam)
    try judgeGenerator(layer.weights, spread, before, &random, exam)
  }

  private func draw(
    _ spread: Spread, _ random: inout SplitMix64
  ) -> (weights: Matrix<Double>, bias: Vector<Double>) {
    startingLayer(
      fanIn: fanIn, fanOut: fanOut, activation: activation, spread: spread, using: &random)
  }

  private func judgeMoments(_ drawn: Drawn, _ spread: Spread, _ exam: Exam) throws {
    let v = Double(variance)
    let known = mistakes { Double($0) }.first { abs($0.1 - drawn.square) < drawn.tolerance * $0.1 }
    let isNormal = spread == .normal
    try exam.expect(
      drawn.square, equals: v, within: .relative(drawn.tolerance),
      of: "the mean square of \(drawn.count) weights (\(words))",
      expectedMistakes: [
        isNormal
          ? "the variance is taken for the deviation: its root is missing"
          : "the variance is taken for the bound": isNormal ? v * v : v * v / 3,
        isNormal ? "the root is taken twice" : "the root of 3 · variance is missing":
          isNormal ? v.squareRoot() : 3 * v * v,
        isNormal
          ? "the bound of an even spread is taken for the deviation"
          : "the deviation is taken for the bound: evenly drawn numbers have the variance bound²/3":
          isNormal ? 3 * v : v / 3,
        isNormal
          ? "the deviation is too small by √3: that is for the bound of an even spread"
          : "3 · √variance for √(3 · variance)": isNormal ? v / 3 : 3 * v,
        known?.0 ?? "": known?.1 ?? v,
      ], mistakeTolerance: .relative(drawn.tolerance))
    try exam.check(
      abs(drawn.mean) <= drawn.meanLimit,
      "the mean of \(drawn.count) weights is \(brief(drawn.mean)) and should be near 0 (\(words))",
      cause: drawn.least >= 0 ? "no weight is negative: they spread on both sides of 0" : nil)
  }

  private func judgeExtremes(_ drawn: Drawn, _ spread: Spread, _ exam: Exam) throws {
    let deviation = Double(variance).squareRoot()
    let largest = drawn.largest / deviation
    switch spread {
    case .normal:
      try exam.check(
        (2.5...9).contains(largest),
        "the largest weight is \(brief(largest)) deviations from 0; that is not a normal spread",
        cause: largest < 2.5 ? "an even spread ends at √3 deviations" : nil)
    case .uniform:
      let bound = 3.0.squareRoot()
      try exam.check(
        largest <= bound * (1 + 1e-12)
          && largest >= bound * (1 - drawn.exponent / Double(drawn.count)),
        "the largest weight is \(brief(largest)) deviations from 0; an even spread ends at √3",
        cause: largest > 2 ? "this looks like a normal spread" : nil)
    }
  }

  private func judgeGenerator(
    _ weights: Matrix<Double>, _ spread: Spread, _ before: SplitMix64,
    _ random: inout SplitMix64, _ exam: Exam
  ) throws {
    var again = before
    try exam.check(
      draw(spread, &again).weights == weights, "the same generator gives other weights",
      cause: "all random numbers come from the generator that is given")
    try exam.check(
      draw(spread, &random).weights != weights, "two layers begin with the same weights",
      cause: "all random numbers come from the generator that is given, so that it moves on")
  }
}

/// Numbers about drawn weights, with limits that chance keeps.
///
/// Chance passes each limit with a probability of at most 2 e⁻²⁶. There are fewer than 25 of them, so a right answer
/// fails with one of at most 2.6 · 10⁻¹⁰.
private struct Drawn {
  let count: Int
  let mean, square, largest, least: Double
  private let variance: Double
  let exponent = 26.0

  init(_ weights: Matrix<Double>, variance: Double) {
    count = weights.elements.count
    mean = weights.sum / Double(count)
    square = weights.squaredNorm / Double(count)
    largest = weights.elements.map { abs($0) }.max() ?? 0
    least = weights.elements.min() ?? 0
    self.variance = variance
  }

  /// How far the mean square may be from the variance, as a part of it.
  ///
  /// Even spread: squares lie between 0 and 3 variances, and Hoeffding's inequality gives 3 √(t/2n) for the chance
  /// 2 e⁻ᵗ. Normal: a sum of n squares is χ², and Laurent and Massart's inequality gives 2 √(t/n) + 2t/n, which is
  /// less for n > 7,060.
  var tolerance: Double { 3 * (exponent / Double(2 * count)).squareRoot() }

  /// How far the mean may be from 0: Hoeffding's inequality for an even spread, and less for a normal one.
  var meanLimit: Double { (6 * exponent * variance / Double(count)).squareRoot() }
}

/// Returns what becomes of a signal in ten layers of the answer, and in ten of the file as it was.
private func signalNote(_ exam: Exam) -> String {
  var random = exam.random("signal")
  let start = Matrix<Double>.normal(20, 64, using: &random)
  func size(_ layer: (inout SplitMix64, Int, Int) -> Matrix<Double>) -> Double {
    var signal = start
    for (fanIn, fanOut) in (0..<10).map({ $0 % 2 == 0 ? (64, 96) : (96, 64) }) {
      signal = (signal • layer(&random, fanIn, fanOut)).map { max(0, $0) }
    }
    return (signal.squaredNorm / start.squaredNorm).squareRoot()
  }
  let now = size {
    startingLayer(fanIn: $1, fanOut: $2, activation: .relu, spread: .normal, using: &$0).weights
  }
  let once = size { random, fanIn, fanOut in
    Matrix.normal(fanIn, fanOut, deviation: 1 / Double(fanOut), using: &random)
  }
  return "behind ten layers of ReLU a signal is \(brief(now)) times as large as before, and was "
    + "\(brief(once)) times as large with the file as it was"
}

private func brief(_ number: Double) -> String { NumberFormat.significant(2).text(of: number) }
