import Testing
import Workbook

@testable import BinaryClassifier
@testable import Checks
@testable import Multiclass
@testable import Regression

/// The exact check at random points: what it proves, and what it notices that one point does not.
@Suite struct ProofTests {
  /// Returns what a finding proves.
  func proof(_ finding: Finding) throws -> Proof {
    guard case .proved(let proof) = finding.agreement else {
      Issue.record("\(finding)")
      throw Missing()
    }
    return proof
  }

  struct Missing: Error {}

  @Test(arguments: Subject.algebraic)
  func `every formula of the chapters is proved`(subject: Subject) throws {
    let formula = try #require(subject.formula as? any AlgebraicFormula)
    let proof = try proof(formula.proofFinding())
    #expect(proof.bits >= 15 && proof.branches >= 1 && proof.branches <= proof.points)
    #expect(proof.degree >= 1 && proof.draws >= 1)
  }

  @Test(arguments: Subject.algebraic)
  func `an entry off by 2⁻³⁰ is noticed at random points`(subject: Subject) throws {
    let formula = try #require(subject.formula as? any AlgebraicFormula)
    for tensor in subject.formula.evaluationPoint.indices {
      let finding = mutant(formula, subject.largestEntry(in: tensor), .part(0x1p-30))
      #expect(finding.verdict == .fail, "\(finding)")
      #expect(finding.detail.hasPrefix("at a random point, "), "\(finding.detail)")
    }
  }

  func mutant(
    _ formula: some AlgebraicFormula, _ entry: (tensor: Int, index: Int),
    _ flaw: Mutant<TwoLayerFormula>.Flaw
  ) -> Finding {
    switch flaw {
    case .part(let part): Mutant(formula, at: entry, flaw: .part(part)).proofFinding()
    case .elsewhere: Mutant(formula, at: entry, flaw: .elsewhere).proofFinding()
    case .onOtherBranch: Mutant(formula, at: entry, flaw: .onOtherBranch).proofFinding()
    }
  }

  /// A gradient that is right at the evaluation point and nowhere else passes every check there.
  @Test(arguments: Subject.algebraic)
  func `what is right at one point alone passes there, and fails at random points`(
    subject: Subject
  ) throws {
    let formula = try #require(subject.formula as? any AlgebraicFormula)
    func findings(_ formula: some AlgebraicFormula) -> (one: Finding, many: Finding) {
      let mutant = Mutant(formula, at: (0, 0), flaw: .elsewhere)
      return (mutant.exactFinding(), mutant.proofFinding())
    }
    let (one, many) = findings(formula)
    #expect(one.verdict == .pass, "\(one)")
    #expect(many.verdict == .fail, "\(many)")
  }

  /// max(0, a)·b + c/b, whose branches are a > 0 and a ≤ 0.
  struct Ramp: AlgebraicFormula {
    let name = "a ramp and a quotient"
    let evaluationPoint = [Tensor("a", Vector([1.5, 2, -1]))]

    func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
      let (a, b, c) = (w[0].elements[0], w[0].elements[1], w[0].elements[2])
      return (a > 0 ? a * b : 0) + c / b
    }

