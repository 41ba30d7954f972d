import Tensors
import Text

/// Curves over a common pair of axes.
public struct LinePlot: FigureContent {
  /// How numbers are spread along an axis.
  public enum Scale: Equatable, Sendable { case linear, log }

  /// An axis: what it measures and how its numbers are spread.
  public struct Axis: Equatable, Sendable {
    public let label: String
    public let scale: Scale

    /// An axis whose equal steps are equal differences.
    public static func linear(_ label: String) -> Axis { Axis(label: label, scale: .linear) }
    /// An axis whose equal steps are equal ratios; numbers that are not positive are left out.
    public static func log(_ label: String) -> Axis { Axis(label: label, scale: .log) }

    /// Returns where a number lies along the axis, or `nil` where it has no position.
    ///
    /// Numbers beyond ±10³⁰⁰ have none: the distance between two of them may overflow.
    func position(of value: Double) -> Double? {
      switch scale {
      case .linear: value.isDrawable ? value : nil
      case .log: value > 0 && value.isDrawable ? Double.log10(value) : nil
      }
    }

    /// Returns the number at a position along the axis.
    func value(at position: Double) -> Double {
      scale == .log ? Double.exp10(position) : position
    }
  }

  /// A point of a curve.
  public struct Point: Equatable, Sendable {
    public let x: Double
    public let y: Double

    public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
  }

  /// A named curve, or points that are not joined.
  public struct Series: Equatable, Sendable {
    public let name: String
    public let points: [Point]
    public let isJoined: Bool

    /// Creates a curve through points, or with `isJoined` false the points alone.
    public init(_ name: String, _ points: [Point], isJoined: Bool = true) {
      self.name = name
      self.points = points
      self.isJoined = isJoined
    }

    /// Creates the curve of values at 1, 2, 3, …, or from another number on.
    public init(_ name: String, _ values: [Double], from first: Int = 1) {
      self.init(name, values.enumerated().map { Point(Double($0 + first), $1) })
    }
  }

  public let x: Axis
  public let y: Axis
  public let series: [Series]
  /// The lines that a number has one value on, drawn faintly behind the curves.
  public let contours: [Contour]

  /// A line on which a number of the plane, such as a loss, has one value.
  public struct Contour: Equatable, Sendable {
    /// The value.
    public let level: Double
    /// The points of the line.
    public let points: [Point]

    public init(at level: Double, _ points: [Point]) { (self.level, self.points) = (level, points) }
  }

  /// Creates a plot of curves.
  ///
  /// - Parameters:
  ///   - x: The horizontal axis.
  ///   - y: The vertical axis.
  ///   - series: The curves.
  ///   - contours: Lines of equal values behind the curves. Where there are some, a unit is as long
  ///     on both axes, so that right angles are seen as such.
  public init(x: Axis, y: Axis, series: [Series], contours: [Contour] = []) {
    self.x = x
    self.y = y
    self.series = series
    self.contours = contours
  }

  /// The plot in words, made from its data.
  public var alt: String {
    let curves = series.map { "\($0.name): " + inWords($0) }
    let levels = contours.map(\.level).filter { $0.isDrawable }
    let lines = levels.min().flatMap { low in
      levels.max().map { high in
        "; behind \(curves.count == 1 ? "it" : "them") \(levels.count) contour "
          + "\(levels.count == 1 ? "line" : "lines"), \(brief(low)) to \(brief(high))"
      }
    }
    return "Plot of \(y.label) against \(x.label). "
      + (curves.isEmpty ? "No curves" : curves.joined(separator: "; ")) + (lines ?? "") + "."
  }

  /// Returns where a series begins and ends, its extremes, and whether it is monotonic.
  private func inWords(_ series: Series) -> String {
    let drawn = series.points.filter {
      x.position(of: $0.x) != nil && y.position(of: $0.y) != nil
    }
    guard let first = drawn.first, let last = drawn.last,
      let low = drawn.min(by: { $0.y < $1.y }), let high = drawn.max(by: { $0.y < $1.y })
    else { return "has no points to draw" }
    // A number that is tiny beside the largest, such as the computed sine of π, is called 0.
    let size = y.scale == .linear ? max(abs(low.y), abs(high.y)) : 0
    func text(_ y: Double) -> String { brief(abs(y) < 1e-12 * size ? 0 : y) }
    if drawn.count == 1 { return "is one point, \(text(first.y)) at \(brief(first.x))" }
    if low.y == high.y {
      return "stays at \(text(low.y)) from \(brief(first.x)) to \(brief(last.x))"
    }
    let ends = "from \(text(first.y)) at \(brief(first.x)) to \(text(last.y)) at \(brief(last.x))"
    let extremes =
      "lowest \(text(low.y)) at \(brief(low.x)), highest \(text(high.y)) at "
      + brief(high.x)
    if !series.isJoined { return "is \(drawn.count) points \(ends), \(extremes)" }
    let steps = zip(drawn, drawn.dropFirst()).map { $1.y - $0.y }
    // A step between equal values neither falls nor rises.
    let (falls, rises) = (steps.filter { $0 < 0 }.count, steps.filter { $0 > 0 }.count)
    if falls == steps.count { return "falls throughout, \(ends)" }
    if rises == steps.count { return "rises throughout, \(ends)" }
    if rises == 0 { return "falls in \(falls) of \(steps.count) steps and never rises, \(ends)" }
    if falls == 0 { return "rises in \(rises) of \(steps.count) steps and never falls, \(ends)" }
    let way = falls * 10 >= steps.count * 7 ? "falls in \(falls) of \(steps.count) steps," : "goes"
    return "\(way) \(ends), \(extremes)"
  }

  /// Axes without labels and curves without names say nothing to a reader who cannot see them.
  public var missingWords: String? {
    if x.label.isEmpty || y.label.isEmpty { return "an axis has no label" }
    return series.contains { $0.name.isEmpty } ? "a curve has no name" : nil
  }

  /// A record for each point, also for points without a position on the axes.
  public var records: [[String]] {
    [["series", "x", "y"]]
      + series.flatMap { series in series.points.map { [series.name, "\($0.x)", "\($0.y)"] } }
      + contours.flatMap { contour in
        contour.points.map { ["contour \(contour.level)", "\($0.x)", "\($0.y)"] }
      }
  }
}

extension Double {
  /// Whether a figure can draw this number: it is finite, and so are sums of a few such numbers.
  var isDrawable: Bool { abs(self) < 1e300 }
}

/// Returns a number in a few characters, for an axis or for words.
func brief(_ value: Double) -> String {
  if value == 0 { return "0" }
  let size = abs(value)
  if size >= 10_000 || size < 0.001 { return NumberFormat.scientific(2).text(of: value) }
  if value == value.rounded() { return NumberFormat.count.text(of: value) }
  return NumberFormat.decimals(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3).text(of: value)
}
