import Testing
import Workbook

@testable import BinaryClassifier
@testable import ConvNet
@testable import Regression

/// A window of a fixture: size, stride and padding, each vertical and horizontal.
struct WindowNote: Decodable, Sendable {
  let kernel: [Int]
  let stride: [Int]
  let padding: [Int]

  var window: Window {
    get throws {
      try #require(kernel.count == 2 && stride.count == 2 && padding.count == 2)
      return Window(
        vertical: WindowGeometry(kernel[0], stride: stride[0], padding: padding[0]),
        horizontal: WindowGeometry(kernel[1], stride: stride[1], padding: padding[1]))
    }
  }
}

/// Filters, an activation, and perhaps max-pooling.
struct BlockNote: Decodable, Sendable {
  let filters: Int
  let window: WindowNote
  let curve: String
  let pooling: WindowNote?
}

/// A convolutional network, and images for it.
struct ConvSubject: NamedSubject {
  let name: String
  /// The height, the width and the channels of an image.
  let image: [Int]
  let blocks: [BlockNote]
  /// The activations of the hidden layers after the convolutions.
  let curves: [String]
  let loss: String
  let x: Block
  let y: Block
  /// The filters and the bias of each convolution, then the weights and the bias of each linear layer.
  let parameters: [Block]

  /// The network of chapter 5.
  var network: ConvNet<Double> {
    get throws {
      try #require(image.count == 3)
      let plans = try blocks.map { block in
        ConvolutionDescription(
          block.filters, try block.window.window,
          try #require(ActivationKind.byName[block.curve]),
          pooling: try block.pooling?.window)
      }
      let loss = try #require(Loss<Double>.byName[loss])
      let ending = try #require(ActivationKind.byName[loss.matchingActivation])
      let widths = parameters.dropFirst(2 * blocks.count).filter { $0.shape.count == 1 }
        .map(\.shape[0])
      try #require(widths.count == curves.count + 1)
      var head: [Architecture<Analytic>.Entry] = []
      for (curve, width) in zip(curves, widths) {
        head += [.width(width), .activation(try #require(ActivationKind.byName[curve]))]
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
  /// Returns the loss, the gradient of all parameters and of the images, and the predictions.
  func results(
    on data: Dataset<Double>
  ) -> (loss: Double, gradient: [Tensor<Double>], prediction: Matrix<Double>) {
    var workspace = ConvNetWorkspace(for: self)
    workspace.examples = data
    forwardAndBackward(on: &workspace, fraction: 1)
    // A network does not compute the gradient of its images, so its first layer does it here.
    layers[0].backward(
      from: workspace.outputGradient(of: 0), to: data.x, count: data.count,
      on: &workspace.layers[0], gradient: &workspace.layerGradients[0], needsInputGradient: true)
    let (loss, gradient) = lossAndGradient(on: data)
    return (
      loss, gradient.tensors + [Tensor("X", workspace.layers[0].dX)],
      head.prediction(from: workspace.input(of: layers.count))
    )
  }
}

/// The results of Keras for the network of some name, in a file of their own.
struct KerasNote<Answers: Decodable & Sendable>: Decodable, Sendable {
  let name: String
  let keras: Answers

  /// Returns the results of Keras.
  ///
  /// - Throws: `Misfit` where they belong to another network.
  func answers(to subject: some NamedSubject) throws(Misfit) -> Answers {
    guard name == subject.name else {
      throw Misfit("the results of Keras are for \(name); the network is \(subject.name)")
    }
    return keras
  }
}

/// Losses, gradients and fifty steps of the networks of chapter 5 beside those of NumPy, PyTorch and
/// Keras.
///
/// NumPy loops over the output positions. PyTorch has the channels first, in images and in filters.
/// Keras has them last, as we do: `[n, h, w, c]` and `[h, w, c, filters]` are our `[n, h · w · c]`
/// and `[h · w · c, filters]` with more axes.
@Suite struct ConvolutionParityTests {
  static func networks() throws -> [GradientCase<ConvSubject>] {
    let notes: [KerasNote<LibraryGradient>] = try Fixture.cases(in: "peers-convolutions", count: 13)
    var tests: [GradientCase<ConvSubject>] = try Fixture.cases(
      in: "gradients-convolutions", count: 13)
    for (index, note) in notes.enumerated() {
      tests[index].keras = try note.answers(to: tests[index].subject)
    }
    return tests
  }
  static func trainings() throws -> [TrainingCase<ConvSubject>] {
    let note: [KerasNote<Arrival>] = try Fixture.cases(in: "peers-training-convolutions", count: 1)
    var tests: [TrainingCase<ConvSubject>] = try Fixture.cases(
      in: "training-convolutions", count: 1)
    tests[0].keras = try note[0].answers(to: tests[0].subject)
    return tests
  }

  @Test(arguments: try networks())
  func `convolutions have the loss and gradient of all libraries, down to the images`(
    case test: GradientCase<ConvSubject>
  ) throws {
    let (loss, gradient, prediction) = try test.subject.network.results(on: try test.subject.data)
    expect(test, loss, gradient, prediction)
  }

  @Test(arguments: try trainings())
  func `a convolutional network is trained as in NumPy, PyTorch and Keras`(
    case test: TrainingCase<ConvSubject>
  ) throws {
    let start = try test.subject.network
    var workspaces = start.workspaces(forBatchesOf: test.training.batches.map(\.count).max() ?? 0)
    var optimiser = test.training.optimiser
    try expectSameTraining(test, of: start) { network, batch in
      let loss = network.lossAndGradient(of: batch.count, on: &workspaces) { range, examples in
        batch.write(Array(range)[...], into: &examples)
      }
      network.step(against: workspaces[0], &optimiser)
      return loss
    }
    // More than one micro-batch, and a last batch that is smaller.
    #expect(Set(test.training.batches.map(\.count)) == [20, 7])
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
    // Pooling windows overlap, and others leave gaps between them.
    let maxima = subjects.flatMap(\.blocks).compactMap(\.pooling)
    #expect(maxima.contains { $0.kernel[0] > $0.stride[0] || $0.kernel[1] > $0.stride[1] })
    #expect(maxima.contains { $0.kernel[0] < $0.stride[0] || $0.kernel[1] < $0.stride[1] })
  }

  @Test func `the libraries have met ties, and take the first of equal maxima as we do`() throws {
    let test = try #require(try Self.networks().first { $0.subject.name.hasSuffix("ties") })
    let (network, data) = (try test.subject.network, try test.subject.data)
    let pooling = try #require(network.layers[0].pooling)
    var workspace = ConvNetWorkspace(for: network)
    workspace.examples = data
    network.forward(on: &workspace)
    let h = workspace.layers[0].activations  // [n · positions, filters]
    let (vertical, horizontal) = (pooling.window.vertical, pooling.window.horizontal)
    var ties = 0
    for position in 0..<pooling.outputPositions {
      let top = position / pooling.columns * vertical.stride
      let left = position % pooling.columns * horizontal.stride
      for filter in 0..<h.columns {
        let seen = (top..<top + vertical.size).flatMap { row in
          (left..<left + horizontal.size).map { h[row * pooling.image.width + $0, filter] }
        }
        let largest = seen.max()
        ties += seen.filter { $0 == largest }.count > 1 ? 1 : 0
      }
    }
    // The script chose the case so that the gradient differs if the last maximum is taken.
    #expect(ties > 0)
  }
}
