import BinaryClassifier
import ConvNet
import Multiclass
import Regression
import Training
import Workbook

/*:
 ## Beside scikit-learn, and beside convolutions

 A number alone says little. Here are two other classifiers of the same
 digits: the `MLPClassifier` of scikit-learn, with the settings
 of our network, and a network with convolutions as in [chapter 5](chapter:5).
 All digits are split \(peers.splits) times, with a fifth of them for the test.
 scikit-learn's network is trained on the same splits, the one with convolutions
 on the first \(conv.splits), and the test images that each gets wrong are
 counted. No
 choice is made by these numbers. The settings of the convolutions are a first
 guess, and it was not improved after a look at them.

 ![Wrong test images of three classifiers by split](figure:peers)

 Our network is wrong about \(peers.ours) images of a test set on average, and
 scikit-learn's about \(peers.theirs). Is one of the two programs better? On
 each split both have the same images, so look at the **paired differences**. If
 the programs do the same, the two numbers of a split could as well be
 exchanged, and each difference could have the other sign. There are
 \(peers.patterns) patterns of signs, so we can look at all of them: this is a
 **sign-flip test**, a permutation test of pairs. It is exact for the hypothesis
 that both do the same on these splits.
 */

/// Returns how probable a sum so far from 0 is where all signs are tossed.
func signFlipProbability(of differences: [Int]) -> Double {
  precondition(differences.count <= 20, "\(differences.count) differences")
  let observed = abs(differences.reduce(0, +))
  let patterns = 1 << differences.count
  let asFar = (0..<patterns).count { pattern in
    let sum = differences.indices.reduce(0) { sum, index in
      let isFlipped = (pattern >> index) & 1 == 1
      return sum + (isFlipped ? -differences[index] : differences[index])
    }
    return abs(sum) >= observed
  }
  return Double(asFar) / Double(patterns)
}

/*:
 On one split the images are the pairs. Those that both get right, or both
 wrong, say nothing. If the two networks are equally good, each image that only
 one gets wrong is a toss of a coin: **McNemar's test**.
 */

/// Returns how probable counts as unequal as these, or more, are where each of
/// the images is as likely to belong to one as to the other.
func mcNemarProbability(_ onlyFirst: Int, _ onlySecond: Int) -> Double {
  let count = onlyFirst + onlySecond
  var term = Double(sign: .plus, exponent: -count, significand: 1)  // ½ⁿ
  var tail = 0.0
  for k in 0...min(onlyFirst, onlySecond) {
    tail += term
    term *= Double(count - k) / Double(k + 1)
  }
  return min(1, 2 * tail)
}

/*:
 > **Guess:** Our network is also stopped after \(peers.few) epochs, which are
 > too few. On how many of the splits does McNemar's test notice, with a
 > probability below \(peers.level)? And what does the sign-flip test say?
 >
 > On \(peers.fewsplits) of \(peers.splits). The sign-flip test of all splits
 > has a probability of \(peers.fewflip). One split can miss what all of them
 > show.

 ![Classifiers of the digits, each beside our network on the same
 splits](table:peers)

 Is one of the two programs better? These splits do not tell: the sign flips of
 scikit-learn's row are no rare event, and its interval holds zero.

 The interval of a difference is for other digits of the same kind. Test sets of
 several splits share images, and so do training sets, so the \(peers.splits)
 differences are not independent. [Nadeau and Bengio](cite:nadeau-bengio-2003)
 add the size of a test set beside that of a training set to $1/J$ in the
 variance of the mean of $J$ splits. With \(peers.splits) splits it makes the
 interval \(peers.wider) times as wide.

 The network with convolutions was trained on \(conv.splits) of the splits. It
 has \(conv.parameters) parameters, ours \(peers.parameters). So few splits make
 a wide interval, and have few patterns of signs: the sign-flip test could not
 give less than \(conv.least).

 A published tutorial has such a comparison, too: about \(published.own) for a
 network of its own and about \(published.sklearn) for scikit-learn's, without
 an interval and without a number of splits. It says that the network has the
 widths of the first row below, and \(published.count) parameters. Count them: a
 layer has $(\text{inputs} + 1) \cdot \text{outputs}$.

 ![The parameters of two networks](table:counted)

 The published count is that of the second row, a network for images of the size
 of those in [chapter 3](chapter:3).
 */

