extension LinePlot {
  /// Returns the plot drawn on a card.
  func svg() -> SVG {
    var svg = SVG(width: 720, height: 400)
    guard let xRange = Self.shown(pieces.joined().joined().map(\.x), from: x, isUpright: false),
      let yRange = Self.shown(pieces.joined().joined().map(\.y), from: y, isUpright: true)
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
    for index in series.indices { draw(index, in: frame, on: &svg) }
    for (index, height) in (labels?.heights ?? []).enumerated() {
      svg.text(series[index].name, at: (labels?.x ?? 0, height + 4.5), style: "t\(index % 6)")
    }
    legend?.draw(at: (20, 56), in: &svg) { place, index, svg in
      draw([[(place.x, place.y), (place.x + 26, place.y)]], index, isSample: true, on: &svg)
    }
    return svg
  }

  /// Whether the curves need names: where there are several, or the axis does not say what it is.
  private var isNamed: Bool {
    series.count > 1 || (series.first.map { $0.name != y.label && !$0.name.isEmpty } ?? false)
  }

  /// The positions of each series, in pieces between the points that have none.
  private var pieces: [[[SVG.Place]]] {
    series.map { series in
      let places = series.points.map { point -> SVG.Place? in
        guard let x = x.position(of: point.x), let y = y.position(of: point.y) else { return nil }
        return (x, y)
      }
      return places.split { $0 == nil }.map { $0.compactMap { $0 } }
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
    let ends = pieces.compactMap { $0.last?.last }.map { frame.place($0.x, $0.y) }
    guard ends.count == series.count, ends.allSatisfy({ frame.right - $0.x < 30 }),
      let heights = EndLabels.apart(ends.map(\.y), spacing: 17, in: 50...340),
      zip(heights, ends).allSatisfy({ abs($0 - $1.y) <= 40 })
    else { return nil }
    return (x, heights)
  }

  /// Draws a series in a frame.
  private func draw(_ index: Int, in frame: PlotFrame, on svg: inout SVG) {
    let places = pieces[index].map { $0.map { frame.place($0.x, $0.y) } }
    draw(places.map(Thinning.curve), index, isSample: false, on: &svg)
  }

  /// Draws pieces of a curve, or points; points of short curves are marked too.
  private func draw(
    _ pieces: [[SVG.Place]], _ index: Int, isSample: Bool, on svg: inout SVG
  ) {
    var (line, marks) = (SVGPath(), SVGPath())
    let isMarked = !series[index].isJoined || series[index].points.count <= 20
    for piece in pieces where series[index].isJoined {
      line.move(to: piece[0])
      for place in piece.dropFirst() { line.line(to: place) }
      if piece.count == 1 { line.line(to: piece[0]) }
    }
    let spots = isSample ? pieces.map { [($0[0].x + 13, $0[0].y)] } : pieces
    for place in isMarked ? Thinning.points(Array(spots.joined())) : [] {
      let radius = series[index].isJoined ? 3.2 : 2.8
      Marker.of(index).draw(at: place, radius: radius, in: &marks)
    }
    svg.path(
      line,
      [
        "class": "s\(index % 6)", "stroke-width": "2", "stroke-linejoin": "round",
        "stroke-linecap": "round",
      ])
    svg.path(marks, ["class": "f\(index % 6)"])
  }
}
