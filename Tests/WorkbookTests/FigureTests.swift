import Foundation
import Testing
import Workbook

@testable import Reports

/// What holds for figures of every kind: in words, at a terminal, and as numbers.
@Suite struct FigureTests {
  @Test(arguments: Samples.all)
  func `a figure has words`(figure: Figure) {
    #expect(figure.alt.count > 10)
    #expect(figure.alt.hasSuffix("."))
    #expect(!figure.alt.contains("Optional") && !figure.alt.contains("\n"))
  }

  @Test(arguments: Samples.all, [24, 25, 31, 40, 57, 80, 120])
  func `a figure keeps to the width of the terminal`(figure: Figure, width: Int) {
    for hasUnicode in [true, false] {
      let plain = TerminalStyle(width: width, hasColour: false, hasUnicode: hasUnicode)
      let lines = figure.lines(in: plain)
      #expect(!lines.isEmpty)
      #expect(lines.allSatisfy { $0.count <= width }, "\(lines.max { $0.count < $1.count } ?? "")")
      let coloured = TerminalStyle(width: width, hasColour: true, hasUnicode: hasUnicode)
      #expect(figure.lines(in: coloured).allSatisfy { printed($0).count <= width })
    }
  }

  /// A line without its colours.
  private func printed(_ line: String) -> String {
    line.replacingOccurrences(of: "\u{1B}\\[[0-9;]*m", with: "", options: .regularExpression)
  }

  @Test(arguments: Samples.all)
  func `drawings without Unicode have no blocks, dots or arrows`(figure: Figure) {
    for hasColour in [false, true] {
      let style = TerminalStyle(width: 80, hasColour: hasColour, hasUnicode: false)
      let signs = "─│└█▓▒░▀▚▞○⋮→←…"
      #expect(!figure.lines(in: style).joined().contains { signs.contains($0) })
    }
  }

  @Test(arguments: Samples.all)
  func `numbers come back from the file as they were`(figure: Figure) throws {
    let records = records(of: figure.csv)
    let heading = try #require(records.first)
    #expect(records.allSatisfy { $0.count == heading.count })
    switch figure.content {
    case let plot as LinePlot:
      let points = plot.series.flatMap { series in
        series.points.map { [series.name, "\($0.x)", "\($0.y)"] }
      }
      #expect(records.dropFirst() == points[...])
      let values = plot.series.flatMap { $0.points.map(\.y.bitPattern) }
      #expect(records.dropFirst().map { Double($0[2])?.bitPattern } == values)
    case let grid as ImageGrid:
      #expect(records.dropFirst().map { $0.dropFirst().map { Double($0) } } == grid.images)
      #expect(records.dropFirst().map { $0[0] } == grid.captions)
    case let plot as RegionPlot:
      #expect(records.count == 1 + plot.points.count + plot.points.classes)
      let fractions = records.compactMap { Double($0[4]) }
      #expect(abs(fractions.reduce(0, +) - 1) < 1e-12)
    case let plot as ConfusionPlot:
      let counts = records.dropFirst().compactMap { Int($0[2]) }
      #expect(counts == Array(plot.matrix.counts.joined()))
    case let plot as BarPlot: #expect(records.count == 1 + plot.bars.count)
    case let diagram as NetworkDiagram:
      #expect(records.dropFirst().map { Int($0[2]) } == diagram.layers.map(\.width))
    case let diagram as GraphDiagram:
      let numbers = diagram.nodes.map { [$0.value, $0.gradient].map(\.description) }
      #expect(records.dropFirst().map { Array($0[2...3]) } == numbers)
    case let diagram as GridDiagram:
      let cells = diagram.grids.flatMap { $0.rows.joined() }
      #expect(
        records.dropFirst().map { Double($0[3])?.description } == cells.map(\.value?.description))
      #expect(
        records.dropFirst().map { Int($0[4]) } == cells.map { $0.highlight.map { $0 + 1 } })
    case let diagram as OwnershipDiagram:
      let states = diagram.chains.flatMap { $0.items.map { $0.isHeld ? "held" : "released" } }
      #expect(records.dropFirst().map { $0[3] } == states)
    case let plane as PlaneDiagram:
      let points = plane.points.map(\.positions.count).reduce(0, +)
      #expect(records.count == 1 + points + plane.lines.count + plane.arrows.count)
      #expect(records.filter { $0[0] == "line" }.map { Double($0[6]) } == plane.lines.map(\.offset))
    default: Issue.record("no expectation for \(type(of: figure.content))")
    }
  }

  @Test func `figures are equal where name, kind and data are`() {
    let plot = BarPlot("n", bars: [("a", 1)])
    #expect(Figure("f", plot) == Figure("f", BarPlot("n", bars: [("a", 1)])))
    #expect(Figure("f", plot) != Figure("g", plot))
    #expect(Figure("f", plot) != Figure("f", BarPlot("n", bars: [("a", 2)])))
    #expect(Figure("f", BarPlot("n", bars: [])) != Figure("f", NetworkDiagram([])))
  }

  @Test func `words are missing where a curve, an axis or an image has no name`() {
    func plot(_ x: String, _ name: String) -> Figure {
      Figure("f", LinePlot(x: .linear(x), y: .linear("y"), series: [.init(name, [1])]))
    }
    #expect(plot("x", "a").missingWords == nil)
    #expect(plot("", "a").missingWords == "an axis has no label")
    #expect(plot("x", "").missingWords == "a curve has no name")
    #expect(Samples.images.missingWords == "an image has no caption")
    #expect(Samples.noCells.missingWords == "a grid has no label")
    #expect(Samples.grids.missingWords == nil)
    #expect(Samples.bars.missingWords == nil)
  }

  /// A kind of figure that only these tests know.
  private struct Dot: FigureContent {
    var alt: String { "A dot." }
    var records: [[String]] { [["x"], ["1"]] }
    func svg() -> SVG { SVG(width: 10, height: 10) }
    func lines(in style: TerminalStyle) -> [String] { ["x 1·10⁻³"] }
  }

  @Test func `a new kind of figure needs its conformance and nothing else`() {
    let figure = Figure("dot", Dot())
    #expect(figure.csv == "x\r\n1\r\n")
    #expect(figure.svg.contains("<desc>A dot.</desc>"))
    #expect(figure.missingWords == nil && figure == Figure("dot", Dot()))
    let ascii = TerminalStyle(width: 80, hasColour: false, hasUnicode: false)
    #expect(figure.lines(in: ascii) == ["x 1e-3"])
  }

  @Test func `a field with a comma, a quote or a line's end is quoted`() {
    let plot = BarPlot("how, \"many\"", bars: [("a\r\nb", 0.1)])
    #expect(Figure("f", plot).csv == "category,\"how, \"\"many\"\"\"\r\n\"a\r\nb\",0.1\r\n")
  }

  /// Reads comma-separated values as RFC 4180 writes them.
  private func records(of csv: String) -> [[String]] {
    var (records, record, field, isQuoted): ([[String]], [String], String, Bool) =
      ([], [], "", false)
    for character in csv {
      switch character {
      case "\"":
        // A doubled quote ends and begins again: the second stands for itself.
        if !isQuoted, !field.isEmpty { field.append("\"") }
        isQuoted.toggle()
      case "," where !isQuoted:
        record.append(field)
        field = ""
      case "\r\n" where !isQuoted:
        records.append(record + [field])
        (record, field) = ([], "")
      default: field.append(character)
      }
    }
    return records
  }
}
