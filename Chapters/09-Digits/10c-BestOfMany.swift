import BinaryClassifier
import Regression
import Training
import Workbook

/*:
 ### Choosing on the test set

 Train \(best.networks) networks that differ in their random weights only, test
 each, and report the best. The test set has taken part in the choice: the best
 number is that of a good network *and* of good luck on these images. The luck
 does not come again. How much of it there is, is the **optimism**: the accuracy
 that is claimed, less the true accuracy of the network that was chosen.

 Let the results of $K$ networks on a test set vary by a standard deviation
 $\sigma$, because the set is small, and their true accuracies by $\tau$. Then
 the best of them is above the mean by $\sqrt{\sigma^2 + \tau^2}$ times the
 mean maximum $e_K$ of $K$ normal numbers, and luck has the part
 $\sigma^2 / (\sigma^2 + \tau^2)$ of it:

 $$
 \text{optimism} \approx e_K \, \frac{\sigma^2}{\sqrt{\sigma^2 + \tau^2}}
 $$

 The mean maximum is an integral over the normal density. It grows, but slowly.
 */

/// Returns the mean of the largest of `count` independent normal numbers,
/// within 10⁻⁴.
func meanMaximum(ofNormals count: Int) -> Double {
  let step = 0.001
  var (below, mean, before) = (0.0, 0.0, 0.0)  // Φ, Σ x dΦᴷ, Φᴷ
  for x in stride(from: -9.0, through: 9, by: step) {
    below += step * Double.exp(-x * x / 2) / Double.sqrt(2 * .pi)
    let all = (0..<count).reduce(1.0) { product, _ in product * below }
    mean += x * (all - before)
    before = all
  }
  return mean
}

/*:
 > **Guess:** A test set has \(best.small) images, and the best of
 > \(best.networks) networks is reported. How many points are luck?
 >
 > \(best.optimism); the formula says \(best.theory). On a test set of
 > \(best.large) images it is \(best.largeoptimism).

 ![By how many points the accuracy of the best of K networks is too high,
 against K](figure:best-optimism)

 The formula is somewhat too high. That some networks are more alike than others
 is not the reason. Deal the answers to each image out among the networks at
 random: each image is as hard as before, and no two networks are more alike
 than others. Then \(best.dealt) points are luck, and the formula says
 \(best.dealt.theory). But it takes accuracies for normal numbers. On few images
 they move in steps, and near one they have less room above. On \(best.large)
 images, dealt out, both are about the same: \(best.dealt.large) and
 \(best.dealt.largetheory).

 The control chooses on a validation set of the same size and then tests the
 chosen network on images that took no part: its optimism is
 \(best.control) points. It chooses no better. Only the number that it reports
 is honest.

 Here a third set of fresh digits is the truth, and all numbers are means over
 \(best.draws) random choices of the sets. Epochs, learning rates and
 architectures are chosen in the same way, and each that is tried counts.
 */

//#-hidden-code
/// Which of some fresh digits each of several networks gets right.
private struct Panel {
  /// 1 for right and 0 for wrong, `[networks][digits]`.
  let isRight: [[Int]]
  var digits: Int { isRight.first?.count ?? 0 }

  /// Returns the accuracy of each network on some digits.
  func accuracies(at digits: ArraySlice<Int>) -> [Double] {
    isRight.map { row in
      Double(digits.reduce(0) { $0 + row[$1] }) / Double(max(1, digits.count))
    }
  }

  /// Returns the answers to each digit dealt out among the networks at random.
  func dealtOut(using random: inout SplitMix64) -> Panel {
    let columns = (0..<digits).map { digit in
      random.shuffled(isRight.map { $0[digit] })
    }
    return Panel(
      isRight: isRight.indices.map { network in columns.map { $0[network] } })
  }
}

/// What is claimed too much, by the number of networks to choose from.
private struct Optimism {
  let counts: [Int]
  var measured: [Double]
  var control: [Double]
  /// σ² and τ².
  var (luck, merit) = (0.0, 0.0)

