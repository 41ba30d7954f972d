import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
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
//#-end-hidden-code
