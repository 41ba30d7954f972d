/// A real number known to lie in an interval, with about `bits` correct bits: a rigorous number.
///
/// A ball is a midpoint and a radius. Each operation returns a ball that holds the true result for
/// all numbers in its operands: whatever is lost by rounding goes into the radius. So a result needs
/// no faith in the analysis of its errors, for it brings its own proof. `+ − × ÷ √` of exact
/// operands are off by at most half a unit of the last of `bits` bits, and exp, log and tanh by half
/// a unit and a thousandth.
///
/// What is not defined, such as 0/0 or the logarithm of a ball that reaches 0, is the whole line,
/// 0 ± ∞, and so is everything computed from that. Nothing traps.
///
/// A ball made from a `Double` or a whole number is exact, however many bits that takes; `bits` is what
/// the results of operations are rounded to.
///
/// - Source: van der Hoeven, “Ball arithmetic”, 2009. https://hal.science/hal-00432152
public struct Ball<let bits: Int>: Sendable {
  let enclosure: Enclosure

  init(_ enclosure: Enclosure) { self.enclosure = enclosure }

  /// Creates the ball that is a number, exactly; the whole line for infinity and what is no number.
  public init(_ value: Double) {
    guard value.isFinite else {
      self = .wholeLine
      return
    }
    let significand = BigInteger(Int(value.significand * 0x1p52))
    self.init(Enclosure(significand, exponent: value == 0 ? 0 : Int(value.exponent) - 52))
    if value < 0 { self = -self }
  }

  /// Creates the ball that counts things, exactly.
  public init(count: Int) { self.init(Enclosure(BigInteger(count))) }

  /// Creates a ball that holds a fraction, with a midpoint off by at most half a unit.
  public init(_ value: Rational) {
    let (numerator, denominator) = value.parts
    enclosure = Enclosure.quotient(numerator, denominator, bits)
  }

  /// Creates a ball that holds all numbers of a ball of another precision.
  public init<let other: Int>(_ ball: Ball<other>) {
    self.init(ball.enclosure.rounded(to: bits))
  }

  /// Creates the ball around 0 of a radius.
  public init(radius: Double) {
    self.init(Enclosure.zero.with(radius: Ball(radius).enclosure.upperMagnitude))
  }

  /// The whole line, 0 ± ∞: a number of which nothing is known.
  public static var wholeLine: Ball { Ball(Enclosure.wholeLine) }
}

extension Ball: Numeric {
  public init(integerLiteral value: Int) { self.init(count: value) }

  /// Creates the ball that is a whole number, which always succeeds.
  public init?<Source: BinaryInteger>(exactly source: Source) {
    let words = source.magnitude.words.map { $0 }
    self.init(Enclosure(BigInteger(words: words, isNegative: source < 0)))
  }

  /// A ball that holds the magnitudes of all numbers in this one.
  public var magnitude: Ball { Ball(enclosure.magnitude) }

  public static prefix func - (x: Ball) -> Ball { Ball(-x.enclosure) }

  public static func + (a: Ball, b: Ball) -> Ball {
    Ball(Enclosure.sum(a.enclosure, b.enclosure, bits))
  }

  public static func - (a: Ball, b: Ball) -> Ball {
    Ball(Enclosure.difference(a.enclosure, b.enclosure, bits))
  }

  public static func * (a: Ball, b: Ball) -> Ball {
    Ball(Enclosure.product(a.enclosure, b.enclosure, bits))
  }

  public static func += (a: inout Ball, b: Ball) { a = a + b }
  public static func -= (a: inout Ball, b: Ball) { a = a - b }
  public static func *= (a: inout Ball, b: Ball) { a = a * b }
}

extension Ball: AnalyticField {
  /// Returns the quotient, the whole line where the divisor may be 0.
  public static func / (a: Ball, b: Ball) -> Ball {
    Ball(Enclosure.quotient(a.enclosure, b.enclosure, bits))
  }

  public static func /= (a: inout Ball, b: Ball) { a = a / b }

  /// The reciprocal, or nil where the number may be 0.
  public var reciprocal: Ball? {
    let result = 1 / self
    return result.isFinite ? result : nil
  }

  /// Returns eˣ, the whole line from |x| = 2⁵⁰ on.
  public static func exp(_ x: Ball) -> Ball { Ball(Enclosure.exponential(x.enclosure, bits)) }

  /// Returns the natural logarithm, the whole line where x may be 0 or less.
  public static func log(_ x: Ball) -> Ball { Ball(Enclosure.logarithm(x.enclosure, bits)) }

  /// Returns log(1 + x), accurate where x is near 0; the whole line where 1 + x may be 0 or less.
  public static func log(onePlus x: Ball) -> Ball {
    Ball(Enclosure.logarithm(onePlus: x.enclosure, bits))
  }

  /// Returns the hyperbolic tangent.
  public static func tanh(_ x: Ball) -> Ball {
    Ball(Enclosure.hyperbolicTangent(x.enclosure, bits))
  }

  /// Returns the square root, the whole line where x may be negative.
  public static func sqrt(_ x: Ball) -> Ball { Ball(Enclosure.squareRoot(x.enclosure, bits)) }
}