//#-hidden-code
/// Returns the number of weights and biases of a network of some widths.
func parameterCount(ofWidths widths: [Int]) -> Int {
  zip(widths, widths.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
}

/// Compares our network with two other classifiers on the same splits.
func compareWithOthers<Scalar: FloatingField>(
  on run: inout RunRecorder, _ images: LabelledImages, in scalar: Scalar.Type
) throws {
  run.section("Beside scikit-learn, and beside convolutions")
  run.ask("The same settings in two programs: do they make the same mistakes?")
  let published = try PublishedSplit.all(in: run.options.dataFolder)
  let splits = published.indices.map { index in
    // The splits of seed 1 whatever the seed of the run: they are published.
    var random = SplitMix64(seed: 1, stream: "9.split.\(index + 1)")
    return Split(stratifying: images.labels, test: 0.2, using: &random)
  }
  run.check(
    "scikit-learn had the same test sets",
    zip(splits, published).allSatisfy { split, other in
      split.test.enumerated().reduce(0) { $0 + ($1.offset + 1) * $1.element }
        == other.checksum && other.wrong.isSubset(of: split.test)
    }, detail: "\(splits.count) splits, by a sum over positions and ranks")
  run.record(splits.count, as: "peers.splits", label: "splits")
  var settings = DigitSettings()
  settings.epochs = run.setting(
    run.repetitions(settings.epochs), as: "peers.epochs", label: "epochs")
  let few = run.setting(8, as: "peers.few", label: "epochs of the control")
  let conv = ConvSettings(on: &run, splits: splits.count)
  let seed = run.options.seed
  let mistakes = try concurrentMap(splits.count) { [settings] index in
    Result { () throws -> Mistakes in
      var random = SplitMix64(seed: seed, stream: "9.peers.\(index + 1)")
      return try Mistakes(
        images, splits[index], few: few, settings,
        index < conv.splits ? conv : nil, in: scalar, using: &random)
    }
  }.map { try $0.get() }
  try showPeers(on: &run, mistakes, published.map(\.wrong), splits)
  var random = run.random("peers")
  let network: ConvNet<Scalar> = try conv.network(for: images, using: &random)
  run.record(
    Double.exp2(Double(1 - conv.splits)), .decimals(2), as: "conv.least",
    label: "least probability of the sign flips")
  run.record(
    network.parameterCount, as: "conv.parameters",
    label: "parameters with convolutions")
  try countParameters(on: &run, images, using: &random)
}

/// Shows the mistakes of all classifiers, and our network beside each.
private func showPeers(
  on run: inout RunRecorder, _ mistakes: [Mistakes], _ theirs: [Set<Int>],
  _ splits: [Split]
) throws {
  let level = 0.05
  let ours = mistakes.map(\.ours)
  let convs = mistakes.compactMap(\.conv)
  let all: [(name: String, key: String, wrong: [Set<Int>])] = [
    ("scikit-learn", "theirs", theirs), ("convolutions", "conv", convs),
    ("ours, few epochs", "few", mistakes.map(\.few)),
  ]
  run.show(
    Figure(
      "peers",
      LinePlot(
        x: .linear("split"), y: .linear("wrong images"),
        series: [LinePlot.Series("ours", ours.map { Double($0.count) })]
          + all.dropLast().map { name, _, wrong in
            .init(name, wrong.map { Double($0.count) })
          })))
  let (test, training) = (splits[0].test.count, splits[0].training.count)
  func mean(_ wrong: [Set<Int>]) -> Double {
    Double(wrong.reduce(0) { $0 + $1.count }) / Double(wrong.count)
  }
  run.record(mean(ours), .decimals(1), as: "peers.ours", label: "wrong, ours")
  run.record(
    mean(theirs), .decimals(1), as: "peers.theirs", label: "wrong, scikit-learn"
  )
  var table = Table(
    "peers",
    columns: [
      "", "splits", "accuracy", "more than ours, in points", "sign flips",
      "noticed by McNemar",
    ],
    rows: [
      [
        "ours", .count(ours.count),
        .number(1 - mean(ours) / Double(test), .percent(2)), .none, .none,
        .none,
      ]
    ])
  var pairings: [String: (pairing: Pairing, flip: Double, splits: Int)] = [:]
  for (name, key, wrong) in all {
    let pairing = Pairing(
      first: zip(ours, wrong).map { $0.0.count }, second: wrong.map(\.count),
      test: test, training: training)
    let flip = signFlipProbability(of: pairing.differences)
    let unlike = zip(ours, wrong).count {
      mcNemarProbability(
        $0.subtracting($1).count, $1.subtracting($0).count) < level
    }
    pairings[key] = (pairing, flip, unlike)
    let (difference, half) = pairing.accuracy
    let ends = [difference - half, difference + half].map {
      NumberFormat.decimals(1).text(of: 100 * $0)
    }
    let middle = NumberFormat.decimals(2).text(of: 100 * difference)
    table.add([
      .text(name), .count(wrong.count),
      .number(1 - mean(wrong) / Double(test), .percent(2)),
      .text("\(middle) (\(ends[0]) to \(ends[1]))"),
      .number(flip, .decimals(3)), .count(unlike),
    ])
  }
  run.show(table)
  guard let few = pairings["few"], let same = pairings["theirs"],
    let conv = pairings["conv"]
  else { return }
  run.record(
    few.flip, .decimals(3), as: "peers.fewflip",
    label: "signs flipped, few epochs")
  run.record(
    few.splits, as: "peers.fewsplits", label: "splits where McNemar sees it")
  run.record(
    1 << ours.count, as: "peers.patterns", label: "patterns of signs")
  run.record(
    level, .percent(0), as: "peers.level", label: "probability to notice")
  run.record(
    same.pairing.widening, .decimals(1), as: "peers.wider",
    label: "factor of the interval")
  run.checkWhenFull(
    "both programs are within a point of each other",
    abs(same.pairing.accuracy.mean) < 0.01,
    detail: "mean accuracy over the same splits")
  run.checkWhenFull(
    "the sign-flip test sees that few epochs are too few",
    few.flip < 0.05, detail: "the control, on the same splits")
  run.checkWhenFull(
    "convolutions with a few parameters are no worse by three points",
    conv.pairing.accuracy.mean > -0.03, detail: "on \(convs.count) splits")
}

/// Counts the parameters of our network and of the published one.
private func countParameters(
  on run: inout RunRecorder, _ images: LabelledImages,
  using random: inout SplitMix64
) throws {
  let (stated, counted) = ([64, 128, 64, 10], [784, 128, 128, 10])
  let network = try Network<Double>.forDigits(using: &random)
  run.record(
    network.parameterCount, as: "peers.parameters", label: "our parameters")
  run.record(
    0.95, .percent(0), as: "published.own", label: "published, its own")
  run.record(
    0.97, .percent(0), as: "published.sklearn",
    label: "published, scikit-learn's")
  run.record(118_282, as: "published.count", label: "published parameters")
  run.show(
    Table(
      "counted", columns: ["network", "parameters"],
      rows: [stated, counted].map { widths in
        [
          .text(widths.map(String.init).joined(separator: "-")),
          .count(parameterCount(ofWidths: widths)),
        ]
      }))
  run.check(
    "the published count fits another network than the one it is stated for",
    parameterCount(ofWidths: stated) == network.parameterCount
      && parameterCount(ofWidths: stated) == 17_226
      && parameterCount(ofWidths: counted) == 118_282,
    detail: "weights and biases, counted by the widths")
}
//#-end-hidden-code
