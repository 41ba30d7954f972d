import Testing
import Workbook

@testable import Certify

/// The bound on rounding holds for every order of summation.
@Suite struct RoundedNumberTests {
  /// Sums products of `Float` in many orders: none is off by more than the bound, and some order comes
  /// within a thousandth of it, so the bound is not merely huge.
  @Test(arguments: [3, 17, 100, 1_000])
  func sumsStayWithinTheBound(_ count: Int) {
    var random = SplitMix64(seed: 5, stream: "sums \(count)")
    var closest = 0.0
    for _ in 0..<20 {
      let a = (0..<count).map { _ in Float(random.normal()) }
      let b = (0..<count).map { _ in Float(random.normal()) }
      let bound = dot(
        a.map { RoundedNumber<24>(Double($0)) }, b.map { RoundedNumber<24>(Double($0)) })
      let truth = exactDot(a, b)
      var products = zip(a, b).map { $0 * $1 }
      var sums = [products.reduce(0, +), products.reversed().reduce(0, +), pairwise(products[...])]
      products.sort()
      sums.append(products.reduce(0, +))
      products.shuffle(using: &random)
      sums.append(products.reduce(0, +))
      sums.append(zip(a, b).reduce(Float(0)) { $0.addingProduct($1.0, $1.1) })
      for sum in sums {
        let error = abs(Double(sum) - truth)
        #expect(error <= bound.error)
        closest = max(closest, error / bound.error)
      }
    }
    #expect(closest > 1e-3)
  }

  /// The worst case of a sum, with roundings that all push the same way, needs nearly the whole bound. So
  /// half the bound would accuse a right program.
  @Test func theWorstOrderNeedsTheBound() {
    let count = 4_096
    // 1, and then numbers of a little more than half an ulp of it, each rounded up to a whole one.
    let tail = Float(1).ulp * 0.5001
    let a = [Float(1)] + [Float](repeating: tail, count: count)
    let ones = [Float](repeating: 1, count: count + 1)
    let bound = dot(
      a.map { RoundedNumber<24>(Double($0)) }, ones.map { RoundedNumber<24>(Double($0)) })
    let error = abs(Double(a.reduce(0, +)) - exactDot(a, ones))
    #expect(error <= bound.error)
    #expect(error > bound.error * 0.49)
  }

  /// Functions of `Float` from the system's library stay within what is charged for them.
  @Test func functionsStayWithinTheBound() {
    var random = SplitMix64(seed: 6, stream: "functions")
    for _ in 0..<2_000 {
      let x = Float(random.normal() * 4)
      let number = RoundedNumber<24>(Double(x))
      func check(_ own: Float, _ bound: RoundedNumber<24>) {
        #expect(abs(Double(own) - bound.value) <= bound.error, "\(x)")
      }
      check(Float.exp(x), .exp(number))
      check(Float.tanh(x), .tanh(number))
      check(Float.log(abs(x)), .log(number.magnitude))
      check(Float.sqrt(abs(x)), .sqrt(number.magnitude))
      check(1 / (1 + Float.exp(-x)), .sigmoid(number))
      check(Float(0.5) * (1 + Float.tanh(x / 2)), .sigmoid(number))
    }
  }

  /// A ReLU whose input may be 0 passes anything between nothing and everything.
  @Test func aKinkWithinTheBoundIsOpen() {
    let arithmetic = Arithmetic<RoundedNumber<24>>.rounding()
    #expect(arithmetic.step(RoundedNumber(1e-9, error: 1e-8)).error == 1)
    #expect(arithmetic.step(RoundedNumber(0, error: 0)).error == 1)
    #expect(arithmetic.step(RoundedNumber(1e-9, error: 1e-10)).error == 0)
    let routes = arithmetic.routes([
      1, RoundedNumber(2, error: 0.1), RoundedNumber(1.9, error: 0.1),
    ])
    #expect(routes.map(\.value) == [0, 1, 0])
    #expect(routes.map(\.error) == [0, 1, 1])
  }

  /// The other numbers that overflow their bound say so and don't trap.
  @Test func whatIsUnboundedIsInfinite() {
    let wide = RoundedNumber<24>(1, error: 2)
    #expect(RoundedNumber.log(wide).error == .infinity)
    #expect((1 / wide).error == .infinity)
    #expect(RoundedNumber<8>.gamma(1_000) == .infinity)
    #expect((wide / wide * 0).error.isFinite)
  }

  private func exactDot(_ a: [Float], _ b: [Float]) -> Double {
    Double(zip(a, b).reduce(Rational(0)) { $0 + Rational(Double($1.0)) * Rational(Double($1.1)) })
  }

  private func pairwise(_ numbers: ArraySlice<Float>) -> Float {
    if numbers.count == 1 { return numbers.first ?? 0 }
    let half = numbers.count / 2
    return pairwise(numbers.prefix(half)) + pairwise(numbers.dropFirst(half))
  }
}
