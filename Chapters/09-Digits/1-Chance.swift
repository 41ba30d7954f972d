import BinaryClassifier
import Regression
import Training
import Workbook

/*:
 # 9 · Is it really that good?

 A tutorial writes a network from scratch and trains it beside TensorFlow. Its
 data are \(chance.count) rows of \(chance.features) random numbers, and each
 row has one of two labels, at random too. The network has three layers. It is
 trained for \(chance.epochs) epochs on batches of \(chance.batch). The tutorial
 reports an accuracy of \(chance.own) for the network from scratch and of
 \(chance.other) for TensorFlow. It looks as if a network had learned something,
 and as if one library were better.

 We repeat it \(chance.trainings) times with new data, and keep \(chance.test)
 of the \(chance.count) rows for the test.

 > **Guess:** The labels are tossed coins. How many of the \(chance.trainings)
 > networks have a test accuracy of \(chance.own) or more?
 >
 > \(chance.reached). A test set of \(chance.test) rows has the accuracy of
 > \(chance.test) tossed coins: here from \(chance.lowest) to \(chance.highest).

 ![Accuracy on the rows that the network learned from and on the rows of the
 test: the fraction of networks that reach it. The two published numbers are
 marked at the height that the curve of the test has there](figure:chance)

 No line of the program was wrong. The evaluation was: it gave a number, and not
 how far chance moves that number. After this chapter you can

 - say with each accuracy how exact it is, and whether chance explains it;
 - keep a test set that is used once, and train with one call of `fit`;
 - read a confusion matrix, and choose between macro and weighted means;
 - tell whether the probabilities of a network can be believed;
 - find the leaks that make an accuracy too high;
 - save a network, load it elsewhere, and give it a digit of your own.

 ## The training accuracy says nothing

 On the rows that it learned from, the median network has an accuracy of
 \(chance.fitted). It has \(chance.parameters) weights and biases for
 \(chance.training) rows, so it can learn them by heart. Only rows that took no
 part in the training say what it has learned.

 ## A permutation test

 The **null hypothesis** is that the labels of the test set have nothing to do
 with the predictions. Then every order of these labels is equally probable. So
 shuffle the labels, leave the predictions as they are, and count how often they
 agree at least as well as they did. That fraction is the **p-value** of a
 **permutation test**. If it is small, chance is a bad explanation.
 */

/// Returns the p-value of the hypothesis that labels have nothing to do with
/// the predictions.
///
/// - Precondition: There is a prediction for each label.
package func permutationPValue(
  actual: [Int], predicted: [Int], shuffles: Int,
  using random: inout SplitMix64
) -> Double {
  let right = agreements(actual, predicted)
  var shuffled = actual
  var reached = 0
  for _ in 0..<shuffles {
    random.shuffle(&shuffled)
    if agreements(shuffled, predicted) >= right { reached += 1 }
  }
  return Double(reached + 1) / Double(shuffles + 1)
}

/*:
 The labels as they are belong to the possible orders. So both counts have one
 more, and the p-value is never zero ([Phipson and
 Smyth](cite:phipson-smyth-2010)). The network is not trained again: the
 hypothesis is about its predictions. To shuffle the training labels and train
 each time asks whether such data have anything to learn ([Ojala and
 Garriga](cite:ojala-garriga-2010)), and costs a training for each shuffle.

 Of the published results we have no predictions. But the labels are random, so
 our networks are what the null hypothesis gives, and the same fraction of them
 is a p-value. The tutorial does not say which rows were counted. If they were
 \(chance.test) or \(chance.count) that were never seen before, the p-value
 follows from tossed coins as well. With \(chance.test) rows the next number
 that can occur is meant. If they were rows of the training, the numbers say
 nothing at all.

 ![The published accuracies, and how probable it is that chance reaches
 them](table:chance-published)

 None is at or below \(chance.level), the usual limit. The difference between
 the two libraries needs no other explanation either.

 ## Is the p-value itself honest?

 Where the null hypothesis is true, a p-value of at most \(chance.level) must
 turn up in at most that fraction of the tests. And where there is something to
 find, the test must find it. So the control has a weak signal: the means of the
 two classes differ, and the best possible classifier has an accuracy of
 \(chance.best).

 ![Random labels beside a weak signal: the accuracies, and in how many test sets
 the p-value is at most \(chance.level)](table:chance)

 ![The p-values in increasing order. An honest one is on the diagonal or above
 it where there is nothing to find](figure:chance-p)

 With few rows the test often misses a signal that exists. A large p-value does
 not say that there is nothing. It says that these rows cannot tell. The number
 of rows decides that, so every accuracy needs its interval.
 */

