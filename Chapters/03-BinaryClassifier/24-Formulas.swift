import Regression
import Workbook

//#-hidden-code
/// Which loss it is, for any type of number that `Numbers` allows.
package struct LossKind<Numbers>: Sendable {
  private let maker: any LossMaker

  /// Describes a loss that every ordered type of number can have.
  package init(_ maker: any AlgebraicLossMaker) { self.maker = maker }

  /// Returns the loss for a type of number.
  package func loss<Scalar: AnalyticField>(
    in scalar: Scalar.Type
  ) -> Loss<Scalar> { maker.loss(in: scalar) }
}

extension LossKind where Numbers == Analytic {
  /// Describes a loss that may need exponentials.
  package init(_ maker: any LossMaker) { self.maker = maker }
}

extension LossKind where Numbers == Algebraic {
  /// Returns the loss for a type of number without exponentials.
  package func loss<Scalar: OrderedField>(
    in scalar: Scalar.Type
  ) -> Loss<Scalar> {
    guard let maker = maker as? any AlgebraicLossMaker else {
      preconditionFailure("the loss needs exponentials")
    }
    return maker.loss(in: scalar)
  }
}

/// Makes one loss for any type of number.
package protocol LossMaker: Sendable {
  func loss<Scalar: AnalyticField>(in scalar: Scalar.Type) -> Loss<Scalar>
}

/// Makes a loss that needs + − × ÷ and an order alone.
package protocol AlgebraicLossMaker: LossMaker {
  func loss<Scalar: OrderedField>(in scalar: Scalar.Type) -> Loss<Scalar>
}

extension LossKind {
  package static var halfSquaredError: Self { Self(HalfSquaredError()) }
}

extension LossKind where Numbers == Analytic {
  package static var binaryCrossEntropy: Self { Self(BinaryCrossEntropy()) }
}

private struct HalfSquaredError: AlgebraicLossMaker {
  func loss<Scalar: OrderedField>(in scalar: Scalar.Type) -> Loss<Scalar> {
    .halfSquaredError
  }
}

private struct BinaryCrossEntropy: LossMaker {
  func loss<Scalar: AnalyticField>(in scalar: Scalar.Type) -> Loss<Scalar> {
    .binaryCrossEntropy
  }
}

/// The activations and the loss of a network, for one type of number.
package struct NetworkParts<Scalar: Field>: Sendable {
  /// The activations of the hidden layers.
  package var hidden: [Activation<Scalar>]
  package var loss: Loss<Scalar>

  package init(hidden: [Activation<Scalar>], loss: Loss<Scalar>) {
    (self.hidden, self.loss) = (hidden, loss)
  }
}

/// A formula whose activations and loss are described for any type of number.
package protocol DescribedFormula: Formula {
  associatedtype Numbers
  /// The activations of the hidden layers.
  var hidden: [ActivationKind<Numbers>] { get }
  var lossKind: LossKind<Numbers> { get }

  /// Returns the loss, computed by a forward pass alone.
  func loss<Scalar: OrderedField>(
    at w: [Tensor<Scalar>], _ parts: NetworkParts<Scalar>
  ) -> Scalar
  /// Returns the gradient, computed by the backward pass.
  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>], _ parts: NetworkParts<Scalar>
  ) -> [Tensor<Scalar>]
}

extension DescribedFormula {
  /// Returns the activations and the loss for a type of number.
  package func parts<Scalar: AnalyticField>(
    in scalar: Scalar.Type
  ) -> NetworkParts<Scalar> {
    NetworkParts(
      hidden: hidden.map { $0.activation(in: scalar) },
      loss: lossKind.loss(in: scalar))
  }

  package func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    loss(at: w, parts(in: Scalar.self))
  }

  package func gradient<Scalar: AnalyticField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    gradient(at: w, parts(in: Scalar.self))
  }
}

extension DescribedFormula where Numbers == Algebraic {
  package func parts<Scalar: OrderedField>(
    in scalar: Scalar.Type
  ) -> NetworkParts<Scalar> {
    NetworkParts(
      hidden: hidden.map { $0.activation(in: scalar) },
      loss: lossKind.loss(in: scalar))
  }

  package func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    loss(at: w, parts(in: Scalar.self))
  }

  package func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    gradient(at: w, parts(in: Scalar.self))
  }
}

/// A loss by itself, whose parameters are the logits, for any number.
package struct LossFormula<Numbers>: DescribedFormula {
  package let hidden: [ActivationKind<Numbers>] = []
  package let lossKind: LossKind<Numbers>
  let z: Matrix<Double>  // [n, outputs]
  let y: Matrix<Double>  // [n, outputs]

  /// Takes a loss at random logits.
  package init(_ loss: LossKind<Numbers>, targets y: Matrix<Double>) {
    var random = SplitMix64(seed: 1, stream: "loss")
    lossKind = loss
    z = .dyadic(y.rows, y.columns, using: &random)
    self.y = y
  }

  package var name: String { lossKind.loss(in: Double.self).name }
  package var evaluationPoint: [Tensor<Double>] { z.tensors }
  package var clues: Clues {
    Clues(counts: [("n", z.rows), ("outputs", z.columns)])
  }

  package func loss<Scalar: OrderedField>(
    at w: [Tensor<Scalar>], _ parts: NetworkParts<Scalar>
  ) -> Scalar {
    parts.loss(w[0].matrix, Matrix(y))
  }

  package func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>], _ parts: NetworkParts<Scalar>
  ) -> [Tensor<Scalar>] {
    parts.loss.gradient(at: w[0].matrix, Matrix(y)).tensors
  }
}

extension LossFormula: AlgebraicFormula where Numbers == Algebraic {}
//#-end-hidden-code
