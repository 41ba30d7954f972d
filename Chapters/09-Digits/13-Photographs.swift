import BinaryClassifier
import ConvNet
import Regression
import Workbook

/*:
 ## Photographs at size

 The same care is due when the data are yours. With
 `scripts/run 9 --images FOLDER` the two convolution layers of [chapter
 5](chapter:5) learn from photographs of cats and dogs in a folder as in
 [chapter 3](chapter:3), now with Adam and in three parts. Photographs in
 `validation/cat` and `validation/dog` choose the epoch. Without such folders
 one in five of the training photographs does, stratified as the digits are. The
 training ends when the validation loss has not reached a new minimum for a few
 epochs, and the network of the best epoch is kept. Only then are the test
 photographs predicted, once. The accuracy is shown with its interval, beside
 that of always predicting the class that is more frequent in training.
 */

//#-hidden-code
extension Split {
  /// Takes one in five of the training examples for validation where there are
  /// none for it yet.
  func withValidation(
    _ labels: [Int], using random: inout SplitMix64
  ) -> Split {
    guard validation.isEmpty else { return self }
    let part = Split(
      stratifying: training.map { labels[$0] }, test: 0.2, using: &random)
    var split = self
    split.training = part.training.map { training[$0] }
    split.validation = part.test.map { training[$0] }
    return split
  }
}
//#-end-hidden-code

/*:
 > **Guess:** There are \(size.count) photographs of \(size.side) by
 > \(size.side) pixels in three colours. How much memory do they take as numbers
 > of \(size.width) bytes, and how much does a training need to hold?
 >
 > As numbers they take \(size.numbers) MB. As bytes, which is what the file
 > has, they take \(size.bytes) MB. A step converts the photographs of its
 > mini-batch and no others. So the training holds the bytes, the numbers of
 > \(size.batch) photographs, which are \(size.converted) MB, and what the
 > layers compute from those.

 To read all pictures as numbers first changes nothing but the memory. The run
 does both with \(stream.count) digits. After \(stream.steps) steps of
 Adam \(stream.changed) of \(stream.tensors) weight matrices and biases have
 changed, and \(stream.differ) of them differ between the two trainings.
 */

//#-hidden-code
/// What `--images` trains, and how.
struct PhotoSettings: Sendable {
  var (first, second, width) = (16, 32, 64)
  var (epochs, patience, batch) = (20, 3, 32)
  var rate = 0.001

  /// Returns the network of two convolution layers.
  func network<Scalar: FloatingField>(
    for image: ImageShape, using random: inout SplitMix64
  ) throws -> ConvNet<Scalar> {
    let (window, halves) = (Window(3, padding: 1), Window(2, stride: 2))
    return try ConvNet(
      image,
      [
        ConvolutionDescription(first, window, pooling: halves),
        ConvolutionDescription(second, window, pooling: halves),
      ],
      head: [.width(width), .relu, 1, .sigmoid], loss: .binaryCrossEntropy,
      using: &random)
  }
}

/// The course of a training on photographs, and the network of its best epoch.
struct PhotoTraining<Scalar: FloatingField> {
  private(set) var best: ConvNet<Scalar>
  private(set) var bestEpoch = 0
  /// The mean loss of each epoch, each mini-batch's before its step.
  private(set) var training: [Double] = []
  /// The validation loss after each epoch.
  private(set) var validation: [Double] = []

  /// Trains a network until its validation loss has no new minimum for as many
  /// epochs as the patience says. The photographs stay bytes.
  ///
  /// - Precondition: There are photographs for training and for validation.
  init(
    _ start: ConvNet<Scalar>, on images: LabelledImages, _ split: Split,
    _ settings: PhotoSettings, using random: inout SplitMix64,
    afterEpoch: (Int) -> Void = { _ in }
  ) {
    (best, bestEpoch) = (start, 0)
    var network = start
    var optimiser = Optimiser<Scalar>.adam(learningRate: Scalar(settings.rate))
    var workspaces = network.workspaces(forBatchesOf: settings.batch)
    var lowest = Double.infinity
    for epoch in 1...max(settings.epochs, 1) {
      let loop = TrainingLoop(batchSize: settings.batch, epochs: 1)
      let losses: [Scalar] = loop.run(
        over: split.training.count, using: &random
      ) { batch in
        let chosen = batch.map { split.training[$0] }
        return network.step(
          on: images, at: chosen[...], on: &workspaces, &optimiser)
      }
      training.append(Double(losses[0]))
      let loss = network.loss(on: images, at: split.validation)
      validation.append(loss)
      if loss < lowest {
        (lowest, best, bestEpoch) = (loss, network, epoch)
      }
      afterEpoch(epoch)
      if epoch - bestEpoch >= settings.patience { break }
    }
  }
}

