import BinaryClassifier
import Perceptron
import Regression
import Workbook

/*:
 ## Eight checks

 The checks have letters, from A to H, in the order of the next table. Three of
 them look at signs that everyone looks at: shapes, the loss, the accuracy.
 Five compare with central differences. Four of those five break the contract
 of [chapter 1](chapter:1) in a common way: with a single example, with all
 parameters at zero, or with one random entry of each tensor.

 Two checks sample one entry of each tensor. They look at the same entries and
 differ in their tolerance. Both allow an error of one percent of the
 difference, and on top of it an **absolute part**. It is $10^{-2}$ in check F,
 as in `grad_check` of [MiniTorch](cite:minitorch), and $10^{-8}$ in check G.
 */

//#-hidden-code
/// A way to find out whether a backward pass is right.
enum BugCheck: String, CaseIterable, Sendable {
  case shapes = "the shapes of the gradient fit"
  case lossFalls = "the loss is lower after the training"
  case accuracy = "training accuracy of 95 % or more"
  case oneExample = "differences, on one example"
  case zeroStart = "differences, weights at zero"
  case looseSample = "differences, one entry, 1 % + 10⁻²"
  case tightSample = "differences, one entry, 1 % + 10⁻⁸"
  case full = "differences, by the contract"
}
//#-end-hidden-code

/*:
 > **Guess:** How many of the eight catch all nineteen bugs?
 >
 > One. The next section tells how little the others see.

 Each check is run on two small problems. Seven examples of four features in
 three classes are for the differences, with biases that are not zero except in
 check E. Three clouds, \(study.points) points in all, which lines can separate,
 are for the training: \(study.steps) full-batch steps with a learning rate of
 \(study.rate).
 */

//#-hidden-code
extension BugCheck {
  /// The letter that stands for the check in the table of bugs.
  var letter: String {
    let index = Self.allCases.firstIndex(of: self) ?? 0
    return ["A", "B", "C", "D", "E", "F", "G", "H"][index]
  }
}

/// How the checks that train do so.
struct StudySettings: Sendable {
  var points = 120
  var steps = 300
  var learningRate = 0.5

  init() {}

  /// Takes the settings of a run.
  init(on run: inout RunRecorder) {
    points = run.setting(points, as: "study.points", label: "points")
    steps = run.setting(steps, as: "study.steps", label: "steps")
    learningRate = run.setting(
      learningRate, .decimals(1), as: "study.rate", label: "learning rate")
  }
}

/// The networks and examples of one seed's study.
struct BugStudy: Sendable {
  /// Seven examples of four features in three classes, for the differences.
  let small: Dataset<Double>
  /// A network for them, with biases that are not zero.
  let network: Network<Double>
  /// Three clouds that lines can separate, for the training.
  let points: LabelledPoints
  /// A network for those points.
  let learner: Network<Double>
  /// Which entries the samples look at: a fraction of each tensor.
  let spots: [Double]
  /// How to train.
  let settings: StudySettings

  /// The training accuracy that the accuracy check demands.
  static let requiredAccuracy = 0.95
  /// The error that the samples allow, as a fraction of the difference.
  static let relativeTolerance = 1e-2
  /// The absolute part of the tolerance of check F.
  static let looseTolerance = 1e-2
  /// The absolute part of the tolerance of check G.
  static let tightTolerance = 1e-8

  init(
    seed: UInt64, _ settings: StudySettings = StudySettings()
  ) throws(ArchitectureError) {
    self.settings = settings
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
      settings.points, centres: [(0, 2), (-2, -1), (2, -1)], noise: 0.4,
      using: &random)
    learner = try Network(
      [2, 5, .tanh, 3, .softmax], loss: .crossEntropy, using: &random)
    spots = (0..<4).map { _ in random.uniform() }
  }
}

extension BugStudy {
  /// Returns the checks that report a mistake.
  func alarms(for bug: Bug?) -> Set<BugCheck> {
    let (before, after, accuracy) = training(with: bug)
    return Set(
      BugCheck.allCases.filter { check in
        switch check {
        case .shapes: !shapesFit(with: bug)
        case .lossFalls: !(after < before)
        case .accuracy: !(accuracy >= Self.requiredAccuracy)
        case .oneExample:
          disagrees(bug, at: network, small.examples(at: [0]))
        case .zeroStart: disagrees(bug, at: network.zeroed, small)
        case .looseSample:
          sampleDisagrees(bug, absolute: Self.looseTolerance)
        case .tightSample:
          sampleDisagrees(bug, absolute: Self.tightTolerance)
        case .full: disagrees(bug, at: network, small)
        }
      })
  }
}

extension BugStudy {
  /// Whether the sampled entry of some tensor is off by more than the
  /// tolerance.
  func sampleDisagrees(_ bug: Bug?, absolute: Double) -> Bool {
    let gradient = gradient(of: network, on: small, with: bug).tensors
    return gradient.indices.contains { tensor in
      let entries = gradient[tensor].elements
      let index = Int(spots[tensor] * Double(entries.count))
      let difference = centralDifference(
        of: { value in
          var changed = network
          changed.setEntry(index, ofParameter: tensor, to: value)
          return changed.meanLoss(on: small)
        }, at: network.tensors[tensor].elements[index], step: 0x1p-17)
      let error = abs(entries[index] - difference)
      return error > absolute + Self.relativeTolerance * abs(difference)
    }
  }
}

extension BugStudy {
  /// Returns the loss before and after training by a wrong gradient, and the
  /// accuracy.
  func training(
    with bug: Bug?
  ) -> (before: Double, after: Double, accuracy: Double) {
    var learner = learner
    let data = points.oneHot(as: Double.self)
    var optimiser = Optimiser<Double>.sgd(
      learningRate: settings.learningRate)
    for _ in 0..<settings.steps {
      let wrong = gradient(of: learner, on: data, with: bug)
      optimiser.step(&learner, against: wrong)
    }
    return (
      self.learner.meanLoss(on: data), learner.meanLoss(on: data),
      learner.confusion(on: points).accuracy ?? 0
    )
  }

  /// Whether the gradient has the shapes of the network.
  func shapesFit(with bug: Bug?) -> Bool {
    let gradient = gradient(of: network, on: small, with: bug)
    return zip(gradient.tensors, network.tensors).allSatisfy {
      $0.shape == $1.shape
    }
  }

  /// Whether chapter 1's check finds a wrong entry.
  func disagrees(
    _ bug: Bug?, at network: Network<Double>, _ data: Dataset<Double>
  ) -> Bool {
    let gradient = gradient(of: network, on: data, with: bug)
    return !GradientCheck(of: gradient, at: network) { $0.meanLoss(on: data) }
      .mismatches.isEmpty
  }
}

extension Network<Double> {
  /// The network with all its weights and biases 0.
  var zeroed: Network {
    var network = self
    network.zero()
    return network
  }
}
//#-end-hidden-code
