import Tensors
import Text

extension PlaneDiagram {
  private static let top = 42.0
  private static let widestName = 170.0

  /// Returns the plane drawn on a card: lines across it, arrows and points on it, names beside it.
  public func svg() -> SVG {
    guard let xRange, let yRange else {
      var svg = SVG(width: 400, height: 120)
      svg.text("no points or arrows to draw", at: (200, 64), .middle, style: "faint")
      return svg
    }
    let yTicks = LinePlot.Axis.linear("").ticks(in: yRange, about: 6)
    let left = 28 + (yTicks.map { SVG.width(of: $0.label) }.max() ?? 0)
    let spans = (xRange.upperBound - xRange.lowerBound, yRange.upperBound - yRange.lowerBound)
    let scale = 400 / max(spans.0, spans.1)
    let frame = PlotFrame(
      left: left, top: Self.top, right: left + scale * spans.0,
      bottom: Self.top + scale * spans.1, xRange: xRange, yRange: yRange)
    let names = (points.map(\.name) + lines.map(\.name)).map {
      SVG.shortened($0, to: Self.widestName)
    }
    let column = 58 + (names.map { SVG.width(of: $0) }.max() ?? 0)
    var svg = SVG(
      width: (frame.right + (names.isEmpty ? 24 : column)).rounded(.up),
      height: max(frame.bottom + 56, Self.top + 24 * Double(names.count) + 12).rounded(.up))
    frame.draw(
      xTicks: LinePlot.Axis.linear("").ticks(in: xRange, about: 6), yTicks: yTicks, in: &svg)
    frame.label(x: "x₁", y: "x₂", yTop: 26, in: &svg)
    for index in lines.indices { draw(line: index, in: frame, on: &svg) }
    for index in arrows.indices { draw(arrow: index, in: frame, on: &svg) }
    for index in points.indices { draw(points: index, in: frame, on: &svg) }
    drawLegend(names, at: (frame.right + 18, frame.top + 6), on: &svg)
    return svg
  }

  /// Draws the part of a line that lies in the frame.
  private func draw(line index: Int, in frame: PlotFrame, on svg: inout SVG) {
    guard let (start, end) = ends(of: lines[index]) else { return }
    var path = SVGPath()
    path.move(to: frame.position(start.x, start.y))
    path.line(to: frame.position(end.x, end.y))
    svg.path(path, lineStyle(index))
  }

  private func lineStyle(_ index: Int) -> KeyValuePairs<String, String> {
    ["class": "s\(colour(ofLine: index) % 6) d\(index % 6)", "stroke-width": "2"]
  }

  /// Draws an arrow, with its name beyond its head. What is too short to have a direction is a dot.
  private func draw(arrow index: Int, in frame: PlotFrame, on svg: inout SVG) {
    let arrow = arrows[index]
    guard arrow.start.isDrawable, arrow.end.isDrawable else { return }
    let start = frame.position(arrow.start.x, arrow.start.y)
    let end = frame.position(arrow.end.x, arrow.end.y)
    let colour = colour(ofArrow: index) % 6
    let length = Double.sqrt((end.x - start.x).squared + (end.y - start.y).squared)
    var (shaft, head) = (SVGPath(), SVGPath())
    guard length >= 1 else {
      head.circle(at: end, radius: 3)
      svg.path(head, ["class": "f\(colour)"])
      return
    }
    let (dx, dy) = ((end.x - start.x) / length, (end.y - start.y) / length)
    let size = min(11, length)
    shaft.move(to: start)
    shaft.line(to: (end.x - 0.7 * size * dx, end.y - 0.7 * size * dy))
    head.polygon([
      end, (end.x - size * dx - 0.42 * size * dy, end.y - size * dy + 0.42 * size * dx),
      (end.x - size * dx + 0.42 * size * dy, end.y - size * dy - 0.42 * size * dx),
    ])
    svg.path(shaft, ["class": "s\(colour)", "stroke-width": "2.4"])
    svg.path(head, ["class": "f\(colour)"])
    let name = SVG.shortened(arrow.name, to: 120)
    let half = SVG.width(of: name) / 2
    let x = end.x + dx * (8 + half)
    let y = end.y + dy * 14 + 4.5
    svg.text(
      name, at: (min(max(x, frame.left + half + 2), frame.right - half - 2), y), .middle,
      style: "t\(colour)")
  }

  /// Draws the points of a kind.
  private func draw(points index: Int, in frame: PlotFrame, on svg: inout SVG) {
    let positions = points[index].positions.filter(\.isDrawable)
      .map { frame.position($0.x, $0.y) }
    var marks = SVGPath()
    for position in Decimation.points(positions, atMost: max(1, 1000 / points.count)) {
      Marker.of(index).draw(at: position, radius: 4, in: &marks)
    }
    svg.path(marks, ["class": "f\(index % 6) rim", "stroke-width": "1"])
  }

  /// Draws a sample of each kind of points and of each line, with its name.
  private func drawLegend(_ names: [String], at corner: SVG.Position, on svg: inout SVG) {
    for (index, name) in names.enumerated() {
      let y = corner.y + 24 * Double(index)
      var sample = SVGPath()
      if index < points.count {
        Marker.of(index).draw(at: (corner.x + 11, y), radius: 4.5, in: &sample)
        svg.path(sample, ["class": "f\(index % 6) rim", "stroke-width": "1"])
      } else {
        sample.move(to: (corner.x, y))
        sample.line(to: (corner.x + 22, y))
        svg.path(sample, lineStyle(index - points.count))
      }
      svg.text(name, at: (corner.x + 30, y + 4.5), style: "t\(index % 6)")
    }
  }
}
