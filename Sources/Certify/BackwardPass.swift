import Workbook

/// The backward pass of a network, in any number.
///
/// It is a list of steps from the loss to the batch. Any one of them can be replaced, and so a known
/// mistake is one wrong step in a pass that is right elsewhere.
struct BackwardPass<Scalar: OrderedField> {
  /// A step, with the position of its layer and the gradient that arrives at it.
  enum Step {
    /// The derivative of the loss in the outputs.
    case loss
    /// The gradient in the input of a layer.
    case input(Int, Matrix<Scalar>)
    /// The gradient in the weights of a layer. What arrives has a row for each row that the weights are
    /// multiplied with.
    case weight(Int, Matrix<Scalar>)
    /// The gradient in the bias of a layer, likewise.
    case bias(Int, Matrix<Scalar>)
  }

  /// A step done in another way; `nil` where it is done in the right way.
  typealias Replacement = (Step, BackwardPass) -> Matrix<Scalar>?

  let forward: ForwardPass<Scalar>
  /// The gradient in each parameter.
  private(set) var gradients: [Matrix<Scalar>]
  /// What arrives at the output of each layer.
  private(set) var arriving: [Matrix<Scalar>] = []
  /// The gradient in the batch.
  private(set) var inputGradient: Matrix<Scalar>

  private var network: DescribedNetwork { forward.network }

  /// Runs backwards over a forward pass.
  init(_ forward: ForwardPass<Scalar>, replacing replacement: Replacement = { _, _ in nil }) {
    self.forward = forward
    gradients = forward.parameters
    inputGradient = forward.outputs
    var gradient = replacement(.loss, self) ?? derivativeOfLoss
    for position in forward.network.layers.indices.reversed() {
      arriving.insert(gradient, at: 0)
      let layer = forward.network.layers[position]
      let rows = rows(gradient, at: position)
      if let weight = layer.weight {
        gradients[weight] =
          replacement(.weight(position, rows), self) ?? weightGradient(position, rows)
        if layer.isProduct && forward.network.loss.penalty != 0 {
          let decay = 2 * forward.arithmetic.constant(forward.network.loss.penalty)
          gradients[weight].add(decay, times: forward.parameters[weight])
        }
      }
      if let bias = layer.bias {
        gradients[bias] = replacement(.bias(position, rows), self) ?? biasGradient(position, rows)
      }
      gradient =
        replacement(.input(position, gradient), self) ?? inputGradient(position, gradient)
    }
    inputGradient = gradient
  }

  /// The gradients of all that is judged.
  var judged: [Matrix<Scalar>] {
    gradients + (network.inputClaim == nil ? [] : [inputGradient])
  }

  /// The derivative of the loss in the outputs.
  var derivativeOfLoss: Matrix<Scalar> {
    network.loss.derivative(forward.outputs, forward.targets, forward.arithmetic)
  }

  /// Returns a gradient in images as rows of channels, where a layer multiplies such rows.
  func rows(_ gradient: Matrix<Scalar>, at position: Int) -> Matrix<Scalar> {
    switch network.layers[position].kind {
    case .convolution(let windows): windows.rows(ofImages: gradient)
    default: gradient
    }
  }

  /// Returns the gradient in a layer's weights: Aᵀ D.
  func weightGradient(_ position: Int, _ rows: Matrix<Scalar>) -> Matrix<Scalar> {
    switch network.layers[position].kind {
    case .batchNorm: perChannel(position, rows) { dot($0, $1) }
    default: matmul(forward.rows(into: position).transposed, rows)
    }
  }

  /// Returns the gradient in a layer's bias: the sum of the rows.
  func biasGradient(_ position: Int, _ rows: Matrix<Scalar>) -> Matrix<Scalar> {
    switch network.layers[position].kind {
    case .batchNorm: perChannel(position, rows) { gradient, _ in sum(gradient) }
    default:
      matmul(Matrix(rows: 1, columns: rows.rows, repeating: 1), rows)
    }
  }

  /// Returns a number for each channel of a layer of batch norm, of what arrives and of the normalised
  /// numbers.
  private func perChannel(
    _ position: Int, _ gradient: Matrix<Scalar>, _ number: ([Scalar], [Scalar]) -> Scalar
  ) -> Matrix<Scalar> {
    let extent = network.layers[position].input
    let values = forward.normalised[position]?.values.elements ?? []
    let numbers = (0..<extent.channels).map { channel in
      let places = extent.positions(ofChannel: channel, examples: gradient.rows)
      return number(places.map { gradient.elements[$0] }, places.map { values[$0] })
    }
    return Matrix(rows: 1, columns: numbers.count, elements: numbers)
  }

