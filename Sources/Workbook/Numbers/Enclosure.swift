/// An interval as a midpoint and a radius, rounded to any number of bits: what a ``Ball`` is made of.
///
/// The midpoint is `mantissa` · 2^`exponent`. An operation returns an enclosure of what it would give
/// for every pair of numbers in its operands: the midpoint is computed exactly, or with a known
/// error, then rounded to the nearest of `precision` bits, and both errors go into the radius.
///
/// An infinite radius is the whole line. It stands for a result that is not defined or not bounded,
/// and whatever is computed from it is the whole line again.
///
/// - Source: van der Hoeven, “Ball arithmetic”, 2009, https://hal.science/hal-00432152; Johansson,
///   “Arb: efficient arbitrary-precision midpoint-radius interval arithmetic”, 2017.
///   doi:10.1109/TC.2017.2690633
struct Enclosure: Sendable {
  let mantissa: BigInteger.Shared
  let exponent: Int
  let radius: Radius

  private init(_ mantissa: BigInteger.Shared, exponent: Int, radius: Radius) {
    self.mantissa = mantissa
    self.exponent = exponent
    self.radius = radius
  }

  /// Creates z · 2^exponent ± radius, without rounding.
  init(_ z: consuming BigInteger, exponent: Int = 0, radius: Radius = .zero) {
    self.init(BigInteger.Shared(z), exponent: exponent, radius: radius)
  }

  static let zero = Enclosure(.zero, exponent: 0, radius: .zero)
  static let wholeLine = Enclosure(.zero, exponent: 0, radius: .infinity)

  /// Whether the radius is not infinite.
  var isFinite: Bool { radius.isFinite }

  /// The exponent of the least power of two above the midpoint's magnitude, if that is not 0.
  var top: Int { exponent + mantissa.bitWidth }

  /// The same midpoint with another radius.
  func with(radius: Radius) -> Enclosure {
    Enclosure(mantissa, exponent: exponent, radius: radius)
  }

  /// Creates z · 2^exponent ± radius with the midpoint rounded to the nearest of `precision` bits.
  ///
  /// What rounding adds to the radius is at most half a unit of the last bit kept, and nothing where
  /// only zero bits are lost. Beyond 2^±limit the result is the whole line, or a tiny ball around 0.
  init(
    rounding z: consuming BigInteger, exponent: Int, radius: Radius = .zero, to precision: Int
  ) {
    var exponent = exponent
    var radius = radius
    let excess = z.bitWidth - precision
    if excess > 0 {
      if z.trailingZeros < excess { radius += Radius(powerOfTwo: exponent + excess - 1) }
      // Half a unit or more is lost exactly if the first bit lost is set.
      let (isMore, sign) = (z.bit(excess - 1), z.sign)
      z.shiftRight(excess)
      if isMore { z.step(towards: sign) }
      exponent += excess
    }
    let top = exponent + z.bitWidth
    if !radius.isFinite || top > Radius.limit {
      self = .wholeLine
    } else if top < -Radius.limit && z.sign != 0 {
      self = Enclosure(.zero, exponent: 0, radius: radius + Radius(powerOfTwo: -Radius.limit))
    } else {
      self.init(z, exponent: z.sign == 0 ? 0 : exponent, radius: radius)
    }
  }

  /// Returns an enclosure of this one whose midpoint has no more than `precision` bits.
  func rounded(to precision: Int, adding error: Radius = .zero) -> Enclosure {
    guard mantissa.bitWidth > precision else {
      let radius = radius + error
      return radius.isFinite ? with(radius: radius) : .wholeLine
    }
    return Enclosure(
      rounding: BigInteger(copying: mantissa.value), exponent: exponent, radius: radius + error,
      to: precision)
  }
}

extension Enclosure {
  /// A bound for the magnitude of every number in the ball.
  var upperMagnitude: Radius { Radius(up: mantissa.value, exponent: exponent) + radius }

  /// A bound from below for the magnitude of every number in the ball, 0 where the ball holds 0.
  var lowerMagnitude: Radius { Radius(down: mantissa.value, exponent: exponent, minus: radius) }

  /// Whether all numbers of the ball are positive. A ball whose end is 0 has none such.
  ///
  /// Exact but for ends so near 0 that the first 64 bits of the midpoint do not tell them from 0.
  var isPositive: Bool { mantissa.sign > 0 && lowerMagnitude > .zero }

  /// Whether the midpoints and the radii are the same numbers.
  static func == (a: Enclosure, b: Enclosure) -> Bool {
    guard a.radius == b.radius, a.mantissa.sign == b.mantissa.sign else { return false }
    guard a.mantissa.sign != 0 else { return true }
    guard a.top == b.top else { return false }
    let shift = a.exponent - b.exponent
    if shift == 0 { return a.mantissa.value == b.mantissa.value }
    return shift > 0
      ? BigInteger(a.mantissa.value, shiftedLeft: shift) == b.mantissa.value
      : BigInteger(b.mantissa.value, shiftedLeft: -shift) == a.mantissa.value
  }
}
