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

  /// The largest magnitude in the ball, rounded up to a `Double`, by two ulps at most.
  public var upperBound: Double {
    guard isFinite else { return .infinity }
    let end = Enclosure.sum(enclosure.magnitude.midpoint, Enclosure(enclosure.radius), 64)
    return end.rounded(.up)
  }

  /// The least magnitude in the ball, rounded down to a `Double`, by two ulps at most; 0 if it holds 0.
  public var lowerBound: Double {
    guard isFinite else { return 0 }
    let end = Enclosure.difference(
      enclosure.magnitude.midpoint, Enclosure(enclosure.radius), 64)
    return end.mantissa.sign > 0 ? end.rounded(.down) : 0
  }
}

extension Enclosure {
  /// The midpoint as a ball of its own.
  var midpoint: Enclosure { with(radius: .zero) }

  /// A bound as a `Double`, for a positive number that was rounded to 64 bits.
  ///
  /// It is n or, where rounding lost something, less than a unit away from n, for a whole number n of
  /// 64 bits and a power of two. So the next `Double` above n, or below, is a bound.
  fileprivate func rounded(_ rule: FloatingPointRoundingRule) -> Double {
    let (n, exponent) = (mantissa.leadingBits, top - 64)
    let isCut = !radius.isZero || mantissa.bitWidth > 64
    var bound = Double(n)
    // A bound of 2⁶⁴, which no whole number of 64 bits is, lies above.
    let whole = UInt64(exactly: bound)
    let (isBelow, isAbove) = (whole.map { $0 < n } ?? false, whole.map { $0 > n } ?? true)
    if rule == .up && !isAbove && (isBelow || isCut) { bound = bound.nextUp }
    if rule == .down && !isBelow && (isAbove || isCut) { bound = bound.nextDown }

    // Below the normal numbers, and above all finite ones, scaling rounds once more.
    let result = Double(sign: .plus, exponent: exponent, significand: bound)
    let back = Double(sign: .plus, exponent: -exponent, significand: result)
    if rule == .up && back < bound { return result.nextUp }
    if rule == .down && back > bound { return result.nextDown }
    return result
  }
}

extension Rational {
  /// Creates the fraction that is the midpoint of an enclosure.
  fileprivate init(_ midpoint: Enclosure) {
    let isWritable = midpoint.mantissa.sign == 0 || midpoint.exponent.magnitude <= 1 << 30
    precondition(isWritable, "a number of 2^\(midpoint.top) is too long to write as a fraction")
    let integer = midpoint.mantissa.integer
    let digits = Rational { result in integer.withMPZ { __gmpq_set_z(result, $0) } }
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
