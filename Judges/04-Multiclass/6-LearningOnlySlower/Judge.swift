import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("the check, on right losses")
  for (name, loss) in Truth.rightLosses {
    try exam.check(
      lossIsRight(loss), "your check refuses a loss that is right: \(name)",
      cause: "are the values right that it expects? And do rounded numbers have a tolerance?")
  }
  exam.part("the check, on wrong losses")
  for (name, hidingPlace, loss) in Truth.wrongLosses {
    try exam.check(
      !lossIsRight(loss), "your check lets a wrong loss pass: \(name)", cause: hidingPlace)
  }
  try exam.askAgain(
    Truth.rightLosses.map { right in (true, { lossIsRight(right.1) }) }
      + Truth.wrongLosses.map { wrong in (false, { lossIsRight(wrong.2) }) }, of: "your check")
  exam.note("your check refuses \(Truth.wrongLosses.count) wrong losses and no right one")

  exam.part("the learning rate")
  try exam.examineRate(0.75, classes: 3, n: 7)
  try exam.examineRate(0.2, classes: 10, n: 4)

  exam.part("the repair")
  for formula in [
    CrossEntropyFormula(exam, classes: 3, labels: [0, 0, 1, 2, 0, 1, 2]),
    CrossEntropyFormula(exam, classes: 5, labels: [4, 1, 3, 4]),
  ] {
    try exam.certify(formula)
    try exam.examineLoss(formula.evaluationPoint[0].matrix, formula.labels)
  }
  exam.part("logits of ±800")
  let z: Matrix<Double> = [[800, -800, 0], [-800, 800, 0], [0, 800, -800], [-800, -800, -800]]
  try exam.examineLoss(z, [0, 2, 2, 1])
  let right: Matrix<Double> = [[0, 0, 0], [0, 1, -1], [0, 1, -1], [1.0 / 3, -2.0 / 3, 1.0 / 3]]
  try exam.expect(
    lossAndGradients(logits: z, labels: [0, 2, 2, 1]).dZ, equals: 0.25 * right,
    within: .absolute(1e-12), of: "the gradient of logits of ±800")
}

extension Exam {
  /// Asks for the mean loss.
  fileprivate func examineLoss(_ z: Matrix<Double>, _ labels: [Int]) throws {
    let total = Truth.costs(z, labels).reduce(0, +)
    let (n, classes) = (Double(z.rows), Double(z.columns))
    try expect(
      lossAndGradients(logits: z, labels: labels).loss, equals: total / n,
      within: .relative(1e-13),
      of: "the loss of \(z.rows) examples of \(z.columns) classes",
      expectedMistakes: [
        "the loss is still divided by the classes too": total / n / classes,
        "the sum, not the mean": total,
        "divided by the classes, not by the examples": total / classes,
        "the sign is turned: −log p is positive": -total / n,
      ])
  }

  /// Takes five steps with the bug and with the learning rate that was good for it, and five
  /// without.
  fileprivate func examineRate(_ learningRate: Double, classes: Int, n: Int) throws {
    var random = self.random("learning rate \(classes)")
    let x = Matrix<Double>.dyadic(n, 5, using: &random)
    let labels = (0..<n).map { _ in random.index(below: classes) }
    let start = Matrix<Double>.dyadic(5, classes, using: &random) / 4
    func trained(learningRate: Double, divisor: Int) -> Matrix<Double> {
      var w = start
      for _ in 0..<5 {
        let p = Truth.classShares(x • w)
        let dZ = Matrix(rows: n, columns: classes) { (p[$0, $1] - (labels[$0] == $1 ? 1 : 0)) }
        w.add(-learningRate / Double(divisor), times: x.transposed • dZ)
      }
      return w
    }
    let answer = learningRateAfterRepair(learningRate, classes: classes)
    try expect(
      trained(learningRate: answer, divisor: n),
      equals: trained(learningRate: learningRate, divisor: n * classes),
      within: .relative(1e-12),
      of:
        "after five steps with the learning rate \(answer) for \(learningRate) and \(classes) classes, the weight",
      expectedMistakes: [
        "the repaired gradients are larger, so the learning rate becomes smaller and not larger":
          trained(learningRate: learningRate * Double(classes), divisor: n),
        "the repaired gradients are larger, and the learning rate has to make up for it":
          trained(learningRate: learningRate, divisor: n),
        "the examples were divided by before, and are now":
          trained(learningRate: learningRate / Double(n), divisor: n),
      ])
  }
}

/// What the judge computes by itself, apart from the names of the answer.
private enum Truth {
  typealias MeanLoss = @Sendable (Matrix<Double>, [Int]) -> Double

  /// Returns log Σ exp(zₖ) of a row.
  static func logSum(_ z: Vector<Double>) -> Double {
    let largest = z.elements.max() ?? 0
    return largest + Double.log(z.elements.map { Double.exp($0 - largest) }.reduce(0, +))
  }

  /// Returns −log p of each example's own class.
  static func costs(_ z: Matrix<Double>, _ labels: [Int]) -> [Double] {
    labels.indices.map { logSum(z.row($0)) - z[$0, labels[$0]] }
  }

