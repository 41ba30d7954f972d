import Tensors
import Text

extension BarPlot {
  /// Returns the bars drawn on a card: horizontal for categories, vertical for bins.
  public func svg() -> SVG { bins == nil ? categories() : histogram() }

  private static let step = 30.0

  /// Horizontal bars, with the names of the categories before them.
  private func categories() -> SVG {
    let widest = bars.map { SVG.width(of: $0.name) }.max() ?? 0
    let values = bars.flatMap(\.values).map { SVG.width(of: format.text(of: $0)) }.max() ?? 0
    let legend = parts.isEmpty ? nil : Legend(names: parts, width: 680)
    let top = 46 + (legend?.height ?? 0)
    let bottom = top + Self.step * Double(max(bars.count, 1))
    var svg = SVG(width: 720, height: bottom + 42)
    let room = parts.isEmpty ? values + 10 : 0
    let frame = PlotFrame(
      left: min(widest, 300) + 34 + (range.lowerBound < 0 ? room : 0), top: top, right: 692 - room,
      bottom: bottom, xRange: range, yRange: 0...Double(max(bars.count, 1)))
    if !bars.isEmpty { drawScale(of: frame, on: &svg) }
    svg.text(SVG.shortened(axisLabel, to: 680), at: (20, 28), style: "heading")
    legend?.draw(at: (20, 56), in: &svg) { position, index, svg in
      drawPart(index, from: (position.x, position.y - 6), width: 26, height: 12, on: &svg)
    }
    for (index, bar) in bars.enumerated() { draw(bar, at: index, in: frame, on: &svg) }
    if bars.isEmpty { svg.text("no bars", at: (360, top + 20), .middle, style: "faint") }
    return svg
  }

  /// Draws vertical grid lines with their numbers below, and a stronger line at 0.
  private func drawScale(of frame: PlotFrame, on svg: inout SVG) {
    let ticks = LinePlot.Axis.linear("").ticks(in: range, about: 6, isWhole: format == .count)
    let texts = ticks.map { Tick(position: $0.position, label: tickText($0)) }
    frame.drawVerticalLines(at: texts, in: &svg)
    let zero = frame.position(0, 0).x
    var axis = SVGPath()
    axis.move(to: (zero, frame.top))
    axis.line(to: (zero, frame.bottom))
    svg.path(axis, ["class": "axis"])
  }

  private func tickText(_ tick: Tick) -> String {
    if case .percent = format { return NumberFormat.percent(0).text(of: tick.position) }
    return tick.label
  }

  /// Draws a bar, its name and its numbers.
  private func draw(_ bar: Bar, at index: Int, in frame: PlotFrame, on svg: inout SVG) {
    let middle = frame.top + Self.step * (Double(index) + 0.5)
    let name = SVG.shortened(bar.name, to: 300)
    svg.text(name, at: (20, middle + 4.5))
    var start = 0.0
    for (part, value) in bar.values.enumerated() {
      let text = format.text(of: value)
      let (from, to) = (frame.position(start, 0).x, frame.position(start + value, 0).x)
      if value.isDrawable && value != 0 {
        drawPart(
          part, from: (min(from, to), middle - 10), width: abs(to - from), height: 20, on: &svg)
        start += value
      }
      if parts.isEmpty {
        let end = value.isDrawable ? to : from
        svg.text(
          text, at: (end + (value < 0 ? -7 : 7), middle + 4.5), value < 0 ? .end : .start)
      } else if value.isDrawable && SVG.width(of: text) + 8 <= to - from {
        plate(text, at: ((from + to) / 2, middle), on: &svg)
      }
    }
  }

  /// Writes a number on a small rectangle of the card's colour.
  private func plate(_ text: String, at middle: SVG.Position, on svg: inout SVG) {
    let width = SVG.width(of: text) + 6
    svg.rect(
      middle.x - width / 2, middle.y - 8, width: width, height: 16, radius: 4, ["class": "plate"])
    svg.text(text, at: (middle.x, middle.y + 4.5), .middle)
  }

  /// Draws a part of a bar: full, striped or hollow, so that colour is not needed to tell parts apart.
  private func drawPart(
    _ part: Int, from corner: SVG.Position, width: Double, height: Double, on svg: inout SVG
  ) {
    let opacity = ["0.9", "0.35", "0.12"][part % 3]
    let inner = max(width - 1, 0.5)
    svg.rect(
      corner.x + 0.5, corner.y, width: inner, height: height,
      ["class": "f\(part % 6)", "fill-opacity": opacity])
    var lines = SVGPath()
    if part % 3 == 1 {
      // Stripes rise from left to right at 45°, cut at the sides of the bar.
      for start in stride(from: -height, to: inner, by: 6) {
        let (low, high) = (max(0, -start), min(height, inner - start))
        guard low < high else { continue }
        let x = corner.x + 0.5 + start
        lines.move(to: (x + low, corner.y + height - low))
        lines.line(to: (x + high, corner.y + height - high))
      }
    }
    if part % 3 > 0 && inner > 1.5 {
      lines.rect(corner.x + 1, corner.y + 0.5, width: inner - 1, height: height - 1)
    }
    svg.path(lines, ["class": "s\(part % 6)"])
  }

  /// Vertical bars without gaps, on an axis of numbers.
  private func histogram() -> SVG {
    var svg = SVG(width: 720, height: 400)
    let yRange = 0...range.upperBound * 1.05
    let yTicks = LinePlot.Axis.linear("").ticks(in: yRange, about: 6, isWhole: true)
    let left = 28 + (yTicks.map { SVG.width(of: $0.label) }.max() ?? 0)
    let frame = PlotFrame(
      left: left, top: 46, right: 692, bottom: 344, xRange: edge(0)...edge(bars.count),
      yRange: yRange)
    let xTicks = LinePlot.Axis.linear("").ticks(in: frame.xRange, about: 8)
    frame.draw(xTicks: xTicks, yTicks: yTicks, hasColumns: false, in: &svg)
    frame.label(x: axisLabel, y: "count", yTop: 28, in: &svg)
    let gap = frame.right - frame.left > 6 * Double(bars.count) ? 1.0 : 0
    var columns = SVGPath()
    for (bin, bar) in bars.enumerated() where bar.total > 0 {
      let (from, to) = (frame.position(edge(bin), bar.total), frame.position(edge(bin + 1), 0))
      columns.rect(
        from.x + gap / 2, from.y, width: to.x - from.x - gap, height: to.y - from.y)
    }
    svg.path(columns, ["class": "f0", "fill-opacity": "0.9"])
    if columns.isEmpty { svg.text("no values", at: (360, 195), .middle, style: "faint") }
    return svg
  }
}
