import Testing
import Workbook

@testable import Reports

/// Bars and histograms.
@Suite struct BarPlotTests {
  @Test func `each value falls into one bin, those on a border into the upper`() {
    let plot = BarPlot.histogram("x", values: [0, 0.5, 1, 1.5, 2, 4], bins: 4, range: 0...4)
    #expect(plot.bars.map(\.total) == [2, 2, 1, 1])
    #expect((0...4).map(plot.edge) == [0, 1, 2, 3, 4])
  }

  @Test func `what is outside or not finite is left out`() {
    let values = [-1, 0.5, 5, .nan, .infinity, 1e305]
    let plot = BarPlot.histogram("x", values: values, bins: 2, range: 0...1)
    #expect(plot.bars.map(\.total) == [0, 1])
    #expect(BarPlot.histogram("x", values: values, bins: 3).bars.map(\.total).reduce(0, +) == 3)
  }

  @Test func `equal values, or none, make a histogram too`() {
    #expect(
      BarPlot.histogram("x", values: [7, 7, 7], bins: 5).bars.map(\.total) == [0, 0, 3, 0, 0])
    let empty = BarPlot.histogram("x", values: [], bins: 3)
    #expect(empty.alt == "Histogram of x, without values.")
    #expect(
      SVGDocument(Figure("empty", empty).svg)?.texts.contains { $0.text == "no values" } == true)
  }

  @Test func `the lengths of bars are in proportion`() throws {
    let plot = BarPlot("n", bars: [("a", 1), ("b", 2), ("c", 4)])
    let document = try #require(SVGDocument(Figure("bars", plot).svg))
    let widths = document.elements.filter { $0.attributes["class"] == "f0" }
      .map { $0.number("width") + 1 }
    #expect(widths.count == 3)
    #expect(abs(widths[1] / widths[0] - 2) < 0.01)
    #expect(abs(widths[2] / widths[0] - 4) < 0.02)
  }

  @Test func `parts differ by more than their colour`() throws {
    let document = try #require(SVGDocument(Samples.parts.svg))
    let names = ["always", "sometimes", "never"]
    #expect(names.allSatisfy { name in document.texts.contains { $0.text == name } })
    let opacities = Set(document.elements.compactMap { $0.attributes["fill-opacity"] })
    #expect(opacities.count == 3)
  }

  @Test func `a bar at the terminal is in proportion to its value`() {
    let plot = BarPlot("n", bars: [("a", 10), ("b", 5), ("c", 0)])
    let style = TerminalStyle(width: 80, hasColour: false, hasUnicode: true)
    let lengths = plot.lines(in: style).map { line in line.filter { $0 == "█" }.count }
    #expect(lengths == [0, 48, 24, 0])
  }

  @Test func `words name every bar and part`() {
    let plot = BarPlot("bugs", parts: ["seen", "missed"], bars: [("A", [1, 2]), ("B", [3, 0])])
    #expect(plot.alt == "Bars of bugs. A: seen 1, missed 2; B: seen 3, missed 0.")
  }

  @Test func `a bar with too few parts is refused`() async {
    await #expect(processExitsWith: .failure) {
      _ = BarPlot("bugs", parts: ["seen", "missed"], bars: [("A", [1])])
    }
  }
}
