import BinaryClassifier
import Regression
import Workbook

/*:
 ## Stopping at the best epoch

 [Chapter 3](chapter:3) trained to the end and looked back at the epoch with the
 lowest validation loss. To stop early also saves the epochs behind it: the
 training ends when the validation loss has not reached a new minimum for as
 many epochs as the patience says. It needs the best model so far, and a count.
 */

/// Keeps the best model, and says when to stop.
package struct EarlyStopping<Model, Scalar: FloatingField> {
  package let patience: Int
  package private(set) var best: (model: Model, loss: Scalar, epoch: Int)?
  package private(set) var epochs = 0
  //#-hidden-code

  package init(patience: Int) { self.patience = patience }
  //#-end-hidden-code
}

/*:
 After each epoch the training hands in its model and asks whether to stop.
 */

extension EarlyStopping {
  /// Takes the model of an epoch, and returns whether to stop.
  package mutating func add(
    _ model: Model, validation loss: Scalar
  ) -> Bool {
    epochs += 1
    if loss < (best?.loss ?? .infinity) { best = (model, loss, epochs) }
    return epochs - (best?.epoch ?? 0) >= patience
  }
}

/*:
 `best = (model, …)` keeps the weights of that epoch only because a `Network` is
 a value: the assignment copies it. The modules of [chapter 6](chapter:6) are
 objects. There the same line keeps a second name for the model that is being
 trained, and the “best” model is always the last
 ([chapter 7](chapter:7)). A loss that is not a number is no minimum, so it uses
 up patience.

 The example has \(early.training) noisy points on two circles, and a network
 with \(early.parameters) weights and biases. The patience is
 \(early.patience) epochs.

 ![Training and validation loss, and the epoch that is
 chosen](figure:early-stopping)

 The lowest validation loss is that of epoch \(early.epoch), and
 \(early.patience) epochs later the training may end. To see what it would have
 missed, we go on to epoch \(early.epochs): on \(early.same) of \(early.splits)
 splits of the points no later epoch was better.

 > **Guess:** The network of the last epoch fits the training set better. On a
 > test set of \(early.test) fresh points, which of the two has the lower loss,
 > and on how many of the splits?
 >
 > The kept one, on \(early.wins).

 ![Test loss of the network that was kept, and of the last, by
 split](table:early-splits)

 The mean test loss of the last networks is \(early.ratio) times that of the kept
 ones. Where there is nothing to overfit, there is nothing to gain: with
 \(early.many) points for training, on one split and for a fifth of the epochs,
 the factor is \(early.control).

 The validation set takes part in the choice, so its own loss is no measure of
 the kept network. The table has the test set's.
 */

//#-hidden-code
/// A training that is measured on two sets after each epoch.
struct MeasuredTraining<Scalar: FloatingField> {
  var training: [Double] = []
  var validation: [Double] = []
  /// What stops at once when patience is used up.
  var early: EarlyStopping<Network<Scalar>, Scalar>
  /// What never stops.
  var whole: EarlyStopping<Network<Scalar>, Scalar>
  var last: Network<Scalar>

  init(
    _ start: Network<Scalar>, on data: Dataset<Scalar>,
    beside validation: Dataset<Scalar>, patience: Int, epochs: Int,
    using random: inout SplitMix64
  ) {
    (early, whole) = (.init(patience: patience), .init(patience: .max))
    (last, self.validation) = (start, [])
    var (optimiser, workspace) = (
      Optimiser<Scalar>.adam(learningRate: Scalar(0.01)), Workspace(for: start)
    )
    var isStopped = false
    for _ in 0..<max(epochs, 1) {
      for positions in miniBatches(of: 16, from: data.count, using: &random) {
        let batch = data.examples(at: positions)
        _ = last.lossAndGradient(from: batch.x, to: batch.y, on: &workspace)
        optimiser.step(&last, against: workspace.gradient)
      }
      let loss = last.meanLoss(on: validation)
      training.append(Double(last.meanLoss(on: data)))
      self.validation.append(Double(loss))
      if !isStopped { isStopped = early.add(last, validation: loss) }
      _ = whole.add(last, validation: loss)
    }
  }
}

/// Points for training and validation, split several times, and fresh ones.
private struct EarlyData<Scalar: FloatingField> {
  let pool: LabelledPoints
  let test: Dataset<Scalar>

  init(_ count: Int, test: Int, using random: inout SplitMix64) {
    pool = .circles(count, noise: 0.3, using: &random)
    self.test = LabelledPoints.circles(test, noise: 0.3, using: &random)
      .binary(as: Scalar.self)
  }

  /// Returns two sets of a new split, the second with `validation` points.
  func split(
    validation: Int, using random: inout SplitMix64
  ) -> (training: Dataset<Scalar>, validation: Dataset<Scalar>) {
    let order = random.shuffled(0..<pool.count)
    let validation = min(validation, order.count - 1)
    return (
      pool.examples(at: Array(order.dropFirst(validation)))
        .binary(as: Scalar.self),
      pool.examples(at: Array(order.prefix(validation)))
        .binary(as: Scalar.self)
    )
  }
}

