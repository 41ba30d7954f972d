import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
/// Normalised hidden layers, a linear layer, and a loss of its outputs.
package struct NormalisedNetwork<Scalar: Field>: Sendable {
  package var hidden: [NormalisedLayer<Scalar>]
  package var last: Layer<Scalar>
  package let loss: Loss<Scalar>

  package init(
    hidden: [NormalisedLayer<Scalar>], last: Layer<Scalar>, loss: Loss<Scalar>
  ) {
    (self.hidden, self.last, self.loss) = (hidden, last, loss)
  }
}

/// What the backward pass of one normalised layer needs.
struct NormalisedPass<Scalar: Field>: Sendable {
  let a: Matrix<Scalar>  // the input [n, in]
  let normalised: Normalised<Scalar>
  let y: Matrix<Scalar>  // what the activation gets [n, out]
}

/// The backward pass of a normalisation, or one with a mistake.
typealias NormBackward<Scalar: Field> = (
  BatchNorm<Scalar>, Matrix<Scalar>, Normalised<Scalar>
) -> BatchNormGradient<Scalar>

extension NormalisedNetwork {
  /// Returns the passes of the hidden layers, and the logits `[n, outputs]`. In
  /// training, the running moments change.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func forward(
    from x: Matrix<Scalar>, _ phase: BatchNorm<Scalar>.Phase
  ) -> (passes: [NormalisedPass<Scalar>], logits: Matrix<Scalar>) {
    var a = x
    var passes: [NormalisedPass<Scalar>] = []
    for index in hidden.indices {
      let z = a • hidden[index].weights  // [n, out]
      let (y, normalised) = hidden[index].norm.forward(z, phase)
      passes.append(NormalisedPass(a: a, normalised: normalised, y: y))
      a = hidden[index].activation(y)
    }
    return (passes, a • last.weights + last.bias)
  }

  /// Returns the logits for `x`, `[n, outputs]`; no running moments change.
  package func logits(
    from x: Matrix<Scalar>, _ phase: BatchNorm<Scalar>.Phase
  ) -> Matrix<Scalar> {
    var network = self
    return network.forward(from: x, phase).logits
  }

  /// Returns the mean loss on some examples; no running moments change.
  package func meanLoss(
    on data: Dataset<Scalar>, _ phase: BatchNorm<Scalar>.Phase
  ) -> Scalar {
    loss(logits(from: data.x, phase), data.y)
  }

  /// Returns the loss and its gradient. In training, the running moments change.
  package mutating func lossAndGradient(
    on data: Dataset<Scalar>, _ phase: BatchNorm<Scalar>.Phase
  ) -> (loss: Scalar, gradient: NormalisedNetwork) {
    lossAndGradient(on: data, phase) { $0.backward($1, $2) }
  }

  /// Does the same with another backward pass of the normalisations.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func lossAndGradient(
    on data: Dataset<Scalar>, _ phase: BatchNorm<Scalar>.Phase,
    through backward: NormBackward<Scalar>
  ) -> (loss: Scalar, gradient: NormalisedNetwork) {
    let (passes, logits) = forward(from: data.x, phase)
    let a = passes.last.map { hidden[passes.count - 1].activation($0.y) }
    let dZ = loss.gradient(at: logits, data.y)  // [n, outputs]
    var gradient = self
    gradient.zero()
    gradient.last.weights = (a ?? data.x).transposed • dZ
    gradient.last.bias = dZ.sumOfRows
    var dA = dZ • last.weights.transposed  // [n, width]
    for index in hidden.indices.reversed() {
      let (layer, pass) = (hidden[index], passes[index])
      let dY = dA ⊙ layer.activation.derivative(at: pass.y)  // [n, out]
      let own = backward(layer.norm, dY, pass.normalised)
      gradient.hidden[index].norm.scale = own.scale
      gradient.hidden[index].norm.shift = own.shift
      gradient.hidden[index].weights = pass.a.transposed • own.z
      if index > 0 { dA = own.z • layer.weights.transposed }  // [n, in]
    }
    return (loss(logits, data.y), gradient)
  }

  /// Trains the network, and returns the mean loss of each epoch.
  @discardableResult
  package mutating func train(
    on data: Dataset<Scalar>, _ optimiser: Optimiser<Scalar>,
    _ loop: TrainingLoop, using random: inout SplitMix64
  ) -> [Scalar] {
    train(on: data, optimiser, loop, using: &random) { $0.backward($1, $2) }
  }

  /// Does the same with another backward pass of the normalisations.
  mutating func train(
    on data: Dataset<Scalar>, _ optimiser: Optimiser<Scalar>,
    _ loop: TrainingLoop, using random: inout SplitMix64,
    through backward: NormBackward<Scalar>
  ) -> [Scalar] {
    var optimiser = optimiser
    return loop.run(over: data.count, using: &random) { positions in
      let (loss, gradient) = lossAndGradient(
        on: data.examples(at: positions), .training, through: backward)
      optimiser.step(&self, against: gradient)
      return loss
    }
  }
}

