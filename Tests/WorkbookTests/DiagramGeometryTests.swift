import Testing
import Workbook

@testable import Reports

/// Where the parts of diagrams stand on the card, held beside what they show.
@Suite struct DiagramGeometryTests {
  @Test func `points, lines and arrows of a plane lie where they are, x₁ right and x₂ up`() throws {
    let plane = PlaneDiagram(
      points: [.init("some", [.init(1, 3), .init(-2, 0)]), .init("others", [.init(4, 1)])],
      lines: [.init("line", normal: .init(2, -1), offset: 1)],
      arrows: [.init("w", from: .init(0, 1), to: .init(3, 2))])
    let drawing = Figure("plane", plane).drawing
    let (x, y) = try (drawing.horizontalAxis(), drawing.verticalAxis())
    #expect(x.isEven && y.isEven)
    #expect(x.position(of: 4) > x.position(of: 0) && y.position(of: 3) < y.position(of: 0))
    func card(_ position: PlaneDiagram.Position) -> SVG.Position {
      (x.position(of: position.x), y.position(of: position.y))
    }
    func isNear(_ a: SVG.Position, _ b: SVG.Position) -> Bool {
      abs(a.x - b.x) < 1 && abs(a.y - b.y) < 1
    }
    // Each kind of points, and last its sample beside its name.
    for (index, group) in plane.points.enumerated() {
      let marks = drawing.middles(ofPath: "f\(index) rim")
      #expect(marks.count == group.positions.count + 1)
      #expect(zip(marks, group.positions.map(card)).allSatisfy { isNear($0, $1) })
      let name = try drawing.text(group.name)
      #expect(abs(marks[marks.count - 1].y - (name.number("y") - 4.5)) < 1)
      #expect(name.attributes["class"] == "t\(index)")
    }
    // 2 x₁ − x₂ + 1 = 0: two units up for one to the right, through (0, 1).
    let line = try drawing.line("s2 d0")
    let (rise, run) = (line[0].y - line[1].y, line[1].x - line[0].x)
    #expect(abs(rise / run - 2) < 0.02)
    let origin = card(.init(0, 1))
    #expect(abs((line[0].y - origin.y) + 2 * (line[0].x - origin.x)) < 2)
    // The head of the arrow is at its end, the beginning of its shaft at its start.
    let head = try drawing.line("f2")
    #expect(isNear(head[0], card(.init(3, 2))))
    let shafts = drawing.all("path").filter { $0.attributes["class"] == "s2" }
    let shaft = try #require(
      shafts.first.map { Box.positions(of: $0.attributes["d"] ?? "").flatMap(\.self) })
    #expect(isNear(shaft[0], origin))
    #expect(try drawing.text("x₁").number("y") > y.position(of: 0))
    #expect(try drawing.text("x₂").number("y") < y.position(of: 3))
  }

  @Test func `the layers of a network stand from left to right, each over its name`() throws {
    let layers = [("pixels", 3), ("hidden", 5), ("answer", 2)]
    let drawing = Figure("network", NetworkDiagram(layers)).drawing
    let circles = drawing.all("path", class: "plate").map { Box(path: $0) }
    #expect(circles.count == 3)
    for ((name, count), box) in zip(layers, circles) {
      let (word, number) = try (drawing.text(name), drawing.text("\(count)"))
      #expect(abs(word.number("x") - box.middle.x) < 0.2 && word.number("y") > box.bottom)
      #expect(abs(number.number("x") - box.middle.x) < 0.2 && number.number("y") < box.top)
    }
    #expect(zip(circles, circles.dropFirst()).allSatisfy { $0.right < $1.left })
    // Each edge leads from a circle to one of the next layer.
    for edge in Box.positions(of: drawing.all("path", class: "axis")[0].attributes["d"] ?? "") {
      let columns = edge.map { end in circles.firstIndex { abs($0.middle.x - end.x) < 1 } }
      #expect(columns == [0, 1] || columns == [1, 2])
    }
  }

  @Test func `a node's box has its name, its value and below it its gradient`() throws {
    let graph = GraphDiagram(
      [
        .init("a", value: 2, gradient: 30), .init("b", value: 5, gradient: 12),
        .init("p", value: 10, gradient: 6, madeOf: [0, 1]),
      ], format: .decimals(0))
    let drawing = Figure("graph", graph).drawing
    let boxes = drawing.all("path", class: "plate").map { Box(path: $0) }
    let arrows = Box.positions(of: drawing.all("path", class: "axis")[0].attributes["d"] ?? "")
    for (node, box) in zip(graph.nodes, boxes) {
      let inside = drawing.all("text").filter { box.contains($0.number("x"), $0.number("y")) }
        .sorted { $0.number("y") < $1.number("y") }
      #expect(inside.map(\.text) == [node.name, "\(Int(node.value))", "\(Int(node.gradient))"])
      #expect(inside.map { $0.attributes["class"] } == ["heading", "t0", "t1"])
    }
    #expect(try drawing.text("value").attributes["class"] == "t0")
    // From the right side of each part to the left side of what is made of it.
    for (arrow, part) in zip(arrows, [0, 1]) {
      #expect(
        abs(arrow[0].x - boxes[part].right) < 0.2 && abs(arrow[0].y - boxes[part].middle.y) < 0.2)
      #expect(arrow[1].x < boxes[2].left && boxes[2].left - arrow[1].x < 10)
    }
  }

  @Test func `objects stand in the order in which they hold each other, each with its size`() throws
  {
    let items: [OwnershipDiagram.Item] = [
      .init("history"), .init("loss", "4 B"), .init("graph", "8 kB", isHeld: false),
    ]
    let drawing = Figure("owners", OwnershipDiagram([.init("append(loss)", items)])).drawing
    let boxes = drawing.all("path", class: "plate").map { Box(path: $0) }
    #expect(boxes.count == 3 && zip(boxes, boxes.dropFirst()).allSatisfy { $0.right < $1.left })
    for (item, box) in zip(items, boxes) {
      let inside = drawing.all("text").filter { box.contains($0.number("x"), $0.number("y")) }
      #expect(inside.map(\.text) == [item.name, item.detail].filter { !$0.isEmpty })
    }
    let head = try #require(drawing.middles(ofPath: "dots").first)
    #expect(boxes[0].right < head.x && head.x < boxes[1].left)
    let dashed = drawing.all("path").filter { $0.attributes["stroke-dasharray"] != nil }
    #expect(dashed.map { Box(path: $0).middle.x } == [boxes[2].middle.x])
  }
}
