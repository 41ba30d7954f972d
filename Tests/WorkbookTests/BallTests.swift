import Testing

@testable import Workbook

/// What a ball promises to those who compute with it.
@Suite struct BallTests {
  typealias B = Ball<128>

  static let numbers: [Rational] = {
    var random = SplitMix64(seed: 3, stream: "balls")
    return [1, -1, Rational(1, 3)]
      + (0..<20).map { _ in Rational(3 * random.normal()) / Rational(1 + random.index(below: 9), 1)
      }
  }()

  @Test(arguments: numbers)
  func `the logarithm undoes the exponential, and exponentials of sums are products`(x: Rational) {
    let ball = B(x)
    #expect(B.log(B.exp(ball)).contains(x))
    #expect(B.tanh(-ball).overlaps(-B.tanh(ball)))
    #expect((B.sqrt(ball * ball) - ball.magnitude).contains(0))
    for y in Self.numbers.prefix(6) {
      #expect(B.exp(ball + B(y)).overlaps(B.exp(ball) * B.exp(B(y))))
    }
    let e = B.exp(2 * ball)
    #expect(B.tanh(ball).overlaps((e - 1) / (e + 1)))
    #expect(B.log(onePlus: ball * ball).overlaps(B.log(1 + ball * ball)))
  }

  @Test func `what is not defined is the whole line, and so is all that follows`() {
    let line = B.wholeLine
    let undefined = [
      B(1) / 0, B(0) / 0, .log(0), .log(-1), .sqrt(-1), .log(onePlus: -1), .log(onePlus: -2),
      B(Double.nan), B(Double.infinity), line + 1, line * 0, -line, line / line, .exp(B(0x1p51)),
      .sqrt(line), .log(line), 1 / (B(Rational(1, 3)) - B(Rational(1, 3))),
    ]
    for ball in undefined {
      #expect(!ball.isFinite && ball.radius == nil && ball.contains(Rational(7, 3)))
      #expect(ball.upperBound == .infinity && ball.lowerBound == 0)
    }
    #expect(!B.tanh(line).isFinite)
    #expect(B(0).reciprocal == nil && B(2).reciprocal == B(Rational(1, 2)))
  }

  @Test func `special values are exact or as near as can be`() {
    #expect(B.exp(0) == 1 && B.log(1) == 0 && B.tanh(0) == 0 && B.sqrt(4) == 2)
    #expect(B.log(onePlus: 0) == 0 && B.sqrt(0) == 0)
    #expect(B(0.1).isExact && B(0.1).midpoint == Rational(0.1) && !B(Rational(1, 10)).isExact)
    #expect(B(count: Int.min).midpoint == Rational(Int.min, 1))
    #expect(B(exactly: UInt64.max)?.midpoint == Rational(exactly: UInt64.max))
    #expect(B.tanh(1000).contains(1) && B.less(B.tanh(1000), 2) == true)
    #expect(B.exp(-1_000_000).isFinite && B.exp(-1_000_000).lowerBound == 0)
    #expect(B.exp(-1_000_000).upperBound == .leastNonzeroMagnitude)
    #expect(B.exp(1_000_000).upperBound == .infinity)
  }

  @Test func `bounds enclose the magnitude`() throws {
    for x in Self.numbers {
      let ball = B(x)
      #expect(Rational(ball.upperBound) >= x.magnitude && Rational(ball.lowerBound) <= x.magnitude)
      #expect(ball.upperBound <= ball.lowerBound.nextUp.nextUp)
    }
    let wide = B(Rational(1, 3)) - B(Rational(1, 3))
    #expect(wide.lowerBound == 0 && wide.upperBound > 0 && wide.contains(0))
  }

  @Test func `balls that lie apart are compared, and others are not`() {
    let third = B(Rational(1, 3))
    #expect(B.less(third, 1) == true && B.less(1, third) == false)
    #expect(B.less(1, 1) == false && B.less(third, third) == nil)
    #expect(B.less(.wholeLine, 1) == nil)
    #expect(third < 1 && !(1 < third) && third.overlaps(third) && !third.overlaps(1))
    let (_, comparisons) = Undecided.recording { third < third }
    #expect(comparisons.count == 1 && comparisons[0].contains("] < ["))
    #expect(third == third && third != 1)
  }

