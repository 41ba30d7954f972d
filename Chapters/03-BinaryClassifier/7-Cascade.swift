import Regression
import Workbook

/*:
 ## A cascade

 In a deep network dead units are worse than a waste. Here are the same
 silhouettes in front of nine layers: eight of ten ReLUs and a sigmoid. The
 learning rate of \(cascade.rate) is too large for such a depth.

 ![What became of the same starts with two kinds of unit](table:cascade-outcomes)

 Watch a network in which a layer dies:

 ![Dead units in nine layers at a large learning rate](table:cascade)

 Once all ten units of one layer are dead, nothing passes. Whatever the image,
 the layers behind it see zeros, and the network says the same to every cat and
 every dog. No slope passes back either: the dead layer and all in front of it
 have a gradient of exactly zero and will never move again. What still learns
 are the biases behind, and all that they can learn is how many of the images
 are dogs. The loss sits near $\log 2$, which looks like a network that has not
 learned yet. It is one that cannot.

 The same networks with **leaky** ReLUs, from the same weights and at the same
 rate, may do as badly at first. But a dead layer has no way back, and leaky
 units have: their slope is never zero. In \(cascade.leaky) of \(cascade.starts)
 starts a slope reaches every layer in the end.

 ![The loss of that network, and of the same with leaky
 ReLUs](figure:cascade-loss)
 */

/// What became of a deep network in training.
struct CascadeHistory<Scalar: FloatingField>: Sendable {
  var network: Network<Scalar>
  var losses: [Scalar] = []
  /// The dead units of each hidden layer, before training and after each epoch.
  var dead: [[(dead: Int, of: Int)]] = []

  /// The last hidden layer whose units are all dead, if there is one.
  var deadLayer: Int? { dead.last?.lastIndex { $0.dead == $0.of } }
  /// Whether the weights have grown beyond all numbers.
  var hasDiverged: Bool {
    !network.layers.allSatisfy { $0.weights.squaredNorm.isFinite }
  }
}

/// Trains nine layers at too large a rate.
func trainDeep<Scalar: FloatingField>(
  _ activation: Architecture<Scalar>.Part, on data: Dataset<Scalar>,
  epochs: Int, using random: inout SplitMix64
) throws(ArchitectureError) -> CascadeHistory<Scalar> {
  let hidden = (0..<8).flatMap { _ in [.width(10), activation] }
  var network = try Network<Scalar>(
    Architecture([.width(784)] + hidden + [.width(1), .sigmoid]),
    loss: .binaryCrossEntropy, using: &random)
  var dead = [network.deadUnits(on: data.x)]
  let losses = network.train(
    on: data,
    DescentSettings(rate: cascadeRate(), batchSize: 32, epochs: epochs),
    using: &random
  ) { dead.append($1.deadUnits(on: data.x)) }
  return CascadeHistory(network: network, losses: losses, dead: dead)
}

/// The learning rate that is too large.
func cascadeRate<Scalar: Field>() -> Scalar { 3 / 4 }

/// Trains the same networks with ReLUs and with leaky ones, and compares.
func showCascade<Scalar: FloatingField>(
  on page: inout Page, _ data: Silhouettes, in scalar: Scalar.Type
) throws {
  page.section("Nine layers, and a cascade of dead units")
  page.ask("What is left of 80 ReLUs at a large learning rate?")
  let rate: Scalar = cascadeRate()
  page.record(rate, .decimals(2), as: "cascade.rate", label: "learning rate")
  let examples = data.training.binary(as: Scalar.self)
  let seed = page.options.seed
  func histories(
    _ activation: Architecture<Scalar>.Part
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
  let reached = leaky.filter { $0.slopeReachesAll(examples) }.count
  page.record(relu.count, as: "cascade.starts", label: "starts")
  page.record(
    reached, as: "cascade.leaky", label: "leaky, a slope in every layer")
  page.show(outcomes([("relu", relu), ("leaky relu", leaky)], examples))

  let died = relu.indices.filter {
    relu[$0].deadLayer != nil && !relu[$0].hasDiverged
  }
  if let shown = died.first {
    showDeath(on: &page, relu[shown], beside: leaky[shown], examples)
  }
  page.check(
    "deep ReLUs can die at a large rate, and leaky ones keep their slopes",
    !died.isEmpty && reached + leaky.filter(\.hasDiverged).count == leaky.count,
    detail:
      "a layer dies in \(died.count) of \(relu.count) networks; with leaky "
      + "units a slope reaches every layer in \(reached), and "
      + "\(leaky.filter(\.hasDiverged).count) diverge")
}

extension CascadeHistory {
  /// Whether every layer still has a slope.
  func slopeReachesAll(_ examples: Dataset<Scalar>) -> Bool {
    let gradient = network.lossAndGradient(on: examples).gradient
    return !hasDiverged
      && gradient.layers.allSatisfy { $0.weights.squaredNorm > 0 }
  }
}

//#-hidden-code
/// Returns what became of the networks of each kind.
func outcomes<Scalar: FloatingField>(
  _ kinds: [(name: String, histories: [CascadeHistory<Scalar>])],
  _ examples: Dataset<Scalar>
) -> Table {
  Table(
    "cascade-outcomes",
    columns: [
      "units", "starts", "a layer dies", "diverge", "a slope everywhere",
    ],
    rows: kinds.map { name, histories in
      let finite = histories.filter { !$0.hasDiverged }
      return [
        .text(name), .count(histories.count),
        .count(finite.filter { $0.deadLayer != nil }.count),
        .count(histories.count - finite.count),
        .count(finite.filter { $0.slopeReachesAll(examples) }.count),
      ]
    })
}

/// Shows how a network died, and checks what that means.
func showDeath<Scalar: FloatingField>(
  on page: inout Page, _ relu: CascadeHistory<Scalar>,
  beside leaky: CascadeHistory<Scalar>, _ examples: Dataset<Scalar>
) {
  let moments = relu.dead.enumerated().map { epoch, dead in
    (epoch == 0 ? "at the start" : "after epoch \(epoch)", dead)
  }
  page.show(deadTable("cascade", moments))
  page.show(
    Figure(
      "cascade-loss",
      LinePlot(
        x: .linear("epoch"), y: .linear("loss"),
        series: [
          .init("relu", relu.losses.map { Double($0) }),
          .init("leaky relu", leaky.losses.map { Double($0) }),
        ])))

  let answers = Set(relu.network.logits(from: examples.x).elements)
  let gradient = relu.network.lossAndGradient(on: examples).gradient
  let inFront = gradient.layers.prefix((relu.deadLayer ?? -1) + 1)
  page.check(
    "a dead layer makes the network say one thing, and stops all in front",
    !inFront.isEmpty && answers.count == 1
      && inFront.allSatisfy { $0.weights.squaredNorm == 0 },
    detail: "hidden layer \(inFront.count) is dead: 1 answer is wanted and "
      + "\(answers.count) given to \(examples.count) images, and no slope up to it"
  )
}
//#-end-hidden-code
