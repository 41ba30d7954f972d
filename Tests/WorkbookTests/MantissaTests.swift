import Testing
import Workbook

@testable import Numbers

@Suite struct MantissaTests {
  /// The same ball with a midpoint of exactly 64 bits, so that GMP holds them.
  private func withDigits(_ x: Enclosure) -> Enclosure {
    guard x.mantissa.sign != 0 else { return x }
    let shift = 64 - x.mantissa.bitWidth
    let digits = BigInteger(x.mantissa, shiftedLeft: shift)
    return Enclosure(digits, exponent: x.exponent - shift, radius: x.radius)
  }

  private func isWord(_ x: Enclosure) -> Bool {
    if case .word = x.mantissa { true } else { false }
  }

  @Test(arguments: [24, 53, 64, 128])
  func `a machine word and GMP's digits give the same`(precision: Int) {
    typealias Operation = (Enclosure, Enclosure, Int) -> Enclosure
    let operations: [(name: String, result: Operation)] = [
      ("sum", Enclosure.sum), ("difference", Enclosure.difference),
      ("product", Enclosure.product),
      ("rounded", { x, _, precision in x.rounded(to: precision) }),
      ("negative", { x, _, _ in -x }),
    ]
    var random = SplitMix64(seed: 1, stream: "words")
    for _ in 0..<5_000 {
      let balls = (0..<2).map { _ in
        let bits = random.chance(3) ? 63 : 1 + random.index(below: 63)
        let number = random.number(bits: bits, top: random.integer(in: -80...80))
        return random.ball(number, precision: precision)
      }
      let digits = balls.map(withDigits)
      #expect(balls.allSatisfy(isWord) && !digits.contains(where: isWord))
      for (a, b) in [(0, 1), (1, 0), (0, 0)] {
        for (name, result) in operations {
          let expected = result(digits[a], digits[b], precision)
          for (x, y) in [(balls[a], balls[b]), (balls[a], digits[b]), (digits[a], balls[b])] {
            let received = result(x, y, precision)
            #expect(received == expected, "\(name) of \(x.description) and \(y.description)")
          }
        }
        #expect(
          Enclosure.less(balls[a], balls[b]) == Enclosure.less(digits[a], digits[b]))
      }
      #expect(balls[0].upperMagnitude == digits[0].upperMagnitude)
      #expect(balls[0].lowerMagnitude == digits[0].lowerMagnitude)
      #expect(balls[0].top == digits[0].top && balls[0] == digits[0])
    }
  }

  @Test func `what has 63 bits is a word, and what has 64 is not`() {
    for isNegative in [false, true] {
      let largest = Enclosure(BigInteger(words: [.max >> 1], isNegative: isNegative))
      let next = Enclosure(BigInteger(words: [1 << 63], isNegative: isNegative))
      #expect(isWord(largest) && largest.mantissa.bitWidth == 63)
      #expect(!isWord(next) && next.mantissa.bitWidth == 64)
      #expect(midpoint(next).magnitude == midpoint(largest).magnitude + 1)
      #expect(largest.mantissa.sign == (isNegative ? -1 : 1))
      let sum = Enclosure.sum(largest, Enclosure(BigInteger(isNegative ? -1 : 1)), 128)
      #expect(sum == next && isWord(sum.rounded(to: 1)))
    }
    #expect(isWord(.zero) && Enclosure.zero.mantissa.bitWidth == 0)
    let long = [1, 3].map { Enclosure(BigInteger(words: [$0, 1], isNegative: false)) }
    #expect(!(long[0] == long[1]) && long[0] == long[0])
  }

  @Test func `products and sums of the largest words fit`() {
    let largest = Enclosure(Mantissa.word(.max))
    let square = midpoint(largest) * midpoint(largest)
    #expect(midpoint(Enclosure.product(largest, -largest, 128)) == -square)
    for shift in [1, 62, 63, 64, 65, 90] {
      let high = Enclosure(Mantissa.word(.max), exponent: shift)
      let exact = midpoint(high) - midpoint(largest)
      #expect(midpoint(Enclosure.difference(high, largest, 256)) == exact)
      #expect(midpoint(Enclosure.difference(largest, high, 256)) == -exact)
    }
  }
}
