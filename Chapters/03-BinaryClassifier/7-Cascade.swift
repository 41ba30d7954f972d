import Regression
import Workbook

/*:
 ## A cascade

 In a deep network dead units are worse than a waste. Here are the same
 silhouettes in front of nine layers: eight of ten ReLUs and a sigmoid. The
 learning rate is too large for such a depth. In \(cascade.relu) of
 \(cascade.starts) starts a whole layer dies. Watch one of them:

 ![Dead units in nine layers at a large learning rate](table:cascade)

 Once all ten units of one layer are dead, nothing passes. Whatever the image,
 the layers behind it see zeros, and the network says the same to every cat and
 every dog. No slope passes back either: the dead layer and all in front of it
 have a gradient of exactly zero and will never move again. What still learns
 are the biases behind, and all that they can learn is how many of the images
 are dogs. The loss sits near $\log 2$, which looks like a network that has not
 learned yet. It is one that cannot.

 The same networks with **leaky** ReLUs, from the same weights and at the same
 rate, lose a layer in \(cascade.leaky) of \(cascade.starts) starts: a slope of
 $1/100$ is enough to come back by.

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
    DescentSettings(rate: 1, batchSize: 32, epochs: epochs), using: &random
  ) { dead.append($1.deadUnits(on: data.x)) }
  return CascadeHistory(network: network, losses: losses, dead: dead)
}

/// Trains the same networks with ReLUs and with leaky ones, and compares.
func showCascade<Scalar: FloatingField>(
  on page: inout Page, _ data: Silhouettes, in scalar: Scalar.Type
) throws {
  page.section("Nine layers, and a cascade of dead units")
  page.ask("What is left of 80 ReLUs at a large learning rate?")
  let examples = data.training.binary(as: Scalar.self)
  let seed = page.options.seed
  func histories(
    _ activation: Architecture<Scalar>.Part
  ) throws -> [CascadeHistory<Scalar>] {
    try concurrentMap(6) { start in
      var random = SplitMix64(seed: seed, stream: "cascade.\(start)")
      return Result {
        try trainDeep(activation, on: examples, epochs: 4, using: &random)
      }
    }.map { try $0.get() }
  }
  let relu = try histories(.relu)
  let leaky = try histories(.leakyReLU)
  let died = relu.filter { $0.deadLayer != nil }.count
  let leakyDied = leaky.filter { $0.deadLayer != nil }.count
  page.record(relu.count, as: "cascade.starts", label: "starts")
  page.record(died, as: "cascade.relu", label: "lose a layer, relu")
  page.record(leakyDied, as: "cascade.leaky", label: "lose a layer, leaky relu")

  // Show the first that died, or, should none have, the first.
  let shown = relu.firstIndex { $0.deadLayer != nil } ?? 0
  showDeath(on: &page, relu[shown], beside: leaky[shown], examples)
  page.check(
    "deep ReLUs can die at a large rate, and leaky ones do not",
    died > 0 && leakyDied == 0,
    detail: "\(died) of \(relu.count) networks lose a layer, "
      + "and \(leakyDied) with leaky units")
}

//#-hidden-code
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
    detail: "hidden layer \(inFront.count) is dead: \(answers.count) answer to "
      + "\(examples.count) images, and no slope up to it")
}
//#-end-hidden-code
