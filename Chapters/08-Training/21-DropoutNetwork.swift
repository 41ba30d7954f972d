import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
/// A network with dropout behind each hidden layer.
package struct DropoutNetwork<Scalar: Field>: Sendable {
  package var network: Network<Scalar>
  package let dropout: Dropout<Scalar>

  package init(_ network: Network<Scalar>, _ dropout: Dropout<Scalar>) {
    (self.network, self.dropout) = (network, dropout)
  }

  /// Returns the inputs and pre-activations of all layers.
  ///
  /// - Precondition: There is a phase for each hidden layer.
  private func forward(
    from x: Matrix<Scalar>, _ phases: [Dropout<Scalar>.Phase]
  ) -> [(a: Matrix<Scalar>, z: Matrix<Scalar>)] {
    precondition(
      phases.count == network.layers.count - 1,
      "\(phases.count) phases for \(network.layers.count - 1) hidden layers")
    var a = x
    return network.layers.enumerated().map { index, layer in
      let z = a • layer.weights + layer.bias  // [n, out]
      defer {
        if index < phases.count {
          a = dropout.forward(layer.activation(z), phases[index])
        }
      }
      return (a, z)
    }
  }

  /// Returns the mean loss, with a phase for each hidden layer.
  package func meanLoss(
    on data: Dataset<Scalar>, _ phases: [Dropout<Scalar>.Phase]
  ) -> Scalar {
    let passed = forward(from: data.x, phases)
    return network.loss(passed[passed.count - 1].z, data.y)
  }

  /// Returns the loss and its gradient, with a phase for each hidden layer.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func lossAndGradient(
    on data: Dataset<Scalar>, _ phases: [Dropout<Scalar>.Phase]
  ) -> (loss: Scalar, gradient: DropoutNetwork) {
    let passed = forward(from: data.x, phases)
    let logits = passed[passed.count - 1].z  // [n, outputs]
    var dZ = network.loss.gradient(at: logits, data.y)  // [n, outputs]
    var gradient = self
    for index in network.layers.indices.reversed() {
      gradient.network.layers[index].weights = passed[index].a.transposed • dZ
      gradient.network.layers[index].bias = dZ.sumOfRows
      if index == 0 { break }
      let dH = dZ • network.layers[index].weights.transposed  // [n, in]
      let before = network.layers[index - 1].activation
      dZ =
        dropout.backward(dH, phases[index - 1])
        ⊙ before.derivative(at: passed[index - 1].z)  // [n, in]
    }
    return (network.loss(logits, data.y), gradient)
  }
}

extension DropoutNetwork: Parameterised {
  package var parameterNames: [String] { network.parameterNames }
  package var parameterSymbols: [String] { network.parameterSymbols }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func visitParameters(
    beside other: Self?, _ visit: ParameterVisit<Scalar>
  ) {
    network.visitParameters(beside: other?.network, visit)
  }
}

extension DropoutNetwork where Scalar: FloatingField {
  /// Returns a training phase for each hidden layer, with new masks.
  package func trainingPhases(
    rows: Int, using random: inout SplitMix64
  ) -> [Dropout<Scalar>.Phase] {
    network.layers.dropLast().map {
      dropout.training(rows: rows, columns: $0.bias.count, using: &random)
    }
  }

  /// Trains the network with new masks in each pass, and returns the mean loss of
  /// each epoch.
  @discardableResult
  package mutating func train(
    on data: Dataset<Scalar>, _ optimiser: Optimiser<Scalar>,
    _ loop: TrainingLoop, using random: inout SplitMix64
  ) -> [Scalar] {
    var optimiser = optimiser
    var masks = SplitMix64(seed: random.next())
    return loop.run(over: data.count, using: &random) { positions in
      let phases = trainingPhases(rows: positions.count, using: &masks)
      let (loss, gradient) = lossAndGradient(
        on: data.examples(at: positions), phases)
      optimiser.step(&self, against: gradient)
      return loss
    }
  }
}
//#-end-hidden-code
