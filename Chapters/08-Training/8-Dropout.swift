import BinaryClassifier
import Regression
import Workbook

/*:
 ## Dropout

 A network with many units can learn a small training set by heart. Units then
 rely on exactly those others that happen to be there. [Srivastava and
 others](cite:srivastava-2014) take some of them away by **dropout**: in each training pass every hidden unit of every example is set to
 zero with the probability $p$. It is drawn anew each time, so no unit can rely
 on another. In the evaluation all units are there.

 The **mask** $M$ has a one for each entry that stays, and a zero for the
 others. It is a part of the formula:

 $$
 H = \frac{A \odot M}{1 - p}, \qquad
 \mathrm{d}A = \frac{\mathrm{d}H \odot M}{1 - p}
 $$

 Why the division? An entry of $M$ is one with the probability $1 - p$, so its
 mean is $1 - p$, and the mean of $H$ is

 $$
 \frac{A \odot \mathrm{E} M}{1 - p} = \frac{A \, (1 - p)}{1 - p} = A
 $$

 The next layer gets the same in training and in the evaluation, on average. So
 the evaluation is $H = A$ and needs no factor. This form is called **inverted
 dropout**. Without the division the evaluation must multiply by $1 - p$, and
 who forgets one of the two has a network whose signals change their size when
 the training ends.

 The backward pass needs the mask of the forward pass, not another one. So the
 mask stands in the phase. A training pass without a mask cannot be written, and
 neither can a pass that does not say what it is.
 */

/// Sets entries to 0 in training, and divides the others by 1 − p.
package struct Dropout<Scalar: Field>: Equatable, Sendable {
  /// What a pass is for. The mask is `[n, width]`, of ones and zeros.
  package enum Phase: Equatable, Sendable {
    case training(mask: Matrix<Scalar>)
    case evaluation
  }

  /// The probability p that an entry is set to 0.
  package let p: Scalar
  //#-hidden-code

  /// Creates dropout with a probability below 1.
  package init(_ p: Scalar) { self.p = p }
  //#-end-hidden-code
}

extension Dropout {
  package func forward(
    _ a: Matrix<Scalar>, _ phase: Phase
  ) -> Matrix<Scalar> {
    switch phase {
    case .training(let mask): (a ⊙ mask) / (1 - p)
    case .evaluation: a
    }
  }
}

//: Backwards it is the same map, from gradient to gradient.

extension Dropout {
  package func backward(
    _ dH: Matrix<Scalar>, _ phase: Phase
  ) -> Matrix<Scalar> {
    switch phase {
    case .training(let mask): (dH ⊙ mask) / (1 - p)
    case .evaluation: dH
    }
  }
}

//#-hidden-code
extension Dropout where Scalar: FloatingField {
  /// Returns a training pass with a mask that is drawn at random.
  ///
  /// - Precondition: 0 ≤ p < 1.
  package func training(
    rows: Int, columns: Int, using random: inout SplitMix64
  ) -> Phase {
    precondition(
      p >= 0 && p < 1, "dropout needs a probability below 1; given \(p)")
    let p = Double(p)
    return .training(
      mask: Matrix(rows: rows, columns: columns) { _, _ in
        random.uniform() < p ? 0 : 1
      })
  }
}
//#-end-hidden-code

/*:
 ## The mean over all masks

 A layer of four units has sixteen masks. With the probability of each as its
 weight, the mean of what the next layer computes can be taken exactly. Here a
 unit is left out with the probability $\tfrac14$, the activations are
 $1, 2, -1, 3$ and the weights behind them $2, -1, 2, 1$.

 > **Guess:** The next layer is linear. Then the mean over all masks is the
 > evaluation. Does that hold with a ReLU behind it?
 >
 > No. The mean behind the ReLU is \(dropout.relu), and the evaluation says
 > \(dropout.evaluation). The mean of a nonlinear function is not its value at
 > the mean. So the evaluation of a deep network is not the mean of its training
 > passes. How far apart they are depends on the network.

 ## What it does

 The examples have \(drop.features) features. A linear rule tells their class,
 and one label in ten is wrong. The network has two hidden layers of
 \(drop.width) units, many more than it needs.

 ![Dropout with few and with more examples, after \(drop.epochs) epochs: medians
 of \(drop.seeds) trainings, the losses in evaluation](table:dropout)

 The training loss rises with $p$: it becomes harder to learn the examples by
 heart. With \(drop.many) examples the test loss falls from \(drop.without) to
 \(drop.half) at $p = 0.5$. The accuracy changes less than the loss: the network
 is mainly less certain of its mistakes. With \(drop.few) examples a small $p$
 does not help. A large one keeps the network from learning much, with few examples
 and with many, though its test loss may then look good. So choose $p$ by a
 validation set, as every other setting, and look at the accuracy too.
 */

