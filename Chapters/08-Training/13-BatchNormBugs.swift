import BinaryClassifier
import Perceptron
import Regression
import Workbook

/*:
 ## Wrong normalisations that train

 Batch normalisation hides mistakes, because it sets the size of whatever it is
 given. Seven are planted here, one at a time, in a network of
 \(norms.layers) normalised layers that learns two circles.

 - The variance stands in place of the deviation: a root is forgotten. In [a real
   program](https://github.com/jax-ml/jax/issues/442) a square stood there.
 - One of the two sums of the backward pass is forgotten, or both.
 - The backward pass takes the variance where the forward pass has the deviation.
 - The running moments are never updated.
 - The network is evaluated as in training, with the moments of the test batch.

 > **Guess:** Which of these does a check by central differences miss?
 >
 > The last two. They are no mistakes of a derivative.

 ![Mistakes in batch normalisation. Central differences check the gradient of one
 batch. Loss and accuracies are medians of \(norms.seeds) trainings; test
 points are predicted all at once, and one at a time](table:norm-bugs)

 The training loss falls with each of the mistakes, so that it falls shows
 nothing. Two show in the accuracy at once. The wrong backward passes show less:
 with both sums forgotten the accuracy is \(norms.both), without a mistake
 \(norms.none). Who has no right network to compare with takes that for a
 result. So the gradient needs the differences. The evaluation needs a check of
 its own: *the prediction of an example does not depend on which others are
 beside it.*

 ## A neighbour changes the answer

 Here is the last mistake from near. One point is predicted by the same network
 beside different neighbours. An evaluation by the running moments gives the
 same number each time. By the moments of the batch the probability goes from
 \(neighbours.lowest) to \(neighbours.highest). Alone, the point has the
 variance zero, and $\hat z$ is zero too: what is left is the shift, whatever
 the point is.

 ![The probability of one point, by its neighbours](table:neighbours)

 A test of a whole set of points does not notice this mistake. Its moments are
 close to the running ones. It shows where the network is used, with one example
 at a time, or with a batch of one class.
 */

//#-hidden-code
/// A mistake in batch normalisation.
enum NormBug: String, CaseIterable, Sendable {
  case none = "none"
  case rootForgotten = "variance for deviation, in both passes"
  case varianceBackward = "variance for deviation, backward"
  case meanForgotten = "Σ dY forgotten"
  case deviationForgotten = "Σ dY ⊙ Ẑ forgotten"
  case bothForgotten = "both sums forgotten"
  case runningForgotten = "running moments never updated"
  case batchAtTest = "batch's moments at test time"
}

extension NormBug {
  /// Whether the gradient of a batch is wrong.
  var isInGradient: Bool {
    switch self {
    case .none, .runningForgotten, .batchAtTest: false
    default: true
    }
  }

  /// The name of the accuracy that the prose gives.
  fileprivate var recordedName: String? {
    switch self {
    case .none: "norms.none"
    case .bothForgotten: "norms.both"
    default: nil
    }
  }

  /// What the test uses.
  func testPhase<Scalar>(
    of scalar: Scalar.Type
  ) -> BatchNorm<Scalar>.Phase {
    self == .batchAtTest ? .training : .evaluation
  }

  /// Returns the gradient of a normalisation, with the mistake.
  func backward<Scalar: AnalyticField>(
    _ norm: BatchNorm<Scalar>, _ dY: Matrix<Scalar>,
    _ pass: Normalised<Scalar>
  ) -> BatchNormGradient<Scalar> {
    var right = norm.backward(dY, pass)
    let n = Scalar(count: dY.rows)
    let factor = Vector(count: norm.scale.count) {
      norm.scale[$0] / pass.deviation[$0] / n
    }
    switch self {
    case .varianceBackward:
      right.z = right.z.scalingColumns(by: pass.deviation.map { 1 / $0 })
    case .meanForgotten, .bothForgotten:
      right.z = right.z + right.shift.times(factor)
    default: break
    }
    if self == .deviationForgotten || self == .bothForgotten {
      let sums = right.scale.times(factor)
      right.z = right.z + pass.z.scalingColumns(by: sums)
    }
    return right
  }

