import Regression
import Workbook

/*:
 ## Exclusive or, solved

 No line separates the four points of exclusive or, as [chapter 1](chapter:1)
 showed. A hidden layer of \(xor.units) units is enough, though not from every
 start. From \(xor.seeds) random starts and in \(xor.epochs) steps, ReLUs learn
 all four points \(xor.solved.1) times, leaky ReLUs \(xor.solved.2) times and
 tanh units \(xor.solved.3) times.
 */

/// Trains networks with three activations on XOR, from many starts.
func solveXor<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws -> XorTraining<Scalar> {
  run.section("Exclusive or, solved")
  let seeds = run.setting(20, as: "xor.seeds", label: "starts")
  let training = XorTraining<Scalar>(
    units: run.setting(4, as: "xor.units", label: "hidden units"),
    epochs: run.setting(1_000, as: "xor.epochs", label: "steps"),
    learningRate: Scalar(
      run.setting(1, .decimals(1), as: "xor.rate", label: "learning rate")),
    seeds: seeds)
  let activations: [ActivationKind<Analytic>] = [.relu, .leakyReLU, .tanh]
  var solved: [Int] = []
  for activation in activations {
    let outcomes = try training.networks(activation).map {
      $0.confusion(on: .xor).accuracy == 1
    }
    solved.append(outcomes.filter { $0 }.count)
    run.record(
      solved[solved.count - 1], as: "xor.solved.\(solved.count)",
      label: "starts that learn, \(activation.name)")
  }

  let network = try training.network(.tanh, start: 0)
  let isSolved = network.confusion(on: .xor).accuracy == 1
  run.check(
    "a hidden layer solves XOR", isSolved && solved[2] == seeds,
    detail: "tanh units learn all four points from \(solved[2]) of \(seeds) "
      + "starts")
  return training
}

//#-hidden-code
/// How networks are trained on XOR.
struct XorTraining<Scalar: FloatingField>: Sendable {
  var units: Int
  var epochs: Int
  var learningRate: Scalar
  var seeds: Int

  /// Returns a network that was trained on XOR, or one as it starts.
  func network(
    _ activation: ActivationKind<Analytic>, start: Int, isTrained: Bool = true
  ) throws(ArchitectureError) -> Network<Scalar> {
    var random = SplitMix64(seed: UInt64(start), stream: "xor")
    var network = try Network<Scalar>(
      [2, .width(units), .activation(activation), 1, .sigmoid],
      loss: .binaryCrossEntropy, using: &random)
    guard isTrained else { return network }
    network.train(
      on: LabelledPoints.xor.binary(as: Scalar.self),
      .sgd(learningRate: learningRate),
      TrainingLoop(batchSize: 4, epochs: epochs), using: &random)
    return network
  }

  /// Returns the networks of all starts.
  func networks(
    _ activation: ActivationKind<Analytic>, areTrained: Bool = true
  ) throws -> [Network<Scalar>] {
    try concurrentMap(seeds) { start in
      Result {
        try network(activation, start: start, isTrained: areTrained)
      }
    }.map { try $0.get() }
  }
}
//#-end-hidden-code
