import Workbook

/*:
 ## A neuron

 The first artificial neuron
 ([McCulloch and Pitts 1943](cite:mcculloch-pitts-1943)) compares the number of
 its active inputs with a threshold. It does not learn. Ours multiplies each
 input by a **weight** and adds a **bias**. The sum is its **score**, and the
 sign of the score is its prediction:

 $$
 s = w \cdot x + b, \qquad
 \text{prediction} =
 \begin{cases} +1 & s > 0 \\ 0 & s = 0 \\ -1 & s < 0 \end{cases}
 $$

 The points with the score zero form a line. What do $w$ and $b$ say about it?

 - The vector $w$ is perpendicular to the line and points to its plus side. For
   two points $x$ and $x'$ of the line $w \cdot x = w \cdot x' = -b$, so
   $w \cdot (x - x') = 0$.
 - The bias moves the line. Without it the line goes through the origin.
 - The distance of a point from the line is $|s| / \lVert w \rVert$. Weights and
   bias that are twice as large give the same line.
 */

/// A neuron that answers −1 or +1.
struct Perceptron<Scalar: OrderedField>: Equatable, Sendable {
  var weights: Vector<Scalar>  // [features]
  var bias: Scalar

  /// Returns w · x + b, the score of `x`.
  func score(of x: Vector<Scalar>) -> Scalar {
    weights.dot(x) + bias
  }
}

/*:
 The prediction is the side of the line on which the point lies.
 */

extension Perceptron {
  /// Returns the side of the line on which `x` lies, −1 or +1; 0 on the line.
  func prediction(for x: Vector<Scalar>) -> Scalar {
    let s = score(of: x)
    return s > 0 ? 1 : s < 0 ? -1 : 0
  }
}

/*:
 A point on the line lies on neither side. One convention holds from here on: a
 neuron is *right* about a point with the label $y$, which is $-1$ or $+1$,
 where $y s > 0$. So a score of zero is a mistake, whatever the label.

 **Accuracy** is the fraction of the points about which the neuron is right.
 */

extension Perceptron {
  /// Whether `x` lies on the side of its label `y`, −1 or +1: y s > 0.
  func isRight(about x: Vector<Scalar>, _ y: Scalar) -> Bool {
    y * score(of: x) > 0
  }

  /// Returns the fraction of the rows of `x`, `[n, features]`, that are right.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func accuracy(on x: Matrix<Scalar>, _ y: Vector<Scalar>) -> Double {
    let right = (0..<x.rows).filter { isRight(about: x.row($0), y[$0]) }
    return Double(right.count) / Double(y.count)
  }
}

/*:
 A convention for the whole book: **rows are examples**. A data set is a matrix
 $X$ of shape `[n, features]`, and its labels are a vector $y$ of shape `[n]`.
 Some texts put examples in columns; their formulas are ours, transposed.

 The code needs no more of a number than + − × ÷ and an order, which is what
 `OrderedField` stands for. So a scalar may be a `Float`, a `Double`, or an exact
 fraction. The [appendix on Swift](appendix:swift) lists the other kinds.

 ## Points and a hidden line

 The points come from a generator with a seed, so your run reproduces ours. The
 generator draws a hidden line first. Then it draws points and keeps those that
 are at least a **margin** away from the line. So we know that a separating line
 exists, and we know one.
 */

/// Points on both sides of a line that only the generator knows.
struct SeparablePoints<Scalar: FloatingField> {
  let x: Matrix<Scalar>  // [n, features]
  let y: Vector<Scalar>  // [n], −1 or +1
  let separator: Perceptron<Scalar>
}

