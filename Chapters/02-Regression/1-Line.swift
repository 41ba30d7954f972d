import Perceptron
import Workbook

/*:
 # 2 · A line that bends

 There are \(line.points) points on a curve that is bent twice. How close can a
 straight line come, and what does it take to follow the bends?

 The best of all straight lines leaves a loss of \(line.loss). It is the best
 there is: two ways of finding it, one by walking downhill and one by solving
 equations, agree to \(line.agreement). So the fault is not in the learning. It
 is in what is learned, and this chapter changes that by one small function.

 ![The bent line, and the best straight one](figure:straight-fit)

 ## Predicting numbers

 A line with several inputs and several outputs is a matrix and a vector:

 $$
 \hat Y = X W + b, \qquad X\ [n, \text{features}], \quad
 W\ [\text{features}, \text{outputs}], \quad b\ [\text{outputs}]
 $$

 Row $i$ of $X$ is an example, row $i$ of $\hat Y$ its prediction. The bias is
 added to each row.
 */

/// A line: the simplest thing that predicts numbers.
package struct LinearModel<Scalar: Field>: Equatable, Sendable {
  var weights: Matrix<Scalar>  // [features, outputs]
  var bias: Vector<Scalar>  // [outputs]

  /// Returns the predictions for the rows of `x`, `[n, outputs]`.
  func prediction(from x: Matrix<Scalar>) -> Matrix<Scalar> {
    x • weights + bias
  }
}

/*:
 ## The loss, and a convention

 A prediction is as bad as the square of its distance from the truth. The loss
 is half the mean of that over the examples:

 $$
 L = \frac{1}{2n} \lVert \hat Y - Y \rVert^2
 $$

 Half, because the two that differentiating brings down then cancels; and
 divided by $n$, so that the loss and its slopes do not grow with the data.
 Other books leave out the half, or the $n$, and their learning rates differ by
 as much. Here both are in the loss, once, and therefore in every gradient.

 To find the slopes, follow the chain backwards. A change of one prediction
 changes $L$ by $(\hat Y - Y)/n$. A weight $W_{fo}$ enters the prediction of
 every example, multiplied by $X_{if}$; so its slope is the sum of $X_{if}$
 times the change at $i$. As matrices that is $X^\top (\hat Y - Y)/n$. The bias
 enters every prediction as it is, and its slope is the sum over the rows.

 The two lines that begin with `@specialized` ask the compiler for a version of
 the function for `Float` and one for `Double`. They change nothing but the
 speed, and stand in front of the few functions where it counts.
 */

extension LinearModel {
  /// Returns the loss of predicting `y` from `x`, and its slope in each weight.
  ///
  /// - Parameters:
  ///   - x: The inputs, `[n, features]`.
  ///   - y: The targets, `[n, outputs]`. The loss is in their unit, squared.
  /// - Precondition: `x` and `y` have as many rows, and columns to fit.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func lossAndGradient(
    from x: Matrix<Scalar>, to y: Matrix<Scalar>
  ) -> (loss: Scalar, gradient: Self) {
    let n = Scalar(count: x.rows)
    let residual = prediction(from: x) - y  // [n, outputs]

    let dPrediction = residual / n  // [n, outputs]
    let gradient = Self(
      weights: x.transposed • dPrediction, bias: dPrediction.sumOfRows)
    return (residual.squaredNorm / (2 * n), gradient)
  }
}

/*:
 The gradient points uphill. **Gradient descent** takes many small steps the
 other way. How small is set by the learning rate $\eta$:

 $$
 W \leftarrow W - \eta \, \frac{\partial L}{\partial W}
 $$
 */

extension LinearModel {
  /// Takes `steps` steps downhill on all examples at once.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func descend(
    from x: Matrix<Scalar>, to y: Matrix<Scalar>, rate: Scalar, steps: Int
  ) {
    for _ in 0..<steps {
      let gradient = lossAndGradient(from: x, to: y).gradient
      weights.add(-rate, times: gradient.weights)
      bias.add(-rate, times: gradient.bias)
    }
  }
}

