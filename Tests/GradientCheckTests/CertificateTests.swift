import Synchronization
import Testing
import Workbook

@testable import Autograd
@testable import BinaryClassifier
@testable import Checks
@testable import Digits
@testable import Multiclass
@testable import Perceptron
@testable import Regression
@testable import Training

/// A formula of a chapter, as the argument of a test.
struct Subject: Sendable, CustomTestStringConvertible {
  let formula: any Formula
  /// What stands before the name, where another chapter has a formula of that name.
  var prefix = ""
  var testDescription: String { prefix + formula.name }

  /// Every small formula of chapters 1 to 6, 8 and 9.
  static let all: [Subject] = {
    var random = SplitMix64(seed: 1, stream: "1.certificate")
    let perceptron = PerceptronFormula(
      neuron: .init(weights: .dyadic(4, using: &random), bias: random.dyadic()),
      x: .dyadic(7, 4, using: &random), y: signs((0..<7).map { $0 % 2 }))
    return
      ([perceptron] + Regression.smallFormulas()
      + ((try? BinaryClassifier.smallFormulas()) ?? [])
      + ((try? Multiclass.smallFormulas()) ?? []) + convNetFormulas
      + ((try? Training.smallFormulas()) ?? [])
      + ((try? Digits.smallFormulas()) ?? [])).map { Subject(formula: $0) }
      + autograd
  }()

  /// Those that can be run on exact fractions.
  static let algebraic = all.filter { $0.formula is any AlgebraicFormula }

  /// Its gradient by differences, which takes the most time and is computed once for all tests: a mutant's
  /// loss is the formula's, and so are its differences.
  var differences: Differences<256> {
    slot.differences.value { formula.gradientByDifferences(in: Ball<256>.self) }
  }
  var doubleDifferences: DoubleDifferences {
    slot.doubleDifferences.value { formula.gradientByDoubleDifferences() }
  }

  private var slot: Slot { Self.known.withLock { $0[testDescription] ?? Slot() } }

  private static let known = Mutex(
    Dictionary(all.map { ($0.testDescription, Slot()) }, uniquingKeysWith: { first, _ in first }))

  private final class Slot: Sendable {
    let differences = Once<Differences<256>>()
    let doubleDifferences = Once<DoubleDifferences>()
  }

  /// A value that the first who asks for it computes.
  private final class Once<Value: Sendable>: Sendable {
    private let known = Mutex<Value?>(nil)

    func value(_ compute: @Sendable () -> Value) -> Value {
      known.withLock { known in
        let value = known ?? compute()
        known = value
        return value
      }
    }
  }

  /// The largest entry of a tensor, where a mistake is to be planted.
  func largestEntry(in tensor: Int) -> (tensor: Int, index: Int) {
    let gradient = formula.gradient(at: formula.evaluationPoint)[tensor].elements
    let index = gradient.indices.max { abs(gradient[$0]) < abs(gradient[$1]) }
    return (tensor, index ?? 0)
  }
}

/// Every formula of the chapters by every method, and for each method a mutant that it must notice.
@Suite struct CertificateTests {
  @Test func `all formulas are there`() {
    #expect(Subject.all.count == 1 + 6 + 11 + 5 + 9 + 10 + 10 + 2)
    #expect(Subject.algebraic.count == 1 + 6 + 5 + 1 + 8 + 6 + 8)
    let names = Set(Subject.all.map(\.testDescription))
    #expect(names.count == Subject.all.count)
  }

  @Test func `the perceptron's loss is how far scores are on the wrong side, as a mean`() {
    let neuron = Perceptron<Rational>(weights: [1, -1], bias: 1)
    let x: Matrix<Rational> = [[2, 1], [-1, 1], [0, 3], [3, 3]]
    // The scores are 2, −1, −2 and 1: the second and the last are right, the others cost 2 and 2.
    let (loss, gradient) = neuron.lossAndGradient(on: x, [-1, -1, 1, 1])
    #expect(loss == 1)
    #expect(gradient.weights == [Rational(1, 2), Rational(-1, 2)] && gradient.bias == 0)
  }

  @Test func `a score of 0 is a mistake in prediction, accuracy, rule and gradient`() {
    for y: Rational in [-1, 1] {
      var neuron = Perceptron<Rational>(weights: [1, -1], bias: 1)
      let x: Vector<Rational> = [2, 3]
      #expect(neuron.score(of: x) == 0 && neuron.prediction(for: x) == 0)
      #expect(neuron.accuracy(on: [[2, 3]], [y]) == 0)
      let (loss, gradient) = neuron.lossAndGradient(on: [[2, 3]], [y])
      #expect(loss == 0 && gradient.weights == [-2 * y, -3 * y] && gradient.bias == -y)
      let start = neuron
      let isMistake = neuron.learn(from: x, y)
      #expect(isMistake)
      #expect(neuron.weights - start.weights == -1 * gradient.weights)
      #expect(neuron.bias - start.bias == -gradient.bias)
    }
  }

  // MARK: Right formulas

