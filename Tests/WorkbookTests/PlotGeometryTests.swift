import Testing
import Workbook

@testable import Reports

/// Where curves and bars stand on the card, held beside the numbers that they show.
@Suite struct PlotGeometryTests {
  /// Points of which no two have the same place under an exchange or a reflection of the axes.
  static let points: [LinePlot.Point] = [.init(0, 1), .init(1, 7), .init(3, 2), .init(8, 4)]

  static func plot(
    _ series: [LinePlot.Series], x: LinePlot.Axis = .linear("input"),
    y: LinePlot.Axis = .linear("output")
  ) -> Drawing {
    Figure("plot", LinePlot(x: x, y: y, series: series)).drawing
  }

  /// Expects positions to be those of points, to the tenths of a pixel that a path has.
  static func expect(
    _ positions: [SVG.Position], _ points: [LinePlot.Point], _ x: DrawnAxis, _ y: DrawnAxis,
    within: Double = 0.3, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(positions.count == points.count, sourceLocation: sourceLocation)
    for (position, point) in zip(positions, points) {
      let wanted = (x: x.position(of: point.x), y: y.position(of: point.y))
      let isThere = abs(position.x - wanted.x) < within && abs(position.y - wanted.y) < within
      #expect(isThere, "\(point) at \(position), not \(wanted)", sourceLocation: sourceLocation)
    }
  }

  @Test func `a curve goes through its points, x to the right and y upwards`() throws {
    let drawing = Self.plot([.init("output", Self.points)])
    let (x, y) = try (drawing.horizontalAxis(), drawing.verticalAxis())
    #expect(x.isEven && y.isEven)
    #expect(x.position(of: 8) - x.position(of: 0) > 400)
    #expect(y.position(of: 1) - y.position(of: 7) > 200)
    Self.expect(try drawing.line("s0"), Self.points, x, y)
    Self.expect(drawing.middles(ofPath: "f0"), Self.points, x, y)
  }

  @Test func `equal ratios are equal steps on both logarithmic axes`() throws {
    let points: [LinePlot.Point] = [
      .init(1, 100), .init(10, 0.01), .init(1000, 1), .init(2000, 30),
    ]
    let drawing = Self.plot([.init("output", points)], x: .log("input"), y: .log("output"))
    let x = try drawing.horizontalAxis(isLogarithmic: true)
    let y = try drawing.verticalAxis(isLogarithmic: true)
    #expect(x.isEven && y.isEven)
    #expect(x.position(of: 1) < x.position(of: 10) && y.position(of: 1) < y.position(of: 0.1))
    Self.expect(try drawing.line("s0"), points, x, y)
  }

  @Test func `each axis has its own name: the vertical above, the horizontal below`() throws {
    let drawing = Self.plot([.init("output", Self.points)])
    let (x, y) = try (drawing.horizontalAxis(), drawing.verticalAxis())
    let (input, output) = try (drawing.text("input"), drawing.text("output"))
    #expect(output.number("y") < y.position(of: 7) && output.number("x") < x.position(of: 0))
    #expect(input.number("y") > y.position(of: 0))
    let middle = (x.position(of: 0) + x.position(of: 8)) / 2
    #expect(input.attributes["text-anchor"] == "middle" && abs(input.number("x") - middle) < 40)
  }

  @Test func `a name beside the end of a curve is that curve's, in its colour`() throws {
    let ends = [5.0, 1, 9]
    let drawing = Self.plot(ends.map { .init("to \(Int($0))", [4, $0]) })
    let y = try drawing.verticalAxis()
    for (index, end) in ends.enumerated() {
      let name = try drawing.text("to \(Int(end))")
      #expect(abs(name.number("y") - 4.5 - y.position(of: end)) < 1)
      #expect(name.attributes["class"] == "t\(index)")
      let last = try #require(drawing.line("s\(index)").last)
      #expect(abs(last.y - y.position(of: end)) < 0.3 && name.number("x") > last.x)
    }
  }

