import Testing
import Workbook

@testable import Numbers

private let one = Rational(1, 1)

/// The fraction that a bound is.
private func value(_ radius: Radius) -> Rational { midpoint(Enclosure(radius)) }

/// Returns 0, or a bound of random bits within 2^±40, or a power of two.
private func randomRadius(_ random: inout SplitMix64) -> Radius {
  let exponent = random.integer(in: -40...40)
  switch random.index(below: 6) {
  case 0: return .zero
  case 1: return Radius(powerOfTwo: exponent)
  case 2: return Radius(up: .max, exponent: exponent - 64)
  default: return Radius(up: random.next() >> UInt64(random.index(below: 63)), exponent: exponent)
  }
}

@Test func `a bound is rounded up, by less than a part in two billion`() {
  var random = SplitMix64(seed: 1)
  for _ in 0..<2000 {
    let leading = random.next() >> UInt64(random.index(below: 64))
    let exponent = random.integer(in: -40...40)
    let exact = Rational(UInt(leading)).scaled(byPowerOfTwo: exponent)
    let up = value(Radius(up: leading, exponent: exponent))
    let down = value(Radius(down: leading, exponent: exponent))
    #expect(up >= exact && down <= exact)
    #expect(up <= exact * (one + one.scaled(byPowerOfTwo: -31)))
    #expect(down >= exact * (one - one.scaled(byPowerOfTwo: -31)))
    if leading <= UInt64(UInt32.max) { #expect(up == exact && down == exact) }
  }
}

@Test func `sums, products and quotients of bounds are bounds, and not much larger`() {
  var random = SplitMix64(seed: 2)
  let slack = one + one.scaled(byPowerOfTwo: -29)
  for _ in 0..<2000 {
    let (a, b) = (randomRadius(&random), randomRadius(&random))
    let (x, y) = (value(a), value(b))
    #expect(value(a + b) >= x + y && value(a + b) <= (x + y) * slack)
    #expect(value(a * b) >= x * y && value(a * b) <= x * y * slack)
    if b.isZero {
      #expect(a / b == .infinity)
    } else {
      #expect(value(a / b) >= x / y && value(a / b) <= x / y * slack)
    }
    #expect((a < b) == (x < y) && (a == b) == (x == y))
    #expect(value(a.scaled(byPowerOfTwo: -7)) * 128 == x)
  }
}

@Test func `bounds of long numbers are above and below them`() {
  var random = SplitMix64(seed: 3)
  for _ in 0..<2000 {
    let x = random.number(bits: random.integer(in: 1...300), top: 10)
    let r = Radius(up: random.next() >> 32, exponent: -24 - random.index(below: 60))
    let size = midpoint(x).magnitude
    let up = value(Radius(up: x.mantissa, exponent: x.exponent))
    #expect(up >= size && up <= size * (one + one.scaled(byPowerOfTwo: -30)))
    // Below the distance by a part in 2³¹ of itself, and by what the first 64 bits do not tell.
    let below = value(Radius(down: x.mantissa, exponent: x.exponent, minus: r))
    let distance = size - value(r)
    #expect(below <= max(distance, 0))
    let slack = distance.magnitude.scaled(byPowerOfTwo: -31) + one.scaled(byPowerOfTwo: 10 - 62)
    #expect(below >= distance - slack)
  }
}

@Test func `infinity stays, and zero adds nothing`() {
  let finite: [Radius] = [.zero, Radius(powerOfTwo: 0), Radius(powerOfTwo: -1000)]
  for a in finite {
    #expect(a + .infinity == .infinity && .infinity + a == .infinity)
    #expect(a * .infinity == .infinity && .infinity * a == .infinity)
    #expect(a / .infinity == .infinity && .infinity / a == .infinity)
    #expect(a < .infinity && a.isFinite)
    #expect(a + .zero == a && .zero + a == a && a * .zero == .zero)
  }
  #expect(Radius.infinity.scaled(byPowerOfTwo: -5) == .infinity)
  #expect(Radius.zero.scaled(byPowerOfTwo: 5) == .zero)
}

@Test func `a bound that is too large is infinite, and one that is too small is not zero`() {
  let (huge, tiny) = (Radius(powerOfTwo: Radius.limit), Radius(powerOfTwo: -Radius.limit))
  #expect(huge.isFinite && huge * huge == .infinity && huge / tiny == .infinity)
  #expect(tiny * tiny >= Radius(powerOfTwo: -2 * Radius.limit))
  #expect(!(tiny * tiny).isZero && !(tiny / huge).isZero)
  #expect(huge + tiny > huge)
}

extension Rational {
  fileprivate init(_ value: UInt) { self = Rational(exactly: value) ?? 0 }
}
