import Tensors
import Text

/// The outline of a shape, in tenths of a pixel: each step is relative to the one before.
struct SVGPath {
  /// The path in SVG's commands.
  private(set) var data = ""
  private var pen = (x: 0, y: 0)

  /// Whether nothing has been drawn.
  var isEmpty: Bool { data.isEmpty }

  /// Moves to a position without drawing.
  mutating func move(to position: SVG.Position) {
    let target = Self.tenths(position)
    if isEmpty {
      data = "M" + Self.pair(target.x, target.y)
    } else {
      data += "m" + Self.pair(target.x - pen.x, target.y - pen.y)
    }
    pen = target
  }

  /// Draws a straight line to a position.
  mutating func line(to position: SVG.Position) {
    let target = Self.tenths(position)
    let (dx, dy) = (target.x - pen.x, target.y - pen.y)
    if dy == 0 {
      data += "h" + Self.text(dx)
    } else if dx == 0 {
      data += "v" + Self.text(dy)
    } else {
      data += "l" + Self.pair(dx, dy)
    }
    pen = target
  }

  /// Draws a closed shape through positions.
  mutating func polygon(_ positions: [SVG.Position]) {
    guard let first = positions.first else { return }
    move(to: first)
    for position in positions.dropFirst() { line(to: position) }
    data += "z"
    pen = Self.tenths(first)
  }

  /// Draws a circle.
  mutating func circle(at centre: SVG.Position, radius: Double) {
    move(to: (centre.x - radius, centre.y))
    let r = Self.tenths((radius, 0)).x
    let arc = "a" + Self.pair(r, r) + " 0 1 0"
    data += arc + (" " + Self.text(2 * r)) + " 0" + arc + Self.text(-2 * r) + " 0z"
  }

  /// Draws a rectangle.
  mutating func rect(_ x: Double, _ y: Double, width: Double, height: Double) {
    move(to: (x, y))
    let size = Self.tenths((width, height))
    data += "h\(Self.text(size.x))v\(Self.text(size.y))h\(Self.text(-size.x))z"
  }

  private static func tenths(_ position: SVG.Position) -> (x: Int, y: Int) {
    (Int((position.x * 10).rounded()), Int((position.y * 10).rounded()))
  }

  private static func pair(_ x: Int, _ y: Int) -> String {
    text(x) + (y < 0 ? "" : " ") + text(y)
  }

  /// Returns a count of tenths as a number, without a needless zero.
  private static func text(_ tenths: Int) -> String {
    let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
    let sign = tenths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    return "\(sign)\(whole == 0 ? "" : "\(whole)").\(rest)"
  }
}
