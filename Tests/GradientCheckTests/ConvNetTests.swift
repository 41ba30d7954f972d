import BinaryClassifier
import Regression
import Testing
import Workbook

@testable import ConvNet

/// A convolution layer alone, compared with loops, without a tolerance.
@Suite struct ConvolutionLayerTests {
  func expectLoops(_ test: WindowCase, _ activation: Activation<Rational>, isPooled: Bool) {
    var random = test.random("layer")
    let layer: ConvolutionLayer<Rational> = test.layer(
      activation, isPooled: isPooled, using: &random)
    let x = Matrix<Rational>(.dyadic(3, test.geometry.image.size, using: &random))
    let dOutput = Matrix<Rational>(.dyadic(3, layer.output.size, using: &random))
    let (ours, dX) = layer.gradient(from: dOutput, to: x)
    let (direct, directDX) = layer.directGradient(from: dOutput, to: x)
    #expect(ours.weights == direct.weights && ours.bias == direct.bias && dX == directDX)
  }

  @Test(arguments: WindowCase.all)
  func `the gradient of a layer equals that of the loops, in exact fractions`(test: WindowCase) {
    expectLoops(test, .identity, isPooled: false)
    expectLoops(test, .relu, isPooled: false)
  }

  @Test(arguments: WindowCase.all)
  func `the gradient through max-pooling equals that of the loops, in exact fractions`(
    test: WindowCase
  ) {
    expectLoops(test, .identity, isPooled: true)
    expectLoops(test, .relu, isPooled: true)
  }

  @Test(arguments: ConvolutionBug.allCases)
  func `a planted bug fails with the exposing formula, and passes with the hiding one`(
    bug: ConvolutionBug
  ) throws {
    let (exposing, hiding) = (try bug.exposingFormula(), try bug.hidingFormula())
    #expect(exposing.with(bug).exactFinding().verdict == .fail)
    #expect(hiding.with(bug).exactFinding().verdict == .pass)
    // It is the bug that fails, and not the evaluation point.
    #expect(exposing.exactFinding().verdict == .pass && hiding.exactFinding().verdict == .pass)
  }
}

/// A network of two blocks and two dense layers, small enough for exact fractions.
private func tinyNetwork<Scalar: OrderedField>(
  _ scalar: Scalar.Type = Scalar.self
) throws -> ConvNet<Scalar> {
  var random = SplitMix64(seed: 1, stream: "network")
  func layer(
    _ geometry: ConvolutionGeometry, _ filters: Int, _ pooling: ConvolutionGeometry?
  ) -> ConvolutionLayer<Scalar> {
    ConvolutionLayer(
      geometry: geometry,
      layer: Layer(
        weights: Matrix(.dyadic(geometry.patchSize, filters, using: &random)),
        bias: Vector(.dyadic(filters, using: &random)), activation: .relu),
      pooling: pooling)
  }
  let first = try ConvolutionGeometry(
    of: Window(vertical: WindowGeometry(3, padding: 1), horizontal: WindowGeometry(2)),
    over: ImageShape(4, 5, 2))
  let maxima = try ConvolutionGeometry(of: Window(2, stride: 2), over: ImageShape(4, 4, 3))
  let second = try ConvolutionGeometry(
    of: Window(vertical: WindowGeometry(1), horizontal: WindowGeometry(2)),
    over: ImageShape(2, 2, 3))
  let layers = [layer(first, 3, maxima), layer(second, 2, nil)]
  let head = dyadicPoint([4, 3, 2], using: &random)
  return ConvNet(
    layers: layers,
    head: Network(
      tensors: head.map { $0.map { Scalar($0) } },
      NetworkParts(hidden: [.relu], loss: .halfSquaredError)))
}

/// Returns examples for that network.
private func examples<Scalar: Field>(
  _ count: Int, _ scalar: Scalar.Type = Scalar.self
) -> Dataset<Scalar> {
  var random = SplitMix64(seed: 2, stream: "examples")
  return Dataset(
    x: Matrix(.dyadic(count, 40, using: &random)), y: Matrix(.dyadic(count, 2, using: &random)))
}

/// A loss, and the gradient of every weight and bias.
private struct LossAndGradient<Scalar: OrderedField>: Equatable {
  let loss: Scalar
  let tensors: [[Scalar]]

  init(_ loss: Scalar, _ gradient: ConvNet<Scalar>) {
    self.loss = loss
    tensors = gradient.tensors.map(\.elements)
  }

