import Synchronization
import Testing
import Workbook

@testable import Checks

/// Checks that need more bits than the first attempt has, and errors that hide from one direction.
@Suite struct PrecisionTests {
  /// The types of number in which a formula was run.
  final class Runs: Sendable {
    private let names = Mutex<Set<String>>([])
    func add(_ name: String) { names.withLock { _ = $0.insert(name) } }
    var all: Set<String> { names.withLock { $0 } }
  }

  /// (a² + b) + 2²⁰⁰ − 2²⁰⁰: with 256 bits, 56 are left, and with 512 more than enough.
  struct Cancelling: Formula {
    let name = "a sum that cancels"
    let evaluationPoint = [Tensor("a", Vector([1.5, -2.25]))]
    let runs = Runs()

    func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
      runs.add("\(Scalar.self)")
      let large = Scalar(0x1p200)
      return (w[0].elements[0].squared + w[0].elements[1] + large) - large
    }

    func gradient<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      runs.add("\(Scalar.self)")
      // The same cancellation as in the loss.
      let large = Scalar(0x1p200)
      return [Tensor("a", Vector([(2 * w[0].elements[0] + large) - large, 1]))]
    }
  }

  @Test func `a formula that needs 512 bits passes with 512, by differences and along a direction`()
  {
    let formula = Cancelling()
    for finding in [formula.differencesFinding(), formula.directionFinding()] {
      #expect(finding.verdict == .pass, "\(finding)")
    }
    #expect(formula.runs.all.contains { $0.contains("512") })
    #expect(!formula.runs.all.contains { $0.contains("1024") }, "\(formula.runs.all)")
  }

  @Test func `its mutants fail with 512 bits too`() {
    let mutant = Mutant(Cancelling(), at: (0, 1), part: 0x1p-30)
    for finding in [mutant.differencesFinding(), mutant.directionFinding()] {
      #expect(finding.verdict == .fail && finding.detail.hasPrefix("a[1]"), "\(finding)")
    }
  }

  /// a⁵, whose differences are off by 10a³h²: their truth is not exact.
  struct FifthPower: Formula {
    let name = "a fifth power"
    let evaluationPoint = [Tensor("a", Vector([0.5]))]

    func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
      w[0].elements[0] * w[0].elements[0].squared.squared
    }

    func gradient<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      [Tensor("a", Vector([5 * w[0].elements[0].squared.squared]))]
    }
  }

  @Test(arguments: [1, -1])
  func `where nothing is rounded, no error is allowed but that of the truth`(sign: Double) {
    // 5/16 is exact in both formats.
    #expect(FifthPower().doubleFinding().verdict == .pass)
    #expect(FifthPower().floatFinding().verdict == .pass)
    // The last place of 5/16 is 2⁻⁵⁴ in Double and 2⁻²⁵ in Float.
    let last = Mutant(FifthPower(), at: (0, 0), part: sign * 0x1p-52)
    #expect(last.doubleFinding().verdict == .fail)
    let lastOfFloat = Mutant(FifthPower(), at: (0, 0), part: sign * 0x1p-23)
    #expect(lastOfFloat.floatFinding().verdict == .fail)
    #expect(lastOfFloat.doubleFinding().verdict == .fail)
  }

  /// The step of these differences is h = 2⁻¹².
  @Test(arguments: [0x1.cp-13, 0x1p-13, 0x1p-20, -0x1p-20])
  func `a kink anywhere within a step is set aside by differences in Double`(a: Double) {
    let finding = HarnessTests.Ramp(at: a).doubleDifferencesFinding()
    #expect(
      finding.verdict == .undecided && finding.detail.contains("1 of 2 parameters"), "\(finding)")
    #expect(HarnessTests.Ramp(at: 0x1.2p-12).doubleDifferencesFinding().verdict == .pass)
  }

  /// A finding that is made up.
  func finding(_ verdict: Check.Verdict) -> () -> Finding {
    { Finding(method: .direction, verdict: verdict, agreement: nil, detail: verdict.rawValue) }
  }

  @Test func `a failure needs a second opinion, a pass does not, and what stays open is told`() {
    let (pass, fail, open) = (finding(.pass), finding(.fail), finding(.undecided))
    #expect(Finding.escalating(open, pass, fail).verdict == .pass)
    #expect(Finding.escalating(fail, pass, fail).verdict == .pass)
    #expect(Finding.escalating(fail, fail, pass).verdict == .fail)
    #expect(Finding.escalating(fail, open, fail).verdict == .fail)
    #expect(Finding.escalating(fail, open, open).verdict == .undecided)
    #expect(Finding.escalating(open, open, open).verdict == .undecided)
  }

  /// a² + b² + c², with a gradient whose errors add up to 0.
  struct Balanced: Formula {
    let name: String
    let evaluationPoint = [Tensor("a", Vector([1.0, -2, 0.5]))]
    let errors: [Double]

    func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar { w[0].vector.squaredNorm }

    func gradient<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
      let right = w[0].elements.map { 2 * $0 }
      return [Tensor("a", Vector(zip(right, errors).map { $0 + Scalar($1) }))]
    }
  }

  @Test(arguments: [[1.0, -1, 0], [0, 0.25, -0.25], [1, 1, -2]])
  func `errors that add up to 0 are noticed along a random direction`(errors: [Double]) {
    let finding = Balanced(name: "balanced", errors: errors).directionFinding()
    #expect(finding.verdict == .fail, "\(finding)")
    #expect(Balanced(name: "balanced", errors: [0, 0, 0]).directionFinding().verdict == .pass)
  }

  @Test func `exchanged entries are noticed along a random direction`() {
    // The entries are 2, −4 and 1: the first two stand in each other's place.
    let finding = Balanced(name: "exchanged", errors: [-6, 6, 0]).directionFinding()
    #expect(finding.verdict == .fail, "\(finding)")
  }

  @Test func `formulas of two names are checked along two directions`() {
    // An error that is orthogonal to one direction is not to the other.
    var (one, two) = (SplitMix64(seed: 1, stream: "one"), SplitMix64(seed: 1, stream: "two"))
    let directions = [(0..<3).map { _ in one.dyadic() }, (0..<3).map { _ in two.dyadic() }]
    let hidden = [directions[0][1], -directions[0][0], 0]
    #expect(Balanced(name: "one", errors: hidden).directionFinding().verdict == .pass)
    #expect(Balanced(name: "two", errors: hidden).directionFinding().verdict == .fail)
  }
}
