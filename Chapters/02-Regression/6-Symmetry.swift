import Workbook

/*:
 ## Weights that never differ

 Why start at random? Suppose all hidden units begin alike: the same weights
 in, the same weight out. Then they compute the same values, receive the same
 slopes, and take the same step. After it they are alike again. Five such units
 are one unit, written five times, and no number of steps parts them.

 The columns of $W_1$ are the units. If all are equal, $W_1$ has rank one at
 most, and stays so. And if everything begins at exactly zero, it is worse: $H = 0$ means
 $\mathrm{d}W_2 = 0$, and $W_2 = 0$ means $\mathrm{d}H = 0$. Only the last bias
 ever moves.

 ![Three ways to start, and what training makes of them](table:symmetry)

 Chance is not needed to learn. It is needed to be different.
 */

/// Trains from equal, from zero and from random weights.
func trainFromEqualWeights<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) {
  page.section("Weights that never differ")
  var random = page.random("symmetry")
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
      DescentSettings(rate: 1 / 20, batchSize: 20, epochs: 200), using: &random)
    ranks.append(Matrix(network.w1.transposed).rank)
    table.add([
      .text(name), .count(Matrix(start.w1.transposed).rank),
      .count(ranks[ranks.count - 1]),
      .init(losses.last.map { Double($0) }, .decimals(4)),
    ])
  }
  page.show(table)
  page.check(
    "equal weights stay equal: the rank of W₁ is 0 from zero, 1 from equal",
    ranks[0] == 0 && ranks[1] == 1 && ranks[2] == 3,
    detail: "to the last bit, after 200 epochs; random weights keep rank 3")
}

/*:
 ## Can it learn by heart?

 A last test that every network should be put to before it is trusted with real
 data: give it five points and let it learn them by heart. If it cannot, no
 amount of data will help, for something is broken.

 After \(heart.steps) steps the loss is \(heart.loss).
 */

/// Learns five random points by heart.
func learnByHeart<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) {
  page.section("Five points, learned by heart")
  var random = page.random("heart")
  let x: Matrix<Scalar> = [[-2], [-1], [0], [1], [2]]
  let data = Dataset(x: x, y: .normal(5, 1, using: &random))
  var network = TwoLayerNetwork<Scalar>(
    features: 1, hidden: 64, outputs: 1, using: &random)
  network.b1 = .normal(64, using: &random)
  let steps = 20_000
  let losses = network.train(
    on: data, through: .relu,
    DescentSettings(rate: 1 / 50, batchSize: 5, epochs: steps), using: &random)
  page.record(steps, as: "heart.steps", label: "steps")
  page.record(
    losses[steps - 1], .scientific(1), as: "heart.loss", label: "loss")
  page.check(
    "five points are learned by heart", losses[steps - 1] <= 1e-10,
    detail: "a loss of "
      + "\(NumberFormat.scientific(1).text(of: Double(losses[steps - 1]))), "
      + "10⁻¹⁰ allowed")
}
