import Workbook

/// The forward pass of a network, in any number.
struct ForwardPass<Scalar: OrderedField> {
  let network: DescribedNetwork
  let arithmetic: Arithmetic<Scalar>
  /// The parameters, each as a matrix: `[inputs, outputs]` for weights, one row for biases.
  let parameters: [Matrix<Scalar>]
  /// What each layer reads, a row for each example, and at the end the outputs.
  private(set) var activations: [Matrix<Scalar>]
  /// For each layer of batch norm, by its position: what it made of its input.
  private(set) var normalised: [Int: Normalised<Scalar>] = [:]

  /// The numbers of a layer of batch norm with a mean of 0 and a variance of 1, and 1/√(variance + ε) of
  /// each channel.
  struct Normalised<Number: Field> {
    let values: Matrix<Number>
    let scales: [Number]
  }

  /// Runs a network.
  ///
  /// - Parameters:
  ///   - parameters: Its parameters; those of the network without them.
  ///   - inputs: The batch; that of the network without it.
  init(
    _ network: DescribedNetwork, _ arithmetic: Arithmetic<Scalar>,
    parameters: [Matrix<Scalar>]? = nil, inputs: Matrix<Scalar>? = nil
  ) {
    self.network = network
    self.arithmetic = arithmetic
    self.parameters =
      parameters
      ?? network.parameters.map {
        Matrix(rows: $0.rows, columns: $0.columns, elements: $0.values.map { Scalar($0) })
      }
    activations = [inputs ?? network.inputs.map(to: Scalar.self)]
    for position in network.layers.indices {
      activations.append(output(of: position, activations[position]))
    }
  }

  /// The outputs, a row for each example.
  var outputs: Matrix<Scalar> { activations[network.layers.count] }
  /// The targets, likewise.
  var targets: Matrix<Scalar> { network.targets.map(to: Scalar.self) }

  /// The loss with its penalty.
  var loss: Scalar {
    let data = network.loss.value(outputs, targets, arithmetic)
    if network.loss.penalty == 0 { return data }
    let weights = network.parameters.indices.filter { network.parameters[$0].role == .weight }
      .flatMap { parameters[$0].elements }
    return data + arithmetic.constant(network.loss.penalty) * dot(weights, weights)
  }

  /// What a layer of weights multiplies: its input, or the patches of it.
  func rows(into position: Int) -> Matrix<Scalar> {
    switch network.layers[position].kind {
    case .convolution(let windows): windows.patches(of: activations[position])
    default: activations[position]
    }
  }

  private mutating func output(of position: Int, _ input: Matrix<Scalar>) -> Matrix<Scalar> {
    let layer = network.layers[position]
    switch layer.kind {
    case .linear: return affine(layer, input)
    case .convolution(let windows):
      return windows.images(ofRows: affine(layer, windows.patches(of: input)))
    case .relu: return input.map { $0 * arithmetic.step($0) }
    case .leakyReLU(let slope):
      let slope = arithmetic.constant(slope)
      return input.map { z in
        let step = arithmetic.leakyStep(z)
        return z * (step + slope * (1 - step))
      }
    case .tanh: return input.map { arithmetic.tanh($0) }
    case .sigmoid: return input.map { arithmetic.sigmoid($0) }
    case .softmax:
      return Matrix(
        rows: input.rows, columns: input.columns,
        elements: (0..<input.rows).flatMap { softmax(input.row($0).elements, arithmetic) })
    case .identity: return input
    case .maxPool(let windows): return pooled(input, windows)
    case .flatten(let order):
      return Matrix(rows: input.rows, columns: input.columns) { input[$0, order[$1]] }
    case .batchNorm(let epsilon):
      let normalised = normalise(input, layer.input, epsilon)
      self.normalised[position] = normalised
      let (weight, bias) = (layer.weight.map { parameters[$0] }, layer.bias.map { parameters[$0] })
      return Matrix(rows: input.rows, columns: input.columns) { row, column in
        let channel = column / layer.input.pixels
        let scaled = weight.map { normalised.values[row, column] * $0[0, channel] }
        return (scaled ?? normalised.values[row, column]) + (bias?[0, channel] ?? 0)
      }
    case .dropout(let mask):
      return input.combining(mask.map(to: Scalar.self)) { $0 * $1 }
    }
  }

  private func affine(_ layer: Layer, _ rows: Matrix<Scalar>) -> Matrix<Scalar> {
    guard let weight = layer.weight else { return rows }
    let product = matmul(rows, parameters[weight])
    guard let bias = layer.bias else { return product }
    return product + parameters[bias].row(0)
  }

  private func pooled(_ input: Matrix<Scalar>, _ windows: Windows) -> Matrix<Scalar> {
    Matrix(rows: input.rows, columns: windows.input.channels * windows.positions) { row, column in
      arithmetic.largest(poolInputs(windows, column).map { input[row, $0] })
    }
  }

  /// Returns the inputs that a pooled number is chosen from, and which of them is chosen.
  func poolRoutes(
    _ input: Matrix<Scalar>, _ windows: Windows, row: Int, column: Int
  ) -> (inputs: [Int], routes: [Scalar]) {
    let inputs = poolInputs(windows, column)
    return (inputs, arithmetic.routes(inputs.map { input[row, $0] }))
  }

  /// Returns the inputs that a pooled number is chosen from.
  private func poolInputs(_ windows: Windows, _ column: Int) -> [Int] {
    let start = column / windows.positions * windows.input.pixels
    let pixels = windows.pixels(at: column % windows.positions)
    return pixels.filter { $0 >= 0 }.map { start + $0 }
  }

  private func normalise(
    _ input: Matrix<Scalar>, _ extent: Extent, _ epsilon: Double
  ) -> Normalised<Scalar> {
    var values = input.elements
    var scales: [Scalar] = []
    for channel in 0..<extent.channels {
      let places = extent.positions(ofChannel: channel, examples: input.rows)
      let numbers = places.map { input.elements[$0] }
      let mean = sum(numbers) / Scalar(count: numbers.count)
      let centred = numbers.map { $0 - mean }
      let variance = arithmetic.variance(centred, numbers)
      let scale = 1 / arithmetic.sqrt(variance + arithmetic.constant(epsilon))
      for (place, number) in zip(places, centred) { values[place] = number * scale }
      scales.append(scale)
    }
    return Normalised(
      values: Matrix(rows: input.rows, columns: input.columns, elements: values), scales: scales)
  }
}

extension Extent {
  /// Returns where the numbers of one channel stand in a batch.
  func positions(ofChannel channel: Int, examples: Int) -> [Int] {
    (0..<examples).flatMap { example in
      (0..<pixels).map { example * count + channel * pixels + $0 }
    }
  }
}

extension Matrix<Double> {
  /// Returns these very numbers in another type.
  func map<Number: Field>(to number: Number.Type) -> Matrix<Number> {
    Matrix<Number>(rows: rows, columns: columns, elements: elements.map { Number($0) })
  }
}
