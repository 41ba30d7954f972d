import Workbook

/*:
 ## Weights that never differ

 Why start at random? Suppose all hidden units begin with the same weights. Then
 they compute the same values, have the same gradients, and take the same step.
 After it their weights are equal again. Training can never make them differ,
 and five such units can do no more than one.

 The columns of $W_1$ are the units. If all are equal, $W_1$ has rank one at
 most, and stays so. If all parameters are exactly zero, even less changes:
 $H = 0$ means $\mathrm{d}W_2 = 0$, and $W_2 = 0$ means $\mathrm{d}H = 0$. Only
 the last bias ever changes.

 ![Three ways to start: the rank of the weights before and after
 training](table:symmetry)

 Units that start equal stay equal. Random numbers make them different.
 */

/// Trains from equal, from zero and from random weights.
func trainFromEqualWeights<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("Weights that never differ")
  var random = run.random("symmetry")
  let x = Matrix<Scalar>.normal(60, 3, using: &random)  // [60, 3]
  let y = Matrix<Scalar>(rows: 60, columns: 1) { row, _ in  // [60, 1]
    x[row, 0] * x[row, 1] + x[row, 2]
  }
  let data = Dataset(x: x, y: y)
  func network(of value: Scalar) -> TwoLayerNetwork<Scalar> {
    TwoLayerNetwork(
      w1: Matrix(rows: 3, columns: 5, repeating: value),
      b1: Vector(repeating: 0, count: 5),
      w2: Matrix(rows: 5, columns: 1, repeating: value), b2: [0])
  }
  let starts = [
    ("all 0", network(of: 0)), ("all ½", network(of: 1 / 2)),
    (
      "random",
      TwoLayerNetwork(features: 3, hidden: 5, outputs: 1, using: &random)
    ),
  ]

  var table = Table(
    "symmetry", columns: ["start", "rank of W₁ before", "after", "loss after"])
  var ranks: [Int] = []
  for (name, start) in starts {
    var network = start
    let losses = network.train(
      on: data, through: .relu,
      .sgd(learningRate: 1 / 20), TrainingLoop(batchSize: 20, epochs: 200),
      using: &random)
    ranks.append(Matrix(network.w1.transposed).rank)
    table.add([
      .text(name), .count(Matrix(start.w1.transposed).rank),
      .count(ranks[ranks.count - 1]),
      .init(losses.last.map { Double($0) }, .decimals(4)),
    ])
  }
  run.show(table)
  run.check(
    "equal weights stay equal: the rank of W₁ is 0 from zero, 1 from equal",
    ranks[0] == 0 && ranks[1] == 1 && ranks[2] == 3,
    detail: "to the last bit, after 200 epochs; random weights keep rank 3")
}

/*:
 ## Can it learn five points exactly?

 A last test that every network should pass before it is trained on real data:
 give it five points and let it learn them exactly. If it cannot, there is a
 bug, and more data will not help.

 After \(five.steps) steps the loss is \(five.loss).
 */

/// Learns five random points exactly.
func learnFivePoints<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("Five points, learned exactly")
  var random = run.random("heart")
  let x: Matrix<Scalar> = [[-2], [-1], [0], [1], [2]]
  let data = Dataset(x: x, y: .normal(5, 1, using: &random))
  var network = TwoLayerNetwork<Scalar>(
    features: 1, hidden: 64, outputs: 1, using: &random)
  network.b1 = .normal(network.b1.count, using: &random)
  let steps = 20_000
  let losses = network.train(
    on: data, through: .relu,
    .sgd(learningRate: 1 / 50), TrainingLoop(batchSize: 5, epochs: steps),
    using: &random)
  run.record(steps, as: "five.steps", label: "steps")
  let loss = losses.last.map { Double($0) } ?? .nan
  run.record(loss, .scientific(1), as: "five.loss", label: "loss")
  run.check(
    "five points are learned exactly", loss <= 1e-10,
    detail: "a loss of \(NumberFormat.scientific(1).text(of: loss)), "
      + "10⁻¹⁰ allowed")
}
