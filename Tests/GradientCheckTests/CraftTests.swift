import Testing
import Workbook

@testable import Regression
@testable import Training

/// Clipping, early stopping and weight decay, on numbers that a person can check.
@Suite struct CraftTests {
  typealias Balls = Ball<256>

  /// A gradient of two tensors: weights [2, 10], and a bias [11]. Its norm is 15.
  static func gradient<Scalar: Field>() -> LinearModel<Scalar> {
    LinearModel(weights: [[2], [10]], bias: [11])
  }

  /// Whether numbers in balls are these fractions: contained, with radii below 10⁻⁶⁰.
  func are(_ model: LinearModel<Balls>, _ expected: [Rational]) -> Bool {
    let found = model.tensors.flatMap(\.elements)
    return found.count == expected.count
      && zip(found, expected).allSatisfy { ball, fraction in
        ball.contains(fraction) && (ball.radius.map { Double($0) < 1e-60 } ?? false)
      }
  }

  // MARK: - Clipping

  @Test func `a gradient of norm 15 that is clipped to 3 is a fifth of itself`() {
    var gradient: LinearModel<Balls> = Self.gradient()
    gradient.clip(toNorm: 3)
    #expect(are(gradient, [Rational(2, 5), 2, Rational(11, 5)]))
  }

  @Test func `3 and 4 in two tensors are clipped to 3/5 and 4/5`() {
    var gradient = LinearModel<Balls>(weights: [[3]], bias: [4])
    gradient.clip(toNorm: 1)
    #expect(are(gradient, [Rational(3, 5), Rational(4, 5)]))
  }

  @Test(arguments: [15, 16, 1_000])
  func `a gradient that is short enough stays as it is`(limit: Int) {
    var gradient: LinearModel<Double> = Self.gradient()
    gradient.clip(toNorm: Double(limit))
    #expect(gradient.hasSameParameters(as: Self.gradient()))
  }

  @Test func `a gradient of zeros is not divided by its norm`() {
    var gradient = LinearModel<Double>(weights: [[0]], bias: [0])
    gradient.clip(toNorm: 1)
    #expect(gradient.weights == [[0]] && gradient.bias == [0])
  }

