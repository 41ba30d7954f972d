import Testing
import Workbook

@testable import Numbers

@Test func `a Double becomes a ball exactly, whatever the bits`() {
  var random = SplitMix64(seed: 5)
  let special = [
    0, -0.0, 1, -1, 0.1, .pi, .leastNonzeroMagnitude, -.leastNormalMagnitude,
    .greatestFiniteMagnitude, 0x1.fffffffffffffp-1022,
  ]
  let others = (0..<500).compactMap { _ -> Double? in
    let value = Double(bitPattern: random.next())
    return value.isFinite ? value : nil
  }
  for value in special + others {
    let ball = Ball<24>(value)
    #expect(ball.isExact && ball.midpoint == Rational(value))
    #expect(ball.upperBound == value.magnitude && ball.lowerBound == value.magnitude)
  }
}

@Test func `whole numbers of any length become balls exactly`() throws {
  #expect(Ball<24>(count: .max).midpoint == Rational(count: .max))
  #expect(Ball<24>(count: .min).midpoint == Rational(count: .min))
  #expect(Ball<24>(exactly: UInt64.max)?.midpoint == Rational(exactly: UInt64.max))
  #expect(Ball<24>(exactly: Int8.min)?.midpoint == -128)
  let long: Int128 = 12_345 - 1 << 120
  #expect(try #require(Ball<24>(exactly: long)).midpoint == Rational(exactly: long))
  #expect((-7 as Ball<53>).midpoint == -7 && Ball<53>.zero.isExact)
}

@Test func `a fraction becomes a ball that holds it, half an ulp wide`() {
  var random = SplitMix64(seed: 6)
  for _ in 0..<300 {
    let (n, d) = (Int(random.next() >> 2) - (1 << 60), Int(random.next() >> 4) + 1)
    let x = Rational(n, d)
    #expect(holds(Ball<64>(x).enclosure, x) && ulps(Ball<64>(x).enclosure, 64) <= 0.501)
    #expect(holds(Ball<300>(x).enclosure, x) && ulps(Ball<300>(x).enclosure, 300) <= 0.501)
  }
  #expect(Ball<24>(Rational(3, 8)) == Ball<24>(0.375) && Ball<24>(Rational(0, 1)) == 0)
}

