import BinaryClassifier
import ConvNet
import Multiclass
import Regression
import Training
import Workbook

//#-hidden-code
/// What scikit-learn did on a split, from the table of its run.
struct PublishedSplit {
  /// The sum of the test set's positions, each times its rank from 1.
  let checksum: Int
  let wrong: Set<Int>

  /// Reads all of them.
  ///
  /// - Throws: `InputError` where the table is missing or damaged.
  static func all(in folder: String?) throws(InputError) -> [PublishedSplit] {
    let rows = try BundledData(folder: folder).rows(
      of: "sklearn-digits", columns: 3)
    return try rows.enumerated().map { index, row throws(InputError) in
      let wrong = row[2].split(separator: ";").map { Int($0) }
      guard let checksum = Int(row[1]), Int(row[0]) == index + 1,
        wrong.allSatisfy({ $0 != nil })
      else {
        throw InputError(
          .damaged, "sklearn-digits/table.csv",
          "row \(index + 1) is no split, checksum and positions")
      }
      return PublishedSplit(
        checksum: checksum, wrong: Set(wrong.compactMap(\.self)))
    }
  }
}

/// How the network with convolutions is made and trained.
struct ConvSettings: Sendable {
  var (first, second, epochs, splits) = (8, 16, 12, 5)
  var learningRate = 0.003

  init(on run: inout RunRecorder, splits count: Int) {
    first = run.setting(
      first, as: "conv.first", label: "filters of the first layer")
    second = run.setting(
      second, as: "conv.second", label: "filters of the second layer")
    epochs = run.setting(
      run.repetitions(epochs), as: "conv.epochs", label: "epochs")
    learningRate = run.setting(
      learningRate, .decimals(4), as: "conv.rate", label: "learning rate")
    let wished = run.setting(
      run.repetitions(splits, least: 2), as: "conv.splits",
      label: "splits with convolutions", least: 2)
    splits = min(wished, count)
  }

  /// Returns a network with random weights.
  func network<Scalar: FloatingField>(
    for images: LabelledImages, using random: inout SplitMix64
  ) throws -> ConvNet<Scalar> {
    let (window, halves) = (Window(3, padding: 1), Window(2, stride: 2))
    return try ConvNet(
      ImageShape(images.height, images.width, 1),
      [
        ConvolutionDescription(first, window, pooling: halves),
        ConvolutionDescription(second, window, pooling: halves),
      ],
      head: [.width(images.classNames.count), .softmax], loss: .crossEntropy,
      using: &random)
  }
}

/// The test images of a split that each classifier gets wrong.
struct Mistakes: Sendable {
  var ours: Set<Int> = []
  var few: Set<Int> = []
  var conv: Set<Int>?

  /// Trains our network on a split, after few epochs and after all, and perhaps
  /// one with convolutions.
  init<Scalar: FloatingField>(
    _ images: LabelledImages, _ split: Split, few: Int,
    _ settings: DigitSettings, _ conv: ConvSettings?, in scalar: Scalar.Type,
    using random: inout SplitMix64
  ) throws {
    let points = images.points(at: split.training)
    let test = Matrix<Scalar>(rounding: images.points(at: split.test).points)
    func wrong(_ classes: [Int]) -> Set<Int> {
      Set(zip(split.test, classes).filter { images.labels[$0] != $1 }.map(\.0))
    }
    let start = try Network<Scalar>.forDigits(using: &random)
    for isShort in [true, false] {
      var (network, random, settings) = (start, random, settings)
      if isShort { settings.epochs = few }
      network.learn(points, settings, using: &random)
      let mistakes = wrong(network.classes(of: test))
      if isShort { self.few = mistakes } else { ours = mistakes }
    }
    guard let conv else { return }
    var network: ConvNet<Scalar> = try conv.network(for: images, using: &random)
    network.train(
      on: images, at: split.training,
      .adam(learningRate: Scalar(conv.learningRate)),
      TrainingLoop(batchSize: settings.batchSize, epochs: conv.epochs),
      using: &random)
    self.conv = wrong(network.classes(of: images, at: split.test))
  }
}

/// The numbers of mistakes of two classifiers on the same splits.
struct Pairing {
  let (first, second): ([Int], [Int])
  /// The number of images in a test set, and in a training set.
  let (test, training): (Int, Int)

  var differences: [Int] { zip(first, second).map { $0 - $1 } }

  /// How much wider the interval is than that of independent differences.
  var widening: Double {
    let splits = Double(first.count)
    return (1 + splits * Double(test) / Double(training)).squareRoot()
  }

  /// The mean difference of the accuracies, second less first, and half of its
  /// interval of 95 %.
  var accuracy: (mean: Double, half: Double) {
    let count = Double(differences.count)
    let d = differences.map { Double($0) / Double(test) }
    let mean = d.reduce(0, +) / count
    let variance = d.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    // Student's quantiles of 97.5 % for 1 to 9 degrees of freedom.
    let quantiles = [
      12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262,
    ]
    let quantile = quantiles[min(differences.count - 1, quantiles.count) - 1]
    return (mean, quantile * (variance / count).squareRoot() * widening)
  }
}
//#-end-hidden-code
