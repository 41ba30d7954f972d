import BinaryClassifier
import Regression
import Workbook

/*:
 ## Four bugs that pass in the wrong place

 The way back of a convolution is an old place for mistakes. Each of these four
 was made by somebody, and each hides from a test that was chosen badly.
 */

/// A mistake in the backward pass of a convolution layer.
enum ConvolutionBug: String, CaseIterable {
  case lastColumn = "the last column is taken for padding"
  case swapped = "channel and filter swapped in dX"
  case everyWinner = "the slope goes to every tied maximum"
  case assignment = "col2im assigns where it should add"
}

/*:
 A test is a formula: a layer and some images under a random upstream, whose
 parameters are the filters, the bias, and the images. On the left the bug meets a
 formula that was chosen well. On the right it meets one in which it hides.

 ![What the exact judge says of each bug](table:planted)

 The first hides where the last column of every image is empty, as in most of the
 silhouettes. The second needs more than one channel or filter. The third needs
 a tie, and one that stays a tie whatever the weights, or there is no slope to
 compare with: an image without an edge has it, and no other. The fourth needs a
 window that is longer than its stride.
 */

/// Shows what the exact judge says of each planted bug, where it can be seen and
/// where it hides.
func plantBugs(on page: inout Page) throws(SlideError) {
  page.section("Four bugs")
  page.ask("How many of four bugs does an exact judge find?")
  var table = Table(
    "planted", columns: ["bug", "well chosen", "where it hides"])
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
  page.show(table)
  let count = ConvolutionBug.allCases.count
  page.check(
    "each planted bug is found, and each can hide",
    found == count && hidden == count,
    detail: "\(found) of \(count) fail where the sizes are odd, "
      + "\(hidden) pass where they are not")
}

//#-hidden-code
/// A convolution layer on images, under a random upstream, for any number.
struct ConvolutionFormula: AlgebraicFormula {
  let name: String
  let count: Int
  let path: WindowPath
  let pooling: WindowPath?
  let bend: Bend?
  let upstream: Matrix<Double>  // [n, size]
  /// Filters, bias, and the images, unless these are fixed.
  var place: [Tensor<Double>]
  /// The images, where they are no parameters.
  var fixed: Matrix<Double>?
  /// The mistake in the backward pass, if there is one.
  var bug: ConvolutionBug?

  /// Puts a layer at a fixed random place.
  init(
    _ name: String, _ count: Int, _ image: ImageShape, _ window: Window,
    filters: Int, _ bend: Bend?, pooling: Window? = nil
  ) throws(SlideError) {
    var random = SplitMix64(seed: 1, stream: "convolution \(name)")
    let plan = ConvolutionPlan<Double>(
      filters, window, .identity, pooling: pooling)
    (path, self.pooling) = try plan.paths(over: image)
    (self.name, self.count, self.bend) = (name, count, bend)
    let k = Matrix<Double>.dyadic(path.patchSize, filters, using: &random)
    let c = Vector<Double>.dyadic(filters, using: &random)
    let x = Matrix<Double>.dyadic(count, image.size, using: &random)
    place = [Tensor("K", k), Tensor("c", c), Tensor("X", x)]
    let size = (self.pooling?.places ?? path.places) * filters
    upstream = .dyadic(count, size, using: &random)
  }

  var clues: Clues {
    Clues(counts: [("n", count), ("filters", upstream.columns)])
  }

  func loss<Scalar: OrderedField>(at w: [Tensor<Scalar>]) -> Scalar {
    var sheet = ConvolutionSheet<Scalar>()
    layer(w).forwards(from: images(w), count: count, on: &sheet)
    return (Matrix(upstream) ⊙ sheet.pooled).sum
  }

  func gradient<Scalar: OrderedField>(
    at w: [Tensor<Scalar>]
  ) -> [Tensor<Scalar>] {
    let (layer, x, slopes) = (layer(w), images(w), Matrix<Scalar>(upstream))
    let (gradient, dX) =
      bug == nil
      ? layer.slopes(slopes, on: x)
      : layer.slopesByLoops(slopes, on: x, with: bug)
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
      path: path,
      layer: Layer(
        weights: w[0].matrix, bias: w[1].vector,
        activation: bend?.activation(in: Scalar.self) ?? .identity),
      pooling: pooling)
  }
}

extension ConvolutionLayer {
  /// Returns the slopes of weights, bias and images, `[n, size]`.
  func slopes(
    _ slopes: Matrix<Scalar>, on x: Matrix<Scalar>
  ) -> (gradient: Layer<Scalar>, dX: Matrix<Scalar>) {
    var (sheet, gradient) = (ConvolutionSheet<Scalar>(), layer)
    forwards(from: x, count: x.rows, on: &sheet)
    backwards(
      from: slopes, to: x, count: x.rows, on: &sheet, gradient: &gradient,
      wantsDX: true)
    return (gradient, sheet.dX)
  }

