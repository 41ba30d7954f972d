import Tensors
import Text

extension ConfusionPlot {
  /// Returns the matrix drawn on a card: a row for each class, each cell shaded by its fraction of the row.
  public func svg() -> SVG {
    let classes = matrix.classes
    let names = classNames.map { SVG.shortened($0, to: 130) }
    let widest = names.map { SVG.width(of: $0) }.max() ?? 0
    let digits = matrix.counts.joined().map {
      SVG.width(of: NumberFormat.count.text(of: Double($0)))
    }
    let wide = min(96, max(widest + 12, (digits.max() ?? 0) + 14, 44))
    let high = 38.0
    let left = max(widest + 32, SVG.width(of: "is") + 32)
    let (right, bottom) = (left + wide * Double(classes), 70 + high * Double(classes))
    var svg = SVG(width: max(220, right + 92), height: bottom + 22)
    if classes == 0 { svg.text("no classes", at: (110, 60), .middle, style: "faint") }
    svg.text("is", at: (left - 12, 58), .end, style: "heading")
    svg.text("taken for", at: (left, 30), style: "heading")
    svg.text("recall", at: (right + 16, 58), style: "heading")
    for label in 0..<classes {
      let middle = left + wide * (Double(label) + 0.5)
      svg.text(SVG.shortened(names[label], to: wide - 4), at: (middle, 58), .middle)
      let baseline = 70 + high * (Double(label) + 0.5) + 4.5
      svg.text(names[label], at: (left - 12, baseline), .end)
      svg.text(recall(of: label), at: (right + 16, baseline), style: "faint")
      for other in 0..<classes {
        let corner = (left + wide * Double(other), 70 + high * Double(label))
        draw(label, other, at: corner, width: wide, height: high, on: &svg)
      }
    }
    return svg
  }

  /// Draws a cell; the cells of the diagonal, which count correct predictions, have a frame.
  private func draw(
    _ actual: Int, _ predicted: Int, at corner: SVG.Position, width: Double, height: Double,
    on svg: inout SVG
  ) {
    let (x, y) = (corner.x + 1.5, corner.y + 1.5)
    let count = matrix.counts[actual][predicted]
    let fraction = fraction(of: actual, takenFor: predicted)
    // The number stays legible on the darkest shade, and a rare mistake is not quite white.
    let shade = count == 0 ? 0.04 : 0.1 + 0.5 * fraction
    svg.rect(
      x, y, width: width - 3, height: height - 3, radius: 4,
      ["class": "shade", "fill-opacity": SVG.number(shade)])
    if actual == predicted {
      svg.rect(x, y, width: width - 3, height: height - 3, radius: 4, ["class": "axis"])
    }
    svg.text(
      NumberFormat.count.text(of: Double(count)),
      at: (corner.x + width / 2, corner.y + height / 2 + 4.5), .middle,
      style: count == 0 ? "faint" : "")
  }
}
