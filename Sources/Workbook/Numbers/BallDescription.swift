extension Ball: CustomStringConvertible {
  /// The midpoint to as many decimal digits as are certain and two more, ± the radius in short.
  ///
  /// The interval shown holds the ball: what the midpoint loses by rounding is in the radius shown.
  /// A ball that is one number has no ±, and at most as many digits as its bits are worth. A number
  /// of more than a few thousand digits is shown as a multiple of a power of two.
  public var description: String { enclosure.description }
}

extension Enclosure {
  var description: String {
    guard isFinite else { return "0 ± ∞" }
    let span = 1 << 14
    let isLong = mantissa.sign != 0 && (top.magnitude > span || exponent.magnitude > span)
    let isFar = !radius.isZero && radius.exponent.magnitude > span
    if isLong || isFar {
      return binary + (radius.isZero ? "" : " ± " + Enclosure(radius).binary)
    }
    let log10of2 = 0.301_029_995_663_981_2
    if radius.isZero {
      guard mantissa.sign != 0 else { return "0" }
      let digits = Int(Double(mantissa.bitWidth) * log10of2) + 2
      let place = Int((Double(top) * log10of2).rounded(.down)) - digits
      return Decimal(self, place: place).text
    }
    let place = Int((Double(radius.top) * log10of2).rounded(.down)) - 2
    let middle = Decimal(self, place: place)
    var reach = Decimal(Enclosure(radius), place: place)
    // Half a unit for what the midpoint lost, and half for what the radius did.
    if !middle.isExact || !reach.isExact { reach.units.step(towards: 1) }
    return middle.text + " ± " + reach.text
  }

  /// The midpoint as 1.5 · 2^100000, to the precision of a `Double`.
  private var binary: String {
    guard mantissa.sign != 0 else { return "0" }
    return "\(mantissa.integer.approximation(exponent: 1 - mantissa.bitWidth)) · 2^\(top - 1)"
  }
}

/// A midpoint in whole units of 10^place, rounded to the nearest.
private struct Decimal: ~Copyable {
  var units: BigInteger
  let place: Int
  /// Whether rounding lost nothing.
  let isExact: Bool

  init(_ x: Enclosure, place: Int) {
    let power = BigInteger(power: place.magnitude, of: 10)
    var doubled = BigInteger(x.mantissa, shiftedLeft: max(x.exponent, 0) + 1)
    var divisor = BigInteger(BigInteger(1), shiftedLeft: max(-x.exponent, 0))
    if place < 0 { doubled.multiply(by: power) } else { divisor.multiply(by: power) }
    // A half is rounded away from 0.
    let isWhole = doubled.divide(by: divisor)
    isExact = isWhole && !doubled.bit(0)
    doubled.step(towards: doubled.sign)
    doubled.shiftRight(1)
    units = doubled
    self.place = place
  }

  /// Such as 0.00123 or 1.23e-20.
  var text: String {
    let sign = units.sign < 0 ? "-" : ""
    var digits = units.decimal.filter { $0 != "-" }
    guard digits != "0" else { return "0" }
    var place = place
    while digits.last == "0" {
      digits.removeLast()
      place += 1
    }
    let power = digits.count - 1 + place
    if (-5..<21).contains(power) {
      if place >= 0 { return sign + digits + String(repeating: "0", count: place) }
      if power < 0 { digits = String(repeating: "0", count: -power) + digits }
      return sign + digits.dropLast(-place) + "." + digits.suffix(-place)
    }
    let fraction = digits.dropFirst()
    return sign + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + "e\(power)"
  }
}
