import Testing
import Workbook

@testable import Reports

private func plot(
  _ series: LinePlot.Series..., x: LinePlot.Axis = .linear("x"), y: LinePlot.Axis = .linear("y")
) -> Figure {
  Figure("plot", LinePlot(x: x, y: y, series: series))
}

private let nan = Double.nan

/// Plots with little or nothing to draw, or too much for the numbers of an axis.
private let oddities: [Figure] = [
  plot(), plot(.init("empty", [Double]())), plot(.init("NaN", [nan, nan])),
  plot(.init("one", [3])), plot(.init("constant", [2, 2, 2])), plot(.init("zero", [0, 0, 0])),
  plot(.init("infinite", [.infinity, -.infinity])), plot(.init("some", [1, nan, .infinity, 2])),
  plot(.init("huge", [-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude])),
  plot(.init("large and constant", [1e17, 1e17])),
  plot(.init("tiny", [Double.leastNonzeroMagnitude, 0])),
  plot(.init("largest and constant", [1e300, 1e300])),
  plot(.init("one huge", [Double.greatestFiniteMagnitude])),
  plot(.init("not positive", [-1, 0]), y: .log("y")),
  plot(.init("some positive", [-1, 0, 5]), y: .log("y")),
  plot(.init("all sizes", [Double.leastNonzeroMagnitude, 1e300]), y: .log("y")),
  plot(.init("empty", [Double]()), .init("one", [1])),
]

@Test(arguments: oddities.indices)
func `plots of little or nothing are drawn or explained`(index: Int) throws {
  let figure = oddities[index]
  let plot = try #require(figure.content as? LinePlot)
  let hasPoints = plot.series.joined.contains {
    plot.x.position(of: $0.x) != nil && plot.y.position(of: $0.y) != nil
  }
  for style in [TerminalStyle.full, .pipe, .dumb] {
    let lines = figure.lines(in: style).map(visible)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.joined().contains("no finite points to draw") != hasPoints)
    // A heading, 11 lines of canvas, the axis and its ends, and a legend where there is a choice.
    if hasPoints { #expect(lines.count == (plot.series.count > 1 ? 14 + plot.series.count : 14)) }
  }
  for series in plot.series { #expect(figure.alt.contains(series.name)) }
}

extension [LinePlot.Series] {
  fileprivate var joined: [LinePlot.Point] { flatMap(\.points) }
}

@Test func `a rising line runs from the lower left to the upper right`() throws {
  let lines = plot(.init("rise", [0, 1, 2, 3])).lines(in: .pipe)
  let canvas = lines.dropFirst().prefix(11).map { line in
    Array(line.drop { $0 != "│" }.dropFirst())
  }
  let top = try #require(canvas.first)
  let bottom = try #require(canvas.last)
  #expect(bottom.first != " " && bottom.last == " ")
  #expect(top.first == " " && top.last != " ")
  // Lower down, further left: the first dots of the lines never move right.
  let starts = canvas.map { line in line.firstIndex { $0 != " " } ?? -1 }
  #expect(starts == starts.sorted(by: >))
}

@Test func `the ends of both axes are named`() {
  let lines = plot(.init("loss", [8, 2, 4]), x: .linear("epoch")).lines(in: .pipe)
  #expect(lines[1].hasPrefix("          8 │"))
  #expect(lines[6].hasPrefix("          5 │"))
  #expect(lines[11].hasPrefix("          2 │"))
  #expect(lines[13].split(separator: " ") == ["1", "epoch", "3"])
}

@Test func `equal ratios are equal steps on a logarithmic axis`() {
  // The middle between 1 and 10,000 is 100.
  let lines = plot(.init("loss", [1, 10_000]), y: .log("loss")).lines(in: .pipe)
  #expect(lines[6].hasPrefix("        100 │"))
}

@Test func `of several series each ends in its letter`() {
  let lines = plot(.init("up", [0, 1]), .init("down", [1, 0])).lines(in: .pipe)
  #expect(lines[1].hasSuffix("A up") && lines[2].hasSuffix("B down"))
  #expect(lines[3].hasSuffix("A") && lines[13].hasSuffix("B"))
  #expect(!plot(.init("up", [0, 1])).lines(in: .pipe).joined().contains("A"))
}

@Test func `points alone are not joined`() {
  let points: [LinePlot.Point] = [.init(0, 0), .init(1, 1)]
  func dots(_ isJoined: Bool) -> Int {
    plot(.init("p", points, isJoined: isJoined)).lines(in: .dumb).dropLast(2).joined()
      .filter { $0 == "*" }.count
  }
  #expect(dots(false) == 2)
  #expect(dots(true) > 20)
}

@Test func `the words of a plot say how each curve goes`() {
  let figure = plot(
    .init("training", [9, nan, 1, 4]), .init("nothing", [nan]), x: .linear("epoch"),
    y: .linear("loss"))
  #expect(
    figure.alt == "Plot of loss against epoch. training: goes from 9 at 1 to 4 at 4, "
      + "lowest 1 at 3, highest 9 at 1; nothing: has no points to draw.")
}

