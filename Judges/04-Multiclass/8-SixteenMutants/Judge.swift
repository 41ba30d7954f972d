import Grading
import Workbook

func judge(_ exam: inout Exam) throws {
  exam.part("backward passes that are right")
  try exam.check(
    isRight { Truth.backwardPass(of: $0, on: $1, with: nil) },
    "your check refuses a backward pass that is right", cause: Truth.refusal)
  try exam.check(
    isRight { Truth.backwardPass(of: $0, on: fromTheEnd($1), with: nil) },
    "your check refuses a backward pass that is right, and adds up the examples from the end",
    cause: Truth.refusal)

  exam.part("the sixteen mutants")
  var choices: [Choice] = []
  let survivors = Bug.allCases.filter { bug in
    isRight {
      choices.append(Choice(network: $0, data: $1))
      return Truth.backwardPass(of: $0, on: $1, with: bug)
    }
  }
  let kills = Bug.allCases.count - survivors.count
  try exam.check(
    survivors.isEmpty,
    "your check kills \(kills) of 16 mutants; alive: "
      + survivors.map(\.rawValue).joined(separator: ", "),
    cause: cause(of: survivors, at: choices))

  let right = [Bug?](repeating: nil, count: 4)
  try exam.askAgain(
    (right + Bug.allCases).map { bug in
      (bug == nil, { isRight { Truth.backwardPass(of: $0, on: $1, with: bug) } })
    }, of: "your check")

  exam.part("one entry that is off")
  try examineEntries(exam)
  exam.note("your check kills all \(kills) mutants, and no backward pass that is right")
}

/// Hands the check gradients that are right but for one entry.
private func examineEntries(_ exam: Exam) throws {
  let names = ["dW₁", "db₁", "dW₂", "db₂"]
  for (tensor, name) in names.enumerated() {
    for place in [Place.first, .middle, .last] {
      for part in [0.1, -0.1] {
        try exam.check(
          !isRight { network, data in
            changed(network, data, tensor, at: place) { entry, largest in entry + part * largest }
          },
          "your check accepts gradients of which the \(place) entry of \(name) is off by a tenth of "
            + "the largest there",
          cause: part > 0
            ? "every entry of every gradient is to be compared, and closely"
            : "an entry can be too small as well as too large")
      }
    }
    try exam.check(
      !isRight { network, data in changed(network, data, tensor, at: .last) { _, _ in .nan } },
      "your check accepts gradients of which the last entry of \(name) is NaN",
      cause: "no comparison with NaN holds: ask that an error is small, and not whether it is large"
    )
  }
}

/// Which entry of a gradient is changed.
private enum Place: String, CustomStringConvertible {
  case first, middle, last

  var description: String { rawValue }

  func index(of count: Int) -> Int {
    switch self {
    case .first: 0
    case .middle: count / 2
    case .last: count - 1
    }
  }
}

/// Returns the right gradients with one entry changed.
private func changed(
  _ network: TwoLayers, _ data: Dataset<Double>, _ tensor: Int, at place: Place,
  to change: (_ entry: Double, _ largest: Double) -> Double
) -> TwoLayers {
  var gradients = Truth.backwardPass(of: network, on: data, with: nil)
  let entries = gradients.tensors[tensor].elements
  let index = place.index(of: entries.count)
  let largest = entries.map { abs($0) }.max() ?? 0
  gradients.tensors[tensor].elements[index] = change(entries[index], largest)
  return gradients
}

/// Returns the examples in the other order.
private func fromTheEnd(_ data: Dataset<Double>) -> Dataset<Double> {
  data.examples(at: (0..<data.count).reversed()[...])
}

/// A network and data that a check has chosen.
private struct Choice {
  let network: TwoLayers
  let data: Dataset<Double>

  /// Returns which of the four gradients a mutant has wrong here.
  func wrongTensors(of bug: Bug) -> Set<Int> {
    let right = Truth.backwardPass(of: network, on: data, with: nil).tensors
    let wrong = Truth.backwardPass(of: network, on: data, with: bug).tensors
    let largest = right.flatMap(\.elements).map { abs($0) }.max() ?? 0
    let limit = max(1e-9 * largest, 1e-12)
    return Set(
      right.indices.filter { tensor in
        zip(right[tensor].elements, wrong[tensor].elements).contains { abs($0 - $1) > limit }
      })
  }

