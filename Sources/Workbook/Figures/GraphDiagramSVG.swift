import Tensors
import Text

extension GraphDiagram {
  /// The positions of the boxes, and their sizes.
  private struct Layout {
    let positions: [SVG.Position]
    let boxWidth: Double
    let boxHeight: Double
    let height: Double
    /// Whether a name stands beside its numbers: in high columns the boxes are lower.
    let isCompact: Bool
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
    svg.text("and below it the gradient", at: (58, 26), style: "t1")
    if hasDerivatives {
      svg.text("on an arrow, the derivative along it", at: (704, 26), .end, style: "t2")
    }
    drawArrows(layout, on: &svg)
    for (node, position) in zip(nodes, layout.positions) {
      draw(node, at: position, layout, on: &svg)
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
    let isCompact = rows > 5
    let rowHeight: Double = isCompact ? 62 : 92
    let gap: Double = hasDerivatives ? 62 : isCompact ? 34 : 22
    let step: Double = min(hasDerivatives || isCompact ? 150 : 120, 688 / Double(count))
    let first: Double = (Self.cardWidth - step * Double(count - 1)) / 2
    var positions = [SVG.Position](repeating: (0, 0), count: nodes.count)
    for (column, members) in members.enumerated() {
      let x: Double = first + step * Double(column)
      for (row, node) in members.enumerated() {
        let offset: Double = Double(row) - Double(members.count - 1) / 2
        positions[node] = (x, Self.top + (rows / 2 + offset) * rowHeight)
      }
    }
    return Layout(
      positions: positions, boxWidth: max(step - gap, 8), boxHeight: isCompact ? 46 : 66,
      height: Self.top + rows * rowHeight + 8, isCompact: isCompact)
  }

  /// Draws an arrow from each operand to its result; an operand that is used twice has two arrows.
  private func drawArrows(_ layout: Layout, on svg: inout SVG) {
    let positions = layout.positions
    var (lines, heads) = (SVGPath(), SVGPath())
    var labels: [(text: String, at: SVG.Position)] = []
    for (index, node) in nodes.enumerated() {
      let spacing = min(22, (layout.boxHeight - 14) / Double(max(node.parts.count - 1, 1)))
      for (input, part) in node.parts.enumerated() {
        let spread = (Double(input) - Double(node.parts.count - 1) / 2) * spacing
        let isDouble = node.parts.filter { $0 == part }.count > 1
        let start = (
          x: positions[part].x + layout.boxWidth / 2, y: positions[part].y + (isDouble ? spread : 0)
        )
        let end = (
          x: positions[index].x - layout.boxWidth / 2 - 1, y: positions[index].y + spread
        )
        lines.move(to: start)
        lines.line(to: (end.x - 5, end.y))
        heads.polygon([end, (end.x - 7, end.y - 3.5), (end.x - 7, end.y + 3.5)])
        guard node.derivatives.indices.contains(input) else { continue }
        // Near its origin an arrow is far from the others that lead to the same number.
        let along = 0.36
        labels.append(
          (
            format.text(of: node.derivatives[input]),
            (start.x + along * (end.x - start.x), start.y + along * (end.y - start.y))
          ))
      }
    }
    svg.path(lines, ["class": "axis", "stroke-width": "1.4"])
    svg.path(heads, ["class": "dots"])
    for label in labels {
      let width = SVG.width(of: label.text) + 4
      var plate = SVGPath()
      plate.rect(label.at.x - width / 2, label.at.y - 8, width: width, height: 16)
      svg.path(plate, ["class": "plate"])
      svg.text(label.text, at: (label.at.x, label.at.y + 4.5), .middle, style: "t2")
    }
  }

  /// Draws a box with a node's name, value and gradient; the box of a leaf is hollow.
  private func draw(
    _ node: Node, at position: SVG.Position, _ layout: Layout, on svg: inout SVG
  ) {
    var outline = SVGPath()
    let width = layout.boxWidth
    let (left, top) = (position.x - width / 2, position.y - layout.boxHeight / 2)
    outline.rect(left, top, width: width, height: layout.boxHeight)
    svg.path(outline, ["class": "plate"])
    let colour = node.parts.isEmpty ? 0 : 2
    svg.path(outline, ["class": "f\(colour)", "fill-opacity": node.parts.isEmpty ? "0" : "0.14"])
    svg.path(outline, ["class": "s\(colour)", "stroke-width": "1.4"])
    let numbers = [(format.text(of: node.value), "t0"), (format.text(of: node.gradient), "t1")]
    if layout.isCompact {
      let widest = numbers.map { SVG.width(of: $0.0) }.max() ?? 0
      svg.text(
        SVG.shortened(node.name, to: max(width - widest - 20, 14)),
        at: (left + 8, position.y + 4.5), style: "heading")
      for (line, (text, style)) in numbers.enumerated() {
        svg.text(
          SVG.shortened(text, to: width - 8), at: (left + width - 8, top + 18 + 19 * Double(line)),
          .end, style: style)
      }
      return
    }
    for (line, (text, style)) in ([(node.name, "heading")] + numbers).enumerated() {
      svg.text(
        SVG.shortened(text, to: width - 6), at: (position.x, top + 18 + 20 * Double(line)), .middle,
        style: style)
    }
  }
}
