import Perceptron
import Workbook

/*:
 ## Backward, one formula at a time

 Begin with a single neuron, so small that every letter is a number:

 $$
 z = w x + b, \quad h = \varphi(z), \quad \hat y = v h + c, \quad
 L = \tfrac{1}{2} (\hat y - y)^2
 $$

 Change $w$ a little. The change reaches $L$ by one path. The derivative of $z$
 in $w$ is $x$, that of $h$ in $z$ is $\varphi'(z)$, that of $\hat y$ in $h$ is
 $v$, and that of $L$ in $\hat y$ is $\hat y - y$. The derivatives along a path
 multiply, which is the chain rule:

 $$
 \frac{\partial L}{\partial w} = (\hat y - y) \cdot v \cdot \varphi'(z) \cdot x
 $$

 Read the product from the left. It begins at the loss and ends at the weight.
 Its partial products are $\partial L/\partial \hat y$, $\partial L/\partial h$
 and $\partial L/\partial z$. The derivatives in all other weights begin with
 the same factors. Computing them once, from the loss backwards, is
 **backpropagation**. The idea was found more than once
 ([Linnainmaa 1970](cite:linnainmaa-1970), [Werbos 1974](cite:werbos-1974)).
 [Rumelhart, Hinton and Williams 1986](cite:rumelhart-1986) made it the way to
 train networks.

 With matrices the **backward pass** is the same. Write $\mathrm{d}A$ for
 $\partial L/\partial A$: it always has the shape of $A$. Go through the
 formulas of the **forward pass** from the last to the first. Each gives one
 formula of the backward pass, and a product $Z = X W$ gives two:

 $$
 \mathrm{d}W = X^\top \, \mathrm{d}Z \quad \text{for the weights,} \qquad
 \mathrm{d}X = \mathrm{d}Z \, W^\top \quad \text{for the input.}
 $$

 The gradient has one number for each weight. We store it in the same struct as
 the weights.
 */

extension TwoLayerNetwork {
  /// Returns the loss of predicting `y` from `x`, and its gradient.
  ///
  /// - Parameters:
  ///   - x: The inputs, `[n, features]`.
  ///   - y: The targets, `[n, outputs]`. The loss is in their unit, squared.
  ///   - φ: The activation of the hidden layer.
  /// - Precondition: `x` and `y` have as many rows, and columns to fit.
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

/*:
 Those are the formulas. Now they are checked. The check of
 [chapter 1](chapter:1) visits the parameters of the network one after another.
 Each has a name, the one that PyTorch would give it, and a role.
 */

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

/*:
 The straight line is checked as well. Gradient descent found the right line,
 but it would also have found it with a gradient that is twice too large.
 */

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

/*:
 There are seven examples, four features, five hidden units and three outputs:
 no two sizes agree. The check runs once with the smooth square and once with
 ReLU, where it sets entries aside whose step crosses a kink.

 An activation is checked by itself as well, under a random **upstream**: a
 matrix $G$ in the place of the gradient that the later layers would pass back.
 The loss is then the sum of $G \odot \varphi(Z)$, and its gradient must be
 $G \odot \varphi'(Z)$. Since $G$ is random, errors do not cancel in the sum,
 and the check notices an activation that is not elementwise.
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
