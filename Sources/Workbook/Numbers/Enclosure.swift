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
  let mantissa: Mantissa
  let exponent: Int
  let radius: Radius

  /// Creates z · 2^exponent ± radius, without rounding.
  init(_ z: Mantissa, exponent: Int = 0, radius: Radius = .zero) {
    self.mantissa = z
    self.exponent = exponent
    self.radius = radius
  }

  /// Creates z · 2^exponent ± radius, without rounding.
  init(_ z: consuming BigInteger, exponent: Int = 0, radius: Radius = .zero) {
    self.init(Mantissa(z), exponent: exponent, radius: radius)
  }

  static let zero = Enclosure(Mantissa.zero)
  static let wholeLine = Enclosure(Mantissa.zero, radius: .infinity)

  /// Whether the radius is not infinite.
  var isFinite: Bool { radius.isFinite }

  /// The exponent of the least power of two above the midpoint's magnitude, if that is not 0.
  var top: Int { exponent + mantissa.bitWidth }

  /// The same midpoint with another radius.
  func with(radius: Radius) -> Enclosure {
    Enclosure(mantissa, exponent: exponent, radius: radius)
  }

  /// Creates z · 2^exponent ± radius; beyond 2^±limit the whole line, or a tiny ball around 0.
  private init(bounding z: Mantissa, exponent: Int, radius: Radius) {
    let top = exponent + z.bitWidth
    if !radius.isFinite || top > Radius.limit {
      self = .wholeLine
    } else if top < -Radius.limit && z.sign != 0 {
      self.init(Mantissa.zero, radius: radius + Radius(powerOfTwo: -Radius.limit))
    } else {
      self.init(z, exponent: z.sign == 0 ? 0 : exponent, radius: radius)
    }
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
    self.init(bounding: Mantissa(z), exponent: exponent, radius: radius)
  }

  /// Creates ±magnitude · 2^exponent ± radius, rounded in the same way.
  init(
    rounding magnitude: UInt128, isNegative: Bool, exponent: Int, radius: Radius,
    to precision: Int
  ) {
    let excess = UInt128.bitWidth - magnitude.leadingZeroBitCount - precision
    guard excess > 0 else {
      let z = Mantissa(magnitude, isNegative: isNegative)
      self.init(bounding: z, exponent: exponent, radius: radius)
      return
    }
    var radius = radius
    if magnitude.trailingZeroBitCount < excess {
      radius += Radius(powerOfTwo: exponent + excess - 1)
    }
    let shift = UInt128(excess)
    let kept = magnitude &>> shift + magnitude &>> (shift - 1) & 1
    self.init(
      bounding: Mantissa(kept, isNegative: isNegative), exponent: exponent + excess,
      radius: radius)
  }

  /// Returns an enclosure of this one whose midpoint has no more than `precision` bits.
  func rounded(to precision: Int, adding error: Radius = .zero) -> Enclosure {
    let radius = radius + error
    guard mantissa.bitWidth > precision else {
      return radius.isFinite ? with(radius: radius) : .wholeLine
    }
    if case .word(let word) = mantissa {
      return Enclosure(
        rounding: UInt128(word.magnitude), isNegative: word < 0, exponent: exponent,
        radius: radius, to: precision)
    }
    return Enclosure(
      rounding: mantissa.integer, exponent: exponent, radius: radius, to: precision)
  }
}

extension Enclosure {
  /// A bound for the magnitude of every number in the ball.
  var upperMagnitude: Radius { Radius(up: mantissa, exponent: exponent) + radius }

  /// A bound from below for the magnitude of every number in the ball, 0 where the ball holds 0.
  var lowerMagnitude: Radius { Radius(down: mantissa, exponent: exponent, minus: radius) }

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
    if shift == 0 { return a.mantissa == b.mantissa }
    return shift > 0
      ? Mantissa(BigInteger(a.mantissa, shiftedLeft: shift)) == b.mantissa
      : Mantissa(BigInteger(b.mantissa, shiftedLeft: -shift)) == a.mantissa
  }
}
