import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  let trainings = [
    Training(exam, features: 3, sizes: [5, 4, 7], momentum: Rational(1, 10)),
    Training(exam, features: 2, sizes: [6, 9, 3], momentum: Rational(3, 8)),
  ]
  for training in trainings {
    exam.part("move(towards:by:), \(training.words)")
    try training.judgeMove(exam)
  }
  for training in trainings {
    try training.judgeLayer(exam)
  }
}

/// The mean and the variance of each feature, in exact fractions.
private struct Moments: Equatable {
  var mean: Vector<Rational>
  var variance: Vector<Rational>

  init(_ mean: Vector<Rational>, _ variance: Vector<Rational>) {
    (self.mean, self.variance) = (mean, variance)
  }

  /// Computes the moments of a batch, with variances divided by n − `lost`.
  init(of x: Matrix<Double>, lost: Int = 0) {
    let columns = (0..<x.columns).map { Vector<Rational>(x.column($0)) }
    let n = Rational(count: x.rows)
    mean = Vector(columns.map { $0.sum / n })
    variance = Vector(
      columns.map { column in
        let mean = column.sum / n
        return column.map { ($0 - mean).squared }.sum / (n - Rational(count: lost))
      })
  }

  /// Returns a times these moments and b times others.
  func mixed(_ a: Rational, _ b: Rational, _ other: Moments) -> Moments {
    Moments(a * mean + b * other.mean, a * variance + b * other.variance)
  }
}

/// A layer and the batches on which it is trained, and one that it is asked about.
private struct Training {
  let momentum: Rational
  let batches: [Matrix<Double>]  // [n, features] each
  let asked: Matrix<Double>  // [8, features]
  let start: Moments
  let gamma, beta: Vector<Double>
  let epsilon = 0x1p-3

  init(_ exam: Exam, features: Int, sizes: [Int], momentum: Rational) {
    var random = exam.random("\(features) features")
    self.momentum = momentum
    gamma = .dyadic(features, using: &random)
    beta = .dyadic(features, using: &random)
    let offsets = Vector<Double>.dyadic(features, using: &random)
    func batch(_ n: Int) -> Matrix<Double> {
      Matrix(rows: n, columns: features) { 4 * offsets[$1] + Double($1 + 1) * random.dyadic() }
    }
    batches = sizes.map(batch)
    asked = batch(8)
    start = Moments(
      Vector<Rational>(.dyadic(features, using: &random)),
      Vector<Rational>(Vector.dyadic(features, using: &random).map { $0 * $0 }))
  }

  var words: String { "\(gamma.count) features, m = \(momentum)" }

  /// Returns running statistics after a batch.
  func moved(_ running: Moments, towards x: Matrix<Double>) -> Moments {
    running.mixed(1 - momentum, momentum, Moments(of: x, lost: 1))
  }

  // MARK: The running statistics, exactly

  func judgeMove(_ exam: Exam) throws {
    var truth = start
    var running = Statistics(mean: start.mean, variance: start.variance)
    for (index, x) in batches.enumerated() {
      let before = truth
      truth = moved(truth, towards: x)
      running.move(towards: Matrix<Rational>(x), by: momentum)
      let place = "after batch \(index + 1), of \(x.rows) examples"
      let (plain, unbiased) = (Moments(of: x), Moments(of: x, lost: 1))
      let exchanged = before.mixed(momentum, 1 - momentum, unbiased)
      try exam.expect(
        running.mean, equals: truth.mean, of: "the running mean \(place)",
        expectedMistakes: [
          Slip.exchanged: exchanged.mean,
          Slip.assigned: plain.mean,
          Slip.unchanged: before.mean,
          Slip.withoutOld: momentum * plain.mean,
          Slip.wholeOld: before.mean + momentum * plain.mean,
          Slip.wholeNew: (1 - momentum) * before.mean + plain.mean,
          "n/(n − 1) belongs to the variance alone":
            (1 - momentum) * before.mean
            + (momentum * Rational(x.rows, x.rows - 1)) * plain.mean,
        ])
      try exam.expect(
        running.variance, equals: truth.variance, of: "the running variance \(place)",
        expectedMistakes: [
          Slip.exchanged + ", and n for n − 1": before.mixed(momentum, 1 - momentum, plain)
            .variance,
          Slip.exchanged: exchanged.variance,
          "divided by n; running variances are divided by n − 1":
            before.mixed(1 - momentum, momentum, plain).variance,
          "multiplied by (n − 1)/n; the factor is n/(n − 1)":
            (1 - momentum) * before.variance
            + (momentum * Rational(x.rows - 1, x.rows)) * plain.variance,
          "divided by n − 1 twice": (1 - momentum) * before.variance
            + (momentum * Rational(x.rows * x.rows, (x.rows - 1) * (x.rows - 1))) * plain.variance,
          "n/(n − 1) is a factor of the batch's variance, not of what is kept":
            Rational(x.rows, x.rows - 1) * before.mixed(1 - momentum, momentum, plain).variance,
          Slip.assigned: unbiased.variance,
          Slip.assigned + ", and n for n − 1": plain.variance,
          Slip.unchanged: before.variance,
          Slip.withoutOld: momentum * unbiased.variance,
          Slip.wholeOld: before.variance + momentum * unbiased.variance,
          Slip.wholeNew: (1 - momentum) * before.variance + unbiased.variance,
        ])
    }
  }

  // MARK: The layer, beside balls