extension ConvNet where Scalar: FloatingField {
  /// Returns the mean loss on images of two classes, at 64 of them at a time.
  func loss(on images: LabelledImages, at positions: [Int]) -> Double {
    var (sum, y) = (0.0, Matrix<Scalar>.empty)
    for start in stride(from: 0, to: positions.count, by: 64) {
      let some = Array(positions[start..<min(start + 64, positions.count)])
      images.writeBinary(some[...], into: &y)
      let z = logits(of: images, at: some)
      sum += Double(head.loss(z, y)) * Double(some.count)
    }
    return sum / Double(positions.count)
  }
}
//#-end-hidden-code

/// Compares a training on bytes with one on numbers, and counts the memory of
/// both for photographs.
func countPhotographs<Scalar: FloatingField>(
  on run: inout RunRecorder, _ images: LabelledImages, in scalar: Scalar.Type
) throws {
  run.section("Photographs at size")
  let settings = PhotoSettings()
  let (count, side, width) = (15_000, 64, 4)
  let megabytes = { (pictures: Int, bytes: Int) in
    Double(pictures * side * side * 3 * bytes) / 1e6
  }
  run.record(count, as: "size.count", label: "photographs")
  run.record(side, as: "size.side", label: "pixels on a side")
  run.record(width, as: "size.width", label: "bytes of a Float")
  run.record(settings.batch, as: "size.batch", label: "photographs in a batch")
  run.record(
    megabytes(count, width), .decimals(0), as: "size.numbers",
    label: "MB as numbers")
  run.record(
    megabytes(count, 1), .decimals(0), as: "size.bytes", label: "MB as bytes")
  run.record(
    megabytes(settings.batch, width), .decimals(1), as: "size.converted",
    label: "MB as numbers at a time")
  try compareStreams(on: &run, images, settings, in: scalar)
}

//#-hidden-code
/// Trains two copies of a network, one on bytes that each step converts, the
/// other on numbers that were converted before.
private func compareStreams<Scalar: FloatingField>(
  on run: inout RunRecorder, _ images: LabelledImages,
  _ settings: PhotoSettings, in scalar: Scalar.Type
) throws {
  var random = run.random("stream")
  let pair = images.zerosAndOnes(96)
  let positions = Array(pair.labels.indices)
  let shape = ImageShape(pair.height, pair.width, pair.channels)
  let start: ConvNet<Scalar> = try settings.network(for: shape, using: &random)
  var (streamed, held) = (start, start)
  let rate = Scalar(settings.rate)
  var optimisers = [Optimiser<Scalar>]()
  for _ in 0..<2 { optimisers.append(.adam(learningRate: rate)) }
  var spaces = start.workspaces(forBatchesOf: settings.batch)
  let all = pair.points(at: positions).binary(as: Scalar.self)
  var steps = 0
  for first in stride(from: 0, to: positions.count, by: settings.batch) {
    let batch = positions[first..<min(first + settings.batch, positions.count)]
    _ = streamed.step(on: pair, at: batch, on: &spaces, &optimisers[0])
    _ = held.lossAndGradient(of: batch.count, on: &spaces) { range, examples in
      all.write(
        batch[first + range.lowerBound..<first + range.upperBound],
        into: &examples)
    }
    held.step(against: spaces[0], &optimisers[1])
    steps += 1
  }
  let (tensors, one, other) = (start.tensors, streamed.tensors, held.tensors)
  let differ = zip(one, other).count { $0 != $1 }
  let changed = zip(one, tensors).count { $0 != $1 }
  run.record(positions.count, as: "stream.count", label: "digits 0 and 1")
  run.record(steps, as: "stream.steps", label: "steps")
  run.record(
    tensors.count, as: "stream.tensors", label: "weight matrices and biases")
  run.record(changed, as: "stream.changed", label: "of them changed")
  run.record(differ, as: "stream.differ", label: "of them that differ")
  run.check(
    "a training on bytes gives the weights of one on numbers",
    differ == 0 && changed == tensors.count,
    detail: "bit for bit, after \(steps) steps")
}

