import Testing
import Workbook

@testable import Reports

private let digits = NetworkDiagram([("pixels", 64), ("relu", 3), ("softmax", 10)])

@Test func `the words say each layer and count the connections`() {
  // 64 · 3 + 3 · 10 = 222.
  #expect(
    digits.alt
      == "A network drawn as 3 columns of units, each joined to the next: pixels with 64 units, "
      + "then relu with 3 units, then softmax with 10 units; 222 connections.")
  #expect(NetworkDiagram([]).alt == "A network without layers.")
}

@Test(arguments: 1...20)
func `a layer has its units, or its first and last with an ellipsis between`(width: Int) {
  let rows = NetworkDiagram.rows(of: width, atMost: 7)
  #expect(rows.count == min(width, 7))
  #expect(rows.filter { $0 == nil }.count == (width > 7 ? 1 : 0))
  let units = rows.compactMap(\.self)
  #expect(units.first == 0 && units.last == width - 1)
  #expect(zip(units, units.dropFirst()).allSatisfy { $0 < $1 })
}

@Test func `each circle is joined to each of the next layer`() {
  let drawing = Figure("n", digits).drawing
  let edges = Box.positions(of: drawing.all("path", class: "axis")[0].attributes["d"] ?? "")
  // Of 64 and of 10 units six are drawn.
  #expect(edges.count == 7 * 3 + 3 * 7)
  let circles = drawing.all("path", class: "plate").map {
    Box.positions(of: $0.attributes["d"] ?? "").count
  }
  #expect(circles == [7, 3, 7])
  #expect(drawing.words == ["64", "pixels", "3", "relu", "10", "softmax"])
}

@Test func `a terminal shows circles in columns`() {
  let lines = Figure("n", NetworkDiagram([("in", 2), ("out", 1)])).lines(in: .pipe)
  #expect(lines == ["  in     out", "  ○       ○", "  ○   →", "  2       1"])
}

@Test func `a layer without units is refused`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = NetworkDiagram([("relu", 0)])
  }
  #expect(try words(of: result).contains("layer relu has 0 units"))
}
