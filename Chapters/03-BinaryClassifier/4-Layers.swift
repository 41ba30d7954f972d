import Regression
import Workbook

/*:
 ## Layers

 The network of [chapter 2](chapter:2) had two layers, each with a name. From
 here on a network is a list of layers, as long as we like. A layer is a linear
 map, a bias and an activation.
 */

/// A linear map and an activation: A = φ(X W + b).
package struct Layer<Scalar: Field>: Sendable {
  package var weights: Matrix<Scalar>  // [in, out]
  package var bias: Vector<Scalar>  // [out]
  package let activation: Activation<Scalar>
  //#-hidden-code

  package init(
    weights: Matrix<Scalar>, bias: Vector<Scalar>,
    activation: Activation<Scalar>
  ) {
    self.weights = weights
    self.bias = bias
    self.activation = activation
  }
  //#-end-hidden-code
}

/// Layers, one behind the other, and the loss that fits the last.
package struct Network<Scalar: Field>: Sendable {
  package var layers: [Layer<Scalar>]
  package let loss: Loss<Scalar>
  //#-hidden-code

  package init(layers: [Layer<Scalar>], loss: Loss<Scalar>) {
    (self.layers, self.loss) = (layers, loss)
  }
  //#-end-hidden-code
}

/*:
 Besides ReLU there are other activations.

 - The **identity** changes nothing. It stands at the end of a network that
   predicts numbers.
 - The **leaky ReLU** is $z$ for positive $z$ and $z/100$ for the others. Its
   derivative is $1/100$ where that of ReLU is zero.
 - The **hyperbolic tangent**, $\tanh$, is a smooth step from minus one to one.
   Its derivative is $1 - \tanh^2$.
 - The **sigmoid** is a smooth step from zero to one, with the derivative
   $\sigma (1 - \sigma)$. Both steps saturate on both sides.
 */

//#-hidden-code
extension Activation where Scalar: AnalyticField {
  /// The hyperbolic tangent.
  package static var tanh: Activation {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get {
      Activation(
        "tanh", value: { $0.map(into: &$1) { z in Scalar.tanh(z) } },
        derivative: { $0.map(into: &$1) { z in 1 - Scalar.tanh(z).squared } })
    }
  }
}

extension Activation {
  /// z itself.
  package static var identity: Activation {
    Activation(
      "identity", value: { $0.map(into: &$1) { z in z } },
      derivative: { $0.map(into: &$1) { _ in 1 } })
  }
}

extension Activation where Scalar: Comparable {
  /// max(z, z/100). At the kink the derivative is taken to be 1/100.
  package static var leakyReLU: Activation {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get {
      let leak: Scalar = 1 / 100
      return Activation(
        "leaky relu", prefersHeInitialisation: true,
        value: { $0.map(into: &$1) { z in z > 0 ? z : leak * z } },
        derivative: { $0.map(into: &$1) { z in z > 0 ? 1 : leak } })
    }
  }
}

extension Activation where Scalar: AnalyticField {
  /// σ(z) = 1 / (1 + e⁻ᶻ).
  package static var sigmoid: Activation {
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    get {
      Activation(
        "sigmoid",
        value: { $0.map(into: &$1) { z in BinaryClassifier.sigmoid(z) } },
        derivative: {
          $0.map(into: &$1) { z in
            let a = BinaryClassifier.sigmoid(z)
            return a * (1 - a)
          }
        })
    }
  }
}

extension ActivationKind {
  package static var identity: Self { Self(PiecewiseLinear.identity) }
  package static var leakyReLU: Self { Self(PiecewiseLinear.leakyReLU) }
}

extension ActivationKind where Numbers == Analytic {
  package static var tanh: Self { Self(Smooth.tanh) }
  package static var sigmoid: Self { Self(Smooth.sigmoid) }
}

/// The activations of this chapter that need no exponential.
private enum PiecewiseLinear: AlgebraicActivationMaker {
  case identity, leakyReLU

  func activation<Scalar: OrderedField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar> {
    switch self {
    case .identity: .identity
    case .leakyReLU: .leakyReLU
    }
  }
}

/// The activations of this chapter that are made of exponentials.
private enum Smooth: ActivationMaker {
  case tanh, sigmoid

  func activation<Scalar: AnalyticField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar> {
    switch self {
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    }
  }
}
//#-end-hidden-code
