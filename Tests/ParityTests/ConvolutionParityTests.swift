import Testing
import Workbook

@testable import BinaryClassifier
@testable import ConvNet
@testable import Regression

/// A window of a fixture: how long it is, how it moves, and the zeros around, down and along.
struct WindowNote: Decodable, Sendable {
  let kernel: [Int]
  let stride: [Int]
  let padding: [Int]

  var window: Window {
    get throws {
      try #require(kernel.count == 2 && stride.count == 2 && padding.count == 2)
      return Window(
        down: Slide(kernel[0], stride: stride[0], padding: padding[0]),
        along: Slide(kernel[1], stride: stride[1], padding: padding[1]))
    }
  }
}

/// Filters, a curve, and perhaps maxima.
struct BlockNote: Decodable, Sendable {
  let filters: Int
  let window: WindowNote
  let curve: String
  let pooling: WindowNote?
}

/// A network that looks through windows, and images for it.
struct ConvSubject: NamedSubject {
  let name: String
  /// The height, the width and the channels of an image.
  let image: [Int]
  let blocks: [BlockNote]
  /// The activations of the hidden layers behind the blocks.
  let curves: [String]
  let loss: String
  let x: Block
  let y: Block
  /// The filters and the bias of each block, then the weights and the bias of each dense layer.
  let parameters: [Block]

