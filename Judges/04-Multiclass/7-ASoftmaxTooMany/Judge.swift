import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("the lowest loss")
  for classes in [2, 3, 10, 50] { try exam.examineLowest(classes) }
  let count = (2...100).first { abs(Truth.lowest($0) - 0.74) < 0.01 }
  try exam.expectPrediction(
    classesInThatProgram, equals: count ?? 0,
    of: "the number of classes with a lowest loss of 0.74",
    expectedMistakes: [
      "one too few: the right class counts too": 3,
      "one too many: the right class is one of the classes": 5,
    ])

  exam.part("the check")
  for (name, loss) in Truth.soundLosses {
    try exam.check(
      !softmaxesTwice(loss), "your check complains of a loss with one softmax: \(name)",
      cause: "with which logits is a loss with one softmax nearly 0, and one with two is not?")
  }
  for (name, hidingPlace, loss) in Truth.doubledLosses {
    try exam.check(
      softmaxesTwice(loss), "your check says nothing about a loss with \(name)", cause: hidingPlace)
  }
  try exam.askAgain(
    Truth.soundLosses.map { sound in (false, { softmaxesTwice(sound.loss) }) }
      + Truth.doubledLosses.map { doubled in (true, { softmaxesTwice(doubled.loss) }) },
    of: "your check")
  exam.note(
    "your check tells \(Truth.doubledLosses.count) losses with too many softmaxes from others")

  exam.part("the repair")
  for formula in [
    CrossEntropyFormula(exam, classes: 3, labels: [0, 0, 1, 2, 0, 1, 2]),
    CrossEntropyFormula(exam, classes: 5, labels: [4, 1, 3, 4]),
  ] {
    let z = formula.evaluationPoint[0].matrix
    try exam.examineLoss(z, formula.labels, "of \(z.rows) examples")
    try exam.certify(formula)
  }

  exam.part("logits of ±800")
  let z: Matrix<Double> = [[800, -800, 0], [-800, 800, 0], [0, 800, -800], [-800, -800, -800]]
  try exam.examineLoss(z, [0, 2, 2, 1], "of logits of ±800")
  let right: Matrix<Double> = [[0, 0, 0], [0, 1, -1], [0, 1, -1], [1.0 / 3, -2.0 / 3, 1.0 / 3]]
  try exam.expect(
    lossAndGradients(logits: z, labels: [0, 2, 2, 1]).dZ, equals: 0.25 * right,
    within: .absolute(1e-12), of: "the gradient of logits of ±800")
}

extension Exam {
  fileprivate func examineLowest(_ classes: Int) throws {
    let (c, e) = (Double(classes), Double.exp(1))
    try expectPrediction(
      lowestLoss(classes: classes), equals: Truth.lowest(classes), within: .absolute(1e-6),
      of: "the lowest loss with \(classes) classes",
      expectedMistakes: [
        "a loss of one softmax comes near 0; this one is given logits no larger than 1": 0,
        "that is the first loss, of equal logits": Double.log(c),
        "the right class has the logit 1 and the others 0, not the other way round":
          Double.log(1 + (c - 1) * e),
        "the right class is not one of the others: there are C − 1 of these": Double.log(1 + c / e),
        "the logarithm of the sum, without the logit of the right class": Double.log(e + c - 1),
      ])
  }

  fileprivate func examineLoss(
    _ z: Matrix<Double>, _ labels: [Int], _ subject: String
  ) throws {
    let p = Truth.classShares(z)
    try expect(
      lossAndGradients(logits: z, labels: labels).loss, equals: Truth.mean(z, labels),
      within: .relative(1e-13),
      of: "the loss \(subject)",
      expectedMistakes: [
        "there is a softmax too many still: the loss is to take the logits": Truth.mean(p, labels),
        "the logarithm of a probability that was rounded to 0": .infinity,
        "the sum, not the mean": Double(z.rows) * Truth.mean(z, labels),
        "divided by the classes too": Truth.mean(z, labels) / Double(z.columns),
        "the sign is turned: −log p is positive": -Truth.mean(z, labels),
        "the probability itself where its logarithm should be":
          labels.indices.map { -p[$0, labels[$0]] }.reduce(0, +) / Double(z.rows),
      ])
  }
}

/// What the judge computes by itself, apart from the names of the answer.
private enum Truth {
  /// Returns log Σ exp(zₖ) of a row.
  static func logSum(_ z: Vector<Double>) -> Double {
    let largest = z.elements.max() ?? 0
    return largest + Double.log(z.elements.map { Double.exp($0 - largest) }.reduce(0, +))
  }

  /// Returns the probabilities of each row.
  static func classShares(_ z: Matrix<Double>) -> Matrix<Double> {
    let logs = (0..<z.rows).map { logSum(z.row($0)) }
    return Matrix(rows: z.rows, columns: z.columns) { Double.exp(z[$0, $1] - logs[$0]) }
  }

