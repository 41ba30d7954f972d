import BinaryClassifier
import Regression
import Workbook

/*:
 ## Four bugs, and the tests that miss them

 The backward pass of a convolution is easy to get wrong. Each of these four
 bugs has happened in practice, and each passes a test that is chosen badly.
 */

/// A mistake in the backward pass of a convolution layer.
enum ConvolutionBug: String, CaseIterable {
  case lastColumn = "the last column is treated as padding"
  case swapped = "channel and filter swapped in dX"
  case everyMaximum = "every tied maximum receives the gradient"
  case assignment = "col2im assigns instead of adding"
}

/*:
 A test is a formula: a layer and some images, with a random gradient of the
 output. Its parameters are the filters, the bias, and the images. The exact
 check compares the backward pass with dual numbers over fractions. The first
 column of the table has a formula that exposes the bug, the second a formula
 that does not.

 ![The verdict of the exact check on each bug](table:planted)

 The first bug stays hidden where the last column of every image is empty, as in
 most of the silhouettes. The second bug shows only with more than one channel
 and more than one filter. The third needs a tie, and the tie must last when the
 weights change, since the loss has no derivative there otherwise. A flat image
 has such ties, for example. The fourth needs a window that is larger than its stride.
 */

/// Shows the verdict of the exact check on each bug, for a formula that exposes
/// it and for one that does not.
func plantBugs(on run: inout RunRecorder) throws(WindowError) {
  run.section("Four bugs")
  run.ask("How many of four bugs does the exact check find?")
  var table = Table(
    "planted", columns: ["bug", "exposing formula", "hiding formula"])
  var found = 0
  var hidden = 0
  for bug in ConvolutionBug.allCases {
    let seen = try bug.exposingFormula().with(bug).exactFinding()
    let unseen = try bug.hidingFormula().with(bug).exactFinding()
    found += seen.verdict == .fail ? 1 : 0
    hidden += unseen.verdict == .pass ? 1 : 0
    table.add([
      .text(bug.rawValue), .text(seen.verdict.rawValue),
      .text(unseen.verdict.rawValue),
    ])
  }
  run.show(table)
  let count = ConvolutionBug.allCases.count
  run.check(
    "each bug is found by one formula and missed by another",
    found == count && hidden == count,
    detail: "\(found) of \(count) fail with the exposing formula, \(hidden) "
      + "pass with the hiding one")
}

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

  var clues: Clues {
    Clues(counts: [("n", count), ("filters", upstream.columns)])
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    var workspace = ConvolutionWorkspace<Scalar>()
    layer(w).forward(from: images(w), count: count, on: &workspace)
    return (Matrix(upstream) ⊙ workspace.pooled).sum
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    let (layer, x, dOutput) = (layer(w), images(w), Matrix<Scalar>(upstream))
    let (gradient, dX) =
      bug == nil
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

extension ConvolutionBug {
  /// A formula that exposes the bug.
  func exposingFormula() throws(WindowError) -> ConvolutionFormula {
    let (image, window) = (ImageShape(5, 4, 2), Window(3))
    guard self == .everyMaximum else {
      return try formula("exposes \(self)", image, window, filters: 3)
    }
    var formula = try ConvolutionFormula(
      "exposes \(self)", 2, ImageShape(6, 4, 2), window, filters: 3, nil,
      pooling: Window(2, stride: 2))
    formula.fixed = Matrix(rows: 2, columns: 48) { 0.5 + Double($0 + $1 % 2) }
    formula.evaluationPoint.removeLast()
    return formula
  }

  /// A formula that does not expose the bug.
  func hidingFormula() throws(WindowError) -> ConvolutionFormula {
    let (image, window) = (ImageShape(5, 4, 2), Window(3))
    switch self {
    case .lastColumn:
      var formula = try formula("hides \(self)", image, window, filters: 3)
      let images = formula.evaluationPoint[2].elements.indices
      for index in images where index / 2 % 4 == 3 {
        formula.evaluationPoint[2].elements[index] = 0
      }
      return formula
    case .swapped:
      return try formula(
        "hides \(self)", ImageShape(5, 4, 1), window, filters: 1)
    case .everyMaximum:
      return try ConvolutionFormula(
        "hides \(self)", 2, ImageShape(6, 4, 2), window, filters: 3, nil,
        pooling: Window(2, stride: 2))
    case .assignment:
      return try formula(
        "hides \(self)", ImageShape(4, 6, 2), Window(2, stride: 2), filters: 3)
    }
  }

  private func formula(
    _ name: String, _ image: ImageShape, _ window: Window, filters: Int
  ) throws(WindowError) -> ConvolutionFormula {
    try ConvolutionFormula(name, 2, image, window, filters: filters, nil)
  }
}

extension ConvolutionFormula {
  /// Returns the same formula with a bug in its backward pass.
  func with(_ bug: ConvolutionBug) -> Self {
    var formula = self
    formula.bug = bug
    return formula
  }
}
//#-end-hidden-code
