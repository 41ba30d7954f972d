import RealModule
import Testing
import Workbook

@Test(arguments: [0, 0.1, 0.3, 0.5], [-0.5, 0, 0.25])
func `separable points keep the margin on the side of their label`(margin: Double, offset: Double) {
  var random = SplitMix64(seed: 1)
  let normal: Vector<Double> = [0.6, 0.8]
  let data = LabelledPoints.separable(
    200, normal: normal, offset: offset, margin: margin, using: &random)
  #expect(data.count == 200)
  #expect(data.points.shape == "[200, 2]")
  for point in 0..<data.count {
    let distance = normal.dot(data.points.row(point)) + offset
    #expect((data.labels[point] == 1 ? distance : -distance) >= margin)
  }
  #expect(data.points.elements.allSatisfy { (-1...1).contains($0) })
  #expect(Set(data.labels) == [0, 1])
}

@Test func `a margin that few points keep is refused`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    var random = SplitMix64(seed: 1)
    _ = LabelledPoints.separable(3, normal: [1, 0], offset: 0, margin: 0.75, using: &random)
  }
  #expect(try words(of: result).contains("margin 0.75, offset 0.0"))
}

@Test func `exclusive or is 1 where the coordinates differ`() {
  let xor = LabelledPoints.xor
  #expect(Set(xor.points.elements) == [0, 1] && xor.count == 4)
  for point in 0..<4 {
    #expect(xor.labels[point] == (xor.points[point, 0] != xor.points[point, 1] ? 1 : 0))
  }
}

@Test func `circles without noise have radius 1 and the factor`() {
  var random = SplitMix64(seed: 1)
  let data = LabelledPoints.circles(100, noise: 0, factor: 0.3, using: &random)
  for point in 0..<data.count {
    let radius = data.points.row(point).squaredNorm.squareRoot()
    #expect(abs(radius - (data.labels[point] == 0 ? 1 : 0.3)) < 1e-15)
  }
  #expect(data.labels.reduce(0, +) == 50)
}

@Test func `rings go all the way round`() {
  var random = SplitMix64(seed: 2)
  let data = LabelledPoints.rings(400, radii: [3, 1, 2, 5], noise: 0, using: &random)
  #expect(data.classes == 4)
  for label in 0..<4 {
    let own = (0..<data.count).filter { data.labels[$0] == label }
    #expect(own.count == 100)
    // An empty quarter of a ring with 100 points has probability (3/4)¹⁰⁰ < 10⁻¹².
    let quarters = Set(own.map { [data.points[$0, 0] > 0, data.points[$0, 1] > 0] })
    #expect(quarters.count == 4)
  }
}

@Test func `noise of a ring has the deviation that was asked for, in each coordinate`() {
  var random = SplitMix64(seed: 3)
  let data = LabelledPoints.rings(10_000, radii: [0], noise: 0.2, using: &random)
  for axis in 0..<2 {
    let (mean, variance) = moments(data.points.column(axis).elements)
    // Standard errors: σ/√n for the mean, √(2/n) σ² for the variance.
    #expect(abs(mean) < 4 * 0.2 / 100)
    #expect(abs(variance - 0.04) < 4 * 0.04 * (2.0 / 10_000).squareRoot())
  }
}

@Test func `blobs lie around their centres`() {
  var random = SplitMix64(seed: 4)
  let centres = [(0.0, 0.0), (10.0, -5.0), (-3.0, 8.0)]
  let data = LabelledPoints.blobs(3000, centres: centres, noise: 0.5, using: &random)
  for label in 0..<3 {
    let own = data.examples(at: (0..<data.count).filter { data.labels[$0] == label })
    #expect(own.count == 1000)
    let mean = own.points.sumOfRows / 1000
    let error = 4 * 0.5 / 1000.0.squareRoot()
    #expect(abs(mean[0] - centres[label].0) < error && abs(mean[1] - centres[label].1) < error)
  }
}

@Test func `classes share points that do not go round as evenly as can be`() {
  var random = SplitMix64(seed: 5)
  let data = LabelledPoints.rings(11, radii: [1, 2, 3], noise: 0, using: &random)
  let counts = (0..<3).map { label in data.labels.filter { $0 == label }.count }
  #expect(counts == [4, 4, 3])
}

@Test func `the bent line has the values of its formula`() {
  let line = Dataset.bentLine
  #expect(line.x.shape == "[200, 1]" && line.y.shape == "[200, 1]")
  // By hand: at −2, 0 + 3/10 · 5/2 = 3/4; at 2, 6/5 + 0.
  #expect(abs(line.y[0, 0] - 0.75) < 1e-15 && abs(line.y[199, 0] - 1.2) < 1e-15)
  for point in 0..<200 {
    let x = line.x[point, 0]
    // Three straight pieces, with bends where x/2 + 1/5 = 0 and where 1/2 − x = 0.
    let expected =
      switch x {
      case ..<(-0.4): 0.15 - 0.3 * x
      case ..<0.5: 0.35 + 0.2 * x
      default: 0.5 * x + 0.2
      }
    #expect(abs(line.y[point, 0] - expected) < 1e-15)
  }
}

@Test func `samples are evenly spaced and reach both ends`() {
  let data = Dataset.samples(5, of: { $0 * $0 }, on: -1...3)
  #expect(data.x.elements == [-1, 0, 1, 2, 3])
  #expect(data.y.elements == [1, 0, 1, 4, 9])
}

@Test func `the sine is odd over its period`() {
  let (x, y) = (Dataset.sine.x.elements, Dataset.sine.y.elements)
  for (point, mirror) in zip(0..<200, (0..<200).reversed()) {
    #expect(abs(x[point] + x[mirror]) < 1e-14 && abs(y[point] + y[mirror]) < 1e-14)
    #expect(abs(y[point] * y[point] + .cos(x[point]) * .cos(x[point]) - 1) < 1e-15)
  }
}

@Test func `the same seed makes the same data, another seed other data`() {
  let sets = ([1, 1, 2] as [UInt64]).map { seed in
    var random = SplitMix64(seed: seed)
    return LabelledPoints.circles(10, using: &random)
  }
  #expect(sets[0] == sets[1] && sets[0] != sets[2])
}
