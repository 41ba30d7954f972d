import Workbook

/*:
 ## A nonlinear function between two linear maps

 A linear map after a linear map is still linear: $(X W_1 + b_1) W_2 + b_2$
 multiplies out to one matrix and one vector. So a nonlinear function must stand
 between them, an **activation** $\varphi$, applied to each number by itself:

 $$
 \begin{aligned}
 Z &= X W_1 + b_1 && [n, \text{hidden}] \\
 H &= \varphi(Z) && [n, \text{hidden}] \\
 \hat Y &= H W_2 + b_2 && [n, \text{outputs}]
 \end{aligned}
 $$

 That is a **hidden layer**. $Z$ are its **pre-activations** and $H$ its
 activations. The usual choice for $\varphi$ is the rectified linear unit,
 **ReLU**: $\max(0, z)$. Each hidden unit then contributes a ramp that is flat
 on one side of a point and rises on the other, and $W_2$ adds up the ramps.

 ![A network of two layers, of the size that the checks of this chapter
 use](figure:two-layers)

 In code `φ(z)` and `φ.derivative(at: z)` apply an
 [Activation](file:4-Network.swift) and its derivative to each entry of a
 matrix. At its kink ReLU has no derivative, and the code takes zero. The checks
 also use the square, $\varphi(z) = z^2$, which is smooth everywhere.
 */

//#-hidden-code
/// A function applied to each entry of a matrix, with its derivative.
package struct Activation<Scalar: Field>: Sendable {
  /// Its name, such as `relu`.
  package let name: String
  /// Whether each value depends on its own entry alone, as in a hidden layer.
  package let isElementwise: Bool
  /// Whether weights in front of it should start by He's rule.
  package let prefersHeInitialisation: Bool
  private let value: @Sendable (Matrix<Scalar>, inout Matrix<Scalar>) -> Void
  private let derivative:
    @Sendable (Matrix<Scalar>, inout Matrix<Scalar>) -> Void

  /// Creates an activation from functions that write φ and φ′ of one matrix into
  /// another.
  package init(
    _ name: String, isElementwise: Bool = true,
    prefersHeInitialisation: Bool = false,
    value:
      @escaping @Sendable (Matrix<Scalar>, inout Matrix<Scalar>) -> Void,
    derivative:
      @escaping @Sendable (Matrix<Scalar>, inout Matrix<Scalar>) -> Void
  ) {
    self.name = name
    self.isElementwise = isElementwise
    self.prefersHeInitialisation = prefersHeInitialisation
    self.value = value
    self.derivative = derivative
  }

  // Training writes into matrices that it has, so that it allocates none.

  /// Writes φ(z) for each entry of `z` into `h`, which takes its shape.
  package func write(valuesAt z: Matrix<Scalar>, into h: inout Matrix<Scalar>) {
    value(z, &h)
  }

  /// Writes φ′(z) for each entry of `z` into `d`, which takes its shape.
  package func write(
    derivativesAt z: Matrix<Scalar>, into d: inout Matrix<Scalar>
  ) {
    derivative(z, &d)
  }

  /// Returns φ(z) for each entry of `z`.
  package func callAsFunction(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
    var h = Matrix<Scalar>.empty
    write(valuesAt: z, into: &h)
    return h
  }

  /// Returns φ′(z) for each entry of `z`.
  package func derivative(at z: Matrix<Scalar>) -> Matrix<Scalar> {
    var d = Matrix<Scalar>.empty
    write(derivativesAt: z, into: &d)
    return d
  }
}
extension Activation where Scalar: Comparable {
  /// max(0, z). At the kink the derivative is taken to be 0; NaN stays NaN.
  package static var relu: Activation {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get {
      Activation(
        "relu", prefersHeInitialisation: true,
        value: { $0.map(into: &$1) { z in z < 0 ? 0 : z } },
        derivative: {
          $0.map(into: &$1) { z in z > 0 ? 1 : z <= 0 ? 0 : z }
        })
    }
  }
}

extension Activation {
  /// z²: smooth, and it needs no comparison.
  package static var square: Activation {
    Activation(
      "square", value: { $0.map(into: &$1) { z in z * z } },
      derivative: { $0.map(into: &$1) { z in 2 * z } })
  }
}
//#-end-hidden-code

/// A linear map, an activation, a linear map.
package struct TwoLayerNetwork<Scalar: Field>: Equatable, Sendable {
  var w1: Matrix<Scalar>  // [features, hidden]
  var b1: Vector<Scalar>  // [hidden]
  var w2: Matrix<Scalar>  // [hidden, outputs]
  var b2: Vector<Scalar>  // [outputs]
}

//: Its prediction is the three formulas in one line.

extension TwoLayerNetwork {
  /// Returns the predictions for the rows of `x`, `[n, outputs]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func prediction(
    from x: Matrix<Scalar>, through φ: Activation<Scalar>
  ) -> Matrix<Scalar> {
    φ(x • w1 + b1) • w2 + b2
  }
}

/*:
 The weights start at random, and the question is how large. A pre-activation is
 a sum of one product for each feature. If the features have a mean square of
 one, its variance is the number of features times the variance of a weight.
 ReLU then halves the mean square. So weights of variance $2/\text{features}$
 keep the size of the signal. That is [He's initialisation](cite:he-2015).
 Biases start at zero.
 */

//#-hidden-code
extension TwoLayerNetwork where Scalar: FloatingField {
  /// Creates a network with He's random weights for ReLU.
  package init(
    features: Int, hidden: Int, outputs: Int, using random: inout SplitMix64
  ) {
    w1 = .heNormal(fanIn: features, fanOut: hidden, using: &random)
    b1 = Vector(repeating: 0, count: hidden)
    w2 = .heNormal(fanIn: hidden, fanOut: outputs, using: &random)
    b2 = Vector(repeating: 0, count: outputs)
  }
}
//#-end-hidden-code

/*:
 > **Guess:** The weights of the last layer start at zero, and the targets are
 > one period of a sine. What is the first loss?
 >
 > It is \(start.loss): half the mean square of the targets, and $\sin^2$ has a
 > mean of about one half. A first loss far above that shows that the weights
 > are badly scaled.
 */

/// Compares the first loss with the mean square of the targets.
func lossBeforeTraining<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("The loss before any training")
  run.show(
    Figure(
      "two-layers",
      NetworkDiagram([("features", 4), ("hidden", 5), ("outputs", 3)])))
  run.ask("A network predicts 0 for a sine. What is its loss?")
  var random = run.random("start")
  let hidden = run.setting(64, as: "start.hidden", label: "hidden units")
  var network = TwoLayerNetwork<Scalar>(
    features: 1, hidden: hidden, outputs: 1, using: &random)
  network.w2 = 0 * network.w2
  let sine = Dataset<Scalar>(Dataset<Double>.sine)
  let loss = network.lossAndGradient(
    from: sine.x, to: sine.y, through: .relu
  ).loss
  let halfVariance = sine.y.squaredNorm / Scalar(2 * sine.count)
  run.record(loss, .decimals(4), as: "start.loss", label: "loss at the start")
  run.check(
    "a network that predicts 0 has half the mean square of the targets as loss",
    loss == halfVariance, detail: "equal to the last bit")
}
