import Tensors
import Text

/// Points, lines and vectors of a plane, with the same scale on both axes.
///
/// A line is given by a normal vector w and an offset b: the points x with w · x + b = 0.
public struct PlaneDiagram: FigureContent {
  /// A position in the plane, or a vector.
  public struct Position: Equatable, Sendable {
    public let x: Double
    public let y: Double

    public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }

    /// Whether a figure can draw it.
    var isDrawable: Bool { x.isDrawable && y.isDrawable }
  }

  /// Points of one kind.
  public struct Points: Equatable, Sendable {
    public let name: String
    public let positions: [Position]

    public init(_ name: String, _ positions: [Position]) {
      (self.name, self.positions) = (name, positions)
    }
  }

  /// A straight line, w · x + b = 0.
  public struct Line: Equatable, Sendable {
    public let name: String
    public let normal: Position
    public let offset: Double

    public init(_ name: String, normal: Position, offset: Double) {
      (self.name, self.normal, self.offset) = (name, normal, offset)
    }
  }

  /// A vector, drawn from one position to another.
  public struct Arrow: Equatable, Sendable {
    public let name: String
    public let start: Position
    public let end: Position

    public init(_ name: String, from start: Position = Position(0, 0), to end: Position) {
      (self.name, self.start, self.end) = (name, start, end)
    }
  }

  public let points: [Points]
  public let lines: [Line]
  public let arrows: [Arrow]
  /// The horizontal range of the plane; `nil` where there is nothing to draw.
  public let xRange: ClosedRange<Double>?
  /// The vertical range of the plane; `nil` where there is nothing to draw.
  public let yRange: ClosedRange<Double>?

  /// Creates a diagram. Its ranges hold all points and arrows.
  ///
  /// The first line is drawn solid, each other with dashes of its own. An arrow has the colour of the
  /// line with the same place in its list, and of the line after all of them otherwise.
  public init(points: [Points] = [], lines: [Line] = [], arrows: [Arrow] = []) {
    (self.points, self.lines, self.arrows) = (points, lines, arrows)
    let positions = (points.flatMap(\.positions) + arrows.flatMap { [$0.start, $0.end] })
      .filter(\.isDrawable)
    let x = Self.range(of: positions.map(\.x))
    let y = Self.range(of: positions.map(\.y))
    guard let x, let y else {
      (xRange, yRange) = (nil, nil)
      return
    }
    // Neither side is shorter than 0.6 of the other.
    let span = 0.6 * max(x.upperBound - x.lowerBound, y.upperBound - y.lowerBound)
    (xRange, yRange) = (Self.widened(x, to: span), Self.widened(y, to: span))
  }

  /// Returns the range of some coordinates, with a margin.
  private static func range(of coordinates: [Double]) -> ClosedRange<Double>? {
    guard let low = coordinates.min(), let high = coordinates.max() else { return nil }
    let border = max(high - low, 1e-9 * max(1, abs(low), abs(high))) * 0.12
    return low - border...high + border
  }

  private static func widened(
    _ range: ClosedRange<Double>, to span: Double
  ) -> ClosedRange<Double> {
    let missing = max(0, span - (range.upperBound - range.lowerBound)) / 2
    return range.lowerBound - missing...range.upperBound + missing
  }

  /// Returns the two ends of the part of a line that lies in the plane's ranges, if there is one.
  func ends(of line: Line) -> (Position, Position)? {
    let (a, b) = (line.normal.x, line.normal.y)
    let square = a * a + b * b
    guard let xRange, let yRange, square > 0, square.isDrawable, line.offset.isDrawable else {
      return nil
    }
    // The foot of the perpendicular from the origin, and the direction along the line.
    let foot = Position(-line.offset * a / square, -line.offset * b / square)
    var (low, high) = (-Double.infinity, Double.infinity)
    for (start, step, range) in [(foot.x, -b, xRange), (foot.y, a, yRange)] {
      if step == 0 {
        if !range.contains(start) { return nil }
        continue
      }
      let bounds = [(range.lowerBound - start) / step, (range.upperBound - start) / step]
      low = max(low, bounds.min() ?? low)
      high = min(high, bounds.max() ?? high)
    }
    guard low < high, low.isDrawable, high.isDrawable else { return nil }
    return (
      Position(foot.x - low * b, foot.y + low * a), Position(foot.x - high * b, foot.y + high * a)
    )
  }

  /// The colour of a line, by its index.
  func colour(ofLine index: Int) -> Int { points.count + index }

  /// The colour of an arrow, by its index.
  func colour(ofArrow index: Int) -> Int { points.count + index }

  /// The diagram in words, made from its data.
  public var alt: String {
    func pair(_ position: Position) -> String { "(\(brief(position.x)), \(brief(position.y)))" }
    var parts = points.map { "\($0.positions.count) points \($0.name)" }
    parts += lines.map { line in
      "line \(line.name), where \(brief(line.normal.x)) x₁ + \(brief(line.normal.y)) x₂ + "
        + "\(brief(line.offset)) = 0"
    }
    parts += arrows.map { "arrow \($0.name) from \(pair($0.start)) to \(pair($0.end))" }
    guard let xRange, let yRange else {
      return "A plane without points or arrows" + (parts.isEmpty ? "" : ": ")
        + parts.joined(separator: "; ") + "."
    }
    return "A plane with x₁ from \(brief(xRange.lowerBound)) to \(brief(xRange.upperBound)) and "
      + "x₂ from \(brief(yRange.lowerBound)) to \(brief(yRange.upperBound)): "
      + parts.joined(separator: "; ") + "."
  }

  /// Points, lines and arrows without names say nothing to a reader who cannot see them.
  public var missingWords: String? {
    let names = points.map(\.name) + lines.map(\.name) + arrows.map(\.name)
    return names.contains("") ? "something in the plane has no name" : nil
  }

  /// A record for each point, line and arrow. Of a line, x₁ and x₂ are the normal's.
  public var records: [[String]] {
    let points = points.flatMap { group in
      group.positions.map { ["point", group.name, "\($0.x)", "\($0.y)", "", "", ""] }
    }
    let lines = lines.map {
      ["line", $0.name, "\($0.normal.x)", "\($0.normal.y)", "", "", "\($0.offset)"]
    }
    let arrows = arrows.map {
      ["arrow", $0.name, "\($0.start.x)", "\($0.start.y)", "\($0.end.x)", "\($0.end.y)", ""]
    }
    return [["kind", "name", "x1", "x2", "end x1", "end x2", "offset"]] + points + lines + arrows
  }
}
