import BinaryClassifier
import Regression
import Training
import Workbook

/*:
 ### Copies on both sides

 Data sets have copies: the same photograph in another size, frames of one film,
 or images that were moved a little to have more of them. A split that deals
 them out one by one puts an example for training and its copy in the test set.
 A network that knows its training set by heart is then right about the copy.

 To see it, take \(copies.originals) digits and \(copies.each) noisy copies of
 each, and split the copies in two ways: one by one, and so that all copies of a
 digit are on the same side, with `Split(groups:test:using:)`.

 > **Guess:** Now give each of the \(copies.originals) digits a label at random,
 > and its copies the same one. No network can know the label of a new digit.
 > What accuracy does the test set claim?
 >
 > \(copies.random) where copies are dealt out one by one, and
 > \(copies.grouped) where they stay together.

 ![Accuracy that a test set of noisy copies claims, and that on noisy copies of
 digits that took no part: medians over \(copies.draws)
 repetitions](table:copies)

 With the true labels the leak is smaller: the claim is \(copies.points) points
 higher than by groups. It is harder to see, because nobody knows what to
 expect. By groups nothing leaks, and still the claim is not quite the accuracy
 on other digits. Chance alone can do that: these test sets have copies of only
 \(copies.held) digits, so one claim has a standard deviation of up to
 \(copies.deviation) points. Random labels are a good test of a whole procedure:
 what it claims then must be chance.

 The digits have groups, too. A few people wrote them, and the data do not say
 who wrote which ([the card](file:Data/digits/README.md)). Neighbours in the
 file may be of one hand. So cut the file into \(blocks.folds) parts of
 neighbours, and let each part be the test set once.

 > **Guess:** Does that change the accuracy?
 >
 > It is \(blocks.apart) and not \(blocks.mixed). If neighbours are of one hand,
 > a random split tells how good the network is on more digits of *the same
 > people*. On the digits of others it is worse, and they are what a reader will
 > have.
 */

//#-hidden-code
extension LabelledPoints {
  /// Returns noisy copies of the points, those of one point in a row.
  fileprivate func copies(
    _ count: Int, noise: Double, using random: inout SplitMix64
  ) -> LabelledPoints {
    let rows = (0..<self.count * count).map { $0 / count }
    var copies = examples(at: rows)
    copies.points = copies.points.map { $0 + noise * random.normal() }
    return copies
  }

  /// Returns the points with labels at random.
  fileprivate func withRandomLabels(
    using random: inout SplitMix64
  ) -> LabelledPoints {
    var points = self
    points.labels = labels.map { _ in random.index(below: classes) }
    return points
  }
}

/// Measures what copies on both sides of a split bring, and neighbours.
func measureCopies<Scalar: FloatingField>(
  on run: inout RunRecorder, _ sets: DigitSets, in scalar: Scalar.Type
) throws {
  run.section("Leaks: copies on both sides")
  run.ask("Random labels, and copies on both sides: what is claimed?")
  let points = sets.unsealed
  let originals = min(
    points.count / 2,
    run.setting(150, as: "copies.originals", label: "digits", least: 10))
  let each = run.setting(4, as: "copies.each", label: "copies of each")
  let noise = run.setting(
    0.1, .decimals(2), as: "copies.noise", label: "noise of a copy")
  let draws = run.setting(
    run.repetitions(5, least: 2), as: "copies.draws", label: "repetitions")
  var settings = DigitSettings()
  settings.epochs = run.setting(
    run.repetitions(40), as: "copies.epochs", label: "epochs")
  let groups = (0..<originals * each).map { $0 / each }
  let results = try repeated(draws, seed: run.options.seed, "copies") {
    [settings] random in
    let order = random.shuffled(0..<points.count)
    let some = points.examples(at: Array(order.prefix(originals)))
    let others = points.examples(at: Array(order.dropFirst(originals)))
    let splits = [
      Split(groups.count, test: 0.25, using: &random),
      Split(groups: groups, test: 0.25, using: &random),
    ]
    var accuracies: [Double] = []
    for isRandom in [false, true] {
      let labelled = isRandom ? some.withRandomLabels(using: &random) : some
      let fresh = isRandom ? others.withRandomLabels(using: &random) : others
      let data = labelled.copies(each, noise: noise, using: &random)
      let strangers = fresh.copies(1, noise: noise, using: &random)
      for split in splits {
        var network = try Network<Scalar>.forDigits(using: &random)
        network.learn(
          data.examples(at: split.training), settings, using: &random)
        accuracies += [
          network.accuracy(on: data.examples(at: split.test)),
          network.accuracy(on: strangers),
        ]
      }
    }
    return accuracies
  }
  var random = run.random("copies")
  let held = Split(groups: groups, test: 0.25, using: &random).test.count / each
  showCopies(on: &run, medians(results), held: held)
  try measureNeighbours(on: &run, sets, in: scalar)
}

