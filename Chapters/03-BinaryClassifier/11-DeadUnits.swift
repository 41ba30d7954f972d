import Regression
import Workbook

/*:
 ## Dead units

 A ReLU whose pre-activation is negative for every example has the output zero
 and the derivative zero. So its weights have the gradient zero and do not
 change. The unit is **dead**. In the first layer it stays dead, because its
 inputs never change. In a later layer it may become active again when the
 layers before it change its inputs. A few dead units waste some memory and
 time, no more.

 ![Dead ReLUs on the training set, layer by layer](table:dead)
 */

extension Network where Scalar: FloatingField {
  /// Returns how many units of each hidden layer have the derivative 0 for every
  /// row.
  ///
  /// - Parameter x: The inputs, `[n, features]`.
  func deadUnits(on x: Matrix<Scalar>) -> [(dead: Int, of: Int)] {
    var a = x
    return layers.dropLast().map { layer in
      let z = a • layer.weights + layer.bias  // [n, out]
      let derivatives = layer.activation.derivative(at: z)  // [n, out]
      let alive = (0..<z.columns).filter { unit in
        (0..<z.rows).contains { derivatives[$0, unit] != 0 }
      }
      a = layer.activation(z)  // [n, out]
      return (z.columns - alive.count, z.columns)
    }
  }
}

//#-hidden-code
/// Returns the dead units of each hidden layer at several moments.
func deadTable(
  _ name: String, _ moments: [(name: String, dead: [(dead: Int, of: Int)])]
) -> Table {
  let layers = moments[0].dead
  return Table(
    name, columns: ["hidden layer"] + layers.indices.map { "\($0 + 1)" },
    rows: [[.text("units")] + layers.map { .count($0.of) }]
      + moments.map { moment, dead in
        [.text("dead " + moment)] + dead.map { .count($0.dead) }
      })
}
//#-end-hidden-code

/*:
 ## A dead layer

 Worse is a layer in which all units are dead. This network has five layers, and
 large negative biases keep all units of the second inactive. The other layers
 have active units.

 ![Five layers, the second of them dead: the size of each
 gradient](table:behind)

 The derivative $\varphi'$ of the dead layer is zero, so its $\mathrm{d}Z$ is
 zero. Neither its weights and biases nor those of the layers before it have a
 gradient.

 The layers behind do learn. The next layer receives zeros, so its gradient
 $\mathrm{d}W = A^\top \mathrm{d}Z$ is zero, but $\mathrm{d}b$ is not. Its
 biases give it an output, which is not zero and is the same for every example.
 From the second layer behind the dead one, weights learn as well. Yet the
 prediction remains the same for every example, so all that these layers can
 learn is one number: the fraction of examples that say yes. After
 \(behind.steps) steps every prediction is \(behind.prediction), and that
 fraction is \(behind.fraction).
 */

/// Kills the second of five layers, and shows which parameters still learn.
func showDeadLayer(on run: inout RunRecorder) throws {
  run.section("A dead layer, and those behind it")
  run.ask("The second of five layers is dead. Which weights still learn?")
  var random = run.random("behind")
  let count = 20
  let yes = 5
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
  func size(_ square: Double) -> Table.Cell {
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
  let steps = 1_000
  _ = network.train(
    on: data, .sgd(learningRate: 1 / 20),
    TrainingLoop(batchSize: count, epochs: steps), using: &random)
  let predictions = network.prediction(from: data.x).elements
  run.record(steps, as: "behind.steps", label: "steps")
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
