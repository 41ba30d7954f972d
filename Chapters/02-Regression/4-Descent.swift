import Workbook

/*:
 ## Small steps on few examples

 Every step so far looked at all examples. It need not: the slope of a few
 examples, drawn at random, points downhill on average, and costs less. That is
 **stochastic gradient descent**. An epoch deals the shuffled examples out into
 **mini-batches** and takes a step for each.

 One addition keeps weights from growing without need: **weight decay**. It
 adds λ‖W‖²/2 to the loss, and so λ W to the slope of each weight matrix, and
 pulls every weight a little towards 0. Biases are left alone: they move a
 ramp, they do not steepen it.
 */

/// How to walk downhill.
package struct DescentSettings<Scalar: Field>: Sendable {
  /// The learning rate η: how long a step is, in units of the slope.
  package var rate: Scalar
  /// The weight decay λ.
  package var decay: Scalar
  /// The number of examples in a mini-batch.
  package var batchSize: Int
  /// How often to go through all examples.
  package var epochs: Int

  package init(
    rate: Scalar, decay: Scalar = 0, batchSize: Int, epochs: Int
  ) {
    self.rate = rate
    self.decay = decay
    self.batchSize = batchSize
    self.epochs = epochs
  }
}

/// A network that can take a step against a gradient.
package protocol Descending<Scalar> {
  associatedtype Scalar: Field
  /// Takes one step: W ← W − η (dW + λ W) and b ← b − η db.
  mutating func step(
    against gradient: Self, _ settings: DescentSettings<Scalar>)
}

extension TwoLayerNetwork: Descending {
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func step(
    against gradient: Self, _ settings: DescentSettings<Scalar>
  ) {
    descend(&w1, gradient.w1, settings)
    descend(&b1, gradient.b1, settings)
    descend(&w2, gradient.w2, settings)
    descend(&b2, gradient.b2, settings)
  }
}

/// Takes a step with a weight matrix: W ← W − η (dW + λ W).
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func descend<Scalar: Field>(
  _ weights: inout Matrix<Scalar>, _ gradient: Matrix<Scalar>,
  _ settings: DescentSettings<Scalar>
) {
  if settings.decay != 0 {
    weights = (1 - settings.rate * settings.decay) * weights
  }
  weights.add(-settings.rate, times: gradient)
}

/// Takes a step with a bias: b ← b − η db.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func descend<Scalar: Field>(
  _ bias: inout Vector<Scalar>, _ gradient: Vector<Scalar>,
  _ settings: DescentSettings<Scalar>
) {
  bias.add(-settings.rate, times: gradient)
}

/*:
 The loop itself knows nothing of what a network is. It deals out batches, asks
 for the slope, takes the step, and notes the mean loss of each epoch, as it
 was met on the way.
 */

/// Trains a network by stochastic gradient descent.
///
/// - Parameters:
///   - network: The network, which is changed.
///   - data: The examples.
///   - settings: How to walk.
///   - random: The generator that shuffles the examples.
///   - lossAndGradient: Returns the loss on a mini-batch and its slopes.
///   - afterEpoch: Called with the number of each epoch, from 1, and the
///     network as it then is.
/// - Returns: The mean loss of each epoch.
/// - Precondition: There is at least one example.
package func train<Network: Descending>(
  _ network: inout Network, on data: Dataset<Network.Scalar>,
  _ settings: DescentSettings<Network.Scalar>, using random: inout SplitMix64,
  lossAndGradient: (Network, Dataset<Network.Scalar>) -> (
    loss: Network.Scalar, gradient: Network
  ),
  afterEpoch: (Int, Network) -> Void = { _, _ in }
) -> [Network.Scalar] {
  precondition(data.count > 0, "no examples to learn from")
  var losses: [Network.Scalar] = []
  for epoch in 1...max(settings.epochs, 1) {
    var sum: Network.Scalar = 0
    for batch in miniBatches(
      of: settings.batchSize, from: data.count, using: &random)
    {
      let (loss, gradient) = lossAndGradient(network, data.examples(at: batch))
      network.step(against: gradient, settings)
      sum += Network.Scalar(count: batch.count) * loss
    }
    losses.append(sum / Network.Scalar(count: data.count))
    afterEpoch(epoch, network)
  }
  return losses
}
