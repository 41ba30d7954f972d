import Testing
import Workbook

@testable import Reports

/// An image with a window of two by two, and what the window makes of it.
private let window = GridDiagram([
  .init(
    "image",
    [
      [.init(1, highlight: 0), .init(2, highlight: 0), .init(0, isFaint: true)],
      [.init(3, highlight: 0), .init(4, highlight: 0), .init(0, isFaint: true)],
      [.init(5), .init(-6), .init(nil)],
    ], sign: "→"),
  .init("sum", [[.init(10, highlight: 0)]]),
])

@Test func `the words of grids say their numbers, and which cells are highlighted`() {
  #expect(
    window.alt
      == "2 grids side by side: image, 3 by 3, 1 2 0 | 3 4 0 | 5 −6 empty, highlighted: "
      + "rows 1 to 2 of columns 1 to 2; sum, 1 by 1, 10, highlighted: row 1 of column 1.")
  let named = GridDiagram([
    .init(
      "maxima",
      [[.init(1, highlight: 2), .init(2, highlight: 1)], [.init(2, highlight: 1), .init(3)]],
      rowLabels: ["a", "b"])
  ])
  #expect(
    named.alt
      == "A grid: maxima, 2 by 2, a: 1 2 | b: 2 3, highlighted: 2 cells as 2, "
      + "row 1 of column 1 as 3.")
  #expect(GridDiagram([]).alt == "There are no grids.")
}

@Test func `a terminal has brackets around what is highlighted, and a sign between grids`() {
  #expect(
    Figure("g", window).lines(in: .pipe) == [
      "  image            sum", "  [ 1][ 2]  0", "  [ 3][ 4]  0    → [10]", "    5  −6   .",
    ])
  #expect(Figure("g", window).lines(in: .dumb)[2] == "  [ 3][ 4]  0   -> [10]")
}

@Test func `grids that do not fit beside each other stand below each other`() {
  var style = TerminalStyle.pipe
  style.width = 24
  let numbers = GridDiagram([.init("numbers", [[.init(12345)]], sign: "="), window.grids[0]])
  #expect(
    Figure("g", numbers).lines(in: style) == [
      "  numbers", "   12,345", "", "  image", "  [ 1][ 2]  0", "  [ 3][ 4]  0", "    5  −6   .",
    ])
  let wide = GridDiagram([.init("wide", [(1...9).map { .init(Double($0)) }], rowLabels: ["w"])])
  #expect(Figure("g", wide).lines(in: style) == ["  wide:", "  w: 1 2 3 4 5 6 7 8 9"])
}

@Test func `cells of a colour have its dashes, and every number stands in its cell`() throws {
  let drawing = Figure("g", window).drawing
  let marked = try #require(drawing.all("path", class: "s0 d0").first)
  let cells = Box.positions(of: marked.attributes["d"] ?? "")
  #expect(cells.count == 4)
  let box = Box(path: marked)
  for (number, word) in drawing.all("text").filter({ "1234".contains($0.text) }).enumerated() {
    #expect(word.text == "\(number + 1)")
    let inside = Box(text: word)
    #expect(box.left < inside.left && inside.right < box.right)
    #expect(box.top < inside.top && inside.bottom < box.bottom)
  }
  #expect(drawing.all("path", class: "grid").count == 1)
  #expect(drawing.words.filter { $0 == "→" }.count == 1)
}

@Test func `rows of different lengths and missing names are refused`() async throws {
  let rows = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = GridDiagram.Grid("g", [[.init(1)], [.init(1), .init(2)]])
  }
  #expect(try words(of: rows).contains("a row of “g” has 2 cells; the first has 1"))
  let names = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = GridDiagram.Grid("g", [[.init(1)]], rowLabels: ["a", "b"])
  }
  #expect(try words(of: names).contains("“g” has 2 names for 1 rows"))
}
