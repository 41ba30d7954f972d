/// Names beside the ends of curves, moved up or down until they stand clear of each other.
enum EndLabels {
  /// Returns a height for each label, as near to its own as the others let it be, in their order.
  ///
  /// - Parameters:
  ///   - wanted: The height that each would like.
  ///   - spacing: The least distance between two.
  ///   - range: The heights that there are.
  /// - Returns: The heights, or `nil` where the range is too short for them all.
  static func apart(
    _ wanted: [Double], spacing: Double, in range: ClosedRange<Double>
  ) -> [Double]? {
    let length = range.upperBound - range.lowerBound
    guard Double(wanted.count - 1) * spacing <= length + 1e-9 else { return nil }
    let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
    // Groups of labels that touch; each is centred on what its members want.
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
      for (place, index) in group.members.enumerated() {
        heights[index] = group.top + Double(place) * spacing
      }
    }
    return heights
  }

  /// The height of the first of some labels that stand one below the other.
  private static func top(
    of members: [Int], _ wanted: [Double], _ spacing: Double, _ range: ClosedRange<Double>
  ) -> Double {
    let tops = members.enumerated().map { wanted[$1] - Double($0) * spacing }
    let mean = tops.reduce(0, +) / Double(tops.count)
    let last = range.upperBound - Double(members.count - 1) * spacing
    return max(range.lowerBound, min(mean, last))
  }
}