/*:
 ## The same answer, without walking

 At the bottom all slopes are zero. Write the bias as one more weight, with a
 column of ones in $\tilde X$. Then zero slopes are a system of linear
 equations:

 $$
 \tilde X^\top (\tilde X w - y) = 0
 \qquad \text{or} \qquad
 \tilde X^\top \tilde X w = \tilde X^\top y
 $$

 For a line these **normal equations** give the answer at once, and so they are
 the judge of our descent. For the networks to come there are no such
 equations. Only the walk remains.
 */

extension LinearModel where Scalar: Comparable {
  /// Returns the line of least loss, or `nil` where more than one has it.
  ///
  /// - Parameters:
  ///   - x: The inputs, `[n, features]`.
  ///   - y: The targets, `[n, 1]`.
  static func closedForm(
    from x: Matrix<Scalar>, to y: Matrix<Scalar>
  ) -> LinearModel? {
    let withOnes = Matrix(rows: x.rows, columns: x.columns + 1) { row, column in
      column < x.columns ? x[row, column] : 1
    }
    let squares = withOnes.transposed • withOnes  // [weights, weights]
    let products = (withOnes.transposed • y).column(0)  // [weights]
    guard let solution = squares.solved(for: products) else { return nil }
    return LinearModel(
      weights: Matrix(column: Vector(Array(solution.elements.dropLast()))),
      bias: [solution[x.columns]])
  }
}

/*:
 The run takes both roads twice: on the bent line, and on random examples of
 three features.
 */

/// Fits straight lines by descent and by equations, and compares them.
func fitStraightLines(on page: inout Page) {
  page.section("The best straight line")
  var random = page.random("line")
  let x = Matrix<Double>.normal(50, 3, using: &random)  // [50, 3]
  let y = Matrix<Double>.normal(50, 1, using: &random)  // [50, 1]
  let distances = [
    distanceBetweenRoads(x, y), distanceBetweenRoads(bentLine.x, bentLine.y),
  ]
  let distance = distances.reduce(0, max)
  page.record(
    distance, .scientific(1), as: "line.agreement",
    label: "descent differs from equations by")
  page.check(
    "gradient descent finds the solution of the normal equations",
    distance <= 1e-9,
    detail: "\(NumberFormat.scientific(1).text(of: distance)) at most in a "
      + "weight, 10⁻⁹ allowed")

  guard let line = LinearModel.closedForm(from: bentLine.x, to: bentLine.y)
  else { return }
  page.record(bentLine.count, as: "line.points", label: "points of the curve")
  page.ask("What loss is left when a straight line does its best?")
  page.record(
    line.lossAndGradient(from: bentLine.x, to: bentLine.y).loss, .decimals(4),
    as: "line.loss", label: "loss of the best line")
  let fit = line.prediction(from: bentLine.x)
  page.show(
    Figure("straight-fit", fitPlot(bentLine, [("best straight line", fit)])))
}

/// Returns the largest difference of a weight between the two roads.
func distanceBetweenRoads(_ x: Matrix<Double>, _ y: Matrix<Double>) -> Double {
  var walked = LinearModel<Double>(
    weights: Matrix(rows: x.columns, columns: 1, repeating: 0), bias: [0])
  walked.descend(from: x, to: y, rate: 0.3, steps: 1_000)
  guard let solved = LinearModel.closedForm(from: x, to: y) else { return .nan }
  let differences =
    (walked.weights - solved.weights).elements
    + (walked.bias - solved.bias).elements
  return differences.map { abs($0) }.reduce(0, max)
}

//#-hidden-code
let bentLine = Dataset<Double>.bentLine

/// Returns a data set as points, with predictions for it as curves.
func fitPlot<Scalar: FloatingField>(
  _ data: Dataset<Double>, _ fits: [(name: String, prediction: Matrix<Scalar>)]
) -> LinePlot {
  func points(_ y: Matrix<some FloatingField>) -> [LinePlot.Point] {
    (0..<data.count).map { .init(data.x[$0, 0], Double(y[$0, 0])) }
  }
  return LinePlot(
    x: .linear("x"), y: .linear("y"),
    series: [.init("the data", points(data.y))]
      + fits.map { .init($0.name, points($0.prediction)) })
}
//#-end-hidden-code
