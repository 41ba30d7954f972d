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
      return decimal(rounded(toPlace: place), place: place)
    }
    let place = Int((Double(radius.top) * log10of2).rounded(.down)) - 2
    // One unit more: half for the midpoint's rounding, half for the radius's.
    var short = Enclosure(radius).rounded(toPlace: place)
    short.step(towards: 1)
    return decimal(rounded(toPlace: place), place: place) + " ± " + decimal(short, place: place)
  }

  /// The midpoint in units of 10^place, rounded to the nearest.
  private func rounded(toPlace place: Int) -> BigInteger {
    let power = BigInteger(power: UInt(place.magnitude), of: 10)
    var result = BigInteger(copying: mantissa.value)
    if place < 0 { result.multiply(by: power) }
    var divisor = place < 0 ? BigInteger(1) : power
    if exponent < 0 { divisor.shiftLeft(-exponent) } else { result.shiftLeft(exponent) }
    // Half the divisor more, and away from 0, makes of cutting off rounding to the nearest.
    result.shiftLeft(1)
    if result.sign < 0 { result.subtract(divisor) } else { result.add(divisor) }
    divisor.shiftLeft(1)
    _ = result.divide(by: divisor)
    return result
  }

  /// A whole number of units of 10^place, as 0.00123 or 1.23e-20.
  private func decimal(_ units: borrowing BigInteger, place: Int) -> String {
    let sign = units.sign < 0 ? "-" : ""
    var digits = units.decimal.filter { $0 != "-" }
    var place = place
    while digits.count > 1 && digits.last == "0" {
      digits.removeLast()
      place += 1
    }
    guard digits != "0" else { return "0" }
    let power = digits.count - 1 + place
    if (-5..<21).contains(power) {
      if place >= 0 { return sign + digits + String(repeating: "0", count: place) }
      if power < 0 { digits = String(repeating: "0", count: -power) + digits }
      return sign + digits.dropLast(-place) + "." + digits.suffix(-place)
    }
    let fraction = digits.dropFirst()
    return sign + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + "e\(power)"
  }

  /// The midpoint as 1.5 · 2^100000, to the precision of a `Double`.
  private var binary: String {
    mantissa.sign == 0
      ? "0" : "\(mantissa.value.approximation(exponent: 1 - mantissa.bitWidth)) · 2^\(top - 1)"
  }
}
