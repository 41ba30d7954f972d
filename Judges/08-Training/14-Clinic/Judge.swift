import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  try examine(
    "biasGradientIsMean", biasGradientIsMean, Fault.biasGradient,
    refusal: "other rounding is no fault: compare with a tolerance. And the trainer's own "
      + "probabilities are those that the gradient is of", exam)
  try examine(
    "rowsKeepTargets", rowsKeepTargets, Fault.order,
    refusal: "any order will do, as long as each row keeps its target", exam)
  try examine(
    "inputsComeThrough", inputsComeThrough, Fault.inputs,
    refusal: "with weights of 0 no input comes through in a healthy trainer either", exam)
  try examine(
    "biasStepIsRight", biasStepIsRight, Fault.biasStep,
    refusal: "a healthy step takes rate times gradient from the bias; the decay is for weights",
    exam)
  try examine(
    "validationStaysOut", validationStaysOut, Fault.validation,
    refusal: "the accuracy on the validation set may change with it; the models may not", exam)
}

/// Shows a test healthy trainers, trainers with its fault, and trainers with another.
private func examine(
  _ name: String, _ test: @escaping (Trainer) -> Bool, _ faults: [Fault], refusal: String,
  _ exam: Exam
) throws {
  exam.part(name)
  let healthy = Body.all.map { ($0, nil as Fault?) }
  let own = Body.all.flatMap { body in faults.map { (body, $0 as Fault?) } }
  let others = Fault.allCases.filter { !faults.contains($0) }
  let ill = Body.all.flatMap { body in others.map { (body, $0 as Fault?) } }
  for (body, _) in healthy {
    try exam.check(
      test(body.trainer(with: nil)), "\(name) refuses a healthy trainer: \(body.words)",
      cause: refusal)
  }
  for (body, fault) in own {
    try exam.check(
      !test(body.trainer(with: fault)),
      "\(name) accepts a trainer of which \(fault?.rawValue ?? ""): \(body.words)",
      cause: fault?.hidingPlace)
  }
  for (body, fault) in ill {
    try exam.check(
      test(body.trainer(with: fault)),
      "\(name) refuses a trainer that has another fault: \(fault?.rawValue ?? "")",
      cause: "a test is to tell one fault from the other four: look at one part, and compare it "
        + "with what follows from the trainer's other parts, or with itself")
  }
  try exam.askAgain(
    (healthy + own + ill).map { body, fault in
      let expected = fault.map { !faults.contains($0) } ?? true
      return (expected, { test(body.trainer(with: fault)) })
    }, of: name)
  exam.note("\(name) refuses \(own.count) trainers, and accepts \(healthy.count + ill.count)")
}

/// What can be wrong with a trainer.
private enum Fault: String, CaseIterable {
  case sum = "the gradient of the bias is a sum"
  case meanTwice = "the gradient of the bias is divided by n twice"
  case written = "the gradient of the bias is divided by 4, as batches here have 4 examples"

  case targetsStay = "the inputs are shuffled, and the targets are not"
  case inputsStay = "the targets are shuffled, and the inputs are not"
  case twoOrders = "inputs and targets are shuffled apart"
  case sometimes = "inputs and targets are shuffled apart in one call of four"
  case lastTarget = "the first two targets change places in each new order"

  case noInputs = "the probabilities are those of the bias alone"
  case noFirstFeature = "the first feature is left out"
  case noLastFeature = "the last feature is left out"
  case firstFeature = "the first feature is the only one that comes through"
  case firstRow = "the inputs of the first row stand for all rows"

  case decay = "the bias decays"
  case uphill = "the bias moves with its gradient, and not against it"
  case frozen = "the bias does not move"
  case noRate = "the bias moves by its gradient, whatever the learning rate"

  case appended = "the validation set is added to the training set"
  case furtherStep = "each epoch ends with a step on the validation set"
  case later = "the validation set is learned from, from the second epoch on"
  case lastExample = "the last example of the validation set is learned from"
  case shift = "the mean of the validation set's inputs is taken off the training set's"
  case startingBias = "the bias starts from the mean of the validation set's labels"