@Test(
  arguments: [
    (0, "0"), (7, "7"), (1234, "1,234"), (0.5, "0.500"), (2.345, "2.35"), (12.34, "12.3"),
    (567.8, "568"), (10_000, "1.0·10⁴"), (0.0001, "1.0·10⁻⁴"), (-3, "−3"), (.infinity, "∞"),
    (.nan, "NaN"),
  ] as [(Double, String)])
func `a number on an axis is brief`(value: Double, text: String) {
  #expect(brief(value) == text)
}

// MARK: - The canvas

@Test(arguments: 0..<8)
func `each dot of a braille character has its bit`(dot: Int) {
  // Unicode 16, chapter 21.1: dots 1 to 8 are bits 0 to 7; 1, 2, 3, 7 stand on the left.
  let positions = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
  var canvas = BrailleCanvas(columns: 1, rows: 1)
  canvas.dot(positions[dot].0, positions[dot].1, series: 0)
  let expected: UInt32 = 0x2800 + (1 << UInt32(dot))
  #expect(canvas.lines(in: .pipe).joined().unicodeScalars.map(\.value) == [expected])
}

@Test func `dots beyond the canvas are not drawn, and marks there stay at its edge`() {
  var canvas = BrailleCanvas(columns: 2, rows: 2)
  for (x, y) in [(-1, 0), (0, -1), (4, 0), (0, 8)] { canvas.dot(x, y, series: 0) }
  #expect(canvas.lines(in: .pipe) == ["  ", "  "])
  canvas.mark("A", at: (-5, -5), series: 0)
  canvas.mark("B", at: (50, 50), series: 1)
  #expect(canvas.lines(in: .pipe) == ["A ", " B"])
}

/// A path into a round valley with two contours.
private let valley = LinePlot(
  x: .linear("b"), y: .linear("w"), series: [.init("path", [.init(3, 0), .init(1, 0)])],
  contours: [2.0, 4].map { radius in
    .init(
      at: radius * radius,
      (0...40).map { step in
        let turn = Double(step) / 20 * Double.pi
        return .init(radius * Double.cos(turn), radius * Double.sin(turn))
      })
  })

@Test func `contours are drawn behind the curves, round where they are round`() {
  let figure = Figure("valley", valley)
  // The axes are drawn first. The rings are as wide as they are high.
  let rings = figure.drawing.all("path", class: "axis").dropFirst().map { Box(path: $0) }
  #expect(rings.count == 1)
  #expect(rings.allSatisfy { abs(($0.right - $0.left) / ($0.bottom - $0.top) - 1) < 0.01 })
  #expect(figure.alt.hasSuffix("; behind it 2 contour lines, 4 to 16."))
  #expect(valley.records.filter { $0[0].hasPrefix("contour") }.count == 82)
  #expect(figure.lines(in: .pipe).allSatisfy { $0.count <= 80 })
}

@Test func `a plot of contours alone, or of none that can be drawn, is drawn or explained`() {
  let alone = LinePlot(x: .linear("x"), y: .linear("y"), series: [], contours: valley.contours)
  #expect(!Figure("f", alone).drawing.all("path", class: "axis").isEmpty)
  let nothing = LinePlot(
    x: .linear("x"), y: .linear("y"), series: [], contours: [.init(at: .nan, [.init(.nan, 1)])])
  #expect(Figure("f", nothing).drawing.words.contains("no finite points to draw"))
}