/// Trains networks on random labels and on a weak signal, and tests each.
func testChance<Scalar: FloatingField>(
  on run: inout RunRecorder, in scalar: Scalar.Type
) throws {
  run.section("A network that learns random labels")
  run.ask("How many networks guess random labels as well as the tutorial's?")
  let chance = ChanceSettings(on: &run)
  let trainings = run.setting(
    run.repetitions(200, least: 40), as: "chance.trainings", label: "trainings")
  let few = run.setting(
    run.repetitions(40), as: "chance.few", label: "trainings on many rows")
  let groups = try [
    ("random labels", 1, 0.0, trainings),
    ("a weak signal", 1, chance.shift, few),
    ("random labels", 10, 0.0, few),
    ("a weak signal", 10, chance.shift, few),
  ].map { name, factor, shift, trainings in
    ChanceGroup(
      name: name, rows: factor * chance.rows,
      tests: try chance.tests(
        trainings, factor, shift, seed: run.options.seed, in: scalar))
  }
  recordChance(on: &run, groups[0], chance)
  comparePublished(on: &run, groups[0], chance)
  showPValues(on: &run, groups)
}

//#-hidden-code
/// How many labels are equal at the same position.
func agreements(_ a: [Int], _ b: [Int]) -> Int {
  precondition(a.count == b.count, "\(b.count) predictions, \(a.count) labels")
  var count = 0
  for index in a.indices where a[index] == b[index] { count += 1 }
  return count
}

/// Records what random labels give.
private func recordChance(
  on run: inout RunRecorder, _ group: ChanceGroup, _ chance: ChanceSettings
) {
  let (percent, tests) = (NumberFormat.percent(0), group.tests)
  let accuracies = tests.map { $0.test.accuracy ?? .nan }
  let held = chance.testCount(chance.rows)
  run.record(held, as: "chance.test", label: "rows of the test")
  run.record(
    chance.rows - held, as: "chance.training", label: "rows of the training")
  run.record(
    (chance.features + 1) * 16 + 17 * 8 + 9, as: "chance.parameters",
    label: "weights and biases")
  for (name, label, value) in [
    ("lowest", "lowest test accuracy", accuracies.min() ?? .nan),
    ("highest", "highest test accuracy", accuracies.max() ?? .nan),
    (
      "fitted", "median accuracy on the training rows",
      median(tests.map(\.training))
    ),
  ] {
    run.record(value, percent, as: "chance.\(name)", label: label)
  }
  // The probability that a normal number is below the shift: erf by the mean of
  // the density at many points.
  let steps = 1_000
  let density = (0..<steps).reduce(0) { sum, step in
    let x = chance.shift * (Double(step) + 0.5) / Double(steps)
    return sum + Double.exp(-x * x / 2)
  }
  run.record(
    0.5 + density * chance.shift / Double(steps) / (2 * Double.pi).squareRoot(),
    percent, as: "chance.best", label: "best possible accuracy")
  let coin = AccuracyInterval.wilson(
    group.accuracy.right, of: group.accuracy.count, z: 4)
  run.check(
    "networks that learned random labels have the test accuracy of a coin",
    coin.contains(0.5),
    detail: "a half is within four standard deviations of the mean")
  run.check(
    "networks fit random labels of their training rows better than a coin",
    tests.count { $0.training > 0.6 } * 10 >= 9 * tests.count,
    detail: "nine in ten have more than 60 % of the rows right")
}

