import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  for (n, outputs) in [(7, 3), (5, 2)] {
    exam.part("the gradient, \(n) examples of \(outputs) outputs")
    try exam.certify(LogisticFormula(exam, n: n, outputs: outputs))
  }

  exam.part("logits of ±800")
  let z: Matrix<Double> = [[800, -800], [-800, 800], [-300, 300]]
  let t: Matrix<Double> = [[1, 1], [-1, -1], [1, 1]]
  // Where the label has the logit's sign there is next to no gradient, and elsewhere −t.
  let right = z.combining(t) { z, t in z * t > 0 ? 0 : -t / 3 }
  try exam.expect(
    lossGradient(at: z, labels: t), equals: right, within: .absolute(1e-15), of: "the gradient",
    expectedMistakes: [
      "∞/∞: e⁸⁰⁰ is too large; σ of the negative argument says the same without it":
        z.combining(t) { z, t in -t * Double.exp(-t * z) / (1 + Double.exp(-t * z)) / 3 }
    ])

  exam.part("the four lines")
  let rightOnes = Line.allCases.filter(\.isRight)
  try exam.compare(rightLines, with: rightOnes, "rightLines") { line in
    "line \(line) has the ratio \(line.ratio) to the gradient at z = 3, y = 0, which should be 1"
  }
  let broken = rightOnes.filter { $0.value(at: 800.0, y: 1.0).isNaN }
  try exam.compare(rightLinesThatBreak, with: broken, "rightLinesThatBreak") { line in
    let value = line.value(at: 800.0, y: 1.0)
    return "at z = 800 and y = 1, line \(line) is \(value.isNaN ? "NaN" : "\(value)")"
  }
}

extension Exam {
  /// Compares letters that were named with the lines that should have been.
  fileprivate func compare(
    _ answer: String, with lines: [Line], _ name: String, cause: (Line) -> String
  ) throws {
    let named = Set(answer.uppercased().filter(\.isLetter).map(String.init))
    for line in Line.allCases {
      let isNamed = named.contains(line.rawValue)
      try check(
        isNamed == lines.contains(line),
        "\(name) is “\(answer)”, \(isNamed ? "with" : "without") \(line)", cause: cause(line))
    }
    try check(
      named.count == lines.count, "\(name) is “\(answer)”, and the lines are A, B, C and D")
  }
}

/// What the judge computes by itself, apart from the names of the answer.
private enum Truth {
  /// Returns the derivative of binary cross-entropy, by dual numbers on its definition.
  static func crossEntropyGradient<Scalar: AnalyticField>(at z: Scalar, y: Scalar) -> Scalar {
    let a = 1 / (1 + Dual.exp(-Dual(z, derivative: 1)))
    let y = Dual(y, derivative: 0)
    return (-y * Dual.log(a) - (1 - y) * Dual.log(1 - a)).derivative
  }

  static func probability(_ z: Double) -> Double { 1 / (1 + Double.exp(-z)) }
}

/// The four lines of the question, for any number.
private enum Line: String, CaseIterable, CustomStringConvertible {
  case a = "A"
  case b = "B"
  case c = "C"
  case d = "D"

  var description: String { rawValue }

  func value<Scalar: AnalyticField>(at z: Scalar, y: Scalar) -> Scalar {
    let one: Scalar = 1
    let a: Scalar = one / (one + Scalar.exp(-z))
    let derivative: Scalar = a * (one - a)
    let logarithms: Scalar = (one - y) / (one - a) - y / a
    return switch self {
    case .a: a - y
    case .b: (a - y) * derivative
    case .c: logarithms * derivative
    case .d: logarithms
    }
  }

  /// Whether the line agrees with the derivative, by dual numbers over balls.
  var isRight: Bool {
    [-3.0, -0.5, 1, 2].allSatisfy { z in
      [0.0, 1].allSatisfy { y in
        let gradient = Truth.crossEntropyGradient(at: Ball<256>(z), y: Ball<256>(y))
        return (value(at: Ball<256>(z), y: Ball<256>(y)) - gradient).upperBound < 1e-40
      }
    }
  }

  /// The line divided by the derivative, at z = 3 and y = 0.
  var ratio: String {
    NumberFormat.decimals(4).text(
      of: value(at: 3.0, y: 0) / Truth.crossEntropyGradient(at: 3.0, y: 0))
  }
}

/// The loss of the statement, with the learner's gradient.
private struct LogisticFormula: Formula {
  let name = "the logistic loss"
  let evaluationPoint: [Tensor<Double>]
  private let t: Matrix<Double>

  init(_ exam: Exam, n: Int, outputs: Int) {
    var random = exam.random("\(n) examples")
    evaluationPoint = [Tensor("Z", Matrix.dyadic(n, outputs, using: &random))]
    let turn = random.index(below: 3)
    t = Matrix(rows: n, columns: outputs) { ($0 + 2 * $1 + turn) % 3 == 0 ? 1 : -1 }
  }

  var clues: Clues {
    Clues(
      counts: [("n", t.rows), ("outputs", t.columns)],
      mistakes: [
        mistake("a − t, which is the gradient for targets of 0 and 1") { z, t in
          Truth.probability(z) - t
        },
        mistake("σ(t z) for σ(−t z): large where the network is right") { z, t in
          -t * Truth.probability(t * z)
        },
        mistake("a(1 − a) too many: the derivative of σ has cancelled") { z, t in
          let factor: Double = Truth.probability(z) * Truth.probability(-z)
          return -t * Truth.probability(-t * z) * factor
        },
        mistake("the factor −t is left out: the gradient of an exponent") { z, t in
          Truth.probability(-t * z)
        },
        mistake("the gradient of the logarithm alone: what is inside has a gradient too") { z, t in
          Truth.probability(t * z)
        },
      ])
  }

  private func mistake(_ name: String, _ gradient: (Double, Double) -> Double) -> Clues.Mistake {
    let gradients = evaluationPoint[0].matrix.combining(t) {
      gradient($0, $1) / Double(t.rows)
    }
    return Clues.Mistake(name, gradient: [Tensor("Z", gradients)])
  }

  func loss<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> Scalar {
    let z = parameters[0].matrix
    return z.combining(Matrix(t)) { z, t in Scalar.log(1 + Scalar.exp(-t * z)) }.sum
      / Scalar(count: z.rows)
  }

  func gradient<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    [Tensor("Z", lossGradient(at: parameters[0].matrix, labels: Matrix(t)))]
  }
}
