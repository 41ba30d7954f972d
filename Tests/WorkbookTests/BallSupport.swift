import Workbook

@testable import Numbers

/// The fraction that is an enclosure's midpoint.
func midpoint(_ x: Enclosure) -> Rational { Ball<64>(x).midpoint }

/// Whether a fraction is in an enclosure, by exact arithmetic on fractions alone.
func holds(_ ball: Enclosure, _ x: Rational) -> Bool {
  guard let radius = Ball<64>(ball).radius else { return true }
  return (x - midpoint(ball)).magnitude <= radius
}

/// The radius in ulps: units of the last of `precision` bits of a midpoint m, 2^(E − precision) where
/// 2^(E − 1) ≤ |m| < 2^E. 0 where the radius is 0, infinite where only the radius is not.
func ulps(_ ball: Enclosure, _ precision: Int) -> Double {
  guard ball.isFinite else { return .infinity }
  guard !ball.radius.isZero else { return 0 }
  guard ball.mantissa.sign != 0 else { return .infinity }
  return Double(
    sign: .plus, exponent: ball.radius.exponent - ball.top + precision,
    significand: Double(ball.radius.mantissa))
}

extension SplitMix64 {
  /// Returns a whole number in an interval.
  mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + index(below: range.count)
  }

  /// Returns whether an event of probability 1/n happens.
  mutating func chance(_ n: Int) -> Bool { index(below: n) == 0 }

  /// Returns a number of exactly `bits` bits, random or in long runs of ones and zeros, whose leading
  /// bit is worth 2^(top − 1).
  mutating func number(bits: Int, top: Int, isPositive: Bool = false) -> Enclosure {
    var words = [UInt](repeating: 0, count: (bits + 63) / 64)
    if chance(2) {
      for i in words.indices { words[i] = UInt(next()) }
    } else {
      var bit = 0
      var isOne = chance(2)
      while bit < bits {
        let end = min(bits, bit + 1 + index(below: chance(2) ? 100 : 8))
        if isOne { for i in bit..<end { words[i / 64] |= 1 << UInt(i % 64) } }
        isOne.toggle()
        bit = end
      }
    }
    let last = (bits - 1) % 64
    words[words.count - 1] &= UInt.max >> UInt(63 - last)
    words[words.count - 1] |= 1 << UInt(last)
    let integer = BigInteger(words: words, isNegative: !isPositive && chance(2))
    return Enclosure(integer, exponent: top - bits)
  }

  /// Returns a ball around a number: exact, of a few ulps, of a part of the number, or wide, with a
  /// radius below 2^`most`.
  mutating func ball(_ midpoint: Enclosure, precision: Int, most: Int = .max) -> Enclosure {
    let gap: Int
    switch index(below: 5) {
    case 0, 1: return midpoint
    case 2: gap = integer(in: precision - 4...precision + 4)
    case 3: gap = integer(in: 5...precision)
    default: gap = integer(in: -20...5)
    }
    return midpoint.with(
      radius: Radius(up: next() >> 32 | 1 << 31, exponent: min(midpoint.top - gap, most) - 32))
  }
}

/// The ends of a ball, its midpoint, and two points between, as exact numbers.
func points(of ball: Enclosure) -> [Enclosure] {
  guard !ball.radius.isZero else { return [ball] }
  let radius = Enclosure(ball.radius)
  let steps = [(-1, 0), (1, 0), (0, 0), (-3, 2), (5, 3)]  // numerator, exponent of the denominator
  return steps.map { step, halvings in
    let part = Enclosure(BigInteger(step), exponent: -halvings)
    let way = Enclosure.product(radius, part, 1 << 16)
    return Enclosure.sum(ball.with(radius: .zero), way, 1 << 16)
  }
}
