import Testing
import Workbook

@testable import Reports

@Test(arguments: 0..<100)
func `labels stand apart, in the order of their curves, within the range`(seed: UInt64) throws {
  var random = SplitMix64(seed: seed)
  let wanted = (0..<random.index(below: 17) + 1).map { _ in random.uniform(in: 50...340) }
  let heights = try #require(DirectLabels.apart(wanted, spacing: 17, in: 50...340))
  #expect(heights.count == wanted.count)
  #expect(heights.allSatisfy { 50 - 1e-9...340 + 1e-9 ~= $0 })
  let order = wanted.indices.sorted { wanted[$0] < wanted[$1] }
  for (above, below) in zip(order, order.dropFirst()) {
    #expect(heights[below] - heights[above] >= 17 - 1e-9)
  }
}

@Test func `labels with room stay where they are, and two that touch part by half each`() {
  #expect(DirectLabels.apart([100, 200], spacing: 17, in: 50...340) == [100, 200])
  #expect(DirectLabels.apart([100, 100], spacing: 20, in: 50...340) == [90, 110])
  #expect(DirectLabels.apart([50, 50], spacing: 20, in: 50...340) == [50, 70])
  #expect(DirectLabels.apart([340, 340], spacing: 20, in: 50...340) == [320, 340])
}

@Test func `where there is no room there are no labels`() {
  #expect(DirectLabels.apart([1, 2, 3], spacing: 10, in: 0...19) == nil)
  #expect(DirectLabels.apart([1, 2, 3], spacing: 10, in: 0...20) == [0, 10, 20])
}

@Test func `names of curves that end together stand a line apart on the card`() {
  let series = (0..<5).map {
    LinePlot.Series("curve \($0)", [Double($0 % 2 * 2), 1 + Double($0) / 1000])
  }
  let figure = Figure("f", LinePlot(x: .linear("x"), y: .linear("y"), series: series))
  let names = figure.drawing.all("text", class: "t")
  #expect(Set(names.map(\.text)) == Set(series.map(\.name)))
  let heights = names.map { $0.number("y") }.sorted()
  #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 >= 13 })
}