extension NormalisedNetwork: Parameterised {
  package var parameterNames: [String] {
    hidden.indices.flatMap { index in
      ["layers.\(index).weight"]
        + hidden[index].norm.parameterNames.map { "norms.\(index).\($0)" }
    } + ["last.weight", "last.bias"]
  }
  package var parameterSymbols: [String] {
    hidden.indices.flatMap { index in
      ["W\(index + 1)"]
        + hidden[index].norm.parameterSymbols.map { "\($0)\(index + 1)" }
    } + ["W\(hidden.count + 1)", "b\(hidden.count + 1)"]
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func visitParameters(
    beside other: Self?, _ visit: ParameterVisit<Scalar>
  ) {
    for index in hidden.indices {
      let beside = other?.hidden[index]
      hidden[index].weights.visit(as: .weight, beside: beside?.weights, visit)
      hidden[index].norm.visitParameters(beside: beside?.norm, visit)
    }
    last.visitParameters(beside: other?.last, visit)
  }
}

extension NormalisedNetwork where Scalar: FloatingField {
  /// Creates a network with random weights.
  ///
  /// - Parameters:
  ///   - widths: The number of features, of the units of each hidden layer, and
  ///     of outputs.
  ///   - activation: The activation of all hidden layers.
  ///   - loss: The loss of the logits.
  ///   - random: The generator of the weights.
  package init(
    _ widths: [Int], _ activation: Activation<Scalar>, loss: Loss<Scalar>,
    using random: inout SplitMix64
  ) {
    precondition(widths.count > 1, "a network needs features and outputs")
    let layers = zip(widths, widths.dropFirst()).map { fanIn, fanOut in
      Layer(
        fanIn: fanIn, fanOut: fanOut, activation: activation, using: &random)
    }
    let plain = Network(layers: layers, loss: loss)
    self.init(normalising: plain)
  }

  /// Normalises the hidden layers of a network; their biases are left out.
  ///
  /// - Precondition: The network has a layer.
  package init(normalising network: Network<Scalar>) {
    guard let last = network.layers.last else {
      preconditionFailure("a network without layers")
    }
    self.init(
      hidden: network.layers.dropLast().map {
        NormalisedLayer(
          weights: $0.weights, norm: BatchNorm(features: $0.bias.count),
          activation: $0.activation)
      }, last: last, loss: network.loss)
  }

  /// Returns the fraction of points whose class is predicted.
  func accuracy(
    on points: LabelledPoints, _ phase: BatchNorm<Scalar>.Phase
  ) -> Double {
    accuracyOfLogits(
      logits(from: Matrix(rounding: points.points), phase), points.labels)
  }
}

/// Returns the fraction of logits, `[n, 1]`, on the side of their label.
func accuracyOfLogits<Scalar: FloatingField>(
  _ z: Matrix<Scalar>, _ labels: [Int]
) -> Double {
  let right = zip(z.elements, labels).count { ($0 > 0 ? 1 : 0) == $1 }
  return Double(right) / Double(max(labels.count, 1))
}
//#-end-hidden-code
