import BinaryClassifier
import ConvNet
import Multiclass
import Regression
import Workbook

//#-hidden-code
/// The straight line, twice.
struct LineTwin: AlgebraicTwin {
  let name = "a straight line"
  let place: [Tensor<Double>]
  let data: Dataset<Double>

  var clues: Clues { Clues(counts: [("n", data.count)]) }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    lossByGraph(at: w) { .line($0, Dataset(data)) }
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    slopesByGraph(at: w) { .line($0, Dataset(data)) }
  }

  func byHand<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    LinearModel(w).lossAndGradient(from: Matrix(data.x), to: Matrix(data.y))
      .gradient.tensors
  }
}

/// The two layers of chapter 2, twice.
struct TwoLayerTwin: AlgebraicTwin {
  let φ: Bend
  let place: [Tensor<Double>]
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
    slopesByGraph(at: w) {
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

/// A network of chapters 3 to 5, twice: windows, if there are any, then lines.
struct NetworkTwin<Plan: Blueprint>: Twin {
  let name: String
  let plan: Plan
  let windows: [WindowPair]
  let place: [Tensor<Double>]
  let data: Dataset<Double>

  init(
    _ name: String, _ plan: Plan, windows: [WindowPair] = [],
    at place: [Tensor<Double>], on data: Dataset<Double>
  ) {
    (self.name, self.plan, self.windows) = (name, plan, windows)
    (self.place, self.data) = (place, data)
  }

  var clues: Clues { Clues(counts: [("n", data.count)]) }

  /// The forward lines.
  func forwards<Scalar: OrderedField>(
    _ w: [Variable<Scalar>], _ curves: [Activation<Scalar>],
    _ loss: Loss<Scalar>
  ) -> Variable<Scalar> {
    let x = Variable.windows(Variable(Matrix(data.x)), w, windows)
    let head = Array(w[(2 * windows.count)...])
    return .network(x, head, curves, loss, Matrix(data.y))
  }

  /// The slopes that chapters 3 to 5 find.
  func byHand<Scalar: OrderedField>(
    _ w: [Tensor<Scalar>], _ curves: [Activation<Scalar>],
    _ loss: Loss<Scalar>
  ) -> [Tensor<Scalar>] {
    let head = Network(
      tensors: Array(w[(2 * windows.count)...]), hidden: curves, loss: loss)
    if windows.isEmpty {
      return head.lossAndGradient(on: Dataset(data)).gradient.tensors
    }
    let layers = windows.enumerated().map { index, paths in
      ConvolutionLayer(
        path: paths.path,
        layer: Layer(
          weights: w[2 * index].matrix, bias: w[2 * index + 1].vector,
          activation: .relu),
        pooling: paths.pooling)
    }
    return ConvNet(layers: layers, head: head)
      .lossAndGradient(on: Dataset(data)).gradient.tensors
  }

  func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    lossByGraph(at: w) {
      forwards($0, curves(in: Scalar.self), plan.loss(in: Scalar.self))
    }
  }

  func gradient<Scalar: AnalyticField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    slopesByGraph(at: w) {
      forwards($0, curves(in: Scalar.self), plan.loss(in: Scalar.self))
    }
  }

  func byHand<Scalar: AnalyticField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    byHand(w, curves(in: Scalar.self), plan.loss(in: Scalar.self))
  }

  private func curves<Scalar: AnalyticField>(
    in scalar: Scalar.Type
  ) -> [Activation<Scalar>] {
    plan.curves.map { $0.activation(in: scalar) }
  }
}

extension NetworkTwin: AlgebraicFormula where Plan: AlgebraicBlueprint {
  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    lossByGraph(at: w) {
      forwards($0, exactCurves(in: Scalar.self), plan.loss(in: Scalar.self))
    }
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    slopesByGraph(at: w) {
      forwards($0, exactCurves(in: Scalar.self), plan.loss(in: Scalar.self))
    }
  }

  private func exactCurves<Scalar: OrderedField>(
    in scalar: Scalar.Type
  ) -> [Activation<Scalar>] {
    plan.algebraicCurves.map { $0.activation(in: scalar) }
  }
}

extension NetworkTwin: AlgebraicTwin where Plan: AlgebraicBlueprint {
  func byHand<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    byHand(w, exactCurves(in: Scalar.self), plan.loss(in: Scalar.self))
  }
}

/// Returns every network of chapters 2 to 5 at a fixed random place.
func twins() throws(SlideError) -> [any Twin] {
  var random = SplitMix64(seed: 1, stream: "6.twins")
  let data = Dataset<Double>(
    x: .dyadic(7, 4, using: &random), y: .dyadic(7, 3, using: &random))
  let yes = Dataset(
    x: data.x, y: Matrix(rows: 7, columns: 3) { Double(($0 + $1) % 2) })
  let classes = Dataset(
    x: data.x, y: Matrix(rows: 7, columns: 3) { $0 % 3 == $1 ? 1.0 : 0 })
  let line = dyadicPlace([4, 3], using: &random)
  let twoLayers = dyadicPlace([4, 5, 3], using: &random)
  let deep = dyadicPlace([4, 6, 5, 3], using: &random)
  let bent: [any AlgebraicCurve] = [StraightCurve.leakyReLU, Bend.relu]
  return [LineTwin(place: line, data: data)]
    + Bend.allCases.map { TwoLayerTwin(φ: $0, place: twoLayers, data: data) }
    + [
      NetworkTwin("4-6-5-3, numbers", NumbersOut(bent), at: deep, on: data),
      NetworkTwin(
        "4-6-5-3, yes or no",
        YesOrNo([SmoothCurve.tanh, StraightCurve.leakyReLU]), at: deep, on: yes),
      NetworkTwin(
        "4-6-5-3, one of many", OneOfMany([SmoothCurve.sigmoid, Bend.relu]),
        at: deep, on: classes),
    ] + (try windowTwins(using: &random))
}

/// Returns networks that look through windows: one for numbers, one for yes or
/// no, of two layers each, with stride, padding and pooling.
func windowTwins(
  using random: inout SplitMix64
) throws(SlideError) -> [any Twin] {
  let first = try WindowPath(
    of: Window(3, padding: 1), over: ImageShape(4, 6, 2))
  let pooling = try WindowPath(
    of: Window(2, stride: 2), over: ImageShape(4, 6, 2))
  let second = try WindowPath(of: Window(2), over: ImageShape(2, 3, 2))
  let windows: [WindowPair] = [(first, pooling), (second, nil)]
  let place =
    [
      Tensor("K1", 0.5 * Matrix.dyadic(18, 2, using: &random)),
      Tensor("c1", 0.5 * Vector.dyadic(2, using: &random)),
      Tensor("K2", 0.5 * Matrix.dyadic(8, 3, using: &random)),
      Tensor("c2", 0.5 * Vector.dyadic(3, using: &random)),
    ] + dyadicPlace([6, 4, 1], using: &random)
  let x = Matrix<Double>.dyadic(3, 48, using: &random)
  let numbers = Dataset(x: x, y: .dyadic(3, 1, using: &random))
  let yes = Dataset(
    x: x,
    y: Matrix(rows: 3, columns: 1) { row, _ in
      Double(row % 2)
    })
  return [
    NetworkTwin(
      "windows, numbers", NumbersOut([Bend.relu]), windows: windows, at: place,
      on: numbers),
    NetworkTwin(
      "windows, yes or no", YesOrNo([Bend.relu]), windows: windows, at: place,
      on: yes),
  ]
}
//#-end-hidden-code
