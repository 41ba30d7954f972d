import Testing
import Workbook

@testable import Numbers

/// The dot product of two arrays of balls.
private func dot<let bits: Int>(_ a: [Ball<bits>], _ b: [Ball<bits>]) -> Ball<bits> {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      guard let first = a.baseAddress, let second = b.baseAddress else { return 0 }
      return .dot(first, stride: 1, second, stride: 1, count: a.count)
    }
  }
}

/// The same, rounding every product and every sum.
private func loop<let bits: Int>(_ a: [Ball<bits>], _ b: [Ball<bits>]) -> Ball<bits> {
  zip(a, b).reduce(0) { sum, pair in sum + pair.0 * pair.1 }
}

private func randomBalls(
  _ count: Int, spread: Int, _ random: inout SplitMix64
) -> [Ball<128>] {
  (0..<count).map { _ in
    if random.chance(8) { return 0 }
    let x = random.number(
      bits: random.integer(in: 1...128), top: random.integer(in: -spread...spread))
    return Ball(random.ball(x, precision: 128))
  }
}

@Test(arguments: [0, 5, 100, 2000])
func `a dot product holds the true one`(spread: Int) {
  var random = SplitMix64(seed: 11, stream: "\(spread)")
  for _ in 0..<100 {
    let count = random.integer(in: 1...12)
    let a = randomBalls(count, spread: spread, &random)
    let b = randomBalls(count, spread: spread, &random)
    let result = dot(a, b)
    #expect(result.enclosure.mantissa.bitWidth <= 129)
    // The extreme points of each ball in turn, then any: a true sum for each choice.
    for _ in 0..<6 {
      let choice = zip(a, b).map { a, b in
        let (x, y) = (points(of: a.enclosure), points(of: b.enclosure))
        return midpoint(x[random.index(below: x.count)]) * midpoint(y[random.index(below: y.count)])
      }
      #expect(holds(result.enclosure, choice.reduce(0, +)))
    }
  }
}

@Test func `one rounding is tighter than many, and half an ulp without cancellation`() {
  var random = SplitMix64(seed: 12)
  for _ in 0..<100 {
    let a = (0..<30).map { _ in Ball<128>(random.number(bits: 128, top: 0, isPositive: true)) }
    let b = (0..<30).map { _ in Ball<128>(random.number(bits: 128, top: 0, isPositive: true)) }
    let (fused, looped) = (dot(a, b), loop(a, b))
    #expect(fused.overlaps(looped) && ulps(fused.enclosure, 128) <= 0.501)
    #expect(fused.enclosure.radius < looped.enclosure.radius)
    #expect(ulps(looped.enclosure, 128) >= 1.5)
  }
}

@Test func `products that cancel leave what the window keeps`() {
  // x y − x y + 2⁻¹⁵⁰: 64 bits below the last place of x y, nothing of the third term is lost.
  var random = SplitMix64(seed: 13)
  for _ in 0..<50 {
    let x = Ball<128>(random.number(bits: 128, top: 0))
    let y = Ball<128>(random.number(bits: 128, top: 0))
    let small = Ball<128>(0x1p-150)
    let result = dot([x, -x, 1], [y, y, small])
    #expect(result.contains(Rational(0x1p-150)))
    #expect(result.enclosure.radius <= Radius(powerOfTwo: -190))
  }
}

@Test func `a dot product of whole numbers is exact, and one of nothing is 0`() {
  #expect(dot([Ball<128>(3), -2, 0, 7], [5, 4, 1, 1]) == 14)
  #expect(dot([Ball<128>(3), -3], [1, 1]) == 0 && dot([Ball<128>(0)], [0]) == 0)
  #expect(dot([Ball<128>](), []) == 0 && !dot([Ball<128>(0), 1], [.wholeLine, 1]).isFinite)
  let x: [Ball<128>] = [1]
  let none = x.withUnsafeBufferPointer { x in
    x.baseAddress.map { Ball.dot($0, stride: 1, $0, stride: 1, count: 0) }
  }
  #expect(none == 0)
}

@Test func `products that are cut off count for a unit each, and exact ones for none`() {
  // 50 terms of 148 ones, less 50 · 2¹⁴⁸: what is left is −50, and each term was cut off by nearly a
  // unit of what the sum keeps.
  let ones = Enclosure(
    BigInteger(words: [.max, .max, .max >> 44], isNegative: false))
  let power = Enclosure(BigInteger(-50), exponent: 148)
  let terms = [Ball<64>](repeating: Ball<64>(ones), count: 50) + [Ball<64>(power)]
  let result = dot(terms, [Ball<64>](repeating: 1, count: 51))
  #expect(result.contains(-50) && result.upperBound <= 0x1p40)

  let three = Ball<128>(Enclosure(BigInteger(BigInteger(3), shiftedLeft: 200), exponent: -200))
  #expect(dot([three, 1], [5, 2]).isExact && dot([three, 1], [5, 2]) == 17)
}

private func matrix<let bits: Int>(_ rows: Int, _ columns: Int, _ seed: UInt64) -> Matrix<
  Ball<bits>
> {
  var random = SplitMix64(seed: seed)
  return Matrix(rows: rows, columns: columns) { _, _ in Ball(random.uniform(in: -1...1)) / 3 }
}

@Test func `a product of matrices holds what the textbook's loops give, transposed or not`() {
  let (a, b): (Matrix<Ball<128>>, Matrix<Ball<128>>) = (matrix(3, 5, 1), matrix(5, 4, 2))
  let product = a • b
  for i in 0..<3 {
    for j in 0..<4 {
      let (row, column) = ((0..<5).map { a[i, $0] }, (0..<5).map { b[$0, j] })
      let looped = loop(row, column)
      #expect(product[i, j].overlaps(looped))
      #expect(product[i, j].enclosure.radius < looped.enclosure.radius)
      let exact = zip(row, column).map { $0.midpoint * $1.midpoint }.reduce(0, +)
      #expect(product[i, j].contains(exact))
    }
  }
  let turnedA = Matrix(rows: 5, columns: 3) { a[$1, $0] }
  let turnedB = Matrix(rows: 4, columns: 5) { b[$1, $0] }
  #expect(turnedA.transposed • turnedB.transposed == product)
}

@Test func `a ball as wide as a format rounds every operation of a product of matrices`() {
  func check<let bits: Int>(_ format: Ball<bits>.Type) {
    let (a, b): (Matrix<Ball<bits>>, Matrix<Ball<bits>>) = (matrix(2, 9, 3), matrix(9, 2, 4))
    let product = a • b
    for i in 0..<2 {
      for j in 0..<2 {
        #expect(product[i, j] == loop((0..<9).map { a[i, $0] }, (0..<9).map { b[$0, j] }))
      }
    }
  }
  check(Ball<24>.self)
  check(Ball<53>.self)
  check(Ball<64>.self)
}

@Test func `a product is added to what is there`() {
  var c: [Ball<128>] = [10, 20]
  let (a, b): ([Ball<128>], [Ball<128>]) = ([1, 2, 3, 4], [5, 6])
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      c.withUnsafeMutableBufferPointer { c in
        guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
        Ball.addProduct(
          MatrixView(a, rows: 2, columns: 2, rowStride: 2, columnStride: 1),
          MatrixView(b, rows: 2, columns: 1, rowStride: 1, columnStride: 1), to: c)
      }
    }
  }
  #expect(c == [27, 59])
}