/// Shows what both splits claim with true labels and with random ones.
///
/// - Parameter held: How many digits have their copies in a test set.
private func showCopies(
  on run: inout RunRecorder, _ all: [Double], held: Int
) {
  let percent = NumberFormat.percent(1)
  let names = [
    ("true", "one by one"), ("true", "by groups"), ("random", "one by one"),
    ("random", "by groups"),
  ]
  run.show(
    Table(
      "copies",
      columns: ["labels", "split", "claimed", "on other digits", "points"],
      rows: names.enumerated().map { index, name in
        let (claimed, truth) = (all[2 * index], all[2 * index + 1])
        return [
          .text(name.0), .text(name.1), .number(claimed, percent),
          .number(truth, percent),
          .number(100 * (claimed - truth), .decimals(1)),
        ]
      }))
  run.record(
    100 * (all[0] - all[2]), .decimals(0), as: "copies.points",
    label: "points by the leak, true labels")
  run.record(
    all[4], .percent(0), as: "copies.random",
    label: "claimed with random labels")
  run.record(
    all[6], .percent(0), as: "copies.grouped", label: "the same by groups")
  let deviation = (all[3] * (1 - all[3]) / Double(max(1, held))).squareRoot()
  run.record(held, as: "copies.held", label: "digits with copies in a test set")
  run.record(
    100 * deviation, .decimals(1), as: "copies.deviation",
    label: "deviation of one claim by groups, in points, at most")
  run.checkWhenFull(
    "copies on both sides claim to recognise random labels",
    all[4] > 0.5 && all[5] < 0.2, detail: "medians; chance is 10 %")
  run.checkWhenFull(
    "a split by groups claims no more than chance for random labels",
    all[6] < 0.25, detail: "median; chance is 10 %")
}

/// Compares random splits with splits of groups of neighbours in the file.
private func measureNeighbours<Scalar: FloatingField>(
  on run: inout RunRecorder, _ sets: DigitSets, in scalar: Scalar.Type
) throws {
  run.ask("Neighbours in the file stay on one side. What is the accuracy?")
  let positions = (sets.split.training + sets.split.validation).sorted()
  let points = sets.images.points(at: positions)
  let folds = run.setting(5, as: "blocks.folds", label: "folds", least: 2)
  var settings = DigitSettings()
  settings.epochs = run.setting(
    run.repetitions(15), as: "blocks.epochs", label: "epochs")
  // The fold of each digit: neighbours in one, or dealt out one by one.
  let apart = positions.indices.map { $0 * folds / positions.count }
  var random = run.random("blocks")
  let mixed = random.shuffled(apart)
  let seed = run.options.seed
  let results = try concurrentMap(folds) { [settings] fold in
    Result { () throws -> [Double] in
      var random = SplitMix64(seed: seed, stream: "9.blocks.\(fold)")
      return try [mixed, apart].map { groups in
        var network = try Network<Scalar>.forDigits(using: &random)
        let test = groups.indices.filter { groups[$0] == fold }
        let training = groups.indices.filter { groups[$0] != fold }
        network.learn(
          points.examples(at: training), settings, using: &random)
        return network.accuracy(on: points.examples(at: test))
      }
    }
  }.map { try $0.get() }
  let all = [0, 1].map { kind in
    results.reduce(0) { $0 + $1[kind] } / Double(folds)
  }
  run.record(
    all[0], .percent(1), as: "blocks.mixed", label: "split one by one")
  run.record(all[1], .percent(1), as: "blocks.apart", label: "split by groups")
  run.checkWhenFull(
    "neighbours that stay together lower the accuracy",
    all[1] < all[0], detail: "means over \(folds) folds")
}
//#-end-hidden-code