  @Test(arguments: Subject.algebraic)
  func `backprop equals dual numbers over exact fractions`(subject: Subject) throws {
    let formula = try #require(subject.formula as? any AlgebraicFormula)
    #expect(formula.exactFinding() == .init(method: .exact, verdict: .pass, agreement: .equal))
  }

  @Test(arguments: Subject.all)
  func `backprop agrees with differences in balls to 40 digits`(subject: Subject) {
    expectDigits(subject.formula.differencesFinding(beside: subject.differences))
  }

  @Test(arguments: Subject.all)
  func `backprop agrees with dual balls along a direction to 40 digits`(subject: Subject) {
    expectDigits(subject.formula.directionFinding())
  }

  @Test(arguments: Subject.all)
  func `Float and Double stay within what rounding can do`(subject: Subject) throws {
    for finding in [subject.formula.floatFinding(), subject.formula.doubleFinding()] {
      #expect(finding.verdict == .pass, "\(finding.detail)")
      guard case .ulps(let ulps, let allowed) = try #require(finding.agreement) else {
        Issue.record("\(finding) does not count ulps")
        continue
      }
      // An allowance of thousands of ulps would prove nothing.
      #expect(ulps <= allowed && allowed < 1_000)
    }
  }

  @Test(arguments: Subject.all)
  func `backprop agrees with differences in Double`(subject: Subject) {
    let finding = subject.formula.doubleDifferencesFinding(beside: subject.doubleDifferences)
    #expect(finding.verdict == .pass, "\(finding.detail)")
  }

  func expectDigits(_ finding: Finding) {
    #expect(finding.verdict == .pass, "\(finding.detail)")
    switch finding.agreement {
    case .equal: break
    case .digits(let digits): #expect(digits >= 40)
    default: Issue.record("\(finding) does not count digits")
    }
  }

  // MARK: Mutants

  /// Returns what is said of mutants, one in each tensor, off by a part of their largest entry.
  func mutants(
    of subject: Subject, part: Double = 0x1p-30, _ method: (any Formula) -> Finding
  ) -> [Finding] {
    subject.formula.evaluationPoint.indices.map { tensor in
      method(mutant(of: subject.formula, at: subject.largestEntry(in: tensor), part: part))
    }
  }

  /// Returns a mutant that can be run on exact fractions, if the formula can.
  func mutant(
    of formula: some Formula, at entry: (tensor: Int, index: Int), part: Double
  ) -> any Formula {
    Mutant(formula, at: entry, part: part)
  }

  /// Expects each mutant to fail, and its finding to name the entry and the ratio.
  func expectCaught(_ findings: [Finding], _ subject: Subject, ratio: Bool = true) {
    for (tensor, finding) in findings.enumerated() {
      #expect(finding.verdict == .fail, "tensor \(tensor): \(finding)")
      let name = subject.formula.evaluationPoint[tensor].name
      #expect(finding.detail.hasPrefix(name), "\(finding.detail)")
      if ratio { #expect(finding.detail.contains("ratio 1.0000000"), "\(finding.detail)") }
    }
  }

  @Test(arguments: Subject.algebraic)
  func `exact fractions notice an entry off by 2⁻³⁰`(subject: Subject) {
    let findings = mutants(of: subject) {
      ($0 as? any AlgebraicFormula)?.exactFinding()
        ?? Finding(method: .exact, verdict: .undecided, agreement: nil)
    }
    expectCaught(findings, subject)
  }

  @Test(arguments: Subject.all)
  func `differences in balls notice an entry off by 2⁻³⁰`(subject: Subject) {
    let known = subject.differences
    let finer = subject.formula.gradientByDifferences(in: Ball<512>.self)
    expectCaught(
      mutants(of: subject) { $0.differencesFinding(beside: known, finer: finer) }, subject)
  }

  @Test(arguments: Subject.all)
  func `dual balls notice an entry off by 2⁻³⁰, and find which it is`(subject: Subject) {
    expectCaught(mutants(of: subject) { $0.directionFinding() }, subject)
  }

  @Test(arguments: Subject.all)
  func `a Double gradient off by 2⁻³⁰ is noticed`(subject: Subject) {
    let known = subject.differences.gradient
    expectCaught(mutants(of: subject) { $0.doubleFinding(beside: known) }, subject)
  }

  /// A `Float` cannot hold a part of 2⁻³⁰, so its mutants are off by 2⁻¹², some thousands of ulps.
  @Test(arguments: Subject.all)
  func `a Float gradient off by 2⁻¹² is noticed`(subject: Subject) {
    let known = subject.differences.gradient
    expectCaught(
      mutants(of: subject, part: 0x1p-12) { $0.floatFinding(beside: known) }, subject,
      ratio: false)
  }

  @Test(arguments: Subject.all)
  func `differences in Double notice an entry off by 2⁻³⁰`(subject: Subject) {
    let known = subject.doubleDifferences
    expectCaught(mutants(of: subject) { $0.doubleDifferencesFinding(beside: known) }, subject)
  }
}
