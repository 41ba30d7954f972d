import Tensors
import Text

/// The outlines of a grid's regions: cells of the same kind, covered with few rectangles.
struct RegionOutlines {
  let width: Int
  let height: Int
  /// The kind of each cell, row after row from the top.
  let kinds: [Int]

  /// Returns the outline of all cells of a kind, in units of a cell. Each rectangle is a run of cells
  /// in a row, joined with the equal runs below it.
  func path(of kind: Int) -> SVGPath {
    var path = SVGPath()
    var open: [Range<Int>: Int] = [:]
    for row in 0...height {
      let runs = row < height ? Set(self.runs(of: kind, in: row)) : []
      let ended = open.keys.filter { !runs.contains($0) }
      for run in ended.sorted(by: { $0.lowerBound < $1.lowerBound }) {
        let top = open.removeValue(forKey: run) ?? row
        path.rect(
          Double(run.lowerBound), Double(top), width: Double(run.count),
          height: Double(row - top))
      }
      for run in runs where open[run] == nil { open[run] = row }
    }
    return path
  }

  /// Returns the lines between cells of different kinds.
  ///
  /// - Parameter position: Returns where a corner of the grid lies on the card, by column and row.
  func borders(position: (Int, Int) -> SVG.Position) -> SVGPath {
    var path = SVGPath()
    func kind(_ row: Int, _ column: Int) -> Int { kinds[row * width + column] }
    for row in 1..<max(height, 1) {
      for run in Self.runs(in: width, where: { kind(row - 1, $0) != kind(row, $0) }) {
        path.move(to: position(run.lowerBound, row))
        path.line(to: position(run.upperBound, row))
      }
    }
    for column in 1..<max(width, 1) {
      for run in Self.runs(in: height, where: { kind($0, column - 1) != kind($0, column) }) {
        path.move(to: position(column, run.lowerBound))
        path.line(to: position(column, run.upperBound))
      }
    }
    return path
  }

  /// Returns the runs of cells of a kind in a row.
  private func runs(of kind: Int, in row: Int) -> [Range<Int>] {
    Self.runs(in: width) { kinds[row * width + $0] == kind }
  }

  /// Returns the runs of indices below a count that have a property.
  private static func runs(in count: Int, where holds: (Int) -> Bool) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start: Int?
    for index in 0...count {
      if index < count && holds(index) {
        start = start ?? index
      } else if let first = start {
        runs.append(first..<index)
        start = nil
      }
    }
    return runs
  }
}
