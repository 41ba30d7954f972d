/// A number that counts degrees: a bound of those of a quotient of two polynomials.
///
/// Run a formula of + − × ÷ on it, with 1 for each variable, and it tells how high the degree of the
/// result can be, with no thought about the formula. It is a bound from above: terms that cancel are
/// counted as if they stayed. Degrees stop growing at 2³⁰.
public struct Degree: Field, Hashable {
  /// At most this is the degree of the numerator.
  public let numerator: Int
  /// At most this is the degree of the denominator.
  public let denominator: Int

  /// Creates the degrees of a quotient of polynomials, or of a polynomial.
  public init(of numerator: Int, over denominator: Int = 0) {
    self.numerator = min(numerator, Self.largest)
    self.denominator = min(denominator, Self.largest)
  }

  /// The degree of a variable.
  public static let variable = Degree(of: 1)
  /// The degree of a constant.
  public static let constant = Degree(of: 0)

  private static let largest = 1 << 30
}

extension Degree {
  public init(count: Int) { self.init(of: 0) }
  public init(_ value: Double) { self.init(of: 0) }
  public init(integerLiteral value: Int) { self.init(of: 0) }
  public init?<Source: BinaryInteger>(exactly source: Source) { self.init(of: 0) }

  /// The degree of the numerator: degrees have no sign.
  public var magnitude: Double { Double(numerator) }
  public static prefix func - (x: Degree) -> Degree { x }

  /// The degree of a sum: the larger, once both have the same denominator. a/b + c/d = (ad + cb)/bd.
  public static func + (a: Degree, b: Degree) -> Degree {
    Degree(
      of: max(a.numerator + b.denominator, b.numerator + a.denominator),
      over: a.denominator + b.denominator)
  }

  public static func - (a: Degree, b: Degree) -> Degree { a + b }

  /// The degree of a product: degrees add up.
  public static func * (a: Degree, b: Degree) -> Degree {
    Degree(of: a.numerator + b.numerator, over: a.denominator + b.denominator)
  }

  /// The degree of a quotient: the divisor's numerator goes below.
  public static func / (a: Degree, b: Degree) -> Degree {
    Degree(of: a.numerator + b.denominator, over: a.denominator + b.numerator)
  }

  public static func += (a: inout Degree, b: Degree) { a = a + b }
  public static func -= (a: inout Degree, b: Degree) { a = a - b }
  public static func *= (a: inout Degree, b: Degree) { a = a * b }
  public static func /= (a: inout Degree, b: Degree) { a = a / b }

  public var reciprocal: Degree? { 1 / self }

  /// The degree of the derivative of a quotient: (p/q)′ = (p′q − pq′)/q².
  ///
  /// Along a direction of variables, the derivative is multiplied by one of them.
  public var derivativeAlongDirection: Degree {
    Degree(of: numerator + denominator, over: 2 * denominator)
  }
}

extension Degree: CustomStringConvertible {
  /// Such as `3`, or `3/2` for a quotient.
  public var description: String {
    denominator == 0 ? "\(numerator)" : "\(numerator)/\(denominator)"
  }
}
