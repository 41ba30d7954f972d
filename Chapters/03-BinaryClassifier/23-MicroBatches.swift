import Regression
import Workbook

//#-hidden-code
/// A network whose inputs are bytes, or its gradient.
struct ImageNetwork<Scalar: FloatingField>: Sendable {
  /// The first weights, transposed: Wᵀ, `[out, pixels]`.
  var weights: Matrix<Scalar>
  /// The bias of the first layer, `[out]`.
  var bias: Vector<Scalar>
  /// The activation of the first layer.
  let activation: Activation<Scalar>
  /// All layers behind the first, and the loss.
  var rest: Network<Scalar>

  /// Transposes a network's first weights.
  ///
  /// - Precondition: It has a hidden layer.
  init(_ network: Network<Scalar>) {
    precondition(
      network.layers.count > 1,
      "a network of \(network.layers.count) layers; at least 2 are needed")
    let first = network.layers[0]
    weights = Matrix(first.weights.transposed)
    (bias, activation) = (first.bias, first.activation)
    rest = Network(
      layers: Array(network.layers.dropFirst()), loss: network.loss)
  }

  /// The same layers as a network.
  var network: Network<Scalar> {
    let first = Layer(
      weights: Matrix(weights.transposed), bias: bias, activation: activation)
    return Network(layers: [first] + rest.layers, loss: rest.loss)
  }
}

extension ImageNetwork: Parameterised {
  var parameterNames: [String] {
    ["first.weight", "first.bias"] + rest.parameterNames.map { "rest.\($0)" }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func visitParameters(
    beside other: Self?, _ visit: ParameterVisit<Scalar>
  ) {
    weights.visit(as: .weight, beside: other?.weights, visit)
    bias.visit(as: .bias, beside: other?.bias, visit)
    rest.visitParameters(beside: other?.rest, visit)
  }
}

/// The matrices of one micro-batch, reused for the next.
struct MicroBatchWorkspace<Scalar: FloatingField>: Sendable {
  /// The targets, `[batch, 1]`.
  var y = Matrix<Scalar>.empty
  /// The pre-activations of the first layer, `[batch, out]`.
  var z = Matrix<Scalar>.empty
  /// Its activations, `[batch, out]`.
  var a = Matrix<Scalar>.empty
  /// φ′(Z), `[batch, out]`.
  var activationDerivative = Matrix<Scalar>.empty
  /// The workspace of the layers behind the first.
  var rest: Workspace<Scalar>
}

extension ImageNetwork {
  /// Runs both passes over a micro-batch, and adds its gradient to a sum.
  ///
  /// - Parameters:
  ///   - microBatch: The positions of its images.
  ///   - fraction: The fraction |B|/n of all images that it is.
  ///   - gradient: The sum so far.
  ///   - workspace: The matrices that are written over.
  /// - Returns: The mean loss, times the fraction.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func addGradient(
    over images: LabelledImages, _ microBatch: ArraySlice<Int>,
    fraction: Scalar, to gradient: inout ImageNetwork,
    on workspace: inout MicroBatchWorkspace<Scalar>
  ) -> Scalar {
    images.writeBinary(microBatch, into: &workspace.y)

    // Forward, through the first layer and all others.
    workspace.z.reshape(rows: microBatch.count, columns: bias.count)
    workspace.z.fill(with: 0)
    images.addProduct(
      of: microBatch, timesTransposed: weights, to: &workspace.z)
    workspace.z.addToEachRow(bias)  // [batch, out]
    activation.write(valuesAt: workspace.z, into: &workspace.a)  // [batch, out]
    let loss = rest.lossAndGradient(
      from: workspace.a, to: workspace.y, on: &workspace.rest,
      needsInputGradient: true)
    gradient.rest.add(fraction, times: workspace.rest.gradient)

    // Backward, through the first layer: dX of the others becomes its dZ.
    activation.write(
      derivativesAt: workspace.z, into: &workspace.activationDerivative)
    workspace.rest.dX.multiply(by: workspace.activationDerivative)
    workspace.rest.dX.multiply(by: fraction)  // [batch, out]
    images.addProduct(
      ofTransposed: workspace.rest.dX, times: microBatch,
      to: &gradient.weights)
    gradient.bias.add(1, times: workspace.rest.dX.sumOfRows)
    return fraction * loss
  }
}

extension Network where Scalar: FloatingField {
  /// Returns the mean loss over images and its gradient, in one pass over them.
  ///
  /// The images stay bytes. The result is that of `lossAndGradient(on:)` up to
  /// rounding, and the same bit for bit on any number of threads.
  ///
  /// - Parameters:
  ///   - images: Images of two classes.
  ///   - positions: Which of them to learn from.
  /// - Precondition: There is at least one position, the network has a hidden
  ///   layer and one output, and as many features as an image has bytes.
  package func lossAndGradient(
    over images: LabelledImages, at positions: [Int]
  ) -> (loss: Scalar, gradient: Network) {
    precondition(!positions.isEmpty, "no images to learn from")
    let (microBatchSize, parts) = (64, 8)
    let microBatches = stride(
      from: 0, to: positions.count, by: microBatchSize
    ).map { positions[$0..<min($0 + microBatchSize, positions.count)] }
    let network = ImageNetwork(self)
    let sums = concurrentMap(parts) { part in
      let first = part * microBatches.count / parts
      let end = (part + 1) * microBatches.count / parts
      return network.lossAndGradient(
        over: images, microBatches[first..<end], of: positions.count)
    }
    var (loss, gradient) = sums[0]
    for sum in sums.dropFirst() {
      loss += sum.loss
      gradient.add(1, times: sum.gradient)
    }
    return (loss, gradient.network)
  }
}

extension ImageNetwork {
  /// Returns what some micro-batches add to the loss and gradient of `count`
  /// images.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func lossAndGradient(
    over images: LabelledImages, _ microBatches: ArraySlice<ArraySlice<Int>>,
    of count: Int
  ) -> (loss: Scalar, gradient: ImageNetwork) {
    var workspace = MicroBatchWorkspace(rest: Workspace(for: rest))
    var (loss, gradient) = (Scalar(0), self)
    gradient.zero()
    for microBatch in microBatches {
      let fraction = Scalar(count: microBatch.count) / Scalar(count: count)
      loss += addGradient(
        over: images, microBatch, fraction: fraction, to: &gradient,
        on: &workspace)
    }
    return (loss, gradient)
  }
}
//#-end-hidden-code
