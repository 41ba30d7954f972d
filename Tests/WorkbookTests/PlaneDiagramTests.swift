import Testing
import Workbook

@testable import Reports

/// The line x₁ = x₂, its normal, and a point on each side.
private let diagonal = PlaneDiagram(
  points: [.init("below", [.init(1, 0)]), .init("above", [.init(0, 1), .init(-1, 1)])],
  lines: [.init("x₁ = x₂", normal: .init(1, -1), offset: 0)],
  arrows: [.init("w", to: .init(1, -1))])

@Test func `the words of a plane say points, lines and arrows`() {
  #expect(
    diagonal.alt
      == "A plane with x₁ from −1.24 to 1.24 and x₂ from −1.24 to 1.24: 1 points below; "
      + "2 points above; line x₁ = x₂, where 1 x₁ + −1 x₂ + 0 = 0; arrow w from (0, 0) to (1, −1).")
  #expect(PlaneDiagram().alt == "A plane without points or arrows.")
  #expect(diagonal.missingWords == nil)
  #expect(PlaneDiagram(arrows: [.init("", to: .init(1, 1))]).missingWords != nil)
}

@Test(arguments: [(0.0, 1.0, -0.5), (1, 0, 0.25), (3, 4, 1), (-2, 0.5, 0.1), (1e-8, 1e-8, 0)])
func `a line ends at the border of the plane, on the line`(a: Double, b: Double, offset: Double)
  throws
{
  let plane = PlaneDiagram(
    points: [.init("corners", [.init(-1, -1), .init(1, 1)])],
    lines: [.init("l", normal: .init(a, b), offset: offset)])
  let (start, end) = try #require(plane.ends(of: plane.lines[0]))
  let xRange = try #require(plane.xRange)
  for place in [start, end] {
    #expect(abs(a * place.x + b * place.y + offset) < 1e-12 * (abs(a) + abs(b)))
    #expect(abs(max(abs(place.x), abs(place.y)) - xRange.upperBound) < 1e-12)
  }
}

@Test func `a line that is none, or elsewhere, is not drawn`() {
  let points = [PlaneDiagram.Points("p", [.init(0, 0), .init(1, 1)])]
  for (normal, offset) in [((0.0, 0.0), 1.0), ((1, 0), 5), ((.nan, 1), 0), ((0, 1), .infinity)] {
    let line = PlaneDiagram.Line("l", normal: .init(normal.0, normal.1), offset: offset)
    let plane = PlaneDiagram(points: points, lines: [line])
    #expect(plane.ends(of: line) == nil)
    #expect(
      Figure("f", plane).drawing.all("path", class: "s1").count == 1, "the legend's sample alone")
  }
}

@Test func `both axes have the same scale, so a right angle is right`() throws {
  let drawing = Figure("f", diagonal).drawing
  let lines = drawing.all("path", class: "s2").flatMap {
    Box.positions(of: $0.attributes["d"] ?? "")
  }
  let (line, shaft) = (try #require(lines.first), try #require(lines.dropFirst().first))
  let (a, b) = (line[1].x - line[0].x, line[1].y - line[0].y)
  let (c, d) = (shaft[1].x - shaft[0].x, shaft[1].y - shaft[0].y)
  #expect(abs(a * c + b * d) < 0.01 * Double.sqrt((a * a + b * b) * (c * c + d * d)))
}

@Test func `an arrow has the colour of its line, and its name at its head`() throws {
  let drawing = Figure("f", diagonal).drawing
  #expect(drawing.all("path", class: "s2 d0").count == 2, "the line and its sample")
  #expect(drawing.all("path", class: "f2").count == 1)
  let name = try #require(drawing.all("text").first { $0.text == "w" })
  #expect(name.attributes["class"] == "t2")
}

@Test func `a terminal shows letters for points and heads of arrows`() {
  let lines = Figure("f", diagonal).lines(in: .pipe)
  let plane = lines.dropLast(4)
  #expect(plane.joined().filter { $0 == "o" }.count == 1)
  #expect(plane.joined().filter { $0 == "x" }.count == 2)
  #expect(plane.joined().filter { $0 == "A" }.count == 1)
  #expect(lines.suffix(4) == ["  o below", "  x above", "  ⠒ x₁ = x₂", "  A w"])
}