  func isZero(_ tensor: Int) -> Bool { network.tensors[tensor].elements.allSatisfy { $0 == 0 } }
}

/// Returns why some mutants were let live, as what the check has chosen and what it overlooks tell.
private func cause(of survivors: [Bug], at choices: [Choice]) -> String {
  if choices.isEmpty { return "the backward pass that is given is never called" }
  let wrong = choices.map { choice in survivors.map(choice.wrongTensors) }
  if wrong.allSatisfy({ $0.allSatisfy(\.isEmpty) }) { return whatHides(choices) }
  let overlooked = Set(
    (0..<4).filter { tensor in
      isRight { changed($0, $1, tensor, at: .first) { entry, _ in entry + 1 } }
    })
  if overlooked.count == 4 {
    return "neither that shapes fit nor that a loss falls says much: compare the gradients"
  }
  if !overlooked.isEmpty, wrong.allSatisfy({ $0.allSatisfy(overlooked.isSuperset) }) {
    return "the gradients of \(words[overlooked] ?? "some tensors") are not compared"
  }
  let seesSums = (0..<4).allSatisfy { tensor in
    isRight { network, data in
      var gradients = Truth.backwardPass(of: network, on: data, with: nil)
      gradients.tensors[tensor].elements[0] += 1
      gradients.tensors[tensor].elements[gradients.tensors[tensor].elements.count - 1] -= 1
      return gradients
    }
  }
  if overlooked.isEmpty && seesSums {
    return "sums are compared: rows of dZ add up to 0, whatever is wrong with them"
  }
  let isLenient = isRight { network, data in
    var gradients = Truth.backwardPass(of: network, on: data, with: nil)
    gradients.tensors = gradients.tensors.map { $0.map { 1.5 * $0 } }
    return gradients
  }
  return isLenient
    ? "gradients that are off by a factor are let through: how large is your tolerance beside them?"
    : "an entry that is off is not looked at, or not closely: look at all, with a small tolerance"
}

/// What a check does not look at.
private let words: [Set<Int>: String] = [
  [0, 1]: "the first layer", [2, 3]: "the second layer", [1, 3]: "the biases",
  [0, 2]: "the weights", [0]: "W₁", [1]: "b₁", [2]: "W₂", [3]: "b₂",
  [1, 2, 3]: "all but W₁", [0, 2, 3]: "all but b₁", [0, 1, 3]: "all but W₂",
  [0, 1, 2]: "all but b₂",
]

/// Returns why mutants give the right gradients on some networks and data.
private func whatHides(_ choices: [Choice]) -> String {
  if choices.allSatisfy({ $0.data.count == 1 }) {
    return "with a single example 1/n is 1, and a sum is its only term"
  }
  if choices.allSatisfy({ $0.isZero(0) || $0.isZero(2) }) {
    return "weights at zero hide whatever is multiplied by them"
  }
  if choices.allSatisfy({ $0.data.x.elements.allSatisfy { $0 == 0 } }) {
    return "inputs at zero hide whatever is multiplied by them"
  }
  return
    "on the network and the data that you chose these give what is right: take others, of which "
    + "no size is as another, no weight 0 and no example like all others"
}

/// What the judge computes by itself, apart from the names of the answer.
private enum Truth {
  static let refusal =
    "differences are never exact: a tolerance, above rounding, far below a thousandth of a gradient"

  /// Returns the gradients, with a mistake or, for `nil`, without.
  static func backwardPass(
    of network: TwoLayers, on data: Dataset<Double>, with bug: Bug?
  ) -> TwoLayers {
    let n = Double(data.count)
    let z = data.x • network.w1 + network.b1  // [n, hidden]
    let h = z.map(Double.tanh)  // [n, hidden]
    let p = classShares(h • network.w2 + network.b2)  // [n, classes]

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
  static func classShares(_ z: Matrix<Double>) -> Matrix<Double> {
    let e = (0..<z.rows).map { row in
      let largest = z.row(row).elements.max() ?? 0
      return z.row(row).map { Double.exp($0 - largest) }
    }
    return Matrix(rows: z.rows, columns: z.columns) { e[$0][$1] / e[$0].sum }
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
