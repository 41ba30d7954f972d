import Numbers
import Reports
import Synchronization
import Tensors

/// What the exact check at random points proves, and the chance that it proves a wrong formula.
///
/// On one branch the error of a backward pass is a quotient of polynomials. If its numerator is not 0
/// everywhere, it is 0 at no more than d of |S| random points, d being its degree (Schwartz 1980,
/// Zippel 1979, DeMillo and Lipton 1978).
///
/// - Source: Schwartz, “Fast probabilistic algorithms for verification of polynomial identities”,
///   Journal of the ACM 27 (1980), corollary 1. doi:10.1145/322217.322225
public struct Proof: Equatable, Sendable {
  /// A bound of the degree of the polynomial that is 0 where the formula is right.
  public let degree: Int
  /// How many random points were tried on each branch.
  public let draws: Int
  /// On how many branches the formula is right.
  public let branches: Int
  /// How many branches were tried: more, where some had to be left undecided.
  let tried: Int
  /// At how many points the formula was run to find them.
  public let points: Int
  /// How many comparisons the formula makes at its evaluation point.
  public let comparisons: Int
  /// Whether the formula's data were varied too, and not only its parameters.
  public let includesData: Bool

  /// The size of the set that each variable is drawn from: the integers of 24 bits.
  public static let choices = 1 << 24

  /// A wrong formula passes with a chance below 2 to the power of −bits.
  ///
  /// One draw on one branch passes with a chance of at most d/|S|, k independent draws with (d/|S|)ᵏ,
  /// and some of B branches with B times that.
  public var bits: Int {
    let bitsOfOne = Double.log2(Double(Self.choices)) - Double.log2(Double(max(degree, 1)))
    let bits = Double(draws) * bitsOfOne - Double.log2(Double(tried))
    return Int((bits - 1e-9).rounded(.up)) - 1
  }
}

/// How much work a proof may take.
public struct ProofEffort: Sendable {
  /// The chance to reach is below 2 to the power of −bits.
  public var bits = 60
  /// At how many points, the formula's own among them, to look for branches.
  public var points = 16
  /// The most branches to try.
  public var branches = 8
  /// The most exact operations, about. One draw and one branch are always tried.
  public var operations = 400_000

  public init() {}

  /// Creates an effort that looks for branches at many points.
  public init(points: Int, branches: Int, operations: Int) {
    (self.points, self.branches, self.operations) = (points, branches, operations)
  }
}

extension AlgebraicFormula {
  /// Repeats the exact check at random points of one branch after the other.
  ///
  /// First the formula's data are variables too. If it is right only for the data that it has, that is
  /// tried next. A gradient is compared along a random direction: if the error of one entry is not 0
  /// everywhere, neither is that of the direction, a polynomial of one degree more.
  ///
  /// - Parameters:
  ///   - seed: The seed of all draws. The chance is one over independent uniform draws, which the
  ///     generator imitates; it has only 2⁶⁴ states, so a smaller chance counts ideal draws, not seeds.
  ///   - effort: How much work to take.
  /// - Complexity: A forward and a backward pass for each draw on each branch.
  public func proofFinding(seed: UInt64 = 1, effort: ProofEffort = ProofEffort()) -> Finding {
    // What fails with random data may be right for its own, so the second search tells what is wrong.
    let withData = ProofSearch(
      self, seed: seed, effort: effort, includesData: true, namesEntry: false
    ).finding()
    if withData.verdict == .pass { return withData }
    return ProofSearch(
      self, seed: seed, effort: effort, includesData: false, namesEntry: true
    ).finding()
  }
}

/// A point that decides on a branch, and what the formula is there.
private struct BranchPoint {
  let parameters: [Tensor<Double>]
  let outcomes: [Bool]
  /// The degree of the polynomial that is 0 where the formula is right.
  let degree: Int
  /// Whether the point may be at a kink, where two branches meet.
  let isNearKink: Bool
}

/// The search for branches, and the draws on them.
private struct ProofSearch<Subject: AlgebraicFormula> {
  let formula: Subject
  let seed: UInt64
  let effort: ProofEffort
  let includesData: Bool
  /// Whether a failure names the wrong entry, which takes a forward pass for each parameter.
  let namesEntry: Bool

