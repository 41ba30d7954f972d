import Testing
import Workbook

@testable import Reports

/// A random walk of 100,000 points over 600 columns.
private let walk: [SVG.Position] = {
  var random = SplitMix64(seed: 8)
  var y = 150.0
  return (0..<100_000).map { index in
    y += random.uniform(in: -1...1)
    return (Double(index) * 600 / 99_999, y)
  }
}()

@Test(arguments: [1.0, 2, 8])
func `decimation keeps each column's lowest and highest, and both ends`(width: Double) {
  let decimated = Decimation.curve(walk, columnWidth: width)
  func extremes(_ positions: [SVG.Position]) -> [Double: [Double]] {
    Dictionary(grouping: positions) { ($0.x / width).rounded() }
      .mapValues { [$0.map(\.y).min() ?? 0, $0.map(\.y).max() ?? 0] }
  }
  #expect(extremes(decimated) == extremes(walk))
  #expect(decimated.count <= 2 * Int(600 / width + 1) + 2)
  #expect(decimated[0] == walk[0] && decimated[decimated.count - 1] == walk[walk.count - 1])
  #expect(zip(decimated, decimated.dropFirst()).allSatisfy { $0.x <= $1.x })
}

@Test(arguments: [1, 777, 50_000, 99_998])
func `a spike of one sample survives`(index: Int) {
  var positions = walk
  positions[index].y = 1e6
  #expect(Decimation.curve(positions).contains { $0.y == 1e6 })
  positions[index].y = -1e6
  #expect(Decimation.curve(positions).contains { $0.y == -1e6 })
}

@Test(arguments: 0..<4)
func `what is short stays as it is`(count: Int) {
  let positions = [(0.0, 1.0), (0, 0), (0, 1)].prefix(count).map { (x: $0.0, y: $0.1) }
  #expect(Decimation.curve(positions).elementsEqual(positions, by: ==))
}

@Test(arguments: [1, 4, 100, 1500])
func `of many points there remain a part of them, and no more than allowed`(most: Int) {
  let decimated = Decimation.points(walk, atMost: most)
  #expect((1...most).contains(decimated.count))
  let points = Set(walk.map { [$0.x, $0.y] })
  #expect(decimated.allSatisfy { points.contains([$0.x, $0.y]) })
}

@Test func `points that stand apart all remain`() {
  var positions: [SVG.Position] = []
  for row in 0..<30 {
    for column in 0..<30 { positions.append((Double(column) * 20, Double(row) * 10)) }
  }
  #expect(Decimation.points(positions, atMost: 900).count == 900)
  #expect(Decimation.points(positions + positions, atMost: 900).count == 900)
}
