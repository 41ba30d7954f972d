import Perceptron
import Workbook

/*:
 ## Backwards, a line at a time

 Begin with a single neuron, so small that every letter is a number:

 $$
 z = w x + b, \quad h = \varphi(z), \quad \hat y = v h + c, \quad
 L = \tfrac{1}{2} (\hat y - y)^2
 $$

 Nudge $w$. The nudge reaches $L$ by one path: $w$ moves $z$ at the rate $x$,
 $z$ moves $h$ at the rate $\varphi'(z)$, $h$ moves $\hat y$ at the rate $v$,
 and $\hat y$ moves $L$ at the rate $\hat y - y$. Rates along a path multiply,
 which is the chain rule:

 $$
 \frac{\partial L}{\partial w} = (\hat y - y) \cdot v \cdot \varphi'(z) \cdot x
 $$

 Read the product from the left. It begins at the loss and walks to the weight,
 and on its way passes through $\partial L/\partial \hat y$,
 $\partial L/\partial h$ and $\partial L/\partial z$, each of which it needs
 only once. Every other weight's slope starts with the same factors. Computing
 them once, from the loss backwards, is **backpropagation**
 ([Rumelhart, Hinton and Williams 1986](cite:rumelhart-1986)).

 With matrices the walk is the same. Write $\mathrm{d}A$ for
 $\partial L/\partial A$: it always has the shape of $A$. Read the forward lines
 from the bottom up, and each gives back one line. A product $Z = X W$ gives
 back two:

 $$
 \mathrm{d}W = X^\top \, \mathrm{d}Z \quad \text{for the weights,} \qquad
 \mathrm{d}X = \mathrm{d}Z \, W^\top \quad \text{for whoever made } X.
 $$

 The gradient holds one slope for each weight. It is shaped like a network, so
 it is one.
 */

extension TwoLayerNetwork {
  /// Returns the loss of predicting `y` from `x`, and its slope in each weight.
  ///
  /// - Parameters:
  ///   - x: The inputs, `[n, features]`.
  ///   - y: The targets, `[n, outputs]`. The loss is in their unit, squared.
  ///   - φ: The curve between the lines.
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
    let dZ = dH ⊙ φ.slope(at: z)  // [n, hidden]

    let gradient = Self(
      w1: x.transposed • dZ, b1: dZ.sumOfRows,
      w2: h.transposed • dPrediction, b2: dPrediction.sumOfRows)
    return (residual.squaredNorm / (2 * n), gradient)
  }
}

/*:
 Those are the formulas. Now the judge. The check of [chapter 1](chapter:1) wants
 to see the network as its tensors.
 */

extension TwoLayerNetwork: Parameterised {
  package var tensors: [Tensor<Scalar>] {
    get {
      [
        Tensor("W₁", w1), Tensor("b₁", b1), Tensor("W₂", w2), Tensor("b₂", b2),
      ]
    }
    set {
      w1 = newValue[0].matrix
      b1 = newValue[1].vector
      w2 = newValue[2].matrix
      b2 = newValue[3].vector
    }
  }
}

/*:
 The straight line goes before the judge as well. Its descent found the right
 answer, and would have found it with slopes twice too large.
 */

extension LinearModel: Parameterised {
  package var tensors: [Tensor<Scalar>] {
    get { [Tensor("W", weights), Tensor("b", bias)] }
    set {
      weights = newValue[0].matrix
      bias = newValue[1].vector
    }
  }
}

/*:
 Seven examples, four features, five hidden units, three outputs: no two sizes
 agree. Once through the smooth square and once through ReLU, whose corners
 the check sets aside where a step happens to cross one.

 An activation is checked by itself as well, under a random **upstream**: a
 matrix $R$ that stands for whatever slopes would arrive from above. The loss is
 then the sum of $R \odot \varphi(Z)$, and its slope must be
 $R \odot \varphi'(Z)$. The random weights keep errors from cancelling in the
 sum, and an activation that mixes entries is found out.
 */

/// Checks every slope of the network by central differences.
func checkBackward(on page: inout Page) {
  page.section("Every slope, checked by central differences")
  var random = page.random("backward")
  let x = Matrix<Double>.normal(7, 4, using: &random)
  let y = Matrix<Double>.normal(7, 3, using: &random)
  var network = TwoLayerNetwork<Double>(
    features: 4, hidden: 5, outputs: 3, using: &random)
  network.b1 = .normal(5, using: &random)
  network.b2 = .normal(3, using: &random)

  let line = LinearModel<Double>(
    weights: .normal(4, 3, using: &random), bias: .normal(3, using: &random))
  let slopes = line.lossAndGradient(from: x, to: y).gradient
  page.check(
    GradientCheck(of: slopes, at: line) {
      $0.lossAndGradient(from: x, to: y).loss
    }.asCheck("the slopes of the straight line"))

  for φ in [Activation<Double>.square, .relu] {
    let gradient = network.lossAndGradient(from: x, to: y, through: φ).gradient
    let check = GradientCheck(of: gradient, at: network) {
      $0.lossAndGradient(from: x, to: y, through: φ).loss
    }
    page.check(check.asCheck("the backward pass is the slope, φ = \(φ.name)"))
    page.check(slopeCheck(of: φ, using: &random))
  }
}

/// Checks an activation's slope under a random upstream.
package func slopeCheck(
  of φ: Activation<Double>, using random: inout SplitMix64
) -> Check {
  let z = Matrix<Double>.normal(7, 5, using: &random)
  let upstream = Matrix<Double>.normal(7, 5, using: &random)
  let gradient = upstream ⊙ φ.slope(at: z)
  return GradientCheck(of: gradient, at: z) { (upstream ⊙ φ($0)).sum }
    .asCheck("\(φ.name): φ′ is the slope of φ, under a random upstream")
}
