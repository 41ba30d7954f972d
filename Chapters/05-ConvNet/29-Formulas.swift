import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
/// A convolution layer on images, with a random gradient of its output.
struct ConvolutionFormula: AlgebraicFormula {
  let name: String
  let count: Int
  let geometry: ConvolutionGeometry
  let pooling: ConvolutionGeometry?
  let φ: ActivationKind<Algebraic>?
  let upstream: Matrix<Double>  // [n, size]
  /// The filters, the bias, and the images, unless these are fixed.
  var evaluationPoint: [Tensor<Double>]
  /// The images, where they are not parameters.
  var fixed: Matrix<Double>?
  /// The bug in the backward pass, if there is one.
  var bug: ConvolutionBug?
  /// Whether it is of the plain passes, and not of the fast ones.
  var isPlain = false

  /// Creates the formula of a layer, at a fixed random evaluation point.
  init(
    _ name: String, _ count: Int, _ image: ImageShape, _ window: Window,
    filters: Int, _ φ: ActivationKind<Algebraic>?, pooling: Window? = nil
  ) throws(WindowError) {
    var random = SplitMix64(seed: 1, stream: "convolution \(name)")
    let layer = ConvolutionDescription<Algebraic>(
      filters, window, pooling: pooling)
    (geometry, self.pooling) = try layer.geometries(over: image)
    (self.name, self.count, self.φ) = (name, count, φ)
    let k = Matrix<Double>.dyadic(geometry.patchSize, filters, using: &random)
    let c = Vector<Double>.dyadic(filters, using: &random)
    let x = Matrix<Double>.dyadic(count, image.size, using: &random)
    evaluationPoint = [Tensor("K", k), Tensor("c", c), Tensor("X", x)]
    let positions = self.pooling?.outputPositions ?? geometry.outputPositions
    upstream = .dyadic(count, positions * filters, using: &random)
  }

  /// The same formula of the plain passes.
  var plain: Self {
    var formula = self
    formula.isPlain = true
    return formula
  }

  var clues: Clues {
    Clues(counts: [("n", count), ("filters", upstream.columns)])
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    if isPlain {
      let (layer, x, upstream) = (layer(w), images(w), Matrix<Scalar>(upstream))
      return (0..<count).reduce(0) { sum, image in
        sum + layer.plainOutput(of: x.row(image)).dot(upstream.row(image))
      }
    }
    var workspace = ConvolutionWorkspace<Scalar>()
    layer(w).forward(from: images(w), count: count, on: &workspace)
    return (Matrix(upstream) ⊙ workspace.pooled).sum
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    let (layer, x, dOutput) = (layer(w), images(w), Matrix<Scalar>(upstream))
    let (gradient, dX) =
      isPlain
      ? layer.plainGradients(from: dOutput, to: x)
      : bug == nil
        ? layer.gradient(from: dOutput, to: x)
        : layer.directGradient(from: dOutput, to: x, with: bug)
    let tensors = [Tensor("K", gradient.weights), Tensor("c", gradient.bias)]
    return fixed == nil ? tensors + [Tensor("X", dX)] : tensors
  }

  private func images<Scalar: OrderedField>(
    _ w: [Tensor<Scalar>]
  ) -> Matrix<Scalar> {
    fixed.map { Matrix($0) } ?? w[2].matrix
  }

  private func layer<Scalar: OrderedField>(
    _ w: [Tensor<Scalar>]
  ) -> ConvolutionLayer<Scalar> {
    ConvolutionLayer(
      geometry: geometry,
      layer: Layer(
        weights: w[0].matrix, bias: w[1].vector,
        activation: φ?.activation(in: Scalar.self) ?? .identity),
      pooling: pooling)
  }
}

extension ConvolutionLayer {
  /// Returns the sum of the plain gradients of several images, and that of each
  /// image.
  fileprivate func plainGradients(
    from dOutput: Matrix<Scalar>, to x: Matrix<Scalar>
  ) -> (gradient: Layer<Scalar>, dX: Matrix<Scalar>) {
    var sum = layer
    sum.weights.fill(with: 0)
    sum.bias = Vector(repeating: 0, count: layer.bias.count)
    var dX: [Scalar] = []
    for image in 0..<x.rows {
      let plain = plainGradient(from: dOutput.row(image), to: x.row(image))
      sum.weights.add(1, times: plain.gradient.weights)
      sum.bias += plain.gradient.bias
      dX += plain.dX.elements
    }
    return (sum, Matrix(rows: x.rows, columns: x.columns, elements: dX))
  }
}

/// A cross-correlation of a signal, with a random gradient of its output.
struct CorrelationFormula: AlgebraicFormula {
  let name: String
  let upstream: Vector<Double>
  let evaluationPoint: [Tensor<Double>]

  /// Creates the formula at a fixed random evaluation point.
  init(_ name: String) {
    self.name = name
    var random = SplitMix64(seed: 1, stream: "correlation \(name)")
    let kernel = Vector<Double>.dyadic(3, using: &random)
    let x = Vector<Double>.dyadic(7, using: &random)
    evaluationPoint = [Tensor("w", kernel), Tensor("x", x)]
    upstream = .dyadic(4, using: &random)
  }

  var clues: Clues { Clues(counts: [("n", 4)]) }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    let z = try? crossCorrelation(
      of: w[1].vector, with: w[0].vector, stride: 2, padding: 1)
    return z.map { $0.dot(Vector(upstream)) } ?? 0
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    let (dKernel, dX) = correlationGradients(
      from: Vector(upstream), to: w[1].vector, with: w[0].vector, stride: 2,
      padding: 1)
    return [Tensor("w", dKernel), Tensor("x", dX)]
  }
}
//#-end-hidden-code
