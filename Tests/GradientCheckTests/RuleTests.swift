import Testing
import Workbook

@testable import Regression
@testable import Training

/// Three steps of each update rule, beside numbers that were derived by hand.
///
/// The gradients of the three steps are given, so that each rule is judged by itself. Where a rule
/// takes roots, the gradients are chosen so that all roots are fractions, and the steps are taken in
/// balls: the fraction that was derived must lie in a ball whose radius is below 10⁻⁶⁰.
@Suite struct RuleTests {
  typealias Balls = Ball<256>

  @Test func `what the page prints of Adam is what trainings do, with the correction and without`()
  {
    for adam in [Adam<Double>.usual, .uncorrected] {
      var (m, s, printed, θ, memory) = (0.0, 0.0, 1.0, [1.0], [[0.0], [0.0]])
      for step in 1...50 {
        let g = Double.sin(Double(step))
        printed -= 0.01 * adam.move(by: g, &m, &s, step: step)
        θ.withUnsafeMutableBufferPointer { θ in
          [g].withUnsafeBufferPointer { adam.update(θ, by: $0, &memory, rate: 0.01, step: step) }
        }
        #expect(abs(printed - θ[0]) <= 1e-14 && m == memory[0][0] && s == memory[1][0])
      }
      #expect(printed < 0.999)
    }
  }

  // MARK: - Fractions

  // β = 3/4, η = 1/3, θ = 1 at the start, the gradients 1, −2, 3.
  // The velocity of the sum is 1, 3/4 − 2 = −5/4 and −15/16 + 3 = 33/16.
  // SGD: 1 − 1/3, 2/3 + 2/3, 4/3 − 1.
  // Sum: 1 − 1/3, 2/3 + 5/12, 13/12 − 11/16.
  // Average: each velocity is 1/4 of that, so 1 − 1/12, 11/12 + 5/48, 49/48 − 11/64.
  // Nesterov moves by g + βv = 7/4, −47/16, 291/64: 1 − 7/12, 5/12 + 47/48, 67/48 − 97/64.
  static let exactSteps: [(rule: any UpdateRule<Rational>, θ: [Rational])] = [
    (GradientStep(), [Rational(2, 3), Rational(4, 3), Rational(1, 3)]),
    (Momentum(Rational(3, 4)), [Rational(2, 3), Rational(13, 12), Rational(19, 48)]),
    (Momentum(Rational(3, 4), .average), [Rational(11, 12), Rational(49, 48), Rational(163, 192)]),
    (Momentum(Rational(3, 4), .nesterov), [Rational(5, 12), Rational(67, 48), Rational(-23, 192)]),
  ]

  @Test(arguments: exactSteps.indices)
  func `three steps of SGD and of momentum are those by hand, with no tolerance`(index: Int) {
    let (rule, expected) = Self.exactSteps[index]
    let optimiser = Optimiser(rule, learningRate: Rational(1, 3))
    #expect(path(of: optimiser, from: 1, along: [1, -2, 3]) == expected)
  }

  @Test func `the sum with a rate takes the steps of the average with that over 1 − β`() {
    let (β, η): (Rational, Rational) = (Rational(7, 8), Rational(1, 5))
    let gradients: [Rational] = [3, -1, 4, 1, -5, 9]
    let sum = Optimiser(Momentum(β), learningRate: η)
    let average = Optimiser(Momentum(β, .average), learningRate: η / (1 - β))
    let expected = path(of: sum, from: 2, along: gradients)
    #expect(path(of: average, from: 2, along: gradients) == expected)
    let sameRate = Optimiser(Momentum(β, .average), learningRate: η)
    #expect(path(of: sameRate, from: 2, along: gradients) != expected)
  }

  @Test func `every number of every parameter has a velocity of its own`() {
    var model = LinearModel<Rational>(weights: [[1, 0], [0, 0]], bias: [0, 1])
    var optimiser = Optimiser(Momentum(Rational(3, 4)), learningRate: Rational(1, 3))
    for g: Rational in [1, -2, 3] {
      optimiser.step(
        &model, against: LinearModel(weights: [[g, 2 * g], [0, -g]], bias: [3 * g, g]))
    }
    // From the start it moves by 19/48 − 1 = −29/48 times the factor of the gradient.
    let moved = Rational(-29, 48)
    #expect(model.weights == [[1 + moved, 2 * moved], [0, -moved]])
    #expect(model.bias == [3 * moved, 1 + moved])
  }

  // MARK: - Roots

