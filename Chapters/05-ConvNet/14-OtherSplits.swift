import BinaryClassifier
import Regression
import Workbook

/*:
 ## What makes it better?

 One test set has \(conv.test) images, and a few of them more or less may be
 luck. So the networks are trained again from the start, on \(conv.splits)
 other splits. Each split is made at random, group by group, and all networks
 have the same training images and the same test images: this is a **paired
 comparison**.

 The median accuracy over these splits is \(conv.median) with convolutions and
 \(conv.densemedian) for the network of [chapter 3](chapter:3). The network with
 convolutions is the better one on \(conv.wins) of them. These are medians, and
 not means, because here too a training can fail.
 */

//#-hidden-code
/// Trains networks on other splits, and records what they reach.
///
/// On the first half of the splits every contestant is trained, on the others
/// only the two that are compared above.
///
/// - Parameters:
///   - images: The silhouettes.
///   - blocks: What the networks with convolutions are, and their training.
///   - training: How the others are trained.
func compareOnOtherSplits<Scalar: FloatingField>(
  on run: inout RunRecorder, _ images: LabelledImages, _ blocks: TwoBlocks,
  _ training: CatTraining<Scalar>
) throws {
  let seed = run.options.seed
  let count = run.setting(
    run.repetitions(6, least: 2), as: "conv.splits", label: "other splits")
  let complete = min(
    count,
    run.setting(
      run.repetitions(3), as: "controls.splits",
      label: "of them with all networks"))
  let width = run.setting(133, as: "wide.width", label: "units of the wide one")
  let splits = try concurrentMap(count) { number in
    Result { () throws -> [Contestant: Score] in
      var random = SplitMix64(seed: seed, stream: "cats.split.\(number)")
      let data = try Silhouettes(images, using: &random)
      let examples = data.training.binary(as: Scalar.self)
      var scores: [Contestant: Score] = [:]

      var dense = try catNetworks(in: Scalar.self, using: &random).deep
      drawBatches(of: examples, training.loop, using: &random)
      dense.train(
        on: examples, training.optimiser, training.loop, using: &random)
      scores[.dense] = Score(of: dense, data)

      let drawn: ConvNet<Scalar> = try twoBlockNetwork(
        for: ImageShape(images.height, images.width, 1), blocks,
        using: &random)
      let hasControls = number < complete
      let contestants: [Contestant] =
        hasControls ? [.trained, .firstFrozen, .bothFrozen] : [.trained]
      for contestant in contestants {
        // The same first weights and the same batches for all three.
        var random = random
        let network = drawn.trained(
          on: data, frozen: contestant.frozenLayers, blocks.optimiser(),
          blocks.loop, using: &random)
        scores[contestant] = Score(of: network, data)
      }

      guard hasControls else { return scores }
      var wide = try Network<Scalar>(
        [784, .width(width), .relu, 1, .sigmoid], loss: .binaryCrossEntropy,
        using: &random)
      wide.train(
        on: examples, training.optimiser, training.loop, using: &random)
      scores[.wide] = Score(of: wide, data)
      return scores
    }
  }.map { try $0.get() }
  record(on: &run, splits)
}

/// Networks that are trained on the same split.
enum Contestant: String, CaseIterable {
  case dense = "784-10-9-1"
  case wide = "784-133-1"
  case trained = "two blocks"
  case firstFrozen = "two blocks, the first frozen"
  case bothFrozen = "two blocks, both frozen"

  /// How many convolution layers keep the weights that they were drawn with.
  var frozenLayers: Int {
    switch self {
    case .dense, .wide, .trained: 0
    case .firstFrozen: 1
    case .bothFrozen: 2
    }
  }
}

/// Draws the batches of logistic regression, which is not trained here.
///
/// Chapter 3 trains it before the network, from the same generator. So the
/// network has the batches that it has there.
func drawBatches<Scalar: Field>(
  of examples: Dataset<Scalar>, _ loop: TrainingLoop,
  using random: inout SplitMix64
) {
  _ = loop.run(over: examples.count, using: &random) { _ in Scalar(0) }
}
//#-end-hidden-code
