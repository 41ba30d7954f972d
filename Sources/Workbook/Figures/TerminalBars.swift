extension BarPlot {
  /// Returns lying bars of blocks, with their numbers behind them.
  func lines(in style: TerminalStyle) -> [String] {
    let heading = style.wrapped(bins == nil ? axisLabel : "count by \(axisLabel)")
    if bars.isEmpty { return heading + style.wrapped("(no bars to draw)") }
    let numbers = bars.map { $0.values.map(format.text).joined(separator: " + ") }
    let widest = numbers.map(\.count).max() ?? 0
    let name = min(bars.map(\.name.count).max() ?? 0, max(6, style.width / 3))
    let length = max(3, min(48, style.width - name - widest - 6))
    let legend = parts.enumerated().flatMap { part, name in
      style.wrapped("\(Self.sign(part, in: style)) \(name)").map { style.paint($0, series: part) }
    }
    let rows = zip(bars, numbers).map { bar, number -> String in
      let lead = "  " + bar.name.cut(to: name).padding(to: name) + "  "
      let (cells, text) = blocks(of: bar, length: length, in: style)
      let room = max(0, style.width - lead.count - cells - 1)
      return (lead + text + " " + number.cut(to: room)).trimmingTrailingSpaces
    }
    return heading + legend + rows
  }

  /// Returns a bar, and how many characters it takes; a part that is not 0 takes at least one.
  private func blocks(
    of bar: Bar, length: Int, in style: TerminalStyle
  ) -> (cells: Int, text: String) {
    let span = range.upperBound - range.lowerBound
    func place(_ value: Double) -> Int {
      Int(((value - range.lowerBound) / span * Double(length)).rounded())
    }
    var (cells, text, start) = (0, "", 0.0)
    for (part, value) in bar.values.enumerated() where value.isFinite && value != 0 {
      let (low, high) = (min(start, start + value), max(start, start + value))
      let space = max(0, place(low) - cells)
      let count = max(1, min(place(high), length) - cells - space)
      let room = min(count, length - cells - space)
      guard room > 0 else { continue }
      let sign = String(repeating: Self.sign(part, in: style), count: room)
      text += String(repeating: " ", count: space) + style.paint(sign, series: part)
      cells += space + room
      start += value
    }
    return (cells, text)
  }

  private static func sign(_ part: Int, in style: TerminalStyle) -> Character {
    (style.hasUnicode ? ["█", "▒", "░", "▚"] : ["#", "=", ".", "+"])[part % 4]
  }
}
