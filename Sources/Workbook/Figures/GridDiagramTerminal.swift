import Tensors
import Text

extension GridDiagram {
  /// Returns the grids side by side, as many as fit, and a grid that is too wide row by row.
  ///
  /// A highlighted cell stands in brackets: those of the first colour in [ ], of the second in ( ).
  public func lines(in style: TerminalStyle) -> [String] {
    if grids.isEmpty { return style.wrapped("(no grids)") }
    var (lines, line): ([[PrintedGrid]], [PrintedGrid]) = ([], [])
    for block in grids.map({ block(of: $0, in: style) }) {
      let width = line.map { $0.width + 5 }.reduce(2, +) + block.width
      if !line.isEmpty && width > style.width {
        lines.append(line)
        line = []
      }
      line.append(block)
    }
    lines.append(line)
    let texts = lines.map { line in
      line.count == 1 && line[0].width + 2 > style.width
        ? listed(line[0].grid, in: style) : beside(line, in: style)
    }
    return Array(texts.joined(separator: [""]))
  }

  /// A grid as lines of text.
  private struct PrintedGrid {
    let grid: Grid
    let labels: [String]
    let rows: [(text: String, width: Int)]

    var width: Int { (labels.map(\.count) + rows.map(\.width)).max() ?? 0 }

    /// Returns a line, among `labels` lines of labels and `rows` of cells, and its width.
    func line(_ index: Int, labels: Int, rows: Int) -> (text: String, width: Int) {
      if index < labels {
        let label = index - labels + self.labels.count
        return label < 0 ? ("", 0) : (self.labels[label], self.labels[label].count)
      }
      let row = index - labels - (rows - self.rows.count) / 2
      return self.rows.indices.contains(row) ? self.rows[row] : ("", 0)
    }
  }

  /// Returns a grid with its label as lines of text.
  private func block(of grid: Grid, in style: TerminalStyle) -> PrintedGrid {
    let digits = max(1, grid.rows.joined().map { text(of: $0).count }.max() ?? 1)
    let names = grid.rowLabels.map(\.count).max().map { $0 + 1 } ?? 0
    let rows = grid.rows.enumerated().map { index, cells in
      let name = grid.rowLabels.isEmpty ? "" : grid.rowLabels[index].padding(to: names)
      let text = cells.map { self.cell($0, digits: digits, in: style) }.joined()
      return (text: name + text, width: names + cells.count * (digits + 2))
    }
    var labels: [String] = []
    let room = max(12, rows.map(\.width).max() ?? 0)
    for word in grid.label.split(separator: " ").map({ String($0).cut(to: style.width - 2) }) {
      if let last = labels.last, last.count + 1 + word.count <= room {
        labels[labels.count - 1] = last + " " + word
      } else {
        labels.append(word)
      }
    }
    return PrintedGrid(grid: grid, labels: labels, rows: rows)
  }

  /// Returns a cell as text, in brackets and colour where it is highlighted.
  private func cell(_ cell: Cell, digits: Int, in style: TerminalStyle) -> String {
    let text = (cell.value == nil ? "." : text(of: cell)).flushRight(to: digits)
    guard let colour = cell.highlight else {
      return cell.isFaint ? style.paint(" \(text) ", .faint) : " \(text) "
    }
    let (open, close) = [("[", "]"), ("(", ")"), ("{", "}"), ("<", ">"), ("/", "/"), ("|", "|")][
      colour % 6]
    return style.paint(open + text + close, series: colour)
  }

  /// Returns grids side by side, each around the middle of the highest.
  private func beside(_ blocks: [PrintedGrid], in style: TerminalStyle) -> [String] {
    let labels = blocks.map(\.labels.count).max() ?? 0
    let rows = blocks.map(\.rows.count).max() ?? 0
    return (0..<labels + rows).map { index in
      var line = "  "
      for (number, block) in blocks.enumerated() {
        let (text, width) = block.line(index, labels: labels, rows: rows)
        line += text
        if number == blocks.count - 1 { break }
        let isMiddle = index == labels + (rows - 1) / 2
        let sign = isMiddle ? Self.plain(block.grid.sign, in: style) : ""
        line += String(repeating: " ", count: block.width - width)
        line += " " + sign.cut(to: 3).flushRight(to: 3) + " "
      }
      return line.trimmingTrailingSpaces
    }
  }

  /// Returns a sign in ASCII where there is no Unicode.
  private static func plain(_ sign: String, in style: TerminalStyle) -> String {
    style.hasUnicode ? sign : ["→": "->", "⊙": "*", "×": "x", "·": "*"][sign] ?? sign
  }

  /// Returns a grid row by row, for a terminal that is too narrow for it.
  private func listed(_ grid: Grid, in style: TerminalStyle) -> [String] {
    style.wrapped(grid.label + ":")
      + grid.rows.enumerated().flatMap { index, cells in
        let name = grid.rowLabels.isEmpty ? "row \(index + 1)" : grid.rowLabels[index]
        var uncoloured = style
        uncoloured.hasColour = false
        let words = cells.map { cell($0, digits: 1, in: uncoloured) }
        return style.wrapped(name + ": " + words.joined(separator: " "), rest: "    ")
      }
  }
}
