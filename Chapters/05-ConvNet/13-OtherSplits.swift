import BinaryClassifier
import Regression
import Workbook

/*:
 ## Better, or lucky?

 One test set has \(conv.test) images, and a few of them more or less may be
 luck. So the networks are trained again from the start, on \(conv.splits)
 other splits. Each split is made at random, group by group, and all networks
 have the same training images and the same test images: this is a **paired
 comparison**.

 The mean accuracy over these splits is \(conv.mean) with convolutions and
 \(conv.densemean) for the network of [chapter 3](chapter:3). The network with convolutions is the better
 one on \(conv.wins) of them.
 */

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

/// Trains networks on other splits, and records what they reach.
///
/// On the first half of the splits every contestant is trained, on the others
/// only the two that are compared above.
///
/// - Parameters:
///   - images: The silhouettes.
///   - optimiser: What trains the networks with convolutions.
///   - loop: What draws their batches.
func compareOnOtherSplits<Scalar: FloatingField>(
  on run: inout RunRecorder, _ images: LabelledImages,
  _ optimiser: Optimiser<Scalar>, _ loop: TrainingLoop
) throws {
  let seed = run.options.seed
  let forDense = catTraining(on: run, in: Scalar.self)
  let splits = try concurrentMap(6) { number in
    Result { () throws -> [Contestant: Score] in
      var random = SplitMix64(seed: seed, stream: "cats.split.\(number)")
      let data = try Silhouettes(images, using: &random)
      let examples = data.training.binary(as: Scalar.self)
      var scores: [Contestant: Score] = [:]

      var dense = try catNetworks(in: Scalar.self, using: &random).deep
      drawBatches(of: examples, forDense.loop, using: &random)
      dense.train(
        on: examples, forDense.optimiser, forDense.loop, using: &random)
      scores[.dense] = Score(of: dense, data)

      let drawn: ConvNet<Scalar> = try twoBlockNetwork(
        for: ImageShape(images.height, images.width, 1), using: &random)
      let hasControls = number < 3
      let contestants: [Contestant] =
        hasControls ? [.trained, .firstFrozen, .bothFrozen] : [.trained]
      for contestant in contestants {
        // The same first weights and the same batches for all three.
        var random = random
        let network = drawn.trained(
          on: data, frozen: contestant.frozenLayers, optimiser, loop,
          using: &random)
        scores[contestant] = Score(of: network, data)
      }

      guard hasControls else { return scores }
      var wide = try Network<Scalar>(
        [784, 133, .relu, 1, .sigmoid], loss: .binaryCrossEntropy,
        using: &random)
      wide.train(
        on: examples, forDense.optimiser, forDense.loop, using: &random)
      scores[.wide] = Score(of: wide, data)
      return scores
    }
  }.map { try $0.get() }
  record(on: &run, splits)
}

//#-hidden-code
/// What a network reaches on the test set of a split.
struct Score: Sendable {
  /// How many parameters the network has.
  let parameters: Int
  let accuracy: Double
  /// The mean accuracy on the test images, shifted by two pixels.
  let shifted: Double

  init<Scalar: FloatingField>(of network: Network<Scalar>, _ data: Silhouettes)
  {
    parameters = network.tensors.map(\.elements.count).reduce(0, +)
    accuracy = network.confusion(on: data.test).accuracy ?? .nan
    shifted = data.images.shifted(by: 2).meanAccuracy {
      network.confusion(on: $0.points(at: data.split.test))
    }
  }

  init<Scalar: FloatingField>(of network: ConvNet<Scalar>, _ data: Silhouettes)
  {
    let test = data.split.test
    parameters = network.tensors.map(\.elements.count).reduce(0, +)
    accuracy = network.confusion(on: data.images, at: test).accuracy ?? .nan
    shifted = data.images.shifted(by: 2).meanAccuracy {
      network.confusion(on: $0, at: test)
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

/// Records the accuracies of all networks on other splits.
private func record(
  on run: inout RunRecorder, _ splits: [[Contestant: Score]]
) {
  let percent = NumberFormat.percent(1)
  let conv = splits.mean(.trained, \.accuracy)
  let dense = splits.mean(.dense, \.accuracy)
  let wins = splits.count {
    ($0[.trained]?.accuracy ?? 0) > ($0[.dense]?.accuracy ?? 1)
  }
  run.record(splits.count, as: "conv.splits", label: "other splits")
  run.record(conv, percent, as: "conv.mean", label: "their mean accuracy")
  run.record(
    dense, percent, as: "conv.densemean", label: "mean of 784-10-9-1")
  run.record(wins, as: "conv.wins", label: "splits on which it is better")
  run.checkWhenFull(
    "convolutions tell cats from dogs better than a small network without",
    conv > dense && conv >= 0.93,
    detail:
      "\(percent.text(of: conv)) and \(percent.text(of: dense)), means over "
      + "\(splits.count) splits in which no group is on both sides")

  let complete = splits.filter { $0.count == Contestant.allCases.count }
  run.record(complete.count, as: "controls.splits", label: "of them complete")
  showControls(on: &run, complete)
  checkControls(on: &run, complete)
}

/// Shows the means of all contestants as a table.
private func showControls(
  on run: inout RunRecorder, _ splits: [[Contestant: Score]]
) {
  let percent = NumberFormat.percent(1)
  var table = Table(
    "contestants",
    columns: ["network", "parameters", "test", "shifted by 2"])
  for contestant in Contestant.allCases {
    let name = "contestant.\(contestant)".lowercased()
    let accuracy = splits.mean(contestant, \.accuracy)
    let shifted = splits.mean(contestant, \.shifted)
    table.add([
      .text(contestant.rawValue),
      .count(splits[0][contestant]?.parameters ?? 0),
      .number(accuracy, percent), .number(shifted, percent),
    ])
    run.record(
      accuracy, percent, as: name, label: "\(contestant.rawValue), test")
    run.record(
      shifted, percent, as: name + ".shifted",
      label: "\(contestant.rawValue), shifted")
  }
  run.show(table)
}

/// Checks what the text says of the controls.
private func checkControls(
  on run: inout RunRecorder, _ splits: [[Contestant: Score]]
) {
  func words(_ values: Double...) -> String {
    values.map { NumberFormat.percent(1).text(of: $0) }
      .joined(separator: ", ")
  }
  let wide = splits.mean(.wide, \.shifted)
  let shifted = splits.mean(.trained, \.shifted)
  run.checkWhenFull(
    "with as many parameters and no convolution, a shift costs more",
    shifted > wide + 0.05,
    detail: "\(words(shifted, wide)) on images shifted by two pixels")
  let trained = splits.mean(.trained, \.accuracy)
  let first = splits.mean(.firstFrozen, \.accuracy)
  let both = splits.mean(.bothFrozen, \.accuracy)
  run.checkWhenFull(
    "a first layer that never learns costs less than half of what both cost",
    trained - first < (trained - both) / 2,
    detail: "\(words(trained, first, both)): trained, one frozen, both frozen")
}

extension [[Contestant: Score]] {
  /// The mean of a value of one contestant over these splits.
  fileprivate func mean(
    _ contestant: Contestant, _ value: (Score) -> Double
  ) -> Double {
    compactMap { $0[contestant].map(value) }.reduce(0, +) / Double(count)
  }
}
//#-end-hidden-code
