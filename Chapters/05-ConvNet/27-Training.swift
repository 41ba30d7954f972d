import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
extension ConvNet where Scalar: FloatingField {
  /// Trains the network by stochastic gradient descent.
  ///
  /// - Parameters:
  ///   - images: Images, as bytes: of two classes where the network has one
  ///     output, and otherwise of as many as it has outputs.
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
    let (first, outputs) = (positions.startIndex, outputs)
    let loss = lossAndGradient(of: positions.count, on: &workspaces) {
      range, batch in
      let part =
        positions[first + range.lowerBound..<first + range.upperBound]
      if outputs == 1 { return images.write(part, into: &batch) }
      images.write(part, into: &batch.x)
      images.writeOneHot(part, outputs: outputs, into: &batch.y)
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
      rows: positions.count, columns: outputs, elements: logits)
  }

  /// Returns the predicted class of each image: by the sign of a single logit,
  /// or by the largest of several.
  package func classes(
    of images: LabelledImages, at positions: [Int]
  ) -> [Int] {
    let z = logits(of: images, at: positions)  // [n, outputs]
    return (0..<z.rows).map { row in
      if z.columns == 1 { return z[row, 0] > 0 ? 1 : 0 }
      return (1..<z.columns).reduce(0) { z[row, $1] > z[row, $0] ? $1 : $0 }
    }
  }

  /// Returns how often each class was predicted for each class.
  package func confusion(
    on images: LabelledImages, at positions: [Int]
  ) -> ConfusionMatrix {
    ConfusionMatrix(
      actual: positions.map { images.labels[$0] },
      predicted: classes(of: images, at: positions),
      classes: images.classNames.count)
  }

  /// The number of logits. `layers.last` would allocate, in every step.
  private var outputs: Int {
    let count = head.layers.count
    return count == 0 ? 0 : head.layers[count - 1].bias.count
  }
}

extension LabelledImages {
  /// Writes the classes of images into a matrix, which becomes
  /// `[positions, outputs]`: 1 in the column of the class, and 0 elsewhere.
  ///
  /// - Precondition: There are as many classes as outputs.
  fileprivate func writeOneHot<Scalar: FloatingField>(
    _ positions: ArraySlice<Int>, outputs: Int, into y: inout Matrix<Scalar>
  ) {
    precondition(
      classNames.count == outputs,
      "\(outputs) outputs for images of \(classNames.count) classes")
    y.reshape(rows: positions.count, columns: outputs)
    y.fill(with: 0)
    for (row, image) in positions.enumerated() { y[row, labels[image]] = 1 }
  }
}
//#-end-hidden-code
