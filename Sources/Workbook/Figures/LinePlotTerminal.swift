import Foundation
import Tensors
import Text

extension LinePlot {
  /// Returns the plot in braille dots, with axes, ticks and a legend.
  public func lines(in style: TerminalStyle) -> [String] {
    func place(_ points: [Point]) -> [(x: Double, y: Double)] {
      points.compactMap { point in
        guard let x = x.position(of: point.x), let y = y.position(of: point.y) else { return nil }
        return (x, y)
      }
    }
    let placed = series.map { place($0.points) }
    let rings = contours.map { place($0.points) }
    guard let xRange = Self.range((placed + rings).joined().map(\.x)),
      let yRange = Self.range((placed + rings).joined().map(\.y))
    else { return style.wrapped("(\(y.label) against \(x.label): no finite points to draw)") }

    let margin = 11
    var canvas = BrailleCanvas(columns: max(10, min(style.width, 78) - margin - 2), rows: 11)
    func position(_ point: (x: Double, y: Double)) -> (x: Int, y: Int) {
      let across = (point.x - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound)
      let down = (yRange.upperBound - point.y) / (yRange.upperBound - yRange.lowerBound)
      return (
        Int((across * Double(canvas.width - 1)).rounded()),
        Int((down * Double(canvas.height - 1)).rounded())
      )
    }
    // The dots of contours stand apart, so that the curves are seen among them.
    for position in rings.joined().map(position) {
      canvas.dot(position.x, position.y, series: series.count)
    }
    for (index, points) in placed.enumerated() {
      let positions = points.map(position)
      for (here, next) in zip(positions, positions.dropFirst()) where series[index].isJoined {
        canvas.line(from: here, to: next, series: index)
      }
      for position in positions { canvas.dot(position.x, position.y, series: index) }
      if series.count > 1, let last = positions.last {
        canvas.mark(Self.letter(index), at: last, series: index)
      }
    }
    return framed(canvas, xRange, yRange, margin: margin, in: style)
  }

  /// Puts axes, ticks and a legend around the dots.
  private func framed(
    _ canvas: BrailleCanvas, _ xRange: ClosedRange<Double>, _ yRange: ClosedRange<Double>,
    margin: Int, in style: TerminalStyle
  ) -> [String] {
    let edge = style.hasUnicode ? "│" : "|"
    func tick(_ value: Double) -> String {
      style.hasUnicode ? brief(value) : String(format: "%.4g", value)
    }
    let ticks = [
      0: tick(y.value(at: yRange.upperBound)),
      canvas.rows / 2: tick(y.value(at: (yRange.lowerBound + yRange.upperBound) / 2)),
      canvas.rows - 1: tick(y.value(at: yRange.lowerBound)),
    ]
    let body = canvas.lines(in: style).enumerated().map { row, dots in
      let tick = ticks[row] ?? ""
      return String(repeating: " ", count: max(0, margin - tick.count)) + tick + " \(edge)" + dots
    }
    let corner = style.hasUnicode ? "└" : "+"
    let floor = String(repeating: style.hasUnicode ? "─" : "-", count: canvas.columns)
    let indent = String(repeating: " ", count: margin + 1)
    let left = tick(x.value(at: xRange.lowerBound))
    let right = tick(x.value(at: xRange.upperBound))
    let gap = canvas.columns - left.count - right.count
    let middle = gap - 2 >= x.label.count ? x.label : ""
    let space = max(2, gap - middle.count)
    // Where the canvas is too narrow for the numbers of both ends, they extend to the left of it.
    let ends =
      left + String(repeating: " ", count: space / 2) + middle
      + String(repeating: " ", count: space - space / 2) + right
    let legend = series.enumerated().flatMap { index, series in
      style.wrapped("\(Self.letter(index)) \(series.name)", first: indent, rest: indent + "  ")
        .map { style.paint($0, series: index) }
    }
    let heading =
      style.wrapped("\(y.label)", first: indent, rest: indent) + (series.count > 1 ? legend : [])
    return heading + body + [
      indent + corner + floor,
      String(repeating: " ", count: max(0, margin + 2 + canvas.columns - ends.count)) + ends,
    ] + (middle.isEmpty ? style.wrapped(x.label, first: indent, rest: indent) : [])
  }

  private static func letter(_ index: Int) -> Character {
    Character(Unicode.Scalar(UInt8(ascii: "A") + UInt8(index % 26)))
  }

  /// Returns the range of some positions, widened where all are equal.
  private static func range(_ positions: [Double]) -> ClosedRange<Double>? {
    guard let low = positions.min(), let high = positions.max() else { return nil }
    let border = low == high ? max(0.5, abs(low) / 100) : 0
    return low - border...high + border
  }
}
