import BinaryClassifier
import Workbook

/*:
 ## An interval for every accuracy

 A test set is a sample. The **true accuracy** $p$ is that on all examples of
 the kind. Of $n$ independent examples, $k$ are right, and $k$ has a binomial
 distribution: mean $n p$, variance $n p (1 - p)$. A rule gives an interval for
 each $k$. It is a **confidence interval** of \(interval.confidence) if in that
 fraction of all test sets the interval holds $p$.

 The rule of many textbooks puts the measured $\hat p = k/n$ into the variance:

 $$
 \hat p \pm z \sqrt{\frac{\hat p (1 - \hat p)}{n}}, \qquad z = 1.96
 $$

 That is a mistake, for the variance belongs to $p$. The better the classifier,
 the worse the mistake: where all examples are right, the interval is a single
 point. [Wilson](cite:wilson-1927) asks which $p$ would not be surprised by
 $\hat p$: those with $\lvert \hat p - p \rvert \le z \sqrt{p (1 - p) / n}$.
 Squared, this is a quadratic inequality for $p$. The ends are where both sides
 are equal:

 $$
 \frac{k + z^2/2 \pm z \sqrt{k (n - k)/n + z^2/4}}{n + z^2}
 $$

 `AccuracyInterval.wilson` is this formula. Where one network is judged on one
 test set, this chapter shows its interval.

 > **Guess:** A test set has \(interval.count) digits, and \(interval.right) are
 > recognised: \(interval.example). Between which numbers is the true accuracy?
 >
 > Between \(interval.low) and \(interval.high). With sixteen times as many
 > digits the interval is \(interval.narrower) times narrower.

 ![Nearly the same accuracy with test sets of several
 sizes](table:interval-sizes)

 ## Does it hold what it promises?

 The **coverage** of a rule is the fraction of test sets whose interval holds
 the true accuracy. A simulation measures it: draw $k$ many times and look. It
 is also a sum over all $k$.
 */

/// Returns the probability that the interval of a test set holds the true
/// accuracy `p`.
package func coverage(
  of interval: (_ right: Int, _ count: Int) -> AccuracyInterval,
  accuracy p: Double, examples n: Int
) -> Double {
  let distribution = Binomial(trials: n, probability: p)
  return (0...n).reduce(0) { sum, right in
    interval(right, n).contains(p) ? sum + distribution.masses[right] : sum
  }
}

/*:
 ![Coverage of intervals that promise \(interval.confidence): in
 \(interval.draws) simulated test sets, and in brackets as a sum over all
 k](table:coverage)

 ![Coverage beside the true accuracy, for \(interval.count) examples. The
 textbook's interval fails where good classifiers are](figure:coverage)

 The curves jump because $k$ is a whole number. Wilson's interval has the
 promised coverage in the mean. The **exact interval** of [Clopper and
 Pearson](cite:clopper-pearson-1934) never has less, and is wider. [Brown, Cai
 and DasGupta](cite:brown-2001) compare many such rules, and Wilson's is among
 those that they advise where $n$ is small.

 No rule can help where the examples are not independent, where they took part
 in a choice, or where the world sends other examples than the test set has. And
 one test set says nothing about another training: the interval belongs to this
 one network.
 */

/// Measures how often each interval holds the true accuracy.
func measureCoverage(on run: inout RunRecorder) {
  run.section("An interval for every accuracy")
  let examples = run.setting(360, as: "interval.count", label: "test examples")
  let example = run.setting(
    0.9722, .percent(1), as: "interval.example", label: "accuracy")
  let draws = run.setting(
    run.repetitions(20_000), as: "interval.draws", label: "simulated test sets")
  run.record(
    0.95, .percent(0), as: "interval.confidence", label: "confidence")
  func rightOf(_ count: Int) -> Int {
    min(count, Int((example * Double(count)).rounded()))
  }
  run.ask("Between which numbers is the true accuracy?")
  let interval = AccuracyInterval.wilson(rightOf(examples), of: examples)
  run.record(interval.right, as: "interval.right", label: "recognised")
  for (name, value) in [("low", interval.low), ("high", interval.high)] {
    run.record(value, .percent(1), as: "interval.\(name)", label: "\(name) end")
  }
  let many = AccuracyInterval.wilson(
    16 * interval.right, of: 16 * interval.count)
  run.record(
    (interval.high - interval.low) / (many.high - many.low), .decimals(1),
    as: "interval.narrower", label: "width to that of 16 times as many")
  run.show(
    Table(
      "interval-sizes", columns: ["examples", "Wilson", "textbook", "exact"],
      rows: [20, 100, 360, 1_500, 6_000].map { count in
        [.count(count)]
          + IntervalRule.allCases.map {
            .text($0.interval(rightOf(count), count).text)
          }
      }))
  // More examples than these cost time and show the same.
  let rules = [20, min(examples, 1_000)].map { IntervalTable($0) }
  simulateCoverage(on: &run, rules, draws)
  showCoverage(on: &run, rules[1])
}

//#-hidden-code
/// The rules that are compared.
private enum IntervalRule: String, CaseIterable {
  case wilson = "Wilson"
  case naive = "textbook"
  case exact = "exact"

