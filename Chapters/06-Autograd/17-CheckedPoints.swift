import BinaryClassifier
import ConvNet
import Multiclass
import Regression
import Workbook

//#-hidden-code
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

/// Returns a convolutional network over nineteen images: more than one
/// micro-batch holds, and a second one that is not full.
func manyImages() throws(WindowError) -> NetworkCrossCheck<Algebraic> {
  var random = SplitMix64(seed: 1, stream: "6.many")
  let convolution = try ConvolutionGeometry(
    of: Window(2, padding: 1), over: ImageShape(3, 2, 2))
  let pooling = try ConvolutionGeometry(
    of: Window(vertical: WindowGeometry(2), horizontal: WindowGeometry(3)),
    over: ImageShape(4, 3, 3))
  let point =
    [
      Tensor("K", Matrix.dyadic(8, 3, using: &random)),
      Tensor("c", Vector.dyadic(3, using: &random)),
    ] + dyadicPoint([9, 4, 2], using: &random)
  let data = Dataset<Double>(
    x: .dyadic(19, 12, using: &random), y: .dyadic(19, 2, using: &random))
  return NetworkCrossCheck(
    "convolutions, 19 images", [.relu], loss: .halfSquaredError,
    geometries: [(convolution, pooling)], at: point, on: data)
}
//#-end-hidden-code
