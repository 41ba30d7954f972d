import Perceptron
import Regression
import Workbook

/*:
 ## Forwards and backwards through a list

 Forwards, each layer takes what the one before it made. Backwards, the same
 list is read from its end. The loss begins it with its own slope. Each layer
 that received $A$ and added up $Z$ then gives back three lines, the last of them
 for the layer before, which had added up $Y$, say:

 $$
 \begin{aligned}
 \mathrm{d}W &= A^\top \, \mathrm{d}Z && [\text{in}, \text{out}] \\
 \mathrm{d}b &= \textstyle\sum_i \mathrm{d}Z_i && [\text{out}] \\
 \mathrm{d}Y &= (\mathrm{d}Z \, W^\top) \odot \varphi'(Y) && [n, \text{in}]
 \end{aligned}
 $$

 These are the lines of [chapter 2](chapter:2), and there are no others.

 Forwards first. What the last layer adds up goes to the loss as it is, and
 through the last activation only where somebody wants an answer.
 */

extension Network {
  /// Returns what the last layer adds up, before its activation.
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

  /// Returns what the network makes of `x`, `[n, outputs]`.
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
 The backward pass needs what the forward pass met on its way: what each layer
 received, and what it added up. So it walks forwards once more, keeps both in
 lists, and then reads the lists from their ends. The gradient is a network of
 the same layers, whose weights are slopes.
 */

extension Network {
  /// Returns the loss of predicting targets from inputs, and its slopes.
  ///
  /// - Parameter data: The inputs, `[n, features]`, and targets,
  ///   `[n, outputs]`.
  /// - Precondition: There is at least one example, and the widths fit.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func lossAndGradient(
    on data: Dataset<Scalar>
  ) -> (loss: Scalar, gradient: Network) {
    // Forwards, keeping what each layer received and what it added up.
    var received: [Matrix<Scalar>] = []
    var sums: [Matrix<Scalar>] = []
    var a = data.x
    for layer in layers {
      let z = a • layer.weights + layer.bias  // [n, out]
      received.append(a)
      sums.append(z)
      if sums.count < layers.count { a = layer.activation(z) }  // [n, out]
    }

    // Backwards, beginning with the slope of the loss.
    let logits = sums[sums.count - 1]
    var gradient = self
    var dZ = loss.slope(at: logits, data.y)  // [n, outputs]
    for index in layers.indices.reversed() {
      gradient.layers[index].weights = received[index].transposed • dZ
      gradient.layers[index].bias = dZ.sumOfRows
      if index > 0 {
        let slope = layers[index - 1].activation.slope(at: sums[index - 1])
        dZ = dZ • layers[index].weights.transposed ⊙ slope  // [n, in]
      }
    }
    return (loss(logits, data.y), gradient)
  }
}

/*:
 A step is the step of [chapter 2](chapter:2), in every layer, and so is the walk.
 */

extension Network {
  /// Takes a step against a gradient, in every layer.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func step(
    against gradient: Network, _ settings: DescentSettings<Scalar>
  ) {
    for index in layers.indices {
      let slopes = gradient.layers[index]
      descend(&layers[index].weights, slopes.weights, settings)
      descend(&layers[index].bias, slopes.bias, settings)
    }
  }

  /// Takes a step on some examples, and returns their loss before it.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func step(
    on batch: Dataset<Scalar>, _ settings: DescentSettings<Scalar>
  ) -> Scalar {
    let (loss, gradient) = lossAndGradient(on: batch)
    step(against: gradient, settings)
    return loss
  }

  /// Trains the network by stochastic gradient descent.
  ///
  /// - Parameters:
  ///   - data: The examples.
  ///   - settings: How to walk.
  ///   - random: The generator that shuffles the examples.
  ///   - afterEpoch: Called with the number of each epoch, from 1, and the
  ///     network as it then is.
  /// - Returns: The mean loss of each epoch, as it was met on the way.
  @discardableResult
  package mutating func train(
    on data: Dataset<Scalar>, _ settings: DescentSettings<Scalar>,
    using random: inout SplitMix64,
    afterEpoch: (Int, Network) -> Void = { _, _ in }
  ) -> [Scalar] {
    descend(
      over: data.count, settings, using: &random,
      step: { step(on: data.examples(at: $0), settings) },
      afterEpoch: { afterEpoch($0, self) })
  }
}

/*:
 For the judge, the network is a row of tensors, two for each layer.
 */

extension Network: Parameterised {
  package var tensors: [Tensor<Scalar>] {
    @specialized(where Scalar == Double)
    get {
      layers.enumerated().flatMap { index, layer in
        [
          Tensor("W\(index + 1)", layer.weights),
          Tensor("b\(index + 1)", layer.bias),
        ]
      }
    }
    @specialized(where Scalar == Double)
    set {
      for index in layers.indices {
        layers[index].weights = newValue[2 * index].matrix
        layers[index].bias = newValue[2 * index + 1].vector
      }
    }
  }
}

/*:
 Every formula above is put before the judge: each activation under a random
 upstream, both losses, and whole networks whose sizes all differ, with biases
 that are not zero.
 */

/// Checks all slopes of the chapter by central differences.
func checkSlopes(on page: inout Page) throws(ArchitectureError) {
  page.section("Every slope, checked by central differences")
  var random = page.random("slopes")
  for φ in [Activation<Double>.identity, .leakyReLU, .tanh, .sigmoid] {
    page.check(slopeCheck(of: φ, using: &random))
  }
  let x = Matrix<Double>.normal(7, 4, using: &random)
  let deep: Architecture<Double> = [
    4, 6, .tanh, 5, .leakyReLU, 2, .relu, 3, .sigmoid,
  ]
  let straight: Architecture<Double> = [4, 6, .sigmoid, 5, 3]
  let yes = Matrix(rows: 7, columns: 3) { Double(($0 + $1) % 2) }
  let numbers = Matrix<Double>.normal(7, 3, using: &random)
  let networks = [
    (try Network(deep, loss: .binaryCrossEntropy, using: &random), yes),
    (try Network(straight, loss: .halfSquaredError, using: &random), numbers),
  ]
  for (start, y) in networks {
    let network = start.withRandomBiases(using: &random)
    let data = Dataset(x: x, y: y)
    let gradient = network.lossAndGradient(on: data).gradient
    let check = GradientCheck(of: gradient, at: network) {
      $0.meanLoss(on: data)
    }
    page.check(
      check.asCheck(
        "a network of \(network.layers.count) layers, \(network.loss.name)"))
  }
}

extension Network where Scalar: FloatingField {
  /// Returns the network with biases that are not 0, as a check wants them.
  package func withRandomBiases(using random: inout SplitMix64) -> Network {
    var network = self
    for index in layers.indices {
      network.layers[index].bias = .normal(
        layers[index].bias.count, deviation: 0.5, using: &random)
    }
    return network
  }
}
