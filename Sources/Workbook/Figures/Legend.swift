/// Names in rows above a plot, each behind a sample of what it names.
struct Legend {
  /// The names, cut where one is wider than a row.
  let names: [String]
  /// Where each name stands, from the legend's top left corner.
  let places: [SVG.Place]
  /// The height of the rows.
  let height: Double

  private static let sample = 34.0

  /// Lays out names in rows of a width.
  init(names: [String], width: Double) {
    self.names = names.map { SVG.shortened($0, to: width - Self.sample) }
    var place: SVG.Place = (0, 0)
    places = self.names.map { name in
      let length = Self.sample + SVG.width(of: name) + 22
      if place.x > 0 && place.x + length - 22 > width { place = (0, place.y + 20) }
      defer { place.x += length }
      return place
    }
    height = (places.last?.y ?? 0) + 26
  }

  /// Draws the names, and calls for each with the place where its sample begins.
  func draw(
    at corner: SVG.Place, in svg: inout SVG,
    sample: (_ place: SVG.Place, _ index: Int, _ svg: inout SVG) -> Void
  ) {
    for (index, place) in places.enumerated() {
      let (x, y) = (corner.x + place.x, corner.y + place.y)
      sample((x, y - 4.5), index, &svg)
      svg.text(names[index], at: (x + Self.sample, y), style: "t\(index % 6)")
    }
  }
}
