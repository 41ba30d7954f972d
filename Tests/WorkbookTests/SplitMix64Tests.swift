import Testing
import Workbook

@Test func `seed 1234567 gives the published sequence`() {
  // Rosetta Code, “Pseudo-random numbers/Splitmix64”, from Vigna's splitmix64.c.
  let published: [UInt64] = [
    6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
    4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
  ]
  var random = SplitMix64(seed: 1_234_567)
  #expect(published.map { _ in random.next() } == published)
}

// The draws below are those of another program, written after the papers that the generator names.

@Test func `the draws of a named stream are the same for ever`() {
  let published: [(seed: UInt64, stream: String, draws: [UInt64])] = [
    (
      1, "circles",
      [9_470_244_443_627_992_345, 6_272_431_240_013_690_723, 8_232_286_406_758_277_534]
    ),
    (0, "ü", [5_205_269_314_318_396_485, 5_189_985_238_279_709_010]),
    (7, "", [10_867_202_726_070_263_178, 5_979_420_860_914_888_181]),
  ]
  for (seed, stream, draws) in published {
    var random = SplitMix64(seed: seed, stream: stream)
    #expect(draws.map { _ in random.next() } == draws, "\(stream)")
  }
}

@Test func `numbers, indices and orders are made of the draws in one way alone`() {
  var random = SplitMix64(seed: 42)
  #expect(
    (0..<3).map { _ in random.uniform() } == [
      0.7415648787718233, 0.1599103928769201, 0.27860113025513866,
    ])
  random = SplitMix64(seed: 42)
  #expect(
    (0..<3).map { _ in random.uniform(in: -3...5) } == [
      2.9325190301745865, -1.7207168569846392, -0.7711909579588907,
    ])
  random = SplitMix64(seed: 42)
  // The logarithm of another library may differ in its last bit.
  let normal = [0.49295065581737485, -1.2810773478777024, -0.6018779810957331]
  for expected in normal { #expect(abs(random.normal() - expected) <= 4 * expected.ulp) }
  random = SplitMix64(seed: 42)
  #expect((0..<12).map { _ in random.index(below: 10) } == [3, 1, 8, 4, 0, 2, 5, 8, 5, 4, 7, 6])
  random = SplitMix64(seed: 42)
  #expect(random.shuffled(0..<10) == [0, 9, 5, 8, 6, 4, 7, 2, 1, 3])
  // An order of ten takes ten draws, the last of which has one choice.
  var after = SplitMix64(seed: 42)
  for _ in 0..<10 { _ = after.next() }
  #expect(random.next() == after.next())
  random = SplitMix64(seed: 3)
  #expect(random.bytes(11) == [237, 143, 1, 219, 228, 20, 11, 29, 137, 169, 129])
}

@Test func `a stream is told by its seed and its name`() {
  let names = ["a", "b", "ab", "ba", ""]
  let firsts = (0..<4 as Range<UInt64>).flatMap { seed in
    names.map { name in
      var random = SplitMix64(seed: seed, stream: name)
      return random.next()
    }
  }
  #expect(Set(firsts).count == firsts.count)
  var again = SplitMix64(seed: 0, stream: "a")
  #expect(again.next() == firsts[0])
}

@Test func `streams that share a seed never meet in their first thousand draws`() {
  var one = SplitMix64(seed: 1, stream: "one")
  var two = SplitMix64(seed: 1, stream: "two")
  let draws = (0..<1000).flatMap { _ in [one.next(), two.next()] }
  #expect(Set(draws).count == draws.count)
}

// With n draws the mean lies within k standard errors σ/√n of its expectation, and the mean of the
// squares within k of its own; at k = 4 a fair generator fails one seed in some ten thousand.

