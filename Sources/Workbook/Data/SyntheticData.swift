import Numbers
import Text

extension LabelledPoints {
  /// Returns points of the square [−1, 1]² on both sides of a line, none closer to it than `margin`.
  ///
  /// - Parameters:
  ///   - count: The number of points.
  ///   - normal: The line's unit normal, `[2]`.
  ///   - offset: The line's offset: points with normal · x + offset > 0 have label 1.
  ///   - margin: The least distance from the line.
  ///   - random: The generator of the points.
  /// - Precondition: 0 ≤ `margin` ≤ ½ and |`offset`| ≤ ½, or points would be hard to find.
  public static func separable(
    _ count: Int, normal: Vector<Double>, offset: Double, margin: Double,
    using random: inout SplitMix64
  ) -> LabelledPoints {
    precondition(0...0.5 ~= margin && -0.5...0.5 ~= offset, "margin \(margin), offset \(offset)")
    var points: [Double] = []
    var labels: [Int] = []
    while labels.count < count {
      let point: Vector = [random.uniform(in: -1...1), random.uniform(in: -1...1)]
      let distance = normal.dot(point) + offset
      if Swift.abs(distance) >= margin {
        points += point.elements
        labels.append(distance > 0 ? 1 : 0)
      }
    }
    return LabelledPoints(
      points: Matrix(rows: count, columns: 2, elements: points), labels: labels, classes: 2)
  }

  /// Exclusive or: four corners of a square, two classes on its diagonals.
  public static let xor = LabelledPoints(
    points: [[0, 0], [0, 1], [1, 0], [1, 1]], labels: [0, 1, 1, 0], classes: 2)

  /// Returns two noisy circles, the outer one of radius 1 (label 0), the inner smaller (label 1).
  ///
  /// - Parameters:
  ///   - count: The number of points, half on each circle.
  ///   - noise: The standard deviation added to each coordinate.
  ///   - factor: The inner circle's radius.
  ///   - random: The generator of the noise.
  public static func circles(
    _ count: Int, noise: Double = 0.1, factor: Double = 0.5, using random: inout SplitMix64
  ) -> LabelledPoints {
    rings(count, radii: [1, factor], noise: noise, using: &random)
  }

  /// Returns noisy concentric rings, a class each.
  ///
  /// - Parameters:
  ///   - count: The number of points, shared out among the rings.
  ///   - radii: The radius of each ring; ring i has label i.
  ///   - noise: The standard deviation added to each coordinate.
  ///   - random: The generator of angles and noise.
  public static func rings(
    _ count: Int, radii: [Double], noise: Double, using random: inout SplitMix64
  ) -> LabelledPoints {
    scattered(count, classes: radii.count, noise: noise, using: &random) { label, random in
      let angle = random.uniform(in: 0...2 * .pi)
      return (radii[label] * .cos(angle), radii[label] * .sin(angle))
    }
  }

  /// Returns Gaussian blobs, a class each.
  ///
  /// - Parameters:
  ///   - count: The number of points, shared out among the blobs.
  ///   - centres: The centre of each blob; blob i has label i.
  ///   - noise: The standard deviation of a blob in each coordinate.
  ///   - random: The generator of the noise.
  public static func blobs(
    _ count: Int, centres: [(Double, Double)], noise: Double, using random: inout SplitMix64
  ) -> LabelledPoints {
    scattered(count, classes: centres.count, noise: noise, using: &random) { label, _ in
      centres[label]
    }
  }

  /// Returns points around a center drawn for each; the classes alternate.
  private static func scattered(
    _ count: Int, classes: Int, noise: Double, using random: inout SplitMix64,
    around center: (Int, inout SplitMix64) -> (Double, Double)
  ) -> LabelledPoints {
    let labels = (0..<count).map { $0 % classes }
    var points: [Double] = []
    for label in labels {
      let (x, y) = center(label, &random)
      points += [x + noise * random.normal(), y + noise * random.normal()]
    }
    return LabelledPoints(
      points: Matrix(rows: count, columns: 2, elements: points), labels: labels, classes: classes)
  }
}

extension Dataset where Scalar == Double {
  /// Returns evenly spaced inputs on an interval, each with its value of a function, `[count, 1]`.
  ///
  /// - Precondition: `count` is at least 2.
  public static func samples(
    _ count: Int, of function: (Double) -> Double, on interval: ClosedRange<Double>
  ) -> Dataset {
    precondition(count >= 2, "\(count) samples cannot span an interval")
    let step = (interval.upperBound - interval.lowerBound) / Double(count - 1)
    let inputs = Vector<Double>(count: count) { interval.lowerBound + Double($0) * step }
    return Dataset(x: Matrix(column: inputs), y: Matrix(column: inputs.map(function)))
  }

  /// A bent line, max(0, x/2 + 1/5) + (3/10) max(0, 1/2 − x), on 200 points of [−2, 2].
  public static let bentLine = samples(
    200, of: { max(0, 0.5 * $0 + 0.2) + 0.3 * max(0, -$0 + 0.5) }, on: -2...2)

  /// One period of a sine, on 200 points of [−π, π].
  public static let sine = samples(200, of: Double.sin, on: -Double.pi ... .pi)
}
