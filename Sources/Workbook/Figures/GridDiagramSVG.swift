import Tensors
import Text

extension GridDiagram {
  private static let cellHeight = 28.0
  private static let lineHeight = 16.0
  private static let gap = 40.0
  private static let margin = 18.0
  private static let widest = 688.0

  /// A grid with its label, and the room that both take.
  private struct DrawnGrid {
    let grid: Grid
    let labels: [String]
    let cellWidth: Double
    let namesWidth: Double

    var gridWidth: Double { cellWidth * Double(grid.columns) }
    var gridHeight: Double { GridDiagram.cellHeight * Double(grid.rows.count) }
    var labelHeight: Double { GridDiagram.lineHeight * Double(labels.count) }
    /// The widest of the label and of the grid with the names of its rows.
    var width: Double {
      max(namesWidth + gridWidth, labels.map { SVG.width(of: $0) }.max() ?? 0)
    }
  }

  /// Returns the grids drawn on a card, in as many lines as they need.
  public func svg() -> SVG {
    let lines = lines(of: grids.map(block))
    let heights = lines.map { line in
      (
        label: line.map(\.labelHeight).max() ?? 0, grid: line.map(\.gridHeight).max() ?? 0
      )
    }
    let height = heights.map { $0.label + $0.grid + 32 }.reduce(0, +)
    let width = lines.map(Self.width).max() ?? 0
    var svg = SVG(width: max(160, width + 2 * Self.margin), height: max(60, height + 4))
    if grids.isEmpty { svg.text("no grids", at: (80, 35), .middle, style: "faint") }
    var top = Self.margin
    for (line, size) in zip(lines, heights) {
      var left = (svg.width - Self.width(line)) / 2
      let middle = top + size.label + 4 + size.grid / 2
      for (index, block) in line.enumerated() {
        draw(block, left: left, labelsEnd: top + size.label, middle: middle, on: &svg)
        left += block.width + Self.gap
        if index < line.count - 1 && !block.grid.sign.isEmpty {
          svg.text(
            block.grid.sign, at: (left - Self.gap / 2, middle + 6), .middle, style: "faint",
            size: 18)
        }
      }
      top += size.label + size.grid + 32
    }
    return svg
  }

  /// Returns a grid with the room that it takes.
  private func block(of grid: Grid) -> DrawnGrid {
    let texts = grid.rows.joined().map { SVG.width(of: text(of: $0)) }
    let cellWidth = max(28, (texts.max() ?? 0) + 10)
    let names = grid.rowLabels.map { SVG.width(of: $0) }.max().map { $0 + 8 } ?? 0
    let width = max(96, names + cellWidth * Double(grid.columns))
    return DrawnGrid(
      grid: grid, labels: SVG.wrapped(grid.label, to: width), cellWidth: cellWidth,
      namesWidth: names)
  }

  /// Returns the grids in lines that fit on the card; one that is wider has a line of its own.
  private func lines(of blocks: [DrawnGrid]) -> [[DrawnGrid]] {
    var lines: [[DrawnGrid]] = []
    for block in blocks {
      if let last = lines.last, Self.width(last + [block]) <= Self.widest {
        lines[lines.count - 1].append(block)
      } else {
        lines.append([block])
      }
    }
    return lines
  }

  private static func width(_ line: [DrawnGrid]) -> Double {
    line.map(\.width).reduce(0, +) + gap * Double(max(0, line.count - 1))
  }

  /// Draws a label, and below it a grid around the middle of its line.
  private func draw(
    _ block: DrawnGrid, left: Double, labelsEnd: Double, middle: Double, on svg: inout SVG
  ) {
    let centre = left + block.width / 2
    for (index, label) in block.labels.enumerated() {
      let below = Double(block.labels.count - 1 - index) * Self.lineHeight
      svg.text(label, at: (centre, labelsEnd - 4 - below), .middle, style: "faint")
    }
    let x = left + (block.width - block.namesWidth - block.gridWidth) / 2 + block.namesWidth
    let y = middle - block.gridHeight / 2
    drawCells(of: block, at: (x, y), on: &svg)
    for (row, name) in block.grid.rowLabels.enumerated() {
      svg.text(
        name, at: (x - 8, y + Self.cellHeight * (Double(row) + 0.5) + 4.5), .end, style: "faint")
    }
    for (row, cells) in block.grid.rows.enumerated() {
      let baseline = y + Self.cellHeight * (Double(row) + 0.5) + 4.5
      for (column, cell) in cells.enumerated() where cell.value != nil {
        svg.text(
          text(of: cell), at: (x + block.cellWidth * (Double(column) + 0.5), baseline), .middle,
          style: cell.isFaint ? "faint" : "")
      }
    }
  }

  /// Draws the cells of a grid, and over them those of each colour, with dashes of their own.
  private func drawCells(of block: DrawnGrid, at corner: SVG.Position, on svg: inout SVG) {
    func outlines(inset: Double, where isDrawn: (Cell) -> Bool) -> SVGPath {
      var path = SVGPath()
      for (row, cells) in block.grid.rows.enumerated() {
        for (column, cell) in cells.enumerated() where isDrawn(cell) {
          path.rect(
            corner.x + block.cellWidth * Double(column) + inset,
            corner.y + Self.cellHeight * Double(row) + inset,
            width: block.cellWidth - 2 * inset, height: Self.cellHeight - 2 * inset)
        }
      }
      return path
    }
    svg.path(
      outlines(inset: 0) { $0.isFaint }, ["class": "grid", "stroke-dasharray": "3 3"])
    svg.path(outlines(inset: 0) { !$0.isFaint }, ["class": "axis"])
    for colour in Set(block.grid.rows.joined().compactMap(\.highlight)).sorted() {
      let path = outlines(inset: 1.5) { $0.highlight == colour }
      let series = colour % Palette.series.count
      svg.path(path, ["class": "f\(series)", "fill-opacity": "0.2"])
      svg.path(path, ["class": "s\(series) d\(series)", "stroke-width": "1.6"])
    }
  }
}
