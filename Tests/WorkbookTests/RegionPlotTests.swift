import Testing
import Workbook

@testable import Reports

private func corners(_ low: Double, _ high: Double) -> LabelledPoints {
  LabelledPoints(
    points: [[low, low], [high, low], [low, high], [high, high]], labels: [0, 1, 1, 0], classes: 2)
}

@Test func `a network is asked about the middles of cells, from the top left`() throws {
  var cells = Matrix<Double>(rows: 0, columns: 2, elements: [])
  let plot = RegionPlot(corners(0, 1), resolution: 4) {
    cells = $0
    return Array(repeating: 0, count: $0.rows)
  }
  #expect(cells.shape == "[16, 2]")
  // The plane is 8 hundredths wider than the points on each side: −0.08…1.08, in steps of 0.29.
  let expected = [-0.08 + 0.145, 1.08 - 0.145]
  #expect((cells.row(0) - Vector(expected)).squaredNorm < 1e-30)
  #expect((cells.row(15) - Vector(expected.reversed())).squaredNorm < 1e-30)
  #expect(cells[1, 0] > cells[0, 0] && cells[1, 1] == cells[0, 1])
  #expect(abs(plot.xRange.lowerBound + 0.08) < 1e-15 && abs(plot.yRange.upperBound - 1.08) < 1e-15)
}

@Test func `the words of a plot count the cells and the points in their own region`() {
  // All of the left half is class 1: of the corners only (0, 1) is 1 there, and (1, 1) is 0 right.
  let plot = RegionPlot(corners(0, 1), resolution: 10) { cells in
    cells.column(0).elements.map { $0 < 0.5 ? 1 : 0 }
  }
  #expect(
    plot.alt == "Decision regions for x₁ from −0.080 to 1.08 and x₂ from −0.080 to 1.08: "
      + "class 0 is given 50 % of the plane and has 2 points; "
      + "class 1 is given 50 % of the plane and has 2 points. "
      + "2 of 4 points lie in the region of their class.")
}

@Test func `classes can have names of their own`() throws {
  let plot = RegionPlot(corners(0, 1), names: ["label −1", "label +1"], resolution: 4) {
    Array(repeating: 0, count: $0.rows)
  }
  let figure = Figure("named", plot)
  let texts = try #require(SVGDocument(figure.svg)).texts.map(\.text)
  for name in plot.names {
    #expect(plot.alt.contains("\(name) is given") && texts.contains(name))
    #expect(figure.lines(in: .pipe).contains { $0.contains(": \(name), region") })
  }
  #expect(!plot.alt.contains("class 0") && !texts.contains("class 0"))
}

@Test func `points stand in their corners, in the letter of their class`() {
  let plot = Figure("corners", RegionPlot(corners(0, 1)) { Array(repeating: 0, count: $0.rows) })
  let lines = plot.lines(in: .pipe).dropLast(2)
  let rows = lines.filter { $0.contains("o") || $0.contains("x") }
    .map { $0.filter { $0 != " " } }
  #expect(rows == ["xo", "ox"])
  // 64 characters across, 3/8 as many down, since a character is taller than wide.
  #expect(lines.count == 28 && lines.allSatisfy { $0.count == 58 })
}

@Test func `regions differ in shade, or in letters' backgrounds where there is colour`() {
  let plot = Figure(
    "halves", RegionPlot(corners(0, 1)) { $0.column(0).elements.map { $0 < 0.5 ? 0 : 1 } })
  let row = plot.lines(in: .pipe)[10]
  #expect(row == "  " + String(repeating: " ", count: 28) + String(repeating: "░", count: 28))
  let dumb = plot.lines(in: .dumb)[10]
  #expect(dumb == "  " + String(repeating: " ", count: 28) + String(repeating: ".", count: 28))
  let coloured = plot.lines(in: .full)[10]
  #expect(coloured.contains("48;5;24m") && coloured.contains("48;5;130m"))
  #expect(visible(coloured) == String(repeating: " ", count: 58))
}

@Test(arguments: [0, 1, -1e8, 1e8, 1e15, 1e-300])
func `points that coincide are in the middle of the plane`(x: Double) {
  let points = LabelledPoints(points: [[x, 0], [x, 0]], labels: [0, 1], classes: 2)
  let plot = RegionPlot(points, resolution: 5) { Array(repeating: 0, count: $0.rows) }
  let (across, down) = plot.position(of: 0)
  #expect(abs(across - 0.5) < 0.01 && abs(down - 0.5) < 0.01)
  #expect(Figure("middle", plot).lines(in: .pipe).joined().contains("x"))
}

@Test func `a plot of no points is refused`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    let none = LabelledPoints(
      points: Matrix(rows: 0, columns: 2, elements: []), labels: [], classes: 2)
    _ = RegionPlot(none) { _ in [] }
  }
  #expect(try words(of: result).contains("the points are [0, 2]; [n, 2] with n > 0 is expected"))
}