  @Test func `clipping tensor by tensor, or by the squared norm, is something else`() {
    let gradient: LinearModel<Balls> = Self.gradient()
    let together = [Rational(2, 5), 2, Rational(11, 5)]
    #expect(are(Clipping.together.clip(gradient, to: 3), together))
    // The bias by itself has the norm 11 and becomes 3.
    let apart = Clipping.apart.clip(gradient, to: 3)
    #expect(!are(apart, together) && are(LinearModel(weights: [[0]], bias: apart.bias), [0, 3]))
    // 3/225 of [2, 10, 11].
    #expect(
      are(
        Clipping.squared.clip(gradient, to: 3),
        [Rational(2, 75), Rational(10, 75), Rational(11, 75)]))
    #expect(are(Clipping.none.clip(gradient, to: 3), [2, 10, 11]))
  }

  @Test func `angles are those of the plane`() {
    let east = LinearModel<Double>(weights: [[1]], bias: [0])
    let north = LinearModel<Double>(weights: [[0]], bias: [3])
    let between = LinearModel<Double>(weights: [[2]], bias: [2])
    #expect(abs(angle(between: east, and: north) - 90) < 1e-12)
    #expect(abs(angle(between: east, and: between) - 45) < 1e-12)
    #expect(angle(between: between, and: between) == 0)
  }

  // MARK: - Early stopping

  @Test func `the best model is kept, and patience counts the epochs behind it`() {
    var stopping = EarlyStopping<String, Double>(patience: 3)
    let losses: [(String, Double)] = [
      ("a", 5), ("b", 3), ("c", 4), ("d", 3), ("e", 2), ("f", 6), ("g", 2), ("h", 7), ("i", 1),
    ]
    let answers = losses.prefix { !stopping.add($0.0, validation: $0.1) }.map(\.0)
    // Behind e come f, g, which is no lower, and h, with which patience is used up.
    #expect(answers == ["a", "b", "c", "d", "e", "f", "g"])
    #expect(stopping.best?.model == "e" && stopping.best?.loss == 2 && stopping.best?.epoch == 5)
    #expect(stopping.epochs == 8)
  }

  @Test func `losses that are not numbers use up patience and are never the best`() {
    /// Returns whether to stop after each loss, and the best model, counted from 1.
    func course(_ losses: [Double]) -> (stops: [Bool], best: Int?) {
      var stopping = EarlyStopping<Int, Double>(patience: 2)
      let stops = losses.enumerated().map { stopping.add($0 + 1, validation: $1) }
      return (stops, stopping.best?.model)
    }
    #expect(course([.nan, .nan]) == ([false, true], nil))
    #expect(course([.nan, 7, .nan, .nan]) == ([false, false, false, true], 2))
  }

  @Test func `a value is kept as it was, and an object as it is`() {
    final class Object { var weight = 1.0 }
    let (object, value) = (Object(), Matrix<Double>([[1]]))
    var (aliases, copies) = (
      EarlyStopping<Object, Double>(patience: 9), EarlyStopping<Matrix<Double>, Double>(patience: 9)
    )
    _ = (aliases.add(object, validation: 1), copies.add(value, validation: 1))
    object.weight = 2
    var trained = value
    trained.add(1, times: value)
    _ = (aliases.add(object, validation: 5), copies.add(trained, validation: 5))
    #expect(aliases.best?.model.weight == 2 && copies.best?.model == [[1]] && trained == [[2]])
  }

  // MARK: - Decay

  /// Returns weights and bias after three steps on given gradients, with η = 1/2 and λ = 1/4.
  func decayed(
    _ rule: some UpdateRule<Rational>, throughGradient: Bool
  ) -> LinearModel<Rational> {
    var model = LinearModel<Rational>(weights: [[1, 2]], bias: [3, 4])
    var optimiser = Optimiser<Rational>(
      rule, learningRate: Rational(1, 2), weightDecay: Rational(1, 4),
      decaysThroughGradient: throughGradient)
    for g: Rational in [1, -2, 4] {
      optimiser.step(&model, against: LinearModel(weights: [[g, 0]], bias: [0, g]))
    }
    return model
  }

  @Test func `for SGD a penalty and decoupled decay are the same fractions`() {
    let (one, other) = (
      decayed(GradientStep(), throughGradient: true),
      decayed(GradientStep(), throughGradient: false)
    )
    #expect(one.hasSameParameters(as: other))
    // 7/8 − 1/2 = 3/8, 21/64 + 1 = 85/64, 595/512 − 2; and 2 · (7/8)³. Biases do not decay.
    #expect(one.weights == [[Rational(-429, 512), Rational(343, 256)]])
    #expect(one.bias == [3, Rational(5, 2)])
  }

  @Test func `with momentum a penalty and decoupled decay differ, on weights alone`() {
    let (one, other) = (
      decayed(Momentum(Rational(3, 4)), throughGradient: true),
      decayed(Momentum(Rational(3, 4)), throughGradient: false)
    )
    #expect(one.weights != other.weights && one.bias == other.bias)
    // Decoupled, a weight without gradient is 2 · (7/8)³ for every rule.
    #expect(other.weights[0, 1] == Rational(343, 256))
  }

  // MARK: - Noise

  @Test func `a slope by least squares has the error of its points`() {
    let fit = FittedSlope([(0, 3, 1), (1, 2.5, 1), (2, 2, 1)])
    // The weights of the three are −1/2, 0 and 1/2.
    #expect(fit.slope == -0.5 && abs(fit.error - 0.5.squareRoot()) < 1e-15)
  }

  @Test func `a mean has the standard error of its sample`() {
    var values = [1.0, 3].makeIterator()
    let noise = Noise(2) { values.next() ?? .nan }
    #expect(noise.mean == 2 && noise.error == 1 && noise.deviation == 2.0.squareRoot())
  }
}
