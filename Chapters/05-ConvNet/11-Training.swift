import BinaryClassifier
import Regression
import Workbook

/*:
 ## The small network

 The small network has one convolution layer and two linear layers: a
 convolution of three by three, a ReLU, a max-pooling of two by two, thirty-two
 ReLUs, and a single logit. Its images are the silhouettes. They are stored as
 bytes and converted to floats batch by batch.
 */

extension ConvNet where Scalar: FloatingField {
  /// Trains the network by stochastic gradient descent.
  ///
  /// - Parameters:
  ///   - images: Images of two classes, as bytes.
  ///   - positions: The positions of the training images.
  ///   - optimiser: What takes the steps.
  ///   - loop: What draws the batches.
  ///   - random: The generator that shuffles the images.
  ///   - afterEpoch: Called with the number of each epoch, from 1, and the
  ///     network as it then is.
  /// - Returns: The mean loss of each epoch, measured before each step.
  @discardableResult
  package mutating func train(
    on images: LabelledImages, at positions: [Int],
    _ optimiser: Optimiser<Scalar>, _ loop: TrainingLoop,
    using random: inout SplitMix64,
    afterEpoch: (Int, ConvNet) -> Void = { _, _ in }
  ) -> [Scalar] {
    var optimiser = optimiser
    var workspaces = workspaces(forBatchesOf: loop.batchSize)
    var chosen: [Int] = []
    return loop.run(
      over: positions.count, using: &random,
      step: { batch in
        chosen.removeAll(keepingCapacity: true)
        for index in batch { chosen.append(positions[index]) }
        return step(on: images, at: chosen[...], on: &workspaces, &optimiser)
      },
      afterEpoch: { afterEpoch($0, self) })
  }

  /// Takes a step on some images, and returns their loss before it.
  package mutating func step(
    on images: LabelledImages, at positions: ArraySlice<Int>,
    on workspaces: inout [ConvNetWorkspace<Scalar>],
    _ optimiser: inout Optimiser<Scalar>
  ) -> Scalar {
    let first = positions.startIndex
    let loss = lossAndGradient(of: positions.count, on: &workspaces) {
      range, batch in
      images.write(
        positions[first + range.lowerBound..<first + range.upperBound],
        into: &batch)
    }
    step(against: workspaces[0], &optimiser)
    return loss
  }
}

/*:
 To classify images, the forward pass is enough. It goes micro-batch by
 micro-batch.
 */

extension ConvNet where Scalar: FloatingField {
  /// Returns the logits of images, `[positions, outputs]`.
  package func logits(
    of images: LabelledImages, at positions: [Int]
  ) -> Matrix<Scalar> {
    let count = microBatchCount(of: positions.count)
    let logits = concurrentMap(count) { index in
      var workspace = ConvNetWorkspace(for: self)
      let range = microBatch(index, of: positions.count)
      images.write(positions[range], into: &workspace.examples.x)
      forward(on: &workspace)
      return head.logits(from: workspace.input(of: layers.count)).elements
    }.flatMap(\.self)
    return Matrix(
      rows: positions.count, columns: head.layers.last?.bias.count ?? 0,
      elements: logits)
  }

  /// Returns the confusion matrix of two classes.
  package func confusion(
    on images: LabelledImages, at positions: [Int]
  ) -> ConfusionMatrix {
    let z = logits(of: images, at: positions)  // [n, 1]
    return ConfusionMatrix(
      actual: positions.map { images.labels[$0] },
      predicted: z.elements.map { $0 > 0 ? 1 : 0 }, classes: 2)
  }
}

/*:
 How much work is it? A filter has one weight for each entry of a patch,
 whatever the size of the image, and uses each weight at every output position.
 A linear layer uses each weight once. So the first layer of the table has few
 weights and many multiplications, and the second has many weights and few
 multiplications.

 ![Weights, and multiplications for one image](table:counts)
 */

