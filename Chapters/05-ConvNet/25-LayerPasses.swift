import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
/// The memory of a convolution layer for one forward and backward pass.
struct ConvolutionWorkspace<Scalar: OrderedField>: Sendable {
  var preActivations = Matrix<Scalar>.empty  // Z, [n · positions, filters]
  var activations = Matrix<Scalar>.empty  // φ(Z), [n · positions, filters]
  var pooled = Matrix<Scalar>.empty  // [n, size]
  var argmax: [Int32] = []
  // φ′(Z), [n · positions, filters]
  var activationDerivative = Matrix<Scalar>.empty
  var dZ = Matrix<Scalar>.empty  // [n · positions, filters]
  var dX = Matrix<Scalar>.empty  // [n, size of the input]
  var buffers: [ConvolutionBuffer<Scalar>] = []
}

extension ConvolutionLayer {
  /// Computes `workspace.pooled`, `[n, size]`, from `n` images.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func forward(
    from x: Matrix<Scalar>, count n: Int,
    on workspace: inout ConvolutionWorkspace<Scalar>
  ) {
    geometry.write(
      preActivationsOf: x, count: n, layer.weights, layer.bias,
      into: &workspace.preActivations, &workspace.buffers)
    layer.activation.write(
      valuesAt: workspace.preActivations, into: &workspace.activations)
    if let pooling {
      pooling.write(
        maximaOf: workspace.activations, count: n, into: &workspace.pooled,
        argmax: &workspace.argmax)
    } else {
      workspace.activations.map(into: &workspace.pooled) { $0 }
      workspace.pooled.reshape(rows: n, columns: output.size)
    }
  }
}

extension ConvolutionLayer {
  /// Computes `workspace.dZ`, through max-pooling and activation.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func writePreActivationGradient(
    from dOutput: Matrix<Scalar>, count n: Int,
    on workspace: inout ConvolutionWorkspace<Scalar>
  ) {
    let rows = n * geometry.outputPositions
    let filters = layer.bias.count
    if let pooling {
      workspace.dZ.reshape(rows: rows, columns: filters)
      workspace.dZ.fill(with: 0)
      pooling.add(dOutput, of: workspace.argmax, to: &workspace.dZ)
    } else {
      dOutput.map(into: &workspace.dZ) { $0 }
      workspace.dZ.reshape(rows: rows, columns: filters)
    }
    layer.activation.write(
      derivativesAt: workspace.preActivations,
      into: &workspace.activationDerivative)
    workspace.dZ.multiply(by: workspace.activationDerivative)
  }

  /// Computes the gradient of the weights, and of the images if it is needed.
  ///
  /// - Parameters:
  ///   - dOutput: The gradient of the layer's output, `[n, size]`.
  ///   - x: The images, which were the input of the forward pass.
  ///   - n: The number of images.
  ///   - workspace: What the forward pass kept.
  ///   - gradient: The gradient of the weights and the bias, which is written.
  ///   - needsInputGradient: Whether to compute `workspace.dX`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func backward(
    from dOutput: Matrix<Scalar>, to x: Matrix<Scalar>, count n: Int,
    on workspace: inout ConvolutionWorkspace<Scalar>,
    gradient: inout Layer<Scalar>, needsInputGradient: Bool
  ) {
    writePreActivationGradient(from: dOutput, count: n, on: &workspace)
    geometry.write(
      weightGradientFrom: workspace.dZ, x, into: &gradient.weights,
      &workspace.buffers)
    geometry.write(
      biasGradientFrom: workspace.dZ, into: &gradient.bias, &workspace.buffers)
    if needsInputGradient {
      geometry.write(
        inputGradientFrom: workspace.dZ, layer.weights, into: &workspace.dX,
        &workspace.buffers)
    }
  }
}
//#-end-hidden-code
