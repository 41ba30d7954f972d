import Regression
import Workbook

/*:
 ## Forward and backward through a list

 In the forward pass each layer takes the output of the one before it. The
 backward pass goes through the same list from its end. It starts with the
 gradient of the loss. A layer whose input was $A$ and whose pre-activation is
 $Z$ then gives three results. From the last of them the layer before, whose
 pre-activation is $Z_-$, takes its own gradient:

 $$
 \begin{aligned}
 \mathrm{d}W &= A^\top \, \mathrm{d}Z && [\text{in}, \text{out}] \\
 \mathrm{d}b &= \textstyle\sum_i \mathrm{d}Z_i && [\text{out}] \\
 \mathrm{d}A &= \mathrm{d}Z \, W^\top && [n, \text{in}] \\
 \mathrm{d}Z_- &= \mathrm{d}A \odot \varphi'(Z_-) && [n, \text{in}]
 \end{aligned}
 $$

 An entry of $A$ goes to every unit of the layer, so many paths lead from it to
 the loss. Paths **add**: its derivative is the sum over all of them, and the
 product with $W^\top$ is that sum. These are the formulas of
 [chapter 2](chapter:2). No other formula is needed.

 The loss takes the last pre-activations, the logits. The last activation is
 applied only where a prediction is wanted.
 */

extension Network {
  /// Returns the pre-activations of the last layer.
  ///
  /// - Parameter x: The inputs, `[n, features]`.
  /// - Returns: The logits, `[n, outputs]`.
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

/*:
 The backward pass needs the input and the pre-activations of each layer. So the
 training runs a forward pass that keeps both in a **workspace**. The gradient
 is a network of the same layers, which holds a gradient in the place of each
 weight. It is kept in the workspace too, with room for all other matrices of
 both passes, and every step writes over the same memory.
 */

/// The matrices of a forward and a backward pass, reused at every step.
package struct Workspace<Scalar: Field>: Sendable {
  /// The pre-activations Z of each layer, `[n, out]`.
  package var preActivations: [Matrix<Scalar>]
  /// The activations A = φ(Z) of each layer but the last, `[n, out]`.
  var activations: [Matrix<Scalar>]
  /// The gradient dZ in the pre-activations, `[n, out]`.
  var preActivationGradients: [Matrix<Scalar>]
  /// φ′(Z), of each layer in turn.
  var activationDerivative = Matrix<Scalar>.empty
  /// The gradient in each weight and bias.
  package var gradient: Network<Scalar>
  /// The gradient dX in the inputs, `[n, features]`, if it was asked for.
  package var dX = Matrix<Scalar>.empty

  /// Creates an empty workspace for a network.
  package init(for network: Network<Scalar>) {
    preActivations = network.layers.map { _ in .empty }
    (activations, preActivationGradients) = (preActivations, preActivations)
    gradient = network
  }
}

extension Network {
  /// Runs a forward and a backward pass. The gradient is in the workspace then.
  ///
  /// - Parameters:
  ///   - x: The inputs, `[n, features]`.
  ///   - y: The targets, `[n, outputs]`.
  ///   - workspace: The matrices that are written over.
  ///   - fraction: The fraction of the whole loss that these examples make up.
  ///   - needsInputGradient: Whether to compute dX for what comes before the
  ///     network.
  /// - Returns: The mean loss, times the fraction.
  /// - Precondition: There is at least one example, and the widths fit.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func lossAndGradient(
    from x: Matrix<Scalar>, to y: Matrix<Scalar>,
    on workspace: inout Workspace<Scalar>, fraction: Scalar = 1,
    needsInputGradient: Bool = false
  ) -> Scalar {
    let last = layers.count - 1
    forward(from: x, on: &workspace)

    // Backward, beginning with the gradient of the loss.
    loss.write(
      gradientAt: workspace.preActivations[last], y,
      into: &workspace.preActivationGradients[last])  // [n, outputs]
    if fraction != 1 {
      workspace.preActivationGradients[last].multiply(by: fraction)
    }
    for index in layers.indices.reversed() {
      backward(index, from: x, on: &workspace, needsInputGradient)
    }
    return fraction * loss(workspace.preActivations[last], y)
  }

  /// Runs the forward pass of every layer, and keeps Z and A in the workspace.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func forward(
    from x: Matrix<Scalar>, on workspace: inout Workspace<Scalar>
  ) {
    for (index, layer) in layers.enumerated() {
      let a = index == 0 ? x : workspace.activations[index - 1]  // [n, in]
      workspace.preActivations[index].setToProduct(of: a, times: layer.weights)
      workspace.preActivations[index].addToEachRow(layer.bias)  // [n, out]
      if index < layers.count - 1 {
        layer.activation.write(
          valuesAt: workspace.preActivations[index],
          into: &workspace.activations[index])  // [n, out]
      }
    }
  }

  /// Runs the backward pass of one layer, from its dZ.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func backward(
    _ index: Int, from x: Matrix<Scalar>,
    on workspace: inout Workspace<Scalar>, _ needsInputGradient: Bool
  ) {
    let a = index == 0 ? x : workspace.activations[index - 1]  // [n, in]
    let dZ = workspace.preActivationGradients[index]  // [n, out]
    let w = layers[index].weights.transposed  // [out, in]
    workspace.gradient.layers[index].weights.setToProduct(
      of: a.transposed, times: dZ)
    workspace.gradient.layers[index].bias.setToSumOfRows(of: dZ)
    if index > 0 {
      layers[index - 1].activation.write(
        derivativesAt: workspace.preActivations[index - 1],
        into: &workspace.activationDerivative)
      workspace.preActivationGradients[index - 1].setToProduct(of: dZ, times: w)
      workspace.preActivationGradients[index - 1].multiply(
        by: workspace.activationDerivative)  // [n, in]
    } else if needsInputGradient {
      workspace.dX.setToProduct(of: dZ, times: w)  // [n, features]
    }
  }

  /// Returns the loss of predicting targets from inputs, and its gradient.
  ///
  /// - Parameter data: The inputs, `[n, features]`, and targets,
  ///   `[n, outputs]`.
  /// - Precondition: There is at least one example, and the widths fit.
  package func lossAndGradient(
    on data: Dataset<Scalar>
  ) -> (loss: Scalar, gradient: Network) {
    var workspace = Workspace(for: self)
    let loss = lossAndGradient(from: data.x, to: data.y, on: &workspace)
    return (loss, workspace.gradient)
  }
}
