import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let causes: [Cause?] = [
    nil, .shuffledLabels, .deadUnits, .rateTooLarge, .overfitting, .rateTooSmall, .largeLastWeights,
  ]
  let names = ["healthy", "a", "b", "c", "d", "e", "f"]
  let runs = causes.map(Truth.Run.init)

  exam.part("the curves are those of the runs")
  for (index, shown) in [healthy, a, b, c, d, e, f].enumerated() {
    try exam.check(
      runs[index].gives(shown), "curve \(names[index]) is not that of its run",
      cause: "a number was changed: put it back")
  }
  for (cause, run) in zip(causes, runs).dropFirst() {
    let fitting = Cause.allCases.filter { Truth.contradiction(of: $0, by: run) == nil }
    precondition(
      fitting == [cause], "these fit the curve of \(String(describing: cause)): \(fitting)")
  }

  let answers = [
    { causeOfA }, { causeOfB }, { causeOfC }, { causeOfD }, { causeOfE }, { causeOfF },
  ]
  for (index, answer) in answers.enumerated() {
    exam.part("curve \(names[index + 1])")
    let (said, run) = (answer(), runs[index + 1])
    try exam.check(
      said == causes[index + 1], "\(said.rawValue) is not the cause of curve \(names[index + 1])",
      cause: Truth.contradiction(of: said, by: run))
  }
}

/// What the answer is compared with, under a name that no answer is likely to use.
private enum Truth {
  /// The loss of who knows how many labels are 1, and nothing else.
  static let knowingNothing = Double.log(3) - 2 * Double.log(2) / 3

  static let steps = [0, 1, 2, 5, 10, 20, 50, 100, 200]

  /// Returns what in the losses of a run speaks against a cause; `nil` where nothing does.
  static func contradiction(of cause: Cause, by run: Run) -> String? {
    let speaks: [String?] =
      switch cause {
      case .rateTooLarge: [run.neverRises]
      case .rateTooSmall: [run.startsHigh, run.rises, run.movesAtOnce]
      case .rateFallsTooSoon: [run.startsHigh, run.stillMoves, run.knowsNothing]
      case .shuffledLabels:
        [run.startsHigh, run.rises, run.validationLearns, run.validationIsNoWorse]
      case .overfitting: [run.startsHigh, run.rises, run.validationLearnsNothing]
      case .deadUnits: [run.startsHigh, run.stillMoves]
      case .largeLastWeights: [run.startsRight]
      case .validationIsTraining: [run.setsDiffer, run.knowsNothing]
      }
    return speaks.compactMap(\.self).first
  }

  /// A training of a small network, with one cause for going badly or none.
  struct Run {
    private(set) var training: [Double] = []
    private(set) var validation: [Double] = []

    init(_ cause: Cause?) {
      var random = SplitMix64(seed: 8, stream: "six curves")
      let all = Self.examples(60, &random)
      let test = Self.examples(60, &random)
      var network = Network(hidden: 10, &random)
      var data = cause == .overfitting ? all.examples(at: Array(0..<9)[...]) : all
      if cause == .shuffledLabels {
        let order = random.shuffled(0..<all.count)
        data = Dataset(x: all.x, y: all.y.rows(at: order[...]))
      }
      if cause == .deadUnits { network.b1 = network.b1.map { $0 - 5 } }
      if cause == .largeLastWeights { network.w2 = 20 * network.w2 }
      let rate =
        switch cause {
        case .rateTooLarge: 10.0
        case .rateTooSmall: 0.005
        default: 1.0
        }
      for step in 0...(Truth.steps.last ?? 0) {
        if Truth.steps.contains(step) {
          training.append(network.loss(on: data))
          validation.append(network.loss(on: test))
        }
        network.step(on: data, rate: rate)
      }
    }

    /// Whether a curve that is printed with three decimals is this run's.
    func gives(_ curve: Curve) -> Bool {
      func isNear(_ printed: [Double], _ losses: [Double]) -> Bool {
        printed.count == losses.count && zip(printed, losses).allSatisfy { abs($0 - $1) < 0.0006 }
      }
      return isNear(curve.training, training) && isNear(curve.validation, validation)
    }

    /// Draws points around three rings; those of the smallest have label 1.
    private static func examples(_ n: Int, _ random: inout SplitMix64) -> Dataset<Double> {
      let points = LabelledPoints.rings(n, radii: [1, 0.3, 1.1], noise: 0.3, using: &random)
      return Dataset(
        x: points.points,
        y: Matrix(rows: n, columns: 1) { row, _ in points.labels[row] == 1 ? 1 : 0 })
    }
  }

  private static func text(_ loss: Double) -> String { NumberFormat.decimals(3).text(of: loss) }

  /// Two inputs, a layer of ReLU units and a probability.
  struct Network {
    var w1: Matrix<Double>  // [2, hidden]
    var b1: Vector<Double>  // [hidden]
    var w2: Matrix<Double>  // [hidden, 1]
    var b2: Vector<Double> = [0]

