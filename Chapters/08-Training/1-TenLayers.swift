import BinaryClassifier
import Regression
import Workbook

/*:
 # 8 · The craft of training

 The two circles of [chapter 3](chapter:3) are learned by a network of two
 hidden layers in a moment. Here is a deeper one: \(patient.layers) hidden
 layers of \(patient.width) units with ReLU. Its weights start as normal numbers
 times \(patient.deviation), as in many first programs, and its biases as zero.
 It is trained by SGD on mini-batches of \(patient.batch) for \(patient.epochs)
 epochs, with a careful learning rate of \(patient.rate). Its gradient is right:
 the checks of the last chapters say so.

 > **Guess:** The loss of a network that knows nothing is $\log 2$, which is
 > \(patient.nothing). What is the loss of this one at the end?
 >
 > \(patient.loss). Nothing has been learned. On fresh points the network is as
 > good as a coin: \(patient.accuracy).

 ![The loss of each epoch of the network of ten hidden
 layers](figure:patient-loss)

 No formula is wrong here. What is wrong are choices that no gradient check
 sees: how the weights start, how a step is made from a gradient, how long the
 step is. To make such choices is the craft of training.

 After this chapter you can

 - choose starting weights, and show layer by layer that they suit;
 - write the optimisers from SGD to AdamW, and say what each remembers;
 - find a learning rate, and change it during the training;
 - keep a network from learning its examples by heart;
 - write batch normalisation and its backward pass;
 - examine a training that fails, step by step, until the fault is found.

 Most sections cure one thing. The chapter has two parts, and at the end of the
 second the same network is trained once more, with one cure after the other.
 */

/// Trains the deep network as many first programs would.
func startPatient<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) -> Patient<Scalar> {
  run.section("A network that does not learn")
  let patient = Patient<Scalar>(on: &run)
  run.record(
    Double.log(2), .decimals(4), as: "patient.nothing", label: "log 2")
  run.ask("What is the loss of a network of ten layers at the end?")
  let first = patient.train(
    .small, .sgd(learningRate: Scalar(patient.rate)))
  run.record(
    first.losses.last ?? .nan, .decimals(4), as: "patient.loss",
    label: "loss at the end")
  run.record(
    first.accuracy, .percent(1), as: "patient.accuracy",
    label: "accuracy on fresh points")
  run.show(Figure("patient-loss", lossPlot(first.losses)))
  run.checkWhenFull(
    "small starting weights keep ten layers from learning anything",
    abs(Double(first.losses.last ?? .nan) - Double.log(2)) < 0.01,
    detail: "the loss is within 0.01 of log 2 at the end")
  return patient
}

//#-hidden-code
/// The deep network that the chapter cures, and how it is trained.
struct Patient<Scalar: FloatingField> {
  let width: Int
  let layers: Int
  let deviation: Double
  let rate: Double
  var loop: TrainingLoop
  let training: LabelledPoints
  let fresh: LabelledPoints
  /// The generator of weights and batches: each training begins with a copy.
  var random: SplitMix64

  /// A training: what it was and what came of it.
  struct Course {
    let losses: [Scalar]
    let network: Network<Scalar>
    /// The fraction of fresh points that are classified right.
    let accuracy: Double
  }

  /// Takes the settings of a run, and draws the points.
  init(on run: inout RunRecorder) {
    layers = run.setting(10, as: "patient.layers", label: "hidden layers")
    width = run.setting(16, as: "patient.width", label: "units in a layer")
    deviation = run.setting(
      0.01, .decimals(2), as: "patient.deviation",
      label: "deviation of the weights")
    rate = run.setting(
      0.002, .decimals(3), as: "patient.rate", label: "learning rate")
    loop = TrainingLoop(
      batchSize: run.setting(32, as: "patient.batch", label: "batch size"),
      epochs: run.setting(
        run.repetitions(30), as: "patient.epochs", label: "epochs"))
    var random = run.random("patient")
    let count = run.setting(800, as: "patient.points", label: "points")
    training = .circles(count, using: &random)
    fresh = .circles(
      run.setting(2_000, as: "patient.fresh", label: "fresh points", least: 2),
      using: &random)
    self.random = random
  }

  /// Trains the network from starting weights, always with the same batches.
  func train(
    _ start: StartingWeights, _ optimiser: Optimiser<Scalar>,
    _ schedule: Schedule = .constant
  ) -> Course {
    var random = random
    var network: Network<Scalar> = start.network(
      [2] + Array(repeating: width, count: layers) + [1], .relu,
      small: deviation, ending: (.sigmoid, .binaryCrossEntropy), using: &random)
    let data = training.binary(as: Scalar.self)
    let losses = network.train(
      on: data, optimiser, loop, schedule, using: &random)
    return Course(
      losses: losses, network: network,
      accuracy: network.confusion(on: fresh).accuracy ?? .nan)
  }
}
//#-end-hidden-code
