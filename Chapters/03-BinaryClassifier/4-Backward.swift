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
 received, and what it added up. So it walks forwards once more, writes both on a
 **worksheet**, and then reads the worksheet from its end. The gradient is a
 network of the same layers, whose weights are slopes. It stands on the worksheet
 too, and so does room for every other matrix of the walk: at the next step the
 same sheet is written over.
 */

/// What a network writes down on its way forwards and backwards.
package struct Worksheet<Scalar: Field>: Sendable {
  /// What each layer adds up, Z, `[n, out]`.
  package var sums: [Matrix<Scalar>]
  /// What each layer makes of it, A = φ(Z), `[n, out]`, but for the last.
  var outputs: [Matrix<Scalar>]
  /// The slope in each sum, dZ, `[n, out]`.
  var slopes: [Matrix<Scalar>]
  /// φ′(Z), of each layer in turn.
  var curve = Matrix<Scalar>.empty
  /// The slope in each weight and bias.
  package var gradient: Network<Scalar>
  /// The slope in the inputs, dX, `[n, features]`, where it was asked for.
  package var dX = Matrix<Scalar>.empty

  /// Creates an empty worksheet for a network.
  package init(for network: Network<Scalar>) {
    sums = network.layers.map { _ in .empty }
    (outputs, slopes) = (sums, sums)
    gradient = network
  }
}

extension Network {
  /// Walks forwards and backwards, and leaves the slopes on a worksheet.
  ///
  /// - Parameters:
  ///   - x: The inputs, `[n, features]`.
  ///   - y: The targets, `[n, outputs]`.
  ///   - sheet: What is written over: the sums, and then the gradient.
  ///   - share: The share that these examples have in the loss, 1 for all.
  ///   - wantsDX: Whether somebody in front of the network needs dX.
  /// - Returns: The mean loss, times the share.
  /// - Precondition: There is at least one example, and the widths fit.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func lossAndGradient(
    from x: Matrix<Scalar>, to y: Matrix<Scalar>,
    on sheet: inout Worksheet<Scalar>, share: Scalar = 1, wantsDX: Bool = false
  ) -> Scalar {
    let last = layers.count - 1
    writeSums(from: x, on: &sheet)

    // Backwards, beginning with the slope of the loss.
    loss.write(slopesAt: sheet.sums[last], y, over: &sheet.slopes[last])
    if share != 1 { sheet.slopes[last].multiply(by: share) }
    for index in layers.indices.reversed() {
      let received = index == 0 ? x : sheet.outputs[index - 1]  // [n, in]
      let dZ = sheet.slopes[index]  // [n, out]
      sheet.gradient.layers[index].weights.assign(
        received.transposed, times: dZ)
      sheet.gradient.layers[index].bias.assignSumOfRows(of: dZ)
      let w = layers[index].weights.transposed  // [out, in]
      if index > 0 {
        layers[index - 1].activation.write(
          slopesAt: sheet.sums[index - 1], over: &sheet.curve)
        sheet.slopes[index - 1].assign(dZ, times: w)  // [n, in]
        sheet.slopes[index - 1].multiply(by: sheet.curve)
      } else if wantsDX {
        sheet.dX.assign(dZ, times: w)  // [n, features]
      }
    }
    return share * loss(sheet.sums[last], y)
  }

  /// Walks forwards, and leaves what each layer adds up on a worksheet.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func writeSums(
    from x: Matrix<Scalar>, on sheet: inout Worksheet<Scalar>
  ) {
    for (index, layer) in layers.enumerated() {
      let received = index == 0 ? x : sheet.outputs[index - 1]  // [n, in]
      sheet.sums[index].assign(received, times: layer.weights)  // [n, out]
      sheet.sums[index].addToEachRow(layer.bias)
      if index < layers.count - 1 {
        layer.activation.write(
          valuesAt: sheet.sums[index], over: &sheet.outputs[index])  // [n, out]
      }
    }
  }

  /// Returns the loss of predicting targets from inputs, and its slopes.
  ///
  /// - Parameter data: The inputs, `[n, features]`, and targets,
  ///   `[n, outputs]`.
  /// - Precondition: There is at least one example, and the widths fit.
  package func lossAndGradient(
    on data: Dataset<Scalar>
  ) -> (loss: Scalar, gradient: Network) {
    var sheet = Worksheet(for: self)
    let loss = lossAndGradient(from: data.x, to: data.y, on: &sheet)
    return (loss, sheet.gradient)
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
    var sheet = Worksheet(for: self)
    var batch = Dataset<Scalar>(x: .empty, y: .empty)
    return descend(
      over: data.count, settings, using: &random,
      step: { positions in
        data.write(positions, over: &batch)
        let loss = lossAndGradient(from: batch.x, to: batch.y, on: &sheet)
        step(against: sheet.gradient, settings)
        return loss
      },
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
