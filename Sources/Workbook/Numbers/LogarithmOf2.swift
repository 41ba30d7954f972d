import Synchronization

/// The natural logarithm of 2, computed once for each doubling of its digits.
///
/// ln 2 = 18 atanh(1/26) − 2 atanh(1/4801) + 8 atanh(1/8749), a formula of Machin's kind.
///
/// - Source: Arndt, Haenel, “Pi unleashed”, 2001; the same as 2·9 L(26) − 2 L(4801) + 8 L(8749) of
///   Gourdon and Sebah, “The logarithmic constant: log 2”, 2004.
enum LogarithmOf2 {
  /// At index i, ln 2 in units of 2^−2^i, within 2 units.
  private static let known = Mutex<[BigInteger.Shared?]>(Array(repeating: nil, count: 48))

  /// Returns n ln 2 in units of 2^−`fraction`, within 2 units, for |n| ≤ 2⁶⁰.
  ///
  /// The error of ln 2 counts for |n| · 2 units of 64 bits further down, cutting off for 1 unit.
  static func multiple(_ n: Int, fraction: Int) -> BigInteger {
    let index = Int.bitWidth - (fraction + 63).leadingZeroBitCount
    let logarithm = known.withLock { known in
      if let logarithm = known[index] { return logarithm }
      let logarithm = BigInteger.Shared(computed(fraction: 1 << index))
      known[index] = logarithm
      return logarithm
    }
    var result = BigInteger(copying: logarithm.value)
    result.multiply(by: n)
    result.shiftRight(1 << index - fraction)
    return result
  }

  /// Returns ln 2 in units of 2^−`fraction`, within 2 units.
  ///
  /// Three series of fewer than `fraction` terms, each off by less than 3, times 18 + 2 + 8: with 64
  /// more bits that is less than a unit, and cutting the bits off is another.
  static func computed(fraction: Int) -> BigInteger {
    var sum = BigInteger()
    for (factor, divisor) in [(18, 26), (-2, 4801), (8, 8749)] {
      var series = inverseHyperbolicTangent(ofOneOver: divisor, fraction: fraction + 64)
      series.multiply(by: factor)
      sum.add(series)
    }
    sum.shiftRight(64)
    return sum
  }

  /// Returns atanh(1/q) = Σ 1 / ((2i + 1) q^(2i + 1)) in units of 2^−`fraction`.
  ///
  /// Each power is off by less than 1.1 units and each term by less than 2.1; behind the first power
  /// that is cut off to 0 there is less than one unit.
  private static func inverseHyperbolicTangent(ofOneOver q: Int, fraction: Int) -> BigInteger {
    var power = BigInteger(BigInteger(1), shiftedBy: fraction)
    power.divide(by: q)
    var sum = BigInteger(copying: power)
    var odd = 1
    while power.sign != 0 {
      power.divide(by: q * q)
      odd += 2
      var term = BigInteger(copying: power)
      term.divide(by: odd)
      sum.add(term)
    }
    return sum
  }
}
