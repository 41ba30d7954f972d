extension ImageGrid {
  /// Returns the pictures drawn on a card, in 16 greys.
  func svg() -> SVG {
    let pixel = max(1, (112 / Double(max(width, height, 1))).rounded(.down))
    let (wide, high) = (pixel * Double(width), pixel * Double(height))
    let lines = captions.map { Self.lines($0, width: max(wide, 84)) }
    let cell = (x: max(wide, 84) + 20, y: high + 26 + 16 * Double(lines.map(\.count).max() ?? 1))
    let most = max(1, Int(688 / cell.x))
    let rows = max(1, (images.count + most - 1) / most)
    let perRow = max(1, (images.count + rows - 1) / rows)
    var svg = SVG(
      width: max(160, 28 + cell.x * Double(perRow)), height: max(60, 24 + cell.y * Double(rows)))
    if images.isEmpty { svg.text("no images", at: (80, 35), .middle, style: "faint") }
    for (index, image) in images.enumerated() {
      let middle = 14 + cell.x * (Double(index % perRow) + 0.5)
      let top = 20 + cell.y * Double(index / perRow)
      draw(image, at: (middle - wide / 2, top), pixel: pixel, on: &svg)
      for (row, line) in lines[index].enumerated() {
        svg.text(line, at: (middle, top + high + 18 + 16 * Double(row)), .middle, style: "faint")
      }
    }
    return svg
  }

  /// Draws a picture: its most frequent grey as a whole, every other as a path upon it.
  private func draw(_ image: [Double], at place: SVG.Place, pixel: Double, on svg: inout SVG) {
    let levels = image.map { $0.isNaN ? 0 : Int((min(max($0, 0), 1) * 15).rounded()) }
    let counts = (0..<16).map { level in levels.filter { $0 == level }.count }
    let ground = counts.indices.max { counts[$0] < counts[$1] } ?? 0
    svg.rect(
      place.x, place.y, width: pixel * Double(width), height: pixel * Double(height),
      ["fill": Self.grey(ground)])
    let mosaic = Mosaic(width: width, height: height, kinds: levels)
    for level in 0..<16 where level != ground && counts[level] > 0 {
      svg.cells(
        mosaic.path(of: level), at: place, width: pixel, height: pixel,
        ["fill": Self.grey(level), "shape-rendering": "crispEdges"])
    }
  }

  /// One of 16 greys, in the three digits of a short colour.
  private static func grey(_ level: Int) -> String {
    "#" + String(repeating: String(level, radix: 16), count: 3)
  }

  /// Returns a caption in lines of at most a width.
  private static func lines(_ caption: String, width: Double) -> [String] {
    var lines: [String] = []
    for word in caption.split(separator: " ").map(String.init) {
      if let last = lines.last, SVG.width(of: last + " " + word) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(SVG.shortened(word, to: width))
      }
    }
    return lines
  }
}
