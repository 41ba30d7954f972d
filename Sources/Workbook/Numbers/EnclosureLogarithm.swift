extension Enclosure {
  /// Returns an enclosure of log x, the whole line where x may be 0 or less.
  ///
  /// The derivative of the logarithm is at most 1 / (m − r), so the radius is r / (m − r).
  static func logarithm(_ x: Enclosure, _ precision: Int) -> Enclosure {
    guard x.isFinite, x.isPositive else { return .wholeLine }
    let radius = x.radius / x.lowerMagnitude
    guard x.mantissa.bitWidth + x.exponent != 1 || x.mantissa.integer.trailingZeros != -x.exponent
    else {
      return zero.with(radius: radius)
    }
    let y = Approximation.logarithm(x.mantissa.integer, exponent: x.exponent, bits: precision)
    return Enclosure(rounding: y, radius: radius, to: precision)
  }

  /// Returns an enclosure of log(1 + x), the whole line where 1 + x may be 0 or less.
  ///
  /// 1 + x is formed without rounding, so nothing is lost where x is near 0. Where it is too near for
  /// that, |log(1 + x) − x| ≤ x² for |x| ≤ ½ is enough.
  static func logarithm(onePlus x: Enclosure, _ precision: Int) -> Enclosure {
    guard x.isFinite else { return .wholeLine }
    let one = Enclosure(BigInteger(1))
    guard x.mantissa.sign == 0 || x.top < -precision - 2 else {
      return logarithm(sum(one, x, 2 * precision + x.mantissa.bitWidth + 64), precision)
    }
    let sum = sum(one, x, precision + 32)
    guard sum.isPositive else { return .wholeLine }
    let t = Radius(up: x.mantissa, exponent: x.exponent)
    return x.with(radius: x.radius / sum.lowerMagnitude).rounded(to: precision, adding: t * t)
  }
}

extension Approximation {
  /// Returns log(z 2^exponent), with `bits` correct bits and a few more, for z > 0 and a result ≠ 0.
  ///
  /// x = f 2ⁿ with ¾ ≤ f < 1½. The platform's logarithm gives a first guess g of log f, to some 50
  /// bits, of which nothing is assumed but that it is near; then, with Y = e^g,
  ///
  ///     log x = n ln 2 + g + 2 atanh q,    q = (f − Y) / (f + Y).
  ///
  /// atanh q = q + q³/3 + q⁵/5 + … gains 100 bits a term. Near x = 1 the result is as small as f − 1,
  /// and as many more bits are carried.
  ///
  /// The error, in units of the last place, where Y is off by E: f − Y by E + 1, q by E + 2, each of
  /// the N terms of the series by 2 and the terms left out by 1, n ln 2 by 2.
  static func logarithm(
    _ z: borrowing BigInteger, exponent: Int, bits: Int
  ) -> Approximation {
    let top = exponent + z.bitWidth
    let n = z.leadingBits < 3 << 62 ? top - 1 : top

    var nearness = 0
    if n == 0 {
      var distance = BigInteger(BigInteger(1), shiftedBy: -exponent)
      distance.subtract(z)
      nearness = -(exponent + distance.bitWidth)
    }

    let guess = Int((Double.log(z.approximation(exponent: exponent - n)) * 0x1p60).rounded())
    let y = exponential(BigInteger(guess), exponent: -60, bits: max(64, bits + nearness + 8))
    let fraction = -y.exponent

    let f = BigInteger(z, shiftedBy: exponent - n + fraction)
    var q = BigInteger(copying: f)
    q.subtract(y.value)
    q.shiftLeft(fraction)
    var sumOfBoth = BigInteger(copying: f)
    sumOfBoth.add(y.value)
    _ = q.divide(by: sumOfBoth)

    var square = BigInteger(product: q, q)
    square.shiftRight(fraction)
    var series = BigInteger(copying: q)
    var power = q
    var terms = 1
    while power.sign != 0 {
      power.multiply(by: square)
      power.shiftRight(fraction)
      terms += 1
      var term = BigInteger(copying: power)
      term.divide(by: 2 * terms - 1)
      series.add(term)
    }

    series.shiftLeft(1)
    series.add(BigInteger(BigInteger(guess), shiftedBy: fraction - 60))
    if n != 0 { series.add(LogarithmOf2.multiple(n, fraction: fraction)) }
    return Approximation(
      value: series, exponent: -fraction, error: 3 * y.error + 4 * terms + 9)
  }
}