  static let biasGradient: [Fault] = [.sum, .meanTwice, .written]
  static let order: [Fault] = [.targetsStay, .inputsStay, .twoOrders, .sometimes, .lastTarget]
  static let inputs: [Fault] = [
    .noInputs, .noFirstFeature, .noLastFeature, .firstFeature, .firstRow,
  ]
  static let biasStep: [Fault] = [.decay, .uphill, .frozen, .noRate]
  static let validation: [Fault] = [
    .appended, .furtherStep, .later, .lastExample, .shift, .startingBias,
  ]

  /// Where a test does not see it.
  var hidingPlace: String {
    switch self {
    case .sum, .meanTwice: "with one example a sum is a mean: take more"
    case .written: "with 4 examples it is right: take another number"
    case .targetsStay, .inputsStay, .twoOrders:
      "are rows compared with their own targets, and do all rows and targets differ?"
    case .sometimes: "shuffle more than once"
    case .lastTarget: "compare each row with its target, not sums and not some rows"
    case .noInputs: "do the inputs change at all, while the model is the same?"
    case .noFirstFeature, .noLastFeature, .firstFeature:
      "change one feature at a time, and each of them"
    case .firstRow:
      "change one row at a time, each of them, and look at its own probability"
    case .decay: "a bias of 0 cannot decay, and with a decay of 0 nothing does"
    case .uphill, .frozen: "a gradient of 0 moves nothing: give the bias one, and compare"
    case .noRate: "with a learning rate of 1 it is right: take another"
    case .appended, .furtherStep:
      "does the validation set change at all, while all else is the same?"
    case .later: "train for more than one epoch"
    case .lastExample: "change every example of the validation set"
    case .shift: "change the inputs of the validation set, and not only its targets"
    case .startingBias: "change the targets of the validation set, and not only its inputs"
    }
  }
}

/// The size of a trainer, its batches, and how it adds up.
private struct Body {
  let features: Int
  let batch: Int
  let fromTheEnd: Bool

  static let all = [
    Body(features: 2, batch: 4, fromTheEnd: false), Body(features: 3, batch: 64, fromTheEnd: true),
    Body(features: 5, batch: 3, fromTheEnd: true),
  ]

  var words: String { "\(features) features, batches of \(batch)" }

  /// Returns a trainer with a fault or, for `nil`, without.
  func trainer(with fault: Fault?) -> Trainer {
    Trainer(
      features: features,
      probabilities: { self.probabilities($0, $1, fault) },
      gradient: { self.gradient($0, $1, fault) },
      step: { self.step(&$0, $1, $2, $3, fault) },
      shuffled: { self.shuffled($0, &$1, fault) },
      train: { self.train($0, $1, $2, fault) })
  }

  private func sum(_ terms: [Double]) -> Double {
    fromTheEnd ? terms.reversed().reduce(0, +) : terms.reduce(0, +)
  }

  private func probabilities(_ model: Model, _ x: Matrix<Double>, _ fault: Fault?)
    -> Vector<Double>
  {
    precondition(
      x.columns == features,
      "this trainer takes \(features) features, and the inputs are \(x.shape)")
    return Vector(count: x.rows) { row in
      let terms = (0..<features).map { (feature: Int) -> Double in
        switch fault {
        case .noInputs: 0.0
        case .noFirstFeature where feature == 0: 0.0
        case .noLastFeature where feature == features - 1: 0.0
        case .firstFeature where feature > 0: 0.0
        case .firstRow: x[0, feature] * model.weights[feature]
        default: x[row, feature] * model.weights[feature]
        }
      }
      return 1 / (1 + Double.exp(-(sum(terms) + model.bias)))
    }
  }

