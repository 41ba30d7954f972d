import Workbook

/*:
 ## Small steps on few examples

 Every step so far looked at all examples. It need not: a step against the slope
 of a few examples, drawn at random, leads downhill on average, and costs less.
 That is **stochastic gradient descent**. An epoch deals the shuffled examples out into
 **mini-batches** and takes a step for each.

 One addition keeps weights from growing without need: **weight decay**. It
 adds $\lambda \lVert W \rVert^2 / 2$ to the loss, and so $\lambda W$ to the
 slope of each weight matrix, and pulls every weight a little towards zero.
 Biases are left alone: they move a ramp, they do not steepen it.
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

/// Takes a step with a weight matrix: W ← W − η (dW + λ W).
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func descend<Scalar: Field>(
  _ weights: inout Matrix<Scalar>, _ gradient: Matrix<Scalar>,
  _ settings: DescentSettings<Scalar>
) {
  if settings.decay != 0 {
    weights.multiply(by: 1 - settings.rate * settings.decay)
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
 The walk itself knows nothing of what a network is. It deals out batches, has a
 step taken on each, and notes the mean loss of each epoch, as it was met on the
 way.
 */

/// Walks through examples in mini-batches, epoch after epoch.
///
/// - Parameters:
///   - count: The number of examples.
///   - settings: How to walk.
///   - random: The generator that shuffles the examples before each epoch.
///   - step: Takes a step on the examples at some positions and returns their
///     mean loss before it.
///   - afterEpoch: Called with the number of each epoch, from 1.
/// - Returns: The mean loss of each epoch.
/// - Precondition: There is at least one example.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func descend<Scalar: Field>(
  over count: Int, _ settings: DescentSettings<Scalar>,
  using random: inout SplitMix64, step: (ArraySlice<Int>) -> Scalar,
  afterEpoch: (Int) -> Void = { _ in }
) -> [Scalar] {
  precondition(count > 0, "no examples to learn from")
  let n = Scalar(count: count)
  var losses: [Scalar] = []
  for epoch in 1...max(settings.epochs, 1) {
    var mean: Scalar = 0
    for batch in miniBatches(
      of: settings.batchSize, from: count, using: &random)
    {
      let loss = step(batch)
      mean += Scalar(count: batch.count) * loss / n
    }
    losses.append(mean)
    afterEpoch(epoch)
  }
  return losses
}

/*:
 And this is the two-layer network on the walk. A step asks for the slopes, and
 takes all four blocks of weights against them.
 */

extension TwoLayerNetwork {
  /// Takes a step on some examples, and returns their loss before it.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func step(
    on batch: Dataset<Scalar>, through φ: Activation<Scalar>,
    _ settings: DescentSettings<Scalar>
  ) -> Scalar {
    let (loss, gradient) = lossAndGradient(
      from: batch.x, to: batch.y, through: φ)
    descend(&w1, gradient.w1, settings)
    descend(&b1, gradient.b1, settings)
    descend(&w2, gradient.w2, settings)
    descend(&b2, gradient.b2, settings)
    return loss
  }

  /// Trains the network by stochastic gradient descent.
  ///
  /// - Parameters:
  ///   - data: The examples.
  ///   - φ: The curve between the lines.
  ///   - settings: How to walk.
  ///   - random: The generator that shuffles the examples.
  ///   - afterEpoch: Called with the number of each epoch, from 1, and the
  ///     network as it then is.
  /// - Returns: The mean loss of each epoch, as it was met on the way.
  @discardableResult
  mutating func train(
    on data: Dataset<Scalar>, through φ: Activation<Scalar>,
    _ settings: DescentSettings<Scalar>, using random: inout SplitMix64,
    afterEpoch: (Int, Self) -> Void = { _, _ in }
  ) -> [Scalar] {
    descend(
      over: data.count, settings, using: &random,
      step: { step(on: data.examples(at: $0), through: φ, settings) },
      afterEpoch: { afterEpoch($0, self) })
  }
}
