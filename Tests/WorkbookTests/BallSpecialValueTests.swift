import Testing
import Workbook

@testable import Numbers

private typealias B = Ball<128>

/// 2^exponent, exactly, far beyond what a `Double` holds.
private func power(_ exponent: Int) -> B { B(Enclosure(BigInteger(1), exponent: exponent)) }

@Test func `exact operands with exact results give exact balls`() {
  #expect(B(3) * B(7) == 21 && B(3) - B(7) == -4 && B(0.5) + B(0.25) == B(0.75))
  #expect(B(21) / B(4) == B(5.25) && B.sqrt(B(6.25)) == B(2.5))
  #expect(B.sqrt(0) == 0 && B.exp(0) == 1 && B.log(1) == 0 && B.tanh(0) == 0)
  #expect(B.log(onePlus: 0) == 0 && 0 / B(5) == 0 && -B(3) == B(-3) && B(-3).magnitude == 3)
  #expect(B.sqrt(power(2_000_000)) == power(1_000_000))
}

@Test func `one is where the functions say, on both sides of zero`() {
  // e, 1/e, tanh 1, ln 2, √2, to more digits than a Double has.
  let known: [(B, Int)] = [
    (B.exp(1), 2_718_281_828_459_045_235), (B.exp(-1), 367_879_441_171_442_321),
    (B.tanh(1), 761_594_155_955_764_888), (B.tanh(-1), -761_594_155_955_764_888),
    (B.log(2), 693_147_180_559_945_309), (B.log(B(0.5)), -693_147_180_559_945_309),
    (B.sqrt(2), 1_414_213_562_373_095_048), (B.log(onePlus: 1), 693_147_180_559_945_309),
  ]
  for (ball, digits) in known {
    let value = Rational(digits, 1_000_000_000_000_000_000)
    #expect((ball.midpoint - value).magnitude < Rational(1, 1_000_000_000_000_000_000))
  }
}

@Test func `what is not defined is the whole line`() throws {
  let aroundZero = B.exp(1) - B.exp(1)
  #expect(!aroundZero.isExact && aroundZero.contains(0))
  let undefined = [
    1 / B(0), 0 / B(0), 1 / aroundZero, B.log(0), B.log(-1), B.log(aroundZero), B.sqrt(-1),
    B.sqrt(aroundZero), B.log(onePlus: -1), B.log(onePlus: -2), B.log(onePlus: aroundZero - 1),
    B(Double.infinity), B(Double.nan), B.exp(power(51)), B.exp(-power(51)),
  ]
  for ball in undefined {
    #expect(!ball.isFinite && ball.radius == nil && ball.contains(Rational(7, 3)))
    #expect(ball == B.wholeLine && ball.upperBound == .infinity && ball.lowerBound == 0)
  }
  #expect(B(0).reciprocal == nil && aroundZero.reciprocal == nil)
  #expect(try #require(B(3).reciprocal).contains(Rational(1, 3)))
}

