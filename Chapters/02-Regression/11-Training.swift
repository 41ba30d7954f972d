import Workbook

/*:
 In each **epoch** the [training loop](file:11-Training.swift) shuffles the
 examples, deals them out into mini-batches, and has a step taken on each. For
 our network a step is a backward pass on the batch and a step of the optimiser.
 */

//#-hidden-code
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
}

extension TrainingLoop {
  /// Takes a step on each mini-batch of `count` examples, epoch after epoch.
  ///
  /// `step` gets positions and returns the mean loss there before its step.
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
extension TwoLayerNetwork {
  /// Trains the network, and returns the mean loss of each epoch.
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
        takeStep(on: data.examples(at: positions), through: φ, &optimiser)
      },
      afterEpoch: { afterEpoch($0, self) })
  }
}
//#-end-hidden-code

extension TwoLayerNetwork {
  /// Takes a step on a batch, and returns its loss before the step.
  mutating func takeStep(
    on batch: Dataset<Scalar>, through φ: Activation<Scalar>,
    _ optimiser: inout Optimiser<Scalar>
  ) -> Scalar {
    let (loss, gradient) = lossAndGradient(
      from: batch.x, to: batch.y, through: φ)
    optimiser.step(&self, against: gradient)
    return loss
  }
}