//#-hidden-code
extension SeparablePoints {
  /// Draws a line at random, and `count` points at least `margin` away.
  init(_ count: Int, margin: Double, using random: inout SplitMix64) {
    let angle = random.uniform(in: 0...2 * Double.pi)
    let normal: Vector<Double> = [Double.cos(angle), Double.sin(angle)]
    let offset = random.uniform(in: -0.3...0.3)
    let data = LabelledPoints.separable(
      count, normal: normal, offset: offset, margin: margin, using: &random)

    x = Matrix(rounding: data.points)
    y = signs(data.labels)
    separator = Perceptron(
      weights: Vector(rounding: normal), bias: Scalar(offset))
  }

  /// Draws a line, or what corresponds to one in more dimensions, and `count`
  /// points with so many coordinates between −1 and 1, at least `margin` away.
  init(
    _ count: Int, inputs: Int, margin: Double, using random: inout SplitMix64
  ) {
    let direction = Vector<Double>.normal(inputs, using: &random)
    let normal = direction / Double.sqrt(direction.squaredNorm)
    let offset = random.uniform(in: -0.3...0.3)
    var elements: [Double] = []
    var labels: [Int] = []
    while labels.count < count {
      let point = Vector(count: inputs) { _ in random.uniform(in: -1...1) }
      let distance = normal.dot(point) + offset
      if abs(distance) >= margin {
        elements += point.elements
        labels.append(distance > 0 ? 1 : 0)
      }
    }
    let points = Matrix(rows: count, columns: inputs, elements: elements)
    x = Matrix(rounding: points)
    y = signs(labels)
    separator = Perceptron(
      weights: Vector(rounding: normal), bias: Scalar(offset))
  }
}
//#-end-hidden-code

/// Returns −1 for label 0 and +1 for label 1, `[n]`.
func signs<Scalar: Field>(_ labels: [Int]) -> Vector<Scalar> {
  Vector(labels.map { $0 == 1 ? 1 : -1 })
}

/*:
 The first data set has \(learning.points) points of a square with a margin of
 \(learning.margin).

 ![The points, the hidden line, and its weights $w$ as a
 vector](figure:plane)
 */

/// Draws the points and shows them with the hidden line.
func showPoints<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) -> SeparablePoints<Scalar> {
  run.section("Points and a hidden line")
  let count = run.setting(40, as: "learning.points", label: "points")
  let margin = min(
    run.setting(0.05, .decimals(2), as: "learning.margin", label: "margin"),
    0.5)
  var random = run.random("points")
  let points = SeparablePoints<Scalar>(count, margin: margin, using: &random)
  let line = points.separator
  let foot = -line.bias * line.weights
  run.show(
    Figure(
      "plane",
      PlaneDiagram(
        points: points.groups, lines: [.init("hidden line", line)],
        arrows: [
          .init("w", from: .init(foot), to: .init(foot + line.weights))
        ])))
  let nearest = (0..<count).map {
    points.y[$0] * line.score(of: points.x.row($0))
  }
  .reduce(.infinity, min)
  run.check(
    "the hidden line separates the points, and keeps the margin",
    line.accuracy(on: points.x, points.y) == 1
      && Double(nearest) >= margin - 1e-6,
    detail:
      "the nearest point is \(NumberFormat.decimals(3).text(of: Double(nearest))) away"
  )
  return points
}

//#-hidden-code
extension SeparablePoints {
  /// The points of each label, for a figure.
  var groups: [PlaneDiagram.Points] {
    [(-1, "label −1"), (1, "label +1")].map { label, name in
      let own = (0..<x.rows).filter { (y[$0] > 0) == (label > 0) }
      return .init(name, own.map { .init(x.row($0)) })
    }
  }
}

extension PlaneDiagram.Position {
  /// A vector with two entries.
  init<Scalar: FloatingField>(_ vector: Vector<Scalar>) {
    self.init(Double(vector[0]), Double(vector[1]))
  }
}

extension PlaneDiagram.Line {
  /// The line where a neuron's score is 0.
  init<Scalar: FloatingField>(_ name: String, _ neuron: Perceptron<Scalar>) {
    self.init(
      name, normal: .init(neuron.weights), offset: Double(neuron.bias))
  }
}
//#-end-hidden-code
