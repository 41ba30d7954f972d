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
  exam.note("your check refuses \(Truth.wrongLosses.count) wrong losses and no right one")

  exam.part("the learning rate")
  for classes in [3, 10] { try exam.examineRate(classes: classes) }

  exam.part("the repair")
  let formula = CrossEntropyFormula(exam)
  try exam.certify(formula)
  let z = formula.evaluationPoint[0].matrix
  let loss = formula.loss(at: formula.evaluationPoint)
  try exam.expect(
    lossAndGradients(logits: z, labels: formula.labels).loss, equals: loss,
    within: .relative(1e-13),
    of: "the loss of 7 examples of 3 classes",
    expectedMistakes: [
      "the loss is still divided by the classes too": loss / 3,
      "the sum, not the mean": 7 * loss,
      "divided by the classes, not by the examples": 7 * loss / 3,
    ])
}

extension Exam {
  /// Takes five steps with the bug and with the learning rate that was good for it, and five
  /// without.
  fileprivate func examineRate(classes: Int) throws {
    var random = self.random("learning rate \(classes)")
    let x = Matrix<Double>.dyadic(7, 4, using: &random)
    let labels = (0..<7).map { _ in random.index(below: classes) }
    let start = Matrix<Double>.dyadic(4, classes, using: &random) / 4
    func trained(learningRate: Double, divisor: Int) -> Matrix<Double> {
      var w = start
      for _ in 0..<5 {
        let p = Truth.probabilities(x • w)
        let dZ = Matrix(rows: 7, columns: classes) { (p[$0, $1] - (labels[$0] == $1 ? 1 : 0)) }
        w.add(-learningRate / Double(divisor), times: x.transposed • dZ)
      }
      return w
    }
    let learningRate = 0.75
    let answer = learningRateAfterRepair(learningRate, classes: classes)
    try expect(
      trained(learningRate: answer, divisor: 7),
      equals: trained(learningRate: learningRate, divisor: 7 * classes),
      within: .relative(1e-12),
      of:
        "after five steps with the learning rate \(answer) for \(learningRate) and \(classes) classes, the weight",
      expectedMistakes: [
        "the repaired gradients are larger, so the learning rate becomes smaller and not larger":
          trained(learningRate: learningRate * Double(classes), divisor: 7),
        "the repaired gradients are larger, and the learning rate has to make up for it":
          trained(learningRate: learningRate, divisor: 7),
        "the examples were divided by before, and are now":
          trained(learningRate: learningRate / 7, divisor: 7),
      ])
  }
}

/// What the judge computes by itself, apart from the names of the answer.
private enum Truth {
  typealias MeanLoss = @Sendable (Matrix<Double>, [Int]) -> Double

  /// Returns log Σ exp(zₖ) of a row.
  static func logSum(_ z: Vector<Double>) -> Double {
    let largest = z.elements.max() ?? 0
    return largest + Double.log(z.map { Double.exp($0 - largest) }.sum)
  }

  /// Returns −log p of each example's own class.
  static func costs(_ z: Matrix<Double>, _ labels: [Int]) -> [Double] {
    labels.indices.map { logSum(z.row($0)) - z[$0, labels[$0]] }
  }

  static func sum(_ z: Matrix<Double>, _ labels: [Int]) -> Double {
    costs(z, labels).reduce(0, +)
  }

  /// Returns the probabilities of each row, to be taken for logits once more.
  static func probabilities(_ z: Matrix<Double>) -> Matrix<Double> {
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
        let p = probabilities(z)
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
      { sum(probabilities($0), $1) / Double($0.rows) }
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
  ]
}

/// Mean cross-entropy of logits, with the learner's gradients.
private struct CrossEntropyFormula: Formula {
  let name = "cross-entropy"
  let evaluationPoint: [Tensor<Double>]
  let labels: [Int]

  init(_ exam: Exam) {
    var random = exam.random("logits")
    evaluationPoint = [Tensor("Z", Matrix.dyadic(7, 3, using: &random))]
    labels = random.shuffled([0, 0, 1, 2, 0, 1, 2])
  }

  var clues: Clues { Clues(counts: [("n", 7), ("C", 3)]) }

  func loss<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> Scalar {
    let z = parameters[0].matrix
    let losses = labels.indices.map { row in
      Scalar.log(z.row(row).map { Scalar.exp($0) }.sum) - z[row, labels[row]]
    }
    return losses.reduce(0, +) / Scalar(count: z.rows)
  }

  func gradient<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    [Tensor("Z", lossAndGradients(logits: parameters[0].matrix, labels: labels).dZ)]
  }
}
