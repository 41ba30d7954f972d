import Workbook

/*:
 ## The training loop

 A **training loop** knows neither the network nor the optimiser. Before each
 **epoch** it shuffles the examples and deals them out into mini-batches. It has
 a step taken on each batch, and it returns the mean loss of each epoch. The
 loss of a batch is measured before the step on it.
 */

/// Draws mini-batches, epoch after epoch.
package struct TrainingLoop: Sendable {
  /// The number of examples in a mini-batch. The last one may be smaller.
  package var batchSize: Int
  /// How often to go through all examples, at least once.
  package var epochs: Int

  package init(batchSize: Int, epochs: Int) {
    self.batchSize = batchSize
    self.epochs = epochs
  }

  /// Has a step taken on every mini-batch of every epoch.
  ///
  /// - Parameters:
  ///   - count: The number of examples.
  ///   - random: The generator that shuffles the examples before each epoch.
  ///   - step: Takes a step on the examples at some positions and returns their
  ///     mean loss before it.
  ///   - afterEpoch: Called with the number of each epoch, from 1.
  /// - Returns: The mean loss of each epoch.
  /// - Precondition: There is at least one example.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package func run<Scalar: Field>(
    over count: Int, using random: inout SplitMix64,
    step: (ArraySlice<Int>) -> Scalar, afterEpoch: (Int) -> Void = { _ in }
  ) -> [Scalar] {
    precondition(count > 0, "no examples to learn from")
    let n = Scalar(count: count)
    var losses: [Scalar] = []
    for epoch in 1...max(epochs, 1) {
      var mean: Scalar = 0
      for batch in miniBatches(of: batchSize, from: count, using: &random) {
        let loss = step(batch)
        mean += Scalar(count: batch.count) * loss / n
      }
      losses.append(mean)
      afterEpoch(epoch)
    }
    return losses
  }
}

/*:
 The two-layer network is trained by both together. The call to `step` is the
 only line in which its weights change.
 */

extension TwoLayerNetwork {
  /// Trains the network.
  ///
  /// - Parameters:
  ///   - data: The examples.
  ///   - φ: The activation of the hidden layer.
  ///   - optimiser: What takes the steps.
  ///   - loop: What draws the batches.
  ///   - random: The generator that shuffles the examples.
  ///   - afterEpoch: Called with the number of each epoch, from 1, and the
  ///     network as it then is.
  /// - Returns: The mean loss of each epoch.
  @discardableResult
  mutating func train(
    on data: Dataset<Scalar>, through φ: Activation<Scalar>,
    _ optimiser: Optimiser<Scalar>, _ loop: TrainingLoop,
    using random: inout SplitMix64,
    afterEpoch: (Int, Self) -> Void = { _, _ in }
  ) -> [Scalar] {
    var optimiser = optimiser
    return loop.run(
      over: data.count, using: &random,
      step: { positions in
        let batch = data.examples(at: positions)
        let (loss, gradient) = lossAndGradient(
          from: batch.x, to: batch.y, through: φ)
        optimiser.step(&self, against: gradient)
        return loss
      },
      afterEpoch: { afterEpoch($0, self) })
  }
}