    func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      let (a, b, c) = (w[0].elements[0], w[0].elements[1], w[0].elements[2])
      let isOn = a > 0
      return [Tensor("a", Vector([isOn ? b : 0, (isOn ? a : 0) - c / (b * b), 1 / b]))]
    }
  }

  @Test func `both branches of a ramp are met, and the degree of the error is known`() throws {
    let proof = try proof(Ramp().proofFinding())
    // The loss is (ab·b + c)/b, of degrees 3/1: 4/2 along a direction. The claim is b v₁ +
    // (a − c/b²) v₂ + (1/b) v₃, of degrees 5/3. Their difference is over b⁵.
    #expect(proof.branches == 2 && proof.comparisons == 2 && proof.includesData)
    #expect(proof.degree == 7)
    let chance = Double(proof.draws) * (24 - Double.log2(7)) - 1
    #expect(proof.bits == Int(chance.rounded(.up)) - 1 && proof.bits >= 60)
    #expect(proof.chance == "< 2⁻" + NumberFormat.superscript(proof.bits))
  }

  @Test func `what is wrong on another branch alone is noticed there`() {
    let mutant = Mutant(Ramp(), at: (0, 0), flaw: .onOtherBranch)
    // On the other branch the first entry is 0, and twice 0 is right.
    #expect(mutant.proofFinding().verdict == .pass)
    let wrong = Mutant(Ramp(), at: (0, 2), flaw: .onOtherBranch)
    #expect(wrong.exactFinding().verdict == .pass)
    var effort = ProofEffort()
    effort.points = 1
    #expect(wrong.proofFinding(effort: effort).verdict == .pass)
    let finding = wrong.proofFinding()
    #expect(finding.verdict == .fail)
    #expect(finding.detail.hasPrefix("at a point of another branch, a[2] is "), "\(finding.detail)")
    #expect(finding.detail.contains("ratio 2.0000000, 1 of 3 wrong"), "\(finding.detail)")
  }

  /// Right for the data that it has: x is 2, and its square is 2x.
  struct OnlyForTwo: AlgebraicFormula {
    let name = "right for x = 2"
    let evaluationPoint = [Tensor("w", Vector([3.0]))]

    func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
      Scalar(2.0) * Scalar(2.0) * w[0].elements[0].squared
    }
    func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      [w[0].map { 2 * (Scalar(2.0) + Scalar(2.0)) * $0 }]
    }
  }

  @Test func `what is right for its own data alone is proved for these`() throws {
    #expect(try !proof(OnlyForTwo().proofFinding()).includesData)
    let detail = Certificate(of: OnlyForTwo()).asCheck.detail
    #expect(detail.contains("proved for all parameters but for a chance < 2⁻"), "\(detail)")
  }

  /// The error of a gradient 2w in place of w² is w(w − 2): it passes at two points and no other.
  struct Cube: AlgebraicFormula {
    let name = "a cube"
    let evaluationPoint: [Tensor<Double>]
    func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
      w[0].elements[0].squared * w[0].elements[0] / 3
    }
    func gradient<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      [w[0].map { 2 * $0 }]
    }
  }

  @Test(arguments: -4...4)
  func `a wrong square passes at two points alone`(w: Int) {
    let cube = Cube(evaluationPoint: [Tensor("w", Vector([Double(w)]))])
    #expect(cube.exactFinding().verdict == (w == 0 || w == 2 ? .pass : .fail))
    #expect(cube.proofFinding().verdict == .fail)
  }

  @Test func `every seed draws other points, and the same seed the same`() throws {
    let cube = Cube(evaluationPoint: [Tensor("w", Vector([2.0]))])
    let details = (1...4).map { cube.proofFinding(seed: $0).detail }
    #expect(Set(details).count == 4)
    #expect(cube.proofFinding(seed: 3).detail == details[2])
  }

  @Test func `less effort is a weaker bound, and is printed`() throws {
    let formula = try #require(Subject.algebraic.last?.formula as? any AlgebraicFormula)
    let effort = ProofEffort(points: 1, branches: 1, operations: 1)
    let weak = try proof(formula.proofFinding(effort: effort))
    #expect(weak.draws == 1 && weak.branches == 1 && weak.bits < 24)
  }

  @Test func `at a kink nothing is proved`() {
    let ramp = HarnessTests.Ramp(at: 0)
    let finding = ramp.proofFinding()
    #expect(finding.verdict == .undecided && finding.detail.contains("a kink"), "\(finding)")
  }

  @Test func `what rounds nothing is told so`() {
    let words = Certificate(of: HarnessTests.Ramp(at: 1)).asCheck.detail
    #expect(
      words.contains("equal by differences in balls, to the last of 256 bits")
        && words.contains("equal along a direction") && words.contains("not rounded in Float")
        && words.contains("not rounded in Double"), "\(words)")
    #expect(!words.contains("no difference") && !words.contains("0.0 ulp"))
  }
}
