/// An upper bound for a distance: a number that is not negative, or ∞, kept to 32 bits.
///
/// Every operation rounds up, by less than one part in 2³¹, so a bound that is computed from bounds
/// is one too. The two operations that round down say so. 0 is exact: it stands for no error at all.
struct Radius: Sendable, Equatable {
  /// The bound is `mantissa` · 2^`exponent`, and the mantissa's first bit is set unless it is 0.
  private(set) var mantissa: UInt32
  private(set) var exponent: Int

  private init(mantissa: UInt32, exponent: Int) {
    self.mantissa = mantissa
    self.exponent = exponent
  }

  static let zero = Radius(mantissa: 0, exponent: .min)
  static let infinity = Radius(mantissa: 1 << 31, exponent: .max)

  /// Exponents stay within ±`limit`, so that no sum of a few of them overflows.
  ///
  /// A larger bound is ∞, and a smaller one that is not 0 is rounded up to 2^−limit.
  static let limit = 1 << 58

  /// Creates the least bound that is not below `leading` · 2^`exponent`.
  init(up leading: UInt64, exponent: Int) {
    guard leading != 0 else {
      self = .zero
      return
    }
    let excess = 32 - leading.leadingZeroBitCount
    var kept = excess <= 0 ? leading << UInt64(-excess) : leading >> UInt64(excess)
    var exponent = exponent + excess
    if excess > 0 && kept << UInt64(excess) != leading { kept += 1 }
    if kept >> 32 != 0 {
      kept >>= 1
      exponent += 1
    }
    self.init(clampingMantissa: UInt32(kept), exponent: exponent)
  }

  /// Creates the largest number that is not above `leading` · 2^`exponent`, or 0 where it is tiny.
  init(down leading: UInt64, exponent: Int) {
    let excess = 32 - leading.leadingZeroBitCount
    let exponent = exponent + excess
    guard leading != 0, exponent >= -Self.limit else {
      self = .zero
      return
    }
    let kept = excess <= 0 ? leading << UInt64(-excess) : leading >> UInt64(excess)
    self.init(mantissa: UInt32(kept), exponent: min(exponent, Self.limit))
  }

  private init(clampingMantissa mantissa: UInt32, exponent: Int) {
    if exponent > Self.limit {
      self = .infinity
    } else if exponent < -Self.limit {
      self.init(mantissa: 1 << 31, exponent: -Self.limit)
    } else {
      self.init(mantissa: mantissa, exponent: exponent)
    }
  }

  /// Creates 2^exponent, exactly.
  init(powerOfTwo exponent: Int) {
    self.init(clampingMantissa: 1 << 31, exponent: exponent - 31)
  }

  /// Creates a bound for |z| · 2^exponent.
  init(up z: borrowing BigInteger, exponent: Int) {
    let width = z.bitWidth
    let leading = z.leadingBits
    // Of a number of more than 64 bits, those behind the first 64 count for at most one more.
    guard width > 64 else {
      self.init(up: leading, exponent: exponent + width - 64)
      return
    }
    self.init(up: (leading >> 1) + 1, exponent: exponent + width - 63)
  }

  /// Creates a bound for |z| · 2^exponent.
  init(up z: Mantissa, exponent: Int) {
    switch z {
    case .word(let word): self.init(up: UInt64(word.magnitude), exponent: exponent)
    case .digits(let digits): self.init(up: digits.value, exponent: exponent)
    }
  }

  /// Creates a number that is not above |z| · 2^exponent − `radius`, or 0 where that is not positive.
  init(down z: Mantissa, exponent: Int, minus radius: Radius) {
    let leading = z.leadingBits
    let exponent = exponent + z.bitWidth - 64
    let lost = radius.aligned(to: exponent)
    self.init(down: lost < leading ? leading - lost : 0, exponent: exponent)
  }

  /// The least number of units 2^`exponent` that is not below this bound; the largest if none fits.
  private func aligned(to exponent: Int) -> UInt64 {
    guard mantissa != 0 else { return 0 }
    guard self.exponent != .max, self.exponent <= exponent + 32 else { return .max }
    if self.exponent >= exponent { return UInt64(mantissa) << UInt64(self.exponent - exponent) }
    let shift = exponent - self.exponent
    guard shift < 32 else { return 1 }
    let kept = UInt64(mantissa) >> UInt64(shift)
    return kept << UInt64(shift) == UInt64(mantissa) ? kept : kept + 1
  }

  var isZero: Bool { mantissa == 0 }
  var isFinite: Bool { exponent != .max }

  /// The exponent of the least power of two above this bound, which is neither 0 nor ∞.
  var top: Int { exponent + 32 }
}

extension Radius {
  static func + (a: Radius, b: Radius) -> Radius {
    let (large, small) = a < b ? (b, a) : (a, b)
    guard small.mantissa != 0, large.isFinite else { return large }
    // The smaller one is at most the larger one: in the larger one's units it has at most 32 bits.
    return Radius(
      up: UInt64(large.mantissa) + small.aligned(to: large.exponent), exponent: large.exponent)
  }

  static func += (a: inout Radius, b: Radius) {
    if !b.isZero { a = a + b }
  }

  /// Returns a bound for the product; 0 · ∞ is ∞, for a factor that may be anything.
  static func * (a: Radius, b: Radius) -> Radius {
    guard a.isFinite && b.isFinite else { return .infinity }
    guard a.mantissa != 0 && b.mantissa != 0 else { return .zero }
    return Radius(
      up: UInt64(a.mantissa) * UInt64(b.mantissa), exponent: a.exponent + b.exponent)
  }

  /// Returns a bound for the quotient; what is divided by 0, or by ∞, is ∞.
  static func / (a: Radius, b: Radius) -> Radius {
    guard a.isFinite && b.isFinite && b.mantissa != 0 else { return .infinity }
    guard a.mantissa != 0 else { return .zero }
    let (quotient, remainder) = (UInt64(a.mantissa) << 32)
      .quotientAndRemainder(dividingBy: UInt64(b.mantissa))
    // One more unit than the quotient covers the remainder; the quotient has at least 32 bits.
    return Radius(
      up: quotient + (remainder == 0 ? 0 : 1), exponent: a.exponent - b.exponent - 32)
  }

  /// Returns the product with a power of two, exactly.
  func scaled(byPowerOfTwo exponent: Int) -> Radius {
    guard mantissa != 0, isFinite else { return self }
    return Radius(clampingMantissa: mantissa, exponent: self.exponent + exponent)
  }
}

extension Radius: Comparable {
  static func < (a: Radius, b: Radius) -> Bool {
    a.exponent != b.exponent ? a.exponent < b.exponent : a.mantissa < b.mantissa
  }
}