/// Compares the published numbers with chance.
private func comparePublished(
  on run: inout RunRecorder, _ group: ChanceGroup, _ chance: ChanceSettings
) {
  let (percent, tests) = (NumberFormat.percent(0), group.tests)
  let published = [
    (
      "from scratch",
      run.setting(0.58, percent, as: "chance.own", label: "published accuracy")
    ),
    (
      "TensorFlow",
      run.setting(0.54, percent, as: "chance.other", label: "TensorFlow's")
    ),
  ]
  let held = chance.testCount(chance.rows)
  func reached(_ accuracy: Double) -> Int {
    tests.count { ($0.test.accuracy ?? 0) >= accuracy }
  }
  func p(_ accuracy: Double) -> Double {
    Double(reached(accuracy) + 1) / Double(tests.count + 1)
  }
  func coins(_ accuracy: Double, _ rows: Int) -> Double {
    // A part of a row less, so that 0.58 · 100 is 58 and not the next.
    let least = Int((min(accuracy, 2) * Double(rows) - 1e-9).rounded(.up))
    return Binomial(trials: rows, probability: 0.5)
      .probability(ofAtLeast: least)
  }
  run.record(
    reached(published[0].1), as: "chance.reached",
    label: "networks that reach the published accuracy")
  run.show(
    Table(
      "chance-published",
      columns: [
        "network", "published", "our networks, p", "\(held) coins, p",
        "\(chance.rows) coins, p",
      ],
      rows: published.map { name, accuracy in
        [
          .text(name), .number(accuracy, percent),
          .number(p(accuracy), .decimals(2)),
          .number(coins(accuracy, held), .decimals(2)),
          .number(coins(accuracy, chance.rows), .decimals(2)),
        ]
      }))
  run.show(
    Figure("chance", reachPlot(tests, published.map { ($0.1, p($0.1)) })))
  run.checkWhenFull(
    "chance reaches both published numbers",
    published.allSatisfy { accuracy in
      [
        p(accuracy.1), coins(accuracy.1, held), coins(accuracy.1, chance.rows),
      ].allSatisfy { $0 > 0.05 }
    }, detail: "no p-value is 0.05 or less")
  run.checkWhenFull(
    "our networks have the p-values of tossed coins",
    published.allSatisfy { accuracy in
      let exact = coins(accuracy.1, held)
      return abs(Double(reached(accuracy.1)) / Double(tests.count) - exact)
        < 4 * (exact * (1 - exact) / Double(tests.count)).squareRoot()
    }, detail: "within four standard deviations")
}

/// Returns a plot of the fraction of networks that reach an accuracy.
private func reachPlot(
  _ tests: [ChanceTest], _ published: [(Double, Double)]
) -> LinePlot {
  func curve(_ accuracies: [Double]) -> [LinePlot.Point] {
    stride(from: 20, through: 100, by: 2).map { percent in
      let accuracy = Double(percent) / 100
      let reached = accuracies.count { $0 >= accuracy - 1e-9 }
      return .init(accuracy, Double(reached) / Double(accuracies.count))
    }
  }
  return LinePlot(
    x: .linear("accuracy"), y: .linear("fraction of networks that reach it"),
    series: [
      .init("training rows", curve(tests.map(\.training))),
      .init("test rows", curve(tests.map { $0.test.accuracy ?? .nan })),
      .init(
        "published", published.map { .init($0.0, $0.1) }, isJoined: false),
    ])
}

/// Shows the p-values of random labels and of a signal.
private func showPValues(on run: inout RunRecorder, _ groups: [ChanceGroup]) {
  let percent = NumberFormat.percent(0)
  run.show(
    Table(
      "chance",
      columns: [
        "labels", "rows", "networks", "training accuracy, median",
        "test accuracy", "p ≤ 0.05 in",
      ],
      rows: groups.map { group in
        [
          .text(group.name), .count(group.rows), .count(group.tests.count),
          .number(median(group.tests.map(\.training)), percent),
          .text(group.accuracy.text), .text(group.found(at: 0.05).text),
        ]
      }))
  func ascending(_ name: String, _ group: ChanceGroup) -> LinePlot.Series {
    let count = Double(group.tests.count)
    return .init(
      name,
      group.tests.map(\.p).sorted().enumerated().map {
        .init(Double($0 + 1) / count, $1)
      })
  }
  run.show(
    Figure(
      "chance-p",
      LinePlot(
        x: .linear("fraction of the test sets"), y: .linear("p-value"),
        series: [
          ascending("random labels, \(groups[0].rows) rows", groups[0]),
          ascending("a weak signal, \(groups[1].rows) rows", groups[1]),
          ascending("a weak signal, \(groups[3].rows) rows", groups[3]),
          .init("diagonal", [.init(0, 0), .init(1, 1)]),
        ])))
  run.check(
    "the p-value of random labels is small no more often than it says",
    [0.05, 0.1, 0.25, 0.5].allSatisfy { level in
      [groups[0], groups[2]].allSatisfy {
        $0.found(at: level, z: 4).low <= level
      }
    }, detail: "at most 0.05, 0.1, 0.25 or 0.5, within four deviations")
  run.checkWhenFull(
    "the same test finds a weak signal where there are rows enough",
    groups[3].found(at: 0.05).low > 0.5
      && groups[3].accuracy.low > 0.5,
    detail: "a p-value of at most 0.05 in more than half of the test sets")
}
//#-end-hidden-code