@Test func `whatever is computed from the whole line is the whole line`() {
  let line = B.wholeLine
  let results = [
    line + 1, 1 - line, line * 0, 0 * line, line * line, line / 2, 2 / line, -line, B.exp(line),
    B.log(line), B.log(onePlus: line), B.tanh(line), B.sqrt(line), line.magnitude,
  ]
  for ball in results { #expect(!ball.isFinite) }
  #expect(!Ball<512>(line).isFinite)
}

@Test func `the exponential of a wide ball stays positive and is bounded`() {
  let wide = B(Enclosure.zero.with(radius: Radius(powerOfTwo: 3)))  // [−8, 8]
  let result = B.exp(wide)
  #expect(result.contains(0) == true && B.less(result, 0) == false)
  for x in [-8, 0, 8] { #expect(B.less(B.exp(B(count: x)), result) == nil) }
  #expect(result.upperBound < 2981 && result.upperBound >= 2980.957)  // e⁸ = 2980.958
}

@Test func `numbers of any size are computed with, and none is lost`() {
  let (huge, tiny) = (power(1 << 40), power(-1 << 40))
  #expect(huge * tiny == 1 && huge / huge == 1 && huge - huge == 0)
  let sum = huge + tiny
  #expect(!sum.isExact && B.less(huge - huge * power(-90), sum) == true)
  #expect(B.less(sum, huge + huge * power(-90)) == true)
  #expect(B.less(tiny, huge) == true && B.less(-huge, tiny) == true && B.less(0, tiny) == true)
  #expect(B.less(1, 1 + tiny) == nil && B.less(1 - power(-100), 1) == true)
  // log 2^(2^40) = 2^40 ln 2
  #expect(B.log(huge).overlaps(B.log(2) * power(40)))
  #expect(B.log(onePlus: huge).overlaps(B.log(huge)) && B.log(onePlus: tiny).overlaps(tiny))
  #expect(ulps(B.log(onePlus: tiny).enclosure, 128) < 0.001)
  #expect(ulps(B.tanh(tiny).enclosure, 128) < 0.001 && B.less(0, B.tanh(tiny)) == true)
  #expect(B.tanh(huge).contains(1) && ulps(B.tanh(huge).enclosure, 128) < 0.001)
  #expect(B.tanh(-huge).contains(-1) && B.exp(tiny).contains(1))
  #expect(
    ulps(B.exp(tiny).enclosure, 128) < 0.001 && B.log(B.exp(power(49))).contains(Rational(0x1p49)))
}

@Test func `beyond the largest exponents lies the whole line, and below the least a ball around 0`()
{
  let (huge, tiny) = (power(Radius.limit - 1), power(1 - Radius.limit))
  #expect((huge * huge).isFinite == false && (huge + huge + huge + huge).isFinite == false)
  let below = tiny * tiny
  #expect(below.isFinite && !below.isExact && below.enclosure.mantissa.sign == 0)
  #expect(B.less(below, power(-1 << 50)) == true && B.less(-power(-1 << 50), below) == true)
}

@Test func `log(1 + x) of a ball around 0 is as steep as at its lower end`() {
  let ball = B.log(onePlus: B(Enclosure.zero.with(radius: Radius(powerOfTwo: -1))))  // x in ±½
  for x in [-0.5, 0, 0.5] { #expect(ball.overlaps(.log(onePlus: B(x)))) }
  #expect(ball.upperBound <= 1.001)
}

@Test func `what rounding and cutting off lose at once is all in the radius`() {
  // 2¹²⁸ + 1 lies half way between two numbers of 128 bits and is rounded up; a little less was meant.
  let odd = Enclosure(BigInteger(words: [1, 0, 1], isNegative: false))
  let little = Enclosure(BigInteger(-1), exponent: -100)
  let sum = Enclosure.sum(odd, little, 128)
  #expect(holds(sum, midpoint(odd) + midpoint(little)))
  #expect(sum.radius <= Radius(powerOfTwo: 0) + Radius(powerOfTwo: -31))

  // Quotients and roots a little above a number of few bits: only what is cut off tells.
  for (n, b) in [(3 << 30, 1 << 36), (5 << 40 + 7, 1 << 35), (1 << 60, 1 << 36)] {
    for divisor in [b + 1, b - 1] {
      let (n, d) = (Enclosure(BigInteger(n)), Enclosure(BigInteger(divisor)))
      let a = Enclosure.sum(Enclosure.product(n, d, 256), Enclosure(BigInteger(1)), 256)
      for bits in 24...64 {
        #expect(holds(.quotient(a, d, bits), midpoint(a) / midpoint(d)), "\(bits) bits")
      }
    }
    for (place, bits) in zip(20...60, 24...64) {
      let square = Enclosure.product(Enclosure(BigInteger(n)), Enclosure(BigInteger(n)), 256)
      let x = Enclosure.sum(square, Enclosure(BigInteger(3), exponent: -place), 256)
      let root = Enclosure.squareRoot(x, bits)
      let (low, high) = (midpoint(root) - radius(root), midpoint(root) + radius(root))
      #expect(low * low <= midpoint(x) && high * high >= midpoint(x), "\(bits) bits")
    }
  }
}

/// The fraction that a finite radius is.
private func radius(_ x: Enclosure) -> Rational { midpoint(Enclosure(x.radius)) }

@Test(arguments: [50, 60, 88, 90, 200])
func `a saturated tanh is below 1, and the ball knows by how much`(x: Int) {
  // 1 − tanh x = 2 / (e^(2x) + 1); at 128 bits saturation begins near x = 47.
  let ball = B.tanh(B(count: x))
  let gap = 2 / (Ball<512>.exp(Ball<512>(count: 2 * x)) + 1)
  #expect(ball.contains((1 - gap).midpoint))
  #expect(ulps(ball.enclosure, 128) <= 0.501)
}

@Test func `tanh of a wide ball is within 1 of its midpoint`() {
  for (middle, reach) in [(0, 3), (40, 3), (-40, 5), (1000, 9)] {
    let x = Enclosure(BigInteger(middle), radius: Radius(powerOfTwo: reach))
    let ball = B.tanh(B(x))
    for point in points(of: x) { #expect(ball.overlaps(.tanh(B(point)))) }
    // 4 e^(−2a) bounds the slope: far from 0 hardly anything is left of the radius.
    if middle == 1000 { #expect(ulps(ball.enclosure, 128) <= 0.501) }
  }
}
