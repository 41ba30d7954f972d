import Tensors
import Text

/// Points of the plane, and the class that a network predicts in each cell of a grid around them.
public struct RegionPlot: FigureContent {
  /// The points and their true classes.
  public let points: LabelledPoints
  /// What each class is called, such as `class 0`.
  public let names: [String]
  /// The horizontal range of the plane.
  public let xRange: ClosedRange<Double>
  /// The vertical range of the plane.
  public let yRange: ClosedRange<Double>
  /// The number of cells across the plane, and down.
  public let resolution: Int
  /// The class predicted in each cell, row after row from the top.
  public let regions: [Int]

  /// Predicts the class in the middle of each cell of a grid around the points.
  ///
  /// - Parameters:
  ///   - points: The points, `[n, 2]`.
  ///   - names: What the classes are called; `nil` for `class 0`, `class 1` and so on.
  ///   - resolution: The number of cells across, and down.
  ///   - classify: Returns the class of each row of a matrix, `[cells, 2]`.
  /// - Precondition: There is at least one point; points have 2 coordinates, none beyond ±10³⁰⁰.
  public init(
    _ points: LabelledPoints, names: [String]? = nil, resolution: Int = 96,
    classify: (Matrix<Double>) -> [Int]
  ) {
    precondition(
      points.points.columns == 2 && points.count > 0,
      "the points are \(points.points.shape); [n, 2] with n > 0 is expected")
    for number in points.points.elements {
      precondition(abs(number) <= 1e300, "a point at \(number), beyond ±1e300")
    }
    let names = names ?? (0..<points.classes).map { "class \($0)" }
    precondition(
      names.count == points.classes, "\(names.count) names for \(points.classes) classes")
    self.points = points
    self.names = names
    self.resolution = resolution
    xRange = Self.range(of: points.points.column(0))
    yRange = Self.range(of: points.points.column(1))
    let (x, y) = (xRange, yRange)
    regions = classify(
      Matrix(rows: resolution * resolution, columns: 2) { cell, axis in
        axis == 0
          ? Self.middle(cell % resolution, of: resolution, from: x.lowerBound, to: x.upperBound)
          : Self.middle(cell / resolution, of: resolution, from: y.upperBound, to: y.lowerBound)
      })
  }

  /// Returns the range of some coordinates, with a margin.
  private static func range(of coordinates: Vector<Double>) -> ClosedRange<Double> {
    let low = coordinates.elements.reduce(.infinity, min)
    let high = coordinates.elements.reduce(-.infinity, max)
    let border = max(high - low, 1e-9 * max(1, abs(low), abs(high))) * 0.08
    return low - border...high + border
  }

  /// Returns the middle of one of several equal steps.
  private static func middle(
    _ step: Int, of steps: Int, from start: Double, to end: Double
  ) -> Double {
    start + (end - start) * (Double(step) + 0.5) / Double(steps)
  }

  /// Returns the class predicted at fractions of the way across and down.
  func region(across: Double, down: Double) -> Int {
    let column = min(resolution - 1, max(0, Int(across * Double(resolution))))
    let row = min(resolution - 1, max(0, Int(down * Double(resolution))))
    return regions[row * resolution + column]
  }

  /// Returns how far across and down a point lies, as fractions of 1.
  func position(of point: Int) -> (across: Double, down: Double) {
    let (x, y) = (points.points[point, 0], points.points[point, 1])
    return (
      (x - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound),
      (yRange.upperBound - y) / (yRange.upperBound - yRange.lowerBound)
    )
  }

  /// Returns the fraction of the plane in which a class is predicted.
  func fraction(of label: Int) -> Double {
    Double(regions.filter { $0 == label }.count) / Double(max(regions.count, 1))
  }

  /// The plot in words, made from its data.
  public var alt: String {
    let regions = (0..<points.classes).map { label in
      let count = points.labels.filter { $0 == label }.count
      return "\(names[label]) is given \(NumberFormat.percent(0).text(of: fraction(of: label))) "
        + "of the plane and has \(count) points"
    }
    let own = (0..<points.count).filter { index in
      let position = position(of: index)
      return region(across: position.across, down: position.down) == points.labels[index]
    }
    return "Decision regions for x₁ from \(brief(xRange.lowerBound)) to "
      + "\(brief(xRange.upperBound)) and x₂ from \(brief(yRange.lowerBound)) to "
      + "\(brief(yRange.upperBound)): " + regions.joined(separator: "; ")
      + ". \(own.count) of \(points.count) points lie in the region of their class."
  }

  /// A record for each point, then one for each class with its fraction of the plane.
  public var records: [[String]] {
    let rows = (0..<points.count).map { point -> [String] in
      let (x, y) = (points.points[point, 0], points.points[point, 1])
      return ["point", "\(x)", "\(y)", "\(points.labels[point])", ""]
    }
    let regions = (0..<points.classes).map { label -> [String] in
      ["region", "", "", "\(label)", "\(fraction(of: label))"]
    }
    return [["kind", "x1", "x2", "class", "fraction"]] + rows + regions
  }
}
