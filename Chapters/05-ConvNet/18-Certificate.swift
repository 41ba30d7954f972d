import BinaryClassifier
import Regression
import Workbook

/*:
 ## The certificate

 The checks are applied to a convolution alone, with a ReLU, with max-pooling,
 with padding, and with a stride of two, on images that are higher than wide and
 wider than high. They are applied to two small networks, one of them without
 exponentials, and to the network for cats and dogs with its trained weights.
 The input of that network is noise. Inside a silhouette all patches are the
 same, so the outputs under a pooling window are equal but for rounding, and no
 check can decide which is the largest.

 ![The certificate of this chapter](table:certificate)
 */

/// Returns the small formulas of this chapter, at fixed evaluation points.
func smallFormulas() throws -> [any Formula] {
  let halves = Window(2, stride: 2)
  return [
    try ConvolutionFormula(
      "2 × 2", 2, ImageShape(4, 3, 2), Window(2), filters: 3, nil),
    try ConvolutionFormula(
      "3 × 3, padding 1, relu", 2, ImageShape(3, 4, 1), Window(3, padding: 1),
      filters: 2, .relu),
    try ConvolutionFormula(
      "3 × 2, stride 2 and 1, padding 1 and 0", 2, ImageShape(5, 3, 2),
      Window(
        vertical: WindowGeometry(3, stride: 2, padding: 1),
        horizontal: WindowGeometry(2)),
      filters: 3, .square),
    try ConvolutionFormula(
      "2 × 2 and maxima", 2, ImageShape(5, 3, 2), Window(2), filters: 3, nil,
      pooling: halves),
    try ConvolutionFormula(
      "maxima that overlap", 1, ImageShape(4, 6, 1), Window(1), filters: 2, nil,
      pooling: Window(
        vertical: WindowGeometry(2), horizontal: WindowGeometry(3))),
    try ConvNetFormula(
      "one block, numbers", 3, ImageShape(4, 2, 2),
      [ConvolutionDescription(3, Window(3, padding: 1), pooling: halves)],
      [3, .relu, 2], loss: LossKind<Algebraic>.halfSquaredError),
    try ConvNetFormula(
      "two blocks, yes or no", 3, ImageShape(6, 8, 1),
      [
        ConvolutionDescription(2, Window(3, padding: 1), pooling: halves),
        ConvolutionDescription(3, Window(2)),
      ], [4, .tanh, 1, .sigmoid], loss: LossKind<Analytic>.binaryCrossEntropy),
  ]
}

/// Certifies the formulas of this chapter, and the network that it trained.
func certifyConvolutions<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: ConvNet<Scalar>, _ data: Silhouettes
) throws {
  run.section("The certificate of this chapter")
  var random = SplitMix64(seed: 1, stream: "5.certificate")
  let size = data.images.height * data.images.width
  let noise = Matrix<Double>(rows: 1, columns: size) { _, _ in
    abs(random.dyadic()) / 2
  }
  let trained = ConvNetFormula<Analytic>(
    "two blocks, trained", network, [.relu, .relu, .relu],
    loss: .binaryCrossEntropy, on: Dataset(x: noise, y: [[1]]))
  run.certify(try smallFormulas(), atScale: [trained])
}

//#-hidden-code
/// A convolutional network and its loss, for any number.
struct ConvNetFormula<Numbers>: DescribedFormula {
  let name: String
  let geometries: [GeometryPair]
  /// The activation of each convolution, then of each hidden layer of the head.
  let hidden: [ActivationKind<Numbers>]
  let lossKind: LossKind<Numbers>
  let evaluationPoint: [Tensor<Double>]
  let data: Dataset<Double>

  /// Creates the formula of a network at a fixed random evaluation point.
  init(
    _ name: String, _ count: Int, _ image: ImageShape,
    _ convolutions: [ConvolutionDescription<Numbers>],
    _ head: [Architecture<Numbers>.Entry], loss: LossKind<Numbers>
  ) throws {
    var random = SplitMix64(seed: 1, stream: "network \(name)")
    var (image, tensors) = (image, [Tensor<Double>]())
    let x = Matrix<Double>.dyadic(count, image.size, using: &random)
    var geometries: [GeometryPair] = []
    for (index, convolution) in convolutions.enumerated() {
      let pair = try convolution.geometries(over: image)
      let filters = convolution.filters
      let k = Matrix<Double>.dyadic(
        pair.convolution.patchSize, filters, using: &random)
      let c = Vector<Double>.dyadic(filters, using: &random)
      tensors += [Tensor("K\(index + 1)", k), Tensor("c\(index + 1)", c)]
      geometries.append(pair)
      let last = pair.pooling ?? pair.convolution
      image = ImageShape(last.rows, last.columns, filters)
    }
    let head = Architecture<Numbers>([.width(image.size)] + head)
    evaluationPoint = tensors + dyadicPoint(head.widths, using: &random)
    hidden =
      try convolutions.map(\.activation) + head.hiddenActivations(with: loss)
    let y = Matrix(rows: count, columns: head.widths.last ?? 1) {
      Double(($0 + $1) % 2)
    }
    (self.name, self.geometries, lossKind) = (name, geometries, loss)
    data = Dataset(x: x, y: y)
  }

  /// Creates the formula of a trained network, with its weights.
  ///
  /// - Parameter hidden: The activation of each convolution, then of each
  ///   hidden layer of the head.
  init<Scalar: FloatingField>(
    _ name: String, _ network: ConvNet<Scalar>,
    _ hidden: [ActivationKind<Numbers>], loss: LossKind<Numbers>,
    on data: Dataset<Double>
  ) {
    (self.name, self.hidden, lossKind, self.data) = (name, hidden, loss, data)
    geometries = network.layers.map { ($0.geometry, $0.pooling) }
    evaluationPoint = network.evaluationPoint
  }

  var clues: Clues { Clues(counts: [("n", data.count)]) }

  func loss<Scalar: OrderedField>(
    at w: [Tensor<Scalar>], _ parts: NetworkParts<Scalar>
  ) -> Scalar {
    network(w, parts).meanLoss(on: Dataset(data))
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>], _ parts: NetworkParts<Scalar>
  ) -> [Tensor<Scalar>] {
    network(w, parts).lossAndGradient(on: Dataset(data)).gradient.tensors
  }

  /// Returns the network with some tensors as its parameters.
  private func network<Scalar: OrderedField>(
    _ w: [Tensor<Scalar>], _ parts: NetworkParts<Scalar>
  ) -> ConvNet<Scalar> {
    let layers = geometries.enumerated().map { index, pair in
      ConvolutionLayer(
        geometry: pair.convolution,
        layer: Layer(
          weights: w[2 * index].matrix, bias: w[2 * index + 1].vector,
          activation: parts.hidden[index]),
        pooling: pair.pooling)
    }
    let ofHead = NetworkParts(
      hidden: Array(parts.hidden[layers.count...]), loss: parts.loss)
    return ConvNet(
      layers: layers,
      head: Network(tensors: Array(w[(2 * layers.count)...]), ofHead))
  }
}

extension ConvNetFormula: AlgebraicFormula where Numbers == Algebraic {}
//#-end-hidden-code