/// Takes the mean over all masks of a small layer, on exact fractions.
func averageMasks(on run: inout RunRecorder) {
  run.section("The mean over all masks")
  run.ask("Is the mean over all masks the evaluation, behind a ReLU too?")
  let dropout = Dropout(Rational(1, 4))
  let a: Matrix<Rational> = [[1, 2, -1, 3]]
  let weights: Matrix<Rational> = [[2], [-1], [2], [1]]
  var linear: Rational = 0
  var relu: Rational = 0
  for number in 0..<16 {
    let mask = Matrix<Rational>(rows: 1, columns: 4) { _, column in
      Rational(count: number >> column & 1)
    }
    var weight: Rational = 1
    for column in 0..<4 {
      weight *= mask[0, column] == 1 ? 1 - dropout.p : dropout.p
    }
    let z = (dropout.forward(a, .training(mask: mask)) • weights)[0, 0]
    linear += weight * z
    relu += weight * (z > 0 ? z : 0)
  }
  let z = (dropout.forward(a, .evaluation) • weights)[0, 0]
  let evaluation = z > 0 ? z : 0
  run.record(
    Double(relu), .decimals(3), as: "dropout.relu",
    label: "mean over all masks, behind a ReLU")
  run.record(
    Double(evaluation), .decimals(3), as: "dropout.evaluation",
    label: "evaluation, behind a ReLU")
  run.check(
    "the mean over all masks is the evaluation of a linear layer, and no more",
    linear == z && relu != evaluation,
    detail: "sixteen masks, on exact fractions; behind a ReLU it is not")
}

/// Trains with several probabilities, on few examples and on more.
func tryDropout<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws(ArchitectureError) {
  run.section("What dropout does")
  let setup = DropoutSetup<Scalar>(on: &run)
  let counts = [setup.few, setup.many]
  let probabilities = [0, 0.2, 0.5, 0.8]
  let seed = run.options.seed
  let kinds = counts.flatMap { count in probabilities.map { (count, $0) } }
  let results = concurrentMap(kinds.count * setup.seeds) { number in
    var random = SplitMix64(
      seed: seed, stream: "8.dropout.\(number / kinds.count)")
    let (count, p) = kinds[number % kinds.count]
    return Result { try setup.result(examples: count, p: p, using: &random) }
  }
  var table = Table(
    "dropout",
    columns: [
      "examples", "p", "training loss", "test loss", "training accuracy",
      "test accuracy",
    ])
  var medians: [DropoutResult] = []
  for (index, (count, p)) in kinds.enumerated() {
    let own = results.enumerated().filter { $0.offset % kinds.count == index }
      .compactMap { try? $0.element.get() }
    let middle = DropoutResult(medianOf: own)
    medians.append(middle)
    table.add([
      .count(count), .number(p, .decimals(1)),
      .number(middle.trainingLoss, .decimals(3)),
      .number(middle.testLoss, .decimals(3)),
      .number(middle.trainingAccuracy, .percent(0)),
      .number(middle.testAccuracy, .percent(0)),
    ])
  }
  run.show(table)
  let many = Array(medians.suffix(probabilities.count))
  run.record(
    many[0].testLoss, .decimals(2), as: "drop.without",
    label: "test loss without dropout")
  run.record(
    many[2].testLoss, .decimals(2), as: "drop.half",
    label: "test loss with p = 0.5")
  run.checkWhenFull(
    "dropout raises the training loss and lowers the test loss",
    many[2].trainingLoss > 2 * many[0].trainingLoss
      && many[2].testLoss < many[0].testLoss / 1.5,
    detail: "p = 0.5 beside 0, \(setup.many) examples, medians")
  run.checkWhenFull(
    "with few examples a small p does not help",
    medians[1].testLoss > 0.9 * medians[0].testLoss,
    detail: "the test loss with p = 0.2 beside 0, \(setup.few) examples, "
      + "medians")
  run.checkWhenFull(
    "a large p keeps a network from learning a few examples",
    medians[3].trainingLoss > 0.3 && medians[0].trainingLoss < 0.1,
    detail: "p = 0.8 beside 0, \(setup.few) examples, medians")
}

