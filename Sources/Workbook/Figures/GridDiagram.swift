import Tensors
import Text

/// Grids of numbers side by side, such as an image and what a window makes of it.
///
/// Highlighted cells say which belong together: those of one colour, in all grids.
public struct GridDiagram: FigureContent {
  /// A cell of a grid.
  public struct Cell: Equatable, Sendable {
    /// Its number, or `nil` where the cell is empty.
    public var value: Double?
    /// Its colour among those of the palette, from 0, or `nil` where it is not highlighted.
    public var highlight: Int?
    /// Whether it is no part of the data, such as padding.
    public var isFaint: Bool

    /// Describes a cell.
    public init(_ value: Double?, highlight: Int? = nil, isFaint: Bool = false) {
      (self.value, self.highlight, self.isFaint) = (value, highlight, isFaint)
    }
  }

  /// A grid of cells.
  public struct Grid: Equatable, Sendable {
    /// What the grid is.
    public let label: String
    /// The cells, row by row.
    public let rows: [[Cell]]
    /// The name of each row, or none at all.
    public let rowLabels: [String]
    /// The sign between this grid and the next, such as → or =; empty where there is none.
    public let sign: String

    /// Creates a grid.
    ///
    /// - Precondition: All rows have as many cells. If rows have names, each has one.
    public init(_ label: String, _ rows: [[Cell]], rowLabels: [String] = [], sign: String = "") {
      for row in rows {
        precondition(
          row.count == rows[0].count,
          "a row of “\(label)” has \(row.count) cells; the first has \(rows[0].count)")
      }
      precondition(
        rowLabels.isEmpty || rowLabels.count == rows.count,
        "“\(label)” has \(rowLabels.count) names for \(rows.count) rows")
      (self.label, self.rows, self.rowLabels, self.sign) = (label, rows, rowLabels, sign)
    }

    /// The number of cells of a row.
    var columns: Int { rows.first?.count ?? 0 }
  }

  /// The grids, from left to right.
  public let grids: [Grid]
  /// How the numbers are printed.
  public let format: NumberFormat

  /// Creates a diagram.
  public init(_ grids: [Grid], format: NumberFormat = .count) {
    (self.grids, self.format) = (grids, format)
  }

  /// Returns what stands in a cell.
  func text(of cell: Cell) -> String { cell.value.map(format.text(of:)) ?? "" }

  /// The diagram in words, made from its data.
  public var alt: String {
    if grids.isEmpty { return "There are no grids." }
    let count = grids.count == 1 ? "A grid" : "\(grids.count) grids side by side"
    return "\(count): " + grids.map(words).joined(separator: "; ") + "."
  }

  /// A grid without a label says nothing to a reader who cannot see it.
  public var missingWords: String? {
    grids.contains { $0.label.isEmpty } ? "a grid has no label" : nil
  }

  /// A record for each cell.
  public var records: [[String]] {
    let cells = grids.flatMap { grid in
      grid.rows.enumerated().flatMap { row, cells in
        cells.enumerated().map { column, cell in
          [
            grid.label, "\(row + 1)", "\(column + 1)", cell.value.map { "\($0)" } ?? "",
            cell.highlight.map { "\($0 + 1)" } ?? "",
          ]
        }
      }
    }
    return [["grid", "row", "column", "value", "highlight"]] + cells
  }

  /// Returns a grid in words: its size, its numbers row by row, and what is highlighted.
  private func words(_ grid: Grid) -> String {
    let rows = grid.rows.enumerated().map { index, row in
      let cells = row.map { $0.value == nil ? "empty" : text(of: $0) }
      let name = grid.rowLabels.isEmpty ? "" : grid.rowLabels[index] + ": "
      return name + cells.joined(separator: " ")
    }
    let size = "\(grid.label), \(grid.rows.count) by \(grid.columns)"
    let colours = Set(grid.rows.joined().compactMap(\.highlight)).sorted()
    let highlights = colours.map { colour in
      let cells = grid.rows.indices.flatMap { row in
        grid.rows[row].indices.filter { grid.rows[row][$0].highlight == colour }
          .map { (row: row + 1, column: $0 + 1) }
      }
      return Self.words(cells) + (colours.count > 1 ? " as \(colour + 1)" : "")
    }
    return size + (rows.isEmpty ? "" : ", " + rows.joined(separator: " | "))
      + (highlights.isEmpty ? "" : ", highlighted: " + highlights.joined(separator: ", "))
  }

  /// Returns which cells these are: their rows and columns if they fill a rectangle, else how many.
  private static func words(_ cells: [(row: Int, column: Int)]) -> String {
    func span(_ name: String, _ numbers: [Int]) -> (words: String, count: Int) {
      let (first, last) = (numbers.min() ?? 0, numbers.max() ?? 0)
      let words = first == last ? "\(name) \(first)" : "\(name)s \(first) to \(last)"
      return (words, last - first + 1)
    }
    let (rows, columns) = (span("row", cells.map(\.row)), span("column", cells.map(\.column)))
    guard rows.count * columns.count == cells.count else { return "\(cells.count) cells" }
    return "\(rows.words) of \(columns.words)"
  }
}
