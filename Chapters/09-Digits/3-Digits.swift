import BinaryClassifier
import Multiclass
import Regression
import Training
import Workbook

/*:
 ## The digits, in three parts

 The data are \(digits.count) handwritten digits of \(digits.height) by
 \(digits.width) pixels. Before anything is trained, look at them.

 ![The first digits of the data set, and their labels](figure:digits)

 Every class has about as many examples, from \(digits.least) to
 \(digits.most). So a constant prediction has an accuracy of \(digits.constant)
 at most, and that is the number to beat.

 A network is chosen by what it does on a **validation set**, and judged by what
 it does on a **test set**. If you look at the test set and then change
 something, it has become a second validation set, and you have no test set
 left. So three parts are needed. They are **stratified**: each class is split
 by itself, so that every part has nearly the same fraction of each.

 ![How many of each digit are in each part](table:parts)
 */

/// The digits, and how they are split in three parts.
package struct DigitSets {
  package let images: LabelledImages
  package let split: Split
  package let training: LabelledPoints
  package let validation: LabelledPoints
  //#-hidden-code

  /// Splits the digits: 60 % for training, 20 % for validation and 20 % for the
  /// test.
  package init(_ images: LabelledImages, using random: inout SplitMix64) {
    self.init(
      images,
      Split(
        stratifying: images.labels, validation: 0.2, test: 0.2, using: &random))
  }

  package init(_ images: LabelledImages, _ split: Split) {
    (self.images, self.split) = (images, split)
    training = images.points(at: split.training)
    validation = images.points(at: split.validation)
  }
  //#-end-hidden-code
}

/*:
 The test set is sealed. Its type cannot be copied, and to open it consumes it:
 to open the same seal twice is a compile-time error. It is a help and no lock:
 a program that reads the images themselves is not stopped.
 */

/// A test set that can be opened once.
package struct SealedTestSet: ~Copyable {
  private let points: LabelledPoints

  package init(_ points: LabelledPoints) { self.points = points }

  /// Returns the examples, and ends the seal.
  package consuming func open() -> LabelledPoints { points }
}

//#-hidden-code
extension DigitSets {
  /// The test set, sealed.
  package func sealedTest() -> SealedTestSet {
    SealedTestSet(images.points(at: split.test))
  }
}

/// How the networks of this chapter are trained.
package struct DigitSettings: Sendable {
  package var learningRate = 0.001
  package var batchSize = 32
  package var epochs = 50

  package init() {}
}

extension Network where Scalar: FloatingField {
  /// A network for the digits: 64-128-64-10, with random weights.
  package static func forDigits(
    using random: inout SplitMix64
  ) throws(ArchitectureError) -> Network {
    try Network(
      [64, 128, .relu, 64, .relu, 10, .softmax], loss: .crossEntropy,
      using: &random)
  }

  /// Trains the network with Adam, in the fused form where there is one.
  ///
  /// - Returns: The mean loss of each epoch.
  @discardableResult
  package mutating func learn(
    _ points: LabelledPoints, _ settings: DigitSettings,
    using random: inout SplitMix64
  ) -> [Double] {
    let loop = TrainingLoop(
      batchSize: settings.batchSize, epochs: settings.epochs)
    if var small = self as? Network<Float>,
      let losses = small.trainFused(
        on: points.oneHot(as: Float.self),
        .adam(learningRate: Float(settings.learningRate)), loop, .constant,
        using: &random)
    {
      self = small as? Network<Scalar> ?? self
      return losses.map { Double($0) }
    }
    return train(
      on: points.oneHot(as: Scalar.self),
      .adam(learningRate: Scalar(settings.learningRate)), loop, using: &random
    ).map { Double($0) }
  }
}
//#-end-hidden-code

/// Shows the digits and their split.
func showDigits(
  on run: inout RunRecorder
) throws(InputError) -> DigitSets {
  run.section("The digits, in three parts")
  let images = try BundledData(folder: run.options.dataFolder).digits()
  var random = run.random("digits")
  let sets = DigitSets(images, using: &random)
  let names = images.classNames
  let shown = Array(0..<min(20, images.count))
  run.show(
    Figure(
      "digits",
      ImageGrid(
        height: images.height, width: images.width,
        images: shown.map { images.points(at: [$0]).points.elements },
        captions: shown.map { names[images.labels[$0]] })))
  func counts(_ positions: [Int]) -> [Int] {
    names.indices.map { label in
      positions.count { images.labels[$0] == label }
    }
  }
  let all = counts(Array(0..<images.count))
  run.record(images.count, as: "digits.count", label: "digits")
  run.record(images.height, as: "digits.height", label: "rows of pixels")
  run.record(images.width, as: "digits.width", label: "columns of pixels")
  run.record(all.min() ?? 0, as: "digits.least", label: "rarest digit")
  run.record(all.max() ?? 0, as: "digits.most", label: "most frequent digit")
  run.record(
    Double(all.max() ?? 0) / Double(images.count), .percent(1),
    as: "digits.constant", label: "accuracy of a constant")
  let parts = [
    ("training", sets.split.training), ("validation", sets.split.validation),
    ("test", sets.split.test),
  ]
  run.show(
    Table(
      "parts", columns: [""] + names + ["all"],
      rows: parts.map { name, positions in
        [.text(name)] + counts(positions).map { .count($0) }
          + [.count(positions.count)]
      }))
  let rates = parts.map { part in
    counts(part.1).enumerated().map { Double($1) / Double(all[$0]) }
  }
  run.check(
    "every part has nearly the same fraction of each class",
    rates.allSatisfy { ($0.max() ?? 1) - ($0.min() ?? 0) < 0.01 },
    detail: "within one percent")
  run.check(
    "no example is in two parts, and none is lost",
    parts.flatMap(\.1).sorted() == Array(0..<images.count),
    detail: "\(images.count) examples")
  return sets
}