  static func mean(_ z: Matrix<Double>, _ labels: [Int]) -> Double {
    labels.indices.map { logSum(z.row($0)) - z[$0, labels[$0]] }.reduce(0, +) / Double(z.rows)
  }

  /// Returns the loss of two softmaxes where the network is as certain as can be, and right.
  static func lowest(_ classes: Int) -> Double {
    let certain = Matrix<Double>(rows: 2, columns: classes) { $0 == $1 ? 800 : 0 }
    return mean(classShares(certain), [0, 1])
  }

  typealias MeanLoss = @Sendable (Matrix<Double>, [Int]) -> Double

  static let soundLosses: [(name: String, loss: MeanLoss)] = [
    ("log-sum-exp less the logit", { mean($0, $1) }),
    (
      "the logarithm of the probability",
      { z, labels in
        let p = classShares(z)
        return labels.indices.map { -Double.log(p[$0, labels[$0]]) }.reduce(0, +)
          / Double(z.rows)
      }
    ),
    (
      "the same, with the classes in another order",
      { z, labels in
        mean(
          Matrix(rows: z.rows, columns: z.columns) { z[$0, z.columns - 1 - $1] },
          labels.map { z.columns - 1 - $0 })
      }
    ),
  ]

  static let doubledLosses: [(name: String, hidingPlace: String, loss: MeanLoss)] = [
    (
      "two softmaxes", "equal logits cost log C with one softmax and with two: take others",
      { mean(classShares($0), $1) }
    ),
    (
      "three softmaxes", "it is compared with two too closely: what does one softmax give?",
      { mean(classShares(classShares($0)), $1) }
    ),
    (
      "two softmaxes, divided by the classes too",
      "it is compared with two too closely: what does one softmax give?",
      { mean(classShares($0), $1) / Double($0.columns) }
    ),
    (
      "two softmaxes, summed over the examples",
      "it is compared with two too closely: what does one softmax give?",
      { mean(classShares($0), $1) * Double($0.rows) }
    ),
    (
      "two softmaxes, in logarithms to the base 2",
      "it is compared with two too closely: what does one softmax give?",
      { mean(classShares($0), $1) / Double.log(2) }
    ),
  ]
}

/// Mean cross-entropy of logits, with the learner's gradients.
private struct CrossEntropyFormula: Formula {
  var name: String { "cross-entropy of \(labels.count) examples" }
  let evaluationPoint: [Tensor<Double>]
  let labels: [Int]
  private let classes: Int

  init(_ exam: Exam, classes: Int, labels: [Int]) {
    var random = exam.random("logits of \(classes) classes")
    // Two equal logits of a row would leave open which probability is the larger.
    var z: Matrix<Double>
    repeat {
      z = .dyadic(labels.count, classes, using: &random)
    } while (0..<z.rows).contains {
      Set(z.row($0).elements).count < classes
    }
    evaluationPoint = [Tensor("Z", z)]
    self.labels = random.shuffled(labels)
    self.classes = classes
  }

  var clues: Clues {
    let z = evaluationPoint[0].matrix
    let p = Truth.classShares(z)
    let n = Double(labels.count)
    let y = Matrix<Double>(rows: labels.count, columns: classes) { labels[$0] == $1 ? 1 : 0 }
    func mistake(_ name: String, _ dP: Matrix<Double>, isCarriedBack: Bool) -> Clues.Mistake {
      let dots = (0..<p.rows).map { row in
        (0..<classes).map { p[row, $0] * dP[row, $0] }.reduce(0, +)
      }
      let dZ = Matrix(rows: p.rows, columns: classes) { p[$0, $1] * (dP[$0, $1] - dots[$0]) }
      return Clues.Mistake(name, gradient: [Tensor("Z", isCarriedBack ? dZ : dP)])
    }
    return Clues(
      counts: [("n", labels.count), ("C", classes)],
      mistakes: [
        mistake(
          "the loss is repaired, and these are still the gradients of two softmaxes",
          (Truth.classShares(p) - y) / n, isCarriedBack: true),
        mistake(
          "P − Y of the second softmax: its probabilities are those of probabilities",
          (Truth.classShares(p) - y) / n,
          isCarriedBack: false),
        mistake(
          "P − Y is the gradient in the logits already, and is carried back through softmax again",
          (p - y) / n, isCarriedBack: true),
      ])
  }

  func loss<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> Scalar {
    let z = parameters[0].matrix
    let losses = labels.indices.map { row in
      Scalar.log(z.row(row).elements.map(Scalar.exp).reduce(0, +)) - z[row, labels[row]]
    }
    return losses.reduce(0, +) / Scalar(count: z.rows)
  }

  func gradient<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    [Tensor("Z", lossAndGradients(logits: parameters[0].matrix, labels: labels).dZ)]
  }
}
