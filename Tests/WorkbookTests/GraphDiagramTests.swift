import Testing
import Workbook

@testable import Reports

/// (w x + b)², with its gradients.
private let square = GraphDiagram([
  .init("w", value: 2, gradient: 42), .init("x", value: 3, gradient: 28),
  .init("×", value: 6, gradient: 14, madeOf: [0, 1]), .init("b", value: 1, gradient: 14),
  .init("+", value: 7, gradient: 14, madeOf: [2, 3]),
  .init("²", value: 49, gradient: 1, madeOf: [4]),
])

@Test func `the words say each node, what it is made of, and its numbers`() {
  #expect(
    square.alt
      == "A graph of 6 numbers that ends in ²: w with value 2.000 and gradient 42.000; "
      + "x with value 3.000 and gradient 28.000; × of w and x with value 6.000 and gradient 14.000; "
      + "b with value 1.000 and gradient 14.000; + of × and b with value 7.000 and gradient 14.000; "
      + "² of + with value 49.000 and gradient 1.000.")
  #expect(GraphDiagram([]).alt == "A graph without nodes.")
}

@Test func `a node stands behind its parts, and a leaf right before its first use`() {
  #expect(square.columns == [0, 0, 1, 1, 2, 3])
  #expect(GraphDiagram([.init("a", value: 1, gradient: 1)]).columns == [0])
}

@Test func `each part has an arrow to what is made of it, and each node a box`() {
  let drawing = Figure("g", square).drawing
  let lines = Box.positions(of: drawing.all("path", class: "axis")[0].attributes["d"] ?? "")
  let heads = Box.positions(of: drawing.all("path", class: "dots")[0].attributes["d"] ?? "")
  #expect(lines.count == 5 && heads.count == 5)
  // An arrow leads to the right.
  #expect(lines.allSatisfy { $0.count == 2 && $0[0].x < $0[1].x })
  #expect(drawing.all("path", class: "plate").count == 6)
  #expect(drawing.words.filter { $0 == "14.000" }.count == 3)
}

@Test func `what is used twice has two arrows, apart from each other`() {
  let double = GraphDiagram([
    .init("a", value: 1, gradient: 2), .init("+", value: 2, gradient: 1, madeOf: [0, 0]),
  ])
  let drawing = Figure("g", double).drawing
  let lines = Box.positions(of: drawing.all("path", class: "axis")[0].attributes["d"] ?? "")
  #expect(lines.count == 2 && lines[0][0].y != lines[1][0].y && lines[0][1].y != lines[1][1].y)
}

@Test func `no two boxes of a graph touch`() {
  let boxes = Figure("g", square).drawing.all("path", class: "plate").map { Box(path: $0) }
  for (index, a) in boxes.enumerated() {
    for b in boxes[..<index] {
      let isApart = a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top
      #expect(isApart)
    }
  }
}

@Test func `a terminal shows a node in a line`() {
  let lines = Figure("g", square).lines(in: .pipe)
  #expect(
    lines == [
      "  w    value  2.000  gradient 42.000", "  x    value  3.000  gradient 28.000",
      "  3 ×  value  6.000  gradient 14.000  ← w, x", "  b    value  1.000  gradient 14.000",
      "  5 +  value  7.000  gradient 14.000  ← 3, b", "  6 ²  value 49.000  gradient  1.000  ← 5",
    ])
}

@Test func `a node before its parts is refused`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = GraphDiagram([.init("a", value: 1, gradient: 1, madeOf: [0])])
  }
  #expect(try words(of: result).contains("node 0, a, is made of [0]"))
}

/// a (b c + b), with the derivative along each arrow.
private let paths = GraphDiagram(
  [
    .init("a", value: 2, gradient: 9), .init("b", value: 3, gradient: 6),
    .init("s", value: 9, gradient: 2, madeOf: [1, 1], derivatives: [2, 1]),
    .init("p", value: 18, gradient: 1, madeOf: [0, 2], derivatives: [9, 2]),
  ], format: .decimals(0))

@Test func `derivatives stand on their arrows, in the words, the records and a terminal`() {
  let figure = Figure("g", paths)
  #expect(figure.drawing.words.filter { $0 == "2" }.count == 4)
  #expect(figure.drawing.words.contains("on an arrow, the derivative along it"))
  #expect(paths.alt.contains("s of b and b with value 9 and gradient 2, derivatives 2 and 1;"))
  #expect(paths.records.map(\.last) == ["derivatives", "", "", "2.0 1.0", "9.0 2.0"])
  #expect(figure.lines(in: .pipe)[2] == "  3 s  value  9  gradient 2  ← b (2), b (1)")
  #expect(square.records[0].last == "made of")
}

@Test func `a node has as many derivatives as operands`() async throws {
  let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
    _ = GraphDiagram.Node("s", value: 1, gradient: 1, madeOf: [0, 1], derivatives: [1])
  }
  #expect(try words(of: result).contains("s has 1 derivatives and 2 operands"))
}

@Test func `many operands arrive inside a high box, in their order`() throws {
  let leaves = (0..<7).map { GraphDiagram.Node("w\($0)", value: 1, gradient: 1) }
  let graph = GraphDiagram(leaves + [.init("+", value: 7, gradient: 1, madeOf: Array(0..<7))])
  let drawing = Figure("g", graph).drawing
  let boxes = drawing.all("path", class: "plate").map { Box(path: $0) }
  let sum = try #require(boxes.last)
  let lines = Box.positions(of: drawing.all("path", class: "axis")[0].attributes["d"] ?? "")
  let ends = lines.compactMap(\.last?.y)
  #expect(ends == ends.sorted() && ends.count == 7)
  #expect(ends.allSatisfy { $0 > sum.top && $0 < sum.bottom })
}
