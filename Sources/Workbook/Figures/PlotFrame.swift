import Tensors
import Text

/// A pair of axes on a card: where positions lie, and the grid, ticks and labels around them.
struct PlotFrame {
  let left: Double
  let top: Double
  let right: Double
  let bottom: Double
  /// The range of the horizontal axis, from left to right.
  let xRange: ClosedRange<Double>
  /// The range of the vertical axis, from bottom to top.
  let yRange: ClosedRange<Double>

  /// Returns where on the card a pair of positions along the axes lies.
  func position(_ x: Double, _ y: Double) -> SVG.Position {
    let across = (x - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound)
    let down = (yRange.upperBound - y) / (yRange.upperBound - yRange.lowerBound)
    return (left + across * (right - left), top + down * (bottom - top))
  }

  /// Draws the grid, the two axes, and the ticks with their numbers.
  func draw(xTicks: [Tick], yTicks: [Tick], hasColumns: Bool = true, in svg: inout SVG) {
    var grid = SVGPath()
    for tick in yTicks {
      let y = position(xRange.lowerBound, tick.position).y
      grid.move(to: (left, y))
      grid.line(to: (right, y))
      svg.text(tick.label, at: (left - 8, y + 4.5), .end, style: "faint")
    }
    for tick in hasColumns ? xTicks : [] {
      let x = position(tick.position, yRange.lowerBound).x
      grid.move(to: (x, top))
      grid.line(to: (x, bottom))
    }
    svg.path(grid, ["class": "grid"])
    var axes = SVGPath()
    axes.move(to: (left, top))
    axes.line(to: (left, bottom))
    axes.line(to: (right, bottom))
    svg.path(axes, ["class": "axis"])
    write(xTicks, in: &svg)
  }

  /// Draws the vertical lines of the grid, with their numbers below.
  func drawVerticalLines(at ticks: [Tick], in svg: inout SVG) {
    var grid = SVGPath()
    for tick in ticks {
      let x = position(tick.position, yRange.lowerBound).x
      grid.move(to: (x, top))
      grid.line(to: (x, bottom))
    }
    svg.path(grid, ["class": "grid"])
    write(ticks, in: &svg)
  }

  /// Writes the numbers of the horizontal axis.
  private func write(_ ticks: [Tick], in svg: inout SVG) {
    for (tick, x) in Self.spaced(ticks.map { ($0, position($0.position, 0).x) }, on: svg.width) {
      svg.text(tick.label, at: (x, bottom + 19), .middle, style: "faint")
    }
  }

  /// Writes the name of the vertical axis above it, and the name of the horizontal axis below it.
  func label(x: String, y: String, yTop: Double, in svg: inout SVG) {
    svg.text(SVG.shortened(y, to: svg.width - 40), at: (20, yTop), style: "heading")
    let width = min(SVG.width(of: x), svg.width - 40)
    let middle = min(max((left + right) / 2, width / 2 + 20), svg.width - width / 2 - 20)
    svg.text(
      SVG.shortened(x, to: svg.width - 40), at: (middle, bottom + 41), .middle, style: "heading")
  }

  /// Returns every tick, every second, third, … so that no two labels touch, inside the card.
  private static func spaced(_ ticks: [(Tick, Double)], on width: Double) -> [(Tick, Double)] {
    for step in 1...max(1, ticks.count) {
      let chosen = stride(from: 0, to: ticks.count, by: step).map { index -> (Tick, Double) in
        let half = SVG.width(of: ticks[index].0.label) / 2
        return (ticks[index].0, min(max(ticks[index].1, half + 6), width - half - 6))
      }
      let gaps = zip(chosen, chosen.dropFirst()).map { here, next in
        next.1 - here.1 - (SVG.width(of: here.0.label) + SVG.width(of: next.0.label)) / 2
      }
      if gaps.allSatisfy({ $0 >= 6 }) { return chosen }
    }
    return Array(ticks.prefix(1))
  }
}