//#-hidden-code
/// What a training with dropout gives; losses are those of the evaluation.
private struct DropoutResult: Sendable {
  var trainingLoss, testLoss, trainingAccuracy, testAccuracy: Double
}

extension DropoutResult {
  /// Takes the median of each number.
  init(medianOf results: [DropoutResult]) {
    self.init(
      trainingLoss: median(results.map(\.trainingLoss)),
      testLoss: median(results.map(\.testLoss)),
      trainingAccuracy: median(results.map(\.trainingAccuracy)),
      testAccuracy: median(results.map(\.testAccuracy)))
  }
}

/// How the networks with dropout are trained.
private struct DropoutSetup<Scalar: FloatingField>: Sendable {
  let features: Int
  let width: Int
  let few: Int
  let many: Int
  let epochs: Int
  let rate: Double
  let seeds: Int

  init(on run: inout RunRecorder) {
    features = run.setting(20, as: "drop.features", label: "features")
    width = run.setting(32, as: "drop.width", label: "units in a layer")
    few = run.setting(60, as: "drop.few", label: "examples, few", least: 3)
    many = run.setting(200, as: "drop.many", label: "examples, more", least: 3)
    epochs = run.setting(
      run.repetitions(60), as: "drop.epochs", label: "epochs")
    rate = run.setting(
      0.01, .decimals(3), as: "drop.rate", label: "learning rate of Adam")
    seeds = run.setting(3, as: "drop.seeds", label: "trainings of each kind")
  }

  /// Returns examples whose class a linear rule tells, but for one in ten.
  private func examples(
    _ count: Int, _ rule: Vector<Double>, using random: inout SplitMix64
  ) -> LabelledPoints {
    let points = Matrix<Double>.normal(count, features, using: &random)
    let labels = (0..<count).map { row in
      let label = points.row(row).dot(rule) > 0 ? 1 : 0
      return random.uniform() < 0.1 ? 1 - label : label
    }
    return LabelledPoints(points: points, labels: labels, classes: 2)
  }

  func result(
    examples count: Int, p: Double, using random: inout SplitMix64
  ) throws(ArchitectureError) -> DropoutResult {
    let rule = Vector<Double>.normal(features, using: &random)
    let test = examples(300, rule, using: &random)
    let training = examples(count, rule, using: &random)
    var network = DropoutNetwork(
      try Network<Scalar>(
        [
          .width(features), .width(width), .relu, .width(width), .relu, 1,
          .sigmoid,
        ], loss: .binaryCrossEntropy, using: &random), Dropout(Scalar(p)))
    network.train(
      on: training.binary(as: Scalar.self), .adam(learningRate: Scalar(rate)),
      TrainingLoop(batchSize: max(1, count / 3), epochs: epochs),
      using: &random)
    func evaluate(_ points: LabelledPoints) -> (loss: Double, right: Double) {
      let data = points.binary(as: Scalar.self)
      let z = network.network.logits(from: data.x)
      return (
        Double(network.network.loss(z, data.y)),
        accuracyOfLogits(z, points.labels)
      )
    }
    let (own, other) = (evaluate(training), evaluate(test))
    return DropoutResult(
      trainingLoss: own.loss, testLoss: other.loss, trainingAccuracy: own.right,
      testAccuracy: other.right)
  }
}

//#-end-hidden-code