  @Test func `nobody records: an undecided comparison stops the program`() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let third = Ball<64>(Rational(1, 3))
      _ = third < third
    }
    let said = try words(of: result)
    #expect(said.contains("undecided: [0.3333333") && said.contains("± "))
  }

  @Test(arguments: numbers)
  func `another precision encloses what this one did`(x: Rational) {
    let wide = Ball<24>(x)
    let fine = Ball<300>(x)
    #expect(Ball<24>(fine).contains(x) && Ball<300>(wide).contains(x))
    #expect(wide.radius.map { $0 >= Ball<300>(wide).radius ?? 0 } == true)
    #expect(fine.radius.map { $0 < Rational(1, 1).scaled(byPowerOfTwo: -280) } == true)
  }

  @Test func `a dot product is enclosed, and rounded once`() throws {
    var random = SplitMix64(seed: 5)
    for _ in 0..<40 {
      let a = (0..<9).map { _ in Rational(random.normal()) / 3 }
      let b = (0..<9).map { _ in Rational(random.normal()) / 7 }
      let truth = zip(a, b).map { $0 * $1 }.reduce(0, +)
      let (balls, others) = (a.map { B($0) }, b.map { B($0) })
      let fused = balls.withUnsafeBufferPointer { a in
        others.withUnsafeBufferPointer { b -> B? in
          guard let a = a.baseAddress, let b = b.baseAddress else { return nil }
          return B.dot(a, stride: 1, b, stride: 1, count: 9)
        }
      }
      let dot = try #require(fused)
      let loop = zip(balls, others).map { $0 * $1 }.reduce(0, +)
      #expect(dot.contains(truth) && loop.contains(truth))
      #expect(try #require(dot.radius) <= #require(loop.radius))
    }
  }

  @Test func `narrow balls round each operation, wide ones once an entry`() throws {
    var random = SplitMix64(seed: 6)
    let a = Matrix<Double>.normal(3, 8, using: &random)
    let b = Matrix<Double>.normal(8, 2, using: &random)
    let truth = Matrix<Rational>(a) • Matrix<Rational>(b)
    let narrow = Matrix<Ball<24>>(a) • Matrix<Ball<24>>(b)
    let wide = Matrix<Ball<256>>(a) • Matrix<Ball<256>>(b)
    for (index, x) in truth.elements.enumerated() {
      #expect(narrow.elements[index].contains(x) && wide.elements[index].contains(x))
      // Eight products of 53 bits are exact in 256; sixteen roundings to 24 bits are not.
      #expect(wide.elements[index].isExact)
      let radius = try #require(narrow.elements[index].radius)
      let halfUlp = x.magnitude.scaled(byPowerOfTwo: -25)
      #expect(radius > 2 * halfUlp, "one rounding would not be what Float does")
    }
  }

  @Test func `a value may be used by many threads at once`() {
    let shared = B(Rational(1, 7))
    let results = Threads.$count.withValue(4) {
      concurrentMap(32) { _ in (0..<100).reduce(B(0)) { sum, _ in sum + B.exp(shared) } }
    }
    for result in results { #expect(result == results[0]) }
    #expect((results[0] / 100).overlaps(B.exp(shared)))
  }

  @Test func `a description says what is certain, and how sure it is`() {
    #expect("\(B(0.5))" == "0.5" && "\(B(0))" == "0" && "\(B.wholeLine)" == "0 ± ∞")
    #expect("\(Ball<64>(Rational(1, 3)))".hasPrefix("0.33333333333333333"))
    #expect("\(Ball<64>(Rational(1, 3)))".contains(" ± "))
  }
}

/// The radius of a ball is rounded up, whatever is done with it.
@Suite struct RadiusTests {
  /// The number that a radius stands for.
  func value(_ radius: Radius) -> Rational {
    Rational(exactly: radius.mantissa).map {
      $0.scaled(byPowerOfTwo: radius.mantissa == 0 ? 0 : radius.exponent)
    } ?? 0
  }

  @Test func `sums, products and quotients are bounds, to a part in 2³⁰`() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<3_000 {
      let a = Radius(up: random.next(), exponent: random.integer(in: -90...90))
      let b = Radius(up: random.next() | 1, exponent: random.integer(in: -90...90))
      let slack = 1 + Rational(1, 1 << 30)
      for (bound, truth) in [
        (a + b, value(a) + value(b)), (a * b, value(a) * value(b)), (a / b, value(a) / value(b)),
      ] {
        #expect(value(bound) >= truth && value(bound) <= truth * slack)
      }
      #expect((a < b) == (value(a) < value(b)))
    }
  }

  @Test func `a bound for a whole number is above it, one from below is not`() {
    var random = SplitMix64(seed: 8)
    for _ in 0..<2_000 {
      let number = random.next() >> UInt64(random.index(below: 64))
      let truth = Rational(exactly: number) ?? 0
      #expect(value(Radius(up: number, exponent: 0)) >= truth)
      #expect(value(Radius(down: number, exponent: 0)) <= truth)
    }
  }

  @Test func `infinity and 0 keep their meaning`() {
    let one = Radius(powerOfTwo: 0)
    #expect(!(Radius.infinity + one).isFinite && !(Radius.infinity * .zero).isFinite)
    #expect(!(one / .zero).isFinite && (Radius.zero / one).isZero && (one + .zero) == one)
    #expect(!Radius(powerOfTwo: Radius.limit + 40).isFinite && Radius.zero < one)
  }
}
