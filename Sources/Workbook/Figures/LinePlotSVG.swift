extension LinePlot {
  /// Returns the plot drawn on a card.
  func svg() -> SVG {
    var svg = SVG(width: 720, height: 400)
    guard let xRange = Self.shown(places.joined().map(\.x), from: x, isUpright: false),
      let yRange = Self.shown(places.joined().map(\.y), from: y, isUpright: true)
    else {
      svg.text("\(y.label) against \(x.label)", at: (360, 190), .middle, style: "heading")
      svg.text("no finite points to draw", at: (360, 214), .middle, style: "faint")
      return svg
    }
    let yTicks = y.ticks(in: yRange, about: 6)
    let left = 28 + (yTicks.map { SVG.width(of: $0.label) }.max() ?? 0)
    let labels = directLabels(left: left, xRange, yRange)
    let legend = labels == nil && isNamed ? Legend(names: series.map(\.name), width: 680) : nil
    let frame = PlotFrame(
      left: left, top: 46 + (legend?.height ?? 0), right: labels.map { $0.x - 14 } ?? 692,
      bottom: 344, xRange: xRange, yRange: yRange)
    let isWhole = series.allSatisfy { $0.points.allSatisfy { $0.x == $0.x.rounded() } }
    frame.draw(
      xTicks: x.ticks(in: xRange, about: 8, isWhole: isWhole), yTicks: yTicks, in: &svg)
    frame.label(x: x.label, y: y.label, yTop: 28, in: &svg)
    for (index, places) in places.enumerated() {
      draw(index, through: places.map { frame.place($0.x, $0.y) }, on: &svg)
    }
    for (index, height) in (labels?.heights ?? []).enumerated() {
      svg.text(series[index].name, at: (labels?.x ?? 0, height + 4.5), style: "t\(index % 6)")
    }
    legend?.draw(at: (20, 56), in: &svg) { place, index, svg in
      draw(
        index, line: series[index].isJoined ? [place, (place.x + 26, place.y)] : [],
        marks: isMarked(index) ? [(place.x + 13, place.y)] : [], on: &svg)
    }
    return svg
  }

  /// Whether the curves need names: where there are several, or the axis does not say what it is.
  private var isNamed: Bool {
    series.count > 1 || (series.first.map { $0.name != y.label && !$0.name.isEmpty } ?? false)
  }

  /// The positions of each series; points that have none are left out.
  private var places: [[SVG.Place]] {
    series.map { series in
      series.points.compactMap { point in
        guard let x = x.position(of: point.x), let y = y.position(of: point.y) else { return nil }
        return (x, y)
      }
    }
  }

  /// The interval of an axis that holds all positions with a little room, and 0 where it is near.
  private static func shown(
    _ positions: [Double], from axis: Axis, isUpright: Bool
  ) -> ClosedRange<Double>? {
    guard let low = positions.min(), let high = positions.max() else { return nil }
    if low == high {
      let border = axis.scale == .log ? 0.5 : max(abs(low) * 0.5, 0.5)
      return low - border...high + border
    }
    let border = (high - low) * (isUpright ? 0.05 : 0.02)
    let isNearZero = isUpright && axis.scale == .linear && low >= 0 && low <= 0.3 * high
    return (isNearZero ? 0 : low - border)...high + border
  }

  /// The names beside the ends of the curves, or `nil` where they must go elsewhere.
  private func directLabels(
    left: Double, _ xRange: ClosedRange<Double>, _ yRange: ClosedRange<Double>
  ) -> (x: Double, heights: [Double])? {
    let widest = series.map { SVG.width(of: $0.name) }.max() ?? 0
    guard isNamed, widest <= 190 else { return nil }
    let x = 700 - widest
    let frame = PlotFrame(
      left: left, top: 46, right: x - 14, bottom: 344, xRange: xRange, yRange: yRange)
    let ends = places.compactMap(\.last).map { frame.place($0.x, $0.y) }
    guard ends.count == series.count, ends.allSatisfy({ frame.right - $0.x < 30 }),
      let heights = EndLabels.apart(ends.map(\.y), spacing: 17, in: 50...340),
      zip(heights, ends).allSatisfy({ abs($0 - $1.y) <= 40 })
    else { return nil }
    return (x, heights)
  }

  /// Draws a curve, or points; the points of a short curve are marked too.
  private func draw(_ index: Int, through places: [SVG.Place], on svg: inout SVG) {
    let line = series[index].isJoined && places.count > 1 ? Thinning.curve(places) : []
    draw(index, line: line, marks: isMarked(index) ? Thinning.points(places) : [], on: &svg)
  }

  /// Whether the points of a series are shown, and not only the curve through them.
  private func isMarked(_ index: Int) -> Bool {
    !series[index].isJoined || series[index].points.count <= 20
  }

  /// Draws a line and marks in the manner of a series.
  private func draw(_ index: Int, line: [SVG.Place], marks: [SVG.Place], on svg: inout SVG) {
    var (curve, shapes) = (SVGPath(), SVGPath())
    if let first = line.first { curve.move(to: first) }
    for place in line.dropFirst() { curve.line(to: place) }
    for place in marks { Marker.of(index).draw(at: place, radius: 3, in: &shapes) }
    let look = "s\(index % 6) d\(index % 6)"
    svg.path(
      curve,
      [
        "class": look, "stroke-width": "2", "stroke-linejoin": "round", "stroke-linecap": "round",
      ])
    svg.path(shapes, ["class": "f\(index % 6)"])
  }
}