  init(
    _ formula: Subject, seed: UInt64, effort: ProofEffort, includesData: Bool, namesEntry: Bool
  ) {
    (self.formula, self.seed, self.effort) = (formula, seed, effort)
    (self.includesData, self.namesEntry) = (includesData, namesEntry)
  }

  func finding() -> Finding {
    let start = point(formula.evaluationPoint)
    if let failure = formula.shapeFailure(by: .proof, start.gradient) { return failure }
    let bitsOfOne = 24 - Double.log2(Double(max(start.branch.degree, 1)))
    guard bitsOfOne > 0 else {
      return .undecided(.proof, "a degree of \(start.branch.degree) proves nothing")
    }
    // Of each draw's work, the loss on duals is the larger part.
    let needed = (Double(effort.bits) + Double.log2(Double(effort.branches)) + 1) / bitsOfOne
    let affordable = effort.operations / (6 * cost)
    let draws = max(1, min(Int(needed.rounded(.up)), affordable))
    let branches = branches(
      from: start.branch, atMost: max(1, min(effort.branches, affordable / draws)))

    var proved: [BranchPoint] = []
    for (number, branch) in branches.found.enumerated() {
      switch trial(of: branch, number: number, draws: draws) {
      case .pass: proved.append(branch)
      case .undecided(let comparison):
        if number == 0 { return .undecided(.proof, comparison) }
      case .fail(let detail): return .fail(.proof, detail)
      }
    }
    let proof = Proof(
      degree: branches.found.map(\.degree).max() ?? 1, draws: draws, branches: proved.count,
      tried: branches.found.count, points: branches.points,
      comparisons: start.branch.outcomes.count,
      includesData: includesData)
    return .pass(.proof, .proved(proof))
  }

  /// The number of operations of a forward and a backward pass.
  private var cost: Int {
    let start = formula.evaluationPoint.map { $0.map { Counted($0) } }
    let (_, operations) = Counted.counting {
      _ = formula.gradient(at: start)
      return formula.loss(at: start)
    }
    return max(operations, 1)
  }

  /// Returns a generator of one use.
  private func random(_ use: String) -> SplitMix64 {
    SplitMix64(seed: seed, stream: "proof of \(formula.name): \(use)")
  }

  /// Returns the branch of a point with the degrees of the formula there, and those of the gradient.
  private func point(
    _ parameters: [Tensor<Double>]
  ) -> (branch: BranchPoint, gradient: [Tensor<Guided<Degree>>]) {
    let variables = parameters.map { tensor in
      tensor.map { Guided<Degree>(Rational($0), .variable) }
    }
    let data: @Sendable (Double) -> Rational = { Rational($0) }
    let recorded = Undecided.recording {
      Branch.following(data: includesData ? data : nil) {
        let loss: Guided<Degree> = formula.loss(at: variables)
        let gradient: [Tensor<Guided<Degree>>] = formula.gradient(at: variables)
        return (loss, gradient)
      }
    }
    let (loss, gradient) = recorded.result.result
    var claim = Degree.constant
    for entry in gradient.flatMap(\.elements) { claim += entry.value * Degree.variable }
    let error = loss.value.derivativeAlongDirection - claim
    return (
      BranchPoint(
        parameters: parameters, outcomes: recorded.result.outcomes, degree: error.numerator,
        isNearKink: !recorded.comparisons.isEmpty),
      gradient
    )
  }

  /// Returns different branches that random points lie on, the formula's own first.
  private func branches(
    from start: BranchPoint, atMost limit: Int
  ) -> (found: [BranchPoint], points: Int) {
    guard !start.outcomes.isEmpty else { return ([start], 1) }
    var random = random("branches")
    var found = [start]
    var known: Set<[Bool]> = [start.outcomes]
    var points = 1
    let affordable = min(effort.points, max(limit, effort.operations / (4 * cost)))
    while points < affordable && found.count < limit {
      points += 1
      let drawn = formula.evaluationPoint.map { $0.map { _ in random.dyadic() } }
      let branch = point(drawn).branch
      if !branch.isNearKink, known.insert(branch.outcomes).inserted { found.append(branch) }
    }
    return (found, points)
  }

  private enum Outcome {
    case pass
    case undecided(String)
    case fail(String)
  }

