import Regression
import Workbook

/*:
 ## A dead layer

 Worse is a layer in which all units are dead. In this network of five layers,
 large negative biases keep all units of the second inactive.

 > **Guess:** Which weights and biases still have a gradient?
 >
 > In the dead layer and in those before it none. In those behind it all biases,
 > and from the second of them on the weights.

 ![Five layers, the second of them dead: the size of each
 gradient](table:behind)

 The $\varphi'$ of the dead layer is zero, so its $\mathrm{d}Z$ is zero, and
 nothing reaches the layers before it. The layer behind it receives zeros, so
 its $\mathrm{d}W = A^\top \mathrm{d}Z$ is zero, but $\mathrm{d}b$ is not. Its
 biases give it an output, which is the same for every example. From the second
 layer behind the dead one, weights learn as well. Yet the prediction remains
 the same for every example, so all that these layers can learn is one number:
 the fraction of examples that say yes. After \(behind.steps) steps every
 prediction is \(behind.prediction), and that fraction is \(behind.fraction).
 */

/// Kills the second of five layers, and shows which parameters still learn.
func showDeadLayer(on run: inout RunRecorder) throws {
  run.section("A dead layer, and those behind it")
  run.ask("The second of five layers is dead. Which weights still learn?")
  var random = run.random("behind")
  let count = run.setting(
    20, as: "behind.examples", label: "examples", least: 4)
  let yes = count / 4
  let data = Dataset(
    x: Matrix<Double>.normal(count, 4, using: &random),
    y: Matrix(rows: count, columns: 1) { row, _ in row < yes ? 1 : 0 })
  let dead = 1
  var network = try Network<Double>(
    [4, 16, .relu, 16, .relu, 16, .relu, 16, .relu, 1, .sigmoid],
    loss: .binaryCrossEntropy, using: &random
  ).withRandomBiases(using: &random)
  network.layers[dead].bias = Vector(repeating: -1_000, count: 16)

  let gradient = network.lossAndGradient(on: data).gradient
  let size = { (square: Double) -> Table.Cell in
    square == 0 ? .text("0") : .number(square.squareRoot(), .decimals(4))
  }
  run.show(
    Table(
      "behind", columns: ["layer", "‖dW‖", "‖db‖"],
      rows: gradient.layers.enumerated().map { index, layer in
        [
          .text(index == dead ? "\(index + 1), dead" : "\(index + 1)"),
          size(layer.weights.squaredNorm), size(layer.bias.squaredNorm),
        ]
      }))

  let start = network
  let steps = run.setting(1_000, as: "behind.steps", label: "steps")
  let rate = run.setting(
    0.05, .decimals(2), as: "behind.rate", label: "learning rate")
  _ = network.train(
    on: data, .sgd(learningRate: rate),
    TrainingLoop(batchSize: count, epochs: steps), using: &random)
  let predictions = network.prediction(from: data.x).elements
  run.record(
    predictions[0], .percent(1), as: "behind.prediction",
    label: "prediction for every example")
  run.record(
    Double(yes) / Double(count), .percent(1), as: "behind.fraction",
    label: "fraction that says yes")
  let layers = network.layers.indices
  let weights = layers.filter {
    network.layers[$0].weights != start.layers[$0].weights
  }
  let biases = layers.filter {
    network.layers[$0].bias != start.layers[$0].bias
  }
  run.check(
    "behind a dead layer biases learn, and weights from the second layer on",
    weights == Array((dead + 2)..<5) && biases == Array((dead + 1)..<5),
    detail: "layer \(dead + 1) is dead; weights change in layers "
      + "\(weights.map { "\($0 + 1)" }.joined(separator: " and ")), biases in "
      + "\(biases.map { "\($0 + 1)" }.joined(separator: ", "))")
  run.check(
    "the layers behind a dead one learn the fraction of yes, and no more",
    Set(predictions).count == 1
      && abs(predictions[0] - Double(yes) / Double(count)) < 1e-3,
    detail: "different predictions for \(count) examples: "
      + "\(Set(predictions).count)")
}