  /// Chooses networks on test sets of `size` digits, `draws` times.
  init(
    _ panel: Panel, counts: [Int], size: Int, draws: Int,
    using random: inout SplitMix64
  ) {
    self.counts = counts
    measured = counts.map { _ in 0 }
    control = measured
    for _ in 0..<draws {
      let order = random.shuffled(0..<panel.digits)
      let test = panel.accuracies(at: order[..<size])
      let validation = panel.accuracies(at: order[size..<2 * size])
      let truth = panel.accuracies(at: order[(2 * size)...])
      let networks = random.shuffled(test.indices)
      // What an easy test set brings to all networks alike has mean 0. Without
      // it fewer draws are needed.
      let common =
        zip(test, truth).reduce(0) { $0 + $1.0 - $1.1 }
        / Double(max(1, test.count))
      for (index, count) in counts.enumerated() {
        let some = networks.prefix(count)
        let best = some.max { test[$0] < test[$1] } ?? 0
        let other = some.max { validation[$0] < validation[$1] } ?? 0
        measured[index] += (test[best] - truth[best] - common) / Double(draws)
        control[index] += (test[other] - truth[other] - common) / Double(draws)
      }
      luck += variance(zip(test, truth).map { $0 - $1 }) / Double(draws)
      merit += variance(truth) / Double(draws)
    }
    // The truth is measured on a finite set too, and so varies a little.
    let rest = Double(panel.digits - 2 * size)
    let sampling = luck / (1 / Double(size) + 1 / rest)  // of one digit
    (luck, merit) = (
      sampling / Double(size), max(0, merit - sampling / rest)
    )
  }

  /// Returns what the formula says for a number of networks.
  func theory(_ count: Int) -> Double {
    luck == 0
      ? 0
      : meanMaximum(ofNormals: count) * luck / (luck + merit).squareRoot()
  }
}

/// Returns the variance of some numbers, by one less than their count.
private func variance(_ numbers: [Double]) -> Double {
  let count = Double(numbers.count)
  let mean = numbers.reduce(0, +) / count
  return numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    / max(1, count - 1)
}

/// Measures what it claims too much to report the best of several networks.
func measureChoice<Scalar: FloatingField>(
  on run: inout RunRecorder, _ sets: DigitSets, in scalar: Scalar.Type
) throws {
  run.section("Leaks: choosing on the test set")
  run.ask("The best of fifty networks on a small test set: how much is luck?")
  let points = sets.unsealed
  let networks = run.setting(
    run.repetitions(50), as: "best.networks", label: "networks", least: 2)
  let training = min(
    points.count / 4,
    run.setting(100, as: "best.training", label: "training examples"))
  var settings = DigitSettings()
  settings.epochs = run.setting(
    run.repetitions(50), as: "best.epochs", label: "epochs")
  let sizes = [
    run.setting(50, as: "best.small", label: "images of a small test set"),
    run.setting(360, as: "best.large", label: "images of a large test set"),
  ].map { min($0, (points.count - training) / 3) }
  let draws = run.setting(
    run.repetitions(300), as: "best.draws", label: "choices of the sets")
  var random = run.random("best")
  let order = random.shuffled(0..<points.count)
  let learned = points.examples(at: Array(order.prefix(training)))
  let fresh = points.examples(at: Array(order.dropFirst(training)))
  let x = Matrix<Scalar>(rounding: fresh.points)
  let seed = run.options.seed
  let rows = try concurrentMap(networks) { [settings] number in
    Result { () throws -> [Int] in
      var random = SplitMix64(seed: seed, stream: "9.best.\(number)")
      var network = try Network<Scalar>.forDigits(using: &random)
      network.learn(learned, settings, using: &random)
      return zip(network.classes(of: x), fresh.labels).map { $0 == $1 ? 1 : 0 }
    }
  }.map { try $0.get() }
  let counts = [1, 2, 5, 10, 20, 50, 100, 200, 500].filter { $0 < networks }
  let results = sizes.map { size in
    Optimism(
      Panel(isRight: rows), counts: counts + [networks], size: size,
      draws: draws, using: &random)
  }
  showChoice(on: &run, results, sizes)
  // One way to deal the answers out may be lucky: the means of twenty.
  let dealt = sizes.map { size in
    concurrentMap(20) { number in
      var random = SplitMix64(seed: seed, stream: "9.dealt.\(size).\(number)")
      return Optimism(
        Panel(isRight: rows).dealtOut(using: &random), counts: [networks],
        size: size, draws: max(1, draws / 5), using: &random)
    }
  }
  showDealtOut(on: &run, dealt, networks)
}