@Test func `a ball keeps its numbers in another precision`() {
  var random = SplitMix64(seed: 7)
  for _ in 0..<300 {
    let wide = Ball<300>(random.ball(random.number(bits: 300, top: 9), precision: 300))
    let narrow = Ball<64>(wide)
    for x in points(of: wide.enclosure) { #expect(holds(narrow.enclosure, midpoint(x))) }
    if wide.isExact { #expect(ulps(narrow.enclosure, 64) <= 0.501) }
    #expect(narrow.enclosure.mantissa.bitWidth <= 65)
    #expect(Ball<300>(narrow) == Ball<300>(narrow.enclosure))
  }
}

@Test func `a ball contains the fractions that exact arithmetic finds in it`() throws {
  var random = SplitMix64(seed: 8)
  for _ in 0..<500 {
    let ball = Ball<128>(
      random.ball(random.number(bits: 128, top: random.integer(in: -300...300)), precision: 128))
    let (middle, radius) = (ball.midpoint, try #require(ball.radius))
    let hair = (middle.magnitude + radius) / Rational(count: 1 << 62) / Rational(count: 1 << 62)
    for end in [middle - radius, middle + radius] {
      #expect(ball.contains(end) && ball.contains(2 * middle - end))
      let out = end < middle ? -hair : hair
      #expect(!ball.contains(end + out / 7))
      if !ball.isExact { #expect(ball.contains(middle + (end - middle) * Rational(6, 7))) }
    }
    #expect(ball.contains(middle) && ball.contains(middle + radius / 3))
  }
  let far = Ball<64>(Enclosure(BigInteger(1), exponent: 1 << 40))
  #expect(!far.contains(1) && !far.contains(0) && (far - far).contains(0))
}

@Test func `the bounds of the magnitude are rounded outward, by two ulps at most`() throws {
  var random = SplitMix64(seed: 9)
  for _ in 0..<1000 {
    let x = random.number(bits: random.integer(in: 1...200), top: random.integer(in: -900...900))
    let ball = Ball<200>(random.ball(x, precision: 53))
    let (middle, radius) = (ball.midpoint.magnitude, try #require(ball.radius))
    let (upper, lower) = (ball.upperBound, ball.lowerBound)
    #expect(Rational(upper) >= middle + radius && Rational(lower) <= max(middle - radius, 0))
    #expect(Rational(upper.nextDown.nextDown) < middle + radius)
    #expect(lower == 0 || Rational(lower.nextUp.nextUp) > middle - radius)
    #expect(lower > 0 || middle - radius <= 0)
  }
}

@Test func `bounds beyond what a Double holds are infinity, the largest and the least`() {
  let huge = Ball<64>(Enclosure(BigInteger(1), exponent: 5000))
  #expect(huge.upperBound == .infinity && huge.lowerBound == .greatestFiniteMagnitude)
  let tiny = Ball<64>(Enclosure(BigInteger(-1), exponent: -5000))
  #expect(tiny.upperBound == .leastNonzeroMagnitude && tiny.lowerBound == 0)
  let subnormal = Ball<64>(Enclosure(BigInteger(0b101), exponent: -1075))  // 2½ of the least
  #expect(subnormal.upperBound == 3 * .leastNonzeroMagnitude)
  #expect(subnormal.lowerBound == 2 * .leastNonzeroMagnitude)
  #expect(Ball<64>.exp(-1_000_000).lowerBound == 0 && Ball<64>.exp(1_000_000).isFinite)
}

@Test func `a fraction that would fill the memory is refused in words`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = Ball<64>.exp(Ball<64>(0x1p40)).midpoint
  }
  #expect(try words(of: result).contains("is too long to write as a fraction"))
}

@Test(arguments: [
  (Ball<128>(0), "0"), (Ball<128>(1), "1"), (Ball<128>(-2.5), "-2.5"), (Ball<128>(1024), "1024"),
  (Ball<128>(0.0078125), "0.0078125"), (Ball<128>(0x1p-20), "9.5367431640625e-7"),
  (Ball<128>(1e25), "1.00000000000000009e25"), (.wholeLine, "0 ± ∞"),
  (1 / 3, "0.33333333333333333333333333333333333333382 ± 7.4e-40"),
  (Ball<128>.exp(100), "2.6881171418161354484126255515800135873593e43 ± 67000"),
  (Ball<128>.exp(-40), "4.2483542552915889953292347828586580178773e-18 ± 1.03e-56"),
  (
    .exp(Ball<128>(0x1p30)), "1.6019955613629902 · 2^1549082004 ± 1.0000581741333008 · 2^1549081876"
  ),
])
func `a ball shows the digits that are certain`(ball: Ball<128>, text: String) {
  #expect(ball.description == text)
}

@Test func `the interval that is shown holds the ball`() throws {
  var random = SplitMix64(seed: 10)
  for _ in 0..<300 {
    let x = random.number(bits: 128, top: random.integer(in: -60...60))
    let ball = Ball<128>(random.ball(x, precision: 128))
    guard !ball.isExact, let radius = ball.radius else { continue }
    let shown = ball.description.split(separator: " ± ").map(decimal)
    #expect(shown[0] - shown[1] <= ball.midpoint - radius, "\(ball)")
    #expect(shown[0] + shown[1] >= ball.midpoint + radius, "\(ball)")
    #expect(shown[1] <= radius * Rational(6, 5), "\(ball)")
  }
}

/// The fraction that a decimal number such as -1.25e-7 is.
private func decimal(_ text: Substring) -> Rational {
  let parts = text.split(separator: "e")
  let digits = parts[0].split(separator: ".", omittingEmptySubsequences: false)
  let fraction = digits.count > 1 ? digits[1] : ""
  var place = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) - fraction.count
  var value: Rational = 0
  for digit in (digits[0] + fraction) where digit != "-" {
    value = value * 10 + Rational(count: digit.wholeNumberValue ?? 0)
  }
  while place != 0 {
    value = place < 0 ? value / 10 : value * 10
    place -= place.signum()
  }
  return text.hasPrefix("-") ? -value : value
}
