extension Enclosure {
  /// Returns an enclosure of tanh x.
  ///
  /// The derivative 1 / cosh² is at most 1, and at most 4 e^(−2a) at a distance of a or more from 0, so the
  /// radius is r min(1, 4 e^(−2a)) where a is the least magnitude in the ball.
  static func hyperbolicTangent(_ x: Enclosure, _ precision: Int) -> Enclosure {
    guard x.isFinite else { return .wholeLine }
    let derivative = min(
      Radius(powerOfTwo: 0), exponentialOfMinusTwice(x.lowerMagnitude).scaled(byPowerOfTwo: 2))
    let radius = x.radius * derivative

    // Next to 0, |tanh x − x| ≤ |x|³ / 3.
    if x.mantissa.sign == 0 || 2 * x.top < -precision - 2 {
      let t = Radius(up: x.mantissa, exponent: x.exponent)
      return x.with(radius: radius).rounded(
        to: precision, adding: (t * t * t).scaled(byPowerOfTwo: -1))
    }
    // Far from 0, 1 − tanh x = 2u / (1 + u) ≤ 2u with u = e^(−2x).
    let far = exponentialOfMinusTwice(x.with(radius: .zero).lowerMagnitude)
    if far < Radius(powerOfTwo: -precision - 6) {
      return Enclosure(
        BigInteger(x.mantissa.sign), radius: radius + far.scaled(byPowerOfTwo: 1))
    }
    let y = Approximation.hyperbolicTangent(
      x.mantissa.integer, exponent: x.exponent, bits: precision)
    return Enclosure(rounding: y, radius: radius, to: precision)
  }

  /// Returns a bound for e^(−2a): a power of two, less than twice too large for a ≤ 1,000.
  ///
  /// 2 / ln 2 is a little more than 2.885.
  private static func exponentialOfMinusTwice(_ a: Radius) -> Radius {
    guard !a.isZero else { return Radius(powerOfTwo: 0) }
    let number = Double(
      sign: .plus, exponent: a.exponent, significand: Double(a.mantissa))
    return Radius(powerOfTwo: -Int(min(2.885 * number, 0x1p57)))
  }
}

extension Approximation {
  /// Returns tanh(z 2^exponent), with `bits` correct bits and a few more, where neither 0 nor ±1 is
  /// within reach.
  ///
  /// tanh |x| = (1 − u) / (1 + u) with u = e^(−2|x|). Near 0 the numerator is as small as x, and as
  /// many more bits are carried. The derivative in u is at most 2, so where u is off by E units, the quotient
  /// is off by 2E + 1.
  static func hyperbolicTangent(
    _ z: borrowing BigInteger, exponent: Int, bits: Int
  ) -> Approximation {
    let nearness = max(0, -(exponent + z.bitWidth))
    var minus = BigInteger(copying: z)
    if z.sign > 0 { minus.negate() }
    let y = exponential(minus, exponent: exponent + 1, bits: bits + nearness + 8)

    // y has more digits behind the point than count here; its error shrinks with them, but for 2.
    let fraction = bits + nearness + 34
    let cut = -y.exponent - fraction
    var u = BigInteger(copying: y.value)
    u.shiftRight(cut)
    let error = y.error >> cut + 2
    let one = BigInteger(BigInteger(1), shiftedBy: fraction)
    var quotient = BigInteger(copying: one)
    quotient.subtract(u)
    quotient.shiftLeft(fraction)
    var divisor = BigInteger(copying: one)
    divisor.add(u)
    _ = quotient.divide(by: divisor)
    if z.sign < 0 { quotient.negate() }
    return Approximation(value: quotient, exponent: -fraction, error: 2 * error + 1)
  }
}
