import Perceptron
import Workbook

/*:
 ## The backward pass in code

 Go through the formulas of the forward pass from the last to the first:

 $$
 \begin{aligned}
 L &= \tfrac{1}{2n} \lVert \hat Y - Y \rVert^2 & \mathrm{d}\hat Y &= (\hat Y - Y)/n \\
 \hat Y &= H W_2 + b_2 & \mathrm{d}W_2 &= H^\top \mathrm{d}\hat Y, \quad
   \mathrm{d}b_2 = \textstyle\sum_i \mathrm{d}\hat Y_i, \quad
   \mathrm{d}H = \mathrm{d}\hat Y \, W_2^\top \\
 H &= \varphi(Z) & \mathrm{d}Z &= \mathrm{d}H \odot \varphi'(Z) \\
 Z &= X W_1 + b_1 & \mathrm{d}W_1 &= X^\top \mathrm{d}Z, \quad
   \mathrm{d}b_1 = \textstyle\sum_i \mathrm{d}Z_i
 \end{aligned}
 $$

 The code has a line for each. Inputs are not trained, so nobody asks for
 $\mathrm{d}X$. The gradient is stored in the same struct as the weights.
 */

extension TwoLayerNetwork {
  /// Returns the loss of predicting `y` from `x`, and its gradient.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func lossAndGradient(
    from x: Matrix<Scalar>, to y: Matrix<Scalar>, through φ: Activation<Scalar>
  ) -> (loss: Scalar, gradient: Self) {
    let n = Scalar(count: x.rows)
    let z = x • w1 + b1  // [n, hidden]
    let h = φ(z)  // [n, hidden]
    let residual = h • w2 + b2 - y  // [n, outputs]

    let dPrediction = residual / n  // [n, outputs]
    let dH = dPrediction • w2.transposed  // [n, hidden]
    let dZ = dH ⊙ φ.derivative(at: z)  // [n, hidden]

    let gradient = Self(
      w1: x.transposed • dZ, b1: dZ.sumOfRows,
      w2: h.transposed • dPrediction, b2: dPrediction.sumOfRows)
    return (residual.squaredNorm / (2 * n), gradient)
  }
}

//#-hidden-code
extension TwoLayerNetwork: Parameterised {
  package var parameterNames: [String] {
    ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"]
  }
  package var parameterSymbols: [String] { ["W₁", "b₁", "W₂", "b₂"] }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func visitParameters(
    beside other: Self?, _ visit: ParameterVisit<Scalar>
  ) {
    w1.visit(as: .weight, beside: other?.w1, visit)
    b1.visit(as: .bias, beside: other?.b1, visit)
    w2.visit(as: .weight, beside: other?.w2, visit)
    b2.visit(as: .bias, beside: other?.b2, visit)
  }
}

extension LinearModel: Parameterised {
  package var parameterNames: [String] { ["weight", "bias"] }
  package var parameterSymbols: [String] { ["W", "b"] }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func visitParameters(
    beside other: Self?, _ visit: ParameterVisit<Scalar>
  ) {
    weights.visit(as: .weight, beside: other?.weights, visit)
    bias.visit(as: .bias, beside: other?.bias, visit)
  }
}
//#-end-hidden-code

/*:
 The check of [chapter 1](chapter:1) compares every entry with a central
 difference on a larger network: seven examples, four features, five hidden
 units, three outputs. No two sizes agree. It runs with the smooth square and
 with ReLU, where it sets entries aside whose step crosses a kink.

 An activation is checked by itself under a random **upstream**: a matrix $G$ in
 the place of the gradient that later layers would pass back. The loss is the
 sum of $G \odot \varphi(Z)$, so its gradient must be $G \odot \varphi'(Z)$.
 */

