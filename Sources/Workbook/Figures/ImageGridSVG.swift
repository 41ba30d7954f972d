import Tensors
import Text

extension ImageGrid {
  /// Returns the images drawn on a card in 16 greys. Where that takes more than 50 KB, they have 4
  /// greys, and then the mean of 2 × 2 pixels, 3 × 3, … in place of each pixel.
  public func svg() -> SVG {
    let pixel = max(1, (112 / Double(max(width, height, 1))).rounded(.down))
    let (wide, high) = (pixel * Double(width), pixel * Double(height))
    let lines = captions.map { SVG.wrapped($0, to: max(wide, 84)) }
    let cell = (x: max(wide, 84) + 20, y: high + 26 + 16 * Double(lines.map(\.count).max() ?? 1))
    let most = max(1, Int(688 / cell.x))
    let rows = max(1, (images.count + most - 1) / most)
    let perRow = max(1, (images.count + rows - 1) / rows)
    var svg = SVG(
      width: max(160, 28 + cell.x * Double(perRow)), height: max(60, 24 + cell.y * Double(rows)))
    if images.isEmpty { svg.text("no images", at: (80, 35), .middle, style: "faint") }
    for (index, image) in greyImages.enumerated() {
      let middle = 14 + cell.x * (Double(index % perRow) + 0.5)
      let top = 20 + cell.y * Double(index / perRow)
      draw(image, at: (middle - wide / 2, top), width: wide, height: high, on: &svg)
      for (row, line) in lines[index].enumerated() {
        svg.text(line, at: (middle, top + high + 18 + 16 * Double(row)), .middle, style: "faint")
      }
    }
    return svg
  }

  /// An image in greys from 0 to 15: the most frequent grey, and the outlines of the others.
  private struct GreyImage {
    let width: Int
    let height: Int
    let ground: Int
    let paths: [(level: Int, path: SVGPath)]

    init(_ levels: [Int], width: Int, height: Int) {
      (self.width, self.height) = (width, height)
      var counts = [Int](repeating: 0, count: 16)
      for level in levels { counts[level] += 1 }
      let ground = counts.indices.max { counts[$0] < counts[$1] } ?? 0
      let outlines = RegionOutlines(width: width, height: height, kinds: levels)
      paths = counts.indices.filter { $0 != ground && counts[$0] > 0 }
        .map { ($0, outlines.path(of: $0)) }
      self.ground = ground
    }

    /// About how many bytes the image takes: the outlines, and 100 for the element around each.
    var size: Int { paths.map { $0.path.data.utf8.count + 100 }.reduce(100, +) }
  }

  /// The images, in as much detail as the file has room for.
  private var greyImages: [GreyImage] {
    var (step, greys) = (1, 16)
    while true {
      let found = images.map { coarse($0, step: step, greys: greys) }
      if found.map(\.size).reduce(0, +) <= 50_000 || step > max(width, height) { return found }
      if greys == 16 { greys = 4 } else { step += 1 }
    }
  }

  /// Returns an image in a number of greys, with the mean of `step` × `step` pixels for each.
  private func coarse(_ image: [Double], step: Int, greys: Int) -> GreyImage {
    let columns: Int = (width + step - 1) / step
    let rows: Int = (height + step - 1) / step
    var levels: [Int] = []
    levels.reserveCapacity(rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let mean: Double = mean(of: image, row: row * step, column: column * step, size: step)
        let level = Int((mean * Double(greys - 1)).rounded())
        levels.append(level * 15 / (greys - 1))
      }
    }
    return GreyImage(levels, width: columns, height: rows)
  }

  /// Returns the mean of the pixels of a square, without the part of the square outside the image.
  private func mean(of image: [Double], row: Int, column: Int, size: Int) -> Double {
    var sum = 0.0
    var count = 0
    for row in row..<min(row + size, height) {
      for column in column..<min(column + size, width) {
        let pixel: Double = image[row * width + column]
        // A pixel that is not a number is black, like a pixel below 0.
        sum += pixel.isNaN ? 0 : min(max(pixel, 0), 1)
        count += 1
      }
    }
    return sum / Double(count)
  }

  /// Draws an image: its most frequent grey as a rectangle, every other grey as a path upon it.
  private func draw(
    _ image: GreyImage, at position: SVG.Position, width: Double, height: Double, on svg: inout SVG
  ) {
    svg.rect(
      position.x, position.y, width: width, height: height, ["fill": Self.grey(image.ground)])
    for (level, path) in image.paths {
      svg.cells(
        path, at: position, width: width / Double(image.width),
        height: height / Double(image.height),
        ["fill": Self.grey(level), "shape-rendering": "crispEdges"])
    }
  }

  /// One of 16 greys, in the three digits of a short colour.
  private static func grey(_ level: Int) -> String {
    "#" + String(repeating: String(level, radix: 16), count: 3)
  }
}