  // RMSprop. α = 3/4, ε = 1/2, η = 1/2, the gradients 4, 11/2, −13/16.
  // s: 16/4 = 4; 3 + 121/16 = 169/16; 507/64 + 169/1024 = 8281/1024. Roots: 2, 13/4, 91/32.
  // Steps: 4 / (5/2) = 8/5, (11/2) / (15/4) = 22/15, −(13/16) / (107/32) = −26/107.
  // θ: 1 − 4/5, 1/5 − 11/15, −8/15 + 13/107.
  static let gradientsOfRMSprop: [Rational] = [4, Rational(11, 2), Rational(-13, 16)]
  static let pathOfRMSprop = [Rational(1, 5), Rational(-8, 15), Rational(-661, 1605)]

  // Adam. β₁ = 1/3, β₂ = 1/4, ε = 1, η = 1/2, the gradients 11, −1, −2.
  // m: 22/3; 22/9 − 2/3 = 16/9; 16/27 − 4/3 = −20/27. Over 2/3, 8/9, 26/27: 11, 2, −10/13.
  // ŝ: 121; (121/4 + 1) / (5/4) = 25; (121/16 + 1/4 + 4) / (21/16) = 9. Roots: 11, 5, 3.
  // Steps: 11/12, 2/6, −(10/13) / 4. θ: 1 − 11/24, 13/24 − 1/6, 3/8 + 5/52.
  static let gradientsOfAdam: [Rational] = [11, -1, -2]
  static let pathOfAdam = [Rational(13, 24), Rational(3, 8), Rational(49, 104)]

  // Adam without correction. β₁ = 1/3, β₂ = 3/4, ε = 1/2, η = 1/2, gradients and s as of RMSprop.
  // m: 8/3; 8/9 + 11/3 = 41/9; 41/27 − 13/24 = 211/216.
  // Steps: (8/3) / (5/2) = 16/15, (41/9) / (15/4) = 164/135, (211/216) / (107/32) = 844/2889.
  // θ: 1 − 8/15, 7/15 − 82/135, −19/135 − 422/2889.
  static let pathOfUncorrected = [Rational(7, 15), Rational(-19, 135), Rational(-1381, 4815)]

  static let adam = Adam<Balls>(β1: ball(1, 3), β2: ball(1, 4), ε: 1)

  @Test func `three steps of RMSprop are those by hand, in balls`() {
    let rule = RMSprop<Balls>(α: Self.ball(3, 4), ε: Self.ball(1, 2))
    #expect(problem(rule, along: Self.gradientsOfRMSprop, Self.pathOfRMSprop) == nil)
  }

  @Test func `three steps of Adam are those by hand, with correction and without`() {
    #expect(problem(Self.adam, along: Self.gradientsOfAdam, Self.pathOfAdam) == nil)
    var cold = Adam<Balls>(β1: Self.ball(1, 3), β2: Self.ball(3, 4), ε: Self.ball(1, 2))
    #expect(problem(cold, along: Self.gradientsOfRMSprop, Self.pathOfUncorrected) != nil)
    cold.isCorrected = false
    #expect(problem(cold, along: Self.gradientsOfRMSprop, Self.pathOfUncorrected) == nil)
  }

  // λ = 1/2. Decoupled: each step first shrinks θ by 1 − ηλ = 3/4, then takes Adam's step.
  // θ: 3/4 − 11/24 = 7/24, 7/32 − 1/6 = 5/96, 5/128 + 5/52 = 225/1664.
  @Test func `AdamW shrinks the weight by itself, beside Adam's step`() {
    let decoupled = Optimiser<Balls>(
      Self.adam, learningRate: Self.ball(1, 2), weightDecay: Self.ball(1, 2))
    let expected = [Rational(7, 24), Rational(5, 96), Rational(225, 1664)]
    #expect(problem(decoupled, along: Self.gradientsOfAdam, expected) == nil)
  }

  // With the gradients 11 − 1/2, −1 − 13/48 and −2 − 3/16 of the loss, those with the penalty λθ
  // are 11, −1 and −2 again, and so is the path.
  @Test func `Adam with a penalty sees the decay as a part of the gradient`() {
    let coupled = Optimiser<Balls>(
      Self.adam, learningRate: Self.ball(1, 2), weightDecay: Self.ball(1, 2),
      decaysThroughGradient: true)
    let gradients = [Rational(21, 2), Rational(-61, 48), Rational(-35, 16)]
    #expect(problem(coupled, along: gradients, Self.pathOfAdam) == nil)
  }

  // MARK: - Mutants