@Test(arguments: [1, 2, 3] as [UInt64])
func `uniform numbers lie in the half-open unit interval, evenly`(seed: UInt64) {
  var random = SplitMix64(seed: seed)
  let count = 20_000
  let numbers = (0..<count).map { _ in random.uniform() }
  #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
  #expect(numbers.allSatisfy { $0 * 0x1p53 == ($0 * 0x1p53).rounded() })
  let (mean, variance) = moments(numbers)
  let n = Double(count)
  // The variance of a uniform number is 1/12, that of its squared distance from ½ is 1/180.
  #expect(abs(mean - 1.0 / 2) < 4 * (1 / (12 * n)).squareRoot())
  #expect(abs(variance - 1.0 / 12) < 4 * (1 / (180 * n)).squareRoot())
}

@Test func `uniform numbers fill any interval, and no more`() {
  var random = SplitMix64(seed: 1)
  let numbers = (0..<10_000).map { _ in random.uniform(in: -3...5) }
  #expect(numbers.allSatisfy { (-3...5).contains($0) })
  // One in a thousand of the interval's length is missed by 10,000 draws with probability e⁻¹⁰.
  #expect(numbers.contains { $0 < -2.992 } && numbers.contains { $0 > 4.992 })
}

@Test(arguments: [1, 2, 3] as [UInt64])
func `normal numbers have the four moments of the normal distribution`(seed: UInt64) {
  var random = SplitMix64(seed: seed)
  let count = 20_000
  let numbers = (0..<count).map { _ in random.normal() }
  // The moments are 0, 1, 0, 3, and the k-th power of a draw has variance E x²ᵏ − (E xᵏ)²:
  // 1, 3 − 1, 15 − 0, 105 − 9.
  let expected: [(power: Int, mean: Double, variance: Double)] = [
    (1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96),
  ]
  for (power, mean, variance) in expected {
    let powers = numbers.map { number in (0..<power).reduce(1) { product, _ in product * number } }
    let error = (variance / Double(count)).squareRoot()
    #expect(abs(moments(powers).mean - mean) < 4 * error, "power \(power)")
  }
}

@Test(arguments: [1, 2, 3, 7, 10, 97])
func `each index is as likely as any other`(bound: Int) {
  var random = SplitMix64(seed: 5)
  let expected = 1000.0
  var counts = [Int](repeating: 0, count: bound)
  for _ in 0..<bound * 1000 { counts[random.index(below: bound)] += 1 }
  let chiSquare = counts.reduce(0) { sum, count in
    sum + (Double(count) - expected) * (Double(count) - expected) / expected
  }
  // χ² has mean d and variance 2d for d degrees of freedom.
  let freedom = Double(bound - 1)
  #expect(chiSquare <= freedom + 4 * (2 * freedom).squareRoot())
}

@Test func `draws that would favour small indices are let go`() {
  // 2⁶⁴ values hold this bound 2⅔ times. Were the last ⅔ kept, 3/4 of the indices, not 2/3, would
  // lie below 2⁶². Binomial: 6,667 ± 4 · √2,222 of 10,000.
  var random = SplitMix64(seed: 1)
  let bound = 3 << 61
  let indices = (0..<10_000).map { _ in random.index(below: bound) }
  #expect(indices.allSatisfy { (0..<bound).contains($0) })
  #expect(abs(indices.filter { $0 < 1 << 62 }.count - 6667) < 189)
}

@Test func `every order of three is as likely`() {
  var random = SplitMix64(seed: 11)
  var counts: [[Int]: Int] = [:]
  for _ in 0..<6000 { counts[random.shuffled([1, 2, 3]), default: 0] += 1 }
  #expect(counts.count == 6)
  // χ² with 5 degrees of freedom: 5 ± 4 · √10.
  let chiSquare = counts.values.reduce(0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
  #expect(chiSquare < 17.7)
}

@Test(arguments: [0, 1, 2, 17, 100])
func `a shuffle is a permutation`(count: Int) {
  var random = SplitMix64(seed: 3)
  #expect(random.shuffled(0..<count).sorted() == Array(0..<count))
}

@Test func `an index below 0 is refused, and the message says so`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    var random = SplitMix64(seed: 1)
    _ = random.index(below: 0)
  }
  #expect(
    try words(of: result).contains("an index below 0 was asked for; the bound must be 1 or more"))
}
