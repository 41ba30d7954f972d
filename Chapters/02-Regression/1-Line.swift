import Perceptron
import Workbook

/*:
 # 2 · A line that bends

 The points of the first figure lie on a curve that is bent twice, and we want a
 program that learns the curve from them. In this chapter you will fit a
 straight line, see it fail, and cure the failure with a hidden layer. Then you
 will learn how such a network finds the derivative of its loss in every weight
 at once. That method is backpropagation, the heart of this book. You will do a
 whole pass by hand, with small numbers, and check each of them.

 It is the straight line that fails, not its training: two ways of finding the
 best one, gradient descent and a system of equations, agree to
 \(line.agreement). No straight line does better, and this one misses both
 bends.

 ![The curve, and the best straight line](figure:straight-fit)

 ## Predicting numbers

 A line with several inputs and several outputs is a matrix and a vector:

 $$
 \hat Y = X W + b, \qquad X\ [n, \text{features}], \quad
 W\ [\text{features}, \text{outputs}], \quad b\ [\text{outputs}]
 $$

 Row $i$ of $X$ is an example, row $i$ of $\hat Y$ its prediction. The bias is
 added to all.
 */

/// A straight line: the simplest model that predicts numbers.
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

 The error of a prediction is the square of its distance from the target. The
 loss is half the mean of that over the examples:

 $$
 L = \frac{1}{2n} \lVert \hat Y - Y \rVert^2
 $$

 The half cancels the factor of two that comes from differentiating the square.
 The $n$ keeps the loss from growing with the data. Other books leave out one or
 both, and then their learning rates differ by that factor.

 The derivative of $L$ in a prediction is $(\hat Y - Y)/n$. A weight $W_{fo}$
 enters the prediction of every example $i$, multiplied by $X_{if}$, so these
 derivatives add up to $X^\top (\hat Y - Y)/n$. The bias is added to every
 prediction, and its gradient is the sum over the rows.
 */

extension LinearModel {
  /// Returns the loss of predicting `y` from `x`, and its gradient.
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
 other way. How small is set by the **learning rate** $\eta$:

 $$
 W \leftarrow W - \eta \, \frac{\partial L}{\partial W}
 $$
 */

//#-hidden-code
extension LinearModel {
  /// Takes steps of gradient descent on all examples at once.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func train(
    from x: Matrix<Scalar>, to y: Matrix<Scalar>, learningRate: Scalar,
    steps: Int
  ) {
    for _ in 0..<steps {
      let gradient = lossAndGradient(from: x, to: y).gradient
      weights.add(-learningRate, times: gradient.weights)
      bias.add(-learningRate, times: gradient.bias)
    }
  }
}
//#-end-hidden-code

/*:
 At the minimum the gradient is zero. Write the bias as one more weight, with a
 column of ones in $\tilde X$. Then a gradient of zero is a system of linear
 equations, the **normal equations**:

 $$
 \tilde X^\top \tilde X w = \tilde X^\top y
 $$

 They give the best line at once, and so they can check gradient descent. The
 loss of the best line is \(line.loss). That is half a mean square, so a typical
 error is $\sqrt{2L}$, about \(line.error), where the targets lie between
 \(line.low) and \(line.high). For networks a gradient of zero gives equations
 that are not linear, and nobody can solve them like this. Gradient descent
 remains.
 */

//#-hidden-code
extension LinearModel where Scalar: Comparable {
  /// Returns the line of least loss, or `nil` if it is not unique.
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
//#-end-hidden-code

/// Fits straight lines by gradient descent and by equations.
func fitStraightLines(on run: inout RunRecorder) {
  run.section("The best straight line")
  var random = run.random("line")
  let x = Matrix<Double>.normal(50, 3, using: &random)  // [50, 3]
  let y = Matrix<Double>.normal(50, 1, using: &random)  // [50, 1]
  let steps = run.setting(1_000, as: "line.steps", label: "steps of descent")
  let distances = [
    distanceBetweenFits(x, y, steps),
    distanceBetweenFits(bentLine.x, bentLine.y, steps),
  ]
  let distance = distances.reduce(0, max)
  run.record(
    distance, .scientific(1), as: "line.agreement",
    label: "descent differs from equations by")
  run.check(
    "gradient descent finds the solution of the normal equations",
    distance <= 1e-9,
    detail: "\(NumberFormat.scientific(1).text(of: distance)) at most in a "
      + "weight, 10⁻⁹ allowed")

  guard let line = LinearModel.closedForm(from: bentLine.x, to: bentLine.y)
  else { return }
  let targets = bentLine.y.elements
  run.record(
    targets.reduce(.infinity, min), .decimals(2), as: "line.low",
    label: "lowest target")
  run.record(
    targets.reduce(-.infinity, max), .decimals(2), as: "line.high",
    label: "highest target")
  let loss = line.lossAndGradient(from: bentLine.x, to: bentLine.y).loss
  run.record(
    loss, .decimals(4), as: "line.loss", label: "loss of the best line")
  run.record(
    (2 * loss).squareRoot(), .decimals(2), as: "line.error",
    label: "a typical error")
  let fit = line.prediction(from: bentLine.x)
  run.show(
    Figure("straight-fit", fitPlot(bentLine, [("best straight line", fit)])))
}

//#-hidden-code
/// Returns the largest difference of a weight between both ways of fitting.
func distanceBetweenFits(
  _ x: Matrix<Double>, _ y: Matrix<Double>, _ steps: Int
) -> Double {
  var trained = LinearModel<Double>(
    weights: Matrix(rows: x.columns, columns: 1, repeating: 0), bias: [0])
  trained.train(from: x, to: y, learningRate: 0.3, steps: steps)
  guard let solved = LinearModel.closedForm(from: x, to: y) else { return .nan }
  let differences =
    (trained.weights - solved.weights).elements
    + (trained.bias - solved.bias).elements
  return differences.map { abs($0) }.reduce(0, max)
}

let bentLine = Dataset<Double>.bentLine

/// Returns a plot of a data set as points, with predictions for it as lines.
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
