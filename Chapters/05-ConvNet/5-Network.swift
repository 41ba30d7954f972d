import BinaryClassifier
import Regression
import Workbook

/*:
 ## A layer that looks through a window

 So a convolution layer is the layer of [chapter 3](chapter:3), weights, bias and
 activation, with a way for its window in front, and perhaps one for a window of
 maxima behind:

 $$
 \begin{aligned}
 P &= \mathrm{im2col}(X) && [\text{places}, \text{patch}] \\
 Z &= P K + c && [\text{places}, \text{filters}] \\
 H &= \varphi(Z) && [\text{places}, \text{filters}]
 \end{aligned}
 $$

 Behind a few such layers the image is read as a row of numbers, and a network of
 [chapter 3](chapter:3) takes over, with its loss.
 */

/// A layer that looks at an image through a window: convolution, curve, pooling.
package struct ConvolutionLayer<Scalar: OrderedField>: Sendable {
  /// The way of the window.
  package let path: WindowPath
  /// What is done with each patch: W `[patch, filters]`, b `[filters]`, φ.
  package var layer: Layer<Scalar>
  /// The way of the pooling window, if there is one.
  package let pooling: WindowPath?

  package init(
    path: WindowPath, layer: Layer<Scalar>, pooling: WindowPath?
  ) {
    (self.path, self.layer, self.pooling) = (path, layer, pooling)
  }

  /// The shape of what the activation gives.
  var inner: ImageShape {
    ImageShape(path.rows, path.columns, layer.bias.count)
  }
  /// The shape of what the layer gives.
  package var output: ImageShape {
    pooling.map { ImageShape($0.rows, $0.columns, $0.image.channels) } ?? inner
  }
}

/// Layers that look through windows, and behind them a network of chapter 3.
package struct ConvNet<Scalar: OrderedField>: Sendable {
  package var layers: [ConvolutionLayer<Scalar>]
  package var head: Network<Scalar>

  package init(
    layers: [ConvolutionLayer<Scalar>], head: Network<Scalar>
  ) {
    (self.layers, self.head) = (layers, head)
  }
}

/*:
 `ConvolutionPlan(8, Window(3), pooling: Window(2, stride: 2))` asks for eight
 filters of three by three, a ReLU, and maxima of two by two. The sizes follow
 from the image, and whatever does not fit is refused before there is a network.
 A filter adds up as many products as a patch has entries, so that is the number
 that He's rule wants for its weights.
 */

/// What a convolution layer is to be.
package struct ConvolutionPlan<Scalar: OrderedField>: Sendable {
  let filters: Int
  let window: Window
  let activation: Activation<Scalar>
  let pooling: Window?

  package init(
    _ filters: Int, _ window: Window, _ activation: Activation<Scalar> = .relu,
    pooling: Window? = nil
  ) {
    self.filters = filters
    self.window = window
    self.activation = activation
    self.pooling = pooling
  }
}

extension ConvolutionPlan {
  /// Returns the ways of the windows over an image.
  ///
  /// - Throws: `SlideError` where one does not fit.
  func paths(
    over image: ImageShape
  ) throws(SlideError) -> (path: WindowPath, pooling: WindowPath?) {
    let path = try WindowPath(of: window, over: image)
    guard let pooling else { return (path, nil) }
    let inner = ImageShape(path.rows, path.columns, filters)
    return (path, try WindowPath(of: pooling, over: inner))
  }
}

extension ConvNet where Scalar: FloatingField {
  /// Creates a network with random weights.
  ///
  /// - Parameters:
  ///   - image: The shape of an image.
  ///   - plans: The layers that look through windows.
  ///   - head: The widths and activations behind them.
  ///   - loss: The loss, which must fit the last activation.
  ///   - random: The generator of the weights.
  /// - Throws: `SlideError` or `ArchitectureError` where something does not fit.
  package init(
    _ image: ImageShape, _ plans: [ConvolutionPlan<Scalar>],
    head: [Architecture<Scalar>.Part], loss: Loss<Scalar>,
    using random: inout SplitMix64
  ) throws {
    var image = image
    layers = []
    for plan in plans {
      let (path, pooling) = try plan.paths(over: image)
      let layer = ConvolutionLayer(
        path: path,
        layer: Layer(
          fanIn: path.patchSize, fanOut: plan.filters,
          activation: plan.activation, using: &random),
        pooling: pooling)
      layers.append(layer)
      image = layer.output
    }
    self.head = try Network(
      Architecture([.width(image.size)] + head), loss: loss, using: &random)
  }
}

/*:
 ## Forwards and backwards

 A batch is walked image by image. Patches take more room than anything else, and
 those of one image fit where the processor keeps what it reads often. The sums of
 all images stand one below the other, a row for each place.
 */

