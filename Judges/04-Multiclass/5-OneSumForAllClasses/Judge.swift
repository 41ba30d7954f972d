import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("the one number")
  try exam.expect(
    sumOfAllGradients, equals: 0, of: "the sum of all gradients",
    expectedMistakes: [
      "the probabilities of a row add up to 1, and so do the targets: what is their difference?": 1,
      "what is printed is what rounding has left of it": -1.2020e-08,
    ])

  exam.part("where the bug hides")
  let hidden = try exam.gradientsAtZero(hidingLabels, "hidingLabels")
  let fractions = hidden.map(\.description).joined(separator: ", ")
  try exam.check(
    hidden.allSatisfy { $0 == 0 },
    "with hidingLabels \(hidingLabels) the gradients should be \(fractions); the program says 0",
    cause:
      "the program is right where all gradients of the biases are 0: as many labels of each class"
  )
  let exposed = try exam.gradientsAtZero(exposingLabels, "exposingLabels")
  try exam.check(
    exposed.contains { $0 != 0 },
    "with exposingLabels \(exposingLabels) the program says 0, which is right",
    cause:
      "with weights at 0 all probabilities are ⅓, and where all classes are as frequent nothing is wrong"
  )

  exam.part("the repair")
  try exam.examineSize()
  try exam.certify(SoftmaxFormula(exam))
}

extension Exam {
  /// Asks that the gradients of the biases are not 0 but for rounding.
  fileprivate func examineSize() throws {
    let formulas = (0..<10).map { SoftmaxFormula(self, stream: "size \($0)") }
    let biases = formulas.map { $0.gradient(at: $0.evaluationPoint)[1].elements }
    try check(
      biases.contains { $0.contains { abs($0) > 1e-12 } },
      "the gradients of the biases are 0 but for rounding, with ten sets of data",
      cause: biases.allSatisfy { Set($0).count == 1 }
        ? "one sum for all classes, which is 0"
        : "the sums run over the classes of an example, and are 0; add up the examples of a class")
  }

  /// Returns the right gradients of the biases where all weights are 0, as exact fractions.
  fileprivate func gradientsAtZero(_ labels: [Int], _ name: String) throws -> [Rational] {
    try check(labels.count == 6, "\(name) has \(labels.count) labels and should have 6")
    try check(
      labels.allSatisfy { 0...2 ~= $0 }, "\(name) is \(labels): a label is 0, 1 or 2",
      cause: "classes are counted from 0")
    return (0..<3).map { label in Rational(1, 3) - Rational(labels.count { $0 == label }, 6) }
  }
}

/// What the judge computes by itself, apart from the names of the answer.
private enum Truth {
  /// Returns the learner's gradients. In a formula the name would mean something else.
  static func answer<Scalar: AnalyticField>(
    _ w: [Tensor<Scalar>], _ x: Matrix<Scalar>, _ labels: [Int]
  ) -> [Tensor<Scalar>] {
    let answer = gradients(in: w[0].matrix, w[1].vector, on: x, labels: labels)
    return [Tensor("W", answer.w), Tensor("b", answer.b)]
  }
}

/// Cross-entropy of one layer with a softmax, with the learner's gradients.
private struct SoftmaxFormula: Formula {
  var name: String { "softmax regression" }
  let evaluationPoint: [Tensor<Double>]
  private let x: Matrix<Double>
  private let labels: [Int]

  init(_ exam: Exam, stream: String = "regression") {
    var random = exam.random(stream)
    // Where every gradient of a tensor is small beside the loss, differences in Double see nothing.
    var draw = Self(using: &random)
    while !draw.isSteep { draw = Self(using: &random) }
    self = draw
  }

  private init(using random: inout SplitMix64) {
    evaluationPoint = [
      Tensor("W", Matrix.dyadic(4, 3, using: &random) / 2), Tensor("b", .dyadic(3, using: &random)),
    ]
    x = .dyadic(7, 4, using: &random)
    labels = random.shuffled([0, 0, 0, 0, 1, 1, 2])
  }

  private var isSteep: Bool {
    right.allSatisfy { gradients in
      gradients.elements.contains { abs($0) > loss(at: evaluationPoint) / 20 }
    }
  }

  /// Returns the probabilities of each example.
  private func probabilities<Scalar: AnalyticField>(_ w: [Tensor<Scalar>]) -> Matrix<Scalar> {
    let e = (Matrix<Scalar>(x) • w[0].matrix + w[1].vector).map { Scalar.exp($0) }
    return Matrix(rows: e.rows, columns: e.columns) { e[$0, $1] / e.row($0).sum }
  }

  func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    let p = probabilities(w)
    let losses = labels.indices.map { -Scalar.log(p[$0, labels[$0]]) }
    return losses.reduce(0, +) / Scalar(count: labels.count)
  }

  func gradient<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    Truth.answer(w, Matrix(x), labels)
  }

  private var dZ: Matrix<Double> {
    let p = probabilities(evaluationPoint)
    return Matrix(rows: 7, columns: 3) { (p[$0, $1] - (labels[$0] == $1 ? 1 : 0)) / 7 }
  }

  private var right: [Tensor<Double>] {
    [Tensor("W", x.transposed • dZ), Tensor("b", dZ.sumOfRows)]
  }

  var clues: Clues {
    let dZ = dZ
    let dW = x.transposed • dZ
    func mistake(_ name: String, _ db: Vector<Double>) -> Clues.Mistake {
      Clues.Mistake(name, gradient: [Tensor("W", dW), Tensor("b", db)])
    }
    return Clues(
      counts: [("n", 7), ("C", 3)],
      mistakes: [
        mistake("db from dW, not from dZ", dW.sumOfRows),
        mistake(
          "the probabilities alone are added up, without the labels",
          probabilities(evaluationPoint).sumOfRows / 7),
        mistake("the last example alone: = for +=", dZ.row(6)),
      ])
  }
}