  /// Returns the same slopes by loops, or with a mistake.
  func slopesByLoops(
    _ slopes: Matrix<Scalar>, on x: Matrix<Scalar>,
    with bug: ConvolutionBug? = nil
  ) -> (gradient: Layer<Scalar>, dX: Matrix<Scalar>) {
    var gradient = layer
    gradient.weights.fill(with: 0)
    gradient.bias = Vector(repeating: 0, count: layer.bias.count)
    var dX = Matrix<Scalar>(rows: x.rows, columns: x.columns, repeating: 0)
    for image in 0..<x.rows {
      let z = path.loops(over: x.row(image), layer.weights, layer.bias)
      let dZ = slopesOfSums(slopes.row(image), at: z, bug)
      gradient.bias += dZ.sumOfRows
      path.forEachSight { place, entry, pixel in
        let isLast = pixel / path.image.channels % path.image.width
        if bug != .lastColumn || isLast != path.image.width - 1 {
          for filter in 0..<dZ.columns {
            gradient.weights[entry, filter] +=
              x[image, pixel] * dZ[place, filter]
          }
        }
        let slope = weights(of: entry, bug).dot(dZ.row(place))
        dX[image, pixel] =
          bug == .assignment ? slope : dX[image, pixel] + slope
      }
    }
    return (gradient, dX)
  }

  /// Returns the weights that the filters have for an entry of a patch.
  private func weights(of entry: Int, _ bug: ConvolutionBug?) -> Vector<Scalar>
  {
    let k = layer.weights
    if bug != .swapped { return k.row(entry) }
    let (pixel, channel) = (
      entry / path.image.channels, entry % path.image.channels
    )
    return Vector(count: k.columns) { filter in
      k.elements[(pixel * k.columns + filter) * path.image.channels + channel]
    }
  }

  /// Returns the slopes of the sums of one image, `[places, filters]`.
  private func slopesOfSums(
    _ slopes: Vector<Scalar>, at z: Matrix<Scalar>, _ bug: ConvolutionBug?
  ) -> Matrix<Scalar> {
    let h = layer.activation(z)  // [places, filters]
    var dH = Matrix<Scalar>(rows: z.rows, columns: z.columns, repeating: 0)
    if let pooling {
      pooling.forEachWindow { place, channel, entries in
        let largest = entries.map { h.elements[$0] }.max()
        let winners = entries.filter { h.elements[$0] == largest }
        for winner in bug == .everyWinner ? winners[...] : winners.prefix(1) {
          dH[winner / z.columns, winner % z.columns] +=
            slopes[place * z.columns + channel]
        }
      }
    } else {
      dH = Matrix(rows: z.rows, columns: z.columns, elements: slopes.elements)
    }
    return dH ⊙ layer.activation.slope(at: z)
  }
}

extension WindowPath {
  /// Calls `body` for each entry of the image that is seen at each place.
  fileprivate func forEachSight(
    _ body: (_ place: Int, _ entry: Int, _ pixel: Int) -> Void
  ) {
    for place in 0..<places {
      let top = place / columns * window.down.stride - window.down.padding
      let left = place % columns * window.along.stride - window.along.padding
      for entry in 0..<patchSize {
        let (pixel, channel) = (entry / image.channels, entry % image.channels)
        let row = top + pixel / window.along.size
        let column = left + pixel % window.along.size
        if 0..<image.height ~= row && 0..<image.width ~= column {
          body(
            place, entry,
            (row * image.width + column) * image.channels + channel)
        }
      }
    }
  }

  /// Calls `body` with the entries of the image that each window sees in each
  /// channel.
  fileprivate func forEachWindow(
    _ body: (_ place: Int, _ channel: Int, _ entries: [Int]) -> Void
  ) {
    var seen: [Int: [Int]] = [:]
    forEachSight { place, _, pixel in
      let channel = pixel % image.channels
      seen[place * image.channels + channel, default: []].append(pixel)
    }
    for index in 0..<places * image.channels {
      body(
        index / image.channels, index % image.channels,
        seen[index, default: []])
    }
  }
}

extension ConvolutionBug {
  /// A formula in which the bug shows.
  func exposingFormula() throws(SlideError) -> ConvolutionFormula {
    let (image, window) = (ImageShape(5, 4, 2), Window(3))
    guard self == .everyWinner else {
      return try formula("exposes \(self)", image, window, filters: 3)
    }
    var formula = try ConvolutionFormula(
      "exposes \(self)", 2, ImageShape(6, 4, 2), window, filters: 3, nil,
      pooling: Window(2, stride: 2))
    formula.fixed = Matrix(rows: 2, columns: 48) { 0.5 + Double($0 + $1 % 2) }
    formula.place.removeLast()
    return formula
  }

  /// A formula in which the bug hides.
  func hidingFormula() throws(SlideError) -> ConvolutionFormula {
    let (image, window) = (ImageShape(5, 4, 2), Window(3))
    switch self {
    case .lastColumn:
      var formula = try formula("hides \(self)", image, window, filters: 3)
      for index in formula.place[2].elements.indices where index / 2 % 4 == 3 {
        formula.place[2].elements[index] = 0
      }
      return formula
    case .swapped:
      return try formula(
        "hides \(self)", ImageShape(5, 4, 1), window, filters: 1)
    case .everyWinner:
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
  ) throws(SlideError) -> ConvolutionFormula {
    try ConvolutionFormula(name, 2, image, window, filters: filters, nil)
  }
}

extension ConvolutionFormula {
  /// The same formula with a mistake in its backward pass.
  func with(_ bug: ConvolutionBug) -> Self {
    var formula = self
    formula.bug = bug
    return formula
  }
}
//#-end-hidden-code
