/// How far from what is expected an answer may be.
public enum Tolerance: Equatable, Sendable {
  /// Not at all. NaN equals NaN, so that the value of an expected mistake can be NaN.
  case exactly
  /// By this fraction of the largest entry expected, such as 1e-12.
  case relative(Double)
  /// By this difference, in the unit of the value.
  case absolute(Double)

  /// Returns the largest difference allowed beside numbers whose largest magnitude is `scale`.
  func limit(scale: Double) -> Double {
    switch self {
    case .exactly: 0
    case .relative(let fraction): fraction * scale
    case .absolute(let difference): difference
    }
  }
}

/// How a value differs from what it should be.
public struct Difference: Equatable, Sendable {
  /// Where it differs, such as `[2, 0]`, or nothing.
  public var location = ""
  /// What differs: the shape, or nothing for the value itself.
  public var kind = ""
  /// What was expected there.
  public let expected: String
  /// What was received there.
  public let received: String
  /// How many entries differ, of how many.
  public var count: (wrong: Int, all: Int)?
  /// What the difference looks like, if it looks like anything.
  public var cause: String?

  public static func == (a: Difference, b: Difference) -> Bool {
    a.sentence(about: "") == b.sentence(about: "") && a.cause == b.cause
  }

  /// Returns what is wrong, as a sentence without its period.
  func sentence(about subject: String) -> String {
    let what = kind.isEmpty ? subject + location : "the \(kind) of \(subject)\(location)"
    let rest =
      count.map { $0.wrong > 1 ? "; \($0.wrong) of \($0.all) entries are wrong" : "" } ?? ""
    return "\(what) is \(received) and should be \(expected)\(rest)"
  }
}