/// Checks the gradient of the network by central differences.
func checkBackward(on run: inout RunRecorder) {
  run.section("Every derivative, checked by central differences")
  var random = run.random("backward")
  let x = Matrix<Double>.normal(7, 4, using: &random)
  let y = Matrix<Double>.normal(7, 3, using: &random)
  var network = TwoLayerNetwork<Double>(
    features: 4, hidden: 5, outputs: 3, using: &random)
  network.b1 = .normal(5, using: &random)
  network.b2 = .normal(3, using: &random)

  let line = LinearModel<Double>(
    weights: .normal(4, 3, using: &random), bias: .normal(3, using: &random))
  let lineGradient = line.lossAndGradient(from: x, to: y).gradient
  run.check(
    GradientCheck(of: lineGradient, at: line) {
      $0.lossAndGradient(from: x, to: y).loss
    }.asCheck("the gradient of the straight line"))

  for φ in [Activation<Double>.square, .relu] {
    let gradient = network.lossAndGradient(from: x, to: y, through: φ).gradient
    let check = GradientCheck(of: gradient, at: network) {
      $0.lossAndGradient(from: x, to: y, through: φ).loss
    }
    run.check(
      check.asCheck("the backward pass is the gradient, φ = \(φ.name)"))
    run.check(derivativeCheck(of: φ, using: &random))
  }
}

//#-hidden-code
/// Checks an activation's derivative under a random upstream.
package func derivativeCheck(
  of φ: Activation<Double>, using random: inout SplitMix64
) -> Check {
  let z = Matrix<Double>.normal(7, 5, using: &random)
  let upstream = Matrix<Double>.normal(7, 5, using: &random)
  let gradient = upstream ⊙ φ.derivative(at: z)
  return GradientCheck(of: gradient, at: z) { (upstream ⊙ φ($0)).sum }
    .asCheck("\(φ.name): φ′ is the derivative of φ, under a random upstream")
}
//#-end-hidden-code

/*:
 ## What a backward pass costs

 Each product $Z = X W$ of the forward pass has two products in the backward
 pass, $\mathrm{d}W$ and $\mathrm{d}X$, and each takes as many multiplications.
 So where both are needed, a layer costs about twice as much backward as
 forward.

 > **Guess:** Both layers of a network have \(cost.width) inputs and as many
 > outputs. How many forward passes does its backward pass cost?
 >
 > \(cost.square): two for the second layer and one for the first, whose
 > $\mathrm{d}X$ is not needed. That is one and a half on average, and a little
 > for the activation and the sums.

 ![Operations of both passes on eight examples](table:cost)

 The number of weights does not enter. All derivatives together cost about two
 forward passes at most, for ten weights or ten million.
 */

/// Counts the operations of the forward and of the backward pass.
func countPasses(on run: inout RunRecorder) {
  run.section("What a backward pass costs")
  run.ask("How many forward passes does a backward pass cost?")
  let width = run.setting(32, as: "cost.width", label: "width of a layer")
  var random = run.random("cost")
  var table = Table(
    "cost",
    columns: [
      "features", "hidden units", "outputs", "forward", "backward", "ratio",
    ])
  var ratios: [Double] = []
  for (features, outputs) in [(width, 1), (width, width), (1, width)] {
    let network = TwoLayerNetwork<Double>(
      features: features, hidden: width, outputs: outputs, using: &random)
    let cost = GradientCost(
      of: network, .normal(8, features, using: &random),
      .normal(8, outputs, using: &random), withDifferences: false)
    let backward = cost.backward - cost.loss
    ratios.append(Double(backward) / Double(cost.loss))
    table.add([
      .count(features), .count(width), .count(outputs), .count(cost.loss),
      .count(backward), .number(ratios[ratios.count - 1], .decimals(2)),
    ])
  }
  run.record(
    ratios[1], .decimals(2), as: "cost.square",
    label: "forward passes for a backward pass, layers of equal size")
  run.show(table)
  run.check(
    "a backward pass costs between one and about two forward passes",
    ratios.allSatisfy { $0 > 0.9 && $0 < 2.2 } && ratios[0] < ratios[1]
      && ratios[1] < ratios[2],
    detail: ratios.map { NumberFormat.decimals(2).text(of: $0) }
      .joined(separator: ", "))
}
