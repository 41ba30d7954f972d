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

/// Returns every network of chapters 2 to 5 at a fixed random point.
func crossChecks() throws(WindowError) -> [any CrossCheck] {
  var random = SplitMix64(seed: 1, stream: "6.twins")
  let data = Dataset<Double>(
    x: .dyadic(7, 4, using: &random), y: .dyadic(7, 3, using: &random))
  let binary = Dataset(
    x: data.x, y: Matrix(rows: 7, columns: 3) { Double(($0 + $1) % 2) })
  let classes = Dataset(
    x: data.x, y: Matrix(rows: 7, columns: 3) { $0 % 3 == $1 ? 1.0 : 0 })
  let linear = dyadicPoint([4, 3], using: &random)
  let twoLayers = dyadicPoint([4, 5, 3], using: &random)
  let deep = dyadicPoint([4, 6, 5, 3], using: &random)
  return [LinearCrossCheck(evaluationPoint: linear, data: data)]
    + [ActivationKind<Algebraic>.square, .relu].map {
      TwoLayerCrossCheck(φ: $0, evaluationPoint: twoLayers, data: data)
    }
    + [
      NetworkCrossCheck<Algebraic>(
        "4-6-5-3, regression", [.leakyReLU, .relu], loss: .halfSquaredError,
        at: deep, on: data),
      NetworkCrossCheck<Analytic>(
        "4-6-5-3, binary", [.tanh, .leakyReLU], loss: .binaryCrossEntropy,
        at: deep, on: binary),
      NetworkCrossCheck<Analytic>(
        "4-6-5-3, multiclass", [.sigmoid, .relu], loss: .crossEntropy,
        at: deep, on: classes),
    ] + (try convolutionCrossChecks(using: &random))
}

/// Returns two convolutional networks of two layers each, with stride, padding
/// and pooling: a regression and a binary classifier.
func convolutionCrossChecks(
  using random: inout SplitMix64
) throws(WindowError) -> [any CrossCheck] {
  let first = try ConvolutionGeometry(
    of: Window(3, padding: 1), over: ImageShape(4, 6, 2))
  let pooling = try ConvolutionGeometry(
    of: Window(2, stride: 2), over: ImageShape(4, 6, 2))
  let second = try ConvolutionGeometry(of: Window(2), over: ImageShape(2, 3, 2))
  let geometries: [GeometryPair] = [(first, pooling), (second, nil)]
  let point =
    [
      Tensor("K1", 0.5 * Matrix.dyadic(18, 2, using: &random)),
      Tensor("c1", 0.5 * Vector.dyadic(2, using: &random)),
      Tensor("K2", 0.5 * Matrix.dyadic(8, 3, using: &random)),
      Tensor("c2", 0.5 * Vector.dyadic(3, using: &random)),
    ] + dyadicPoint([6, 4, 1], using: &random)
  let x = Matrix<Double>.dyadic(3, 48, using: &random)
  let regression = Dataset(x: x, y: .dyadic(3, 1, using: &random))
  let binary = Dataset(
    x: x,
    y: Matrix(rows: 3, columns: 1) { row, _ in
      Double(row % 2)
    })
  return [
    NetworkCrossCheck<Algebraic>(
      "convolutions, regression", [.relu], loss: .halfSquaredError,
      geometries: geometries, at: point, on: regression),
    NetworkCrossCheck<Analytic>(
      "convolutions, binary", [.relu], loss: .binaryCrossEntropy,
      geometries: geometries, at: point, on: binary),
  ]
}
//#-end-hidden-code
