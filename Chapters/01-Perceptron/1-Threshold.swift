import Workbook

/*:
 # 1 · Learning from mistakes

 There are \(blind.points) points in a square, some marked minus and some marked
 plus, and a straight line parts the two kinds. Can a machine that is shown one
 point at a time find such a line?

 Drawing lines blindly does not help. Of \(blind.lines) lines drawn at random,
 the average one puts \(blind.accuracy) of the points on their own side: what
 a coin would do.

 ![How many of the points random lines get right](figure:blind)

 The two peaks in the middle are lines that miss the square and call all points
 the same.

 This chapter cures that with one rule of one line, and shows
 where the rule must fail. It ends with the tool that every later chapter is
 checked by.

 ## A neuron

 The oldest artificial neuron weighs its inputs, adds a bias, and looks only
 at the sign:

 $$
 s = w \cdot x + b, \qquad
 \text{prediction} = \begin{cases} +1 & s > 0 \\ -1 & s \le 0 \end{cases}
 $$

 The weights $w$ say how much each input counts and for which side. The bias $b$
 moves the line $w \cdot x + b = 0$ away from the origin.

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

  /// Returns the side of the line on which `x` lies, −1 or +1.
  func prediction(for x: Vector<Scalar>) -> Scalar {
    score(of: x) > 0 ? 1 : -1
  }
}

/*:
 Nothing here needs more than + − × ÷ and an order, so a scalar may be a
 `Float`, a `Double`, or an exact fraction. `OrderedField` is the name for
 that.

 Whoever makes predictions wants to know how many are right. That count,
 divided by $n$, is the **accuracy**.
 */

extension Perceptron {
  /// Returns the fraction of the rows of `x` that get their own label.
  ///
  /// - Parameters:
  ///   - x: The points, `[n, features]`.
  ///   - y: Their labels, each −1 or +1, `[n]`.
  /// - Precondition: There is a label for each row, and at least one.
  func accuracy(on x: Matrix<Scalar>, _ y: Vector<Scalar>) -> Double {
    let right = (0..<x.rows).filter { prediction(for: x.row($0)) == y[$0] }
    return Double(right.count) / Double(y.count)
  }
}

/*:
 ## The data

 The points come from a generator with a seed, so that yours are the book's. It
 draws a hidden line first, and then keeps only points at least a margin away
 from it: a line that parts them exists, and we know one.
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
/// The rules of this chapter multiply by y. A label 0 would silence half the
/// examples.
func signs<Scalar: Field>(_ labels: [Int]) -> Vector<Scalar> {
  Vector(labels.map { $0 == 1 ? 1 : -1 })
}

/*:
 And here is the experiment of the opening paragraph. Each chapter's run is
 written on a `Page`; a number recorded there under a name is the number that
 the text prints.
 */

/// Draws lines at random and records how well they do on average.
func drawBlindly<Scalar: FloatingField>(
  on page: inout Page, at points: SeparablePoints<Scalar>
) {
  page.section("Lines drawn blindly")
  page.ask("How many of the points does a random line get right?")
  var random = page.random("blind")
  let lines = 1_000
  let accuracies = (0..<lines).map { _ in
    let line = Perceptron<Scalar>(
      weights: .normal(2, using: &random), bias: Scalar(random.normal()))
    return line.accuracy(on: points.x, points.y)
  }
  page.record(points.y.count, as: "blind.points", label: "points")
  page.record(lines, as: "blind.lines", label: "lines drawn")
  page.record(
    accuracies.reduce(0, +) / Double(lines), .percent(1),
    as: "blind.accuracy", label: "mean accuracy")
  page.show(
    Figure(
      "blind",
      .histogram(
        "accuracy of a random line", values: accuracies, bins: 20,
        range: 0...1)))
}
