import BinaryClassifier
import Multiclass
import Regression
import Workbook

/*:
 ## What is only for speed

 A layer of eight units is so small that a call to a matrix product takes longer
 than the product. A training on single examples is made of such calls. Its
 steps have a **fused** form, which the sections above do not need: one piece of
 code takes one example, or many at once, through all layers and back, and then
 steps over all parameters, which lie in one row of memory. It is in
 `Sources/Kernels` and knows ReLU, three losses, SGD and Adam, in `Float`.

 While it steps, **subnormal** numbers, so small that they have fewer digits,
 count as zero. Without that, the average $m$ of a dead unit's weight would
 shrink, from \(subnormal.start), for \(subnormal.steps) steps until it is
 subnormal, and then to \(subnormal.rest). There it stays: that times
 \(subnormal.factor) is rounded to itself. Many processors need longer to compute
 with such numbers; with `--verbose` the run says how much longer yours does.

 The run trains networks of \(fused.shapes) shapes in both forms, in
 \(fused.trainings) trainings of \(fused.steps) steps in all. The losses of the
 epochs differ by \(fused.difference) at most.
 */

//#-hidden-code
/// The training of a small network in its fused form.
package struct FusedTraining {
  private let network: FusedNetwork
  private let template: Network<Float>
  private let rule: Rule
  /// The learning rate η.
  package var learningRate: Float

  private enum Rule {
    case sgd
    case adam(Adam<Float>)
  }

  /// Gets a network ready, or returns `nil` where its activations, its loss or
  /// the optimiser have no fused form.
  package init?(_ network: Network<Float>, _ optimiser: Optimiser<Float>) {
    guard let loss = network.fusedLoss, optimiser.weightDecay == 0,
      network.layers.dropLast().allSatisfy({ $0.activation.name == "relu" })
    else { return nil }
    switch optimiser.rule {
    case is GradientStep<Float>: rule = .sgd
    case let adam as Adam<Float> where adam.isCorrected: rule = .adam(adam)
    default: return nil
    }
    let widths = network.layers.map { $0.weights.columns }
    guard let features = network.layers.first?.weights.rows else { return nil }
    self.network = FusedNetwork(widths: [features] + widths, loss: loss)
    for (index, layer) in network.layers.enumerated() {
      self.network.setLayer(
        index, weights: layer.weights.elements, bias: layer.bias.elements)
    }
    template = network
    learningRate = optimiser.learningRate
  }

  /// Takes a step on some examples, and returns their mean loss before it.
  package func step(
    on data: Dataset<Float>, at positions: ArraySlice<Int>
  ) -> Float {
    flushingSubnormals { plainStep(on: data, at: positions) }
  }

  /// Takes a step with whatever setting for subnormal numbers holds.
  private func plainStep(
    on data: Dataset<Float>, at positions: ArraySlice<Int>
  ) -> Float {
    let loss = data.x.withUnsafeElements { x in
      data.y.withUnsafeElements { y in
        positions.withUnsafeBufferPointer {
          network.computeGradient(x, y, rows: $0)
        }
      }
    }
    switch rule {
    case .sgd: network.stepOfSGD(rate: learningRate)
    case .adam(let adam):
      network.stepOfAdam(
        rate: learningRate, β: (adam.β1, adam.β2), ε: adam.ε)
    }
    return loss
  }

  /// Takes a step on each mini-batch of the examples in their order, and
  /// returns the mean loss, each mini-batch's before its step.
  package func epoch(on data: Dataset<Float>, batchSize: Int) -> Float {
    let positions = Array(0..<data.count)
    var (sum, start): (Float, Int) = (0, 0)
    flushingSubnormals {
      while start < positions.count {
        let batch = positions[start..<min(start + batchSize, positions.count)]
        sum += Float(batch.count) * plainStep(on: data, at: batch)
        start += batchSize
      }
    }
    return sum / Float(max(data.count, 1))
  }

  /// Returns the first logit of each row of inputs, `[n, features]`. The network
  /// gets them one by one.
  package func logits(of x: Matrix<Float>) -> [Float] {
    x.withUnsafeElements { first in
      (0..<x.rows).map { network.firstLogit(of: first + $0 * x.columns) }
    }
  }

  /// The network as the steps have left it.
  package var result: Network<Float> {
    var result = template
    for index in template.layers.indices {
      let layer = network.layer(index)
      result.layers[index].weights = Matrix(
        rows: template.layers[index].weights.rows,
        columns: template.layers[index].weights.columns,
        elements: layer.weights)
      result.layers[index].bias = Vector(layer.bias)
    }
    return result
  }
}

extension Network<Float> {
  /// The fused form of the loss, or `nil` where there is none.
  fileprivate var fusedLoss: FusedNetwork.Loss? {
    switch loss.name {
    case Loss<Float>.halfSquaredError.name: .halfSquaredError
    case Loss<Float>.binaryCrossEntropy.name: .binaryCrossEntropy
    case Loss<Float>.crossEntropy.name:
      (layers.last?.weights.columns ?? 0) <= 100 ? .crossEntropy : nil
    default: nil
    }
  }

