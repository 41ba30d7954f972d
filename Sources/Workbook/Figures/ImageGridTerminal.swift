import Tensors
import Text

extension ImageGrid {
  /// Returns the images side by side, two pixels to a character, as many to a row as fit, and captions above
  /// them, as many lines of each as it needs.
  ///
  /// Of an image wider than the terminal only each second, third, … pixel is shown.
  public func lines(in style: TerminalStyle) -> [String] {
    if images.isEmpty { return style.wrapped("(no images to draw)") }
    let step = max(1, (width + style.width - 3) / (style.width - 2))
    let columns = (width + step - 1) / step
    let words = captions.flatMap { $0.split(separator: " ").map(\.count) }
    let cell = min(words.reduce(columns, max), max(columns, style.width - 2))
    let perRow = max(1, style.width / (cell + 2))
    let narrow = TerminalStyle(width: cell, hasColour: false, hasUnicode: style.hasUnicode)
    let gap = String(repeating: " ", count: cell - columns + 2)
    return images.indices.chunked(by: perRow).flatMap { row -> [String] in
      let captions = row.map { narrow.wrapped(self.captions[$0], first: "", rest: "") }
      let captionLines = (0..<(captions.map(\.count).max() ?? 0)).map { line in
        let parts = captions.map { (line < $0.count ? $0[line] : "").padding(to: cell + 2) }
        return ("  " + parts.joined()).trimmingTrailingSpaces
      }
      let pixels = stride(from: 0, to: height, by: 2 * step).map { y in
        "  "
          + row.map { characters(of: images[$0], row: y, step: step, in: style) }
          .joined(separator: gap)
      }
      return captionLines + pixels
    }
  }

  private func characters(
    of image: [Double], row: Int, step: Int, in style: TerminalStyle
  ) -> String {
    // A pixel that is not a number is black, like a pixel below 0.
    func level(_ row: Int, _ column: Int) -> Double {
      row < height ? min(1, max(0, image[row * width + column])) : 0
    }
    return stride(from: 0, to: width, by: step).map { column in
      let (upper, lower) = (level(row, column), level(row + step, column))
      if style.hasColour && style.hasUnicode {
        return "\u{1B}[38;5;\(grey(upper));48;5;\(grey(lower))m▀\u{1B}[0m"
      }
      let ramp: [Character] =
        style.hasUnicode ? [" ", "░", "▒", "▓", "█"] : [" ", ".", ":", "+", "#"]
      return String(ramp[Int(((upper + lower) / 2 * Double(ramp.count - 1)).rounded())])
    }.joined()
  }

  /// One of the terminal's 24 greys.
  private func grey(_ level: Double) -> Int { 232 + Int((level * 23).rounded()) }
}
