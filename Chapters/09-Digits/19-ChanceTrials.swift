import BinaryClassifier
import Regression
import Training
import Workbook

//#-hidden-code
/// What a network made of its rows.
struct ChanceTest: Sendable {
  let training: Double
  let test: AccuracyInterval
  let p: Double
}

/// Networks that were trained on data of one kind.
struct ChanceGroup {
  let name: String
  let rows: Int
  let tests: [ChanceTest]

  /// The fraction of all test rows that were recognised.
  var accuracy: AccuracyInterval {
    .wilson(
      tests.reduce(0) { $0 + $1.test.right },
      of: tests.reduce(0) { $0 + $1.test.count })
  }
  /// The tests with a p-value of at most `level`.
  func found(at level: Double, z: Double? = nil) -> AccuracyInterval {
    .wilson(
      tests.count { $0.p <= level }, of: tests.count,
      z: z ?? AccuracyInterval.deviatesFor95Percent)
  }
}

/// The tutorial's data, network and training.
struct ChanceSettings: Sendable {
  let rows: Int
  let features: Int
  let batch: Int
  let epochs: Int
  let rate: Double
  let shift: Double
  let shuffles: Int

  init(on run: inout RunRecorder) {
    rows = run.setting(100, as: "chance.count", label: "rows", least: 5)
    features = run.setting(
      10, as: "chance.features", label: "numbers in a row")
    batch = run.setting(32, as: "chance.batch", label: "batch size")
    epochs = run.setting(100, as: "chance.epochs", label: "epochs")
    rate = run.setting(
      0.01, .decimals(3), as: "chance.rate", label: "learning rate")
    shift = run.setting(
      0.6, .decimals(2), as: "chance.shift",
      label: "half the distance of the means")
    run.record(
      0.05, .decimals(2), as: "chance.level", label: "the usual limit")
    shuffles = run.setting(199, as: "chance.shuffles", label: "shuffles")
  }

  /// The number of rows that are kept for the test, of `rows`.
  func testCount(_ rows: Int) -> Int { max(1, rows / 5) }

  /// Returns rows of standard normal numbers with the labels of tossed coins.
  /// The means of the classes are `2 · shift` apart.
  func points(
    _ count: Int, _ shift: Double, using random: inout SplitMix64
  ) -> LabelledPoints {
    let labels = (0..<count).map { _ in random.index(below: 2) }
    let part = shift / Double(features).squareRoot()
    let points = Matrix(rows: count, columns: features) { row, _ in
      random.normal() + (labels[row] == 1 ? part : -part)
    }
    return LabelledPoints(points: points, labels: labels, classes: 2)
  }

  /// A network of three layers.
  func network<Scalar: FloatingField>(
    using random: inout SplitMix64
  ) throws(ArchitectureError) -> Network<Scalar> {
    try Network(
      [.width(features), 16, .relu, 8, .relu, 1, .sigmoid],
      loss: .binaryCrossEntropy,
      using: &random)
  }

  /// Trains networks, each on new data, and tests them.
  func tests<Scalar: FloatingField>(
    _ count: Int, _ factor: Int, _ shift: Double, seed: UInt64,
    in scalar: Scalar.Type
  ) throws -> [ChanceTest] {
    try concurrentMap(count) { number in
      Result { () throws -> ChanceTest in
        var random = SplitMix64(
          seed: seed, stream: "chance.\(factor).\(shift).\(number)")
        let points = self.points(factor * rows, shift, using: &random)
        let held = testCount(points.count)
        let test = points.examples(at: Array(0..<held))
        let training = points.examples(at: Array(held..<points.count))
        var network: Network<Scalar> = try self.network(using: &random)
        network.learnPairs(
          training, rate: rate,
          TrainingLoop(batchSize: batch, epochs: epochs), using: &random)
        let predicted = network.classes(of: Matrix(rounding: test.points))
        return ChanceTest(
          training: network.confusion(on: training).accuracy ?? .nan,
          test: .wilson(agreements(test.labels, predicted), of: held),
          p: permutationPValue(
            actual: test.labels, predicted: predicted, shuffles: shuffles,
            using: &random))
      }
    }.map { try $0.get() }
  }
}

extension Network where Scalar: FloatingField {
  /// Trains the network on two classes with Adam, in the fused form where there
  /// is one.
  mutating func learnPairs(
    _ points: LabelledPoints, rate: Double, _ loop: TrainingLoop,
    using random: inout SplitMix64
  ) {
    if var small = self as? Network<Float>,
      small.trainFused(
        on: points.binary(as: Float.self), .adam(learningRate: Float(rate)),
        loop, .constant, using: &random) != nil
    {
      self = small as? Network<Scalar> ?? self
      return
    }
    train(
      on: points.binary(as: Scalar.self), .adam(learningRate: Scalar(rate)),
      loop, using: &random)
  }
}
//#-end-hidden-code
