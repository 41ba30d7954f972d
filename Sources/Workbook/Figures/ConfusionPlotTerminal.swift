import Tensors
import Text

extension ConfusionPlot {
  /// Returns the matrix as rows of counts, shaded where there are colours; or as a sentence for each
  /// class where the matrix is too wide.
  public func lines(in style: TerminalStyle) -> [String] {
    let counts = matrix.counts.map { $0.map { NumberFormat.count.text(of: Double($0)) } }
    let digits = max(3, counts.joined().map(\.count).max() ?? 0)
    let widest = classNames.map(\.count).max() ?? 0
    let name = min(widest, max(3, style.width / 4))
    let rest = style.width - name - 10
    guard digits + 2 <= rest / max(matrix.classes, 1) else { return listed(in: style) }
    let cell = min(max(digits, widest) + 2, rest / max(matrix.classes, 1))
    let heads = classNames.map { $0.cut(to: cell - 1).flushRight(to: cell - 1) + " " }
    let head = "  " + "".padding(to: name) + heads.joined() + "  recall"
    let rows = matrix.classRange.map { actual -> String in
      let cells = matrix.classRange.map { predicted -> String in
        let text = counts[actual][predicted].flushRight(to: cell - 1) + " "
        return shaded(text, actual, predicted, in: style)
      }
      let lead = "  " + classNames[actual].cut(to: name).padding(to: name)
      return lead + cells.joined() + recall(of: actual).flushRight(to: 8)
    }
    let title = style.wrapped("rows: what it is; columns: what it was taken for")
    return title + [style.paint(head, .heading)] + rows
  }

  /// Returns a line for each class, with its mistakes.
  private func listed(in style: TerminalStyle) -> [String] {
    matrix.classRange.flatMap { actual in
      let mistakes = matrix.classRange.filter { $0 != actual && matrix.counts[actual][$0] > 0 }
        .map { "\(matrix.counts[actual][$0]) for \(classNames[$0])" }
      let taken = mistakes.isEmpty ? "" : "; taken " + mistakes.joined(separator: ", ")
      return style.wrapped(
        "\(classNames[actual]): recall \(recall(of: actual))\(taken)", rest: "    ")
    }
  }

  /// Returns a cell on a background as strong as its fraction of the row.
  private func shaded(
    _ text: String, _ actual: Int, _ predicted: Int, in style: TerminalStyle
  ) -> String {
    guard style.hasColour, matrix.counts[actual][predicted] > 0 else { return text }
    let blues = [236, 17, 18, 24, 25]
    let level = Int((fraction(of: actual, takenFor: predicted) * 4).rounded())
    return "\u{1B}[97;48;5;\(blues[min(4, max(0, level))])m\(text)\u{1B}[0m"
  }
}

extension ConfusionMatrix {
  /// The classes, from 0.
  fileprivate var classRange: Range<Int> { 0..<classes }
}
