import BinaryClassifier
import Regression
import Workbook

/*:
 ## Six planted faults

 Does the recipe find anything? Six faults are planted into the training of the
 last section, one at a time. All of them have been made in earnest, and none of
 them crashes.

 - The weights of the last layer are ten times too large.
 - The inputs are lost on their way, and zeros arrive.
 - The inputs are shuffled, and their labels are not.
 - The validation set has slipped into the training set.
 - The gradient of the biases is the sum over the examples, not the mean.
 - The inputs are brought to mean zero and deviation one with the statistics of
   all examples, the test set's among them.

 > **Guess:** How many of the six show in the accuracy on the validation set?
 >
 > \(faults.visible): those below \(faults.bar). The others train well. The one
 > with mixed sets looks no worse than the training without a fault.

 ![What the recipe finds in each training, and the accuracy that one would
 see](table:faults)

 Each fault makes the steps fail that we expect, and no others. Adam hides the sum
 over the examples, because it divides each gradient by its own size. With mixed
 sets the shuffled labels of the validation set are learned by heart, so the
 accuracy there is above chance.
 */

enum Fault: String, CaseIterable, Sendable {
  case none = "no fault"
  case largeLastLayer = "last layer × 10"
  case lostInputs = "inputs lost"
  case shuffledInputs = "labels left behind"
  case mixedSets = "sets mixed"
  case biasSum = "bias gradient × n"
  case allStatistics = "statistics of all data"
}

/*:
 Each is a change of one part. `torn` deals the labels out anew, `mixed` adds the
 validation set to the training set, and `all` joins the three sets.
 */

extension Trainer {
  /// Returns the training with a fault in one of its parts.
  func with(_ fault: Fault) -> Trainer {
    let (healthy, last) = (self, network.layers.count - 1)
    var wrong = self
    switch fault {
    case .none: break
    case .largeLastLayer:
      wrong.network.layers[last].weights = 10 * network.layers[last].weights
    case .lostInputs: wrong.prepare = { healthy.prepare($0).withoutInputs }
    case .shuffledInputs: wrong.prepare = { healthy.prepare($0).torn }
    case .mixedSets: wrong.prepare = { healthy.prepare($0).mixed }
    case .biasSum: wrong.pass = { withBiasSum(healthy.pass($0, $1), $1.count) }
    case .allStatistics: wrong.prepare = { $0.standardised(by: $0.all.x) }
    }
    return wrong
  }
}

//#-hidden-code
extension Fault {
  /// The steps of the recipe that find it.
  var steps: Set<RecipeStep> {
    switch self {
    case .none: []
    case .largeLastLayer: [.start]
    case .lostInputs: [.byHeart, .inputsOff]
    case .shuffledInputs: [.inputsOff]
    case .mixedSets: [.labelsShuffled]
    case .biasSum: [.gradient]
    case .allStatistics: [.leak]
    }
  }
}

extension Dataset {
  /// Returns these examples and behind them others.
  func joined(with other: Dataset) -> Dataset {
    func join(_ a: Matrix<Scalar>, _ b: Matrix<Scalar>) -> Matrix<Scalar> {
      Matrix(
        rows: a.rows + b.rows, columns: a.columns,
        elements: a.elements + b.elements)
    }
    return Dataset(x: join(x, other.x), y: join(y, other.y))
  }
}

extension ThreeSets {
  /// The examples of all sets.
  var all: Dataset<Scalar> {
    training.joined(with: validation).joined(with: test)
  }

  /// The sets with the validation set in the training set too.
  var mixed: ThreeSets {
    var sets = self
    sets.training = training.joined(with: validation)
    return sets
  }

  /// The sets with the labels of the training set beside other inputs.
  var torn: ThreeSets {
    var (sets, random) = (self, SplitMix64(seed: 1, stream: "faults.torn"))
    sets.training = training.withShuffledLabels(using: &random)
    return sets
  }
}

/// Returns a loss and a gradient whose biases are multiplied.
private func withBiasSum<Scalar: FloatingField>(
  _ pass: (loss: Scalar, gradient: Network<Scalar>), _ count: Int
) -> (loss: Scalar, gradient: Network<Scalar>) {
  var gradient = pass.gradient
  for index in gradient.layers.indices {
    gradient.layers[index].bias =
      Scalar(count: count) * gradient.layers[index].bias
  }
  return (pass.loss, gradient)
}

/// Runs the recipe on a training with each fault.
func plantFaults<Scalar: FloatingField>(
  on run: inout RunRecorder, _ healthy: Trainer<Scalar>,
  _ raw: ThreeSets<Scalar>
) {
  run.section("Six planted faults")
  run.ask("Six faults in a training: how many show in its accuracy?")
  var table = Table(
    "faults",
    columns: [
      "fault", "start", "heart", "inputs", "labels", "gradient", "leak",
      "accuracy",
    ])
  let bar = healthy.score(raw).accuracy - 0.1
  var (visible, different): (Int, [String]) = (0, [])
  var accuracies: [Fault: Double] = [:]
  for fault in Fault.allCases {
    let trainer = healthy.with(fault)
    let verdicts = trainer.recipe(on: raw)
    let accuracy = trainer.score(raw).accuracy
    visible += accuracy < bar ? 1 : 0
    accuracies[fault] = accuracy
    if Set(verdicts.filter { !$0.isPassed }.map(\.step)) != fault.steps {
      different.append(
        fault.rawValue
          + verdicts.filter { !$0.isPassed }
          .map { ", " + $0.step.rawValue }.joined())
    }
    table.add(
      [.text(fault.rawValue)]
        + verdicts.map { $0.isPassed ? .none : .text("found") }
        + [.number(accuracy, .percent(1))])
  }
  run.show(table)
  run.record(visible, as: "faults.visible", label: "faults one would see")
  run.record(bar, .percent(1), as: "faults.bar", label: "a tenth below")
  run.check(
    "the recipe finds each planted fault by the steps that are expected",
    different.isEmpty,
    detail: different.isEmpty
      ? "\(Fault.allCases.count - 1) faults" : different.joined(separator: ", ")
  )
  run.check(
    "with the validation set in the training set the accuracy looks no worse",
    (accuracies[.mixedSets] ?? 0) >= (accuracies[.none] ?? 1),
    detail: "beside the training without a fault")
}
//#-end-hidden-code
