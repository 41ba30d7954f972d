import Regression
import Workbook

/*:
 ## A wrong pair is refused

 Before training, here are the errors for two pairs that do not fit. The run
 asks for binary cross-entropy after a ReLU, and for squares after a sigmoid.

 ![The errors for a loss that does not fit the last activation](table:pairs)
 */

/// Asks for networks whose loss does not fit their last activation.
func refusePairs<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) {
  run.section("A wrong pair is refused")
  var random = run.random("pairs")
  func error(
    for architecture: Architecture<Analytic>, _ loss: Loss<Scalar>
  ) -> String? {
    do {
      _ = try Network(architecture, loss: loss, using: &random)
      return nil
    } catch {
      return error.description
    }
  }
  let ending = error(for: [2, 4, .relu, 1, .relu], .binaryCrossEntropy)
  let squares = error(for: [2, 4, .relu, 1, .sigmoid], .halfSquaredError)
  run.show(
    Table(
      "pairs", columns: ["network and loss", "error"],
      rows: [
        [
          "[2, 4, relu, 1, relu], binary cross-entropy",
          .text(ending ?? "none"),
        ],
        [
          "[2, 4, relu, 1, sigmoid], half squared error",
          .text(squares ?? "none"),
        ],
      ]))
  run.check(
    "a loss that does not fit the last activation is refused",
    ending != nil && squares != nil, detail: "with an error that says why")
}

/*:
 ## Exclusive or, solved

 No line separates the four points of exclusive or, as [chapter 1](chapter:1)
 showed. A hidden layer of four units is enough, though not from every start:
 with few units, unlucky random weights can leave too few ramps that change. The
 table counts how many of \(xor.seeds) starts learn all four points.

 ![Starts that learn XOR, by the activation of the hidden
 layer](table:xor-seeds)

 ![The regions into which four tanh units divide the plane](figure:xor-regions)
 */

/// Returns a network that was trained on XOR.
func learnXor<Scalar: FloatingField>(
  _ activation: ActivationKind<Analytic>, using random: inout SplitMix64
) throws(ArchitectureError) -> Network<Scalar> {
  let data = LabelledPoints.xor.binary(as: Scalar.self)
  var network = try Network<Scalar>(
    [2, 4, .activation(activation), 1, .sigmoid], loss: .binaryCrossEntropy,
    using: &random)
  network.train(
    on: data, .sgd(learningRate: 1),
    TrainingLoop(batchSize: 4, epochs: 1_000), using: &random)
  return network
}

/// Learns XOR with three activations from many starts, and shows one network.
func solveXor<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("Exclusive or, solved")
  let seeds = 20
  let activations: [ActivationKind<Analytic>] = [.relu, .leakyReLU, .tanh]
  var table = Table(
    "xor-seeds", columns: ["hidden layer", "starts that learn", "of"])
  var solved: [Int] = []
  for activation in activations {
    let outcomes = try concurrentMap(seeds) { seed in
      var random = SplitMix64(seed: UInt64(seed), stream: "xor")
      return Result { () throws -> Network<Scalar> in
        try learnXor(activation, using: &random)
      }
    }.map { try $0.get().confusion(on: .xor).accuracy == 1 }
    solved.append(outcomes.filter { $0 }.count)
    table.add([
      .text(activation.name), .count(solved[solved.count - 1]), .count(seeds),
    ])
  }
  run.record(seeds, as: "xor.seeds", label: "starts")
  run.show(table)

  // The figure shows the first of the starts that were counted.
  var random = SplitMix64(seed: 0, stream: "xor")
  let network: Network<Scalar> = try learnXor(.tanh, using: &random)
  let isSolved = network.confusion(on: .xor).accuracy == 1
  run.show(Figure("xor-regions", network.regions(around: .xor)))
  run.check(
    "a hidden layer solves XOR", isSolved && solved[2] == seeds,
    detail: "four tanh units learn all four points from \(solved[2]) of "
      + "\(seeds) starts")
}
