import BinaryClassifier
import Perceptron
import Regression
import Workbook

/*:
 ## Seven checks

 Three of them look at what people look at. Four compare with central
 differences, but three of those four break the contract of
 [chapter 1](chapter:1) in a popular way: a single example, weights that start at
 zero, and one random entry of each tensor with a tolerance of a percent.
 */

/// A way to find out whether a backward pass is right.
enum BugCheck: String, CaseIterable, Sendable {
  case shapes = "the shapes of the slopes fit"
  case lossFalls = "the loss is lower after 300 steps"
  case accuracy = "training accuracy of 95 % or more"
  case oneExample = "differences, on one example"
  case zeroStart = "differences, weights at zero"
  case spotCheck = "differences, one entry a tensor, 1 %"
  case full = "differences, by the contract"

  /// The letter that stands for the check in the table of bugs.
  var letter: String {
    let index = Self.allCases.firstIndex(of: self) ?? 0
    return ["A", "B", "C", "D", "E", "F", "G"][index]
  }
}

/// What one seed's study works with.
struct BugStudy: Sendable {
  /// Seven examples of four features in three classes, for the differences.
  let small: Dataset<Double>
  /// A network for them, with biases that are not zero.
  let network: Network<Double>
  /// Three clouds that lines can part, 120 points, for the training.
  let points: LabelledPoints
  /// A network for those.
  let learner: Network<Double>
  /// Which entries the spot check looks at: a fraction of each tensor.
  let spots: [Double]

  /// The training accuracy that looks well.
  static let bar = 0.95

  init(seed: UInt64) throws(ArchitectureError) {
    var random = SplitMix64(seed: seed, stream: "bug study")
    small = Dataset(
      x: .normal(7, 4, using: &random),
      y: Matrix(rows: 7, columns: 3) {
        [0, 0, 1, 2, 0, 1, 2][$0] == $1 ? 1 : 0
      })
    network = try Network(
      [4, 5, .tanh, 3, .softmax], loss: .crossEntropy, using: &random
    ).withRandomBiases(using: &random)
    points = .blobs(
      120, centres: [(0, 2), (-2, -1), (2, -1)], noise: 0.4, using: &random)
    learner = try Network(
      [2, 5, .tanh, 3, .softmax], loss: .crossEntropy, using: &random)
    spots = (0..<4).map { _ in random.uniform() }
  }

  /// Returns the checks that say that something is wrong.
  func alarms(for bug: Bug?) -> Set<BugCheck> {
    let (before, after, accuracy) = training(with: bug)
    return Set(
      BugCheck.allCases.filter { check in
        switch check {
        case .shapes: !shapesFit(with: bug)
        case .lossFalls: !(after < before)
        case .accuracy: !(accuracy >= Self.bar)
        case .oneExample:
          disagrees(bug, at: network, small.examples(at: [0]))
        case .zeroStart: disagrees(bug, at: network.zeroed, small)
        case .spotCheck: spotDisagrees(bug)
        case .full: disagrees(bug, at: network, small)
        }
      })
  }
}

/*:
 The checks that train take their steps downhill on all points, at a rate of ½.
 */

extension BugStudy {
  /// Returns loss before and after training by wrong slopes, and accuracy.
  func training(
    with bug: Bug?
  ) -> (before: Double, after: Double, accuracy: Double) {
    var learner = learner
    let data = points.oneHot(as: Double.self)
    let settings = DescentSettings(
      rate: 0.5, batchSize: data.count, epochs: 300)
    for _ in 0..<settings.epochs {
      learner.step(
        against: gradient(of: learner, on: data, with: bug), settings)
    }
    return (
      self.learner.meanLoss(on: data), learner.meanLoss(on: data),
      learner.confusion(on: points).accuracy ?? 0
    )
  }

  /// Whether the slopes have the shapes of the network.
  func shapesFit(with bug: Bug?) -> Bool {
    let slopes = gradient(of: network, on: small, with: bug)
    return zip(slopes.tensors, network.tensors).allSatisfy {
      $0.shape == $1.shape
    }
  }

  /// Whether chapter 1's check finds a slope that is wrong.
  func disagrees(
    _ bug: Bug?, at network: Network<Double>, _ data: Dataset<Double>
  ) -> Bool {
    let slopes = gradient(of: network, on: data, with: bug)
    return !GradientCheck(of: slopes, at: network) { $0.meanLoss(on: data) }
      .mismatches.isEmpty
  }

  /// Whether one entry of some tensor is off by more than 10⁻² in both ways.
  func spotDisagrees(_ bug: Bug?) -> Bool {
    let slopes = gradient(of: network, on: small, with: bug).tensors
    return slopes.indices.contains { tensor in
      let entries = slopes[tensor].elements
      let index = Int(spots[tensor] * Double(entries.count))
      let difference = centralDifference(
        of: { value in
          var nudged = network
          nudged.tensors[tensor].elements[index] = value
          return nudged.meanLoss(on: small)
        }, at: network.tensors[tensor].elements[index], step: 0x1p-17)
      let error = abs(entries[index] - difference)
      return error > 1e-2 + 1e-2 * abs(difference)
    }
  }
}

