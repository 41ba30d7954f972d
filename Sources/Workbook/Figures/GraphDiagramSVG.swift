extension GraphDiagram {
  private static let boxHeight = 66.0
  private static let rowHeight = 92.0

  /// Returns the graph drawn on a card: a column of boxes for each step from the parts to the whole.
  func svg() -> SVG {
    let columns = columns
    let count = (columns.max() ?? 0) + 1
    let members = (0..<count).map { column in nodes.indices.filter { columns[$0] == column } }
    let rows = Double(max(members.map(\.count).max() ?? 0, 1))
    let (width, top) = (720.0, 44.0)
    var svg = SVG(width: width, height: top + rows * Self.rowHeight + 8)
    if nodes.isEmpty {
      svg.text("no nodes", at: (width / 2, top + 30), .middle, style: "faint")
      return svg
    }
    let step = min(120, (width - 32) / Double(count))
    let box = step - 22
    let first = (width - step * Double(count - 1)) / 2
    var places = nodes.map { _ in SVG.Place(0, 0) }
    for (column, members) in members.enumerated() {
      for (row, node) in members.enumerated() {
        let offset = Double(row) - Double(members.count - 1) / 2
        places[node] = (
          first + step * Double(column), top + (rows / 2 + offset) * Self.rowHeight
        )
      }
    }
    svg.text("value", at: (16, 26), style: "t0")
    svg.text("and below it the slope", at: (52, 26), style: "t1")
    drawArrows(between: places, boxWidth: box, on: &svg)
    for (node, place) in zip(nodes, places) { draw(node, at: place, width: box, on: &svg) }
    return svg
  }

  /// Draws an arrow from each part to what was made of it; of two uses, two arrows.
  private func drawArrows(between places: [SVG.Place], boxWidth: Double, on svg: inout SVG) {
    var (lines, heads) = (SVGPath(), SVGPath())
    for (index, node) in nodes.enumerated() {
      for (position, part) in node.parts.enumerated() {
        let spread = node.parts.count > 1 ? (Double(position) - 0.5) * 22 : 0
        let isDouble = node.parts.filter { $0 == part }.count > 1
        let start = (
          x: places[part].x + boxWidth / 2, y: places[part].y + (isDouble ? spread : 0)
        )
        let end = (x: places[index].x - boxWidth / 2 - 1, y: places[index].y + spread)
        lines.move(to: start)
        lines.line(to: (end.x - 5, end.y))
        heads.polygon([end, (end.x - 7, end.y - 3.5), (end.x - 7, end.y + 3.5)])
      }
    }
    svg.path(lines, ["class": "axis", "stroke-width": "1.4"])
    svg.path(heads, ["class": "dots"])
  }

  /// Draws a box with a node's name, value and slope; that of a leaf is hollow.
  private func draw(_ node: Node, at place: SVG.Place, width: Double, on svg: inout SVG) {
    var outline = SVGPath()
    let (left, top) = (place.x - width / 2, place.y - Self.boxHeight / 2)
    outline.rect(left, top, width: width, height: Self.boxHeight)
    svg.path(outline, ["class": "plate"])
    let ink = node.parts.isEmpty ? 0 : 2
    svg.path(outline, ["class": "f\(ink)", "fill-opacity": node.parts.isEmpty ? "0" : "0.14"])
    svg.path(outline, ["class": "s\(ink)", "stroke-width": "1.4"])
    let lines = [
      (node.name, "heading"), (format.text(of: node.value), "t0"),
      (format.text(of: node.slope), "t1"),
    ]
    for (line, (text, style)) in lines.enumerated() {
      svg.text(
        SVG.shortened(text, to: width - 6), at: (place.x, top + 18 + 20 * Double(line)), .middle,
        style: style)
    }
  }
}