  static func sum(_ z: Matrix<Double>, _ labels: [Int]) -> Double {
    costs(z, labels).reduce(0, +)
  }

  /// Returns the probabilities of each row, to be taken for logits once more.
  static func classShares(_ z: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: z.rows, columns: z.columns) { Double.exp(z[$0, $1] - logSum(z.row($0))) }
  }

  static let rightLosses: [(name: String, loss: MeanLoss)] = [
    ("log-sum-exp less the logit", { sum($0, $1) / Double($0.rows) }),
    (
      "the same, added up from the end",
      { z, labels in
        costs(z, labels).reversed().reduce(0, +) / Double(z.rows)
      }
    ),
    (
      "the logarithm of the probability",
      { z, labels in
        let p = classShares(z)
        return labels.indices.map { -Double.log(p[$0, labels[$0]]) / Double(z.rows) }.reduce(0, +)
      }
    ),
  ]

  static let wrongLosses: [(name: String, hidingPlace: String, loss: MeanLoss)] = [
    (
      "divided by the classes too", "what do equal logits cost? You know it for every C",
      { sum($0, $1) / Double($0.elements.count) }
    ),
    (
      "divided by the classes, not by the examples",
      "it hides where there are as many examples as classes: let their numbers differ",
      { sum($0, $1) / Double($0.columns) }
    ),
    (
      "the sum, not the mean", "it hides where there is one example: take more",
      { sum($0, $1) }
    ),
    (
      "in logarithms to the base 2", "what do equal logits cost? You know it for every C",
      { sum($0, $1) / Double($0.rows) / Double.log(2) }
    ),
    (
      "log C, whatever the logits are", "it hides where all logits are equal: take others too",
      { z, _ in Double.log(Double(z.columns)) }
    ),
    (
      "of logits that have been through a softmax already",
      "it hides where all logits are equal: take others too",
      { sum(classShares($0), $1) / Double($0.rows) }
    ),
    (
      "of the first example alone", "it hides where all examples cost the same: let them differ",
      { costs($0, $1)[0] }
    ),
    (
      "of class 0, whatever the labels are",
      "it hides where all labels are 0, or all logits equal: take other labels, and other logits",
      { z, labels in sum(z, labels.map { _ in 0 }) / Double(z.rows) }
    ),
    (
      "of the last class, whatever the labels are",
      "it hides where all labels are the last, or all logits equal: take other labels and logits",
      { z, labels in sum(z, labels.map { _ in z.columns - 1 }) / Double(z.rows) }
    ),
    (
      "of the labels in the other order",
      "it hides where the labels read the same from the end: take others",
      { z, labels in sum(z, labels.reversed()) / Double(z.rows) }
    ),
    (
      "of the last example alone", "it hides where all examples cost the same: let them differ",
      { z, labels in costs(z, labels)[z.rows - 1] }
    ),
    (
      "of all examples but the first", "it hides where all examples cost the same: let them differ",
      { z, labels in
        costs(z, labels).dropFirst().reduce(0, +) / Double(max(z.rows - 1, 1))
      }
    ),
    (
      "of the most probable class, right or not",
      "it hides where the label is that of the largest logit: take others too",
      { z, _ in
        (0..<z.rows).map { logSum(z.row($0)) - (z.row($0).elements.max() ?? 0) }.reduce(0, +)
          / Double(z.rows)
      }
    ),
    (
      "of the log-sum-exp alone, without the logit of the right class",
      "it hides where that logit is 0: take others",
      { z, _ in (0..<z.rows).map { logSum(z.row($0)) }.reduce(0, +) / Double(z.rows) }
    ),
    (
      "in logarithms to the base 10", "what do equal logits cost? You know it for every C",
      { sum($0, $1) / Double($0.rows) / Double.log(10) }
    ),
    (
      "larger by a hundredth", "how large is your tolerance?",
      { 1.01 * sum($0, $1) / Double($0.rows) }
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
    evaluationPoint = [Tensor("Z", Matrix.dyadic(labels.count, classes, using: &random))]
    self.labels = random.shuffled(labels)
    self.classes = classes
  }

  var clues: Clues {
    let p = Truth.classShares(evaluationPoint[0].matrix)
    let n = Double(labels.count)
    func mistake(
      _ name: String, _ dZ: (_ p: Double, _ y: Double) -> Double
    ) -> Clues.Mistake {
      let gradient = Matrix<Double>(rows: p.rows, columns: p.columns) {
        dZ(p[$0, $1], labels[$0] == $1 ? 1 : 0)
      }
      return Clues.Mistake(name, gradient: [Tensor("Z", gradient)])
    }
    return Clues(
      counts: [("n", labels.count), ("C", classes)],
      mistakes: [
        mistake("divided by the classes, and not by the examples") { ($0 - $1) / Double(classes) },
        mistake("the labels are left out") { p, _ in p / n },
        mistake("only the right class has a gradient; each class has one") { $1 * ($0 - 1) / n },
        mistake("−y/p is the gradient in P; in the logits it is P − Y") { -$1 / $0 / n },
        mistake("a factor p(1 − p): the gradient of softmax has cancelled") {
          ($0 - $1) * $0 * (1 - $0) / n
        },
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
