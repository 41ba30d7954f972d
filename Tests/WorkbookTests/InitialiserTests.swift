import Testing
import Workbook

private typealias Start = @Sendable (Int, Int, inout SplitMix64) -> Matrix<Double>

/// The variance that each paper asks for, and the bound √(3 · variance) of the even spreads.
private let starts: [(name: String, start: Start, variance: Double, isBounded: Bool)] = [
  ("He normal", { .heNormal(fanIn: $0, fanOut: $1, using: &$2) }, 2.0 / 50, false),
  ("He uniform", { .heUniform(fanIn: $0, fanOut: $1, using: &$2) }, 2.0 / 50, true),
  ("Glorot normal", { .glorotNormal(fanIn: $0, fanOut: $1, using: &$2) }, 2.0 / 250, false),
  ("Glorot uniform", { .glorotUniform(fanIn: $0, fanOut: $1, using: &$2) }, 2.0 / 250, true),
  ("normal", { .normal($0, $1, deviation: 3, using: &$2) }, 9, false),
  ("uniform", { .uniform($0, $1, bound: 3, using: &$2) }, 3, true),
]

@Test(arguments: starts.indices)
func `starting weights have mean 0 and the variance of their paper`(index: Int) {
  let (name, start, variance, isBounded) = starts[index]
  var random = SplitMix64(seed: 1)
  let weights = start(50, 200, &random)
  #expect(weights.shape == "[50, 200]")
  let n = Double(weights.elements.count)
  let found = moments(weights.elements)
  #expect(abs(found.mean) < 4 * (variance / n).squareRoot(), "\(name)")
  // A squared normal number varies by 2σ⁴, a squared uniform one by (9/5 − 1)σ⁴.
  let spread = (isBounded ? 0.8 : 2) * variance * variance
  #expect(abs(found.variance - variance) < 4 * (spread / n).squareRoot(), "\(name)")
}

@Test(arguments: starts.indices.filter { starts[$0].isBounded })
func `evenly spread weights fill their interval and stay inside`(index: Int) throws {
  let (name, start, variance, _) = starts[index]
  var random = SplitMix64(seed: 2)
  let weights = start(50, 200, &random).elements
  let bound = (3 * variance).squareRoot()
  let largest = try #require(weights.max())
  let least = try #require(weights.min())
  #expect(largest <= bound && least >= -bound, "\(name)")
  // 10,000 draws miss the last thousandth of the interval with probability e⁻¹⁰.
  #expect(largest > 0.998 * bound && least < -0.998 * bound, "\(name)")
}

@Test func `normal weights go beyond the bound of even ones`() {
  var random = SplitMix64(seed: 3)
  let weights = Matrix<Double>.heNormal(fanIn: 50, fanOut: 200, using: &random)
  let bound = (6.0 / 50).squareRoot()
  let beyond = weights.elements.filter { abs($0) > bound }.count
  // P(|z| > √3) = 0.0833 (tables of the normal distribution): 833 ± 4 · √764 of 10,000.
  #expect(abs(beyond - 833) < 111)
}

@Test func `a Float starts at the Double rounded`() {
  var (one, two) = (SplitMix64(seed: 4), SplitMix64(seed: 4))
  let float = Matrix<Float>.heNormal(fanIn: 5, fanOut: 7, using: &one)
  let double = Matrix<Double>.heNormal(fanIn: 5, fanOut: 7, using: &two)
  #expect(float == Matrix(rounding: double))
}

@Test func `a normal vector draws what a normal matrix of one row does`() {
  var (one, two) = (SplitMix64(seed: 5), SplitMix64(seed: 5))
  let vector = Vector<Double>.normal(9, deviation: 2, using: &one)
  #expect(vector == Matrix<Double>.normal(1, 9, deviation: 2, using: &two).row(0))
}
