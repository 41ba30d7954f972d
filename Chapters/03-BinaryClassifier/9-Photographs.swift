import Regression
import Workbook

/*:
 ## Your own photographs

 The silhouettes came with the workbook. Your photographs do not: with
 `scripts/run 3 --images FOLDER` this chapter learns from the pictures in
 `train/cat` and `train/dog` of a folder of yours, and is tested on those in
 `test/cat` and `test/dog`. Without a test folder it holds back one in five. The
 README says what else the folder may hold.

 The network is the one that told silhouettes apart, with a feature for each
 colour of each pixel: `[12288, 10, .relu, 9, .relu, 1, .sigmoid]`. Every step
 looks at all photographs that there are to learn from. That is **full-batch**
 gradient descent: the slope is exact, so nothing is drawn by chance but the
 start, and a smooth curve of the loss is all that one should see. The rate must
 be small. Pixels are never negative, so twelve thousand of them pull the same
 way, and a larger step would overshoot.

 Do not expect much. A network of this kind knows nothing of shapes and places:
 a cat a few pixels further to the left is another cat to it. It learns what
 colour the sofa has.
 */

extension Network where Scalar: FloatingField {
  /// Trains the network on all of some images at every step.
  ///
  /// - Parameters:
  ///   - images: Images of two classes, which stay bytes.
  ///   - positions: Which of them to learn from.
  ///   - settings: How to walk; an epoch is a step.
  ///   - afterStep: Called with the number of each step, from 1.
  /// - Returns: The mean loss before each step.
  @discardableResult
  package mutating func train(
    on images: LabelledImages, at positions: [Int],
    _ settings: DescentSettings<Scalar>, afterStep: (Int) -> Void = { _ in }
  ) -> [Scalar] {
    (1...settings.epochs).map { number in
      let (loss, gradient) = lossAndGradient(over: images, at: positions)
      step(against: gradient, settings)
      afterStep(number)
      return loss
    }
  }

  /// Returns how often each class of images was taken for each.
  package func confusion(
    on images: LabelledImages, at positions: [Int]
  ) -> ConfusionMatrix {
    var x = Matrix<Scalar>.empty
    let predicted = stride(from: 0, to: positions.count, by: 128).flatMap {
      images.write(positions[$0..<min($0 + 128, positions.count)], over: &x)
      return classes(of: x)  // x is [128, features]
    }
    return ConfusionMatrix(
      actual: positions.map { images.labels[$0] }, predicted: predicted,
      classes: images.classNames.count)
  }
}

/*:
 A run with photographs also looks at what it stands on: that the sum over blocks
 is the gradient that the chapter has certified, on the first of the photographs,
 and that small steps against it lead downhill.
 */

/// Learns from the reader's own photographs, where there are any.
func learnPhotographs<Scalar: FloatingField>(
  on page: inout Page, in scalar: Scalar.Type
) throws {
  guard let folder = page.options.imagesFolder else {
    page.say(
      "To learn from your own photographs of cats and dogs: --images FOLDER")
    return
  }
  page.section("Your own photographs")
  let photographs = try PhotoFolder(folder).photographs()
  let images = photographs.images
  var random = page.random("photos")
  let split = photographs.split(using: &random)
  recordCounts(on: &page, photographs, split)

  var network = try Network<Scalar>(
    [.width(images.size), 10, .relu, 9, .relu, 1, .sigmoid],
    loss: .binaryCrossEntropy, using: &random)
  compareBlocks(
    on: &page, network, images, at: Array(split.training.prefix(300)))
  let settings = DescentSettings<Scalar>(
    rate: 1 / 1_000, batchSize: split.training.count, epochs: page.often(500))
  page.record(settings.epochs, as: "photos.steps", label: "steps")
  let clock = ContinuousClock()
  let start = clock.now
  let losses = network.train(on: images, at: split.training, settings) {
    page.progress("photographs", Double($0) / Double(settings.epochs))
  }
  let seconds = (clock.now - start) / .seconds(settings.epochs)
  page.say(
    "\(NumberFormat.decimals(4).text(of: seconds)) s a step; at most "
      + "\(NumberFormat.count.text(of: Double(peakMemory / 1_000_000))) MB held, "
      + "of which the photographs are \(images.pixels.count / 1_000_000) MB")
  showLearned(on: &page, network, losses, images, split)
}

//#-hidden-code
/// Records how many photographs there are of what.
package func recordCounts(
  on page: inout Page, _ photographs: Photographs, _ split: Split
) {
  let labels = photographs.images.labels
  page.record(labels.count, as: "photos.count", label: "photographs")
  page.record(
    labels.count { $0 == 1 }, as: "photos.dogs", label: "of them dogs")
  page.record(
    photographs.skipped, as: "photos.skipped", label: "files skipped")
  page.record(
    split.training.count, as: "photos.training", label: "for training")
  page.record(split.test.count, as: "photos.test", label: "for the test")
}

/// Checks the sum over blocks against the gradient of all examples at once.
func compareBlocks<Scalar: FloatingField>(
  on page: inout Page, _ network: Network<Scalar>, _ images: LabelledImages,
  at positions: [Int]
) {
  let some = images.points(at: positions).binary(as: Scalar.self)
  let whole = network.lossAndGradient(on: some).gradient.tensors
  let summed = network.lossAndGradient(over: images, at: positions).gradient
  let allowed = Scalar(count: positions.count) * Scalar.ulpOfOne
  let agree = zip(whole, summed.tensors).map { whole, summed in
    let largest = whole.elements.map { abs($0) }.max() ?? 0
    return zip(whole.elements, summed.elements).allSatisfy {
      abs($0 - $1) <= allowed * largest
    }
  }
  page.check(
    "the slopes summed over blocks are those of all photographs at once",
    agree.allSatisfy { $0 },
    detail: "on \(positions.count) photographs, within an ulp of a tensor's "
      + "largest slope for each term of the sum")
}

/// Shows the loss, and how good the network is beside a constant answer.
func showLearned<Scalar: FloatingField>(
  on page: inout Page, _ network: Network<Scalar>, _ losses: [Scalar],
  _ images: LabelledImages, _ split: Split
) {
  let matrices = [split.training, split.test].map {
    network.confusion(on: images, at: $0)
  }
  let dogs = split.training.count { images.labels[$0] == 1 }
  let usual = 2 * dogs > split.training.count ? 1 : 0
  let baseline =
    Double(split.test.count { images.labels[$0] == usual })
    / Double(split.test.count)
  let (first, last) = (losses[0], losses[losses.count - 1])
  let digits = NumberFormat.decimals(4)
  page.show(Figure("photos-loss", lossPlot(losses)))
  page.show(
    metricsTable("photos", [("training", matrices[0]), ("test", matrices[1])]))
  page.record(
    baseline, .percent(1), as: "photos.baseline",
    label: "test accuracy of always saying \(images.classNames[usual])")
  page.record(
    first, digits, as: "photos.start", label: "loss at the start")
  page.record(last, digits, as: "photos.loss", label: "loss in the end")
  for (matrix, name) in zip(matrices, ["training", "test"]) {
    page.record(
      matrix.accuracy ?? .nan, .percent(1), as: "photos.accuracy.\(name)",
      label: "\(name) accuracy")
  }
  page.check(
    "small steps against the slope of all photographs lead downhill",
    last < first,
    detail: "the loss goes from \(digits.text(of: Double(first))) to "
      + digits.text(of: Double(last)))
}
//#-end-hidden-code
