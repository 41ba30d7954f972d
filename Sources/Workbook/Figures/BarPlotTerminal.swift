import Tensors
import Text

extension BarPlot {
  /// Returns horizontal bars of block characters, with their numbers behind them.
  public func lines(in style: TerminalStyle) -> [String] {
    let heading = style.wrapped(
      bins == nil ? axisLabel : "\(axisLabel): how many from each number to the next")
    if bars.isEmpty { return heading + style.wrapped("(no bars to draw)") }
    let numbers = bars.map { $0.values.map(format.text).joined(separator: " + ") }
    let widest = numbers.map(\.count).max() ?? 0
    let names = bars.indices.map { bins == nil ? bars[$0].name : brief(edge($0)) }
    let most = max(4, min(style.width / 2 - 2, style.width - widest - 8))
    let name = min(names.map(\.count).max() ?? 0, most)
    let length = max(3, min(48, style.width - name - widest - 5))
    let legend = parts.enumerated().flatMap { part, name in
      style.wrapped("\(Self.sign(part, in: style)) \(name)").map { style.paint($0, series: part) }
    }
    let rows = bars.indices.map { index -> String in
      let label = names[index].cut(to: name)
      let lead = "  " + (bins == nil ? label.padding(to: name) : label.flushRight(to: name)) + "  "
      let (cells, text) = blocks(of: bars[index], length: length, in: style)
      let room = max(0, style.width - lead.count - cells - 1)
      return (lead + text + " " + numbers[index].cut(to: room)).trimmingTrailingSpaces
    }
    return heading + legend + rows
  }

  /// Returns a bar, and how many characters it takes; a part that is not 0 takes at least one.
  private func blocks(
    of bar: Bar, length: Int, in style: TerminalStyle
  ) -> (cells: Int, text: String) {
    let span = range.upperBound - range.lowerBound
    func column(_ value: Double) -> Int {
      Int(((value - range.lowerBound) / span * Double(length)).rounded())
    }
    var (cells, text, start) = (0, "", 0.0)
    for (part, value) in bar.values.enumerated() where value.isDrawable && value != 0 {
      let (low, high) = (min(start, start + value), max(start, start + value))
      let space = max(0, column(low) - cells)
      let count = max(1, min(column(high), length) - cells - space)
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