  /// The network of chapter 5.
  var network: ConvNet<Double> {
    get throws {
      try #require(image.count == 3)
      let plans = try blocks.map { block in
        ConvolutionPlan(
          block.filters, try block.window.window,
          try #require(Activation<Double>.byName[block.curve]),
          pooling: try block.pooling?.window)
      }
      let loss = try #require(Loss<Double>.byName[loss])
      let ending = try #require(Activation<Double>.byName[loss.partner])
      let widths = parameters.dropFirst(2 * blocks.count).filter { $0.shape.count == 1 }
        .map(\.shape[0])
      try #require(widths.count == curves.count + 1)
      var head: [Architecture<Double>.Part] = []
      for (curve, width) in zip(curves, widths) {
        head += [.width(width), .activation(try #require(Activation<Double>.byName[curve]))]
      }
      head += [.width(widths[widths.count - 1]), .activation(ending)]
      var random = SplitMix64(seed: 1)
      let network = try ConvNet(
        ImageShape(image[0], image[1], image[2]), plans, head: head, loss: loss, using: &random)
      return try network.with(parameters)
    }
  }
}

extension ConvNet<Double> {
  /// Returns the loss, the slopes of all parameters and last of the images, and the answers.
  func slopes(
    on data: Dataset<Double>
  ) -> (loss: Double, slopes: [Tensor<Double>], prediction: Matrix<Double>) {
    var sheet = ConvSheet(for: self)
    sheet.examples = data
    walk(on: &sheet, share: 1)
    // A network has no use for the slopes of its images, so its first layer is asked once more.
    let slopes = layers.count == 1 ? sheet.head.dX : sheet.layers[1].dX
    layers[0].backwards(
      from: slopes, to: data.x, count: data.count, on: &sheet.layers[0],
      gradient: &sheet.slopes[0], wantsDX: true)
    let (loss, gradient) = lossAndGradient(on: data)
    return (
      loss, gradient.tensors + [Tensor("X", sheet.layers[0].dX)],
      head.prediction(from: sheet.layers[layers.count - 1].pooled)
    )
  }
}

/// What Keras says to the network of some name, in a file of its own.
struct KerasNote<Answers: Decodable & Sendable>: Decodable, Sendable {
  let name: String
  let keras: Answers

  /// Returns what Keras says.
  ///
  /// - Throws: `Misfit` where it was asked about another network.
  func answers(to subject: some NamedSubject) throws(Misfit) -> Answers {
    guard name == subject.name else {
      throw Misfit("Keras was asked about \(name), and not about \(subject.name)")
    }
    return keras
  }
}

/// Losses, slopes and fifty steps of the networks of chapter 5 beside those of NumPy, PyTorch and
/// Keras.
///
/// NumPy goes from place to place. PyTorch has the channels first, in images and in filters. Keras
/// has them last, as we do: `[n, h, w, c]` and `[h, w, c, filters]` are our `[n, h · w · c]` and
/// `[h · w · c, filters]` with axes more.
@Suite struct ConvolutionParityTests {
  static func networks() throws -> [GradientCase<ConvSubject>] {
    let notes: [KerasNote<Slopes>] = try Fixture.cases(in: "peers-convolutions", count: 13)
    var tests: [GradientCase<ConvSubject>] = try Fixture.cases(
      in: "gradients-convolutions", count: 13)
    for (index, note) in notes.enumerated() {
      tests[index].keras = try note.answers(to: tests[index].subject)
    }
    return tests
  }
  static func walks() throws -> [TrainingCase<ConvSubject>] {
    let note: [KerasNote<Arrival>] = try Fixture.cases(in: "peers-training-convolutions", count: 1)
    var tests: [TrainingCase<ConvSubject>] = try Fixture.cases(
      in: "training-convolutions", count: 1)
    tests[0].keras = try note[0].answers(to: tests[0].subject)
    return tests
  }

  @Test(arguments: try networks())
  func `windows have the loss and slopes that all libraries find, down to the images`(
    case test: GradientCase<ConvSubject>
  ) throws {
    let (loss, slopes, prediction) = try test.subject.network.slopes(on: try test.subject.data)
    expect(test, loss, slopes, prediction)
  }

  @Test(arguments: try walks())
  func `a network that looks through windows descends as in NumPy, PyTorch and Keras`(
    case test: TrainingCase<ConvSubject>
  ) throws {
    let start = try test.subject.network
    var sheets = start.sheets(forBatchesOf: test.walk.batches.map(\.count).max() ?? 0)
    try expectSameWalk(test, of: start) { network, batch in
      let loss = network.lossAndGradient(of: batch.count, on: &sheets) { range, examples in
        batch.write(Array(range)[...], over: &examples)
      }
      network.step(against: sheets[0], test.walk.settings)
      return loss
    }
    // More than one share, and a last batch that is smaller.
    #expect(Set(test.walk.batches.map(\.count)) == [20, 7])
  }

  @Test func `the windows are of every kind, and nothing is square`() throws {
    let subjects = try Self.networks().map(\.subject)
    let windows = subjects.flatMap(\.blocks).map(\.window)
    #expect(Set(windows.flatMap(\.stride)) == [1, 2, 3])
    #expect(Set(windows.flatMap(\.padding)) == [0, 1, 2])
    for subject in subjects {
      #expect(subject.image[0] != subject.image[1], "\(subject.name)")
      #expect(subject.image[2] != subject.blocks[0].filters, "\(subject.name)")
      let all = subject.blocks.flatMap { [$0.window] + [$0.pooling].compactMap(\.self) }
      #expect(all.allSatisfy { $0.kernel[0] != $0.kernel[1] }, "\(subject.name)")
    }
    for loss in ["half squared error", "binary cross-entropy"] {
      let own = subjects.filter { $0.loss == loss }
      #expect(own.contains { $0.blocks[0].pooling == nil })
      #expect(own.contains { $0.blocks[0].pooling != nil })
    }
    #expect(Set(subjects.map(\.blocks.count)) == [1, 2])
    // Maxima overlap, and leave out some entries between.
    let maxima = subjects.flatMap(\.blocks).compactMap(\.pooling)
    #expect(maxima.contains { $0.kernel[0] > $0.stride[0] || $0.kernel[1] > $0.stride[1] })
    #expect(maxima.contains { $0.kernel[0] < $0.stride[0] || $0.kernel[1] < $0.stride[1] })
  }

  @Test func `the libraries have met ties, and let the first of equals win as we do`() throws {
    let test = try #require(try Self.networks().first { $0.subject.name.hasSuffix("ties") })
    let (network, data) = (try test.subject.network, try test.subject.data)
    let pooling = try #require(network.layers[0].pooling)
    var sheet = ConvSheet(for: network)
    sheet.examples = data
    network.forwards(on: &sheet)
    let h = sheet.layers[0].outputs  // [n · places, filters]
    let (down, along) = (pooling.window.down, pooling.window.along)
    var ties = 0
    for place in 0..<pooling.places {
      let top = place / pooling.columns * down.stride
      let left = place % pooling.columns * along.stride
      for filter in 0..<h.columns {
        let seen = (top..<top + down.size).flatMap { row in
          (left..<left + along.size).map { h[row * pooling.image.width + $0, filter] }
        }
        let largest = seen.max()
        ties += seen.filter { $0 == largest }.count > 1 ? 1 : 0
      }
    }
    // That the slopes would be others if the last won is what the script drew the case for.
    #expect(ties > 0)
  }
}
