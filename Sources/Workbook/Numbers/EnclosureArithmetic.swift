extension Enclosure {
  static prefix func - (x: Enclosure) -> Enclosure {
    Enclosure(-x.mantissa, exponent: x.exponent, radius: x.radius)
  }

  /// An enclosure of |x|: the distance of magnitudes is at most that of the numbers.
  var magnitude: Enclosure { mantissa.sign < 0 ? -self : self }

  /// Returns an enclosure of a + b.
  ///
  /// The radius is rₐ + r_b, and half an ulp for rounding. Where b ends more than 32 bits below a's
  /// last, its magnitude goes into the radius too, so that no shift is much longer than the digits.
  static func sum(_ a: Enclosure, _ b: Enclosure, _ precision: Int) -> Enclosure {
    combination(a, b, isDifference: false, precision)
  }

  /// Returns an enclosure of a − b; see ``sum(_:_:_:)``.
  static func difference(_ a: Enclosure, _ b: Enclosure, _ precision: Int) -> Enclosure {
    combination(a, b, isDifference: true, precision)
  }

  private static func combination(
    _ a: Enclosure, _ b: Enclosure, isDifference: Bool, _ precision: Int
  ) -> Enclosure {
    let radius = a.radius + b.radius
    guard radius.isFinite else { return .wholeLine }
    let gap = a.top - b.top
    if a.mantissa.sign == 0 || b.mantissa.sign == 0 || gap.magnitude > precision + 32 {
      let isFirst = b.mantissa.sign == 0 || a.mantissa.sign != 0 && gap > 0
      let (large, small) = isFirst ? (a, b) : (isDifference ? -b : b, a)
      let lost = Radius(up: small.mantissa, exponent: small.exponent)
      return large.with(radius: radius).rounded(to: precision, adding: lost)
    }
    // The higher one is brought down to the exponent of the lower one: exact, and at most by the
    // gap and the digits of the lower one.
    let (high, low) = a.exponent >= b.exponent ? (a, b) : (b, a)
    let shift = high.exponent - low.exponent
    let isReversed = isDifference && a.exponent < b.exponent
    if case .word(let first) = high.mantissa, case .word(let second) = low.mantissa,
      high.mantissa.bitWidth + shift < Int128.bitWidth - 1
    {
      let z = Int128(first) &<< Int128(shift) + (isDifference ? -Int128(second) : Int128(second))
      return Enclosure(
        rounding: z.magnitude, isNegative: (z < 0) != isReversed, exponent: low.exponent,
        radius: radius, to: precision)
    }
    var z = BigInteger(high.mantissa, shiftedLeft: shift)
    if isDifference { z.subtract(low.mantissa) } else { z.add(low.mantissa) }
    if isReversed { z.negate() }
    return Enclosure(rounding: z, exponent: low.exponent, radius: radius, to: precision)
  }

  /// Returns an enclosure of a b: |a b − a′ b′| ≤ |a| r_b + |b| rₐ + rₐ r_b, and half an ulp.
  static func product(_ a: Enclosure, _ b: Enclosure, _ precision: Int) -> Enclosure {
    let (exponent, radius) = (a.exponent + b.exponent, productRadius(a, b))
    if case .word(let first) = a.mantissa, case .word(let second) = b.mantissa {
      return Enclosure(
        rounding: UInt128(first.magnitude) * UInt128(second.magnitude),
        isNegative: (first < 0) != (second < 0), exponent: exponent, radius: radius, to: precision)
    }
    var z = BigInteger()
    z.take(product: a.mantissa, b.mantissa)
    return Enclosure(rounding: z, exponent: exponent, radius: radius, to: precision)
  }

  /// A bound for |a b − a′ b′| over all a′ and b′ in two balls around a and b.
  static func productRadius(_ a: Enclosure, _ b: Enclosure) -> Radius {
    if a.radius.isZero && b.radius.isZero { return .zero }
    guard a.isFinite && b.isFinite else { return .infinity }
    let first = Radius(up: a.mantissa, exponent: a.exponent)
    let second = Radius(up: b.mantissa, exponent: b.exponent)
    return first * b.radius + (second + b.radius) * a.radius
  }

  /// Returns an enclosure of a / b, the whole line where b may be 0.
  ///
  /// With q = a / b, a′/b′ − q = ((a′ − a) − q (b′ − b)) / b′, so the radius is at most
  /// (|q| r_b + rₐ) / (|b| − r_b). The quotient is taken to 32 bits more than wanted, so rounding adds
  /// half an ulp and 2⁻³² ulp.
  static func quotient(_ a: Enclosure, _ b: Enclosure, _ precision: Int) -> Enclosure {
    let divisor = b.lowerMagnitude
    guard a.isFinite, divisor > .zero else { return .wholeLine }
    let shift = max(0, precision + 33 - (a.mantissa.bitWidth - b.mantissa.bitWidth))
    let exponent = a.exponent - b.exponent - shift
    var q = BigInteger(a.mantissa, shiftedLeft: shift)
    let cut = q.divide(by: b.mantissa.integer) ? Radius.zero : Radius(powerOfTwo: exponent)
    var radius = cut
    if !a.radius.isZero || !b.radius.isZero {
      let most = Radius(up: q, exponent: exponent) + cut
      radius += (most * b.radius + a.radius) / divisor
    }
    return Enclosure(rounding: q, exponent: exponent, radius: radius, to: precision)
  }

  /// Returns an enclosure of √x, the whole line where x may be negative.
  ///
  /// |√x′ − √x| = |x′ − x| / (√x′ + √x). Where r ≤ x/4, √x′ ≥ √¾ √x, so the radius is at most
  /// r / (1.75 √x); in any case it is at most r / √x. The root is taken to 32 bits more than wanted.
  static func squareRoot(_ x: Enclosure, _ precision: Int) -> Enclosure {
    if x.mantissa.sign == 0 && x.radius.isZero { return .zero }
    let midpoint = x.with(radius: .zero)
    guard x.mantissa.sign > 0, x.isFinite, x.radius <= midpoint.lowerMagnitude else {
      return .wholeLine
    }
    // An even exponent halves, and 2 (precision + 33) bits have a root of precision + 33.
    var shift = max(0, 2 * (precision + 33) - x.mantissa.bitWidth)
    if (x.exponent - shift) % 2 != 0 { shift += 1 }
    let exponent = (x.exponent - shift) / 2
    var root = BigInteger(x.mantissa, shiftedLeft: shift)
    var radius = root.takeSquareRoot() ? Radius.zero : Radius(powerOfTwo: exponent)
    if !x.radius.isZero {
      // At most √x′ + √x.
      var sum = Radius(down: root.leadingBits, exponent: exponent + root.bitWidth - 64)
      if x.radius.scaled(byPowerOfTwo: 2) <= midpoint.lowerMagnitude {
        sum = Radius(down: UInt64(sum.mantissa) * 7, exponent: sum.exponent - 2)
      }
      radius += x.radius / sum
    }
    return Enclosure(rounding: root, exponent: exponent, radius: radius, to: precision)
  }
}

extension Enclosure {
  /// Returns whether a < b for all their numbers, or for none; nil where some are and some are not.
  ///
  /// The ball of a − b tells: it is computed to so many bits that only its radius can hide a sign.
  static func less(_ a: Enclosure, _ b: Enclosure, _ precision: Int = 128) -> Bool? {
    let difference = difference(a, b, precision)
    guard difference.isFinite else { return nil }
    let sign = difference.mantissa.sign
    if difference.radius.isZero { return sign < 0 }
    if difference.lowerMagnitude > .zero { return sign < 0 }
    // An end at 0 exactly still decides one way: not less.
    let end = Radius(down: difference.mantissa, exponent: difference.exponent, minus: .zero)
    return sign > 0 && difference.radius <= end ? false : nil
  }
}
