import Tensors
import Text

extension OwnershipDiagram {
  private static let cardWidth = 720.0
  private static let margin = 16.0
  private static let boxHeight = 54.0
  private static let chainHeight = 104.0
  private static let gap = 26.0

  /// Returns the chains drawn on a card: a row of boxes for each, with an arrow from holder to held.
  public func svg() -> SVG {
    let height = max(Double(chains.count) * Self.chainHeight, 60) + 8
    var svg = SVG(width: Self.cardWidth, height: height)
    if chains.isEmpty {
      svg.text("no objects", at: (Self.cardWidth / 2, 34), .middle, style: "faint")
    }
    for (row, chain) in chains.enumerated() {
      draw(chain, top: Double(row) * Self.chainHeight, on: &svg)
    }
    return svg
  }

  /// Draws a chain: its label, and below it a box for each object.
  private func draw(_ chain: Chain, top: Double, on svg: inout SVG) {
    let room = Self.cardWidth - 2 * Self.margin
    svg.text(SVG.shortened(chain.label, to: room), at: (Self.margin, top + 28), style: "heading")
    let count = Double(max(chain.items.count, 1))
    let gap = min(Self.gap, room / (3 * count))
    let width = min(132, (room - gap * (count - 1)) / count)
    var (lines, heads) = (SVGPath(), SVGPath())
    for (index, item) in chain.items.enumerated() {
      let left = Self.margin + Double(index) * (width + gap)
      draw(item, left: left, top: top + 42, width: width, on: &svg)
      if index == 0 || !item.isHeld || !chain.items[index - 1].isHeld { continue }
      let y = top + 42 + Self.boxHeight / 2
      if item.isBeside {
        svg.text("+", at: (left - gap / 2, y + 5), .middle, style: "heading")
        continue
      }
      lines.move(to: (left - gap + 1, y))
      lines.line(to: (left - 6, y))
      heads.polygon([(left - 1, y), (left - 8, y - 3.5), (left - 8, y + 3.5)])
    }
    svg.path(lines, ["class": "axis", "stroke-width": "1.6"])
    svg.path(heads, ["class": "dots"])
  }

  /// Draws a box: filled where the object is held, dashed and empty where it has been released.
  private func draw(
    _ item: Item, left: Double, top: Double, width: Double, on svg: inout SVG
  ) {
    var outline = SVGPath()
    outline.rect(left, top, width: width, height: Self.boxHeight)
    svg.path(outline, ["class": "plate"])
    if item.isHeld {
      svg.path(outline, ["class": "f1", "fill-opacity": "0.16"])
      svg.path(outline, ["class": "s1", "stroke-width": "1.6"])
    } else {
      svg.path(outline, ["class": "axis", "stroke-width": "1.2", "stroke-dasharray": "4 4"])
    }
    let middle = left + width / 2
    svg.text(
      SVG.shortened(item.name, to: width - 8), at: (middle, top + (item.detail.isEmpty ? 32 : 23)),
      .middle, style: item.isHeld ? "heading" : "faint")
    if item.detail.isEmpty { return }
    if item.detail.isEmpty { return }
    svg.text(
      SVG.shortened(item.detail, to: width - 8, size: 12), at: (middle, top + 42), .middle,
      style: item.isHeld ? "t1" : "faint", size: 12)
  }
}
