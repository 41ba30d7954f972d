import Numbers
import Text

/// Examples to learn from: a row of inputs and a row of targets for each.
public struct Dataset<Scalar: Field>: Equatable, Sendable {
  /// The inputs, `[n, features]`.
  public var x: Matrix<Scalar>
  /// The targets, `[n, outputs]`.
  public var y: Matrix<Scalar>

  /// Pairs inputs with targets.
  ///
  /// - Precondition: `x` and `y` have as many rows.
  public init(x: Matrix<Scalar>, y: Matrix<Scalar>) {
    precondition(
      x.rows == y.rows, "\(x.rows) rows of inputs \(x.shape) and \(y.rows) of targets \(y.shape)")
    self.x = x
    self.y = y
  }

  /// Creates examples of the same numbers in another type, or the nearest that it has.
  public init(_ data: Dataset<Double>) { self.init(x: Matrix(data.x), y: Matrix(data.y)) }

  /// The number of examples.
  public var count: Int { x.rows }

  /// Returns the examples at the given positions, in that order.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func examples(at positions: ArraySlice<Int>) -> Dataset {
    Dataset(x: x.rows(at: positions), y: y.rows(at: positions))
  }

  /// Writes the examples at some positions into another data set, in that order.
  ///
  /// The allocating variant is `examples(at:)`.
  public func write(_ positions: ArraySlice<Int>, into batch: inout Dataset) {
    x.writeRows(at: positions, into: &batch.x)
    y.writeRows(at: positions, into: &batch.y)
  }
}

/// Points that each belong to one of several classes.
public struct LabelledPoints: Equatable, Sendable {
  /// The points, `[n, features]`.
  public var points: Matrix<Double>
  /// The class of each point, from 0.
  public var labels: [Int]
  /// The number of classes.
  public var classes: Int

  /// Pairs points with labels.
  ///
  /// - Precondition: There is a label for each point, each below `classes`.
  public init(points: Matrix<Double>, labels: [Int], classes: Int) {
    precondition(
      points.rows == labels.count,
      "\(labels.count) labels for \(points.rows) points \(points.shape)")
    precondition(
      labels.allSatisfy { $0 >= 0 && $0 < classes },
      "labels \(labels.min() ?? 0)…\(labels.max() ?? 0) for classes 0..<\(classes)")
    self.points = points
    self.labels = labels
    self.classes = classes
  }

  /// The number of points.
  public var count: Int { labels.count }

  /// Returns the points at the given positions, in that order.
  public func examples(at positions: [Int]) -> LabelledPoints {
    LabelledPoints(
      points: points.rows(at: positions[...]), labels: positions.map { labels[$0] },
      classes: classes)
  }

  /// Returns the points with the targets of a network that has one output: 0 and 1, `[n, 1]`.
  ///
  /// - Precondition: There are two classes.
  public func binary<Scalar: FloatingField>(as scalar: Scalar.Type) -> Dataset<Scalar> {
    precondition(classes == 2, "one output needs 2 classes; these points have \(classes)")
    return Dataset(
      x: Matrix(rounding: points),
      y: Matrix(rows: count, columns: 1) { row, _ in Scalar(count: labels[row]) })
  }

  /// Returns the points with a target for each class: 1 in its column, 0 elsewhere, `[n, classes]`.
  public func oneHot<Scalar: FloatingField>(as scalar: Scalar.Type) -> Dataset<Scalar> {
    Dataset(
      x: Matrix(rounding: points),
      y: Matrix(rows: count, columns: classes) { row, column in labels[row] == column ? 1 : 0 })
  }
}

/// Returns mini-batches: the positions 0, 1, … count − 1 in a new order, cut into pieces.
///
/// The last piece holds what is left and may be smaller.
///
/// - Precondition: `size` is at least 1.
public func miniBatches(
  of size: Int, from count: Int, using random: inout SplitMix64
) -> [ArraySlice<Int>] {
  precondition(size > 0, "a batch of \(size) examples; a batch needs 1 or more")
  var order = Array(0..<count)
  random.shuffle(&order)
  return stride(from: 0, to: count, by: size).map { order[$0..<min($0 + size, count)] }
}
