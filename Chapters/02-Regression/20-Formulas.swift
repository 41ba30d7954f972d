import Workbook

//#-hidden-code
// A formula runs in many types of number, so it cannot hold the activation of
// one type. It holds a description of it, from which the activation of any type
// can be made. A description also says what a type of number must be able to do.

/// Types of number with + − × ÷ and an order, such as exact fractions.
package enum Algebraic {}

/// Types of number that have exponentials and logarithms as well.
package enum Analytic {}

/// Which activation it is, for any type of number.
///
/// `Numbers` is `Algebraic` or `Analytic`: what a type of number must be able
/// to do. Descriptions that are `Analytic` may also be of activations that need
/// less.
package struct ActivationKind<Numbers>: Sendable {
  private let maker: any ActivationMaker

  /// Describes an activation that every ordered type of number can have.
  package init(_ maker: any AlgebraicActivationMaker) { self.maker = maker }

  /// Returns the activation for a type of number.
  package func activation<Scalar: AnalyticField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar> { maker.activation(in: scalar) }

  /// Its name, such as `relu`.
  package var name: String { activation(in: Double.self).name }
  /// Whether each value depends on its own entry alone.
  package var isElementwise: Bool { activation(in: Double.self).isElementwise }
}

extension ActivationKind where Numbers == Analytic {
  /// Describes an activation that may need exponentials.
  package init(_ maker: any ActivationMaker) { self.maker = maker }
}

extension ActivationKind where Numbers == Algebraic {
  /// Returns the activation for a type of number without exponentials.
  package func activation<Scalar: OrderedField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar> {
    guard let maker = maker as? any AlgebraicActivationMaker else {
      preconditionFailure("\(name) needs exponentials")
    }
    return maker.activation(in: scalar)
  }
}

/// Makes one activation for any type of number.
package protocol ActivationMaker: Sendable {
  func activation<Scalar: AnalyticField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar>
}

/// Makes an activation that needs + − × ÷ and an order alone.
package protocol AlgebraicActivationMaker: ActivationMaker {
  func activation<Scalar: OrderedField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar>
}

extension ActivationKind {
  package static var relu: Self { Self(Ramps.relu) }
  package static var square: Self { Self(Ramps.square) }
}

/// The activations of this chapter.
private enum Ramps: AlgebraicActivationMaker {
  case relu, square

  func activation<Scalar: OrderedField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar> {
    switch self {
    case .relu: .relu
    case .square: .square
    }
  }
}

/// An activation under a random upstream G, L = Σ G ⊙ φ(Z), for any number.
package struct ActivationFormula<Numbers>: Formula {
  let φ: ActivationKind<Numbers>
  let z: Matrix<Double>  // [n, features]
  let upstream: Matrix<Double>  // [n, features]

  /// Takes an activation at a fixed random point that is far from 0, where some
  /// activations have a kink.
  package init(_ φ: ActivationKind<Numbers>) {
    var random = SplitMix64(seed: 1, stream: "activation \(φ.name)")
    self.φ = φ
    z = .dyadic(7, 5, using: &random)
    upstream = .dyadic(7, 5, using: &random)
  }

  package var name: String { "φ = \(φ.name)" }
  package var evaluationPoint: [Tensor<Double>] { z.tensors }
  package var clues: Clues {
    let derivatives = φ.activation(in: Double.self).derivative(at: z)
    return Clues(mistakes: [
      Clues.Mistake(
        "what arrives from above is ignored", gradient: derivatives.tensors),
      Clues.Mistake(
        "what arrives from above, without φ′", gradient: upstream.tensors),
    ])
  }

  package func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    loss(at: w, φ.activation(in: Scalar.self))
  }

  package func gradient<Scalar: AnalyticField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    gradient(at: w, φ.activation(in: Scalar.self))
  }

  private func loss<Scalar: Field>(
    at w: [Tensor<Scalar>], _ φ: Activation<Scalar>
  ) -> Scalar {
    (Matrix(upstream) ⊙ φ(w[0].matrix)).sum
  }

  private func gradient<Scalar: Field>(
    at w: [Tensor<Scalar>], _ φ: Activation<Scalar>
  ) -> [Tensor<Scalar>] {
    (Matrix(upstream) ⊙ φ.derivative(at: w[0].matrix)).tensors
  }
}

extension ActivationFormula: AlgebraicFormula where Numbers == Algebraic {
  package func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    loss(at: w, φ.activation(in: Scalar.self))
  }

  package func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    gradient(at: w, φ.activation(in: Scalar.self))
  }
}
//#-end-hidden-code
