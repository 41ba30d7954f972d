import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("the one number")
  try exam.expectPrediction(
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
  for size in Truth.sizes { try exam.certify(SoftmaxFormula(exam, size)) }
  exam.part("scores of ±1000")
  try exam.examineLargeScores()
}

extension Exam {
  /// Asks that the gradients of the biases are not 0 but for rounding.
  fileprivate func examineSize() throws {
    let formulas = (0..<10).map { SoftmaxFormula(self, Truth.sizes[0], stream: "size \($0)") }
    let biases = formulas.map { $0.gradient(at: $0.evaluationPoint)[1].elements }
    try check(
      biases.contains { $0.contains { abs($0) > 1e-12 } },
      "the gradients of the biases are 0 but for rounding, with ten sets of data",
      cause: biases.allSatisfy { Set($0).count == 1 }
        ? "one sum for all classes, which is 0"
        : "the sums run over the classes of an example, and are 0; add up the examples of a class")
  }

  /// Asks for the gradients where each example is surely of one class, whose score is 1000 larger.
  fileprivate func examineLargeScores() throws {
    let labels = [2, 0, 1, 1, 3]
    let x = Matrix<Double>(rows: 5, columns: 6) { $0 == $1 ? 1_000 : -1_000 }
    let w = Matrix<Double>(rows: 6, columns: 4) { $0 < 4 && $0 == $1 ? 1 : 0 }
    // The largest score of example i is that of class i, and all are equal in example 4.
    let p = Matrix<Double>(rows: 5, columns: 4) { $0 == 4 ? 0.25 : $0 == $1 ? 1 : 0 }
    let dZ = Truth.residual(p, labels)
    let answer = gradients(in: w, Vector(repeating: 0, count: 4), on: x, labels: labels)
    try expect(
      answer.b, equals: Truth.sums(dZ), within: .absolute(1e-15),
      of: "with scores of ±1000 the gradient of b")
    try expect(
      answer.w, equals: Truth.gradient(x, dZ), within: .absolute(1e-12),
      of: "with scores of ±1000 the gradient of W")
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
  /// How many examples, features and classes there are, and how the labels are spread.
  struct Size {
    let n, features, classes: Int
    let labels: [Int]
  }

  static let sizes = [
    Size(n: 7, features: 4, classes: 3, labels: [0, 0, 0, 0, 1, 1, 2]),
    Size(n: 9, features: 2, classes: 5, labels: [0, 1, 3, 3, 3, 3, 2, 1, 4]),
  ]

  /// Returns the learner's gradients. In a formula the name would mean something else.
  static func answer<Scalar: AnalyticField>(
    _ w: [Tensor<Scalar>], _ x: Matrix<Scalar>, _ labels: [Int]
  ) -> [Tensor<Scalar>] {
    let answer = gradients(in: w[0].matrix, w[1].vector, on: x, labels: labels)
    return [Tensor("W", answer.w), Tensor("b", answer.b)]
  }

  /// Returns (P − Y)/n.
  static func residual(_ p: Matrix<Double>, _ labels: [Int]) -> Matrix<Double> {
    Matrix(rows: p.rows, columns: p.columns) {
      (p[$0, $1] - (labels[$0] == $1 ? 1 : 0)) / Double(p.rows)
    }
  }

  /// Returns the sum of the rows.
  static func sums(_ a: Matrix<Double>) -> Vector<Double> {
    Vector(count: a.columns) { column in (0..<a.rows).map { a[$0, column] }.reduce(0, +) }
  }

  /// Returns Xᵀ dZ.
  static func gradient(_ x: Matrix<Double>, _ dZ: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: x.columns, columns: dZ.columns) { row, column in
      (0..<x.rows).map { x[$0, row] * dZ[$0, column] }.reduce(0, +)
    }
  }
}

/// Cross-entropy of one layer with a softmax, with the learner's gradients.
private struct SoftmaxFormula: Formula {
  var name: String { "softmax regression of \(size.n) examples" }
  let evaluationPoint: [Tensor<Double>]
  private let size: Truth.Size
  private let x: Matrix<Double>
  private let labels: [Int]

  init(_ exam: Exam, _ size: Truth.Size, stream: String = "regression") {
    var random = exam.random("\(stream) of \(size.n)")
    // Where every gradient of a tensor is small beside the loss, differences in Double see nothing.
    var draw = Self(size, using: &random)
    while !draw.isSteep { draw = Self(size, using: &random) }
    self = draw
  }

  private init(_ size: Truth.Size, using random: inout SplitMix64) {
    self.size = size
    evaluationPoint = [
      Tensor("W", Matrix.dyadic(size.features, size.classes, using: &random) / 2),
      Tensor("b", .dyadic(size.classes, using: &random)),
    ]
    x = .dyadic(size.n, size.features, using: &random)
    labels = random.shuffled(size.labels)
  }

  private var isSteep: Bool {
    right.allSatisfy { gradients in
      gradients.elements.contains { abs($0) > loss(at: evaluationPoint) / 20 }
    }
  }

  /// Returns the probabilities of each example.
  private func probabilities<Scalar: AnalyticField>(_ w: [Tensor<Scalar>]) -> Matrix<Scalar> {
    let (x, weights, b) = (Matrix<Scalar>(x), w[0].matrix, w[1].vector)
    let e = (0..<x.rows).map { row in
      (0..<b.count).map { column in
        Scalar.exp((0..<x.columns).map { x[row, $0] * weights[$0, column] }.reduce(b[column], +))
      }
    }
    return Matrix(rows: x.rows, columns: b.count) { e[$0][$1] / e[$0].reduce(0, +) }
  }

  func loss<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> Scalar {
    let p = probabilities(w)
    let losses = labels.indices.map { -Scalar.log(p[$0, labels[$0]]) }
    return losses.reduce(0, +) / Scalar(count: labels.count)
  }

  func gradient<Scalar: AnalyticField>(at w: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    Truth.answer(w, Matrix(x), labels)
  }

  private var right: [Tensor<Double>] {
    let dZ = Truth.residual(probabilities(evaluationPoint), labels)
    return [Tensor("W", Truth.gradient(x, dZ)), Tensor("b", Truth.sums(dZ))]
  }

  var clues: Clues {
    let p = probabilities(evaluationPoint)
    let dZ = Truth.residual(p, labels)
    let dW = Truth.gradient(x, dZ)
    func mistake(_ name: String, _ db: Vector<Double>) -> Clues.Mistake {
      Clues.Mistake(name, gradient: [Tensor("W", dW), Tensor("b", db)])
    }
    let others = Truth.sizes.map(\.n).filter { $0 != size.n }.map { n in
      let factor = Double(size.n) / Double(n)
      return Clues.Mistake(
        "divided by \(n), whatever the number of examples is, which is \(size.n) here",
        gradient: right.map { $0.map { factor * $0 } })
    }
    return Clues(
      counts: [("n", size.n), ("C", size.classes), ("the number of features", size.features)],
      mistakes: others + [
        mistake("db from dW, not from dZ", Truth.sums(dW)),
        mistake(
          "the probabilities alone are added up, without the labels",
          Truth.sums(p) / Double(size.n)),
        mistake("the last example alone: = for +=", dZ.row(size.n - 1)),
        mistake("the first example alone", dZ.row(0)),
      ])
  }
}