/// Trains on several splits, and compares the kept network with the last.
func stopEarly<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("Stopping at the best epoch")
  run.ask("The network that was kept, or the last: which is better, how often?")
  var random = run.random("early")
  let training = run.setting(
    60, as: "early.training", label: "points for training", least: 1)
  let fresh = run.setting(1_000, as: "early.test", label: "fresh points")
  let patience = run.setting(
    20, as: "early.patience", label: "epochs of patience", least: 1)
  let epochs = run.setting(
    run.repetitions(150), as: "early.epochs", label: "epochs")
  let splits = run.setting(6, as: "early.splits", label: "splits", least: 1)
  let many = run.setting(
    1_000, as: "early.many", label: "points of the comparison", least: 1)
  let start = try Network<Scalar>(
    [2, 32, .relu, 32, .relu, 1, .sigmoid], loss: .binaryCrossEntropy,
    using: &random)
  run.record(
    start.parameterCount, as: "early.parameters", label: "weights and biases")
  let few = EarlyData<Scalar>(training + 100, test: fresh, using: &random)
  var (kept, last, same): ([Double], [Double], Int) = ([], [], 0)
  var table = Table(
    "early-splits",
    columns: ["split", "epoch", "kept, test loss", "last, test loss"])
  for split in 1...splits {
    let sets = few.split(validation: 100, using: &random)
    let course = MeasuredTraining(
      start, on: sets.training, beside: sets.validation, patience: patience,
      epochs: epochs, using: &random)
    if split == 1 { showCourse(on: &run, course) }
    same += course.early.best?.epoch == course.whole.best?.epoch ? 1 : 0
    let best = course.early.best?.model ?? start
    kept.append(Double(best.meanLoss(on: few.test)))
    last.append(Double(course.last.meanLoss(on: few.test)))
    table.add([
      .count(split), .count(course.early.best?.epoch ?? 0),
      .number(kept[split - 1], .decimals(3)),
      .number(last[split - 1], .decimals(3)),
    ])
  }
  run.show(table)
  let wins = zip(kept, last).count { $0 < $1 }
  let ratio = last.reduce(0, +) / kept.reduce(0, +)
  run.record(same, as: "early.same", label: "splits with nothing missed")
  run.record(wins, as: "early.wins", label: "splits on which the kept one wins")
  run.record(ratio, .decimals(2), as: "early.ratio", label: "last to kept")
  let control = enough(
    start, many, fresh, patience, max(1, epochs / 5), &random)
  run.record(
    control, .decimals(2), as: "early.control",
    label: "last to kept, many points")
  run.checkWhenFull(
    "the network that was kept is better than the last, where it overfits",
    ratio > 1.1 && 2 * wins > splits && ratio - 1 > 3 * (control - 1),
    detail: "mean test loss of the last beside that of the kept")
}

/// Returns the test loss of the last network beside that of the kept one where
/// there are many points.
private func enough<Scalar: FloatingField>(
  _ start: Network<Scalar>, _ count: Int, _ fresh: Int, _ patience: Int,
  _ epochs: Int, _ random: inout SplitMix64
) -> Double {
  let data = EarlyData<Scalar>(count + 100, test: fresh, using: &random)
  let sets = data.split(validation: 100, using: &random)
  let course = MeasuredTraining(
    start, on: sets.training, beside: sets.validation, patience: patience,
    epochs: epochs, using: &random)
  let best = course.early.best?.model ?? start
  return Double(course.last.meanLoss(on: data.test))
    / Double(best.meanLoss(on: data.test))
}

/// Draws the losses of a training, and what early stopping makes of them.
private func showCourse<Scalar: FloatingField>(
  on run: inout RunRecorder, _ course: MeasuredTraining<Scalar>
) {
  let epoch = course.early.best?.epoch ?? 1
  let chosen = course.validation[epoch - 1]
  run.show(
    Figure(
      "early-stopping",
      LinePlot(
        x: .linear("epoch"), y: .log("loss"),
        series: [
          .init("training set", course.training),
          .init("validation set", course.validation),
          .init(
            "chosen epoch", [.init(Double(epoch), chosen)], isJoined: false),
        ])))
  run.record(epoch, as: "early.epoch", label: "epoch that is chosen")
  let best = course.early.best?.model
  let again = best.map { model in
    // The copy is still that of its epoch, although the training went on.
    !model.hasSameParameters(as: course.last)
  }
  run.checkWhenFull(
    "the kept network has not changed while the training went on",
    again == true && course.early.best.map { Double($0.loss) } == chosen,
    detail: "other weights than the last, and the loss of epoch \(epoch)")
}
//#-end-hidden-code
