import BinaryClassifier
import Regression
import Testing
import Workbook

@testable import ConvNet

/// A convolution layer by itself, against loops, and without a tolerance.
@Suite struct ConvolutionLayerTests {
  func expectLoops(_ test: WindowCase, _ activation: Activation<Rational>, isPooled: Bool) {
    var random = test.random("layer")
    let layer: ConvolutionLayer<Rational> = test.layer(
      activation, isPooled: isPooled, using: &random)
    let x = Matrix<Rational>(.dyadic(3, test.path.image.size, using: &random))
    let slopes = Matrix<Rational>(.dyadic(3, layer.output.size, using: &random))
    let (ours, dX) = layer.slopes(slopes, on: x)
    let (loops, dXByLoops) = layer.slopesByLoops(slopes, on: x)
    #expect(ours.weights == loops.weights && ours.bias == loops.bias && dX == dXByLoops)
  }

  @Test(arguments: WindowCase.all)
  func `the slopes of a layer are those of the loops, in exact fractions`(test: WindowCase) {
    expectLoops(test, .identity, isPooled: false)
    expectLoops(test, .relu, isPooled: false)
  }

  @Test(arguments: WindowCase.all)
  func `the slopes behind maxima are those of the loops, in exact fractions`(test: WindowCase) {
    expectLoops(test, .identity, isPooled: true)
    expectLoops(test, .relu, isPooled: true)
  }

  @Test(arguments: ConvolutionBug.allCases)
  func `a planted bug fails where it is exposed, and passes where it hides`(
    bug: ConvolutionBug
  ) throws {
    let (exposing, hiding) = (try bug.exposingFormula(), try bug.hidingFormula())
    #expect(exposing.with(bug).exactFinding().verdict == .fail)
    #expect(hiding.with(bug).exactFinding().verdict == .pass)
    // It is the bug that fails, and not the place.
    #expect(exposing.exactFinding().verdict == .pass && hiding.exactFinding().verdict == .pass)
  }
}

/// A network of two blocks and two dense layers, small enough for exact fractions.
private func tinyNetwork<Scalar: OrderedField>(
  _ scalar: Scalar.Type = Scalar.self
) throws -> ConvNet<Scalar> {
  var random = SplitMix64(seed: 1, stream: "network")
  func layer(
    _ path: WindowPath, _ filters: Int, _ pooling: WindowPath?
  ) -> ConvolutionLayer<Scalar> {
    ConvolutionLayer(
      path: path,
      layer: Layer(
        weights: Matrix(.dyadic(path.patchSize, filters, using: &random)),
        bias: Vector(.dyadic(filters, using: &random)), activation: .relu),
      pooling: pooling)
  }
  let first = try WindowPath(
    of: Window(down: Slide(3, padding: 1), along: Slide(2)), over: ImageShape(4, 5, 2))
  let maxima = try WindowPath(of: Window(2, stride: 2), over: ImageShape(4, 4, 3))
  let second = try WindowPath(
    of: Window(down: Slide(1), along: Slide(2)), over: ImageShape(2, 2, 3))
  let layers = [layer(first, 3, maxima), layer(second, 2, nil)]
  let head = dyadicPlace([4, 3, 2], using: &random)
  return ConvNet(
    layers: layers,
    head: Network(
      tensors: head.map { $0.map { Scalar($0) } }, hidden: [.relu], loss: .halfSquaredError))
}

/// Returns examples for that network.
private func examples<Scalar: Field>(
  _ count: Int, _ scalar: Scalar.Type = Scalar.self
) -> Dataset<Scalar> {
  var random = SplitMix64(seed: 2, stream: "examples")
  return Dataset(
    x: Matrix(.dyadic(count, 40, using: &random)), y: Matrix(.dyadic(count, 2, using: &random)))
}

/// A loss, and the slope in every weight and bias.
private struct Slopes<Scalar: OrderedField>: Equatable {
  let loss: Scalar
  let tensors: [[Scalar]]

  init(_ loss: Scalar, _ gradient: ConvNet<Scalar>) {
    self.loss = loss
    tensors = gradient.tensors.map(\.elements)
  }

  /// What stands on the first of some sheets.
  init(_ loss: Scalar, on sheets: [ConvSheet<Scalar>], of network: ConvNet<Scalar>) {
    var gradient = network
    for (index, slopes) in sheets[0].slopes.enumerated() { gradient.layers[index].layer = slopes }
    gradient.head = sheets[0].head.gradient
    self.init(loss, gradient)
  }
}

/// Whole networks: shares, sheets and threads leave no trace.
@Suite struct ConvNetTests {
  @Test(arguments: [1, 16, 17, 35])
  func `the slopes of a batch are the mean of those of its examples, in exact fractions`(
    count: Int
  ) throws {
    let network = try tinyNetwork(Rational.self)
    let data = examples(count, Rational.self)
    var mean: Slopes<Rational>?
    for example in 0..<count {
      let (loss, gradient) = network.lossAndGradient(on: data.examples(at: [example]))
      let own = Slopes(loss, gradient)
      mean = mean.map { $0 + own } ?? own
    }
    let (loss, gradient) = network.lossAndGradient(on: data)
    #expect(Slopes(loss, gradient) == mean.map { $0 / Rational(count: count) })
  }

