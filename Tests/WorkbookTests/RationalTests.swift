import Testing
import Workbook

/// Exact fractions keep the laws of a field, and lose nothing.
@Suite struct RationalTests {
  /// Fractions of small and large parts, both signs, whole numbers and 0.
  static let samples: [Rational] = {
    var random = SplitMix64(seed: 1, stream: "rationals")
    let small = (0..<12).map { _ in
      Rational(random.index(below: 41) - 20, 1 + random.index(below: 20))
    }
    let wild = (0..<6).map { _ in
      Rational(random.normal()).scaled(byPowerOfTwo: random.index(below: 600) - 300)
    }
    return [0, 1, -1, Rational(Int.max, Int.min)] + small + wild
  }()

  @Test(arguments: samples)
  func `sums and products keep the laws of a field`(a: Rational) {
    for b in Self.samples {
      #expect(a + b == b + a && a * b == b * a)
      #expect(a - b == -(b - a) && (a - b) + b == a)
      if b != 0 { #expect((a / b) * b == a && b.reciprocal.map { a * $0 } == a / b) }
      for c in Self.samples.prefix(8) {
        #expect((a + b) + c == a + (b + c) && (a * b) * c == a * (b * c))
        #expect(a * (b + c) == a * b + a * c)
      }
    }
  }

  @Test(arguments: samples)
  func `the order is that of the numbers`(a: Rational) {
    #expect(!(a < a) && a.magnitude >= 0 && (a.magnitude == a || a.magnitude == -a))
    #expect(a.sign == (a < 0 ? -1 : a > 0 ? 1 : 0))
    for b in Self.samples {
      #expect((a < b) == (a - b < 0) && (a < b) == (b > a))
      #expect([a < b, a == b, b < a].filter { $0 }.count == 1)
    }
  }

  @Test func `fractions are known by hand`() {
    #expect(Rational(1, 2) + Rational(1, 3) == Rational(5, 6))
    #expect(Rational(2, 3) * Rational(-9, 4) == Rational(-3, 2))
    #expect(Rational(1, 2) / Rational(-3, 4) == Rational(-2, 3))
    #expect("\(Rational(6, -4)) \(Rational(8, 4)) \(Rational(0, 5))" == "-3/2 2 0")
    #expect(Rational(exactly: UInt64.max).map { "\($0)" } == "18446744073709551615")
    #expect(Rational(3, 4).scaled(byPowerOfTwo: 3) == 6)
    #expect(Rational(3, 4).scaled(byPowerOfTwo: -1) == Rational(3, 8))
    #expect(Rational(0, 1).reciprocal == nil)
  }

  @Test func `a Double is taken for the very number that it is`() {
    #expect(Rational(0.1) != Rational(1, 10))
    #expect(Rational(0.1) == Rational(3_602_879_701_896_397, 36_028_797_018_963_968))
    for value in [0.1, -0.75, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, 0x1.8p-1000] {
      #expect(Double(Rational(value)) == value)
    }
    #expect(Double(Rational(1, 3)) <= 1.0 / 3 && Double(Rational(1, 3)) > 0.333_333_333_333_333)
  }

  @Test func `changing a copy leaves the original alone`() {
    let original = Rational(1, 3)
    var sum = original
    sum += 1
    var difference = original
    difference -= 1
    var product = original
    product *= 3
    var quotient = original
    quotient /= 2
    var own = original
    own += own
    #expect(original == Rational(1, 3))
    #expect(sum == Rational(4, 3) && difference == Rational(-2, 3))
    #expect(product == 1 && quotient == Rational(1, 6) && own == Rational(2, 3))
  }

  @Test func `a value may be read by many threads at once`() {
    let shared = Rational(1, 7)
    let sums = Threads.$count.withValue(4) {
      concurrentMap(64) { index -> Rational in
        var sum = shared
        for _ in 0..<500 { sum += shared }
        return sum * Rational(index, 1)
      }
    }
    for (index, sum) in sums.enumerated() { #expect(sum == Rational(501 * index, 7)) }
  }

  @Test func `what is no fraction is refused in words`() async throws {
    let zero = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Rational(1, 2) / Rational(0, 3)
    }
    #expect(try words(of: zero).contains("division of 1/2 by 0"))
    let inPlace = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var half = Rational(1, 2)
      half /= 0
    }
    #expect(try words(of: inPlace).contains("division of 1/2 by 0"))
    let denominator = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Rational(3, 0)
    }
    #expect(try words(of: denominator).contains("the fraction 3/0"))
    let infinite = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Rational(Double.infinity)
    }
    #expect(try words(of: infinite).contains("inf is no fraction"))
  }
}