/// Shows the optimism where the answers are dealt out among the networks.
private func showDealtOut(
  on run: inout RunRecorder, _ dealt: [[Optimism]], _ networks: Int
) {
  func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }
  let measured = dealt.map { mean($0.map { $0.measured[0] }) }
  let theory = dealt.map { mean($0.map { $0.theory(networks) }) }
  for (value, name, label) in [
    (measured[0], "", "points of luck, answers dealt out"),
    (theory[0], ".theory", "points by the formula"),
    (measured[1], ".large", "the same on a large set"),
    (theory[1], ".largetheory", "points by the formula"),
  ] {
    run.record(100 * value, .decimals(1), as: "best.dealt\(name)", label: label)
  }
  let excess = zip(theory, measured).map { $0 / $1 }
  run.checkWhenFull(
    "with answers dealt out the formula is too high on few images alone",
    excess[0] > 1.05 && abs(excess[1] - 1) < 0.05,
    detail: "means of \(dealt[0].count) ways to deal them out")
}

/// Shows the optimism of both sizes of a test set, beside the formula.
private func showChoice(
  on run: inout RunRecorder, _ results: [Optimism], _ sizes: [Int]
) {
  let (small, large) = (results[0], results[1])
  func series(_ name: String, _ values: [Double]) -> LinePlot.Series {
    .init(name, zip(small.counts, values).map { .init(Double($0), 100 * $1) })
  }
  run.show(
    Figure(
      "best-optimism",
      LinePlot(
        x: .log("networks to choose from"), y: .linear("points too many"),
        series: [
          series("\(sizes[0]) images", small.measured),
          series("formula", small.counts.map(small.theory)),
          series("\(sizes[1]) images", large.measured),
          series("by validation", small.control),
        ])))
  let last = small.counts.count - 1
  let theory = small.theory(small.counts[last])
  for (value, name, label) in [
    (small.measured[last], "optimism", "points of luck, small set"),
    (theory, "theory", "points by the formula"),
    (large.measured[last], "largeoptimism", "points of luck, large set"),
    (small.control[last], "control", "points where a validation set chooses"),
  ] {
    run.record(100 * value, .decimals(1), as: "best.\(name)", label: label)
  }
  run.check(
    "the mean maximum of two normal numbers is 1/√π",
    abs(meanMaximum(ofNormals: 2) - 1 / Double.pi.squareRoot()) < 1e-4
      && abs(meanMaximum(ofNormals: 1)) < 1e-4,
    detail: "and that of one is 0")
  run.checkWhenFull(
    "the best of many claims too much, and more on a small test set",
    small.measured[last] > 0.01
      && small.measured[last] > large.measured[last],
    detail: "beside fresh digits")
  run.checkWhenFull(
    "the formula gives the optimism within a half",
    abs(theory - small.measured[last]) < small.measured[last] / 2,
    detail: "of the best of all networks")
  run.checkWhenFull(
    "who chooses by a validation set claims nothing too much",
    abs(small.control[last]) < small.measured[last] / 4,
    detail: "mean over the choices")
}
//#-end-hidden-code
