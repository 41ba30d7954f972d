import CGMP

extension Ball {
  /// Whether anything is known of the number: false for the whole line only.
  public var isFinite: Bool { enclosure.isFinite }

  /// Whether the radius is 0: the ball is one number.
  public var isExact: Bool { enclosure.radius.isZero }

  /// The midpoint, exactly; 0 for the whole line.
  ///
  /// - Precondition: It lies within 2^±2³⁰ in size, or is 0: a fraction writes all its digits out.
  public var midpoint: Rational { Rational(enclosure.with(radius: .zero)) }

  /// The radius, exactly; nil where it is infinite.
  ///
  /// - Precondition: As for ``midpoint``.
  public var radius: Rational? {
    isFinite ? Rational(Enclosure(enclosure.radius)) : nil
  }

  /// Whether a fraction lies in the ball, its ends included.
  ///
  /// Exact, but for balls of midpoints and radii more than a million bits apart in size: there a
  /// fraction at the very end of a ball may be told to lie outside.
  public func contains(_ x: Rational) -> Bool {
    guard isFinite else { return true }
    // |n/d − m| ≤ r as |n − d m| ≤ d r, where all numbers are dyadic.
    let ample = 1 << 20
    let (n, d) = x.parts
    let midpoint = enclosure.with(radius: .zero)
    let distance = Enclosure.difference(n, Enclosure.product(d, midpoint, ample), ample).magnitude
    let reach = Enclosure.product(d, Enclosure(enclosure.radius), ample)
    return Enclosure.less(reach, distance, ample) == false
  }

  /// The largest magnitude in the ball, rounded up to a `Double`, at most an ulp.
  public var upperBound: Double {
    guard isFinite else { return .infinity }
    let end = Enclosure.sum(enclosure.magnitude.midpoint, Enclosure(enclosure.radius), 64)
    let exponent = end.top - 64
    let leading = end.mantissa.value.leadingBits
    return end.isCut ? leading.up(exponent, adding: 1) : leading.up(exponent, adding: 0)
  }

  /// The least magnitude in the ball, rounded down to a `Double`, at most an ulp; 0 if the ball holds 0.
  public var lowerBound: Double {
    guard isFinite else { return 0 }
    let end = Enclosure.difference(
      enclosure.magnitude.midpoint, Enclosure(enclosure.radius), 64)
    guard end.mantissa.sign > 0 else { return 0 }
    let leading = end.mantissa.value.leadingBits
    return (end.isCut ? leading - 1 : leading).down(end.top - 64)
  }
}

extension Enclosure {
  /// The midpoint as a ball of its own.
  var midpoint: Enclosure { with(radius: .zero) }

  /// Whether the first 64 bits of the midpoint are not all that there is of the number.
  ///
  /// What is missing is less than a unit of the last of them, if the number was rounded to 64 bits.
  fileprivate var isCut: Bool { !radius.isZero || mantissa.bitWidth > 64 }
}

extension UInt64 {
  /// (this number + `extra`) · 2^exponent, rounded up to a `Double`.
  fileprivate func up(_ exponent: Int, adding extra: UInt64) -> Double {
    let kept = self & ~0x7ff
    let significand = Double(kept) + (kept != self || extra != 0 ? 0x1p11 : 0)
    let result = Double(sign: .plus, exponent: exponent, significand: significand)
    return result.isExactly(significand, exponent) ? result : result.nextUp
  }

  /// This number · 2^exponent, rounded down to a `Double`.
  fileprivate func down(_ exponent: Int) -> Double {
    let significand = Double(self & ~0x7ff)
    let result = Double(sign: .plus, exponent: exponent, significand: significand)
    return result.isExactly(significand, exponent) ? result : Swift.max(0, result.nextDown)
  }
}

extension Double {
  /// Whether scaling a significand to this number lost nothing, as it may below the normal numbers.
  fileprivate func isExactly(_ significand: Double, _ exponent: Int) -> Bool {
    Double(sign: .plus, exponent: -exponent, significand: self) == significand
  }
}

extension Rational {
  /// Creates the fraction that is the midpoint of an enclosure.
  fileprivate init(_ midpoint: Enclosure) {
    let isWritable = midpoint.mantissa.sign == 0 || midpoint.exponent.magnitude <= 1 << 30
    precondition(isWritable, "a number of 2^\(midpoint.top) is too long to write as a fraction")
    let digits = Rational { result in midpoint.mantissa.value.withMPZ { __gmpq_set_z(result, $0) } }
    self = digits.scaled(byPowerOfTwo: midpoint.exponent)
  }

  /// The numerator and the denominator, exactly.
  var parts: (numerator: Enclosure, denominator: Enclosure) {
    withMPQ { fraction in
      let fraction = UnsafeMutablePointer(mutating: fraction)
      return (
        Enclosure(BigInteger(copying: &fraction.pointee._mp_num)),
        Enclosure(BigInteger(copying: &fraction.pointee._mp_den))
      )
    }
  }
}
