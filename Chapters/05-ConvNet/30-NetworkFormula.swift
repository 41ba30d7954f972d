import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
/// A convolutional network and its loss, for any number.
package struct ConvNetFormula<Numbers>: DescribedFormula {
  package let name: String
  let geometries: [GeometryPair]
  /// The activation of each convolution, then of each hidden layer of the head.
  package let hidden: [ActivationKind<Numbers>]
  package let lossKind: LossKind<Numbers>
  package let evaluationPoint: [Tensor<Double>]
  let data: Dataset<Double>

  /// Creates the formula of a network at a fixed random evaluation point.
  package init(
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

  package var clues: Clues { Clues(counts: [("n", data.count)]) }

  package func loss<Scalar: OrderedField>(
    at w: [Tensor<Scalar>], _ parts: NetworkParts<Scalar>
  ) -> Scalar {
    network(w, parts).meanLoss(on: Dataset(data))
  }

  package func gradient<Scalar: OrderedField>(
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
