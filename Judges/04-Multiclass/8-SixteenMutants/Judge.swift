import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("backward passes that are right")
  try exam.check(
    isRight { Truth.gradient(of: $0, on: $1, with: nil) },
    "your check refuses a backward pass that is right", cause: Truth.refusal)
  try exam.check(
    isRight { Truth.gradient(of: $0, on: $1.reversed, with: nil) },
    "your check refuses a backward pass that is right, and adds up the examples from the end",
    cause: Truth.refusal)

  exam.part("the sixteen mutants")
  let survivors = Bug.allCases.filter { bug in
    isRight { Truth.gradient(of: $0, on: $1, with: bug) }
  }
  let kills = Bug.allCases.count - survivors.count
  try exam.check(
    survivors.isEmpty,
    "your check kills \(kills) of 16 mutants; alive: "
      + survivors.map(\.rawValue).joined(separator: ", "),
    cause: Truth.cause(of: Set(survivors)))
  exam.note("your check kills all \(kills) mutants, and no backward pass that is right")
}

/// What the judge computes by itself, apart from the names of the answer.
private enum Truth {
  static let refusal =
    "differences are never exact: a tolerance, above rounding, far below a thousandth of a gradient"

  /// Returns the gradients, with a mistake or, for `nil`, without.
  static func gradient(
    of network: TwoLayers, on data: Dataset<Double>, with bug: Bug?
  ) -> TwoLayers {
    let n = Double(data.count)
    let z = data.x • network.w1 + network.b1  // [n, hidden]
    let h = z.map(Double.tanh)  // [n, hidden]
    let p = probabilities(h • network.w2 + network.b2)  // [n, classes]

    var dZ2 = (p - data.y) / n  // [n, classes]
    switch bug {
    case .meanTwice: dZ2 = dZ2 / n
    case .meanForgotten: dZ2 = n * dZ2
    case .meanOverClasses: dZ2 = dZ2 / Double(p.columns)
    case .doubled: dZ2 = 2 * dZ2
    case .halved: dZ2 = dZ2 / 2
    case .gradientOfSquares: dZ2 = dZ2 ⊙ p.map { $0 * (1 - $0) }
    case .lastExampleOnly:
      dZ2 = Matrix(rows: p.rows, columns: p.columns) { row, column in
        row == p.rows - 1 ? dZ2[row, column] : 0
      }
    default: break
    }

    var dH = dZ2 • network.w2.transposed  // [n, hidden]
    var derivative = h.map { 1 - $0 * $0 }  // [n, hidden]
    switch bug {
    case .upstreamIgnored:
      let ones = Matrix(rows: p.rows, columns: p.columns, repeating: 1 / n)
      dH = ones • network.w2.transposed
    case .derivativeForgotten: derivative = derivative.map { _ in 1 }
    case .derivativeAtValue: derivative = h.map { 1 - Double.tanh($0).squared }
    case .squareForgotten: derivative = h.map { 1 - $0 }
    default: break
    }
    let dZ1 = dH ⊙ derivative  // [n, hidden]

    var gradient = TwoLayers(
      w1: data.x.transposed • dZ1, b1: dZ1.sumOfRows, w2: h.transposed • dZ2, b2: dZ2.sumOfRows)
    switch bug {
    case .sumForValue: gradient.w2 = z.transposed • dZ2
    case .biasMean: (gradient.b1, gradient.b2) = (gradient.b1 / n, gradient.b2 / n)
    case .oneBiasSum: gradient.b2 = Vector(repeating: gradient.b2.sum, count: p.columns)
    case .biasFromWeights:
      (gradient.b1, gradient.b2) = (gradient.w1.sumOfRows, gradient.w2.sumOfRows)
    case .firstLayerFrozen: (gradient.w1, gradient.b1) = (0 * gradient.w1, 0 * gradient.b1)
    default: break
    }
    return gradient
  }

  /// Returns the softmax of each row.
  static func probabilities(_ z: Matrix<Double>) -> Matrix<Double> {
    let e = (0..<z.rows).map { row in
      let largest = z.row(row).elements.max() ?? 0
      return z.row(row).map { Double.exp($0 - largest) }
    }
    return Matrix(rows: z.rows, columns: z.columns) { e[$0][$1] / e[$0].sum }
  }

