import Tensors
import Text

extension Table {
  /// Returns the table as lines of text: side by side where it fits or where one column of words can be
  /// wrapped so that it does, else an entry a line.
  package func lines(in style: TerminalStyle) -> [String] {
    let texts = rows.map { $0.map(\.text) }
    let full = columns.indices.map { column in
      ([columns[column]] + texts.map { $0[column] }).map(\.count).reduce(0, max)
    }
    guard let widths = fitted(full, in: style) else { return stacked(in: style) }
    let rule = widths.map { String(repeating: style.hasUnicode ? "─" : "-", count: $0) }
    return lines(of: columns, widths).map { style.paint($0, .heading) }
      + lines(of: rule, widths).map { style.paint($0, .faint) }
      + texts.flatMap { lines(of: $0, widths) }
  }

  /// The narrowest that a column of words is made.
  private static let narrowest = 20

  /// Returns the widths of the columns, the widest column of words narrowed so that the table fits the
  /// terminal; `nil` where too little would be left of it.
  private func fitted(_ widths: [Int], in style: TerminalStyle) -> [Int]? {
    let excess = widths.reduce(0, +) + 2 * widths.count - style.width
    if excess <= 0 { return widths }
    let words = columns.indices.filter { !isNumeric($0) }
    guard let widest = words.max(by: { widths[$0] < widths[$1] }),
      widths[widest] - excess >= Self.narrowest
    else { return nil }
    var fitted = widths
    fitted[widest] -= excess
    return fitted
  }

  /// Returns the lines of a row: one, or more where an entry is wider than its column.
  private func lines(of entries: [String], _ widths: [Int]) -> [String] {
    let cells = entries.indices.map { column -> [String] in
      let style = TerminalStyle(width: widths[column], hasColour: false, hasUnicode: true)
      return entries[column].count <= widths[column]
        ? [entries[column]] : style.wrapped(entries[column], first: "", rest: "")
    }
    return (0..<(cells.map(\.count).max() ?? 0)).map { line in
      let texts = cells.indices.map { column in
        let text = line < cells[column].count ? cells[column][line] : ""
        return isNumeric(column)
          ? text.flushRight(to: widths[column]) : text.padding(to: widths[column])
      }
      return "  " + texts.joined(separator: "  ").trimmingTrailingSpaces
    }
  }

  /// A table too wide for the terminal: each row as a block of headed lines.
  private func stacked(in style: TerminalStyle) -> [String] {
    rows.flatMap { row -> [String] in
      let entries = zip(columns, row).flatMap { heading, cell in
        let text = heading.isEmpty ? cell.text : "\(heading): \(cell.text)"
        return style.wrapped(text, first: "  ", rest: "    ")
      }
      return entries + [""]
    }
  }

  /// Whether a column holds numbers, which stand flush right.
  package func isNumeric(_ column: Int) -> Bool {
    rows.contains { $0[column] != .none } && rows.allSatisfy { $0[column].isNumber }
  }
}
