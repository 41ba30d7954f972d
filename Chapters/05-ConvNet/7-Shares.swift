import BinaryClassifier
import Regression
import Workbook

/*:
 ## Shares

 A loss that is a mean over the examples has a gradient that is a mean as well. So
 a batch can be dealt out in **shares** of sixteen images, each with a worksheet of
 its own, and the shares to as many threads as there are. What they find is added
 up in the order of the shares. Which thread was faster leaves no trace in the
 result.
 */

/// What is written down for a share of a batch: its examples, and their walk.
package struct ConvSheet<Scalar: OrderedField>: Sendable {
  var examples = Dataset<Scalar>(x: .empty, y: .empty)
  var layers: [ConvolutionSheet<Scalar>]
  var head: Worksheet<Scalar>
  var slopes: [Layer<Scalar>]
  var loss: Scalar = 0

  init(for network: ConvNet<Scalar>) {
    layers = network.layers.map { _ in ConvolutionSheet() }
    head = Worksheet(for: network.head)
    slopes = network.layers.map(\.layer)
  }
}

extension ConvNet {
  /// Walks forwards with the examples of a sheet, to what the head receives.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func forwards(on sheet: inout ConvSheet<Scalar>) {
    for (index, layer) in layers.enumerated() {
      let x = index == 0 ? sheet.examples.x : sheet.layers[index - 1].pooled
      layer.forwards(
        from: x, count: sheet.examples.count, on: &sheet.layers[index])
    }
  }

  /// Walks forwards and backwards with the examples of a sheet.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func walk(on sheet: inout ConvSheet<Scalar>, share: Scalar) {
    let last = layers.count - 1
    forwards(on: &sheet)
    sheet.loss = head.lossAndGradient(
      from: sheet.layers[last].pooled, to: sheet.examples.y, on: &sheet.head,
      share: share, wantsDX: true)
    for index in layers.indices.reversed() {
      let x = index == 0 ? sheet.examples.x : sheet.layers[index - 1].pooled
      let slopes = index == last ? sheet.head.dX : sheet.layers[index + 1].dX
      layers[index].backwards(
        from: slopes, to: x, count: sheet.examples.count,
        on: &sheet.layers[index], gradient: &sheet.slopes[index],
        wantsDX: index > 0)
    }
  }
}

/// The number of examples in a share.
private let shareSize = 16

extension ConvNet {
  /// Returns the positions of each share of a number of examples.
  func shares(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: shareSize).map {
      $0..<min($0 + shareSize, count)
    }
  }

  /// Returns worksheets for batches of some size, one for each share.
  package func sheets(forBatchesOf size: Int) -> [ConvSheet<Scalar>] {
    shares(of: size).map { _ in ConvSheet(for: self) }
  }

  /// Walks forwards and backwards with a batch, share by share, and leaves the
  /// sum of their slopes on the first sheet.
  ///
  /// The shares are the same whatever the number of threads, and so is the sum.
  ///
  /// - Parameters:
  ///   - count: The number of examples.
  ///   - sheets: What is written over, as `sheets(forBatchesOf:)` made it.
  ///   - write: Writes the examples of a range over a data set.
  /// - Returns: The mean loss.
  /// - Precondition: There is at least one example, and a sheet for each share.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func lossAndGradient(
    of count: Int, on sheets: inout [ConvSheet<Scalar>],
    examples write: @Sendable (Range<Int>, inout Dataset<Scalar>) -> Void
  ) -> Scalar {
    let shares = (count + shareSize - 1) / shareSize
    precondition(
      shares > 0 && shares <= sheets.count,
      "\(count) examples on \(sheets.count) sheets of \(shareSize)")
    concurrentForEach(&sheets) { index, sheet in
      guard index < shares else { return }
      let end = min((index + 1) * shareSize, count)
      write(index * shareSize..<end, &sheet.examples)
      let share = Scalar(count: sheet.examples.count) / Scalar(count: count)
      walk(on: &sheet, share: share)
    }
    for index in 1..<max(shares, 1) { sheets[0].add(sheets[index]) }
    return sheets[0].loss
  }

  /// Takes a step against the slopes of a sheet, in every layer.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func step(
    against sheet: ConvSheet<Scalar>, _ settings: DescentSettings<Scalar>
  ) {
    for (index, slopes) in sheet.slopes.enumerated() {
      descend(&layers[index].layer.weights, slopes.weights, settings)
      descend(&layers[index].layer.bias, slopes.bias, settings)
    }
    head.step(against: sheet.head.gradient, settings)
  }
}

extension ConvSheet {
  /// Adds the loss and the slopes of another share to those of this one.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func add(_ other: ConvSheet) {
    loss += other.loss
    for (index, slopes) in other.slopes.enumerated() {
      self.slopes[index].weights.add(1, times: slopes.weights)
      self.slopes[index].bias.add(1, times: slopes.bias)
    }
    for (index, slopes) in other.head.gradient.layers.enumerated() {
      head.gradient.layers[index].weights.add(1, times: slopes.weights)
      head.gradient.layers[index].bias.add(1, times: slopes.bias)
    }
  }
}

extension ConvNet {
  /// Returns the loss of predicting targets from images, and its slopes.
  ///
  /// - Parameter data: Images, `[n, height · width · channels]`, and targets,
  ///   `[n, outputs]`.
  package func lossAndGradient(
    on data: Dataset<Scalar>
  ) -> (loss: Scalar, gradient: ConvNet) {
    var sheets = sheets(forBatchesOf: data.count)
    let positions = Array(0..<data.count)
    let loss = lossAndGradient(of: data.count, on: &sheets) { range, batch in
      data.write(positions[range], over: &batch)
    }
    var gradient = self
    for (index, slopes) in sheets[0].slopes.enumerated() {
      gradient.layers[index].layer = slopes
    }
    gradient.head = sheets[0].head.gradient
    return (loss, gradient)
  }
}

extension ConvNet: Parameterised {
  package var tensors: [Tensor<Scalar>] {
    @specialized(where Scalar == Double)
    get {
      layers.enumerated().flatMap { index, layer in
        [
          Tensor("K\(index + 1)", layer.layer.weights),
          Tensor("c\(index + 1)", layer.layer.bias),
        ]
      } + head.tensors
    }
    @specialized(where Scalar == Double)
    set {
      for index in layers.indices {
        layers[index].layer.weights = newValue[2 * index].matrix
        layers[index].layer.bias = newValue[2 * index + 1].vector
      }
      head.tensors = Array(newValue[(2 * layers.count)...])
    }
  }
}
