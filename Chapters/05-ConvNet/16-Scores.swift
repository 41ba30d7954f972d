import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
/// What a network reaches on the test set of a split.
struct Score: Sendable {
  /// How many parameters the network has.
  let parameters: Int
  let accuracy: Double
  /// The mean accuracy on the test images, shifted by two pixels.
  let shifted: Double

  /// The accuracy that the shift costs.
  var lost: Double { accuracy - shifted }

  init<Scalar: FloatingField>(of network: Network<Scalar>, _ data: Silhouettes)
  {
    parameters = network.tensors.map(\.elements.count).reduce(0, +)
    accuracy = network.confusion(on: data.test).accuracy ?? .nan
    shifted = data.test(shiftedBy: 2).meanAccuracy {
      network.confusion(on: $0.points)
    }
  }

  init<Scalar: FloatingField>(of network: ConvNet<Scalar>, _ data: Silhouettes)
  {
    let test = data.split.test
    parameters = network.tensors.map(\.elements.count).reduce(0, +)
    accuracy = network.confusion(on: data.images, at: test).accuracy ?? .nan
    shifted = data.test(shiftedBy: 2).meanAccuracy {
      network.confusion(on: $0, at: $0.positions)
    }
  }
}

/// Records the accuracies of all networks on other splits.
func record(
  on run: inout RunRecorder, _ splits: [[Contestant: Score]]
) {
  let percent = NumberFormat.percent(1)
  let conv = splits.median(.trained, \.accuracy)
  let dense = splits.median(.dense, \.accuracy)
  let wins = splits.count {
    ($0[.trained]?.accuracy ?? 0) > ($0[.dense]?.accuracy ?? 1)
  }
  run.record(
    conv, percent, as: "conv.median", label: "their median accuracy")
  run.record(
    dense, percent, as: "conv.densemedian", label: "median of 784-10-9-1")
  run.record(wins, as: "conv.wins", label: "splits on which it is better")
  run.checkWhenFull(
    "convolutions tell cats from dogs better than a small network without",
    conv > dense && conv >= 0.93,
    detail:
      "\(percent.text(of: conv)) and \(percent.text(of: dense)), medians over "
      + "\(splits.count) splits in which no group is on both sides")
  let lost = splits.median(.trained, \.lost)
  let denseLost = splits.median(.dense, \.lost)
  run.checkWhenFull(
    "a shift costs convolutions less than half of what it costs weights for "
      + "pixels",
    lost < denseLost / 2,
    detail:
      "\(percent.text(of: lost)) and \(percent.text(of: denseLost)) for two "
      + "pixels, medians over the splits")

  let complete = splits.filter { $0.count == Contestant.allCases.count }
  showControls(on: &run, complete)
  checkControls(on: &run, complete)
}

/// Shows the medians of all contestants as a table.
private func showControls(
  on run: inout RunRecorder, _ splits: [[Contestant: Score]]
) {
  let percent = NumberFormat.percent(1)
  var table = Table(
    "contestants",
    columns: ["network", "parameters", "test", "shifted by 2"])
  for contestant in Contestant.allCases {
    let name = "contestant.\(contestant)".lowercased()
    let accuracy = splits.median(contestant, \.accuracy)
    let shifted = splits.median(contestant, \.shifted)
    table.add([
      .text(contestant.rawValue),
      .count(splits.first?[contestant]?.parameters ?? 0),
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
  let wide = splits.median(.wide, \.shifted)
  let shifted = splits.median(.trained, \.shifted)
  run.checkWhenFull(
    "with as many parameters and no convolution, a shift costs more",
    shifted > wide + 0.05,
    detail: "\(words(shifted, wide)) on images shifted by two pixels")
  let frozen = splits.median(.firstFrozen, \.shifted)
  run.checkWhenFull(
    "under a shift, a first layer that never learns costs less than half of "
      + "what no convolutions cost",
    shifted - frozen < (shifted - wide) / 2,
    detail: "\(words(shifted, frozen, wide)): trained, the first frozen, none")
  let both = splits.median(.bothFrozen, \.shifted)
  run.checkWhenFull(
    "under a shift, a first layer that never learns costs less than half of "
      + "what both cost",
    shifted - frozen < (shifted - both) / 2,
    detail: "\(words(shifted, frozen, both)): trained, one frozen, both frozen")
  // Differences on the same splits have a steadier mean than the median of few.
  let networks: [Contestant] = [.trained, .firstFrozen, .bothFrozen]
  let still = networks.map { network in
    splits.compactMap { $0[network]?.accuracy }.reduce(0, +)
      / Double(splits.count)
  }
  run.checkWhenFull(
    "a first layer that never learns costs less than half of what both cost",
    still[0] - still[1] < (still[0] - still[2]) / 2,
    detail: words(still[0], still[1], still[2])
      + " without a shift, means: trained, one frozen, both frozen")
}

extension [[Contestant: Score]] {
  /// The median of a value of one contestant over these splits.
  fileprivate func median(
    _ contestant: Contestant, _ value: (Score) -> Double
  ) -> Double {
    BinaryClassifier.median(compactMap { $0[contestant].map(value) })
  }
}
//#-end-hidden-code
