import Regression
import Workbook

/*:
 ## Forward and backward through a list

 In the forward pass each layer takes the output of the one before it. The loss
 takes the last pre-activations, the logits; the last activation is needed only
 for a prediction. The pass keeps the input $A$ and the pre-activation $Z$ of
 every layer, because the backward pass needs them again.
 */

extension Network {
  func forward(
    from x: Matrix<Scalar>
  ) -> [(a: Matrix<Scalar>, z: Matrix<Scalar>)] {
    var a = x
    return layers.map { layer in
      let z = a • layer.weights + layer.bias  // [n, out]
      defer { a = layer.activation(z) }
      return (a, z)
    }
  }
}

//#-hidden-code
extension Network {
  /// Returns the logits for `x`, `[n, features]`, as `[n, outputs]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func logits(from x: Matrix<Scalar>) -> Matrix<Scalar> {
    var a = x
    for layer in layers.dropLast() {
      a = layer.activation(a • layer.weights + layer.bias)  // [n, out]
    }
    guard let last = layers.last else { return a }
    return a • last.weights + last.bias  // [n, outputs]
  }
}

extension Network {
  /// Returns the predictions for `x`, `[n, outputs]`.
  package func prediction(from x: Matrix<Scalar>) -> Matrix<Scalar> {
    let z = logits(from: x)
    return layers.last.map { $0.activation(z) } ?? z
  }

  /// Returns the mean loss of predicting `y` from `x`.
  package func meanLoss(on data: Dataset<Scalar>) -> Scalar {
    loss(logits(from: data.x), data.y)
  }
}
//#-end-hidden-code

/*:
 The backward pass goes through the same list from its end. It starts with
 $\mathrm{d}Z$, the gradient of the loss in the logits. A layer whose input was
 $A$ and whose pre-activation is $Z$ then gives three results. From the last of
 them the layer before, whose pre-activation is $Z_-$, takes its own gradient:

 $$
 \begin{aligned}
 \mathrm{d}W &= A^\top \, \mathrm{d}Z && [\text{in}, \text{out}] \\
 \mathrm{d}b &= \textstyle\sum_i \mathrm{d}Z_i && [\text{out}] \\
 \mathrm{d}A &= \mathrm{d}Z \, W^\top && [n, \text{in}] \\
 \mathrm{d}Z_- &= \mathrm{d}A \odot \varphi'(Z_-) && [n, \text{in}]
 \end{aligned}
 $$

 An entry of $A$ goes to every unit of the layer, so many paths lead from it to
 the loss. Paths *add*: its derivative is the sum over all of them, and the
 product with $W^\top$ is that sum. These are the formulas of
 [chapter 2](chapter:2). A deeper network needs no other.

 The gradient is a network of the same layers, which holds a gradient in the
 place of each weight. The four formulas are four lines.
 */

extension Network {
  /// Returns the loss of predicting `y` from `x`, and its gradient.
  func plainLossAndGradient(
    from x: Matrix<Scalar>, to y: Matrix<Scalar>
  ) -> (loss: Scalar, gradient: Network) {
    let passed = forward(from: x)
    let logits = passed[layers.count - 1].z  // [n, outputs]
    var dZ = loss.gradient(at: logits, y)  // [n, outputs]
    var gradient = self
    for index in layers.indices.reversed() {
      gradient.layers[index].weights =
        passed[index].a.transposed • dZ
      gradient.layers[index].bias = dZ.sumOfRows
      if index == 0 { break }
      let dA = dZ • layers[index].weights.transposed  // [n, in]
      let before = layers[index - 1].activation
      dZ = dA ⊙ before.derivative(at: passed[index - 1].z)  // [n, in]
    }
    return (loss(logits, y), gradient)
  }
}

/*:
 Trainings use the same pass in a form that allocates no matrix in a step, in
 `22-Speed.swift`. The run checks that both forms give the same gradient:
 without any difference on exact fractions, and to rounding in floating-point
 numbers.
 */

/// Compares the plain backward pass with the one that trainings use.
func comparePasses<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws(ArchitectureError) {
  run.section("Two forms of the backward pass")
  var random = run.random("passes")
  let x = Matrix<Double>.dyadic(7, 4, using: &random)
  let numbers = Dataset<Double>(x: x, y: .dyadic(7, 3, using: &random))
  let parts = NetworkParts<Rational>(
    hidden: [.leakyReLU, .relu], loss: .halfSquaredError)
  let exact = Network<Rational>(
    tensors: dyadicPoint([4, 6, 5, 3], using: &random).map {
      $0.map { Rational($0) }
    }, parts)
  run.check(
    "both forms of the backward pass are equal on exact fractions",
    exact.formsDiffer(on: Dataset(numbers)) { $0 == $1 } == nil,
    detail: "a network 4-6-5-3, with no difference allowed")

  let yes = Matrix<Scalar>(rows: 7, columns: 3) { Scalar(count: ($0 + $1) % 2) }
  let network = try Network<Scalar>(
    [4, 6, .tanh, 5, .leakyReLU, 3, .sigmoid], loss: .binaryCrossEntropy,
    using: &random
  ).withRandomBiases(using: &random)
  let different = network.formsDiffer(
    on: Dataset(x: Matrix(rounding: x), y: yes)
  ) {
    abs($0 - $1) <= 64 * Scalar.ulpOfOne
  }
  run.check(
    "both forms of the backward pass agree to rounding with exponentials",
    different == nil, detail: "a network 4-6-5-3, within 64 ulp of one")
}

//#-hidden-code
extension Network {
  /// Returns a tensor in which both forms of the gradient differ, or `nil`.
  fileprivate func formsDiffer(
    on data: Dataset<Scalar>, equal: (Scalar, Scalar) -> Bool
  ) -> String? {
    let plain = plainLossAndGradient(from: data.x, to: data.y)
    let fast = lossAndGradient(on: data)
    if !equal(plain.loss, fast.loss) { return "loss" }
    return zip(plain.gradient.tensors, fast.gradient.tensors).first {
      !zip($0.elements, $1.elements).allSatisfy(equal)
    }?.0.name
  }
}
//#-end-hidden-code