  /// Returns the gradient in a layer's input.
  func inputGradient(_ position: Int, _ gradient: Matrix<Scalar>) -> Matrix<Scalar> {
    let layer = network.layers[position]
    let (input, output) = (forward.activations[position], forward.activations[position + 1])
    switch layer.kind {
    case .linear:
      guard let weight = layer.weight else { return gradient }
      return matmul(gradient, forward.parameters[weight].transposed)
    case .convolution(let windows):
      guard let weight = layer.weight else { return gradient }
      let patches = matmul(
        windows.rows(ofImages: gradient), forward.parameters[weight].transposed)
      return windows.images(adding: patches)
    case .identity: return gradient
    case .relu, .leakyReLU, .tanh, .sigmoid:
      let slopes = slopes(position)
      return gradient.combining(slopes) { $0 * $1 }
    case .softmax:
      return Matrix(
        rows: input.rows, columns: input.columns,
        elements: (0..<input.rows).flatMap { row in
          let (p, d) = (output.row(row).elements, gradient.row(row).elements)
          let mean = dot(p, d)
          return zip(p, d).map { $0 * ($1 - mean) }
        })
    case .maxPool(let windows): return unpooled(gradient, input, windows)
    case .flatten(let order):
      var elements = gradient.elements
      for row in 0..<gradient.rows {
        for (column, source) in order.enumerated() {
          elements[row * order.count + source] = gradient[row, column]
        }
      }
      return Matrix(rows: gradient.rows, columns: gradient.columns, elements: elements)
    case .batchNorm: return normInputGradient(position, gradient)
    case .dropout(let mask): return gradient.combining(mask.map(to: Scalar.self)) { $0 * $1 }
    }
  }

  /// The derivative of an activation at each number of its input.
  func slopes(_ position: Int) -> Matrix<Scalar> {
    let arithmetic = forward.arithmetic
    let (input, output) = (forward.activations[position], forward.activations[position + 1])
    switch network.layers[position].kind {
    case .relu: return input.map { arithmetic.step($0) }
    case .leakyReLU(let slope):
      let slope = arithmetic.constant(slope)
      return input.map { z in
        let step = arithmetic.leakyStep(z)
        return step + slope * (1 - step)
      }
    case .tanh: return output.map { 1 - $0 * $0 }
    case .sigmoid: return output.map { $0 * (1 - $0) }
    default: return input.map { _ in 1 }
    }
  }

  private func unpooled(
    _ gradient: Matrix<Scalar>, _ input: Matrix<Scalar>, _ windows: Windows
  ) -> Matrix<Scalar> {
    var sums = [Scalar](repeating: 0, count: input.rows * input.columns)
    for row in 0..<gradient.rows {
      for column in 0..<gradient.columns {
        let (inputs, routes) = forward.poolRoutes(input, windows, row: row, column: column)
        for (index, route) in zip(inputs, routes) {
          sums[row * input.columns + index] += gradient[row, column] * route
        }
      }
    }
    return Matrix(rows: input.rows, columns: input.columns, elements: sums)
  }

  /// Returns the gradient in the input of batch norm: each number's own, less the mean, and less the part
  /// along the normalised numbers, since the mean and the deviation depend on every number.
  private func normInputGradient(_ position: Int, _ gradient: Matrix<Scalar>) -> Matrix<Scalar> {
    let layer = network.layers[position]
    guard let normalised = forward.normalised[position] else { return gradient }
    var elements = gradient.elements
    for channel in 0..<layer.input.channels {
      let places = layer.input.positions(ofChannel: channel, examples: gradient.rows)
      let own = places.map { gradient.elements[$0] }
      let values = places.map { normalised.values.elements[$0] }
      let count = Scalar(count: places.count)
      let (mean, along) = (sum(own) / count, dot(own, values) / count)
      let weight = layer.weight.map { forward.parameters[$0][0, channel] } ?? 1
      for (index, place) in places.enumerated() {
        elements[place] =
          weight * normalised.scales[channel] * (own[index] - mean - values[index] * along)
      }
    }
    return Matrix(rows: gradient.rows, columns: gradient.columns, elements: elements)
  }
}
