import Workbook

/*:
 ## The gradient of a neuron

 A **loss** says in one number how wrong a neuron is. Its **gradient** holds the
 derivative of the loss with respect to each weight. It points in the direction
 in which the loss grows fastest, so a small step against it makes the loss
 smaller.

 Which loss does the perceptron make smaller? Let the loss of an example be zero
 if the neuron is right about it, and else how far its score is on the wrong
 side: $\max(0, -y s)$. Take the mean over the $n$ examples:

 $$
 L = \frac{1}{n} \sum_i \max(0, -y_i s_i)
 $$

 Where $y s < 0$, the derivative of one term with respect to $w$ is $-y x$, and
 with respect to $b$ it is $-y$. The rule adds $y x$ and $y$: it is a step
 against this gradient, for one example. Where $y s > 0$ the term is zero and so
 is its derivative, and the rule does nothing.

 At $y s = 0$ the term has a **kink**: its graph bends sharply, and there is no
 derivative. The code takes $-y x$ too, the derivative on the wrong side, because
 a score of zero is a mistake and the rule moves.
 */

extension Perceptron {
  /// Returns the mean of max(0, −y s) over the rows of `x`, and its gradient.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func lossAndGradient(
    on x: Matrix<Scalar>, _ y: Vector<Scalar>
  ) -> (loss: Scalar, gradient: Perceptron) {
    let n = Scalar(count: x.rows)
    var loss: Scalar = 0
    var gradient = Perceptron(weights: 0 * weights, bias: 0)
    for example in 0..<x.rows {
      let point = x.row(example)
      if isRight(about: point, y[example]) { continue }
      loss += -y[example] * score(of: point) / n
      gradient.weights.add(-y[example] / n, times: point)
      gradient.bias -= y[example] / n
    }
    return (loss, gradient)
  }
}

/*:
 The gradient has the type of the neuron: one derivative for each weight, and one
 for the bias. That holds for all networks of this book. We store the gradient
 in the same struct as the weights.

 A check of any network has to go through all of its weights. A network says
 where they are by conforming to `Parameterised`. It shows each array of
 weights, and beside it the array at the same position of another network.
 */

extension Perceptron: Parameterised {
  var parameterNames: [String] { ["weight", "bias"] }
  var parameterSymbols: [String] { ["w", "b"] }

  mutating func visitParameters(
    beside other: Self?, _ visit: ParameterVisit<Scalar>
  ) {
    weights.visit(as: .weight, beside: other?.weights, visit)
    bias.visit(as: .bias, beside: other?.bias, visit)
  }
}

/*:
 ## Checking a whole gradient

 To check a gradient, change one weight at a time, compute the loss on both
 sides, and compare the central difference with the gradient's entry.

 The first use has \(gradient.examples) examples of \(gradient.features)
 features, and a neuron that is wrong about some of them. All
 \(gradient.entries) derivatives agree. So the rule that we found by thinking
 about mistakes is a step against the gradient of a loss. From here on we choose
 the loss first, and its gradient gives the rule.
 */

/// Checks the gradient of the perceptron's loss by central differences.
func checkPerceptronGradient(on run: inout RunRecorder) {
  run.section("The update rule is a step against a gradient")
  var random = run.random("gradient")
  let examples = run.setting(7, as: "gradient.examples", label: "examples")
  let features = run.setting(4, as: "gradient.features", label: "features")
  let x = Matrix<Double>.normal(examples, features, using: &random)
  let y: Vector<Double> = signs((0..<examples).map { $0 % 2 })
  let neuron = Perceptron(
    weights: Vector<Double>.normal(features, using: &random), bias: 0.5)
  let gradient = neuron.lossAndGradient(on: x, y).gradient
  let check = GradientCheck(of: gradient, at: neuron) {
    $0.lossAndGradient(on: x, y).loss
  }
  run.record(
    check.entries, as: "gradient.entries", label: "derivatives compared")
  run.check(check.asCheck("the update rule is a step against its gradient"))
  checkScoresOfZero(on: &run, x, y)
}

//#-hidden-code
/// Checks that accuracy, rule and gradient all take a score of 0 for a mistake.
func checkScoresOfZero(
  on run: inout RunRecorder, _ x: Matrix<Double>, _ y: Vector<Double>
) {
  let start = Perceptron<Double>(
    weights: Vector(repeating: 0, count: x.columns), bias: 0)
  let agree = (0..<x.rows).allSatisfy { row in
    let point = Matrix(rows: 1, columns: x.columns) { x[row, $1] }
    var learned = start
    let isMistake = learned.learn(from: x.row(row), y[row])
    let gradient = start.lossAndGradient(on: point, [y[row]]).gradient
    return isMistake && learned.bias == -gradient.bias
      && learned.weights == -1 * gradient.weights
  }
  run.check(
    "a score of 0 is a mistake for accuracy, rule and gradient alike",
    agree && start.accuracy(on: x, y) == 0,
    detail: "\(x.rows) points of both labels, all weights zero")
}
//#-end-hidden-code
