import Tensors
import Text

/// Fewer points that look the same on the card.
enum Decimation {
  /// Returns a curve with at most two points in a column of pixels, its lowest and its highest: every
  /// spike stays, and so do both ends.
  static func curve(_ positions: [SVG.Position], columnWidth: Double = 1) -> [SVG.Position] {
    guard positions.count > 2, let first = positions.first, let last = positions.last else {
      return positions
    }
    func number(_ position: SVG.Position) -> Double { (position.x / columnWidth).rounded() }
    var kept = [first]
    var column = positions[1...1]
    for index in 1..<positions.count - 1 {
      if index > 1 && number(positions[index]) != number(positions[index - 1]) {
        kept += extremes(of: column)
        column = positions[index...index]
      } else {
        column = positions[column.startIndex...index]
      }
    }
    return kept + extremes(of: column) + [last]
  }

  /// Returns points without those that others cover, and at most `most` of them.
  ///
  /// - Precondition: `most` is at least 1, and no position is infinitely far.
  static func points(_ positions: [SVG.Position], atMost most: Int = 1_500) -> [SVG.Position] {
    var size = 0.5
    while true {
      var seen: Set<SIMD2<Double>> = []
      let kept = positions.filter {
        seen.insert(SIMD2(($0.x / size).rounded(), ($0.y / size).rounded())).inserted
      }
      if kept.count <= most { return kept }
      size *= 2
    }
  }

  /// Returns the lowest and the highest of some points, in the order of the points.
  private static func extremes(of positions: ArraySlice<SVG.Position>) -> [SVG.Position] {
    guard positions.count > 2,
      let low = positions.indices.min(by: { positions[$0].y < positions[$1].y }),
      let high = positions.indices.max(by: { positions[$0].y < positions[$1].y })
    else { return Array(positions) }
    return low == high ? [positions[low]] : [positions[min(low, high)], positions[max(low, high)]]
  }
}
