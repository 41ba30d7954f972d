import Workbook

/*:
 ## Weights that never differ

 Why start at random? Suppose all hidden units begin with the same weights,
 those that lead in and those that lead out. Then they compute the same values,
 have the same gradients, and take the same step. Training can never make them
 differ, and five such units do no more than one.

 > **Guess:** The columns of $W_1$ are the units. What is the rank of $W_1$
 > after training from equal weights, and from zeros?
 >
 > One, and zero. From zeros even less changes: $H = 0$ means
 > $\mathrm{d}W_2 = 0$, and $W_2 = 0$ means $\mathrm{d}H = 0$. Only the last
 > bias ever learns.

 ![Three ways to start: the rank of the weights before and after
 training](table:symmetry)
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
  let starts: [(String, TwoLayerNetwork<Scalar>)] = [
    ("all 0", equalUnits(of: 0)), ("all ½", equalUnits(of: Scalar(0.5))),
    (
      "random",
      TwoLayerNetwork(features: 3, hidden: 5, outputs: 1, using: &random)
    ),
  ]

  let rate = run.setting(
    0.05, .decimals(2), as: "symmetry.rate", label: "learning rate η")
  let batch = run.setting(20, as: "symmetry.batch", label: "batch size")
  let epochs = run.setting(200, as: "symmetry.epochs", label: "epochs")
  var table = Table(
    "symmetry", columns: ["start", "rank of W₁ before", "after", "loss after"])
  var ranks: [Int] = []
  for (name, start) in starts {
    var network = start
    let losses = network.train(
      on: data, through: .relu,
      .sgd(learningRate: Scalar(rate)),
      TrainingLoop(batchSize: batch, epochs: epochs),
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
    detail:
      "to the last bit, after \(epochs) epochs; random weights keep rank 3")
}

//#-hidden-code
/// Returns a network whose units are all the same.
func equalUnits<Scalar: Field>(of value: Scalar) -> TwoLayerNetwork<Scalar> {
  TwoLayerNetwork(
    w1: Matrix(rows: 3, columns: 5, repeating: value),
    b1: Vector(repeating: 0, count: 5),
    w2: Matrix(rows: 5, columns: 1, repeating: value), b2: [0])
}
//#-end-hidden-code

/*:
 **A last test.** Every network should learn a few points exactly before it is
 trained on real data. If it cannot, there is a bug, and more data will not
 help. Ours has \(five.hidden) ramps and five points with random targets. After
 \(five.steps) steps its loss is \(five.loss).
 */

/// Learns five random points exactly.
func learnFivePoints<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("Five points, learned exactly")
  var random = run.random("heart")
  let x: Matrix<Scalar> = [[-2], [-1], [0], [1], [2]]
  let data = Dataset(x: x, y: .normal(5, 1, using: &random))
  let hidden = run.setting(64, as: "five.hidden", label: "hidden units")
  let rate = run.setting(
    0.02, .decimals(2), as: "five.rate", label: "learning rate η")
  let steps = run.setting(20_000, as: "five.steps", label: "steps")
  var network = TwoLayerNetwork<Scalar>(
    features: 1, hidden: hidden, outputs: 1, using: &random)
  network.b1 = .normal(network.b1.count, using: &random)
  let losses = network.train(
    on: data, through: .relu,
    .sgd(learningRate: Scalar(rate)), TrainingLoop(batchSize: 5, epochs: steps),
    using: &random)
  let loss = losses.last.map { Double($0) } ?? .nan
  run.record(loss, .scientific(1), as: "five.loss", label: "loss")
  run.check(
    "five points are learned exactly", loss <= 1e-10,
    detail: "a loss of \(NumberFormat.scientific(1).text(of: loss)), "
      + "10⁻¹⁰ allowed")
}
