import Testing
import Workbook

@testable import Reports

/// A history that holds a loss, and a number that holds nothing.
private let histories = OwnershipDiagram([
  .init("append(loss)", [.init("history"), .init("loss", "4 B"), .init("graph", "8 kB")]),
  .init("append(item())", [.init("history"), .init("graph", "8 kB", isHeld: false)]),
])

@Test func `the words say who holds what, and what has been released`() {
  #expect(
    histories.alt
      == "2 chains of objects that hold each other. append(loss): history, which holds loss (4 B), "
      + "which holds graph (8 kB). append(item()): history; released: graph (8 kB).")
  #expect(OwnershipDiagram([]).alt == "A diagram without objects.")
  #expect(
    OwnershipDiagram([.init("c", [])]).alt
      == "A chain of objects that hold each other. c: nothing is held.")
}

@Test func `what is held beside another object has a plus and no arrow`() {
  let chain = OwnershipDiagram([
    .init("c", [.init("graph"), .init("x"), .init("w", "4 B", isBeside: true)])
  ])
  #expect(
    chain.alt == "A chain of objects that hold each other. c: graph, which holds x and w (4 B).")
  let drawing = Figure("o", chain).drawing
  #expect(drawing.words.contains("+"))
  #expect(
    Box.positions(of: drawing.all("path", class: "dots")[0].attributes["d"] ?? "").count == 1)
  #expect(Figure("o", chain).lines(in: .pipe)[1] == "  graph → x + w (4 B)")
}

@Test func `only what is held has an arrow to it, and what was released a dashed box`() {
  let drawing = Figure("o", histories).drawing
  let arrows = drawing.all("path", class: "dots").flatMap {
    Box.positions(of: $0.attributes["d"] ?? "")
  }
  #expect(arrows.count == 2)
  #expect(drawing.all("path", class: "plate").count == 5)
  #expect(drawing.all("path", class: "s1").count == 4)
}

@Test func `no two boxes of a chain touch, and none leaves the card`() {
  let chain = OwnershipDiagram([
    .init("c", (0..<12).map { .init("an object with a name \($0)", "1,000,000 bytes") })
  ])
  let boxes = Figure("o", chain).drawing.all("path", class: "plate").map { Box(path: $0) }
  #expect(zip(boxes, boxes.dropFirst()).allSatisfy { $0.right < $1.left })
  #expect(boxes.allSatisfy { $0.left >= 0 && $0.right <= 720 })
}

@Test func `a terminal shows a chain with arrows`() {
  #expect(
    Figure("o", histories).lines(in: .pipe) == [
      "  append(loss)", "  history → loss (4 B) → graph (8 kB)", "  append(item())", "  history",
      "  released: graph (8 kB)",
    ])
}
