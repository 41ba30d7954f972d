import Tensors
import Text

extension NetworkDiagram {
  /// The greatest number of rows in a column, the ellipsis included.
  private static let most = 8
  private static let step = 32.0

  /// Returns the network drawn on a card: a column of circles for each layer, joined to the next.
  public func svg() -> SVG {
    let columns = layers.map { Self.rows(of: $0.width, atMost: Self.most) }
    let rows = Double(columns.map(\.count).max() ?? 1)
    let step = min(180, 640 / Double(max(layers.count - 1, 1)))
    let (width, middle) = (720.0, 44 + rows * Self.step / 2)
    var svg = SVG(width: width, height: rows * Self.step + (isTight(step) ? 92 : 76))
    if layers.isEmpty { svg.text("no layers", at: (width / 2, middle), .middle, style: "faint") }
    let first = (width - step * Double(layers.count - 1)) / 2
    func position(_ layer: Int, _ row: Int) -> SVG.Position {
      let offset = Double(row) - Double(columns[layer].count - 1) / 2
      return (first + step * Double(layer), middle + offset * Self.step)
    }
    var edges = SVGPath()
    for layer in layers.indices.dropFirst() {
      for here in columns[layer - 1].indices where columns[layer - 1][here] != nil {
        for there in columns[layer].indices where columns[layer][there] != nil {
          edges.move(to: position(layer - 1, here))
          edges.line(to: position(layer, there))
        }
      }
    }
    svg.path(edges, ["class": "axis", "stroke-opacity": "0.55"])
    for layer in layers.indices {
      draw(
        columns[layer].indices.map { (columns[layer][$0], position(layer, $0)) }, layer, on: &svg)
      let x = first + step * Double(layer)
      label(layer, at: x, bottom: 44 + rows * Self.step, room: step, on: &svg)
    }
    return svg
  }

  /// Whether the names do not fit side by side in columns of a width.
  private func isTight(_ column: Double) -> Bool {
    layers.contains { SVG.width(of: $0.name) > column - 8 }
  }

  /// Draws the circles of a layer: hollow for the input, filled for every other layer.
  private func draw(
    _ column: [(unit: Int?, position: SVG.Position)], _ layer: Int, on svg: inout SVG
  ) {
    var (circles, dots) = (SVGPath(), SVGPath())
    for (unit, position) in column {
      if unit == nil {
        for offset in [-7.0, 0, 7] {
          dots.circle(at: (position.x, position.y + offset), radius: 1.8)
        }
      } else {
        circles.circle(at: position, radius: 11)
      }
    }
    svg.path(circles, ["class": "plate"])
    let colour = layer == 0 ? 0 : layer == layers.count - 1 ? 1 : 2
    svg.path(circles, ["class": "f\(colour)", "fill-opacity": layer == 0 ? "0" : "0.3"])
    svg.path(circles, ["class": "s\(colour)", "stroke-width": "1.6"])
    svg.path(dots, ["class": "dots"])
  }

  /// Writes the number of units above a layer and its name below; in a long network, every second
  /// name stands lower.
  private func label(
    _ layer: Int, at x: Double, bottom: Double, room: Double, on svg: inout SVG
  ) {
    let isTight = isTight(room)
    let space = isTight ? 2 * room : max(room, 60)
    let name = SVG.shortened(layers[layer].name, to: space - 8)
    let half = SVG.width(of: name) / 2 + 10
    let middle = min(max(x, half), 720 - half)
    let count = NumberFormat.count.text(of: Double(layers[layer].width))
    svg.text(count, at: (x, 30), .middle, style: "faint")
    let drop = isTight && layer % 2 == 1 ? 18.0 : 0
    svg.text(name, at: (middle, bottom + 20 + drop), .middle, style: "heading")
  }
}
