/// What is left of many points when only those remain that a reader can see.
enum Thinning {
  /// Returns a curve with at most two points in a column of pixels, its lowest and its highest: no
  /// spike is lost, and both ends stay.
  static func curve(_ places: [SVG.Place], columnWidth: Double = 1) -> [SVG.Place] {
    guard places.count > 2, let first = places.first, let last = places.last else { return places }
    func number(_ place: SVG.Place) -> Double { (place.x / columnWidth).rounded() }
    var kept = [first]
    var column = places[1...1]
    for index in 1..<places.count - 1 {
      if index > 1 && number(places[index]) != number(places[index - 1]) {
        kept += extremes(of: column)
        column = places[index...index]
      } else {
        column = places[column.startIndex...index]
      }
    }
    return kept + extremes(of: column) + [last]
  }

  /// Returns points without those that others cover, and at most so many: 1,500 unless told.
  ///
  /// - Precondition: `most` is at least 1, and no place is infinitely far.
  static func points(_ places: [SVG.Place], atMost most: Int = 1_500) -> [SVG.Place] {
    var size = 0.5
    while true {
      var seen: Set<SIMD2<Double>> = []
      let kept = places.filter {
        seen.insert(SIMD2(($0.x / size).rounded(), ($0.y / size).rounded())).inserted
      }
      if kept.count <= most { return kept }
      size *= 2
    }
  }

  /// The lowest and the highest of some points, in their order.
  private static func extremes(of places: ArraySlice<SVG.Place>) -> [SVG.Place] {
    guard places.count > 2,
      let low = places.indices.min(by: { places[$0].y < places[$1].y }),
      let high = places.indices.max(by: { places[$0].y < places[$1].y })
    else { return Array(places) }
    return low == high ? [places[low]] : [places[min(low, high)], places[max(low, high)]]
  }
}
