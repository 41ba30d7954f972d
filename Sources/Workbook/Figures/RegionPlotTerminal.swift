import Tensors
import Text

extension RegionPlot {
  /// Returns the plane as characters: regions in colours or shades, points as letters on them.
  public func lines(in style: TerminalStyle) -> [String] {
    // A character is twice as high as it is wide: half as many rows keep a circle round.
    let columns = min(style.width - 4, 56)
    let rows = columns / 2
    var letters = [Int?](repeating: nil, count: columns * rows)
    for point in 0..<points.count {
      let position = position(of: point)
      let column = min(columns - 1, Int(position.across * Double(columns)))
      let row = min(rows - 1, Int(position.down * Double(rows)))
      letters[row * columns + column] = points.labels[point]
    }
    let plane = (0..<rows).map { row -> String in
      let regions = (0..<columns).map { column in
        region(
          across: (Double(column) + 0.5) / Double(columns), down: (Double(row) + 0.5) / Double(rows)
        )
      }
      return "  " + line(regions, letters[row * columns..<(row + 1) * columns], in: style)
    }
    let legend = (0..<points.classes).map { label in
      "  \(Self.letters[label % 6]): \(names[label]), region "
        + line([label, label], [nil, nil], in: style)
    }
    return plane + legend
  }

  /// Returns a row of cells; adjacent cells of the same region are painted at once.
  private func line(
    _ regions: [Int], _ letters: ArraySlice<Int?>, in style: TerminalStyle
  ) -> String {
    let shades = style.hasColour ? [" "] : style.hasUnicode ? Self.shades : Self.plainShades
    let signs = zip(regions, letters).map { region, letter in
      letter.map { Self.letters[$0 % 6] } ?? shades[region % shades.count]
    }
    guard style.hasColour else { return String(signs) }
    var line = ""
    var start = 0
    for end in 1...regions.count where end == regions.count || regions[end] != regions[start] {
      let background = Self.backgrounds[regions[start] % 6]
      line += "\u{1B}[1;97;48;5;\(background)m\(String(signs[start..<end]))\u{1B}[0m"
      start = end
    }
    return line
  }

  private static let letters: [Character] = ["o", "x", "+", "v", "s", "d"]
  private static let shades: [Character] = [" ", "░", "▒", "▓", "▚", "▞"]
  private static let plainShades: [Character] = [" ", ".", ":", "#", "%", "="]
  /// Dark blue, brown, green, violet, olive, teal: white letters are legible on them.
  private static let backgrounds = [24, 130, 29, 90, 58, 23]
}
