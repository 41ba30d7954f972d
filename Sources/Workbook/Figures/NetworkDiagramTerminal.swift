import Tensors
import Text

extension NetworkDiagram {
  /// Returns a column of circles for each layer, or a sentence where the terminal is too narrow.
  public func lines(in style: TerminalStyle) -> [String] {
    let arrow = style.hasUnicode ? "→" : "->"
    let counts = layers.map { NumberFormat.count.text(of: Double($0.width)) }
    let cells = zip(layers, counts).map { max($0.name.count, $1.count) }
    let gap = arrow.count + 4
    guard !layers.isEmpty, 2 + cells.reduce(0, +) + gap * (cells.count - 1) <= style.width else {
      let names = zip(layers, counts).map { "\($0.name) \($1)" }
      return style.wrapped(names.isEmpty ? "(no layers)" : names.joined(separator: " \(arrow) "))
    }
    let columns = layers.map { Self.rows(of: $0.width, atMost: 5) }
    let height = columns.map(\.count).max() ?? 0
    let circles = (0..<height).map { row -> String in
      let signs = columns.indices.map { layer -> String in
        let index = row - (height - columns[layer].count) / 2
        guard columns[layer].indices.contains(index) else { return "" }
        let isUnit = columns[layer][index] != nil
        return isUnit ? (style.hasUnicode ? "○" : "o") : (style.hasUnicode ? "⋮" : ":")
      }
      return row == height / 2
        ? joined(signs, cells, between: "  \(arrow)  ", in: style)
        : joined(signs, cells, between: String(repeating: " ", count: gap), in: style)
    }
    let space = String(repeating: " ", count: gap)
    let heading = joined(layers.map(\.name), cells, between: space, in: nil)
    let feet = joined(counts, cells, between: space, in: nil)
    return [style.paint(heading, .heading)] + circles + [feet]
  }

  /// Returns texts in the middle of their columns, in the layers' colours where there is a style.
  private func joined(
    _ texts: [String], _ widths: [Int], between gap: String, in style: TerminalStyle?
  ) -> String {
    let cells = texts.indices.map { index -> String in
      let before = (widths[index] - texts[index].count) / 2
      let after = widths[index] - texts[index].count - before
      let text = style?.paint(texts[index], series: index == 0 ? 0 : 2) ?? texts[index]
      return String(repeating: " ", count: before) + text + String(repeating: " ", count: after)
    }
    return ("  " + cells.joined(separator: gap)).trimmingTrailingSpaces
  }
}