extension Network<Double> {
  /// The network with all its weights and biases 0.
  var zeroed: Network {
    var network = self
    for index in layers.indices {
      network.layers[index].weights = 0 * layers[index].weights
      network.layers[index].bias = 0 * layers[index].bias
    }
    return network
  }
}

/*:
 ## What the checks are worth

 Every bug meets every check on \(study.seeds) seeds. *Always* counts the bugs
 that a check caught on each seed, *never* those that it caught on none. The last
 column counts seeds on which it raised an alarm about a backward pass without a
 bug.

 ![What each check catches of \(study.bugs) bugs](table:bug-checks)

 ![Of \(study.bugs) bugs, those caught always, sometimes and
 never](figure:bug-checks-bars)

 Read the first rows again. That the loss falls says nearly nothing. A network
 whose first layer never trains reaches \(study.bar) on \(study.frozen) of
 \(study.seeds) seeds: the clouds can be parted by lines, and the last layer is
 enough for that. A single example hides every mistake about $n$. Weights at
 zero hide what is multiplied by them. One entry of each tensor is nearly enough,
 but only nearly: some bugs slip through on some seeds. And the full contract
 misses nothing.

 The second table has the bugs one by one: on how many seeds each check caught
 it.

 ![On how many of \(study.seeds) seeds each check caught each
 bug](table:bugs)
 */

/// Of several bugs, how many a check caught on each seed, on some, on none.
struct Tally {
  let always: Int
  let sometimes: Int
  let never: Int

  /// Sorts bugs by on how many of all seeds each was caught.
  init(_ catches: [Int], of seeds: Int) {
    always = catches.filter { $0 == seeds }.count
    never = catches.filter { $0 == 0 }.count
    sometimes = catches.count - always - never
  }
}

/// Plants every bug on twelve seeds, and counts who notices.
func plantBugs(on page: inout Page) throws {
  page.section("Sixteen planted bugs, seven checks")
  page.ask("Which of the seven checks catch all sixteen bugs?")
  let bugs = Bug.allCases
  let seeds = 12
  let first = page.options.seed
  let alarms = try concurrentMap(seeds) { seed in
    Result { () throws -> [Set<BugCheck>] in
      let study = try BugStudy(seed: first &+ UInt64(seed))
      return ([nil] + Bug.allCases).map { study.alarms(for: $0) }
    }
  }.map { try $0.get() }

  // The first of a seed's alarms is about the backward pass without a bug.
  func catches(_ check: BugCheck, _ bug: Int) -> Int {
    alarms.filter { $0[bug + 1].contains(check) }.count
  }
  let tallies = BugCheck.allCases.map { check in
    Tally(bugs.indices.map { catches(check, $0) }, of: seeds)
  }
  page.record(seeds, as: "study.seeds", label: "seeds")
  page.record(bugs.count, as: "study.bugs", label: "bugs")
  var summary = Table(
    "bug-checks",
    columns: ["check", "always", "sometimes", "never", "false"])
  for (check, tally) in zip(BugCheck.allCases, tallies) {
    summary.add([
      .text("\(check.letter) · \(check.rawValue)"), .count(tally.always),
      .count(tally.sometimes), .count(tally.never),
      .count(alarms.filter { $0[0].contains(check) }.count),
    ])
  }
  page.show(summary)
  page.show(
    Figure(
      "bug-checks-bars",
      BarPlot(
        "bugs", parts: ["always", "sometimes", "never"],
        bars: zip(BugCheck.allCases, tallies).map { check, tally in
          (
            "\(check.letter) · \(check.rawValue)",
            [tally.always, tally.sometimes, tally.never].map { Double($0) }
          )
        })))

  var table = Table(
    "bugs", columns: ["bug"] + BugCheck.allCases.map(\.letter))
  for (index, bug) in bugs.enumerated() {
    table.add(
      [.text(bug.rawValue)]
        + BugCheck.allCases.map { .count(catches($0, index)) })
  }
  page.show(table)
  judgeStudy(on: &page, alarms)
}

//#-hidden-code
/// Records the two sentences that the study was made for.
func judgeStudy(on page: inout Page, _ alarms: [[Set<BugCheck>]]) {
  let frozen = (Bug.allCases.firstIndex(of: .firstLayerFrozen) ?? 0) + 1
  let fooled = alarms.filter { !$0[frozen].contains(.accuracy) }.count
  page.record(
    BugStudy.bar, .percent(0), as: "study.bar",
    label: "accuracy that looks well")
  page.record(
    fooled, as: "study.frozen",
    label: "seeds on which a frozen layer passes 95 %")
  page.check(
    "the full check catches every bug on every seed, and nothing else",
    alarms.allSatisfy { seed in
      seed.dropFirst().allSatisfy { $0.contains(.full) }
        && !seed[0].contains(.full)
    },
    detail: "\(Bug.allCases.count) bugs on \(alarms.count) seeds")
  page.check(
    "no check raises a false alarm",
    alarms.allSatisfy { $0[0].isEmpty },
    detail: "the backward pass without a bug passes all seven")
}
//#-end-hidden-code
