import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
/// The memory of a network for one micro-batch: its examples, and the passes.
package struct ConvNetWorkspace<Scalar: OrderedField>: Sendable {
  var examples = Dataset<Scalar>(x: .empty, y: .empty)
  var layers: [ConvolutionWorkspace<Scalar>]
  var head: Workspace<Scalar>
  var layerGradients: [Layer<Scalar>]
  var loss: Scalar = 0

  init(for network: ConvNet<Scalar>) {
    layers = network.layers.map { _ in ConvolutionWorkspace() }
    head = Workspace(for: network.head)
    layerGradients = network.layers.map(\.layer)
  }

  /// The input of a layer: the images, or the output of the layer before it.
  func input(of layer: Int) -> Matrix<Scalar> {
    layer == 0 ? examples.x : layers[layer - 1].pooled
  }

  /// The gradient of a layer's output, after the backward pass of the next.
  func outputGradient(of layer: Int) -> Matrix<Scalar> {
    layer == layers.count - 1 ? head.dX : layers[layer + 1].dX
  }
}

extension ConvNet {
  /// The forward pass of a workspace's examples, up to the input of the head.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func forward(on workspace: inout ConvNetWorkspace<Scalar>) {
    for (index, layer) in layers.enumerated() {
      layer.forward(
        from: workspace.input(of: index), count: workspace.examples.count,
        on: &workspace.layers[index])
    }
  }

  /// The forward and the backward pass of a workspace's examples.
  ///
  /// - Parameter fraction: The number of these examples as a fraction of the
  ///   batch. Their loss and gradient are multiplied by it.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func forwardAndBackward(
    on workspace: inout ConvNetWorkspace<Scalar>, fraction: Scalar
  ) {
    forward(on: &workspace)
    workspace.loss = head.lossAndGradient(
      from: workspace.input(of: layers.count), to: workspace.examples.y,
      on: &workspace.head, fraction: fraction, needsInputGradient: true)
    for index in layers.indices.reversed() {
      layers[index].backward(
        from: workspace.outputGradient(of: index),
        to: workspace.input(of: index), count: workspace.examples.count,
        on: &workspace.layers[index],
        gradient: &workspace.layerGradients[index],
        needsInputGradient: index > 0)
    }
  }
}

extension ConvNet {
  /// Returns workspaces for batches of some size, one for each micro-batch.
  package func workspaces(forBatchesOf size: Int) -> [ConvNetWorkspace<Scalar>]
  {
    (0..<microBatchCount(of: size)).map { _ in ConvNetWorkspace(for: self) }
  }

  /// Computes the gradient of a batch, and leaves it in the first workspace.
  ///
  /// - Parameters:
  ///   - count: The number of examples.
  ///   - workspaces: The memory, as `workspaces(forBatchesOf:)` made it.
  ///   - write: Writes the examples of a range into a data set.
  /// - Returns: The mean loss.
  /// - Precondition: There is an example, and a workspace for each micro-batch.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func lossAndGradient(
    of count: Int, on workspaces: inout [ConvNetWorkspace<Scalar>],
    examples write: @Sendable (Range<Int>, inout Dataset<Scalar>) -> Void
  ) -> Scalar {
    let used = microBatchCount(of: count)
    precondition(
      used > 0 && used <= workspaces.count,
      "a batch of \(count) examples; \(workspaces.count) workspaces hold 1 to "
        + "\(workspaces.count * microBatchSize)")
    concurrentForEach(&workspaces) { index, workspace in
      guard index < used else { return }
      write(microBatch(index, of: count), &workspace.examples)
      let fraction =
        Scalar(count: workspace.examples.count) / Scalar(count: count)
      forwardAndBackward(on: &workspace, fraction: fraction)
    }
    for index in 1..<max(used, 1) { workspaces[0].add(workspaces[index]) }
    return workspaces[0].loss
  }

  /// Takes a step against the gradient in a workspace, in every layer.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func step(
    against workspace: ConvNetWorkspace<Scalar>,
    _ optimiser: inout Optimiser<Scalar>
  ) {
    optimiser.step { visit in
      for (index, gradient) in workspace.layerGradients.enumerated() {
        layers[index].layer.visitParameters(beside: gradient, visit)
      }
      head.visitParameters(beside: workspace.head.gradient, visit)
    }
  }
}

extension ConvNetWorkspace {
  /// Adds the loss and the gradient of another micro-batch.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func add(_ other: ConvNetWorkspace) {
    loss += other.loss
    for (index, gradient) in other.layerGradients.enumerated() {
      layerGradients[index].add(1, times: gradient)
    }
    head.gradient.add(1, times: other.head.gradient)
  }
}

extension ConvNet {
  /// Returns the mean loss of predicting targets from images.
  ///
  /// - Parameter data: Images, `[n, height · width · channels]`, and targets,
  ///   `[n, outputs]`.
  package func meanLoss(on data: Dataset<Scalar>) -> Scalar {
    var workspace = ConvNetWorkspace(for: self)
    let positions = Array(0..<data.count)
    var loss: Scalar = 0
    for index in 0..<microBatchCount(of: data.count) {
      let range = microBatch(index, of: data.count)
      data.write(positions[range], into: &workspace.examples)
      forward(on: &workspace)
      head.forward(
        from: workspace.input(of: layers.count), on: &workspace.head)
      let part = head.loss(
        workspace.head.preActivations[head.layers.count - 1],
        workspace.examples.y)
      loss += Scalar(count: range.count) / Scalar(count: data.count) * part
    }
    return loss
  }

  /// Returns the loss of predicting targets from images, and its gradient.
  ///
  /// - Parameter data: Images, `[n, height · width · channels]`, and targets,
  ///   `[n, outputs]`.
  package func lossAndGradient(
    on data: Dataset<Scalar>
  ) -> (loss: Scalar, gradient: ConvNet) {
    var workspaces = workspaces(forBatchesOf: data.count)
    let positions = Array(0..<data.count)
    let loss = lossAndGradient(of: data.count, on: &workspaces) {
      range, batch in
      data.write(positions[range], into: &batch)
    }
    var gradient = self
    for (index, layer) in workspaces[0].layerGradients.enumerated() {
      gradient.layers[index].layer = layer
    }
    gradient.head = workspaces[0].head.gradient
    return (loss, gradient)
  }
}

extension ConvNet: Parameterised {
  package var parameterNames: [String] {
    layers.enumerated().flatMap { index, layer in
      layer.layer.parameterNames.map { "layers.\(index).\($0)" }
    } + head.parameterNames.map { "head.\($0)" }
  }
  package var parameterSymbols: [String] {
    layers.indices.flatMap { ["K\($0 + 1)", "c\($0 + 1)"] }
      + head.parameterSymbols
  }

  package mutating func visitParameters(
    beside other: Self?, _ visit: ParameterVisit<Scalar>
  ) {
    for index in layers.indices {
      layers[index].layer.visitParameters(
        beside: other?.layers[index].layer, visit)
    }
    head.visitParameters(beside: other?.head, visit)
  }
}
//#-end-hidden-code
