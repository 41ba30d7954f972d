/// A grid of cells of several kinds, as few rectangles.
struct Mosaic {
  let width: Int
  let height: Int
  /// The kind of each cell, row after row from the top.
  let kinds: [Int]

  /// Returns the outline of all cells of a kind, in units of a cell: runs along the rows, each joined
  /// with the equal runs below.
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

  /// The runs of cells of a kind in a row.
  private func runs(of kind: Int, in row: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start: Int?
    for column in 0...width {
      if column < width && kinds[row * width + column] == kind {
        start = start ?? column
      } else if let first = start {
        runs.append(first..<column)
        start = nil
      }
    }
    return runs
  }
}
