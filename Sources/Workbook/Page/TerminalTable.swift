extension Table {
  /// Returns the table as lines of text: side by side where it fits, else an entry a line.
  func lines(in style: TerminalStyle) -> [String] {
    let texts = rows.map { $0.map(\.text) }
    let widths = columns.indices.map { column in
      ([columns[column]] + texts.map { $0[column] }).map(\.count).reduce(0, max)
    }
    guard widths.reduce(0, +) + 2 * widths.count <= style.width else { return stacked(in: style) }

    func line(_ entries: [String]) -> String {
      let cells = entries.indices.map { column -> String in
        let space = String(repeating: " ", count: widths[column] - entries[column].count)
        return isNumeric(column) ? space + entries[column] : entries[column] + space
      }
      return "  " + cells.joined(separator: "  ").trimmingTrailingSpaces
    }
    let rule = widths.map { String(repeating: style.hasUnicode ? "─" : "-", count: $0) }
    return [style.paint(line(columns), .heading), style.paint(line(rule), .faint)]
      + texts.map(line)
  }

  /// A table too wide for the terminal: each row as a block of headed lines.
  private func stacked(in style: TerminalStyle) -> [String] {
    rows.flatMap { row -> [String] in
      let entries = zip(columns, row).flatMap { heading, cell in
        style.wrapped("\(heading): \(cell.text)", first: "  ", rest: "    ")
      }
      return entries + [""]
    }
  }

  /// Whether a column holds numbers, which stand flush right.
  func isNumeric(_ column: Int) -> Bool {
    rows.contains { $0[column] != .none } && rows.allSatisfy { $0[column].isNumber }
  }
}
