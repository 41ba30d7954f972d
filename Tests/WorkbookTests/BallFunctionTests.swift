import Testing
import Workbook

@testable import Numbers

// The kernels against definitions that share nothing with them, on fractions.

/// Σ xᵏ/k!, off by less than the bound returned, for |x| ≤ 1.
private func exponentialSeries(_ x: Rational) -> (sum: Rational, error: Rational) {
  var (sum, term): (Rational, Rational) = (1, 1)
  for k in 1...60 {
    term = term * x / Rational(count: k)
    sum += term
  }
  return (sum, term.magnitude)  // the rest is below |t| (1/61 + 1/61² + …)
}

/// 2 Σ z^(2k+1)/(2k+1) with z = (x − 1)/(x + 1), off by less than the bound returned, near 1.
private func logarithmSeries(_ x: Rational) -> (sum: Rational, error: Rational) {
  let z = (x - 1) / (x + 1)
  var (sum, power): (Rational, Rational) = (z, z)
  for k in 1...130 {
    power = power * z * z
    sum += power / Rational(count: 2 * k + 1)
  }
  return (2 * sum, power.magnitude)
}

private func near(_ ball: Enclosure, _ value: (sum: Rational, error: Rational)) -> Bool {
  let slack = midpoint(Enclosure(ball.radius)) + value.error
  return (midpoint(ball) - value.sum).magnitude <= slack
}

@Test(arguments: [53, 128, 200])
func `exp and tanh are their series`(bits: Int) {
  for k in -16...16 {
    let x = Enclosure(BigInteger(k), exponent: -4)
    let e = exponentialSeries(midpoint(x))
    #expect(near(.exponential(x, bits), e), "exp \(k)/16")
    // tanh x = (E − 1)/(E + 1) with E = e^2x; its slope in E is at most 2/(E + 1)² < 2.
    let square = e.sum * e.sum
    let tanh = ((square - 1) / (square + 1), e.error * 20)
    #expect(near(.hyperbolicTangent(x, bits), tanh), "tanh \(k)/16")
  }
}

@Test(arguments: [53, 128, 200])
func `log is its series`(bits: Int) {
  for k in 8...32 {
    let x = Enclosure(BigInteger(k), exponent: -4)
    #expect(near(.logarithm(x, bits), logarithmSeries(midpoint(x))), "log \(k)/16")
    let y = Enclosure(BigInteger(k - 16), exponent: -4)
    #expect(near(.logarithm(onePlus: y, bits), logarithmSeries(midpoint(x))), "log \(k)/16")
  }
}

@Test(arguments: [64, 128, 500, 1000, 4000])
func `the logarithm of 2 is right to 2 units, however many bits`(bits: Int) {
  // ln 2 = Σ 2⁻ᵏ/k, cut off and rounded down at 2^−(bits + 20).
  var sum = BigInteger()
  let scale = BigInteger(BigInteger(1), shiftedBy: bits + 20)
  for k in 1...(bits + 20) {
    var term = BigInteger(scale, shiftedBy: -k)
    term.divide(by: k)
    sum.add(term)
  }
  sum.shiftRight(20)
  var difference = BigInteger(copying: sum)
  difference.subtract(LogarithmOf2.computed(fraction: bits))
  #expect(difference.bitWidth <= 2)
  let logarithm = Enclosure(sum, exponent: -60)
  for n in [1, -3, 1 << 50] {
    let multiple = LogarithmOf2.multiple(n, fraction: bits - 60)
    let exact = midpoint(logarithm) * Rational(count: n)
    #expect((midpoint(Enclosure(multiple)) - exact).magnitude <= 3)
  }
}

@Test func `the functions keep their laws`() {
  typealias B = Ball<200>
  var random = SplitMix64(seed: 14)
  for _ in 0..<100 {
    let (x, y) = (B(random.uniform(in: -20...20)), B(random.uniform(in: -20...20)))
    #expect(B.log(B.exp(x)).contains(x.midpoint))
    #expect(B.exp(x + y).overlaps(B.exp(x) * B.exp(y)) && (B.exp(x) * B.exp(-x)).contains(1))
    #expect(B.log(B.exp(x) * B.exp(y)).overlaps(x + y))
    #expect(B.log(onePlus: B.exp(x) - 1).overlaps(x))
    let (t, u) = (B.tanh(x), B.tanh(y))
    #expect(B.tanh(-x) == -t && B.tanh(x + y).overlaps((t + u) / (1 + t * u)))
    #expect((B.sqrt(B.exp(x)) * B.sqrt(B.exp(x))).overlaps(B.exp(x)))
    #expect(B.sqrt(x * x).contains(x.midpoint.magnitude))
  }
}

@Test(arguments: [2, 10, 24, 1500, 6000, 20000])
func `the functions hold at few bits and at many`(bits: Int) {
  var random = SplitMix64(seed: 15)
  for _ in 0..<(bits > 1000 ? 2 : 50) {
    let x = random.number(bits: bits, top: random.integer(in: -2...4))
    let positive = x.magnitude
    for operation in EnclosureOperation.allCases.dropFirst(4) {
      let y = operation == .squareRoot || operation == .logarithm ? positive : x
      if operation == .logarithmOnePlus && x.mantissa.sign < 0 && x.top > 0 { continue }
      let result = operation([y], bits)
      let truth = operation([y], bits + 200)
      #expect(holds(result, midpoint(truth)), "\(operation) \(y.description)")
      #expect(ulps(result, bits) <= 0.501, "\(operation) \(y.description)")
    }
  }
}

@Test func `balls are values, and threads may share them`() {
  typealias B = Ball<256>
  var a = B.exp(1)
  let before = a
  a *= 2
  a += 1
  a -= 3
  a /= 7
  #expect(before == B.exp(1) && a.overlaps((B.exp(1) * 2 - 2) / 7))

  // Precisions that no other test asks for: several threads meet in computing ln 2.
  let shared = before
  let results = Threads.$count.withValue(4) {
    concurrentMap(40) { i in
      (0..<20).reduce(shared) { x, _ in .log(.exp(.tanh(x) + B(count: i)) * 3) / 5 }
        + B(Ball<7000>.log(3))
    }
  }
  let alone = (0..<40).map { i in
    (0..<20).reduce(shared) { x, _ in .log(.exp(.tanh(x) + B(count: i)) * 3) / 5 }
      + B(Ball<7000>.log(3))
  }
  #expect(results == alone && shared == before)
}
