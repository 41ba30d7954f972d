import Tensors
import Text

/// Names beside the ends of curves, moved up or down until they do not overlap.
enum DirectLabels {
  /// Returns a height for each label, in the given order, as near to the wanted heights as the spacing
  /// allows.
  ///
  /// - Parameters:
  ///   - wanted: The height of the end of each curve.
  ///   - spacing: The least distance between two labels.
  ///   - range: The heights that labels may have.
  /// - Returns: The heights, or `nil` where the range is too short for all labels.
  static func apart(
    _ wanted: [Double], spacing: Double, in range: ClosedRange<Double>
  ) -> [Double]? {
    let length = range.upperBound - range.lowerBound
    guard Double(wanted.count - 1) * spacing <= length + 1e-9 else { return nil }
    let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
    // Groups of labels that touch; each is centred on the heights that its members want.
    var groups: [(members: [Int], top: Double)] = []
    for index in order {
      var members = [index]
      var top = Self.top(of: members, wanted, spacing, range)
      while let above = groups.last,
        above.top + Double(above.members.count) * spacing > top
      {
        groups.removeLast()
        members = above.members + members
        top = Self.top(of: members, wanted, spacing, range)
      }
      groups.append((members, top))
    }
    var heights = wanted
    for group in groups {
      for (row, index) in group.members.enumerated() {
        heights[index] = group.top + Double(row) * spacing
      }
    }
    return heights
  }

  /// Returns the height of the first label of a group whose labels touch.
  private static func top(
    of members: [Int], _ wanted: [Double], _ spacing: Double, _ range: ClosedRange<Double>
  ) -> Double {
    let tops = members.enumerated().map { wanted[$1] - Double($0) * spacing }
    let mean = tops.reduce(0, +) / Double(tops.count)
    let last = range.upperBound - Double(members.count - 1) * spacing
    return max(range.lowerBound, min(mean, last))
  }
}
