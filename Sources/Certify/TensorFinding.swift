import Workbook

/// How a claimed gradient compares with the truth, for one tensor.
public struct TensorFinding: Sendable {
  /// The verdict.
  public enum Verdict: String, Sendable {
    /// Each entry is the true one, rounded to the nearest number of its format.
    case equal
    /// No entry is off by more than rounding explains.
    case withinRounding = "within rounding"
    /// Some entry is off by more.
    case wrong
    /// Some entry is off by more than rounding usually changes, and by less than it could.
    case undecided
    /// No gradient is given.
    case missing
  }

  /// The gradient's name in the file, such as `0.weight.grad`.
  public let name: String
  public internal(set) var verdict: Verdict
  /// The shape of the parameter, in the file.
  public let shape: [Int]
  /// How many entries it has, and how many of them are wrong.
  public let count: Int
  public internal(set) var wrong = 0
  /// The entry that is off by most, in parts of what is allowed: where it is, what it is, what it should be.
  public internal(set) var worst: Entry?
  /// The largest error, and the error that is allowed there, in units in the last place of the largest
  /// entry.
  public internal(set) var ulps = 0.0
  public internal(set) var allowedUlps = 0.0
  /// The largest error that could hide in an entry, as a part of the largest entry; of all
  /// tensors' where this one is 0.
  public internal(set) var hidden = 0.0
  /// What is wrong with its shape, if anything is.
  public internal(set) var shapeProblem: String?

  /// One entry of a gradient.
  public struct Entry: Sendable, Encodable {
    public let location: String
    public let claimed: Double
    public let truth: Double
  }

  /// Whether something speaks against it.
  var isSuspect: Bool { verdict == .wrong || verdict == .undecided }
  /// Whether nothing speaks against it.
  public var isRight: Bool { verdict == .equal || verdict == .withinRounding }
}

extension TensorFinding {
  /// Compares a claimed gradient with the truth.
  ///
  /// - Parameters:
  ///   - parameter: The parameter, with the claim.
  ///   - truth: The right gradient.
  ///   - allowed: How far each entry may be off.
  ///   - limits: How far each entry may be off to be called right.
  ///   - largest: The largest entry of all tensors, with which one of zeros is compared.
  ///   - bits: The digits of the format of the claim.
  init(
    _ parameter: Parameter, truth: [Double], allowed: [Double], limits: [Double],
    largest: Double, bits: Int
  ) {
    name = parameter.name + ".grad"
    shape = parameter.shape
    count = truth.count
    guard let claim = parameter.claim else {
      verdict = parameter.given == nil ? .missing : .wrong
      if let given = parameter.given {
        wrong = count
        shapeProblem = "its shape is \(given.shape), and \(parameter.name) has \(parameter.shape)"
      }
      return
    }
    let scale = truth.reduce(0) { max($0, abs($1)) }
    let unit = Self.unit(of: scale, bits: bits)
    let errors = zip(claim, truth).map { abs($0 - $1) }
    func excess(_ index: Int) -> Double {
      let part = errors[index] / limits[index]
      return part.isNaN ? (errors[index] == 0 ? 0 : .infinity) : part
    }
    wrong = truth.indices.count { !(errors[$0] <= limits[$0]) }
    let most = limits.reduce(0, max)
    let size = scale > 0 ? scale : largest
    hidden = most == 0 ? 0 : most / size
    // Of entries that are wrong the one that is off by most is shown, else the one nearest to its limit.
    let shown = truth.indices.filter { excess($0) > 1 }.max { errors[$0] < errors[$1] }
    if let index = shown ?? truth.indices.max(by: { excess($0) < excess($1) }) {
      worst = Entry(
        location: parameter.location(of: index), claimed: claim[index], truth: truth[index])
      (ulps, allowedUlps) = (errors[index] / unit, limits[index] / unit)
    }
    // Where the truth is not known, nothing is wrong for sure.
    let isKnown = { (index: Int) in !truth[index].isNaN }
    if truth.indices.contains(where: { isKnown($0) && !(errors[$0] <= allowed[$0]) }) {
      verdict = .wrong
    } else if zip(claim, truth).allSatisfy({ $0 == Self.rounded($1, bits: bits) }) {
      verdict = .equal
    } else {
      // Where much could hide, a claim must be near the truth all the same.
      let isNear = errors.allSatisfy { $0 <= 0.05 * size }
      verdict = wrong == 0 && (hidden < 0.1 || isNear) ? .withinRounding : .undecided
    }
  }

  /// The unit in the last place of a number in a format of so many bits.
  private static func unit(of scale: Double, bits: Int) -> Double {
    scale > 0 ? scale.ulp * Double(sign: .plus, exponent: 53 - bits, significand: 1) : 1
  }

  private static func rounded(_ number: Double, bits: Int) -> Double {
    if bits == 53 { return number }
    if bits == 24 { return Double(Float(number)) }
    let unit = unit(of: abs(number), bits: bits)
    return (number / unit).rounded(.toNearestOrEven) * unit
  }
}