  /// Reads the gradient from the first of some workspaces.
  init(_ loss: Scalar, on workspaces: [ConvNetWorkspace<Scalar>], of network: ConvNet<Scalar>) {
    var gradient = network
    for (index, layer) in workspaces[0].layerGradients.enumerated() {
      gradient.layers[index].layer = layer
    }
    gradient.head = workspaces[0].head.gradient
    self.init(loss, gradient)
  }
}

/// Whole networks: micro-batches, workspaces and threads do not change the result.
@Suite struct ConvNetTests {
  @Test(arguments: [1, 16, 17, 35])
  func `the gradient of a batch is the mean of those of its examples, in exact fractions`(
    count: Int
  ) throws {
    let network = try tinyNetwork(Rational.self)
    let data = examples(count, Rational.self)
    var mean: LossAndGradient<Rational>?
    for example in 0..<count {
      let (loss, gradient) = network.lossAndGradient(on: data.examples(at: [example]))
      let own = LossAndGradient(loss, gradient)
      mean = mean.map { $0 + own } ?? own
    }
    let (loss, gradient) = network.lossAndGradient(on: data)
    #expect(LossAndGradient(loss, gradient) == mean.map { $0 / Rational(count: count) })
  }

  func expectSameOnThreads<Scalar: FloatingField>(in scalar: Scalar.Type) throws {
    let network = try tinyNetwork(scalar)
    let data = examples(83, scalar)
    let runs = [1, 2, 3].map { threads in
      Threads.$count.withValue(threads) {
        let (loss, gradient) = network.lossAndGradient(on: data)
        return LossAndGradient(loss, gradient)
      }
    }
    #expect(runs[0] == runs[1] && runs[0] == runs[2])
  }

  @Test func `the gradient is the same on one, two and three threads, bit for bit`() throws {
    try expectSameOnThreads(in: Float.self)
    try expectSameOnThreads(in: Double.self)
  }