extension LabelledImages {
  /// Returns the first images of the classes 0 and 1, two as cats and dogs are.
  fileprivate func zerosAndOnes(_ count: Int) -> LabelledImages {
    let chosen = labels.indices.filter { labels[$0] < 2 }.prefix(count)
    return LabelledImages(
      pixels: chosen.flatMap { pixels[$0 * size..<($0 + 1) * size] },
      height: height, width: width, channels: channels, white: white,
      labels: chosen.map { labels[$0] },
      classNames: Array(classNames.prefix(2)))
  }
}

extension ConvNet {
  /// The numbers of each weight matrix and each bias.
  fileprivate var tensors: [[Scalar]] {
    (layers.map(\.layer) + head.layers).flatMap {
      [$0.weights.elements, $0.bias.elements]
    }
  }
}

/// Learns from the reader's own photographs, if there are any, and tests once.
func learnPhotographsAtSize<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  var random = run.random("photos")
  guard let (images, whole) = try readPhotographs(on: &run, using: &random)
  else { return }
  let split = whole.withValidation(images.labels, using: &random)
  run.record(
    split.validation.count, as: "photos.validation", label: "for validation")
  run.record(
    split.training.count, as: "photos.learned", label: "to learn from")
  var settings = PhotoSettings()
  settings.epochs = run.setting(
    run.repetitions(settings.epochs), as: "photos.epochs", label: "epochs")
  settings.patience = run.setting(
    settings.patience, as: "photos.patience", label: "epochs of patience")
  settings.batch = run.setting(
    settings.batch, as: "photos.batch", label: "photographs in a batch")
  settings.rate = run.setting(
    settings.rate, .decimals(4), as: "photos.rate", label: "learning rate")
  let start: ConvNet<Scalar> = try settings.network(
    for: ImageShape(images.height, images.width, images.channels),
    using: &random)
  let (epochs, clock) = (settings.epochs, ContinuousClock())
  let began = clock.now
  let course = PhotoTraining(
    start, on: images, split, settings, using: &random
  ) { run.progress("photographs", Double($0) / Double(epochs)) }
  let seconds = (clock.now - began) / .seconds(course.training.count)
  run.log(
    "\(NumberFormat.decimals(1).text(of: seconds)) s an epoch; at most "
      + "\(NumberFormat.count.text(of: Double(peakMemory / 1_000_000))) MB held, "
      + "of which the photographs are \(images.pixels.count / 1_000_000) MB")
  showPhotoTraining(on: &run, course, images, split)
}

/// Shows the course of the training, and opens the test photographs.
private func showPhotoTraining<Scalar: FloatingField>(
  on run: inout RunRecorder, _ course: PhotoTraining<Scalar>,
  _ images: LabelledImages, _ split: Split
) {
  let chosen = course.bestEpoch
  run.show(
    Figure(
      "photos-course",
      LinePlot(
        x: .linear("epoch"), y: .log("loss"),
        series: [
          .init("training", course.training),
          .init("validation", course.validation),
        ])))
  run.record(chosen, as: "photos.epoch", label: "epoch that is chosen")
  let parts = [
    ("training", split.training), ("validation", split.validation),
    ("test", split.test),
  ]
  let rows = parts.map {
    ($0.0, course.best.confusion(on: images, at: $0.1))
  }
  run.show(metricsTable("photos", rows))
  let accuracy = rows[2].1.accuracyInterval
  let baseline = constantAccuracy(images.labels, split)
  run.show(
    Table(
      "photos-test", columns: ["", "test accuracy"],
      rows: [
        [.text("this network"), .accuracy(accuracy)],
        [.text("the more frequent class"), .init(baseline, .percent(1))],
      ]))
  run.record(accuracy, as: "photos.accuracy", label: "test accuracy")
  run.record(
    baseline, .percent(1), as: "photos.baseline",
    label: "that of always predicting the more frequent class")
  let lowest = course.validation.min() ?? .nan
  run.check(
    "the network that is kept has the lowest validation loss",
    chosen > 0
      && course.best.loss(on: images, at: split.validation) == lowest,
    detail: "computed again, that of epoch \(chosen)")
}

/// Returns the test accuracy of predicting what is most frequent in training.
private func constantAccuracy(_ labels: [Int], _ split: Split) -> Double {
  let ones = split.training.count { labels[$0] == 1 }
  let guess = 2 * ones > split.training.count ? 1 : 0
  return Double(split.test.count { labels[$0] == guess })
    / Double(split.test.count)
}
//#-end-hidden-code
