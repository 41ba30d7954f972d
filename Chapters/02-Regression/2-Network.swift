import Workbook

/*:
 ## A curve between two lines

 A line after a line is still a line: $(X W_1 + b_1) W_2 + b_2$ multiplies out
 to one matrix and one vector. So something that is no line must stand between
 them, a function $\varphi$ that is applied to each number by itself:

 $$
 \begin{aligned}
 Z &= X W_1 + b_1 && [n, \text{hidden}] \\
 H &= \varphi(Z) && [n, \text{hidden}] \\
 \hat Y &= H W_2 + b_2 && [n, \text{outputs}]
 \end{aligned}
 $$

 That is all a **hidden layer** is. The usual choice for $\varphi$ is the
 rectified linear unit, **ReLU**: $\max(0, z)$. Each hidden unit then
 contributes a ramp that is flat on one side of a point and climbs on the other,
 and $W_2$ adds up the ramps.

 ![A network of two layers, as small as the checks of this chapter like
 it](figure:two-layers)

 An activation knows its values and its slopes. It takes whole matrices, so
 that a loop over the entries runs inside it. And it writes what it computes over
 a matrix that it is given: a training asks for the same matrices thousands of
 times, and should not have to ask the system for memory each time.
 */

/// A function applied to each entry of a matrix, with its slope.
package struct Activation<Scalar: Field>: Sendable {
  /// Its name, such as `relu`.
  package let name: String
  /// Whether each value depends on its own entry alone, as it must for φ′.
  package let isEntrywise: Bool
  /// Whether it cuts off half of what it gets, and so wants He's weights.
  package let cutsOff: Bool
  private let value: @Sendable (Matrix<Scalar>, inout Matrix<Scalar>) -> Void
  private let slope: @Sendable (Matrix<Scalar>, inout Matrix<Scalar>) -> Void

  /// Creates an activation from functions that write φ or φ′ of one matrix over
  /// another.
  package init(
    _ name: String, isEntrywise: Bool = true, cutsOff: Bool = false,
    value:
      @escaping @Sendable (Matrix<Scalar>, inout Matrix<Scalar>) -> Void,
    slope:
      @escaping @Sendable (Matrix<Scalar>, inout Matrix<Scalar>) -> Void
  ) {
    self.name = name
    self.isEntrywise = isEntrywise
    self.cutsOff = cutsOff
    self.value = value
    self.slope = slope
  }

  /// Writes φ(z) for each entry of `z` over `h`, which takes its shape.
  package func write(valuesAt z: Matrix<Scalar>, over h: inout Matrix<Scalar>) {
    value(z, &h)
  }

  /// Writes φ′(z) for each entry of `z` over `d`, which takes its shape.
  package func write(slopesAt z: Matrix<Scalar>, over d: inout Matrix<Scalar>) {
    slope(z, &d)
  }

  /// Returns φ(z) for each entry of `z`.
  package func callAsFunction(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
    var h = Matrix<Scalar>.empty
    write(valuesAt: z, over: &h)
    return h
  }

  /// Returns φ′(z) for each entry of `z`.
  package func slope(at z: Matrix<Scalar>) -> Matrix<Scalar> {
    var d = Matrix<Scalar>.empty
    write(slopesAt: z, over: &d)
    return d
  }
}

/*:
 ReLU compares, and so asks for numbers with an order. Its corner has no slope;
 zero is as good as any. It asks whether z is below zero, and not whether it is
 above, so that what is not a number is passed on and seen.
 */

extension Activation where Scalar: Comparable {
  /// max(0, z). At the corner, z = 0, the slope is taken to be 0.
  package static var relu: Activation {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get {
      Activation(
        "relu", cutsOff: true,
        value: { $0.map(over: &$1) { z in z < 0 ? 0 : z } },
        slope: { $0.map(over: &$1) { z in z > 0 ? 1 : 0 } })
    }
  }
}

extension Activation {
  /// z²: a bend that needs no comparison, so exact fractions can have it.
  package static var square: Activation {
    Activation(
      "square", value: { $0.map(over: &$1) { z in z * z } },
      slope: { $0.map(over: &$1) { z in 2 * z } })
  }
}

/*:
 The network is the four blocks of numbers, and its prediction is the three
 formulas in one line.
 */

/// A line, a curve, a line.
package struct TwoLayerNetwork<Scalar: Field>: Equatable, Sendable {
  var w1: Matrix<Scalar>  // [features, hidden]
  var b1: Vector<Scalar>  // [hidden]
  var w2: Matrix<Scalar>  // [hidden, outputs]
  var b2: Vector<Scalar>  // [outputs]

  /// Returns what the network makes of `x`, `[n, outputs]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func prediction(
    from x: Matrix<Scalar>, through φ: Activation<Scalar>
  ) -> Matrix<Scalar> {
    φ(x • w1 + b1) • w2 + b2
  }
}

/*:
 ## Where to start

 The weights must start somewhere, and not all alike, as the end of the chapter
 shows. They are drawn at random, and the question is how large. A hidden unit
 adds up one product for each feature. If the features have a mean square of
 one, its variance is the number of features times that of a weight; and ReLU
 throws half of its mean square away. Weights of variance $2/\text{features}$ keep the signal at its size. That is
 [He's initialisation](cite:he-2015). Biases start at zero.
 */

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

/*:
 One number can be told before anything is trained. If the last layer starts at
 zero, the network predicts nothing but zero, and its loss is half the mean
 square of the targets: half their variance, if their mean is zero. For one
 period of a sine, what is that?

 It is \(start.loss), half of the ½ that $\sin^2$ has on average (both ends of the
 period are among the points, hence the last digits). A network that starts far
 above this number is badly scaled, and one glance at the first loss shows it.
 */

/// Compares the first loss of a silent network with the targets' variance.
func lossBeforeTraining<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) {
  page.section("The loss before any training")
  page.show(
    Figure(
      "two-layers",
      NetworkDiagram([("features", 4), ("hidden", 5), ("outputs", 3)])))
  page.ask("A network that says 0 is asked for a sine. What is its loss?")
  var random = page.random("start")
  var network = TwoLayerNetwork<Scalar>(
    features: 1, hidden: 64, outputs: 1, using: &random)
  network.w2 = 0 * network.w2
  let sine = Dataset<Scalar>(Dataset<Double>.sine)
  let loss = network.lossAndGradient(
    from: sine.x, to: sine.y, through: .relu
  ).loss
  let halfVariance = sine.y.squaredNorm / Scalar(2 * sine.count)
  page.record(loss, .decimals(4), as: "start.loss", label: "loss at the start")
  page.check(
    "a silent network's loss is half the mean square of the targets",
    loss == halfVariance, detail: "equal to the last bit")
}
