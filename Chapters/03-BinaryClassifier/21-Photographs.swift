import Regression
import Workbook

/*:
 ## Your own photographs

 With `scripts/run 3 --images FOLDER` the same network learns from photographs
 of your own: from those in the folders `train/cat` and `train/dog`, and it is
 tested on those in `test/cat` and `test/dog`. The README describes the folder.
 Every step uses the whole training set, which is **full-batch** gradient
 descent, at a small learning rate: pixels are never negative, so all of them
 change a unit in the same direction.

 Do not expect much. The network has a weight for every position, so a cat that
 is a few pixels further to the left is a different input.
 [Chapter 5](chapter:5) has a remedy.
 */

/// Learns from photographs of the reader's own, if a folder is given.
func learnPhotographs<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  var random = run.random("photos")
  guard let (images, split) = try readPhotographs(on: &run, using: &random)
  else { return }

  var network = try Network<Scalar>(
    [.width(images.size), 10, .relu, 9, .relu, 1, .sigmoid],
    loss: .binaryCrossEntropy, using: &random)
  compareMicroBatches(
    on: &run, network, images, at: split.training,
    of: "photographs")
  let steps = run.setting(
    run.repetitions(500), as: "photos.steps", label: "steps")
  let rate = run.setting(
    0.001, .decimals(4), as: "photos.rate", label: "learning rate")
  let clock = ContinuousClock()
  let start = clock.now
  let losses = network.train(
    on: images, at: split.training, .sgd(learningRate: Scalar(rate)),
    steps: steps
  ) {
    run.progress("photographs", Double($0) / Double(steps))
  }
  let seconds = (clock.now - start) / .seconds(steps)
  run.log(
    "\(NumberFormat.decimals(4).text(of: seconds)) s a step; at most "
      + "\(NumberFormat.count.text(of: Double(peakMemory / 1_000_000))) MB held, "
      + "of which the photographs are \(images.pixels.count / 1_000_000) MB")
  showLearned(on: &run, network, losses, images, split)
}

//#-hidden-code
extension Network where Scalar: FloatingField {
  /// Trains the network on all of some images at every step.
  ///
  /// - Parameters:
  ///   - images: Images of two classes, which stay bytes.
  ///   - positions: Which of them to learn from.
  ///   - optimiser: What takes the steps.
  ///   - steps: The number of steps.
  ///   - afterStep: Called with the number of each step, from 1.
  /// - Returns: The mean loss before each step.
  @discardableResult
  package mutating func train(
    on images: LabelledImages, at positions: [Int],
    _ optimiser: Optimiser<Scalar>, steps: Int,
    afterStep: (Int) -> Void = { _ in }
  ) -> [Scalar] {
    var optimiser = optimiser
    return (1...steps).map { number in
      let (loss, gradient) = lossAndGradient(over: images, at: positions)
      optimiser.step(&self, against: gradient)
      afterStep(number)
      return loss
    }
  }

  /// Returns how often each class was predicted for each class of images.
  package func confusion(
    on images: LabelledImages, at positions: [Int]
  ) -> ConfusionMatrix {
    var x = Matrix<Scalar>.empty
    let predicted = stride(from: 0, to: positions.count, by: 128).flatMap {
      images.write(positions[$0..<min($0 + 128, positions.count)], into: &x)
      return classes(of: x)  // x is [128, features]
    }
    return ConfusionMatrix(
      actual: positions.map { images.labels[$0] }, predicted: predicted,
      classes: images.classNames.count)
  }
}

/// Reads the reader's photographs, splits them, and records how many there are.
///
/// - Returns: `nil` where no folder of photographs is given.
package func readPhotographs(
  on run: inout RunRecorder, using random: inout SplitMix64
) throws -> (images: LabelledImages, split: Split)? {
  guard let folder = run.options.imagesFolder else {
    run.log(
      "To learn from your own photographs of cats and dogs: --images FOLDER")
    return nil
  }
  run.section("Your own photographs")
  let photographs = try PhotoFolder(folder).photographs()
  let split = photographs.split(using: &random)
  let labels = photographs.images.labels
  run.record(labels.count, as: "photos.count", label: "photographs")
  run.record(
    labels.count { $0 == 1 }, as: "photos.dogs", label: "of them dogs")
  run.record(
    photographs.skipped, as: "photos.skipped", label: "files skipped")
  run.record(
    split.training.count, as: "photos.training", label: "for training")
  run.record(split.test.count, as: "photos.test", label: "for the test")
  return (photographs.images, split)
}

/// Shows the loss and the accuracies, and records the accuracy of a constant
/// prediction.
func showLearned<Scalar: FloatingField>(
  on run: inout RunRecorder, _ network: Network<Scalar>, _ losses: [Scalar],
  _ images: LabelledImages, _ split: Split
) {
  let matrices = [split.training, split.test].map {
    network.confusion(on: images, at: $0)
  }
  let dogs = split.training.count { images.labels[$0] == 1 }
  let commonClass = 2 * dogs > split.training.count ? 1 : 0
  let baseline =
    Double(split.test.count { images.labels[$0] == commonClass })
    / Double(split.test.count)
  let (first, last) = (losses[0], losses[losses.count - 1])
  let digits = NumberFormat.decimals(4)
  run.show(Figure("photos-loss", lossPlot(losses)))
  run.show(
    metricsTable("photos", [("training", matrices[0]), ("test", matrices[1])]))
  run.record(
    baseline, .percent(1), as: "photos.baseline",
    label: "test accuracy of always predicting "
      + images.classNames[commonClass])
  run.record(
    first, digits, as: "photos.start", label: "loss at the start")
  run.record(last, digits, as: "photos.loss", label: "loss at the end")
  for (matrix, name) in zip(matrices, ["training", "test"]) {
    run.record(
      matrix.accuracy ?? .nan, .percent(1), as: "photos.accuracy.\(name)",
      label: "\(name) accuracy")
  }
  run.check(
    "small steps against the gradient of all photographs reduce the loss",
    last < first,
    detail: "the loss goes from \(digits.text(of: Double(first))) to "
      + digits.text(of: Double(last)))
}
//#-end-hidden-code
