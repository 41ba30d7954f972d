import Testing

@testable import Workbook

/// A walk of 100,000 points over 600 columns.
private let walk: [SVG.Place] = {
  var random = SplitMix64(seed: 8)
  var y = 150.0
  return (0..<100_000).map { index in
    y += random.uniform(in: -1...1)
    return (Double(index) * 600 / 99_999, y)
  }
}()

@Test(arguments: [1.0, 2, 8])
func `thinning keeps each column's lowest and highest, and both ends`(width: Double) {
  let thin = Thinning.curve(walk, columnWidth: width)
  func extremes(_ places: [SVG.Place]) -> [Double: [Double]] {
    Dictionary(grouping: places) { ($0.x / width).rounded() }
      .mapValues { [$0.map(\.y).min() ?? 0, $0.map(\.y).max() ?? 0] }
  }
  #expect(extremes(thin) == extremes(walk))
  #expect(thin.count <= 2 * Int(600 / width + 1) + 2)
  #expect(thin[0] == walk[0] && thin[thin.count - 1] == walk[walk.count - 1])
  #expect(zip(thin, thin.dropFirst()).allSatisfy { $0.x <= $1.x })
}

@Test(arguments: [1, 777, 50_000, 99_998])
func `a spike of one sample survives`(index: Int) {
  var places = walk
  places[index].y = 1e6
  #expect(Thinning.curve(places).contains { $0.y == 1e6 })
  places[index].y = -1e6
  #expect(Thinning.curve(places).contains { $0.y == -1e6 })
}

@Test(arguments: 0..<4)
func `what is short stays as it is`(count: Int) {
  let places = [(0.0, 1.0), (0, 0), (0, 1)].prefix(count).map { (x: $0.0, y: $0.1) }
  #expect(Thinning.curve(places).elementsEqual(places, by: ==))
}

@Test(arguments: [1, 4, 100, 1500])
func `of many points there remain a part of them, and no more than allowed`(most: Int) {
  let thin = Thinning.points(walk, atMost: most)
  #expect((1...most).contains(thin.count))
  #expect(thin.allSatisfy { place in walk.contains { $0 == place } })
}

@Test func `points that stand apart all remain`() {
  var places: [SVG.Place] = []
  for row in 0..<30 {
    for column in 0..<30 { places.append((Double(column) * 20, Double(row) * 10)) }
  }
  #expect(Thinning.points(places, atMost: 900).count == 900)
  #expect(Thinning.points(places + places, atMost: 900).count == 900)
}
