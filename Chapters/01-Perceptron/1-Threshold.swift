import Workbook

/*:
 # 1 · Learning from mistakes

 There are \(blind.points) points in a square, some marked minus and some marked
 plus, and a straight line separates the two kinds. Can a machine that is shown
 one point at a time find such a line?

 Drawing lines at random does not help. The average of \(blind.lines) random
 lines puts \(blind.accuracy) of the points on the right side. A coin would do
 as well.

 ![How many of the points random lines get right](figure:blind)

 The two peaks in the middle are lines that miss the square, so that all points
 are on one side.

 This chapter finds a line by a rule that fits in one line of code, and shows
 where the rule must fail. It ends with the tool that checks every later
 chapter.

 ## A neuron

 The first artificial neuron
 ([McCulloch and Pitts 1943](cite:mcculloch-pitts-1943)) compares the number of
 its active inputs with a threshold. It does not learn. Ours multiplies its
 inputs by weights, adds a bias, and takes the sign of the sum, the **score**:

 $$
 s = w \cdot x + b, \qquad
 \text{prediction} =
 \begin{cases} +1 & s > 0 \\ 0 & s = 0 \\ -1 & s < 0 \end{cases}
 $$

 The weights $w$ say how much each input counts and for which side. The bias $b$
 moves the line $w \cdot x + b = 0$ away from the origin.

 A point with the score zero lies on the line and on neither side. One
 convention holds from here on: a neuron is **right** about a point with the
 label $y$, which is $-1$ or $+1$, where $y s > 0$. So a score of zero is a
 mistake, whatever the label.

 A convention for the whole book: **rows are examples**. A data set is a matrix
 $X$ of shape `[n, features]`, and its labels are a vector $y$ of shape `[n]`.
 Some texts put examples in columns; their formulas are ours, transposed.
 */

/// A neuron that answers −1 or +1.
struct Perceptron<Scalar: OrderedField>: Equatable, Sendable {
  var weights: Vector<Scalar>  // [features]
  var bias: Scalar

  /// Returns w · x + b: how far, and on which side of the line, `x` lies.
  func score(of x: Vector<Scalar>) -> Scalar {
    weights.dot(x) + bias
  }

  /// Returns the side of the line on which `x` lies, −1 or +1; 0 on the line.
  func prediction(for x: Vector<Scalar>) -> Scalar {
    let s = score(of: x)
    return s > 0 ? 1 : s < 0 ? -1 : 0
  }

  /// Whether `x` lies on the side of its label `y`, which is −1 or +1: y s > 0.
  func isRight(about x: Vector<Scalar>, _ y: Scalar) -> Bool {
    y * score(of: x) > 0
  }
}

/*:
 Nothing here needs more than + − × ÷ and an order, so a scalar may be a
 `Float`, a `Double`, or an exact fraction. `OrderedField` is the name for
 that.

 **Accuracy** is the fraction of predictions that are right.
 */

extension Perceptron {
  /// Returns the fraction of the rows of `x` whose label is predicted.
  ///
  /// - Parameters:
  ///   - x: The points, `[n, features]`.
  ///   - y: Their labels, each −1 or +1, `[n]`.
  /// - Precondition: There is a label for each row, and at least one.
  func accuracy(on x: Matrix<Scalar>, _ y: Vector<Scalar>) -> Double {
    let right = (0..<x.rows).filter { isRight(about: x.row($0), y[$0]) }
    return Double(right.count) / Double(y.count)
  }
}

/*:
 ## The data

 The points come from a generator with a seed, so your run reproduces ours. The
 generator draws a hidden line first, and then keeps only points at least a
 margin away from it. So a line that separates them exists, and we know one.
 */

/// Points on both sides of a line that only the generator knows.
struct SeparablePoints<Scalar: FloatingField> {
  let x: Matrix<Scalar>  // [n, 2]
  let y: Vector<Scalar>  // [n], −1 or +1
  let separator: Perceptron<Scalar>

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
}

/// Returns −1 for label 0 and +1 for label 1, `[n]`.
///
/// The rules of this chapter multiply by y. With a label 0 half of the examples
/// would have no effect.
func signs<Scalar: Field>(_ labels: [Int]) -> Vector<Scalar> {
  Vector(labels.map { $0 == 1 ? 1 : -1 })
}

/*:
 Here is the experiment of the opening paragraph. A `RunRecorder` records the
 results of a chapter's run, each under a name. The text prints those numbers.
 */

/// Draws lines at random and records their mean accuracy.
func drawBlindly<Scalar: FloatingField>(
  on run: inout RunRecorder, at points: SeparablePoints<Scalar>
) {
  run.section("Lines drawn blindly")
  run.ask("How many of the points does a random line get right?")
  var random = run.random("blind")
  let lines = 1_000
  let accuracies = (0..<lines).map { _ in
    let line = Perceptron<Scalar>(
      weights: .normal(2, using: &random), bias: Scalar(random.normal()))
    return line.accuracy(on: points.x, points.y)
  }
  run.record(points.y.count, as: "blind.points", label: "points")
  run.record(lines, as: "blind.lines", label: "lines drawn")
  run.record(
    accuracies.reduce(0, +) / Double(lines), .percent(1),
    as: "blind.accuracy", label: "mean accuracy")
  run.show(
    Figure(
      "blind",
      .histogram(
        "accuracy of a random line", values: accuracies, bins: 20,
        range: 0...1)))
}
