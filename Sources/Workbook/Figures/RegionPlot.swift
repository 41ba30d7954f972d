/// Points of the plane, and which class a network would give to each place between them.
public struct RegionPlot: Equatable, Sendable {
  /// The points and their true classes.
  public let points: LabelledPoints
  /// The plane that is shown, from left to right.
  public let xRange: ClosedRange<Double>
  /// The plane that is shown, from bottom to top.
  public let yRange: ClosedRange<Double>
  /// The number of places across the plane, and down it.
  public let resolution: Int
  /// The class given to each place, row after row from the top.
  public let regions: [Int]

  /// Asks for the class of each place of a grid around the points.
  ///
  /// - Parameters:
  ///   - points: The points, `[n, 2]`.
  ///   - resolution: The number of places across, and down.
  ///   - classify: Returns the class of each row of a matrix, `[places, 2]`.
  /// - Precondition: The points lie in the plane, none beyond ±10³⁰⁰, and there is at least one.
  public init(
    _ points: LabelledPoints, resolution: Int = 96, classify: (Matrix<Double>) -> [Int]
  ) {
    precondition(points.points.columns == 2 && points.count > 0, "points \(points.points.shape)")
    for number in points.points.elements {
      precondition(abs(number) <= 1e300, "a point at \(number)")
    }
    self.points = points
    self.resolution = resolution
    xRange = Self.range(of: points.points.column(0))
    yRange = Self.range(of: points.points.column(1))
    let (x, y) = (xRange, yRange)
    regions = classify(
      Matrix(rows: resolution * resolution, columns: 2) { place, axis in
        axis == 0
          ? Self.middle(place % resolution, of: resolution, from: x.lowerBound, to: x.upperBound)
          : Self.middle(place / resolution, of: resolution, from: y.upperBound, to: y.lowerBound)
      })
  }

  /// The interval of some coordinates, a little wider.
  private static func range(of coordinates: Vector<Double>) -> ClosedRange<Double> {
    let low = coordinates.elements.reduce(.infinity, min)
    let high = coordinates.elements.reduce(-.infinity, max)
    let border = max(high - low, 1e-9 * max(1, abs(low), abs(high))) * 0.08
    return low - border...high + border
  }

  /// The middle of one of several equal steps.
  private static func middle(
    _ step: Int, of steps: Int, from start: Double, to end: Double
  ) -> Double {
    start + (end - start) * (Double(step) + 0.5) / Double(steps)
  }

  /// Returns the class of the place at fractions of the way across and down.
  func region(across: Double, down: Double) -> Int {
    let column = min(resolution - 1, max(0, Int(across * Double(resolution))))
    let row = min(resolution - 1, max(0, Int(down * Double(resolution))))
    return regions[row * resolution + column]
  }

  /// Returns how far across and down a point lies, as fractions of 1.
  func place(of point: Int) -> (across: Double, down: Double) {
    let (x, y) = (points.points[point, 0], points.points[point, 1])
    return (
      (x - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound),
      (yRange.upperBound - y) / (yRange.upperBound - yRange.lowerBound)
    )
  }

  /// Returns the part of the plane that is given to a class, as a fraction of 1.
  func share(of label: Int) -> Double {
    Double(regions.filter { $0 == label }.count) / Double(max(regions.count, 1))
  }

  /// The plot in words, made from its data.
  public var alt: String {
    let shares = (0..<points.classes).map { label in
      let count = points.labels.filter { $0 == label }.count
      return "class \(label) is given \(NumberFormat.percent(0).text(of: share(of: label))) "
        + "of the plane and has \(count) points"
    }
    let own = (0..<points.count).filter { index in
      let place = place(of: index)
      return region(across: place.across, down: place.down) == points.labels[index]
    }
    return "Decision regions for x₁ from \(brief(xRange.lowerBound)) to "
      + "\(brief(xRange.upperBound)) and x₂ from \(brief(yRange.lowerBound)) to "
      + "\(brief(yRange.upperBound)): " + shares.joined(separator: "; ")
      + ". \(own.count) of \(points.count) points lie in the region of their class."
  }
}