  func expectSameOnThreads<Scalar: FloatingField>(in scalar: Scalar.Type) throws {
    let network = try tinyNetwork(scalar)
    let data = examples(83, scalar)
    let runs = [1, 2, 3].map { threads in
      Threads.$count.withValue(threads) {
        let (loss, gradient) = network.lossAndGradient(on: data)
        return Slopes(loss, gradient)
      }
    }
    #expect(runs[0] == runs[1] && runs[0] == runs[2])
  }

  @Test func `one thread, two and three find the same slopes, bit for bit`() throws {
    try expectSameOnThreads(in: Float.self)
    try expectSameOnThreads(in: Double.self)
  }

  func expectFresh<Scalar: FloatingField>(in scalar: Scalar.Type) throws {
    let network = try tinyNetwork(scalar)
    let data = examples(45, scalar)
    var used = network.sheets(forBatchesOf: 45)
    // The last of these is larger again, and every one has other shares.
    for batch in [0..<45, 3..<22, 40..<45, 7..<8, 0..<32, 2..<43] {
      let write: @Sendable (Range<Int>, inout Dataset<Scalar>) -> Void = { range, examples in
        let positions = range.map { batch.lowerBound + $0 }
        data.write(positions[...], over: &examples)
      }
      var fresh = network.sheets(forBatchesOf: batch.count)
      let first = network.lossAndGradient(of: batch.count, on: &fresh, examples: write)
      let again = network.lossAndGradient(of: batch.count, on: &used, examples: write)
      #expect(Slopes(again, on: used, of: network) == Slopes(first, on: fresh, of: network))
    }
  }

  @Test func `what stood on a sheet before leaves no trace, bit for bit`() throws {
    try expectFresh(in: Float.self)
    try expectFresh(in: Double.self)
  }

  @Test(arguments: [(5, [0..<5]), (16, [0..<16]), (35, [0..<16, 16..<32, 32..<35])])
  func `a batch is dealt out in shares of sixteen`(count: Int, shares: [Range<Int>]) throws {
    let network = try tinyNetwork(Double.self)
    #expect(network.shares(of: count) == shares)
    #expect(network.sheets(forBatchesOf: count).count == shares.count)
  }

  @Test func `a batch that the sheets cannot hold is refused, and so is none`() async throws {
    let large = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let network = try tinyNetwork(Double.self)
      var sheets = network.sheets(forBatchesOf: 16)
      _ = network.lossAndGradient(of: 17, on: &sheets) { _, _ in }
    }
    #expect(try words(of: large).contains("17 examples on 1 sheets of 16"))

    let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let network = try tinyNetwork(Double.self)
      var sheets = network.sheets(forBatchesOf: 16)
      _ = network.lossAndGradient(of: 0, on: &sheets) { _, _ in }
    }
    #expect(try words(of: none).contains("0 examples on 1 sheets of 16"))
  }

  @Test func `a plan that does not fit is refused before there is a network`() {
    func make(
      _ plans: [ConvolutionPlan<Float>], _ head: [Architecture<Float>.Part] = [1, .sigmoid]
    ) throws -> ConvNet<Float> {
      var random = SplitMix64(seed: 1)
      return try ConvNet(
        ImageShape(9, 7, 2), plans, head: head, loss: .binaryCrossEntropy, using: &random)
    }
    let (halves, window) = (Window(2, stride: 2), Window(3))
    #expect(throws: SlideError.unseen(Slide(2, stride: 2), length: 7)) {
      try make([ConvolutionPlan(4, window, pooling: halves)])
    }
    #expect(throws: SlideError.tooLarge(Slide(4), length: 3)) {
      try make([ConvolutionPlan(4, Window(3, stride: 2)), ConvolutionPlan(4, Window(4))])
    }
    #expect(
      throws: ArchitectureError.wrongPair(
        loss: "binary cross-entropy", needs: "sigmoid", found: "relu")
    ) {
      try make([ConvolutionPlan(4, window)], [1, .relu])
    }
    let network = try? make(
      [ConvolutionPlan(4, Window(2), pooling: halves)], [5, .relu, 1, .sigmoid])
    #expect(network?.layers[0].output == ImageShape(4, 3, 4))
    #expect(network?.counts.map(\.weights) == [8 * 4 + 4, 48 * 5 + 5, 5 + 1])
    #expect(network?.counts.map(\.products) == [8 * 4 * 48, 48 * 5, 5])
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

  @Test func `a network learns on which side the dot is, and knows it of dots it never saw`() throws
  {
    let (training, test) = (dots(300, seed: 1), dots(200, seed: 2))
    var random = SplitMix64(seed: 3)
    var network = try ConvNet<Float>(
      ImageShape(6, 8, 1),
      [ConvolutionPlan(4, Window(3, padding: 1), pooling: Window(2, stride: 2))],
      head: [8, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
    let before = network.confusion(on: test, at: Array(0..<200)).accuracy ?? 0
    // The last batch of an epoch has 12 examples, in one share instead of two.
    let losses = network.train(
      on: training, at: Array(0..<300),
      DescentSettings(rate: 0.25, batchSize: 32, epochs: 12), using: &random)
    let after = network.confusion(on: test, at: Array(0..<200)).accuracy ?? 0
    #expect(losses.count == 12 && losses[11] < losses[0] / 4)
    #expect(after > 0.95 && before < 0.7)
  }

  @Test func `logits are the same in a batch as one by one, in the order asked for`() throws {
    var random = SplitMix64(seed: 4)
    let network = try ConvNet<Float>(
      ImageShape(6, 8, 1), [ConvolutionPlan(3, Window(3))],
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

extension Slopes {
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
