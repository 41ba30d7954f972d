/// The outline of a shape, in tenths of a pixel: each step is written from the one before.
struct SVGPath {
  /// The path in SVG's letters.
  private(set) var data = ""
  private var pen = (x: 0, y: 0)

  /// Whether nothing has been drawn.
  var isEmpty: Bool { data.isEmpty }

  /// Lifts the pen to a place.
  mutating func move(to place: SVG.Place) {
    let target = Self.tenths(place)
    if isEmpty {
      data = "M" + Self.pair(target.x, target.y)
    } else {
      data += "m" + Self.pair(target.x - pen.x, target.y - pen.y)
    }
    pen = target
  }

  /// Draws a straight line to a place.
  mutating func line(to place: SVG.Place) {
    let target = Self.tenths(place)
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

  /// Draws a closed shape through places.
  mutating func polygon(_ places: [SVG.Place]) {
    guard let first = places.first else { return }
    move(to: first)
    for place in places.dropFirst() { line(to: place) }
    data += "z"
    pen = Self.tenths(first)
  }

  /// Draws a circle.
  mutating func circle(at centre: SVG.Place, radius: Double) {
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

  private static func tenths(_ place: SVG.Place) -> (x: Int, y: Int) {
    (Int((place.x * 10).rounded()), Int((place.y * 10).rounded()))
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