  @Test(arguments: WrongAdam.Fault.allCases)
  func `a fault in Adam shows in three steps`(fault: WrongAdam.Fault) {
    let wrong = WrongAdam(right: Self.adam, fault: fault)
    let isFound = problem(wrong, along: Self.gradientsOfAdam, Self.pathOfAdam) != nil
    #expect(isFound == (fault != .none), "\(fault)")
  }

  @Test func `an ε inside the root of RMSprop shows in three steps`() {
    let wrong = WrongRMSprop(α: Self.ball(3, 4), ε: Self.ball(1, 2))
    #expect(problem(wrong, along: Self.gradientsOfRMSprop, Self.pathOfRMSprop) != nil)
  }
}

// MARK: - What the tests are made of

extension RuleTests {
  static func ball(_ numerator: Int, _ denominator: Int) -> Balls {
    Balls(Rational(numerator, denominator))
  }

  /// Returns where a weight is after each step along given gradients.
  func path<Scalar: Field>(
    of optimiser: Optimiser<Scalar>, from start: Scalar, along gradients: [Scalar]
  ) -> [Scalar] {
    var (optimiser, θ) = (optimiser, Matrix<Scalar>(rows: 1, columns: 1, repeating: start))
    return gradients.map { g in
      optimiser.step(&θ, against: Matrix(rows: 1, columns: 1, repeating: g))
      return θ[0, 0]
    }
  }

  /// Returns where a rule with η = 1/2 does not come to the expected fractions from 1, or `nil`.
  func problem(
    _ rule: some UpdateRule<Balls>, along gradients: [Rational], _ expected: [Rational]
  ) -> String? {
    problem(Optimiser(rule, learningRate: Self.ball(1, 2)), along: gradients, expected)
  }

  func problem(
    _ optimiser: Optimiser<Balls>, along gradients: [Rational], _ expected: [Rational]
  ) -> String? {
    let path = path(of: optimiser, from: 1, along: gradients.map { Balls($0) })
    for (step, (found, wanted)) in zip(path, expected).enumerated() {
      let isNarrow = found.radius.map { Double($0) < 1e-60 } ?? false
      if !isNarrow || !found.contains(wanted) { return "step \(step + 1): \(found), not \(wanted)" }
    }
    return path.count == expected.count ? nil : "\(path.count) steps, not \(expected.count)"
  }
}

/// Adam with one of the faults that occur.
struct WrongAdam: UpdateRule {
  enum Fault: CaseIterable {
    case none, epsilonInsideTheRoot, stepsFromZero, multipliedCorrection, correctionOfOneStep
    case signOfTheStep, firstMomentOfSquares
  }

  var right: Adam<RuleTests.Balls>
  var fault: Fault
  let slots = 2

  func update(
    _ θ: UnsafeMutableBufferPointer<RuleTests.Balls>,
    by g: UnsafeBufferPointer<RuleTests.Balls>,
    _ memory: inout [[RuleTests.Balls]], rate: RuleTests.Balls, step: Int
  ) {
    let t = fault == .stepsFromZero ? step - 1 : fault == .correctionOfOneStep ? 1 : step
    let (factor1, factor2) = (1 - power(right.β1, t), 1 - power(right.β2, t))
    for i in 0..<θ.count {
      let seen = fault == .firstMomentOfSquares ? g[i].squared : g[i]
      memory[0][i] = right.β1 * memory[0][i] + (1 - right.β1) * seen
      memory[1][i] = right.β2 * memory[1][i] + (1 - right.β2) * g[i].squared
      let isMultiplied = fault == .multipliedCorrection
      let m = isMultiplied ? memory[0][i] * factor1 : memory[0][i] / factor1
      let s = isMultiplied ? memory[1][i] * factor2 : memory[1][i] / factor2
      let size =
        fault == .epsilonInsideTheRoot
        ? RuleTests.Balls.sqrt(s + right.ε) : RuleTests.Balls.sqrt(s) + right.ε
      θ[i] += (fault == .signOfTheStep ? rate : -rate) * m / size
    }
  }
}

/// RMSprop with ε inside the root.
struct WrongRMSprop: UpdateRule {
  var α: RuleTests.Balls
  var ε: RuleTests.Balls
  let slots = 1

  func update(
    _ θ: UnsafeMutableBufferPointer<RuleTests.Balls>,
    by g: UnsafeBufferPointer<RuleTests.Balls>,
    _ memory: inout [[RuleTests.Balls]], rate: RuleTests.Balls, step: Int
  ) {
    for i in 0..<θ.count {
      memory[0][i] = α * memory[0][i] + (1 - α) * g[i].squared
      θ[i] -= rate * g[i] / RuleTests.Balls.sqrt(memory[0][i] + ε)
    }
  }
}
