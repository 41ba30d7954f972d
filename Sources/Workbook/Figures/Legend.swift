import Tensors
import Text

/// Names in rows above a plot, each after a sample of the curve or part that it names.
struct Legend {
  /// The names; a name that is wider than a row is cut.
  let names: [String]
  /// The position of each name, relative to the legend's top left corner.
  let positions: [SVG.Position]
  /// The height of the rows.
  let height: Double

  private static let sample = 34.0

  /// Lays out names in rows of a width.
  init(names: [String], width: Double) {
    self.names = names.map { SVG.shortened($0, to: width - Self.sample) }
    var position: SVG.Position = (0, 0)
    positions = self.names.map { name in
      let length = Self.sample + SVG.width(of: name) + 22
      if position.x > 0 && position.x + length - 22 > width { position = (0, position.y + 20) }
      defer { position.x += length }
      return position
    }
    height = (positions.last?.y ?? 0) + 26
  }

  /// Draws the names, and calls `sample` for each with the position where its sample begins.
  func draw(
    at corner: SVG.Position, in svg: inout SVG,
    sample: (_ position: SVG.Position, _ index: Int, _ svg: inout SVG) -> Void
  ) {
    for (index, position) in positions.enumerated() {
      let (x, y) = (corner.x + position.x, corner.y + position.y)
      sample((x, y - 4.5), index, &svg)
      svg.text(names[index], at: (x + Self.sample, y), style: "t\(index % 6)")
    }
  }
}
