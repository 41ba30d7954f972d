import Autograd
import BinaryClassifier
import Regression
import Workbook

/*:
 ## The best model is always the last

 A training gets worse now and then, so people keep the best network so far.
 `best = model` costs nothing and holds no graph.

 To see it, take \(best.steps) good steps, keep an alias by `best = model` and
 a copy of the values, and then take \(best.badsteps) steps on a damaged batch,
 in which every label is swapped. The loss on the right labels is \(best.loss)
 at the snapshot.

 > **Guess:** What are the losses of the alias and of the copy at the end?
 >
 > The model at the end has the loss \(best.last), and so has the alias:
 > \(best.alias). The copy has \(best.copy), that of the best.

 The alias keeps nothing. A network holds its parameters as objects. The
 assignment copies the references, and the optimiser goes on changing the
 objects that both refer to. A count of leaked nodes does not show this
 mistake. A count of shared nodes does: the snapshot and the model share
 \(best.shared), which is all. The fix is to copy the values. A `Matrix` is a
 value in Swift: an assignment copies it, and later changes of one copy do not
 reach the other. Only the class around it is shared, so a list of matrices is
 a good snapshot.
 */

extension CountedTraining {
  /// The values of the parameters.
  var snapshot: [Matrix<Scalar>] { model.parameters.map(\.value) }
}

/*:
 In PyTorch the fix that comes to mind first does not work. `state_dict()`
 returns a dictionary of names and tensors, and they are the tensors of the
 model itself. Each of four ways was tried, with one more step after the
 snapshot:

 ![Which weights a snapshot has in PyTorch, after one more
 step](table:snapshots)

 `copy.deepcopy(model.state_dict())` copies the weights and nothing else. Load
 it back when the training has ended.
 */

//#-hidden-code
extension CountedTraining {
  /// Returns a network of the same kind with other parameters.
  func network(from values: [Matrix<Scalar>]) -> Sequential<Scalar> {
    let layers = stride(from: 0, to: values.count, by: 2).map {
      Linear(weights: values[$0], bias: values[$0 + 1].row(0))
    }
    return Sequential {
      layers[0]
      ReLU()
      layers[1]
      ReLU()
      layers[2]
    }
  }

  /// Returns the loss of a network on the points, without a graph.
  func loss(of model: Sequential<Scalar>) -> Scalar {
    noGrad { Loss.binaryCrossEntropy(model(data.x), data.y).item() }
  }
}
//#-end-hidden-code

/// Keeps the best model as an alias and as a copy, and takes bad steps.
///
/// - Returns: How many nodes the alias and the copy share with the model.
func keepTheBest<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) -> (alias: Int, copy: Int) {
  run.section("The best model is always the last")
  var random = run.random("best")
  var training = CountedTraining<Scalar>(using: &random)
  let steps = run.setting(
    200, as: "best.steps", label: "steps before the snapshot")
  let badSteps = run.setting(
    20, as: "best.badsteps", label: "steps on swapped labels")
  for _ in 0..<steps { training.step { _, _ in } }

  let alias = training.model
  let values = training.snapshot
  let best = training.loss(of: training.model)

  let labels = training.data.y
  training.data.y = labels.map { 1 - $0 }
  for _ in 0..<badSteps { training.step { _, _ in } }
  training.data.y = labels

  let copy = training.network(from: values)
  let losses = [training.model, alias, copy].map { training.loss(of: $0) }
  recordBest(on: &run, best, losses)
  return (
    training.shared(with: alias), training.shared(with: copy)
  )
}

//#-hidden-code
extension CountedTraining {
  /// Returns how many parameters of another network are also this one's.
  func shared(with other: Sequential<Scalar>) -> Int {
    other.parameters.count { parameter in
      model.parameters.contains { $0 === parameter }
    }
  }
}

/// Records the loss at a snapshot, and those of the model, an alias and a copy.
private func recordBest<Scalar: FloatingField>(
  on run: inout RunRecorder, _ best: Scalar, _ losses: [Scalar]
) {
  let format = NumberFormat.decimals(3)
  let all = [best] + losses
  let names = [
    ("loss", "loss at the snapshot"), ("last", "loss at the end"),
    ("alias", "loss of best = model"), ("copy", "loss of the copied values"),
  ]
  for (loss, name) in zip(all, names) {
    run.record(loss, format, as: "best.\(name.0)", label: name.1)
  }
  run.check(
    "an alias of the best model is the last model, and a copy is the best",
    losses[1] == losses[0] && losses[2] == best && losses[0] > best,
    detail: "losses equal to the last bit")
}
//#-end-hidden-code
