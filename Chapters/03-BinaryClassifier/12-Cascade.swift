import Regression
import Workbook

/*:
 ## Nine layers at a large learning rate

 In a deep network a whole layer can die by itself. Here the same silhouettes
 are the inputs of nine layers: eight of ten ReLUs and one with a sigmoid. The
 learning rate of \(cascade.rate) is too large for such a depth. The same
 \(cascade.starts) starts are also trained with **leaky** ReLUs, whose
 derivative is never zero, and both at \(cascade.small). A network *learns* if
 the loss of its last epoch is below \(cascade.bar), a tenth below $\log 2$.

 ![The same starts with two kinds of unit and at two learning rates, after
 training](table:cascade-outcomes)

 At the large learning rate a layer dies in \(cascade.died) networks of ReLUs.
 This is one of them:

 ![Dead units in nine layers at a large learning rate](table:cascade)

 It makes the same prediction for every cat and every dog, and its loss stays
 near $\log 2$. That looks like a network that has not learned yet, but the dead
 layer and those before it will never change again.

 Leaky ReLUs are no cure. Of \(cascade.starts) networks \(cascade.diverged)
 **diverge**: their weights grow until they are NaN. With ReLUs
 \(cascade.reluDiverged) do. The \(cascade.leaky) others have a gradient in
 every layer at the end, and \(cascade.leakyLearned) of them learn. What has to
 change is the learning rate. At \(cascade.small) no layer dies, no network
 diverges, and all learn with either unit. The figure has a start from which the
 leaky network does not diverge.

 ![The loss of that network, of the same with leaky ReLUs, and of the same at
 the smaller learning rate](figure:cascade-loss)
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

/// Trains nine layers.
func trainDeep<Scalar: FloatingField>(
  _ activation: ActivationKind<Analytic>, on data: Dataset<Scalar>,
  learningRate: Scalar, epochs: Int, using random: inout SplitMix64
) throws(ArchitectureError) -> CascadeHistory<Scalar> {
  var architecture: [Architecture<Analytic>.Entry] = [784]
  for _ in 0..<8 { architecture += [10, .activation(activation)] }
  architecture += [1, .sigmoid]
  var network = try Network<Scalar>(
    Architecture(architecture), loss: .binaryCrossEntropy, using: &random)
  var dead = [network.deadUnits(on: data.x)]
  let losses = network.train(
    on: data,
    .sgd(learningRate: learningRate),
    TrainingLoop(batchSize: 32, epochs: epochs), using: &random
  ) { dead.append($1.deadUnits(on: data.x)) }
  return CascadeHistory(network: network, losses: losses, dead: dead)
}

/// Trains the same networks with ReLUs and with leaky ReLUs, at two learning
/// rates, and compares.
func showCascade<Scalar: FloatingField>(
  on run: inout RunRecorder, _ data: Silhouettes, in scalar: Scalar.Type
) throws {
  run.section("Nine layers, and a dead one")
  run.ask("ReLUs die at a large learning rate. Do leaky ones learn there?")
  let (large, small): (Scalar, Scalar) = (3 / 4, 1 / 20)
  let examples = data.training.binary(as: Scalar.self)
  let seed = run.options.seed
  func histories(
    _ activation: ActivationKind<Analytic>, _ learningRate: Scalar
  ) throws -> [CascadeHistory<Scalar>] {
    try concurrentMap(8) { start in
      var random = SplitMix64(seed: seed, stream: "cascade.\(start)")
      return Result {
        try trainDeep(
          activation, on: examples, learningRate: learningRate, epochs: 6,
          using: &random)
      }
    }.map { try $0.get() }
  }
  let relu = try histories(.relu, large)
  let leaky = try histories(.leakyReLU, large)
  let slowRelu = try histories(.relu, small)
  let slowLeaky = try histories(.leakyReLU, small)
  let largeText = NumberFormat.decimals(2).text(of: Double(large))
  let smallText = NumberFormat.decimals(2).text(of: Double(small))
  run.show(
    outcomes(
      [
        ("relu, \(largeText)", relu), ("leaky relu, \(largeText)", leaky),
        ("relu, \(smallText)", slowRelu),
        ("leaky relu, \(smallText)", slowLeaky),
      ], examples))
  recordCascade(on: &run, large, small, relu, leaky, examples)

  // Networks that diverge have no loss to show.
  let died = relu.indices.filter { relu[$0].diedWithoutDiverging }
  if let shown = died.first(where: { !leaky[$0].hasDiverged }) {
    showDeath(
      on: &run, relu[shown],
      beside: [
        ("relu, \(largeText)", relu[shown]),
        ("leaky relu, \(largeText)", leaky[shown]),
        ("relu, \(smallText)", slowRelu[shown]),
      ], examples)
  }
  let reached = leaky.filter { $0.hasGradientInAllLayers(examples) }
  run.check(
    "deep ReLUs can die at a large learning rate, leaky ones keep a gradient",
    !died.isEmpty
      && reached.count + leaky.filter(\.hasDiverged).count == leaky.count,
    detail:
      "a layer dies in \(died.count) of \(relu.count) networks; with leaky "
      + "units every layer has a gradient in \(reached.count), and "
      + "\(leaky.filter(\.hasDiverged).count) diverge")
  let learned = reached.filter(\.hasLearned).count
  run.check(
    "a gradient in every layer is not enough: leaky networks fail to learn too",
    learned < reached.count,
    detail: "\(learned) of \(reached.count) learn at \(largeText)")
  run.check(
    "at a small learning rate no layer dies, and all networks learn",
    (slowRelu + slowLeaky).allSatisfy {
      $0.deadLayer == nil && !$0.hasDiverged && $0.hasLearned
    },
    detail: "\(slowRelu.count + slowLeaky.count) networks at \(smallText)")
}

extension CascadeHistory {
  /// The loss below which a network counts as one that learns.
  static var bar: Double { 0.9 * Double.log(2) }

  /// Whether the loss of the last epoch is clearly below that of a constant.
  var hasLearned: Bool {
    guard let last = losses.last else { return false }
    return Double(last) < Self.bar
  }

  /// Whether a layer is dead, and all weights are numbers.
  var diedWithoutDiverging: Bool { deadLayer != nil && !hasDiverged }

  /// Whether the gradient of every layer's weights is not 0.
  func hasGradientInAllLayers(_ examples: Dataset<Scalar>) -> Bool {
    let gradient = network.lossAndGradient(on: examples).gradient
    return !hasDiverged
      && gradient.layers.allSatisfy { $0.weights.squaredNorm > 0 }
  }
}

//#-hidden-code
/// Records how the networks end at the large learning rate.
func recordCascade<Scalar: FloatingField>(
  on run: inout RunRecorder, _ large: Scalar, _ small: Scalar,
  _ relu: [CascadeHistory<Scalar>], _ leaky: [CascadeHistory<Scalar>],
  _ examples: Dataset<Scalar>
) {
  let reached = leaky.filter { $0.hasGradientInAllLayers(examples) }
  run.record(
    large, .decimals(2), as: "cascade.rate", label: "large learning rate")
  run.record(
    small, .decimals(2), as: "cascade.small", label: "small learning rate")
  run.record(
    CascadeHistory<Scalar>.bar, .decimals(3), as: "cascade.bar",
    label: "a loss below this is learning")
  run.record(relu.count, as: "cascade.starts", label: "starts")
  run.record(
    relu.filter(\.diedWithoutDiverging).count, as: "cascade.died",
    label: "relu, a layer dies")
  run.record(
    relu.filter(\.hasDiverged).count, as: "cascade.reluDiverged",
    label: "relu, diverge")
  run.record(
    leaky.filter(\.hasDiverged).count, as: "cascade.diverged",
    label: "leaky, diverge")
  run.record(
    reached.count, as: "cascade.leaky",
    label: "leaky, a gradient in every layer")
  run.record(
    reached.filter(\.hasLearned).count, as: "cascade.leakyLearned",
    label: "leaky, of those learn")
}

/// Returns how many networks of each kind die, diverge or keep a gradient.
func outcomes<Scalar: FloatingField>(
  _ kinds: [(name: String, histories: [CascadeHistory<Scalar>])],
  _ examples: Dataset<Scalar>
) -> Table {
  Table(
    "cascade-outcomes",
    columns: [
      "units and rate", "starts", "a layer dies", "diverge",
      "a gradient everywhere", "learn",
    ],
    rows: kinds.map { name, histories in
      let finite = histories.filter { !$0.hasDiverged }
      return [
        .text(name), .count(histories.count),
        .count(finite.filter { $0.deadLayer != nil }.count),
        .count(histories.count - finite.count),
        .count(finite.filter { $0.hasGradientInAllLayers(examples) }.count),
        .count(finite.filter(\.hasLearned).count),
      ]
    })
}

/// Shows a network in which a layer died, and checks its predictions and its
/// gradient.
func showDeath<Scalar: FloatingField>(
  on run: inout RunRecorder, _ relu: CascadeHistory<Scalar>,
  beside shown: [(name: String, history: CascadeHistory<Scalar>)],
  _ examples: Dataset<Scalar>
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
        series: shown.map { name, history in
          .init(name, history.losses.map { Double($0) })
        })))

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
