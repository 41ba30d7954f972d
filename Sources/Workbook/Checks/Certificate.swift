import Numbers
import Reports
import Tensors
import Text

/// The findings of all methods on one formula: whether its backward pass is the derivative.
public struct Certificate: Sendable {
  /// The formula's name.
  public let name: String
  /// The number of its parameters.
  public let parameters: Int
  /// What each method found, in the order of ``Method``.
  public let findings: [Finding]

  /// Checks every parameter of a small formula by every method that applies to it.
  ///
  /// - Parameters:
  ///   - formula: The formula.
  ///   - seed: The seed of the random points of the proof.
  public init(of formula: some Formula, seed: UInt64 = 1) {
    let exact = (formula as? any AlgebraicFormula).map {
      [$0.exactFinding(), $0.proofFinding(seed: seed)]
    }
    let differences = formula.gradientByDifferences(in: Ball<256>.self)
    let known = differences.undecided == nil ? differences.gradient : nil
    self.init(
      formula,
      (exact ?? []) + [
        formula.differencesFinding(beside: differences), formula.directionFinding(),
        formula.floatFinding(beside: known), formula.doubleFinding(beside: known),
        formula.doubleDifferencesFinding(),
      ])
  }

  /// Checks a formula of any size along one random direction in balls, and compares its backward pass in
  /// `Float` and in `Double` with the one in balls.
  public init(atScale formula: some Formula) {
    // A comparison that is undecided here is undecided along the direction too.
    let known = formula.gradientInBalls(Ball<256>.self)
    let methods: [@Sendable () -> Finding] = [
      { formula.directionFinding(beside: known) },
      { formula.floatFinding(beside: known.result) },
      { formula.doubleFinding(beside: known.result) },
    ]
    self.init(formula, concurrentMap(methods.count) { methods[$0]() })
  }

  private init(_ formula: some Formula, _ findings: [Finding]) {
    name = formula.name
    parameters = formula.parameterCount
    self.findings = findings
  }

  /// Returns what a method found, if it was used.
  public func finding(by method: Method) -> Finding? { findings.first { $0.method == method } }

  /// Fail where a method fails, else undecided where one is, else pass.
  public var verdict: Check.Verdict {
    let verdicts = findings.map(\.verdict)
    if verdicts.contains(.fail) { return .fail }
    return verdicts.isEmpty || verdicts.contains(.undecided) ? .undecided : .pass
  }

  /// The certificate as a check of a claim.
  public var asCheck: Check {
    let bad = findings.filter { $0.verdict == verdict && verdict != .pass }
    let detail =
      bad.isEmpty
      ? "\(parameters) parameters: " + findings.map(\.words).joined(separator: ", ")
      : bad.map { "\($0.method.rawValue): \($0.detail)" }.joined(separator: "; ")
    return Check("the derivative, certified: \(name)", verdict, detail: detail)
  }
}

extension RunRecorder {
  /// Certifies formulas, each by all methods that apply, and shows what they found as a table.
  ///
  /// - Parameters:
  ///   - formulas: Small formulas, of which every parameter is checked by every method.
  ///   - real: Formulas of any size, checked along a direction.
  /// - Returns: The certificates, in the order of the formulas.
  @discardableResult
  public mutating func certify(
    _ formulas: [any Formula], atScale real: [any Formula] = []
  ) -> [Certificate] {
    certify(formulas, beside: real.map { Certificate(atScale: $0) })
  }

  /// Certifies small formulas by all methods that apply, and shows what they found as a table, with
  /// certificates that were made before in its last rows.
  ///
  /// - Returns: The certificates, in the order of the rows.
  @discardableResult
  public mutating func certify(
    _ formulas: [any Formula], beside known: [Certificate]
  ) -> [Certificate] {
    let seed = options.seed
    let small = concurrentMap(formulas.count) { Certificate(of: formulas[$0], seed: seed) }
    let certificates = small + known
    var table = Table(
      "certificate", columns: ["formula", "parameters"] + Method.allCases.map(\.heading))
    for certificate in certificates {
      table.add(
        [.text(certificate.name), .count(certificate.parameters)]
          + Method.allCases.map { certificate.finding(by: $0)?.cell ?? .none })
    }
    show(table)
    for certificate in certificates { check(certificate.asCheck) }
    return certificates
  }
}

extension Finding {
  /// How closely the gradient and the reference agree, in a few words.
  fileprivate var words: String {
    let one = NumberFormat.decimals(1)
    let words =
      switch agreement {
      case .none: verdict.rawValue
      case .equal where method == .exact: "equal in exact fractions"
      case .equal where method == .direction: "equal along a direction, to the last of 256 bits"
      case .equal: "equal by differences in balls, to the last of 256 bits"
      case .proved(let proof): proof.words
      case .ulps(0, _): "not rounded in \(method == .float ? "Float" : "Double")"
      case .part(0): "equal by differences in Double, to the last bit"
      case .digits(let digits):
        "\(Int(digits)) digits "
          + (method == .direction ? "along a direction" : "by differences in balls")
      case .ulps(let ulps, let allowed):
        "\(one.text(of: ulps)) ulp in \(method == .float ? "Float" : "Double") of "
          + "\(NumberFormat.count.text(of: allowed.rounded(.down))) allowed"
      case .part(let part):
        "\(NumberFormat.scientific(1).text(of: part)) by differences in Double"
      }
    return words + (kinks > 0 ? " with \(kinks) set aside at kinks" : "")
  }

  /// The finding as the entry of a table: how closely two gradients agree, or the verdict.
  fileprivate var cell: Table.Cell {
    switch agreement {
    case .none: .text(verdict.rawValue)
    case .equal: "equal"
    case .proved(let proof): .text(proof.chance)
    case .digits(let digits): .number(digits.rounded(.down), .decimals(0))
    case .ulps(let ulps, _): .number(ulps, .decimals(1))
    case .part(let part): .number(part, .scientific(1))
    }
  }
}

extension Method {
  /// The heading of the method's column: what its entries count.
  fileprivate var heading: String {
    switch self {
    case .exact: "exact"
    case .proof: "proved"
    case .differences: "digits"
    case .direction: "along v"
    case .float: "Float"
    case .double: "Double"
    case .doubleDifferences: "by h"
    }
  }
}

extension Proof {
  /// The chance that a wrong formula passes, such as `< 2⁻⁶¹`.
  public var chance: String { "< 2" + NumberFormat.superscript(-bits) }

  /// What is proved, in a few words.
  fileprivate var words: String {
    let scope = includesData ? "all parameters and data" : "all parameters"
    let branch = branches == 1 ? "1 branch" : "\(branches) branches"
    let range = comparisons == 0 ? scope : "\(scope) on \(branch) met at \(points) points"
    return "proved for \(range) but for a chance \(chance)"
  }
}