  /// Trains the network in the fused form, where there is one.
  ///
  /// - Parameters: As those of the plain `train`.
  /// - Returns: The mean loss of each epoch, or `nil` where there is no such
  ///   form and nothing was trained.
  package mutating func trainFused(
    on data: Dataset<Float>, _ optimiser: Optimiser<Float>,
    _ loop: TrainingLoop, _ schedule: Schedule, using random: inout SplitMix64
  ) -> [Float]? {
    guard var training = FusedTraining(self, optimiser) else { return nil }
    var step = 0
    let losses = loop.run(over: data.count, using: &random) { positions in
      step += 1
      training.learningRate =
        optimiser.learningRate * Float(schedule.factor(at: step))
      return training.step(on: data, at: positions)
    }
    self = training.result
    return losses
  }
}

extension Matrix<Float> {
  /// Calls `body` with the address of the entries, row after row.
  fileprivate func withUnsafeElements<Result>(
    _ body: (UnsafePointer<Float>) -> Result
  ) -> Result {
    elements.withUnsafeBufferPointer { entries in
      guard let first = entries.baseAddress else {
        preconditionFailure("no examples to learn from")
      }
      return body(first)
    }
  }
}
//#-end-hidden-code

/// Trains networks in the plain form and in the fused form.
func compareFused(on run: inout RunRecorder) throws(ArchitectureError) {
  run.section("What is only for speed")
  var random = run.random("fused")
  let points = LabelledPoints.circles(120, using: &random)
  let data = points.binary(as: Float.self)
  // Narrow, with one hidden layer, and with thousands of weights: each has a
  // fused form of its own for many examples.
  let shapes = [
    try Network<Float>(
      [2, 8, .relu, 8, .relu, 1, .sigmoid], loss: .binaryCrossEntropy,
      using: &random),
    try Network<Float>(
      [2, 16, .relu, 1, .sigmoid], loss: .binaryCrossEntropy, using: &random),
    try Network<Float>(
      [2, 64, .relu, 32, .relu, 1, .sigmoid], loss: .binaryCrossEntropy,
      using: &random),
  ]
  let batchSizes = [1, 5, 30]
  let optimisers = [
    Optimiser<Float>.sgd(learningRate: 0.05), .adam(learningRate: 0.001),
  ]
  var (largest, steps): (Float, Int) = (0, 0)
  for (start, batchSize) in shapes.flatMap({ s in batchSizes.map { (s, $0) } })
  {
    let loop = TrainingLoop(batchSize: batchSize, epochs: 2)
    for optimiser in optimisers {
      var (plain, fused) = (start, start)
      var (one, other) = (random, random)
      let losses = plain.train(
        on: data, optimiser, loop, .exponential(0.999), using: &one)
      let fusedLosses =
        fused.trainFused(
          on: data, optimiser, loop, .exponential(0.999), using: &other)
        ?? [.nan, .nan]
      // What is not a number is the largest difference.
      largest = zip(losses, fusedLosses).map { abs($0 - $1) }
        .reduce(largest) { $0.isNaN || $1 <= $0 ? $0 : $1 }
      steps += loop.epochs * ((data.count + batchSize - 1) / batchSize)
    }
  }
  let trainings = shapes.count * batchSizes.count * optimisers.count
  run.record(shapes.count, as: "fused.shapes", label: "shapes of networks")
  run.record(
    trainings, as: "fused.trainings", label: "trainings in both forms")
  run.record(steps, as: "fused.steps", label: "their steps")
  run.record(
    largest, .scientific(1), as: "fused.difference",
    label: "largest difference of the losses")
  run.check(
    "the fused form trains as the plain form does",
    largest <= 1e-4,
    detail: "losses of \(trainings) trainings, within 10⁻⁴")
}

/// Follows the average of a unit whose gradient is 0 from some step on.
func shrinkAnAverage(on run: inout RunRecorder) {
  let factor = Adam<Float>.usual.β1
  var (m, steps): (Float, Int) = (0.01, 0)
  run.record(m, .decimals(2), as: "subnormal.start", label: "an average")
  while m.isNormal {
    m = smaller(m, factor)
    steps += 1
  }
  while smaller(m, factor) < m { m = smaller(m, factor) }
  run.record(
    factor, .decimals(1), as: "subnormal.factor", label: "of an average kept")
  run.record(steps, as: "subnormal.steps", label: "steps until subnormal")
  run.record(m, .scientific(1), as: "subnormal.rest", label: "what stays")
  run.check(
    "an average that only shrinks stays above 0, unless subnormal numbers are 0",
    m > 0 && flushingSubnormals { smaller(m, factor) } == 0,
    detail: "in Float")
  let ratio =
    secondsOfProducts(of: m, factor) / secondsOfProducts(of: 1, 1)
  run.log(
    "a product with a subnormal number takes "
      + "\(NumberFormat.decimals(1).text(of: ratio)) times as long here")
}

//#-hidden-code
/// Returns a product that is computed where the call stands, and not before.
@inline(never)
private func smaller(_ m: Float, _ factor: Float) -> Float { m * factor }

/// Returns the seconds of many such products, each of the one before.
private func secondsOfProducts(of first: Float, _ factor: Float) -> Double {
  var m = first
  let time = ContinuousClock().measure {
    for _ in 0..<100_000 { m = smaller(m, factor) }
  }
  precondition(m == first, "\(first) times \(factor) is not rounded to itself")
  return time / .seconds(1)
}
//#-end-hidden-code
