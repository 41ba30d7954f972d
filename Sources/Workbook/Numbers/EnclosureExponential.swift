extension Enclosure {
  /// Returns an enclosure of eˣ, the whole line from |x| = 2⁵⁰ on.
  ///
  /// The radius is eˣ (eʳ − 1) ≤ eˣ (r + r²) for r ≤ 1, for then r²/2! + r³/3! + … ≤ (e − 2) r².
  /// A wider ball only shows that the result is positive and at most that of its upper end.
  static func exponential(_ x: Enclosure, _ precision: Int) -> Enclosure {
    let one = Enclosure(BigInteger(1))
    guard x.isFinite, x.mantissa.sign == 0 || x.top <= 50 else { return .wholeLine }
    let r = x.radius
    guard r <= Radius(powerOfTwo: 0) else {
      let end = sum(x.with(radius: .zero), Enclosure(r), 64)
      let most = exponential(end.rounded(to: 64), 64).upperMagnitude
      return most.isFinite ? half(Enclosure(most)).rounded(to: precision) : .wholeLine
    }
    // Next to 0, |eᵗ − 1| ≤ t + t² says it all, and spares long shifts.
    if x.mantissa.sign == 0 || x.top < -precision - 2 {
      let t = x.upperMagnitude
      return one.with(radius: t + t * t)
    }
    var y = Approximation.exponential(x.mantissa.integer, exponent: x.exponent, bits: precision)
    guard !r.isZero else { return Enclosure(rounding: y, to: precision) }
    y.error += 1
    let most = Radius(up: y.value, exponent: y.exponent)
    y.error -= 1
    return Enclosure(rounding: y, radius: most * (r + r * r), to: precision)
  }

  /// Returns the ball from 0 to a number that is not negative.
  private static func half(_ most: Enclosure) -> Enclosure {
    let half = Enclosure(most.mantissa, exponent: most.exponent - 1)
    return half.with(radius: half.upperMagnitude)
  }

  /// Creates the exact number that a radius is.
  init(_ radius: Radius) {
    self.init(BigInteger(Int(radius.mantissa)), exponent: radius.isZero ? 0 : radius.exponent)
  }
}

extension Approximation {
  /// Returns e^(z 2^exponent), with `bits` correct bits and a few more, where |z 2^exponent| < 2⁵⁰.
  ///
  /// x = n ln 2 + t, |t| < 0.73, and eˣ = 2ⁿ (e^(t / 2ᵏ))^(2ᵏ): k halvings, a short Taylor series and
  /// k squarings. k ≈ 0.55 √bits balances the two.
  ///
  /// The error, in units u of the last place: t is off by 3 and s = t / 2ᵏ by 2. Of the N terms of
  /// the series each is off by 2, and those behind the first that is cut off to 0 by 1 together. So
  /// e^s is off by 2N + 4, relative to its size by 3N + 5. A squaring doubles the relative error ε,
  /// adds ε² and cuts off a unit, 2.1 u relative to y > 0.48; after k of them it is at most
  /// 2ᵏ (3N + 8) u, as all ε² together count for less than a hundredth. And y < 2.08.
  static func exponential(
    _ z: borrowing BigInteger, exponent: Int, bits: Int
  ) -> Approximation {
    let halvings = min(40, max(4, Int(0.55 * Double(bits).squareRoot())))
    let fraction = bits + halvings + 22

    // In double precision n is the wrong neighbour now and then, hence 0.73 and not ½ ln 2.
    let n = Int((z.approximation(exponent: exponent) * 1.442_695_040_888_963_4).rounded())
    var s = BigInteger(z, shiftedBy: exponent + fraction)
    if n != 0 { s.subtract(LogarithmOf2.multiple(n, fraction: fraction)) }
    s.shiftRight(halvings)

    var y = BigInteger(BigInteger(1), shiftedBy: fraction)
    var term = BigInteger(copying: s)
    var terms = 1
    while term.sign != 0 {
      y.add(term)
      terms += 1
      term.multiply(by: s)
      term.shiftRight(fraction)
      term.divide(by: terms)
    }

    for _ in 0..<halvings {
      y.square()
      y.shiftRight(fraction)
    }
    return Approximation(
      value: y, exponent: n - fraction, error: (7 * terms + 17) << halvings)
  }
}

extension BigInteger {
  /// About this number times 2^exponent, within one part in 2⁵².
  func approximation(exponent: Int) -> Double {
    Double(
      sign: sign < 0 ? .minus : .plus, exponent: exponent + bitWidth - 64,
      significand: Double(leadingBits))
  }
}
