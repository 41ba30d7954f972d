import Regression
import Workbook

/*:
 ## A dead layer

 In a deep network, dead units can stop all learning. Here the same silhouettes
 are the inputs of nine layers: eight of ten ReLUs and one with a sigmoid. The
 learning rate of \(cascade.rate) is too large for such a depth.

 ![The same starts with two kinds of unit, after
 training](table:cascade-outcomes)

 This is a network in which a whole layer dies:

 ![Dead units in nine layers at a large learning rate](table:cascade)

 Once all ten units of one layer are dead, the layers behind it receive zeros
 for every image, and the network makes the same prediction for every cat and
 every dog. The gradient of the dead layer and of all layers before it is
 exactly zero, so they never change again. Only the biases behind it still
 learn, and all that they can learn is the fraction of dogs. The loss stays near
 $\log 2$. That looks like a network that has not learned yet, but this one can
 no longer learn.

 The same networks with **leaky** ReLUs, from the same weights and at the same
 learning rate, may be as bad at first. But they can recover, because the
 derivative of a leaky unit is never zero. In \(cascade.leaky) of
 \(cascade.starts) starts every layer has a gradient at the end.

 ![The loss of that network, and of the same with leaky
 ReLUs](figure:cascade-loss)
 */

/// A deep network after training, and its dead units on the way.
struct CascadeHistory<Scalar: FloatingField>: Sendable {
  var network: Network<Scalar>
  var losses: [Scalar] = []
  /// The dead units of each hidden layer, before training and after each epoch.
  var dead: [[(dead: Int, of: Int)]] = []

  /// The last hidden layer whose units are all dead, if there is one.
  var deadLayer: Int? { dead.last?.lastIndex { $0.dead == $0.of } }
  /// Whether a weight is infinite or NaN.
  var hasDiverged: Bool {
    !network.layers.allSatisfy { $0.weights.squaredNorm.isFinite }
  }
}

/// Trains nine layers at too large a learning rate.
func trainDeep<Scalar: FloatingField>(
  _ activation: ActivationKind<Analytic>, on data: Dataset<Scalar>,
  epochs: Int, using random: inout SplitMix64
) throws(ArchitectureError) -> CascadeHistory<Scalar> {
  var architecture: [Architecture<Analytic>.Entry] = [784]
  for _ in 0..<8 { architecture += [10, .activation(activation)] }
  architecture += [1, .sigmoid]
  var network = try Network<Scalar>(
    Architecture(architecture), loss: .binaryCrossEntropy, using: &random)
  var dead = [network.deadUnits(on: data.x)]
  let losses = network.train(
    on: data,
    .sgd(learningRate: largeLearningRate()),
    TrainingLoop(batchSize: 32, epochs: epochs), using: &random
  ) { dead.append($1.deadUnits(on: data.x)) }
  return CascadeHistory(network: network, losses: losses, dead: dead)
}

/// The learning rate that is too large.
func largeLearningRate<Scalar: Field>() -> Scalar { 3 / 4 }

/// Trains the same networks with ReLUs and with leaky ReLUs, and compares.
func showCascade<Scalar: FloatingField>(
  on run: inout RunRecorder, _ data: Silhouettes, in scalar: Scalar.Type
) throws {
  run.section("Nine layers, and a dead one")
  run.ask("How many of 80 ReLUs survive a large learning rate?")
  let learningRate: Scalar = largeLearningRate()
  run.record(
    learningRate, .decimals(2), as: "cascade.rate", label: "learning rate")
  let examples = data.training.binary(as: Scalar.self)
  let seed = run.options.seed
  func histories(
    _ activation: ActivationKind<Analytic>
  ) throws -> [CascadeHistory<Scalar>] {
    try concurrentMap(8) { start in
      var random = SplitMix64(seed: seed, stream: "cascade.\(start)")
      return Result {
        try trainDeep(activation, on: examples, epochs: 6, using: &random)
      }
    }.map { try $0.get() }
  }
  let relu = try histories(.relu)
  let leaky = try histories(.leakyReLU)
  let reached = leaky.filter { $0.hasGradientInAllLayers(examples) }.count
  run.record(relu.count, as: "cascade.starts", label: "starts")
  run.record(
    reached, as: "cascade.leaky", label: "leaky, a gradient in every layer")
  run.show(outcomes([("relu", relu), ("leaky relu", leaky)], examples))

  let died = relu.indices.filter {
    relu[$0].deadLayer != nil && !relu[$0].hasDiverged
  }
  if let shown = died.first {
    showDeath(on: &run, relu[shown], beside: leaky[shown], examples)
  }
  run.check(
    "deep ReLUs can die at a large learning rate, leaky ones keep a gradient",
    !died.isEmpty && reached + leaky.filter(\.hasDiverged).count == leaky.count,
    detail:
      "a layer dies in \(died.count) of \(relu.count) networks; with leaky "
      + "units every layer has a gradient in \(reached), and "
      + "\(leaky.filter(\.hasDiverged).count) diverge")
}

extension CascadeHistory {
  /// Whether the gradient of every layer's weights is not 0.
  func hasGradientInAllLayers(_ examples: Dataset<Scalar>) -> Bool {
    let gradient = network.lossAndGradient(on: examples).gradient
    return !hasDiverged
      && gradient.layers.allSatisfy { $0.weights.squaredNorm > 0 }
  }
}

//#-hidden-code
/// Returns how many networks of each kind die, diverge or keep a gradient.
func outcomes<Scalar: FloatingField>(
  _ kinds: [(name: String, histories: [CascadeHistory<Scalar>])],
  _ examples: Dataset<Scalar>
) -> Table {
  Table(
    "cascade-outcomes",
    columns: [
      "units", "starts", "a layer dies", "diverge", "a gradient everywhere",
    ],
    rows: kinds.map { name, histories in
      let finite = histories.filter { !$0.hasDiverged }
      return [
        .text(name), .count(histories.count),
        .count(finite.filter { $0.deadLayer != nil }.count),
        .count(histories.count - finite.count),
        .count(finite.filter { $0.hasGradientInAllLayers(examples) }.count),
      ]
    })
}

/// Shows a network in which a layer died, and checks its predictions and its
/// gradient.
func showDeath<Scalar: FloatingField>(
  on run: inout RunRecorder, _ relu: CascadeHistory<Scalar>,
  beside leaky: CascadeHistory<Scalar>, _ examples: Dataset<Scalar>
) {
  let moments = relu.dead.enumerated().map { epoch, dead in
    (epoch == 0 ? "at the start" : "after epoch \(epoch)", dead)
  }
  run.show(deadTable("cascade", moments))
  run.show(
    Figure(
      "cascade-loss",
      LinePlot(
        x: .linear("epoch"), y: .linear("loss"),
        series: [
          .init("relu", relu.losses.map { Double($0) }),
          .init("leaky relu", leaky.losses.map { Double($0) }),
        ])))

  let predictions = Set(relu.network.logits(from: examples.x).elements)
  let gradient = relu.network.lossAndGradient(on: examples).gradient
  let inFront = gradient.layers.prefix((relu.deadLayer ?? -1) + 1)
  run.check(
    "a dead layer makes all predictions equal, and all before it stop learning",
    !inFront.isEmpty && predictions.count == 1
      && inFront.allSatisfy { $0.weights.squaredNorm == 0 },
    detail: "hidden layer \(inFront.count) is dead; different logits for "
      + "\(examples.count) images: \(predictions.count); gradient up to that "
      + "layer: 0")
}
//#-end-hidden-code