  @Test func `a legend has a sample of each curve right before its name`() throws {
    // The last curve ends early, so the names stand in a legend.
    let series: [LinePlot.Series] = [
      .init("first", [1, 2, 3, 9]), .init("second", [3, 5, 2, 1]), .init("third", [4, 4]),
    ]
    let drawing = Self.plot(series)
    for (index, one) in series.enumerated() {
      let name = try drawing.text(one.name)
      #expect(name.attributes["class"] == "t\(index)")
      let sample = try #require(drawing.all("path", class: "s\(index)").last)
      let box = Box(path: sample)
      #expect(abs(box.middle.y - (name.number("y") - 4.5)) < 0.2)
      #expect(box.right < name.number("x") && name.number("x") - box.right < 12)
      #expect(try drawing.line("s\(index)").count == one.points.count)
    }
  }

  @Test func `a bar reaches from 0 to its value, in the row of its name`() throws {
    let bars = [("up", 3.0), ("down", -1.5), ("most", 6)]
    let drawing = Figure("bars", BarPlot("change", format: .decimals(1), bars: bars)).drawing
    let x = try drawing.horizontalAxis()
    #expect(x.isEven && x.position(of: 6) > x.position(of: 0))
    let rects = drawing.all("rect", class: "f0").map { Box(rect: $0) }
    #expect(rects.count == 3)
    for ((name, value), box) in zip(bars, rects) {
      #expect(abs(box.left - x.position(of: min(0, value))) < 0.8)
      #expect(abs(box.right - x.position(of: max(0, value))) < 0.8)
      let (word, number) = try (
        drawing.text(name), drawing.text(NumberFormat.decimals(1).text(of: value))
      )
      for text in [word, number] { #expect(abs(text.number("y") - 4.5 - box.middle.y) < 0.2) }
      #expect(value < 0 ? number.number("x") < box.left : number.number("x") > box.right)
    }
    #expect(zip(rects, rects.dropFirst()).allSatisfy { $0.bottom < $1.top })
  }

  @Test func `parts follow each other in their order, in the colours of the legend`() throws {
    let (values, parts) = ([2.0, 5, 1], ["seen", "missed", "unknown"])
    let drawing = Figure("b", BarPlot("n", parts: parts, bars: [("one", values)])).drawing
    let x = try drawing.horizontalAxis()
    var start = 0.0
    for (index, value) in values.enumerated() {
      let rects = drawing.all("rect", class: "f\(index)").map { Box(rect: $0) }
      #expect(rects.count == 2, "a sample and a part")
      #expect(abs(rects[1].left - x.position(of: start)) < 0.8)
      #expect(abs(rects[1].right - x.position(of: start + value)) < 0.8)
      start += value
      let name = try drawing.text(parts[index])
      #expect(abs(rects[0].middle.y - (name.number("y") - 4.5)) < 0.2)
      #expect(rects[0].right < name.number("x") && name.number("x") - rects[0].right < 12)
      let number = try drawing.text("\(Int(value))", inside: rects[1])
      #expect(abs(number.number("x") - rects[1].middle.x) < 0.8)
    }
  }

  @Test func `a column of a histogram spans its bin, and is as high as its count`() throws {
    let values = [0.5, 1.5, 1.6, 1.7, 3.2, 3.4]
    let plot = BarPlot.histogram("size", values: values, bins: 4, range: 0...4)
    let drawing = Figure("h", plot).drawing
    let (x, y) = try (drawing.horizontalAxis(), drawing.verticalAxis())
    #expect(x.isEven && y.isEven && y.position(of: 3) < y.position(of: 0))
    let columns = try #require(drawing.all("path", class: "f0").first).cells
    let wanted = [(0.0, 1.0), (1, 3), (3, 2)]
    #expect(columns.count == wanted.count)
    for (box, (bin, count)) in zip(columns, wanted) {
      #expect(
        abs(box.left - x.position(of: bin)) < 1 && abs(box.right - x.position(of: bin + 1)) < 1)
      #expect(abs(box.top - y.position(of: count)) < 0.3)
      #expect(abs(box.bottom - y.position(of: 0)) < 0.3)
    }
  }
}

extension Drawing {
  /// The first text that reads so and stands in a box.
  fileprivate func text(_ words: String, inside box: Box) throws -> Element {
    try #require(
      all("text").first { $0.text == words && box.contains($0.number("x"), $0.number("y")) })
  }
}