  private func gradient(_ model: Model, _ data: Dataset<Double>, _ fault: Fault?) -> Model {
    let p = probabilities(model, data.x, fault)
    let residual = (0..<data.count).map { p[$0] - data.y[$0, 0] }
    let n = Double(data.count)
    let divisor =
      switch fault {
      case .sum: 1.0
      case .meanTwice: n * n
      case .written: 4.0
      default: n
      }
    return Model(
      weights: Vector(count: features) { feature in
        sum(residual.indices.map { residual[$0] * data.x[$0, feature] }) / n
      }, bias: sum(residual) / divisor)
  }

  private func step(
    _ model: inout Model, _ gradient: Model, _ rate: Double, _ decay: Double, _ fault: Fault?
  ) {
    for feature in 0..<features {
      model.weights[feature] =
        (1 - rate * decay) * model.weights[feature] - rate * gradient.weights[feature]
    }
    switch fault {
    case .decay: model.bias -= rate * (gradient.bias + decay * model.bias)
    case .uphill: model.bias += rate * gradient.bias
    case .frozen: break
    case .noRate: model.bias -= gradient.bias
    default: model.bias -= rate * gradient.bias
    }
  }

  private func shuffled(
    _ data: Dataset<Double>, _ random: inout SplitMix64, _ fault: Fault?
  ) -> Dataset<Double> {
    let order = random.shuffled(0..<data.count)
    var other = order
    switch fault {
    case .targetsStay: other.sort()
    case .twoOrders: random.shuffle(&other)
    case .sometimes: if random.index(below: 4) == 0 { random.shuffle(&other) }
    case .lastTarget: if other.count > 1 { other.swapAt(0, 1) }
    case .inputsStay:
      return Dataset(x: data.x, y: data.y.rows(at: order[...]))
    default: break
    }
    return Dataset(x: data.x.rows(at: order[...]), y: data.y.rows(at: other[...]))
  }

  private func train(
    _ training: Dataset<Double>, _ validation: Dataset<Double>, _ epochs: Int, _ fault: Fault?
  ) -> [(model: Model, accuracy: Double)] {
    var random = SplitMix64(seed: UInt64(features), stream: "batches")
    var model = Model(weights: Vector(repeating: 0, count: features), bias: 0)
    if fault == .startingBias { model.bias = validation.y.sum / Double(validation.count) }
    return (0..<epochs).map { epoch in
      let data = shuffled(
        learned(from: training, validation, epoch: epoch, fault), &random, fault)
      for start in stride(from: 0, to: data.count, by: batch) {
        let rows = Array(start..<min(start + batch, data.count))
        step(&model, gradient(model, data.examples(at: rows[...]), fault), 0.25, 0.02, fault)
      }
      if fault == .furtherStep {
        step(&model, gradient(model, validation, fault), 0.25, 0.02, fault)
      }
      let p = probabilities(model, validation.x, fault)
      let right = (0..<p.count).count { (p[$0] > 0.5) == (validation.y[$0, 0] == 1) }
      return (model, Double(right) / Double(p.count))
    }
  }

  /// Returns what an epoch learns from.
  private func learned(
    from training: Dataset<Double>, _ validation: Dataset<Double>, epoch: Int, _ fault: Fault?
  ) -> Dataset<Double> {
    switch fault {
    case .appended: joined(training, validation)
    case .later where epoch > 0: joined(training, validation)
    case .lastExample: joined(training, validation.examples(at: [validation.count - 1]))
    case .shift:
      Dataset(
        x: training.x + (-1 / Double(validation.count)) * validation.x.sumOfRows, y: training.y)
    default: training
    }
  }

  private func joined(_ one: Dataset<Double>, _ other: Dataset<Double>) -> Dataset<Double> {
    func rows(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Matrix<Double> {
      Matrix(rows: a.rows + b.rows, columns: a.columns, elements: a.elements + b.elements)
    }
    return Dataset(x: rows(one.x, other.x), y: rows(one.y, other.y))
  }
}
