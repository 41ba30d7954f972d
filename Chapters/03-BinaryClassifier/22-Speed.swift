import Regression
import Workbook

/*:
 ## What is only for speed

 The sections above show each idea in its plain form. Two things make the
 trainings faster.

 The plain backward pass allocates a dozen matrices in every step. Trainings
 keep them in a **workspace** that is made once, and every step writes over the
 same memory. That changes no number. The code is in `22-Speed.swift`.

 A step on all photographs reads a matrix of many megabytes twice, and the
 processor waits for memory. But the loss is a mean over examples, so its
 gradient is a sum that can be computed in parts, over **micro-batches** $B$:

 $$
 \mathrm{d}W = \sum_B \frac{|B|}{n} \, \mathrm{d}W_B
 $$

 Here $n$ is the number of examples, $|B|$ the number of those in $B$, and
 $\mathrm{d}W_B$ the gradient of their mean loss. Both passes go over one
 micro-batch at a time, while it is in the cache. Its pixels stay bytes until
 they are multiplied. The terms are added in another order, so the gradient
 differs by rounding. The code is in `23-MicroBatches.swift`. It divides the
 micro-batches among threads, and adds a fixed number of partial sums in a fixed
 order, because the result must not depend on the number of threads.
 */

//#-hidden-code
/// Checks the sum over micro-batches against the gradient of all examples at
/// once.
func compareMicroBatches<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: Network<Scalar>,
  _ images: LabelledImages, at training: [Int], of kind: String
) {
  let positions = Array(training.prefix(300))
  let some = images.points(at: positions).binary(as: Scalar.self)
  let whole = network.lossAndGradient(on: some).gradient.tensors
  let summed = network.lossAndGradient(over: images, at: positions).gradient
    .tensors
  // Rounding in a mean of n terms goes with the mean of |terms|, since they may
  // cancel: about n ulp for their sum, and an ulp for each pixel in a term. A
  // ReLU that rounding takes to the other side of its kink would exceed it.
  let magnitudes = network.meanMagnitudes(of: images, at: positions)
  let roundings = positions.count + images.size
  let allowed = Scalar(count: roundings) * Scalar.ulpOfOne
  let agree = whole.indices.map { tensor in
    let largest = magnitudes[tensor].max() ?? 0
    return zip(whole[tensor].elements, summed[tensor].elements).allSatisfy {
      abs($0 - $1) <= allowed * largest
    }
  }
  run.check(
    "the gradient summed over micro-batches is that of all \(kind) at once",
    agree.allSatisfy { $0 },
    detail: "on \(positions.count) \(kind), within \(roundings) ulp of the "
      + "largest mean of absolute terms in each tensor")
}

extension Network where Scalar: FloatingField {
  /// Returns the means over some images of the absolute gradient in each
  /// parameter: an array for each of `tensors`, in their order.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func meanMagnitudes(
    of images: LabelledImages, at positions: [Int]
  ) -> [[Scalar]] {
    var magnitudes = tensors.map {
      [Scalar](repeating: 0, count: $0.elements.count)
    }
    for position in positions {
      let one = images.points(at: [position]).binary(as: Scalar.self)
      let terms = lossAndGradient(on: one).gradient.tensors
      for tensor in terms.indices {
        let elements = terms[tensor].elements
        for index in elements.indices {
          magnitudes[tensor][index] +=
            abs(elements[index]) / Scalar(count: positions.count)
        }
      }
    }
    return magnitudes
  }
}
//#-end-hidden-code

//#-hidden-code
/// The matrices of a forward and a backward pass, reused at every step.
package struct Workspace<Scalar: Field>: Sendable {
  /// The pre-activations Z of each layer, `[n, out]`.
  package var preActivations: [Matrix<Scalar>]
  /// The activations A = φ(Z) of each layer but the last, `[n, out]`.
  var activations: [Matrix<Scalar>]
  /// The gradient dZ in the pre-activations, `[n, out]`.
  package internal(set) var preActivationGradients: [Matrix<Scalar>]
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
//#-end-hidden-code
