import BinaryClassifier
import Regression
import Workbook

/*:
 ## The certificate

 The judges see a convolution by itself, with a ReLU and with maxima behind it,
 with padding, with a stride of two, over images that are higher than wide and
 wider than high; two whole networks, one of them without exponentials; and the
 network that tells cats from dogs, with the weights that it ended with. That one
 looks at noise: all over the inside of a silhouette the filters see the same, and
 of entries that are equal but for rounding no judge can say which is the largest.

 ![The certificate of this chapter](table:certificate)
 */

/// Returns the small formulas of this chapter, at fixed places.
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
      Window(down: Slide(3, stride: 2, padding: 1), along: Slide(2)),
      filters: 3, .square),
    try ConvolutionFormula(
      "2 × 2 and maxima", 2, ImageShape(5, 3, 2), Window(2), filters: 3, nil,
      pooling: halves),
    try ConvolutionFormula(
      "maxima that overlap", 1, ImageShape(4, 6, 1), Window(1), filters: 2, nil,
      pooling: Window(down: Slide(2), along: Slide(3))),
    try ConvNetFormula(
      "one block, numbers", NumbersOut([Bend.relu]), 3, ImageShape(4, 2, 2),
      [.init(filters: 3, Window(3, padding: 1), halves)], [3, 2]),
    try ConvNetFormula(
      "two blocks, yes or no", YesOrNo([SmoothCurve.tanh]), 3,
      ImageShape(6, 8, 1),
      [
        .init(filters: 2, Window(3, padding: 1), halves),
        .init(filters: 3, Window(2), nil),
      ], [4, 1]),
  ]
}

/// Certifies the formulas of this chapter, and the network that it trained.
func certifyConvolutions<Scalar: FloatingField>(
  on page: inout Page, _ network: ConvNet<Scalar>, _ data: Silhouettes
) throws {
  page.section("The certificate of this chapter")
  var random = SplitMix64(seed: 1, stream: "5.certificate")
  let size = data.images.height * data.images.width
  let noise = Matrix<Double>(rows: 1, columns: size) { _, _ in
    abs(random.dyadic()) / 2
  }
  let trained = ConvNetFormula(
    "two blocks, trained", YesOrNo([Bend.relu]), network,
    on: Dataset(x: noise, y: [[1]]))
  page.certify(try smallFormulas(), atScale: [trained])
}

//#-hidden-code
/// A block of a network, for any number.
struct Block: Sendable {
  let filters: Int
  let window: Window
  let pooling: Window?

  init(filters: Int, _ window: Window, _ pooling: Window?) {
    (self.filters, self.window, self.pooling) = (filters, window, pooling)
  }
}

/// A network that looks through windows, under its loss, for any number.
struct ConvNetFormula<Plan: Blueprint>: Formula {
  let name: String
  let plan: Plan
  let paths: [(path: WindowPath, pooling: WindowPath?)]
  let place: [Tensor<Double>]
  let data: Dataset<Double>

  /// Puts a network at a fixed random place.
  init(
    _ name: String, _ plan: Plan, _ count: Int, _ image: ImageShape,
    _ blocks: [Block], _ widths: [Int]
  ) throws(SlideError) {
    var random = SplitMix64(seed: 1, stream: "network \(name)")
    var (image, tensors) = (image, [Tensor<Double>]())
    let x = Matrix<Double>.dyadic(count, image.size, using: &random)
    var paths: [(path: WindowPath, pooling: WindowPath?)] = []
    for (index, block) in blocks.enumerated() {
      let plan = ConvolutionPlan<Double>(
        block.filters, block.window, pooling: block.pooling)
      let (path, pooling) = try plan.paths(over: image)
      let k = Matrix<Double>.dyadic(
        path.patchSize, block.filters, using: &random)
      let c = Vector<Double>.dyadic(block.filters, using: &random)
      tensors += [Tensor("K\(index + 1)", k), Tensor("c\(index + 1)", c)]
      paths.append((path, pooling))
      let rows = pooling?.rows ?? path.rows
      let columns = pooling?.columns ?? path.columns
      image = ImageShape(rows, columns, block.filters)
    }
    place = tensors + dyadicPlace([image.size] + widths, using: &random)
    self.paths = paths
    let y = Matrix(rows: count, columns: widths.last ?? 1) {
      Double(($0 + $1) % 2)
    }
    (self.name, self.plan, data) = (name, plan, Dataset(x: x, y: y))
  }

  /// Takes the place of a network that was trained.
  init<Scalar: FloatingField>(
    _ name: String, _ plan: Plan, _ network: ConvNet<Scalar>,
    on data: Dataset<Double>
  ) {
    (self.name, self.plan, self.data) = (name, plan, data)
    paths = network.layers.map { ($0.path, $0.pooling) }
    place = network.place
  }

  var clues: Clues { Clues(counts: [("n", data.count)]) }

  func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    network(
      w, plan.curves.map { $0.activation(in: Scalar.self) },
      plan.loss(in: Scalar.self)
    ).lossAndGradient(on: Dataset(data)).loss
  }

  func gradient<Scalar: AnalyticField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    network(
      w, plan.curves.map { $0.activation(in: Scalar.self) },
      plan.loss(in: Scalar.self)
    ).lossAndGradient(on: Dataset(data)).gradient.tensors
  }

  /// Returns the network of some tensors.
  fileprivate func network<Scalar: OrderedField>(
    _ w: [Tensor<Scalar>], _ hidden: [Activation<Scalar>], _ loss: Loss<Scalar>
  ) -> ConvNet<Scalar> {
    let layers = paths.enumerated().map { index, paths in
      ConvolutionLayer(
        path: paths.path,
        layer: Layer(
          weights: w[2 * index].matrix, bias: w[2 * index + 1].vector,
          activation: .relu),
        pooling: paths.pooling)
    }
    let head = Array(w[(2 * paths.count)...])
    return ConvNet(
      layers: layers, head: Network(tensors: head, hidden: hidden, loss: loss))
  }
}

extension ConvNetFormula: AlgebraicFormula where Plan: AlgebraicBlueprint {
  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    network(
      w, plan.algebraicCurves.map { $0.activation(in: Scalar.self) },
      plan.loss(in: Scalar.self)
    ).lossAndGradient(on: Dataset(data)).loss
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    network(
      w, plan.algebraicCurves.map { $0.activation(in: Scalar.self) },
      plan.loss(in: Scalar.self)
    ).lossAndGradient(on: Dataset(data)).gradient.tensors
  }
}
//#-end-hidden-code