    init(hidden: Int, _ random: inout SplitMix64) {
      w1 = .heNormal(fanIn: 2, fanOut: hidden, using: &random)
      b1 = .normal(hidden, deviation: 0.5, using: &random)
      w2 = .normal(hidden, 1, deviation: 0.1, using: &random)
    }

    private func logits(_ z: Matrix<Double>) -> Matrix<Double> {
      z.map { max($0, 0) } • w2 + b2
    }

    func loss(on data: Dataset<Double>) -> Double {
      let z = logits(data.x • w1 + b1)
      let costs = (0..<data.count).map { row in
        max(z[row, 0], 0) - z[row, 0] * data.y[row, 0]
          + Double.log(onePlus: Double.exp(-abs(z[row, 0])))
      }
      return costs.reduce(0, +) / Double(data.count)
    }

    mutating func step(on data: Dataset<Double>, rate: Double) {
      let z = data.x • w1 + b1  // [n, hidden]
      let h = z.map { max($0, 0) }
      let p = (h • w2 + b2).map { 1 / (1 + Double.exp(-$0)) }
      let dZ2 = (p - data.y) / Double(data.count)  // [n, 1]
      let dZ1 = dZ2 • w2.transposed ⊙ z.map { $0 > 0 ? 1 : 0 }  // [n, hidden]
      w2.add(-rate, times: h.transposed • dZ2)
      b2 -= rate * dZ2.sumOfRows
      w1.add(-rate, times: data.x.transposed • dZ1)
      b1 -= rate * dZ1.sumOfRows
    }
  }
}

// What a curve says, each as a sentence where it is so and `nil` where it is not.
extension Truth.Run {
  private var start: String { Truth.text(training[0]) }

  /// The places where the loss on training rises by a tenth.
  private var rise: Int? {
    training.indices.dropLast().first { training[$0 + 1] > training[$0] + 0.1 }
  }

  fileprivate var startsHigh: String? {
    guard training[0] > 1 else { return nil }
    return "it starts at \(start), and every network whose last weights are small starts near "
      + "log 2 = 0.693, whatever is done to it later"
  }

  fileprivate var startsRight: String? {
    guard training[0] < 1 else { return nil }
    return
      "it starts at \(start), near log 2 = 0.693, so its first predictions are near ½: large last "
      + "weights would make them confident, and wrong"
  }

  fileprivate var rises: String? {
    guard let rise else { return nil }
    return "the loss on training rises, from \(Truth.text(training[rise])) to "
      + "\(Truth.text(training[rise + 1])): a step against the gradient of these very points does "
      + "that only if it is too long"
  }

  fileprivate var neverRises: String? {
    guard rise == nil else { return nil }
    return
      "the loss on training does not once rise by a tenth between two entries, and steps that are "
      + "too long go up the other side"
  }

  fileprivate var movesAtOnce: String? {
    guard abs(training[0] - training[3]) > 0.02 else { return nil }
    return
      "within \(Truth.steps[3]) steps the loss goes from \(start) to \(Truth.text(training[3])): "
      + "these steps are not small"
  }

  fileprivate var stillMoves: String? {
    guard abs(training[6] - training[8]) > 0.01 else { return nil }
    return
      "from step \(Truth.steps[6]) to step \(Truth.steps[8]) the loss on training still goes from "
      + "\(Truth.text(training[6])) to \(Truth.text(training[8])): the weights move, and something of "
      + "the inputs is learned"
  }

  fileprivate var knowsNothing: String? {
    guard let least = training.min(), least > Truth.knowingNothing - 0.02 else { return nil }
    return
      "its loss never falls below 0.637, what it costs to know nothing of the inputs; this cause "
      + "does not keep a network from learning something"
  }

  fileprivate var validationLearns: String? {
    guard let least = validation.min(), least < Truth.knowingNothing - 0.05 else { return nil }
    return
      "the loss on validation reaches \(Truth.text(least)), far below the 0.637 of knowing nothing: "
      + "what was learned was true of other points, too"
  }

  fileprivate var validationLearnsNothing: String? {
    guard let least = validation.min(), least > Truth.knowingNothing - 0.05 else { return nil }
    return "the loss on validation is never far below the 0.637 of knowing nothing: its least is "
      + "\(Truth.text(least)). Few points with right labels teach something before they are learned "
      + "by heart"
  }

  fileprivate var validationIsNoWorse: String? {
    guard let last = validation.last, last < Truth.knowingNothing + 0.05 else { return nil }
    return "at the end validation costs \(Truth.text(last)), no more than to know nothing: who has "
      + "learned wrong labels is confident, and pays for it"
  }

  fileprivate var setsDiffer: String? {
    let gaps = zip(training, validation).map { abs($0 - $1) }
    guard let widest = gaps.indices.max(by: { gaps[$0] < gaps[$1] }), gaps[widest] > 0.0006 else {
      return nil
    }
    return "after \(Truth.steps[widest]) steps the losses are \(Truth.text(training[widest])) and "
      + "\(Truth.text(validation[widest])): of one and the same set they would be equal"
  }
}
