import Tensors
import Text

extension GraphDiagram {
  private static let boxHeight = 66.0
  private static let rowHeight = 92.0

  /// The positions of the boxes, and their sizes.
  private struct Layout {
    let positions: [SVG.Position]
    let boxWidth: Double
    let height: Double
  }

  private static let cardWidth = 720.0
  private static let top = 44.0

  /// Returns the graph drawn on a card: a column of boxes for each step from the leaves to the result.
  public func svg() -> SVG {
    let layout = layout
    var svg = SVG(width: Self.cardWidth, height: layout.height)
    if nodes.isEmpty {
      svg.text("no nodes", at: (Self.cardWidth / 2, Self.top + 30), .middle, style: "faint")
      return svg
    }
    svg.text("value", at: (16, 26), style: "t0")
    svg.text("and below it the gradient", at: (52, 26), style: "t1")
    drawArrows(between: layout.positions, boxWidth: layout.boxWidth, on: &svg)
    for (node, position) in zip(nodes, layout.positions) {
      draw(node, at: position, width: layout.boxWidth, on: &svg)
    }
    return svg
  }

  /// Puts each node into its column, and the nodes of a column below each other.
  private var layout: Layout {
    let columns: [Int] = columns
    let count: Int = (columns.max() ?? 0) + 1
    var members = [[Int]](repeating: [], count: count)
    for (node, column) in columns.enumerated() { members[column].append(node) }
    let rows = Double(max(members.map(\.count).max() ?? 0, 1))
    let step: Double = min(120, (Self.cardWidth - 32) / Double(count))
    let first: Double = (Self.cardWidth - step * Double(count - 1)) / 2
    var positions = [SVG.Position](repeating: (0, 0), count: nodes.count)
    for (column, members) in members.enumerated() {
      let x: Double = first + step * Double(column)
      for (row, node) in members.enumerated() {
        let offset: Double = Double(row) - Double(members.count - 1) / 2
        positions[node] = (x, Self.top + (rows / 2 + offset) * Self.rowHeight)
      }
    }
    return Layout(
      positions: positions, boxWidth: step - 22, height: Self.top + rows * Self.rowHeight + 8)
  }

  /// Draws an arrow from each operand to its result; an operand that is used twice has two arrows.
  private func drawArrows(between positions: [SVG.Position], boxWidth: Double, on svg: inout SVG) {
    var (lines, heads) = (SVGPath(), SVGPath())
    for (index, node) in nodes.enumerated() {
      for (input, part) in node.parts.enumerated() {
        let spread = node.parts.count > 1 ? (Double(input) - 0.5) * 22 : 0
        let isDouble = node.parts.filter { $0 == part }.count > 1
        let start = (
          x: positions[part].x + boxWidth / 2, y: positions[part].y + (isDouble ? spread : 0)
        )
        let end = (x: positions[index].x - boxWidth / 2 - 1, y: positions[index].y + spread)
        lines.move(to: start)
        lines.line(to: (end.x - 5, end.y))
        heads.polygon([end, (end.x - 7, end.y - 3.5), (end.x - 7, end.y + 3.5)])
      }
    }
    svg.path(lines, ["class": "axis", "stroke-width": "1.4"])
    svg.path(heads, ["class": "dots"])
  }

  /// Draws a box with a node's name, value and gradient; the box of a leaf is hollow.
  private func draw(_ node: Node, at position: SVG.Position, width: Double, on svg: inout SVG) {
    var outline = SVGPath()
    let (left, top) = (position.x - width / 2, position.y - Self.boxHeight / 2)
    outline.rect(left, top, width: width, height: Self.boxHeight)
    svg.path(outline, ["class": "plate"])
    let colour = node.parts.isEmpty ? 0 : 2
    svg.path(outline, ["class": "f\(colour)", "fill-opacity": node.parts.isEmpty ? "0" : "0.14"])
    svg.path(outline, ["class": "s\(colour)", "stroke-width": "1.4"])
    let lines = [
      (node.name, "heading"), (format.text(of: node.value), "t0"),
      (format.text(of: node.gradient), "t1"),
    ]
    for (line, (text, style)) in lines.enumerated() {
      svg.text(
        SVG.shortened(text, to: width - 6), at: (position.x, top + 18 + 20 * Double(line)), .middle,
        style: style)
    }
  }
}