/// Returns the small network: a convolution layer, 32 ReLUs, a logit.
func smallNetwork<Scalar: FloatingField>(
  for image: ImageShape, using random: inout SplitMix64
) throws -> ConvNet<Scalar> {
  try ConvNet(
    image,
    [ConvolutionDescription(8, Window(3), pooling: Window(2, stride: 2))],
    head: [32, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random)
}

extension ConvNet {
  /// The weights of each layer, and its multiplications for one image.
  var counts: [(name: String, weights: Int, products: Int)] {
    layers.map { layer in
      let k = layer.layer.weights
      return (
        "\(layer.geometry.window.vertical.size) × "
          + "\(layer.geometry.window.horizontal.size) to \(k.columns) filters",
        k.elements.count + k.columns,
        k.elements.count * layer.geometry.outputPositions
      )
    }
      + head.layers.map { layer in
        let (w, b) = (layer.weights, layer.bias)
        return (
          "\(w.rows) to \(w.columns)", w.elements.count + b.count,
          w.elements.count
        )
      }
  }
}

/*:
 ![The loss of the small network](figure:small-loss)

 After \(small.epochs) epochs the test accuracy is \(small.accuracy). The run
 prints how long the forward and the backward pass of each layer take. These
 times differ from machine to machine, so they are not in this book.
 */

/// Trains the small network on the silhouettes.
func learnWithTheSmallNetwork<Scalar: FloatingField>(
  on run: inout RunRecorder, _ data: Silhouettes, in scalar: Scalar.Type
) throws {
  run.section("The small network")
  var random = run.random("small")
  let images = data.images
  var network: ConvNet<Scalar> = try smallNetwork(
    for: ImageShape(images.height, images.width, 1), using: &random)
  var table = Table("counts", columns: ["layer", "weights", "products"])
  for layer in network.counts {
    table.add([
      .text(layer.name), .count(layer.weights), .count(layer.products),
    ])
  }
  run.show(table)

  let loop = TrainingLoop(batchSize: 32, epochs: run.repetitions(10))
  run.record(loop.epochs, as: "small.epochs", label: "epochs")
  let losses = network.train(
    on: images, at: data.split.training,
    .sgd(learningRate: 1 / 20, weightDecay: 1 / 1_000), loop, using: &random)
  run.show(Figure("small-loss", lossPlot(losses)))
  run.record(
    network.confusion(on: images, at: data.split.test).accuracy ?? .nan,
    .percent(1), as: "small.accuracy", label: "test accuracy")
  logTimes(on: run, of: network, images, at: data.split.training)
}

//#-hidden-code
/// Prints how long the passes of each layer take for a micro-batch.
func logTimes<Scalar: FloatingField>(
  on run: RunRecorder, of network: ConvNet<Scalar>, _ images: LabelledImages,
  at positions: [Int]
) {
  var workspace = ConvNetWorkspace(for: network)
  images.write(positions.prefix(microBatchSize), into: &workspace.examples)
  network.forwardAndBackward(on: &workspace, fraction: 1)
  func milliseconds(_ body: () -> Void) -> String {
    let clock = ContinuousClock()
    let times = (0..<9).map { _ in clock.measure(body) / .milliseconds(1) }
    return NumberFormat.decimals(2).text(of: times.sorted()[4])
  }
  let n = workspace.examples.count
  for (index, layer) in network.layers.enumerated() {
    let x = workspace.input(of: index)
    let dOutput = workspace.outputGradient(of: index)
    let forward = milliseconds {
      layer.forward(from: x, count: n, on: &workspace.layers[index])
    }
    let backward = milliseconds {
      layer.backward(
        from: dOutput, to: x, count: n, on: &workspace.layers[index],
        gradient: &workspace.layerGradients[index],
        needsInputGradient: index > 0)
    }
    run.log(
      "convolution \(index + 1), \(n) images: forward \(forward) ms, backward "
        + "\(backward) ms")
  }
  let x = workspace.input(of: network.layers.count)
  let linear = milliseconds {
    _ = network.head.lossAndGradient(
      from: x, to: workspace.examples.y, on: &workspace.head,
      needsInputGradient: true)
  }
  run.log("linear layers, \(n) images: \(linear) ms for both passes")
}
//#-end-hidden-code
