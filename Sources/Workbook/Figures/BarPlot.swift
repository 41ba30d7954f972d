import Tensors
import Text

/// Bars: one for each category, whole or stacked from parts, or one for each bin of a histogram.
public struct BarPlot: FigureContent {
  /// A bar, and the length of each of its parts.
  public struct Bar: Equatable, Sendable {
    /// The category.
    public let name: String
    /// The lengths, in the order of the plot's parts.
    public let values: [Double]

    /// The sum of the values that can be drawn.
    var total: Double { values.filter(\.isDrawable).reduce(0, +) }
  }

  /// What the lengths measure.
  public let axisLabel: String
  /// How lengths are printed.
  public let format: NumberFormat
  /// The names of the parts of a bar; empty where bars are whole.
  public let parts: [String]
  /// The bars.
  public let bars: [Bar]
  /// The range of a histogram, from the lower edge of the first bin to the upper edge of the last.
  public let bins: ClosedRange<Double>?

  /// Creates a plot of whole bars, one for each category.
  public init(
    _ axisLabel: String, format: NumberFormat = .count, bars: [(name: String, value: Double)]
  ) {
    self.init(axisLabel, format, parts: [], bars.map { Bar(name: $0.name, values: [$0.value]) })
  }

  /// Creates a plot of stacked bars.
  ///
  /// - Precondition: Each bar has a value for each part, and no value is negative.
  public init(
    _ axisLabel: String, format: NumberFormat = .count, parts: [String],
    bars: [(name: String, values: [Double])]
  ) {
    for bar in bars {
      precondition(
        bar.values.count == parts.count,
        "bar \(bar.name) has \(bar.values.count) values for \(parts.count) parts")
      precondition(
        !bar.values.contains { $0 < 0 }, "bar \(bar.name) has a negative part: \(bar.values)")
    }
    self.init(axisLabel, format, parts: parts, bars.map { Bar(name: $0.name, values: $0.values) })
  }

  fileprivate init(
    _ axisLabel: String, _ format: NumberFormat, parts: [String], _ bars: [Bar],
    bins: ClosedRange<Double>? = nil
  ) {
    (self.axisLabel, self.format, self.parts) = (axisLabel, format, parts)
    (self.bars, self.bins) = (bars, bins)
  }

  /// The plot in words, made from its data.
  public var alt: String {
    bins == nil ? categoriesInWords : histogramInWords
  }

  private var categoriesInWords: String {
    let texts = bars.map { bar -> String in
      let values = bar.values.map(format.text)
      let pairs = parts.isEmpty ? values : zip(parts, values).map { "\($0) \($1)" }
      return "\(bar.name): \(pairs.joined(separator: ", "))"
    }
    return "Bars of \(axisLabel). " + (texts.isEmpty ? "None" : texts.joined(separator: "; ")) + "."
  }

  private var histogramInWords: String {
    let total = bars.map(\.total).reduce(0, +)
    guard total > 0, let highest = bars.max(by: { $0.total < $1.total }),
      let first = bars.firstIndex(where: { $0.total > 0 }),
      let last = bars.lastIndex(where: { $0.total > 0 })
    else { return "Histogram of \(axisLabel), without values." }
    let edges = [first, last + 1].map { brief(edge($0)) }
    return "Histogram of \(axisLabel): \(brief(total)) values in \(bars.count) bins, "
      + "from \(edges[0]) to \(edges[1]); most, \(brief(highest.total)), at \(highest.name)."
  }

  /// A record for each bar, with a column for each part; bins by their two edges.
  public var records: [[String]] {
    if bins != nil {
      return [["from", "to", "count"]]
        + bars.enumerated().map { ["\(edge($0))", "\(edge($0 + 1))", "\($1.total)"] }
    }
    return [["category"] + (parts.isEmpty ? [axisLabel] : parts)]
      + bars.map { [$0.name] + $0.values.map { "\($0)" } }
  }

  /// Returns the lower edge of a bin.
  func edge(_ bin: Int) -> Double {
    guard let bins else { return Double(bin) }
    return bins.lowerBound
      + (bins.upperBound - bins.lowerBound) * Double(bin) / Double(max(bars.count, 1))
  }

  /// The range of the axis; it contains 0.
  var range: ClosedRange<Double> {
    let totals = bars.map(\.total)
    let (low, high) = (min(0, totals.min() ?? 0), max(0, totals.max() ?? 0))
    return low == high ? 0...1 : low...high
  }
}

extension FigureContent where Self == BarPlot {
  /// Returns how many of some values lie in each of several equal bins.
  ///
  /// A value on the edge of two bins belongs to the upper one, except at the end of the range. Values
  /// that are not finite, or outside the range, are left out.
  ///
  /// - Parameters:
  ///   - axisLabel: What the values measure.
  ///   - bins: The number of bins.
  ///   - range: The range of all bins; by default, from the least value to the greatest.
  /// - Precondition: There is at least one bin.
  public static func histogram(
    _ axisLabel: String, values: [Double], bins: Int, range: ClosedRange<Double>? = nil
  ) -> BarPlot {
    precondition(bins > 0, "\(bins) bins; a histogram needs at least 1")
    let finite = values.filter(\.isDrawable)
    let range = range ?? (finite.min() ?? 0)...(finite.max() ?? 1)
    let span = range.upperBound - range.lowerBound
    let drawn = span > 0 ? range : range.lowerBound - 0.5...range.upperBound + 0.5
    let step = (drawn.upperBound - drawn.lowerBound) / Double(bins)
    var counts = [Double](repeating: 0, count: bins)
    for value in finite where range.contains(value) {
      counts[min(bins - 1, max(0, Int((value - drawn.lowerBound) / step)))] += 1
    }
    let bars = counts.enumerated().map { index, count in
      let (from, to) = (drawn.lowerBound + Double(index) * step, Double(index + 1) * step)
      return BarPlot.Bar(name: "\(brief(from)) to \(brief(drawn.lowerBound + to))", values: [count])
    }
    return BarPlot(axisLabel, .count, parts: [], bars, bins: drawn)
  }
}
