import Foundation

extension Figure {
  /// Returns the figure as lines of text.
  func lines(in style: TerminalStyle) -> [String] {
    let lines =
      switch content {
      case .lines(let plot): plot.lines(in: style)
      case .regions(let plot): plot.lines(in: style)
      case .images(let grid): grid.lines(in: style)
      case .confusion(let plot): plot.lines(in: style)
      case .bars(let plot): plot.lines(in: style)
      case .network(let diagram): diagram.lines(in: style)
      case .graph(let diagram): diagram.lines(in: style)
      }
    return lines.map(style.plain)
  }
}

extension TerminalStyle {
  /// Returns text with the signs of numbers in ASCII, such as 3.1e-9, where there is nothing else.
  func plain(_ text: String) -> String {
    if hasUnicode { return text }
    let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return text.replacingOccurrences(of: "·10", with: "e")
      .replacingOccurrences(of: "∞", with: "inf")
      .map { sign in
        if let digit = raised.firstIndex(of: sign) { return "\(digit)" }
        return "−–⁻".contains(sign) ? "-" : sign == "…" ? "~" : "\(sign)"
      }.joined()
  }
}

extension LinePlot {
  /// Returns the plot in braille dots, with axes, ticks and a legend.
  func lines(in style: TerminalStyle) -> [String] {
    let placed = series.map { series in
      series.points.compactMap { point -> (x: Double, y: Double)? in
        guard let x = x.position(of: point.x), let y = y.position(of: point.y) else { return nil }
        return (x, y)
      }
    }
    guard let xRange = Self.range(placed.joined().map(\.x)),
      let yRange = Self.range(placed.joined().map(\.y))
    else { return style.wrapped("(\(y.label) against \(x.label): no finite points to draw)") }

    let margin = 11
    var canvas = BrailleCanvas(columns: max(10, min(style.width, 78) - margin - 2), rows: 11)
    func place(_ point: (x: Double, y: Double)) -> (x: Int, y: Int) {
      let across = (point.x - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound)
      let down = (yRange.upperBound - point.y) / (yRange.upperBound - yRange.lowerBound)
      return (
        Int((across * Double(canvas.width - 1)).rounded()),
        Int((down * Double(canvas.height - 1)).rounded())
      )
    }
    for (index, points) in placed.enumerated() {
      let places = points.map(place)
      for (here, next) in zip(places, places.dropFirst()) where series[index].isJoined {
        canvas.line(from: here, to: next, series: index)
      }
      for place in places { canvas.dot(place.x, place.y, series: index) }
      if series.count > 1, let last = places.last {
        canvas.mark(Self.letter(index), at: last, series: index)
      }
    }
    return framed(canvas, xRange, yRange, margin: margin, in: style)
  }

  /// Puts axes, ticks and a legend around the dots.
  private func framed(
    _ canvas: BrailleCanvas, _ xRange: ClosedRange<Double>, _ yRange: ClosedRange<Double>,
    margin: Int, in style: TerminalStyle
  ) -> [String] {
    let edge = style.hasUnicode ? "│" : "|"
    func tick(_ value: Double) -> String {
      style.hasUnicode ? brief(value) : String(format: "%.4g", value)
    }
    let ticks = [
      0: tick(y.value(at: yRange.upperBound)),
      canvas.rows / 2: tick(y.value(at: (yRange.lowerBound + yRange.upperBound) / 2)),
      canvas.rows - 1: tick(y.value(at: yRange.lowerBound)),
    ]
    let body = canvas.lines(in: style).enumerated().map { row, dots in
      let tick = ticks[row] ?? ""
      return String(repeating: " ", count: max(0, margin - tick.count)) + tick + " \(edge)" + dots
    }
    let corner = style.hasUnicode ? "└" : "+"
    let floor = String(repeating: style.hasUnicode ? "─" : "-", count: canvas.columns)
    let indent = String(repeating: " ", count: margin + 1)
    let left = tick(x.value(at: xRange.lowerBound))
    let right = tick(x.value(at: xRange.upperBound))
    let gap = canvas.columns - left.count - right.count
    let middle = gap - 2 >= x.label.count ? x.label : ""
    let space = max(2, gap - middle.count)
    // Where the canvas is too narrow for its ends, they reach out to the left.
    let ends =
      left + String(repeating: " ", count: space / 2) + middle
      + String(repeating: " ", count: space - space / 2) + right
    let legend = series.enumerated().flatMap { index, series in
      style.wrapped("\(Self.letter(index)) \(series.name)", first: indent, rest: indent + "  ")
        .map { style.paint($0, series: index) }
    }
    let heading =
      style.wrapped("\(y.label)", first: indent, rest: indent) + (series.count > 1 ? legend : [])
    return heading + body + [
      indent + corner + floor,
      String(repeating: " ", count: max(0, margin + 2 + canvas.columns - ends.count)) + ends,
    ] + (middle.isEmpty ? style.wrapped(x.label, first: indent, rest: indent) : [])
  }

  private static func letter(_ index: Int) -> Character {
    Character(Unicode.Scalar(UInt8(ascii: "A") + UInt8(index % 26)))
  }

  /// The interval of some positions, widened where they are all the same.
  private static func range(_ positions: [Double]) -> ClosedRange<Double>? {
    guard let low = positions.min(), let high = positions.max() else { return nil }
    let border = low == high ? max(0.5, abs(low) / 100) : 0
    return low - border...high + border
  }
}

extension RegionPlot {
  /// Returns the plane as characters: regions in colours or shades, points as letters on them.
  func lines(in style: TerminalStyle) -> [String] {
    // A character is twice as high as it is wide, so half as many rows keep a circle round.
    let columns = min(style.width - 4, 56)
    let rows = columns / 2
    var letters = [Int?](repeating: nil, count: columns * rows)
    for point in 0..<points.count {
      let place = place(of: point)
      let column = min(columns - 1, Int(place.across * Double(columns)))
      let row = min(rows - 1, Int(place.down * Double(rows)))
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
      "  \(Self.letters[label % 6]): class \(label), region "
        + line([label, label], [nil, nil], in: style)
    }
    return plane + legend
  }

  /// Returns a row of places, neighbours of one region painted at once.
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
  /// Dark blue, brown, green, violet, olive, teal: backgrounds that white letters stand out on.
  private static let backgrounds = [24, 130, 29, 90, 58, 23]
}

extension ImageGrid {
  /// Returns the pictures side by side, two pixels to a character, as many to a row as fit.
  ///
  /// Of a picture wider than the terminal only each second, third, … pixel is shown.
  func lines(in style: TerminalStyle) -> [String] {
    if images.isEmpty { return style.wrapped("(no images to draw)") }
    let step = max(1, (width + style.width - 3) / (style.width - 2))
    let columns = (width + step - 1) / step
    let perRow = max(1, style.width / (columns + 2))
    return stride(from: 0, to: images.count, by: perRow).flatMap { first -> [String] in
      let row = first..<min(first + perRow, images.count)
      let captions = row.map { index in
        String(self.captions[index].prefix(columns)).padding(to: columns + 2)
      }
      let pixels = stride(from: 0, to: height, by: 2 * step).map { y in
        "  "
          + row.map { characters(of: images[$0], row: y, step: step, in: style) }
          .joined(separator: "  ")
      }
      return ["  " + captions.joined().trimmingTrailingSpaces] + pixels
    }
  }

  private func characters(
    of image: [Double], row: Int, step: Int, in style: TerminalStyle
  ) -> String {
    // A level that is no number is black, as one below 0 is.
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
