import Testing
import Workbook

@testable import Numbers

private typealias B = Ball<128>

/// The ball from a to b, for small whole numbers.
private func ball(_ a: Int, _ b: Int) -> B {
  let radius = Radius(up: UInt64(b - a), exponent: -1)
  return B(Enclosure(BigInteger(a + b), exponent: -1, radius: radius))
}

@Test func `balls that lie apart are ordered, and so are exact ones`() {
  #expect(B.less(ball(0, 1), ball(2, 3)) == true && B.less(ball(2, 3), ball(0, 1)) == false)
  #expect(B.less(1, 2) == true && B.less(2, 1) == false && B.less(-1, 1) == true)
  #expect(B.less(3, 3) == false && B.less(B(0.1), B(Double(0.1).nextUp)) == true)
  #expect(ball(0, 1) < ball(2, 3) && !(ball(2, 3) < ball(0, 1)) && B(2) > 1 && B(2) >= 2)
  #expect(max(B(2), B(3)) == 3 && min(ball(-1, 0), ball(1, 2)) == ball(-1, 0))
}

@Test func `balls that overlap are not ordered`() {
  #expect(B.less(ball(0, 2), ball(1, 3)) == nil && B.less(ball(1, 3), ball(0, 2)) == nil)
  #expect(B.less(ball(0, 3), 1) == nil && B.less(1, ball(0, 3)) == nil)
  #expect(B.less(ball(1, 2), ball(1, 2)) == nil && B.less(.wholeLine, 0) == nil)
  #expect(B.less(B.wholeLine, B.wholeLine) == nil)
}

@Test func `balls that touch are decided one way`() {
  // Of [1, 2] and [0, 1], no number of the first is below one of the second.
  #expect(B.less(ball(1, 2), ball(0, 1)) == false && B.less(ball(0, 1), ball(1, 2)) == nil)
  #expect(B.less(ball(1, 2), 1) == false && B.less(1, ball(1, 2)) == nil)
}

@Test func `the answer is that of every pair of numbers in the balls`() {
  var random = SplitMix64(seed: 4)
  for _ in 0..<1000 {
    let a = random.ball(random.number(bits: 128, top: 0), precision: 128)
    let gap = random.chance(2) ? 2 : 130
    let near = random.number(bits: 20, top: -random.index(below: gap))
    let middle = random.chance(2) ? Enclosure.sum(a.with(radius: .zero), near, 300) : near
    let b = random.ball(middle, precision: 128)
    let pairs = points(of: a).flatMap { x in points(of: b).map { (midpoint(x), midpoint($0)) } }
    switch Enclosure.less(a, b) {
    case true?: #expect(pairs.allSatisfy { $0.0 < $0.1 })
    case false?: #expect(pairs.allSatisfy { !($0.0 < $0.1) })
    case nil:
      // Undecided with a reason: enlarged by a part in 2²⁷ of their radii, the balls do overlap.
      let distance = (midpoint(a) - midpoint(b)).magnitude
      let reach = midpoint(Enclosure(a.radius)) + midpoint(Enclosure(b.radius))
      #expect(distance <= reach * Rational((1 << 27) + 1, 1 << 27))
    }
  }
}

@Test func `an undecided comparison is recorded with both balls, and goes by the midpoints`() {
  let (result, comparisons) = Undecided.recording {
    (ball(0, 2) < ball(1, 3), ball(1, 3) < ball(0, 2))
  }
  #expect(result == (true, false))
  #expect(comparisons == ["[1 ± 1] < [2 ± 1]", "[2 ± 1] < [1 ± 1]"])
  #expect(Undecided.recording { B(1) < 2 }.comparisons.isEmpty)
}

@Test func `an undecided comparison stops the program where nobody records`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    let third: Ball<128> = 1 / 3
    _ = third < third
  }
  let words = try words(of: result)
  #expect(words.contains("undecided: [0.333333333333333333333333333333333333333"))
  #expect(words.contains("More bits may decide it."))
}

@Test func `equal means the same midpoint and radius, however they are written`() {
  let (one, alsoOne) = (Enclosure(BigInteger(1)), Enclosure(BigInteger(1 << 40), exponent: -40))
  #expect(B(one) == B(alsoOne) && B(alsoOne) == B(one) && B(0) == -B(0))
  #expect(B(1) != B(-1) && B(1) != B(2) && B(3) != B(2))
  #expect(ball(0, 2) != 1 && ball(0, 2) == ball(0, 2) && ball(0, 2) != ball(0, 4))
  let wide = one.with(radius: Radius(powerOfTwo: 0))
  #expect(B(wide) != B(one) && B(wide) == B(alsoOne.with(radius: Radius(powerOfTwo: 0))))
}

@Test func `balls overlap exactly where a number may be in both`() {
  #expect(ball(0, 2).overlaps(ball(1, 3)) && ball(0, 1).overlaps(ball(1, 2)))
  #expect(!ball(0, 1).overlaps(ball(2, 3)) && !ball(2, 3).overlaps(ball(0, 1)))
  #expect(B(2).overlaps(2) && !B(2).overlaps(3) && B.wholeLine.overlaps(5))
}
