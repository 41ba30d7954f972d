extension ImageGrid {
  /// Returns the pictures drawn on a card: in 16 greys, or where that takes more than 50 KB, in 4,
  /// and then with the mean of 2 × 2 pixels, 3 × 3, … for each.
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
    for (index, image) in mosaics.enumerated() {
      let middle = 14 + cell.x * (Double(index % perRow) + 0.5)
      let top = 20 + cell.y * Double(index / perRow)
      draw(image, at: (middle - wide / 2, top), width: wide, height: high, on: &svg)
      for (row, line) in lines[index].enumerated() {
        svg.text(line, at: (middle, top + high + 18 + 16 * Double(row)), .middle, style: "faint")
      }
    }
    return svg
  }

  /// A picture in greys from 0 to 15: the most frequent one, and the outlines of the others.
  private struct Greys {
    let width: Int
    let height: Int
    let ground: Int
    let paths: [(level: Int, path: SVGPath)]

    init(_ levels: [Int], width: Int, height: Int) {
      (self.width, self.height) = (width, height)
      var counts = [Int](repeating: 0, count: 16)
      for level in levels { counts[level] += 1 }
      let ground = counts.indices.max { counts[$0] < counts[$1] } ?? 0
      let mosaic = Mosaic(width: width, height: height, kinds: levels)
      paths = counts.indices.filter { $0 != ground && counts[$0] > 0 }
        .map { ($0, mosaic.path(of: $0)) }
      self.ground = ground
    }

    /// About how many bytes the picture takes: the outlines, and 100 for what stands around each.
    var size: Int { paths.map { $0.path.data.utf8.count + 100 }.reduce(100, +) }
  }

  /// The pictures in as much detail as the file has room for.
  private var mosaics: [Greys] {
    var (step, greys) = (1, 16)
    while true {
      let mosaics = images.map { coarse($0, step: step, greys: greys) }
      if mosaics.map(\.size).reduce(0, +) <= 50_000 || step > max(width, height) {
        return mosaics
      }
      if greys == 16 { greys = 4 } else { step += 1 }
    }
  }

  /// Returns a picture in so many greys, with the mean of `step` × `step` pixels for each.
  private func coarse(_ image: [Double], step: Int, greys: Int) -> Greys {
    let (across, down) = ((width + step - 1) / step, (height + step - 1) / step)
    let levels = (0..<across * down).map { cell -> Int in
      let (row, column) = (cell / across * step, cell % across * step)
      let pixels = (row..<min(row + step, height)).flatMap { row in
        image[row * width + column..<row * width + min(column + step, width)]
      }
      // A level that is no number is black, as one below 0 is.
      let mean =
        pixels.map { $0.isNaN ? 0 : min(max($0, 0), 1) }.reduce(0, +) / Double(pixels.count)
      return Int((mean * Double(greys - 1)).rounded()) * 15 / (greys - 1)
    }
    return Greys(levels, width: across, height: down)
  }

  /// Draws a picture: its most frequent grey as a whole, every other as a path upon it.
  private func draw(
    _ image: Greys, at place: SVG.Place, width: Double, height: Double, on svg: inout SVG
  ) {
    svg.rect(
      place.x, place.y, width: width, height: height, ["fill": Self.grey(image.ground)])
    for (level, path) in image.paths {
      svg.cells(
        path, at: place, width: width / Double(image.width), height: height / Double(image.height),
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
