import Testing
import Workbook

@testable import Reports

/// Ticks, decimation, names beside curves, and curves in words.
@Suite struct LineDrawingTests {
  @Test(arguments: [
    (0.0...1.0, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (-1.03...1.02, ["−1.0", "−0.5", "0", "0.5", "1.0"]),
    (0...47, ["0", "10", "20", "30", "40"]),
    (0...25_000, ["0", "5,000", "10,000", "15,000", "20,000", "25,000"]),
    (0...9e-6, ["0", "2·10⁻⁶", "4·10⁻⁶", "6·10⁻⁶", "8·10⁻⁶"]),
    (
      10_000_000...10_000_004.5,
      ["10,000,000", "10,000,001", "10,000,002", "10,000,003", "10,000,004"]
    ),
    (0.9996...1.0001, ["0.9996", "0.9997", "0.9998", "0.9999", "1.0000", "1.0001"]),
  ])
  func `ticks are round numbers with the digits of their step`(
    range: ClosedRange<Double>, labels: [String]
  ) {
    #expect(LinePlot.Axis.linear("").ticks(in: range, about: 6).map(\.label) == labels)
  }

  @Test func `an axis of counts has no halves`() {
    let ticks = LinePlot.Axis.linear("").ticks(in: 0.9...4.1, about: 8, isWhole: true)
    #expect(ticks.map(\.label) == ["1", "2", "3", "4"])
  }

  @Test(arguments: [
    (-3.0...2.0, ["10⁻³", "10⁻²", "10⁻¹", "1", "10", "10²"]),
    (-2.31...(-1.0), ["0.005", "0.01", "0.02", "0.05", "0.1"]),
    (-14.4...0.0, ["10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "1"]),
  ])
  func `a log axis shows powers of ten, and 2 and 5 where it is short`(
    range: ClosedRange<Double>, labels: [String]
  ) {
    #expect(LinePlot.Axis.log("").ticks(in: range, about: 6).map(\.label) == labels)
  }

  @Test func `ticks of a range without length, or without end, do not trap`() {
    for axis in [LinePlot.Axis.linear(""), .log("")] {
      #expect(axis.ticks(in: 3...3, about: 6).count <= 1)
      _ = axis.ticks(in: -1e300...1e300, about: 6)
      _ = axis.ticks(in: 1...1.0.nextUp, about: 6)
    }
  }

  @Test(arguments: [3, 3999, 20_000, 77_777])
  func `a spike survives decimation, wherever it is`(position: Int) throws {
    let positions = (0..<100_000).map { index -> SVG.Position in
      (Double(index) / 200, index == position ? 5 : index == position + 1 ? 399 : 200)
    }
    let decimated = Decimation.curve(positions)
    #expect(decimated.count <= 2 * 502 + 2)
    #expect(decimated.contains { $0.y == 5 } && decimated.contains { $0.y == 399 })
    #expect(decimated.first?.x == 0)
    #expect(decimated.last?.x == positions.last?.x)
    #expect(zip(decimated, decimated.dropFirst()).allSatisfy { $0.x <= $1.x })
  }

  @Test func `a short curve keeps all its points`() {
    let positions = (0..<50).map { (Double($0 * 10), Double($0 * 37 % 11)) }
    #expect(Decimation.curve(positions).count == 50)
    #expect(Decimation.points(positions).count == 50)
  }

  @Test func `labels are pushed apart, no further than they must`() throws {
    let heights = try #require(
      DirectLabels.apart([100, 101, 300, 99, 52], spacing: 17, in: 50...340))
    let sorted = heights.sorted()
    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 >= 17 - 1e-9 })
    #expect(heights[2] == 300)
    #expect(heights[4] == 52)
    #expect(heights[3] < heights[0] && heights[0] < heights[1])
    #expect(DirectLabels.apart([100, 114], spacing: 17, in: 50...340) == [98.5, 115.5])
    #expect(DirectLabels.apart([60, 60, 60], spacing: 17, in: 50...80) == nil)
    #expect(DirectLabels.apart([400, 0], spacing: 17, in: 50...340) == [340, 50])
  }

  @Test func `curves that end on the right are named there, others in a legend`() throws {
    func x(of name: String, in figure: Figure) throws -> Double {
      let texts = try #require(SVGDocument(figure.svg)).texts
      return try #require(texts.first { $0.text == name }).number("x")
    }
    let apart = LinePlot(
      x: .linear("x"), y: .linear("y"), series: [.init("high", [1, 9]), .init("low", [1, 2])])
    #expect(try x(of: "high", in: Figure("apart", apart)) > 600)
    #expect(try x(of: "a network of 1", in: Samples.crowded) < 100)
  }

  @Test func `words say whether a curve falls, and leave out what has no position`() {
    func words(_ values: [Double]) -> String {
      LinePlot(x: .linear("epoch"), y: .log("loss"), series: [.init("loss", values)]).alt
    }
    #expect(
      words([4, 2, .nan, 1])
        == "Plot of loss against epoch. loss: falls throughout, from 4 at 1 to 1 at 4.")
    #expect(words([1, 2]).contains("rises throughout"))
    #expect(words([8, 4, 5, 3, 2]).contains("falls in 3 of 4 steps, from 8 at 1 to 2 at 5"))
    // Equal steps neither fall nor rise.
    #expect(
      words([11, 2, 2, 1]).contains("falls in 2 of 3 steps and never rises, from 11 at 1 to 1 at 4")
    )
    #expect(words([1, 1, 5]).contains("rises in 1 of 2 steps and never falls, from 1 at 1"))
    #expect(words([9, 5, 5, 5, 5, 5, 6, 4]).contains("loss: goes from 9 at 1 to 4 at 8"))
    #expect(words([3]).contains("is one point, 3 at 1"))
    #expect(words([-1, 0]).contains("has no points to draw"))
  }

  @Test func `a plot without points says so`() throws {
    for figure in [Samples.empty, Samples.noSeries] {
      let texts = try #require(SVGDocument(figure.svg)).texts.map(\.text)
      #expect(texts.contains("no finite points to draw"))
    }
  }

  @Test func `numbers near the end of Double do not trap`() {
    let plot = LinePlot(
      x: .linear("x"), y: .linear("y"), series: [.init("y", [-1.7e308, 1e299, 1.7e308, -1e299])])
    let figure = Figure("huge", plot)
    #expect(SVGDocument(figure.svg) != nil)
    #expect(
      !figure.lines(in: TerminalStyle(width: 80, hasColour: false, hasUnicode: true)).isEmpty)
  }
}
