import Regression
import Workbook

//#-hidden-code
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

/// Records how the networks end at the large learning rate.
func recordCascade<Scalar: FloatingField>(
  on run: inout RunRecorder, _ relu: [CascadeHistory<Scalar>],
  _ leaky: [CascadeHistory<Scalar>],
  _ examples: Dataset<Scalar>
) {
  let reached = leaky.filter { $0.hasGradientInAllLayers(examples) }
  run.record(
    CascadeHistory<Scalar>.bar, .decimals(3), as: "cascade.bar",
    label: "a loss below this is learning")
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
  run.show(
    Figure(
      "cascade-loss",
      LinePlot(
        x: .linear("epoch"), y: .log("loss"),
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