  func interval(_ right: Int, _ count: Int) -> AccuracyInterval {
    switch self {
    case .wilson: .wilson(right, of: count)
    case .naive: .naive(right, of: count)
    case .exact: .exact(right, of: count)
    }
  }
}

/// The intervals of each rule for every number of recognised examples.
private struct IntervalTable {
  let examples: Int
  let intervals: [[AccuracyInterval]]

  init(_ examples: Int) {
    self.examples = examples
    intervals = IntervalRule.allCases.map { rule in
      concurrentMap(examples + 1) { rule.interval($0, examples) }
    }
  }

  /// Returns the coverage of each rule.
  func coverages(_ p: Double) -> [Double] {
    intervals.map { intervals in
      coverage(
        of: { right, _ in intervals[right] }, accuracy: p, examples: examples)
    }
  }
}

extension RunRecorder {
  /// Records an accuracy and, as `name.low` and `name.high`, its interval.
  package mutating func record(
    _ accuracy: AccuracyInterval, as name: String, label: String
  ) {
    let percent = NumberFormat.percent(1)
    record(accuracy.accuracy ?? .nan, percent, as: name, label: label)
    record(accuracy.low, percent, as: "\(name).low", label: "its lower end")
    record(accuracy.high, percent, as: "\(name).high", label: "its upper end")
  }
}

extension Table.Cell {
  /// Creates the cell of an accuracy with its interval.
  package static func accuracy(_ accuracy: AccuracyInterval) -> Table.Cell {
    accuracy.accuracy == nil ? .none : .text(accuracy.text)
  }
}

/// Draws test sets, and counts how often the intervals hold the true accuracy.
private func simulateCoverage(
  on run: inout RunRecorder, _ rules: [IntervalTable], _ draws: Int
) {
  var random = run.random("coverage")
  var table = Table(
    "coverage",
    columns: ["examples", "true accuracy"]
      + IntervalRule.allCases.map(\.rawValue))
  var isNear = true
  let percent = NumberFormat.percent(1)
  for (rules, p) in [
    (rules[0], 0.5), (rules[0], 0.9), (rules[0], 0.97), (rules[1], 0.9),
    (rules[1], 0.97), (rules[1], 0.99), (rules[1], 0.997),
  ] {
    let held = rules.simulate(p, draws, using: &random)
    let exact = rules.coverages(p)
    isNear =
      isNear
      && zip(held, exact).allSatisfy {
        AccuracyInterval.wilson($0, of: draws, z: 4.5).contains($1)
      }
    table.add(
      [.count(rules.examples), .number(p, percent)]
        + zip(held, exact).map {
          .text(
            percent.text(of: Double($0) / Double(draws))
              + " (\(percent.text(of: $1)))")
        })
  }
  run.show(table)
  run.check(
    "the simulated coverage is the sum over all k", isNear,
    detail: "\(table.rows.count) rows, within four and a half deviations")
}

extension IntervalTable {
  /// Returns how many of `draws` test sets have an interval that holds `p`, for
  /// each rule.
  fileprivate func simulate(
    _ p: Double, _ draws: Int, using random: inout SplitMix64
  ) -> [Int] {
    let holds = intervals.map { $0.map { $0.contains(p) } }
    let sums = Binomial(trials: examples, probability: p).cumulative
    var counts = Array(repeating: 0, count: holds.count)
    for _ in 0..<draws {
      let u = random.uniform()
      let right = sums.firstIndex { u < $0 } ?? examples
      for rule in holds.indices where holds[rule][right] { counts[rule] += 1 }
    }
    return counts
  }
}

extension Binomial {
  /// The probabilities of at most 0, 1, 2, … successes.
  fileprivate var cumulative: [Double] {
    var sum = 0.0
    return masses.map {
      sum += $0
      return sum
    }
  }
}

/// Draws the coverage beside the true accuracy.
private func showCoverage(on run: inout RunRecorder, _ rules: IntervalTable) {
  let accuracies = (0..<100).map { 0.9 + 0.099 * Double($0) / 99 }
  let coverages = accuracies.map { rules.coverages($0) }
  let curves = IntervalRule.allCases.indices.map { rule in
    coverages.map { $0[rule] }
  }
  run.show(
    Figure(
      "coverage",
      LinePlot(
        x: .linear("true accuracy"), y: .linear("coverage"),
        series: zip(IntervalRule.allCases, curves).map { rule, curve in
          .init(rule.rawValue, zip(accuracies, curve).map { .init($0, $1) })
        } + [.init("promised", [.init(0.9, 0.95), .init(0.999, 0.95)])])))
  let means = curves.map { $0.reduce(0, +) / Double($0.count) }
  run.check(
    "Wilson's interval has the promised coverage in the mean",
    abs(means[0] - 0.95) < 0.01,
    detail: "over true accuracies from 90 to 99.9 %")
  run.check(
    "the exact interval never has less, and the textbook's falls below 80 %",
    (curves[2].min() ?? 0) >= 0.95 - 1e-9 && (curves[1].min() ?? 1) < 0.8,
    detail: "for \(rules.examples) examples")
}
//#-end-hidden-code