  /// Returns the network that has the mistake in its forward pass.
  func spoiling<Scalar: AnalyticField>(
    _ network: NormalisedNetwork<Scalar>
  ) -> NormalisedNetwork<Scalar> {
    var network = network
    for index in network.hidden.indices {
      let norm = network.hidden[index].norm
      var own = BatchNorm(
        features: norm.scale.count, ε: norm.ε,
        momentum: self == .runningForgotten ? 0 : norm.momentum,
        root: self == .rootForgotten ? { $0 } : norm.root)
      (own.scale, own.shift) = (norm.scale, norm.shift)
      own.running = norm.running
      network.hidden[index].norm = own
    }
    return network
  }
}

extension Vector {
  /// Returns the products of the entries of two vectors.
  fileprivate func times(_ other: Vector) -> Vector {
    Vector(count: count) { self[$0] * other[$0] }
  }
}
//#-end-hidden-code

/// Trains a normalised network with each mistake, and checks its gradient.
func studyNormBugs<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("Mistakes in batch normalisation")
  run.ask("Which mistakes does a check by central differences miss?")
  let study = NormBugStudy<Scalar>(on: &run)
  let seed = run.options.seed
  let bugs = NormBug.allCases
  let results = concurrentMap(bugs.count * study.seeds) { number in
    var random = SplitMix64(
      seed: seed, stream: "8.norms.\(number / bugs.count)")
    return study.result(of: bugs[number % bugs.count], using: &random)
  }
  var random = run.random("norms.check")
  let start = NormalisedNetwork<Double>(
    [3, 5, 4, 2], .tanh, loss: .halfSquaredError, using: &random)
  let batch = Dataset<Double>(
    x: .normal(7, 3, using: &random), y: .normal(7, 2, using: &random))
  var table = Table(
    "norm-bugs",
    columns: [
      "mistake", "differences", "first loss", "last loss", "all at once",
      "one at a time",
    ])
  var (isSeen, allFall) = (true, true)
  for (index, bug) in bugs.enumerated() {
    let check = differencesCheck(of: bug, start, batch)
    isSeen = isSeen && (check.verdict == .fail) == bug.isInGradient
    let own = results.enumerated().filter { $0.offset % bugs.count == index }
      .map(\.element)
    allFall = allFall && median(own.map { $0.last / $0.first }) < 0.9
    let losses = [median(own.map(\.first)), median(own.map(\.last))]
    let right = [median(own.map(\.together)), median(own.map(\.alone))]
    if let name = bug.recordedName {
      run.record(
        right[0], .percent(0), as: name, label: "accuracy, \(bug.rawValue)")
    }
    table.add(
      [.text(bug.rawValue), .text(check.verdict.rawValue)]
        + losses.map { .number($0, .decimals(2)) }
        + right.map { .number($0, .percent(0)) })
  }
  run.show(table)
  run.check(
    "differences see each wrong gradient of a normalisation, and nothing else",
    isSeen, detail: "\(bugs.count - 1) mistakes and the right network")
  run.checkWhenFull(
    "the training loss falls with every mistake in batch normalisation",
    allFall, detail: "by a tenth or more, medians of \(study.seeds) trainings")
  let atTest = results.enumerated()
    .filter { bugs[$0.offset % bugs.count] == .batchAtTest }.map(\.element)
  run.checkWhenFull(
    "moments of the test batch go unseen until one example is predicted alone",
    median(atTest.map(\.together)) > 0.9
      && atTest.allSatisfy { abs($0.alone - 0.5) < 0.01 },
    detail: "all at once nine tenths are right, one at a time one half")
}

//#-hidden-code
/// Checks the gradient of one batch, with a mistake or without.
private func differencesCheck(
  of bug: NormBug, _ start: NormalisedNetwork<Double>, _ batch: Dataset<Double>
) -> Check {
  var network = bug.spoiling(start)
  let point = network
  let gradient = network.lossAndGradient(on: batch, .training) {
    bug.backward($0, $1, $2)
  }.gradient
  return GradientCheck(of: gradient, at: point) {
    $0.meanLoss(on: batch, .training)
  }.asCheck(bug.rawValue)
}

/// What a training with a mistake gives.
private struct NormBugResult: Sendable {
  /// The training losses of the first and the last epoch.
  var first, last: Double
  /// The accuracies on the test set, all at once and one example at a time.
  var together, alone: Double
}

/// How the networks with mistakes are trained.
private struct NormBugStudy<Scalar: FloatingField>: Sendable {
  let layers: Int
  let loop: TrainingLoop
  let optimiser: Optimiser<Scalar>
  let seeds: Int

