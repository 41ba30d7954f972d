import BinaryClassifier
import Regression
import Workbook

//#-hidden-code
/// Activations with a mistake in their derivative.
private enum Slipped: AlgebraicActivationMaker {
  /// The square, with φ′ taken at φ(z): 2z² for 2z.
  case squareAtValue
  /// ReLU, with φ′ forgotten: 1 everywhere.
  case reluWithoutDerivative

  func activation<Scalar: OrderedField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar> {
    switch self {
    case .squareAtValue:
      Activation(
        "square",
        value: { $0.map(into: &$1) { z in z * z } },
        derivative: { $0.map(into: &$1) { z in 2 * z * z } })
    case .reluWithoutDerivative:
      Activation(
        "relu",
        value: { $0.map(into: &$1) { z in z > 0 ? z : 0 } },
        derivative: { $0.map(into: &$1) { _ in 1 } })
    }
  }

  func activation<Scalar: AnalyticField>(
    in scalar: Scalar.Type
  ) -> Activation<Scalar> {
    let make: (Scalar.Type) -> Activation<Scalar> = ordered
    return make(scalar)
  }

  private func ordered<Scalar: OrderedField>(
    _ scalar: Scalar.Type
  ) -> Activation<Scalar> { activation(in: scalar) }
}

/// Three examples of one number.
private let three = Dataset<Double>(
  x: [[-1], [0], [1]], y: [[1], [-2], [0.25]])

/// Returns a network of one input and two hidden units, as a formula.
private func smallNetwork(
  _ name: String, _ φ: ActivationKind<Algebraic>, w1: Matrix<Double>,
  b1: Vector<Double>
) throws(ArchitectureError) -> NetworkFormula<Algebraic> {
  try NetworkFormula(
    name, [1, 2, .activation(φ), 1], loss: .halfSquaredError,
    at: [
      Tensor("W1", w1), Tensor("b1", b1),
      Tensor("W2", [[1], [-0.75]] as Matrix<Double>),
      Tensor("b2", [0.5] as Vector<Double>),
    ], on: three)
}

/// The smallest network with ReLU, at a point where all its units are on.
func smallRamps() throws(ArchitectureError) -> NetworkFormula<Algebraic> {
  try smallNetwork("1-2-1, relu", .relu, w1: [[0.5, -0.25]], b1: [1, 1.5])
}

/// Returns a network on seven examples at random, as a formula.
private func network(
  _ name: String, _ architecture: Architecture<Algebraic>
) throws(ArchitectureError) -> NetworkFormula<Algebraic> {
  var random = SplitMix64(seed: 1, stream: "4.degrees")
  let widths = architecture.widths
  return try NetworkFormula(
    name, architecture, loss: .halfSquaredError,
    on: Dataset(
      x: .dyadic(7, widths[0], using: &random),
      y: .dyadic(7, widths.last ?? 1, using: &random)), using: &random)
}
//#-end-hidden-code

/// Shows the degrees of a few networks, and what they mean for a proof.
func showDegrees(on run: inout RunRecorder) throws(ArchitectureError) {
  let formulas = [
    try smallRamps(),
    try network("4-5-3, relu", [4, 5, .relu, 3]),
    try network("4-5-3, square", [4, 5, .activation(.square), 3]),
    try network(
      "4-5-6-3, square",
      [4, 5, .activation(.square), 6, .activation(.square), 3]),
  ]
  var table = Table(
    "degrees",
    columns: ["network", "weights", "degree", "one draw", "draws", "together"])
  var isProved = true
  for formula in formulas {
    let proof = formula.proofFinding(seed: run.options.seed).proof
    isProved = isProved && proof.map { $0.bits >= 60 } == true
    let chance = proof.map { Double($0.degree) / Double(Proof.choices) }
    table.add([
      .text(formula.name), .count(formula.parameterCount),
      .init(proof.map { Double($0.degree) }, .count),
      .init(chance, .scientific(1)),
      .init(proof.map { Double($0.draws) }, .count),
      .text(proof?.chance ?? "–"),
    ])
  }
  run.show(table)
  run.check(
    "networks of two and three layers are proved but for a chance below 2⁻⁶⁰",
    isProved, detail: "\(formulas.count) networks, by the degree of their error"
  )
}

/// Shows how many branches networks have, and on how many they are proved.
func showBranches(
  on run: inout RunRecorder, _ small: Proof?, of all: Double
) throws(ArchitectureError) {
  let seed = run.options.seed
  let larger = try network("4-5-3, relu", [4, 5, .relu, 3])
  let square = try network("4-5-3, square", [4, 5, .activation(.square), 3])
  var table = Table(
    "branches",
    columns: ["network", "examples", "branches", "proved", "points", "chance"])
  let add = { (name: String, examples: Int, all: Double, proof: Proof?) in
    let format = all < 1e6 ? NumberFormat.count : .scientific(1)
    table.add([
      .text(name), .count(examples), .number(all, format),
      .init(proof.map { Double($0.branches) }, .count),
      .init(proof.map { Double($0.points) }, .count),
      .text(proof?.chance ?? "–"),
    ])
  }
  add("1-2-1, relu", 3, all, small)
  add(
    larger.name, 7,
    Double.pow(signPatterns(points: 7, dimensions: 4), 5),
    larger.proofFinding(seed: seed).proof)
  add(square.name, 7, 1, square.proofFinding(seed: seed).proof)
  run.show(table)
}

//#-hidden-code
/// Returns what is found at the formula's point, on its branch, and on all.
private func verdicts(
  on formula: some AlgebraicFormula, seed: UInt64, _ effort: ProofEffort
) -> [Check.Verdict] {
  var own = effort
  own.points = 1
  return [
    formula.exactFinding(), formula.proofFinding(seed: seed, effort: own),
    formula.proofFinding(seed: seed, effort: effort),
  ].map(\.verdict)
}
//#-end-hidden-code

/// Lets three exact checks look at a right formula and at three wrong ones.
func showOnePoint(
  on run: inout RunRecorder, _ effort: ProofEffort
) throws(ArchitectureError) {
  let right = try smallRamps()
  let squares = try smallNetwork(
    "1-2-1, square", ActivationKind(Slipped.squareAtValue), w1: [[0, 0]],
    b1: [1, 1])
  let forgotten = try smallNetwork(
    "1-2-1, relu", ActivationKind(Slipped.reluWithoutDerivative),
    w1: [[0.5, -0.25]], b1: [1, 1.5])
  var table = Table(
    "one-point",
    columns: [
      "backward pass", "at one point", "on its branch", "on all branches met",
    ])
  let seed = run.options.seed
  var all: [[Check.Verdict]] = []
  for (name, formula) in [
    ("without a mistake", right as any AlgebraicFormula),
    ("an entry off by 2⁻³⁰", Mutant(right, at: (0, 0), part: 0x1p-30)),
    ("φ′ taken at φ(z)", squares), ("φ′ forgotten", forgotten),
  ] {
    let verdicts = verdicts(on: formula, seed: seed, effort)
    table.add([.text(name)] + verdicts.map { .text($0.rawValue) })
    all.append(verdicts)
  }
  run.show(table)
  run.check(
    "random points find what one point hides, and all branches what one hides",
    all == [
      [.pass, .pass, .pass], [.fail, .fail, .fail], [.pass, .fail, .fail],
      [.pass, .pass, .fail],
    ], detail: "a right backward pass and three wrong ones, by exact checks")
}
