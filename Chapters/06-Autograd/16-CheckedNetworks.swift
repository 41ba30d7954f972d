import BinaryClassifier
import ConvNet
import Multiclass
import Regression
import Workbook

//#-hidden-code
/// Linear regression, by hand and by a graph.
struct LinearCrossCheck: AlgebraicCrossCheck {
  let name = "linear regression"
  let evaluationPoint: [Tensor<Double>]
  let data: Dataset<Double>

  var clues: Clues { Clues(counts: [("n", data.count)]) }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    lossByGraph(at: w) { .linearRegression($0, Dataset(data)) }
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    gradientByGraph(at: w) { .linearRegression($0, Dataset(data)) }
  }

  func byHand<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    LinearModel(w).lossAndGradient(from: Matrix(data.x), to: Matrix(data.y))
      .gradient.tensors
  }
}

/// The two layers of chapter 2, by hand and by a graph.
struct TwoLayerCrossCheck: AlgebraicCrossCheck {
  let φ: ActivationKind<Algebraic>
  let evaluationPoint: [Tensor<Double>]
  let data: Dataset<Double>

  var name: String { "two layers, \(φ.name)" }
  var clues: Clues { Clues(counts: [("n", data.count)]) }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    lossByGraph(at: w) {
      .twoLayers($0, φ.activation(in: Scalar.self), Dataset(data))
    }
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    gradientByGraph(at: w) {
      .twoLayers($0, φ.activation(in: Scalar.self), Dataset(data))
    }
  }

  func byHand<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    TwoLayerNetwork(w).lossAndGradient(
      from: Matrix(data.x), to: Matrix(data.y),
      through: φ.activation(in: Scalar.self)
    ).gradient.tensors
  }
}

/// A network of chapters 3 to 5: convolution layers, if any, and linear layers.
struct NetworkCrossCheck<Numbers>: DescribedFormula {
  let name: String
  let hidden: [ActivationKind<Numbers>]
  let lossKind: LossKind<Numbers>
  let geometries: [GeometryPair]
  let evaluationPoint: [Tensor<Double>]
  let data: Dataset<Double>

  init(
    _ name: String, _ hidden: [ActivationKind<Numbers>],
    loss: LossKind<Numbers>, geometries: [GeometryPair] = [],
    at evaluationPoint: [Tensor<Double>], on data: Dataset<Double>
  ) {
    (self.name, self.hidden, lossKind) = (name, hidden, loss)
    (self.geometries, self.data) = (geometries, data)
    self.evaluationPoint = evaluationPoint
  }

  var clues: Clues { Clues(counts: [("n", data.count)]) }

  func loss<Scalar: OrderedField>(
    at w: [Tensor<Scalar>], _ parts: NetworkParts<Scalar>
  ) -> Scalar {
    lossByGraph(at: w) { forward($0, parts) }
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>], _ parts: NetworkParts<Scalar>
  ) -> [Tensor<Scalar>] {
    gradientByGraph(at: w) { forward($0, parts) }
  }

  /// Returns the loss, as a graph.
  private func forward<Scalar: OrderedField>(
    _ w: [Variable<Scalar>], _ parts: NetworkParts<Scalar>
  ) -> Variable<Scalar> {
    let x = Variable.convolutions(Variable(Matrix(data.x)), w, geometries)
    let head = Array(w[(2 * geometries.count)...])
    return .network(x, head, parts, Matrix(data.y))
  }

  /// Returns the gradients that chapters 3 to 5 compute.
  private func byHand<Scalar: OrderedField>(
    at w: [Tensor<Scalar>], _ parts: NetworkParts<Scalar>
  ) -> [Tensor<Scalar>] {
    let head = Network(tensors: Array(w[(2 * geometries.count)...]), parts)
    if geometries.isEmpty {
      return head.lossAndGradient(on: Dataset(data)).gradient.tensors
    }
    let layers = geometries.enumerated().map { index, pair in
      ConvolutionLayer(
        geometry: pair.convolution,
        layer: Layer(
          weights: w[2 * index].matrix, bias: w[2 * index + 1].vector,
          activation: .relu),
        pooling: pair.pooling)
    }
    return ConvNet(layers: layers, head: head)
      .lossAndGradient(on: Dataset(data)).gradient.tensors
  }
}

extension NetworkCrossCheck: CrossCheck {
  func byHand<Scalar: AnalyticField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    byHand(at: w, parts(in: Scalar.self))
  }
}

extension NetworkCrossCheck: AlgebraicFormula where Numbers == Algebraic {}

extension NetworkCrossCheck: AlgebraicCrossCheck where Numbers == Algebraic {
  func byHand<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    byHand(at: w, parts(in: Scalar.self))
  }
}
//#-end-hidden-code
