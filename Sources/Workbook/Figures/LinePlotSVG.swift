import Tensors
import Text

extension LinePlot {
  /// Returns the plot drawn on a card.
  public func svg() -> SVG {
    var svg = SVG(width: 720, height: 400)
    let drawn = (positions + contours.map { positions(of: $0.points) }).joined()
    guard var xRange = Self.range(of: drawn.map(\.x), on: x, isVertical: false),
      var yRange = Self.range(of: drawn.map(\.y), on: y, isVertical: true)
    else {
      svg.text("\(y.label) against \(x.label)", at: (360, 190), .middle, style: "heading")
      svg.text("no finite points to draw", at: (360, 214), .middle, style: "faint")
      return svg
    }
    var yTicks = y.ticks(in: yRange, about: 6)
    let left = 28 + (yTicks.map { SVG.width(of: $0.label) }.max() ?? 0)
    let labels = contours.isEmpty ? directLabels(left: left, xRange, yRange) : nil
    let legend = labels == nil && isNamed ? Legend(names: series.map(\.name), width: 680) : nil
    let (top, right) = (46 + (legend?.height ?? 0), labels.map { $0.x - 14 } ?? 692)
    if !contours.isEmpty {
      // A unit is as long on both axes.
      let unit = max(
        (xRange.upperBound - xRange.lowerBound) / (right - left),
        (yRange.upperBound - yRange.lowerBound) / (344 - top))
      xRange = Self.widened(xRange, to: unit * (right - left))
      yRange = Self.widened(yRange, to: unit * (344 - top))
      yTicks = y.ticks(in: yRange, about: 6)
    }
    let frame = PlotFrame(
      left: left, top: top, right: right, bottom: 344, xRange: xRange, yRange: yRange)
    let isWhole = series.allSatisfy { $0.points.allSatisfy { $0.x == $0.x.rounded() } }
    frame.draw(
      xTicks: x.ticks(in: xRange, about: 8, isWhole: isWhole), yTicks: yTicks, in: &svg)
    frame.label(x: x.label, y: y.label, yTop: 28, in: &svg)
    var rings = SVGPath()
    for contour in contours {
      let positions = positions(of: contour.points).map { frame.position($0.x, $0.y) }
      if let first = positions.first { rings.move(to: first) }
      for position in positions.dropFirst() { rings.line(to: position) }
    }
    svg.path(rings, ["class": "axis", "stroke-width": "1", "stroke-opacity": "0.75"])
    for (index, positions) in positions.enumerated() {
      draw(index, through: positions.map { frame.position($0.x, $0.y) }, on: &svg)
    }
    for (index, height) in (labels?.heights ?? []).enumerated() {
      svg.text(series[index].name, at: (labels?.x ?? 0, height + 4.5), style: "t\(index % 6)")
    }
    legend?.draw(at: (20, 56), in: &svg) { position, index, svg in
      draw(
        index, line: series[index].isJoined ? [position, (position.x + 26, position.y)] : [],
        marks: hasMarkers(index) ? [(position.x + 13, position.y)] : [], on: &svg)
    }
    return svg
  }

  /// Whether the curves need names: there are several, or the name of the only one is not the label.
  private var isNamed: Bool {
    series.count > 1 || (series.first.map { $0.name != y.label && !$0.name.isEmpty } ?? false)
  }

  /// The positions of each series along the axes; points without a position are left out.
  private var positions: [[SVG.Position]] { series.map { positions(of: $0.points) } }

  /// The positions of some points along the axes; points without a position are left out.
  private func positions(of points: [Point]) -> [SVG.Position] {
    points.compactMap { point in
      guard let x = x.position(of: point.x), let y = y.position(of: point.y) else { return nil }
      return (x, y)
    }
  }

  /// Returns a range of at least some length around the same middle.
  private static func widened(
    _ range: ClosedRange<Double>, to length: Double
  ) -> ClosedRange<Double> {
    let middle = (range.lowerBound + range.upperBound) / 2
    let half = max(length, range.upperBound - range.lowerBound) / 2
    return middle - half...middle + half
  }

  /// Returns a range that contains all positions with a margin, and 0 where 0 is near.
  private static func range(
    of positions: [Double], on axis: Axis, isVertical: Bool
  ) -> ClosedRange<Double>? {
    guard let low = positions.min(), let high = positions.max() else { return nil }
    if low == high {
      let border = axis.scale == .log ? 0.5 : max(abs(low) * 0.5, 0.5)
      return low - border...high + border
    }
    let border = (high - low) * (isVertical ? 0.05 : 0.02)
    let isNearZero = isVertical && axis.scale == .linear && low >= 0 && low <= 0.3 * high
    return (isNearZero ? 0 : low - border)...high + border
  }

  /// Returns the heights of the names beside the ends of the curves, or `nil` where a legend is needed.
  private func directLabels(
    left: Double, _ xRange: ClosedRange<Double>, _ yRange: ClosedRange<Double>
  ) -> (x: Double, heights: [Double])? {
    let widest = series.map { SVG.width(of: $0.name) }.max() ?? 0
    guard isNamed, widest <= 190 else { return nil }
    let x = 700 - widest
    let frame = PlotFrame(
      left: left, top: 46, right: x - 14, bottom: 344, xRange: xRange, yRange: yRange)
    let ends = positions.compactMap(\.last).map { frame.position($0.x, $0.y) }
    guard ends.count == series.count, ends.allSatisfy({ frame.right - $0.x < 30 }),
      let heights = DirectLabels.apart(ends.map(\.y), spacing: 17, in: 50...340),
      zip(heights, ends).allSatisfy({ abs($0 - $1.y) <= 40 })
    else { return nil }
    return (x, heights)
  }

  /// Draws a curve, or points; the points of a short curve are marked too.
  private func draw(_ index: Int, through positions: [SVG.Position], on svg: inout SVG) {
    let line = series[index].isJoined && positions.count > 1 ? Decimation.curve(positions) : []
    draw(index, line: line, marks: hasMarkers(index) ? Decimation.points(positions) : [], on: &svg)
  }

  /// Whether the points of a series are shown, and not only the curve through them.
  private func hasMarkers(_ index: Int) -> Bool {
    !series[index].isJoined || series[index].points.count <= 20
  }

  /// Draws a line and marks in the colour, dashes and marker of a series.
  private func draw(_ index: Int, line: [SVG.Position], marks: [SVG.Position], on svg: inout SVG) {
    var (curve, shapes) = (SVGPath(), SVGPath())
    if let first = line.first { curve.move(to: first) }
    for position in line.dropFirst() { curve.line(to: position) }
    for position in marks { Marker.of(index).draw(at: position, radius: 3, in: &shapes) }
    let look = "s\(index % 6) d\(index % 6)"
    svg.path(
      curve,
      [
        "class": look, "stroke-width": "2", "stroke-linejoin": "round", "stroke-linecap": "round",
      ])
    svg.path(shapes, ["class": "f\(index % 6)"])
  }
}
