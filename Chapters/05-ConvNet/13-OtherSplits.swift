import BinaryClassifier
import Regression
import Workbook

/*:
 ## Better, or lucky?

 One test set has \(conv.test) images, and a few of them more or less may be
 luck. So both networks are trained again from the start, on \(conv.splits)
 other splits. Each split is made at random, group by group, and both networks
 have the same training images and the same test images: this is a **paired
 comparison**.

 The mean accuracy over these splits is \(conv.mean) with convolutions and
 \(conv.densemean) without. The network with convolutions is the better one on
 \(conv.wins) of them.
 */

/// Trains both networks on other splits, and records their accuracies.
///
/// - Parameters:
///   - images: The silhouettes.
///   - optimiser: What trains the network with convolutions.
///   - loop: What draws its batches.
func compareOnOtherSplits<Scalar: FloatingField>(
  on run: inout RunRecorder, _ images: LabelledImages,
  _ optimiser: Optimiser<Scalar>, _ loop: TrainingLoop
) throws {
  let seed = run.options.seed
  let forDense = catTraining(on: run, in: Scalar.self)
  let pairs = try concurrentMap(6) { number in
    Result { () throws -> (dense: Double, conv: Double) in
      var random = SplitMix64(seed: seed, stream: "cats.split.\(number)")
      let data = try Silhouettes(images, using: &random)
      let examples = data.training.binary(as: Scalar.self)
      var dense = try catNetworks(in: Scalar.self, using: &random).deep
      drawBatches(of: examples, forDense.loop, using: &random)
      dense.train(
        on: examples, forDense.optimiser, forDense.loop, using: &random)
      var network: ConvNet<Scalar> = try twoBlockNetwork(
        for: ImageShape(images.height, images.width, 1), using: &random)
      network.train(
        on: images, at: data.split.training, optimiser, loop, using: &random)
      return (
        dense.confusion(on: data.test).accuracy ?? .nan,
        network.confusion(on: images, at: data.split.test).accuracy ?? .nan
      )
    }
  }.map { try $0.get() }
  record(on: &run, pairs)
}

//#-hidden-code
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

/// Records the accuracies of both networks on other splits.
func record(
  on run: inout RunRecorder, _ pairs: [(dense: Double, conv: Double)]
) {
  let n = Double(pairs.count)
  let mean = pairs.map(\.conv).reduce(0, +) / n
  let denseMean = pairs.map(\.dense).reduce(0, +) / n
  let wins = pairs.filter { $0.conv > $0.dense }.count
  let percent = NumberFormat.percent(1)
  run.record(pairs.count, as: "conv.splits", label: "other splits")
  run.record(mean, percent, as: "conv.mean", label: "their mean accuracy")
  run.record(
    denseMean, percent, as: "conv.densemean", label: "mean of 784-10-9-1")
  run.record(wins, as: "conv.wins", label: "splits on which it is better")
  run.checkWhenFull(
    "convolutions tell cats from dogs better than a weight for each pixel",
    mean > denseMean && mean >= 0.93,
    detail:
      "\(percent.text(of: mean)) and \(percent.text(of: denseMean)), means over "
      + "\(pairs.count) splits in which no group is on both sides")
}
//#-end-hidden-code