  /// Compares gradient and derivative at random points of a branch.
  private func trial(of branch: BranchPoint, number: Int, draws: Int) -> Outcome {
    var random = random("branch \(number)")
    for _ in 0..<draws {
      let draw = Draw(formula, on: branch, includesData: includesData, using: &random)
      let (isRight, comparisons) = Undecided.recording { draw.agrees() }
      if let comparison = comparisons.first { return .undecided(comparison) }
      if !isRight {
        let detail = namesEntry ? Undecided.recording { draw.failure()?.detail }.result : nil
        let prefix = number == 0 ? "at a random point, " : "at a point of another branch, "
        return .fail(prefix + (detail ?? "the derivatives differ along a direction"))
      }
    }
    return .pass
  }
}

/// A random point on a branch: all parameters, all data and a direction.
private struct Draw<Subject: AlgebraicFormula> {
  let formula: Subject
  let guide: [Tensor<Rational>]
  let parameters: [Tensor<Rational>]
  let direction: [Tensor<Rational>]
  let data: (@Sendable (Double) -> Rational)?

  init(
    _ formula: Subject, on branch: BranchPoint, includesData: Bool,
    using random: inout SplitMix64
  ) {
    self.formula = formula
    guide = branch.parameters.map { $0.map { Rational($0) } }
    parameters = guide.map { $0.map { _ in random.integerOf24Bits() } }
    direction = guide.map { $0.map { _ in random.integerOf24Bits() } }
    let variables = DataVariables(seed: random.next())
    let data: @Sendable (Double) -> Rational = { variables[$0] }
    self.data = includesData ? data : nil
  }

  /// Whether ⟨gradient, direction⟩ is the derivative along the direction, on the guide's branch.
  func agrees() -> Bool {
    var claim: Rational = 0
    for (gradient, direction) in zip(gradient(), direction) {
      for (entry, component) in zip(gradient.elements, direction.elements) {
        claim += entry.value * component
      }
    }
    return derivative(along: direction) == claim
  }

  /// Returns the finding that some entry is wrong here, found one by one.
  func failure() -> Finding? {
    let ours = gradient().map { $0.map(\.value) }
    var reference = ours
    for (tensor, index) in formula.entries {
      var unit = direction.map { $0.map { _ in Rational(count: 0) } }
      unit[tensor].elements[index] = 1
      reference[tensor].elements[index] = derivative(along: unit)
    }
    return formula.failure(
      by: .proof, ours.map { $0.map { Double($0) } }, reference.map { $0.map { Double($0) } }
    ) { ours[$0].elements[$1] != reference[$0].elements[$1] }
  }

  private func gradient() -> [Tensor<Guided<Rational>>] {
    let point = zip(guide, parameters).map { guide, values in
      guide.combined(with: values) { Guided($0, $1) }
    }
    return Branch.following(data: data) { formula.gradient(at: point) }.result
  }

  private func derivative(along direction: [Tensor<Rational>]) -> Rational {
    let point = guide.indices.map { tensor -> Tensor<Guided<Dual<Rational>>> in
      let duals = parameters[tensor].combined(with: direction[tensor]) { Dual($0, derivative: $1) }
      return guide[tensor].combined(with: duals) { Guided($0, $1) }
    }
    let followed = Branch.following(data: data) { formula.loss(at: point) }
    return followed.result.value.derivative
  }
}

/// The variable that stands for each number of a formula's data: one for each different number.
private final class DataVariables: Sendable {
  private let drawn: Mutex<(random: SplitMix64, values: [Double: Rational])>

  init(seed: UInt64) { drawn = Mutex((SplitMix64(seed: seed), [:])) }

  subscript(number: Double) -> Rational {
    drawn.withLock { drawn in
      if let value = drawn.values[number] { return value }
      let value = drawn.random.integerOf24Bits()
      drawn.values[number] = value
      return value
    }
  }
}

extension SplitMix64 {
  /// Returns one of the 2²⁴ integers from −2²³ on, each as likely.
  fileprivate mutating func integerOf24Bits() -> Rational {
    Rational(count: index(below: Proof.choices) - Proof.choices / 2)
  }
}

extension Tensor {
  /// Returns the tensor of what two tensors' entries make.
  fileprivate func combined<Other: Field, Result: Field>(
    with other: Tensor<Other>, _ combine: (Scalar, Other) -> Result
  ) -> Tensor<Result> {
    var index = -1
    return map { entry -> Result in
      index += 1
      return combine(entry, other.elements[index])
    }
  }
}
