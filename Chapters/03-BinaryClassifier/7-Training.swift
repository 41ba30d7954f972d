import Perceptron
import Regression
import Workbook

//#-hidden-code
extension Layer: Parameterised {
  package var parameterNames: [String] { ["weight", "bias"] }
  package var parameterSymbols: [String] { ["W", "b"] }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func visitParameters(
    beside other: Self?, _ visit: ParameterVisit<Scalar>
  ) {
    weights.visit(as: .weight, beside: other?.weights, visit)
    bias.visit(as: .bias, beside: other?.bias, visit)
  }
}

extension Network: Parameterised {
  package var parameterNames: [String] {
    layers.enumerated().flatMap { index, layer in
      layer.parameterNames.map { "layers.\(index).\($0)" }
    }
  }
  package var parameterSymbols: [String] {
    layers.indices.flatMap { ["W\($0 + 1)", "b\($0 + 1)"] }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func visitParameters(
    beside other: Self?, _ visit: ParameterVisit<Scalar>
  ) {
    for index in layers.indices {
      layers[index].weights.visit(
        as: .weight, beside: other?.layers[index].weights, visit)
      layers[index].bias.visit(
        as: .bias, beside: other?.layers[index].bias, visit)
    }
  }
}

extension Network {
  /// Trains the network.
  ///
  /// - Parameters:
  ///   - data: The examples.
  ///   - optimiser: What takes the steps.
  ///   - loop: What draws the mini-batches.
  ///   - random: The generator that shuffles the examples.
  ///   - afterEpoch: Called with the number of each epoch, from 1, and the
  ///     network as it then is.
  /// - Returns: The mean loss of each epoch. The loss of a mini-batch is
  ///   measured before the step on it.
  @discardableResult
  package mutating func train(
    on data: Dataset<Scalar>, _ optimiser: Optimiser<Scalar>,
    _ loop: TrainingLoop, using random: inout SplitMix64,
    afterEpoch: (Int, Network) -> Void = { _, _ in }
  ) -> [Scalar] {
    var optimiser = optimiser
    var workspace = Workspace(for: self)
    var batch = Dataset<Scalar>(x: .empty, y: .empty)
    return loop.run(
      over: data.count, using: &random,
      step: { positions in
        data.write(positions, into: &batch)
        let loss = lossAndGradient(from: batch.x, to: batch.y, on: &workspace)
        optimiser.step(&self, against: workspace.gradient)
        return loss
      },
      afterEpoch: { afterEpoch($0, self) })
  }
}

extension Network where Scalar: FloatingField {
  /// Returns the network with random biases, for a check: zeros hide mistakes.
  package func withRandomBiases(using random: inout SplitMix64) -> Network {
    var network = self
    for index in layers.indices {
      network.layers[index].bias = .normal(
        layers[index].bias.count, deviation: 0.5, using: &random)
    }
    return network
  }
}
//#-end-hidden-code

/*:
 The gradient checks and the optimiser of [chapter 2](chapter:2) visit all
 parameters, whatever they belong to, so they work for a network of any depth.
 First the checks: each activation under a random upstream, and whole networks
 whose sizes all differ and whose biases are not zero, because equal sizes and
 zeros hide mistakes.
 */

/// Checks every activation, both losses and two whole networks by central
/// differences.
func checkGradients(on run: inout RunRecorder) throws(ArchitectureError) {
  run.section("Every gradient, checked by central differences")
  var random = run.random("slopes")
  for φ in [Activation<Double>.identity, .leakyReLU, .tanh, .sigmoid] {
    run.check(derivativeCheck(of: φ, using: &random))
  }
  let x = Matrix<Double>.normal(7, 4, using: &random)
  let deep: Architecture<Analytic> = [
    4, 6, .tanh, 5, .leakyReLU, 2, .relu, 3, .sigmoid,
  ]
  let straight: Architecture<Analytic> = [4, 6, .sigmoid, 5, 3]
  let yes = Matrix(rows: 7, columns: 3) { Double(($0 + $1) % 2) }
  let numbers = Matrix<Double>.normal(7, 3, using: &random)
  let networks = [
    (
      try Network<Double>(deep, loss: .binaryCrossEntropy, using: &random), yes
    ),
    (
      try Network<Double>(straight, loss: .halfSquaredError, using: &random),
      numbers
    ),
  ]
  for (start, y) in networks {
    let network = start.withRandomBiases(using: &random)
    let data = Dataset(x: x, y: y)
    let gradient = network.lossAndGradient(on: data).gradient
    let check = GradientCheck(of: gradient, at: network) {
      $0.meanLoss(on: data)
    }
    run.check(
      check.asCheck(
        "a network of \(network.layers.count) layers, \(network.loss.name)"))
  }
}