  init(on run: inout RunRecorder) {
    layers = run.setting(3, as: "norms.layers", label: "normalised layers")
    loop = TrainingLoop(
      batchSize: 20,
      epochs: run.setting(
        run.repetitions(20), as: "norms.epochs", label: "epochs"))
    let rate = run.setting(
      0.1, .decimals(2), as: "norms.rate", label: "learning rate")
    optimiser = .sgd(learningRate: Scalar(rate))
    seeds = run.setting(3, as: "norms.seeds", label: "trainings of each kind")
  }

  func result(
    of bug: NormBug, using random: inout SplitMix64
  ) -> NormBugResult {
    let training = LabelledPoints.circles(100, using: &random)
    let test = LabelledPoints.circles(100, using: &random)
    let widths = [2] + Array(repeating: 8, count: layers) + [1]
    var network = bug.spoiling(
      NormalisedNetwork<Scalar>(
        widths, .relu, loss: .binaryCrossEntropy, using: &random))
    let losses = network.train(
      on: training.binary(as: Scalar.self), optimiser, loop, using: &random
    ) { bug.backward($0, $1, $2) }
    let phase = bug.testPhase(of: Scalar.self)
    let right = (0..<test.count).map {
      network.accuracy(on: test.examples(at: [$0]), phase)
    }
    return NormBugResult(
      first: Double(losses[0]), last: Double(losses[losses.count - 1]),
      together: network.accuracy(on: test, phase),
      alone: right.reduce(0, +) / Double(test.count))
  }
}
//#-end-hidden-code

/// Predicts one point beside different neighbours.
func changeNeighbours<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("A neighbour changes the answer")
  var random = run.random("neighbours")
  let training = LabelledPoints.circles(100, using: &random)
  var network = NormalisedNetwork<Scalar>(
    [2, 8, 8, 1], .relu, loss: .binaryCrossEntropy, using: &random)
  network.train(
    on: training.binary(as: Scalar.self), .sgd(learningRate: Scalar(0.1)),
    TrainingLoop(batchSize: 20, epochs: run.repetitions(20)), using: &random)
  let fresh = LabelledPoints.circles(40, using: &random)
  let outer = stride(from: 2, to: 40, by: 2).map { $0 }
  let inner = stride(from: 1, to: 40, by: 2).map { $0 }
  var table = Table(
    "neighbours",
    columns: ["neighbours", "by running moments", "by the batch's moments"])
  var columns: [[Scalar]] = [[], []]
  for (name, others) in [
    ("none", []), ("its own class", outer), ("the other class", inner),
    ("both classes", outer + inner),
  ] {
    let x = Matrix<Scalar>(
      rounding: fresh.points.rows(at: ([0] + others)[...]))
    let phases: [BatchNorm<Scalar>.Phase] = [.evaluation, .training]
    let p = phases.map { sigmoid(network.logits(from: x, $0)[0, 0]) }
    for index in p.indices { columns[index].append(p[index]) }
    table.add(
      [.text(name)] + p.map { .number(Double($0), .decimals(3)) })
  }
  run.show(table)
  let byBatch = columns[1].map { Double($0) }
  run.record(
    byBatch.min() ?? .nan, .decimals(3), as: "neighbours.lowest",
    label: "lowest probability by the batch's moments")
  run.record(
    byBatch.max() ?? .nan, .decimals(3), as: "neighbours.highest",
    label: "highest probability by the batch's moments")
  let same = columns[0].allSatisfy {
    abs($0 - columns[0][0]) <= 16 * Scalar.ulpOfOne
  }
  let x = Matrix<Scalar>(rounding: fresh.points)
  let alone = Set(
    (0..<x.rows).map { row in
      network.logits(from: x.rows(at: [row]), .training)[0, 0]
    })
  run.check(
    "an evaluation by running moments does not depend on the neighbours", same,
    detail: "one point alone and beside \(outer.count + inner.count) others")
  run.check(
    "by its own moments an example alone has one answer, whatever it is",
    alone.count == 1, detail: "the logits of \(x.rows) points, each alone")
  run.checkWhenFull(
    "by the batch's moments the neighbours change the prediction",
    (byBatch.max() ?? 0) - (byBatch.min() ?? 0) > 0.2,
    detail: "of one point, by more than 0.2")
}
