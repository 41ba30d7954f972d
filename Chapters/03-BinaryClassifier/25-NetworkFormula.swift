import Regression
import Workbook

//#-hidden-code
/// A network under its loss on some examples, for any number.
package struct NetworkFormula<Numbers>: DescribedFormula {
  package let name: String
  package let hidden: [ActivationKind<Numbers>]
  package let lossKind: LossKind<Numbers>
  package let evaluationPoint: [Tensor<Double>]
  let data: Dataset<Double>
  /// Whether the gradient is that of the plain backward pass.
  let isPlain: Bool

  /// Creates the formula of a network.
  ///
  /// - Parameters:
  ///   - name: What it is called in the certificate.
  ///   - architecture: Its widths and activations.
  ///   - loss: Its loss, which must fit the last activation.
  ///   - evaluationPoint: Weights and biases, layer after layer.
  ///   - data: The examples.
  ///   - isPlain: Whether to certify the plain backward pass, and not the one
  ///     that trainings use.
  package init(
    _ name: String, _ architecture: Architecture<Numbers>,
    loss: LossKind<Numbers>, at evaluationPoint: [Tensor<Double>],
    on data: Dataset<Double>, isPlain: Bool = false
  ) throws(ArchitectureError) {
    self.name = name
    self.isPlain = isPlain
    hidden = try architecture.hiddenActivations(with: loss)
    lossKind = loss
    self.evaluationPoint = evaluationPoint
    self.data = data
  }

  /// Creates the formula of a network at a random evaluation point.
  package init(
    _ name: String, _ architecture: Architecture<Numbers>,
    loss: LossKind<Numbers>, on data: Dataset<Double>, isPlain: Bool = false,
    using random: inout SplitMix64
  ) throws(ArchitectureError) {
    try self.init(
      name, architecture, loss: loss,
      at: dyadicPoint(architecture.widths, using: &random), on: data,
      isPlain: isPlain)
  }

  package func loss<Scalar: OrderedField>(
    at w: [Tensor<Scalar>], _ parts: NetworkParts<Scalar>
  ) -> Scalar {
    Network(tensors: w, parts).meanLoss(on: Dataset(data))
  }

  package func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>], _ parts: NetworkParts<Scalar>
  ) -> [Tensor<Scalar>] {
    let network = Network(tensors: w, parts)
    let data = Dataset<Scalar>(data)
    return
      (isPlain
      ? network.plainLossAndGradient(from: data.x, to: data.y)
      : network.lossAndGradient(on: data)).gradient.tensors
  }
}

extension NetworkFormula: AlgebraicFormula where Numbers == Algebraic {}

extension Architecture {
  /// Returns the activations of all layers but the last.
  ///
  /// - Throws: `ArchitectureError` where the list is no network, or the loss
  ///   does not fit its last activation.
  package func hiddenActivations(
    with kind: LossKind<Numbers>
  ) throws(ArchitectureError) -> [ActivationKind<Numbers>] {
    let loss = kind.loss(in: Double.self)
    return try layers(endingWith: loss.matchingActivation, of: loss.name)
      .dropLast().map(\.activation)
  }
}

extension Network {
  /// Creates a network from its tensors. The last layer has no activation,
  /// because the loss takes the logits.
  package init(tensors: [Tensor<Scalar>], _ parts: NetworkParts<Scalar>) {
    let layers = zip(
      stride(from: 0, to: tensors.count, by: 2), parts.hidden + [.identity]
    ).map { index, activation in
      Layer(
        weights: tensors[index].matrix, bias: tensors[index + 1].vector,
        activation: activation)
    }
    self.init(layers: layers, loss: parts.loss)
  }
}

extension NetworkFormula {
  /// The counts, and the gradients that four mistakes would give: in each, one
  /// part of a right network is wrong.
  package var clues: Clues {
    let right = parts(in: Double.self)
    let loss = right.loss
    func mistake(
      _ name: String, _ change: (inout NetworkParts<Double>) -> Void
    ) -> Clues.Mistake {
      var parts = right
      change(&parts)
      let network = Network(tensors: evaluationPoint, parts)
      return Clues.Mistake(
        name, gradient: network.lossAndGradient(on: data).gradient.tensors)
    }
    let n = Double(data.count)
    return Clues(
      counts: [("n", data.count), ("outputs", data.y.columns)],
      mistakes: [
        mistake("a(1 − a) too many, as if for squares") {
          // dZ is (a − y)/n, so a is n dZ + y.
          $0.loss = loss.replacingGradient { z, y in
            let dZ = loss.gradient(at: z, y)
            return dZ ⊙ (n * dZ + y).map { $0 * (1 - $0) }
          }
        },
        mistake("what arrives from above is ignored") {
          $0.loss = loss.replacingGradient { z, _ in z.map { _ in 1 / n } }
        },
        mistake("φ′ is left out") {
          $0.hidden = $0.hidden.map { φ in
            φ.replacingDerivative { $0.map { _ in 1 } }
          }
        },
        mistake("φ′ is taken at φ(z), not at z") {
          $0.hidden = $0.hidden.map { φ in
            φ.replacingDerivative { φ.derivative(at: φ($0)) }
          }
        },
      ])
  }
}

extension Activation {
  /// The same activation with another derivative.
  fileprivate func replacingDerivative(
    _ derivative: @escaping @Sendable (Matrix<Scalar>) -> Matrix<Scalar>
  ) -> Activation {
    Activation(
      name, value: { $1 = self($0) }, derivative: { $1 = derivative($0) })
  }
}

extension Loss {
  /// The same loss with another gradient.
  fileprivate func replacingGradient(
    _ gradient:
      @escaping @Sendable (Matrix<Scalar>, Matrix<Scalar>) -> Matrix<Scalar>
  ) -> Loss {
    Loss(
      name, matchingActivation: matchingActivation, value: { self($0, $1) },
      gradient: { $2 = gradient($0, $1) })
  }
}

/// Returns weights and biases at a fixed random point, layer after layer.
package func dyadicPoint(
  _ widths: [Int], using random: inout SplitMix64
) -> [Tensor<Double>] {
  zip(widths, widths.dropFirst()).enumerated().flatMap { index, width in
    [
      Tensor(
        "W\(index + 1)", 0.5 * Matrix.dyadic(width.0, width.1, using: &random)),
      Tensor("b\(index + 1)", 0.5 * Vector.dyadic(width.1, using: &random)),
    ]
  }
}
//#-end-hidden-code