  func judgeLayer(_ exam: Exam) throws {
    var truth = start
    var layer = BatchNorm<Double>(
      gamma: gamma, beta: beta, epsilon: epsilon, momentum: Double(momentum),
      running: Statistics(mean: nearest(start.mean), variance: nearest(start.variance)))
    exam.part("training, \(words)")
    for x in batches.dropLast() { try judgeStep(of: &layer, on: x, &truth, exam) }

    exam.part("evaluation of \(asked.rows) examples, \(words)")
    try judgeEvaluation(of: &layer, on: asked, truth, exam)
    exam.part("evaluation of one example, \(words)")
    for row in 0..<asked.rows {
      try judgeEvaluation(of: &layer, on: asked.rows(at: [row]), truth, exam)
    }

    exam.part("training after evaluation, \(words)")
    for x in batches.suffix(1) { try judgeStep(of: &layer, on: x, &truth, exam) }
    try judgeEvaluation(of: &layer, on: asked, truth, exam)
  }

  /// Judges a step of the training, and moves the true statistics.
  private func judgeStep(
    of layer: inout BatchNorm<Double>, on x: Matrix<Double>, _ truth: inout Moments, _ exam: Exam
  ) throws {
    let before = truth
    truth = moved(truth, towards: x)
    let y = layer.output(of: x, isTraining: true)
    let (batch, unbiased) = (Moments(of: x), Moments(of: x, lost: 1))
    try exam.expect(
      y, near: output(x, batch), within: .relative(1e-13), of: "the output in training",
      expectedMistakes: [
        "the running statistics are used in training; they are for evaluation":
          nearest(output(x, truth)),
        "the running statistics are used in training, and before they are moved":
          nearest(output(x, before)),
        "n − 1 for n in the variance that training normalises by": nearest(output(x, unbiased)),
      ])
    try judgeRunning(
      of: layer, truth, "after a batch of the training", exam,
      expectedMistakes: [
        "training does not move the running statistics": nearest(before.mean),
        "the batch moves them twice": nearest(moved(truth, towards: x).mean),
        "the statistics of the batch are kept, not mixed with those before": nearest(batch.mean),
      ])
  }

  private func judgeEvaluation(
    of layer: inout BatchNorm<Double>, on x: Matrix<Double>, _ truth: Moments, _ exam: Exam
  ) throws {
    let y = layer.output(of: x, isTraining: false)
    let batch = Moments(of: x)
    let shift = x.rows > 1 ? moved(truth, towards: x) : truth
    func from(_ mean: Moments, _ variance: Moments) -> Matrix<Double> {
      nearest(output(x, Moments(mean.mean, variance.variance)))
    }
    try exam.expect(
      y, near: output(x, truth), within: .relative(1e-13), of: "the output in evaluation",
      expectedMistakes: [
        "the statistics of the batch are used, so that an answer depends on its neighbours; "
          + "evaluation uses the running ones": from(batch, batch),
        "the variance is that of the batch; evaluation uses the running one": from(truth, batch),
        "the mean is that of the batch; evaluation uses the running one": from(batch, truth),
        "the running statistics are moved before they are used; only training moves them":
          from(shift, shift),
        "the inputs come back as they are": x,
      ])
    try judgeRunning(
      of: layer, truth, "after an evaluation", exam,
      expectedMistakes: [
        "evaluation moves the running statistics; only training does": nearest(shift.mean),
        "evaluation keeps the statistics of what it is asked about": nearest(batch.mean),
      ])
  }

  /// Judges the running statistics of a layer.
  private func judgeRunning(
    of layer: BatchNorm<Double>, _ truth: Moments, _ place: String, _ exam: Exam,
    expectedMistakes: KeyValuePairs<String, Vector<Double>>
  ) throws {
    try exam.expect(
      layer.running.mean, equals: nearest(truth.mean), within: .relative(1e-13),
      of: "the running mean \(place)", expectedMistakes: expectedMistakes)
    try exam.expect(
      layer.running.variance, equals: nearest(truth.variance), within: .relative(1e-13),
      of: "the running variance \(place)")
  }

  /// Returns what the layer makes of inputs by some statistics, in balls.
  private func output(_ x: Matrix<Double>, _ moments: Moments) -> Matrix<Ball<256>> {
    Matrix(rows: x.rows, columns: x.columns) { row, feature in
      let variance = Ball<256>(moments.variance[feature])
      let distance = Ball<256>(x[row, feature]) - Ball<256>(moments.mean[feature])
      let root = Ball<256>.sqrt(variance + Ball<256>(epsilon))
      return Ball<256>(gamma[feature]) * distance / root + Ball<256>(beta[feature])
    }
  }

  private func nearest(_ vector: Vector<Rational>) -> Vector<Double> {
    Vector(vector.elements.map { Double($0) })
  }

  private func nearest(_ matrix: Matrix<Ball<256>>) -> Matrix<Double> { Grading.nearest(matrix) }
}

/// Mistakes that mean and variance have in common, in words.
private enum Slip {
  static let exchanged = "m and 1 − m are exchanged: the batch has the factor m"
  static let assigned = "only the last batch counts: the running statistics before are lost"
  static let unchanged = "the batch changes nothing"
  static let withoutOld = "the running statistics before are left out"
  static let wholeOld = "the running statistics before have the factor 1 − m, not 1"
  static let wholeNew = "the batch has the factor m, not 1"
}