  /// Returns which habit has left some mutants alive, or what they have in common.
  static func cause(of survivors: Set<Bug>) -> String {
    // One gradient of the second layer that is off cannot hide in a sum.
    let looksAtSecondLayer = !isRight { network, data in
      var gradients = gradient(of: network, on: data, with: nil)
      gradients.w2[0, 0] += 1
      return gradients
    }
    let looksAtFirstLayer = !isRight { network, data in
      var gradients = gradient(of: network, on: data, with: nil)
      gradients.w1[0, 0] += 1
      return gradients
    }
    let candidates = Habit.all.filter {
      !($0.ignoresSecondLayer && looksAtSecondLayer)
        && !($0.ignoresFirstLayer && looksAtFirstLayer)
    }
    if let habit = candidates.first(where: { $0.survivors == survivors }) { return habit.cause }
    // A check with a habit may still kill some mutants that the habit alone would let live. The
    // first habit lets all live, so it says nothing about a part of them.
    let nearest = candidates.dropFirst().filter { $0.survivors.isSuperset(of: survivors) }
      .min { $0.survivors.count < $1.survivors.count }
    if let nearest { return nearest.cause }
    let factors: Set<Bug> = [.meanTwice, .meanForgotten, .meanOverClasses, .doubled, .halved]
    return factors.isDisjoint(with: survivors)
      ? "an entry that is off is not looked at, or not closely: look at all, with a small tolerance"
      : "gradients that are off by a factor are let through: how large is your tolerance beside them?"
  }
}

/// A mistake in a backward pass.
private enum Bug: String, CaseIterable {
  case meanTwice = "divided by n twice"
  case meanForgotten = "not divided by n"
  case meanOverClasses = "divided by n and by C"
  case doubled = "twice too large"
  case halved = "half as large"
  case gradientOfSquares = "p(1 − p) left in"
  case upstreamIgnored = "what arrives from above ignored"
  case derivativeForgotten = "φ′ forgotten"
  case derivativeAtValue = "φ′ taken at φ(z)"
  case squareForgotten = "1 − h for 1 − h²"
  case sumForValue = "z for h in dW₂"
  case biasMean = "mean for sum in each db"
  case oneBiasSum = "one sum for all classes in db₂"
  case biasFromWeights = "db from dW"
  case firstLayerFrozen = "no gradient in the first layer"
  case lastExampleOnly = "the last example alone"
}

extension Dataset<Double> {
  /// The examples in the other order.
  fileprivate var reversed: Dataset { examples(at: (0..<count).reversed()[...]) }
}

/// A popular way to check less than all, which some mutants survive.
private struct Habit: Sendable {
  let cause: String
  /// Whether it would not see any gradient of the second layer that is off.
  var ignoresSecondLayer = false
  /// Whether it would not see any gradient of the first layer that is off.
  var ignoresFirstLayer = false
  /// What it looks at of the gradients of a network on some data.
  let view: @Sendable (TwoLayers, Dataset<Double>, Bug?) -> [Double]

  static let all: [Habit] = [
    Habit(cause: "neither that shapes fit nor that a loss falls says much: compare the gradients") {
      _, _, _ in []
    },
    Habit(cause: "with a single example 1/n is 1, and a sum is its only term") {
      network, data, bug in
      gradients(network, data.examples(at: [0]), bug).flatMap(\.elements)
    },
    Habit(cause: "weights at zero hide whatever is multiplied by them") { network, data, bug in
      var zero = network
      zero.tensors = network.tensors.map { $0.map { 0 * $0 } }
      return gradients(zero, data, bug).flatMap(\.elements)
    },
    Habit(cause: "the gradients of the first layer are not compared", ignoresFirstLayer: true) {
      network, data, bug in
      gradients(network, data, bug)[2...].flatMap(\.elements)
    },
    Habit(cause: "the gradients of the second layer are not compared", ignoresSecondLayer: true) {
      network, data, bug in
      gradients(network, data, bug)[..<2].flatMap(\.elements)
    },
    Habit(cause: "the gradients of the biases are not compared") { network, data, bug in
      [0, 2].flatMap { gradients(network, data, bug)[$0].elements }
    },
    Habit(cause: "the gradients of the weights are not compared") { network, data, bug in
      [1, 3].flatMap { gradients(network, data, bug)[$0].elements }
    },
    Habit(cause: "sums are compared: rows of dZ add up to 0, whatever is wrong with them") {
      network, data, bug in
      gradients(network, data, bug).map { $0.elements.reduce(0, +) }
    },
  ]

  private static func gradients(
    _ network: TwoLayers, _ data: Dataset<Double>, _ bug: Bug?
  ) -> [Tensor<Double>] {
    Truth.gradient(of: network, on: data, with: bug).tensors
  }

  /// The mutants that it cannot tell from what is right.
  var survivors: Set<Bug> {
    var random = SplitMix64(seed: 1, stream: "habits")
    let network = TwoLayers(
      w1: .normal(4, 5, using: &random), b1: .normal(5, using: &random),
      w2: .normal(5, 3, using: &random), b2: .normal(3, using: &random))
    let data = Dataset(
      x: Matrix<Double>.normal(7, 4, using: &random),
      y: Matrix(rows: 7, columns: 3) { [0, 0, 1, 2, 0, 1, 2][$0] == $1 ? 1 : 0 })
    let right = view(network, data, nil)
    return Set(
      Bug.allCases.filter { bug in
        zip(view(network, data, bug), right).allSatisfy { abs($0 - $1) < 1e-9 }
      })
  }
}