/// What a layer writes down on its way forwards and backwards.
struct ConvolutionSheet<Scalar: OrderedField>: Sendable {
  var patches = Matrix<Scalar>.empty  // of one image, [places, patch]
  var sums = Matrix<Scalar>.empty  // Z, [n · places, filters]
  var outputs = Matrix<Scalar>.empty  // φ(Z), [n · places, filters]
  var pooled = Matrix<Scalar>.empty  // [n, size]
  var winners: [Int32] = []
  var curve = Matrix<Scalar>.empty  // φ′(Z), [n · places, filters]
  var dZ = Matrix<Scalar>.empty  // [n · places, filters]
  var dPatches = Matrix<Scalar>.empty  // of one image, [places, patch]
  var dX = Matrix<Scalar>.empty  // [n, size of the input]
}

extension ConvolutionLayer {
  /// Walks forwards: makes `sheet.pooled`, `[n, size]`, of `n` images.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func forwards(
    from x: Matrix<Scalar>, count n: Int,
    on sheet: inout ConvolutionSheet<Scalar>
  ) {
    sheet.sums.assign(rows: n * path.places, each: layer.bias)
    for image in 0..<n {
      path.write(patchesOf: x, image: image, over: &sheet.patches)
      sheet.sums.add(
        sheet.patches, times: layer.weights, toRowsFrom: image * path.places)
    }
    layer.activation.write(valuesAt: sheet.sums, over: &sheet.outputs)
    if let pooling {
      pooling.write(
        maximaOf: sheet.outputs, count: n, over: &sheet.pooled,
        winners: &sheet.winners)
    } else {
      sheet.outputs.map(over: &sheet.pooled) { $0 }
      sheet.pooled.reshape(rows: n, columns: output.size)
    }
  }
}

/*:
 Backwards, the lines of [chapter 3](chapter:3) once more. Only the last is new:
 what the chain rule says of the patches, `col2im` hands to the image.

 $$
 \begin{aligned}
 \mathrm{d}K &= P^\top \, \mathrm{d}Z && [\text{patch}, \text{filters}] \\
 \mathrm{d}c &= \textstyle\sum_i \mathrm{d}Z_i && [\text{filters}] \\
 \mathrm{d}P &= \mathrm{d}Z \, K^\top && [\text{places}, \text{patch}] \\
 \mathrm{d}X &= \mathrm{col2im}(\mathrm{d}P)
 \end{aligned}
 $$

 The patches are copied anew from the image. That is faster than to keep those of
 the whole batch.
 */

extension ConvolutionLayer {
  /// Walks backwards through pooling and curve, to `sheet.dZ`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func writeSlopesOfSums(
    from slopes: Matrix<Scalar>, count n: Int,
    on sheet: inout ConvolutionSheet<Scalar>
  ) {
    let (rows, filters) = (n * path.places, layer.bias.count)
    if let pooling {
      sheet.dZ.reshape(rows: rows, columns: filters)
      sheet.dZ.fill(with: 0)
      pooling.add(slopes, of: sheet.winners, to: &sheet.dZ)
    } else {
      slopes.map(over: &sheet.dZ) { $0 }
      sheet.dZ.reshape(rows: rows, columns: filters)
    }
    layer.activation.write(slopesAt: sheet.sums, over: &sheet.curve)
    sheet.dZ.multiply(by: sheet.curve)
  }

  /// Walks backwards, to the slopes of the weights and of the images.
  ///
  /// - Parameters:
  ///   - slopes: The slopes in what the layer gave, `[n, size]`.
  ///   - x: The images that it received.
  ///   - n: The number of images.
  ///   - sheet: What the layer wrote down on its way forwards.
  ///   - gradient: The slopes of its weights and bias, written over.
  ///   - wantsDX: Whether somebody in front needs `sheet.dX`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func backwards(
    from slopes: Matrix<Scalar>, to x: Matrix<Scalar>, count n: Int,
    on sheet: inout ConvolutionSheet<Scalar>, gradient: inout Layer<Scalar>,
    wantsDX: Bool
  ) {
    writeSlopesOfSums(from: slopes, count: n, on: &sheet)
    gradient.bias.assignSumOfRows(of: sheet.dZ)
    gradient.weights.reshape(rows: path.patchSize, columns: layer.bias.count)
    gradient.weights.fill(with: 0)
    if wantsDX {
      sheet.dX.reshape(rows: n, columns: path.image.size)
      sheet.dX.fill(with: 0)
    }
    for image in 0..<n {
      let rows = image * path.places..<(image + 1) * path.places
      path.write(patchesOf: x, image: image, over: &sheet.patches)
      gradient.weights.add(
        sheet.patches.transposed, times: sheet.dZ.rows(rows))
      if wantsDX {
        sheet.dPatches.assign(
          sheet.dZ.rows(rows), times: layer.weights.transposed)
        path.add(patches: sheet.dPatches, to: &sheet.dX, image: image)
      }
    }
  }
}

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
