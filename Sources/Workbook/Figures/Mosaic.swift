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

  /// Returns the lines between cells of different kinds.
  ///
  /// - Parameter place: Returns where on the card a corner of the grid lies, from its column and row.
  func borders(place: (Int, Int) -> SVG.Place) -> SVGPath {
    var path = SVGPath()
    func kind(_ row: Int, _ column: Int) -> Int { kinds[row * width + column] }
    for row in 1..<max(height, 1) {
      for run in Self.runs(in: width, where: { kind(row - 1, $0) != kind(row, $0) }) {
        path.move(to: place(run.lowerBound, row))
        path.line(to: place(run.upperBound, row))
      }
    }
    for column in 1..<max(width, 1) {
      for run in Self.runs(in: height, where: { kind($0, column - 1) != kind($0, column) }) {
        path.move(to: place(column, run.lowerBound))
        path.line(to: place(column, run.upperBound))
      }
    }
    return path
  }

  /// The runs of cells of a kind in a row.
  private func runs(of kind: Int, in row: Int) -> [Range<Int>] {
    Self.runs(in: width) { kinds[row * width + $0] == kind }
  }

  /// The runs of positions below a count that have a property.
  private static func runs(in count: Int, where holds: (Int) -> Bool) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start: Int?
    for position in 0...count {
      if position < count && holds(position) {
        start = start ?? position
      } else if let first = start {
        runs.append(first..<position)
        start = nil
      }
    }
    return runs
  }
}