  func expectFresh<Scalar: FloatingField>(in scalar: Scalar.Type) throws {
    let network = try tinyNetwork(scalar)
    let data = examples(45, scalar)
    var used = network.workspaces(forBatchesOf: 45)
    // The last of these is larger again, and each has other micro-batches.
    for batch in [0..<45, 3..<22, 40..<45, 7..<8, 0..<32, 2..<43] {
      let write: @Sendable (Range<Int>, inout Dataset<Scalar>) -> Void = { range, examples in
        let positions = range.map { batch.lowerBound + $0 }
        data.write(positions[...], into: &examples)
      }
      var fresh = network.workspaces(forBatchesOf: batch.count)
      let first = network.lossAndGradient(of: batch.count, on: &fresh, examples: write)
      let again = network.lossAndGradient(of: batch.count, on: &used, examples: write)
      #expect(
        LossAndGradient(again, on: used, of: network)
          == LossAndGradient(first, on: fresh, of: network))
    }
  }

  @Test func `the earlier contents of a workspace do not change the gradient, bit for bit`() throws
  {
    try expectFresh(in: Float.self)
    try expectFresh(in: Double.self)
  }

  @Test(arguments: [(5, [0..<5]), (16, [0..<16]), (35, [0..<16, 16..<32, 32..<35])])
  func `a batch is split into micro-batches of sixteen`(count: Int, ranges: [Range<Int>]) throws {
    #expect((0..<microBatchCount(of: count)).map { microBatch($0, of: count) } == ranges)
    let network = try tinyNetwork(Double.self)
    #expect(network.workspaces(forBatchesOf: count).count == ranges.count)
  }

  @Test(arguments: [1, 16, 35])
  func `the loss of a forward pass alone is that of both passes, in exact fractions`(
    count: Int
  ) throws {
    let network = try tinyNetwork(Rational.self)
    let data = examples(count, Rational.self)
    #expect(network.meanLoss(on: data) == network.lossAndGradient(on: data).loss)
  }

  @Test func `an empty batch is refused, and one that is too large for the workspaces`()
    async throws
  {
    let large = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let network = try tinyNetwork(Double.self)
      var workspaces = network.workspaces(forBatchesOf: 16)
      _ = network.lossAndGradient(of: 17, on: &workspaces) { _, _ in }
    }
    #expect(try words(of: large).contains("a batch of 17 examples; 1 workspaces hold 1 to 16"))

    let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let network = try tinyNetwork(Double.self)
      var workspaces = network.workspaces(forBatchesOf: 16)
      _ = network.lossAndGradient(of: 0, on: &workspaces) { _, _ in }
    }
    #expect(try words(of: none).contains("a batch of 0 examples; 1 workspaces hold 1 to 16"))
  }

  @Test func `a description that does not fit is refused before the network is made`() {
    func make(
      _ plans: [ConvolutionDescription<Analytic>],
      _ head: [Architecture<Analytic>.Entry] = [1, .sigmoid]
    ) throws -> ConvNet<Float> {
      var random = SplitMix64(seed: 1)
      return try ConvNet(
        ImageShape(9, 7, 2), plans, head: head, loss: .binaryCrossEntropy, using: &random)
    }
    let (halves, window) = (Window(2, stride: 2), Window(3))
    #expect(throws: WindowError.remainder(WindowGeometry(2, stride: 2), length: 7)) {
      try make([ConvolutionDescription(4, window, pooling: halves)])
    }
    #expect(throws: WindowError.tooLarge(WindowGeometry(4), length: 3)) {
      try make([
        ConvolutionDescription(4, Window(3, stride: 2)), ConvolutionDescription(4, Window(4)),
      ])
    }
    #expect(
      throws: ArchitectureError.wrongPair(
        loss: "binary cross-entropy", needs: "sigmoid", found: "relu")
    ) {
      try make([ConvolutionDescription(4, window)], [1, .relu])
    }
    let network = try? make(
      [ConvolutionDescription(4, Window(2), pooling: halves)], [5, .relu, 1, .sigmoid])
    #expect(network?.layers[0].output == ImageShape(4, 3, 4))
    #expect(network?.counts.map(\.weights) == [8 * 4 + 4, 48 * 5 + 5, 5 + 1])
    #expect(network?.counts.map(\.products) == [8 * 4 * 48, 48 * 5, 5])
  }

  // MARK: Batches of a convolution

  /// Returns the four results of a convolution over a batch, of 40 images of 20 entries.
  func passes<Scalar: FloatingField>(in scalar: Scalar.Type, threads: Int) throws -> [[Scalar]] {
    let geometry = try ConvolutionGeometry(
      of: Window(vertical: WindowGeometry(2), horizontal: WindowGeometry(3, padding: 1)),
      over: ImageShape(5, 2, 2))
    var random = SplitMix64(seed: 6)
    let x = Matrix<Scalar>.normal(40, 20, using: &random)
    let k = Matrix<Scalar>.normal(geometry.patchSize, 3, using: &random)
    let c = Vector<Scalar>.normal(3, deviation: 1, using: &random)
    let dZ = Matrix<Scalar>.normal(40 * geometry.outputPositions, 3, using: &random)
    return Threads.$count.withValue(threads) {
      // One buffer is too few and holds other numbers: the passes must add the rest.
      var buffers = [ConvolutionBuffer<Scalar>()]
      var (z, dK, dX) = (Matrix<Scalar>.empty, Matrix<Scalar>.empty, Matrix<Scalar>.empty)
      var dc = Vector<Scalar>([7])
      geometry.write(preActivationsOf: x, count: 40, k, c, into: &z, &buffers)
      geometry.write(weightGradientFrom: dZ, x, into: &dK, &buffers)
      geometry.write(biasGradientFrom: dZ, into: &dc, &buffers)
      geometry.write(inputGradientFrom: dZ, k, into: &dX, &buffers)
      return [z.elements, dK.elements, dc.elements, dX.elements]
    }
  }

  @Test func `a batch of three micro-batches is the same on any number of threads, bit for bit`()
    throws
  {
    let float = try [1, 2, 3].map { try passes(in: Float.self, threads: $0) }
    #expect(float[0] == float[1] && float[0] == float[2])
    let double = try [1, 2, 3].map { try passes(in: Double.self, threads: $0) }
    #expect(double[0] == double[1] && double[0] == double[2])
  }

  @Test func `a batch of three micro-batches equals loops over its images, in exact fractions`()
    throws
  {
    var random = SplitMix64(seed: 7)
    let geometry = try ConvolutionGeometry(
      of: Window(vertical: WindowGeometry(2), horizontal: WindowGeometry(1)),
      over: ImageShape(3, 1, 2))
    let layer = ConvolutionLayer<Rational>(
      geometry: geometry,
      layer: Layer(
        weights: Matrix(.dyadic(4, 3, using: &random)), bias: Vector(.dyadic(3, using: &random)),
        activation: .square),
      pooling: nil)
    let x = Matrix<Rational>(.dyadic(35, 6, using: &random))
    let dOutput = Matrix<Rational>(.dyadic(35, layer.output.size, using: &random))
    let (ours, dX) = layer.gradient(from: dOutput, to: x)
    let (direct, directDX) = layer.directGradient(from: dOutput, to: x)
    #expect(ours.weights == direct.weights && ours.bias == direct.bias && dX == directDX)
  }

  @Test func `images and filters of the wrong size are refused with both sizes`() async throws {
    let images = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let geometry = try ConvolutionGeometry(of: Window(2), over: ImageShape(4, 4, 4))
      var (z, buffers) = (Matrix<Double>.empty, [ConvolutionBuffer<Double>]())
      geometry.write(
        preActivationsOf: Matrix(rows: 2, columns: 48, repeating: 0), count: 2,
        Matrix(rows: 16, columns: 3, repeating: 0), [0, 0, 0], into: &z, &buffers)
    }
    #expect(
      try words(of: images).contains(
        "the input is [2, 48]; 2 images of height · width · channels = 64 are [2, 64]"))

    let filters = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let geometry = try ConvolutionGeometry(of: Window(2), over: ImageShape(4, 4, 4))
      var (z, buffers) = (Matrix<Double>.empty, [ConvolutionBuffer<Double>]())
      geometry.write(
        preActivationsOf: Matrix(rows: 2, columns: 64, repeating: 0), count: 2,
        Matrix(rows: 15, columns: 3, repeating: 0), [0, 0, 0], into: &z, &buffers)
    }
    #expect(
      try words(of: filters).contains("the filters have 15 rows; a patch has 16 entries"))
  }

  // MARK: Learning

  /// Returns images of noise with a bright dot, on the left (class 0) or on the right (class 1).
  func dots(_ count: Int, seed: UInt64) -> LabelledImages {
    var random = SplitMix64(seed: seed, stream: "dots")
    var (pixels, labels): ([UInt8], [Int]) = ([], [])
    for image in 0..<count {
      var picture = (0..<48).map { _ in UInt8(random.index(below: 80)) }
      let label = image % 2
      picture[random.index(below: 6) * 8 + label * 4 + random.index(below: 4)] = 255
      pixels += picture
      labels.append(label)
    }
    return LabelledImages(
      pixels: pixels, height: 6, width: 8, labels: labels, classNames: ["left", "right"])
  }

  @Test func `a network learns on which side a dot is, and recognises it in new images`() throws {
    let (training, test) = (dots(300, seed: 1), dots(200, seed: 2))
    var random = SplitMix64(seed: 3)
    var network = try ConvNet<Float>(
      ImageShape(6, 8, 1),
      [ConvolutionDescription(4, Window(3, padding: 1), pooling: Window(2, stride: 2))],
      head: [8, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
    let before = network.confusion(on: test, at: Array(0..<200)).accuracy ?? 0
    // The last batch of an epoch has 12 examples, in one micro-batch instead of two.
    let losses = network.train(
      on: training, at: Array(0..<300),
      .sgd(learningRate: 0.25), TrainingLoop(batchSize: 32, epochs: 12), using: &random)
    let after = network.confusion(on: test, at: Array(0..<200)).accuracy ?? 0
    #expect(losses.count == 12 && losses[11] < losses[0] / 4)
    #expect(after > 0.95 && before < 0.7)
  }

  @Test func `logits are the same in a batch as one by one, in the order asked for`() throws {
    var random = SplitMix64(seed: 4)
    let network = try ConvNet<Float>(
      ImageShape(6, 8, 1), [ConvolutionDescription(3, Window(3))],
      head: [1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
    let images = dots(40, seed: 5)
    let positions = random.shuffled(0..<40)
    let together = network.logits(of: images, at: positions)
    #expect(together.shape == "[40, 1]")
    for (row, position) in positions.enumerated() {
      #expect(network.logits(of: images, at: [position]).row(0) == together.row(row))
    }
  }

  func words(of result: ExitTest.Result?) throws -> String {
    String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
  }
}

extension LossAndGradient {
  static func + (a: Self, b: Self) -> Self {
    Self(
      loss: a.loss + b.loss, tensors: zip(a.tensors, b.tensors).map { zip($0, $1).map { $0 + $1 } })
  }

  static func / (a: Self, divisor: Scalar) -> Self {
    Self(loss: a.loss / divisor, tensors: a.tensors.map { $0.map { $0 / divisor } })
  }

  private init(loss: Scalar, tensors: [[Scalar]]) {
    self.loss = loss
    self.tensors = tensors
  }
}
