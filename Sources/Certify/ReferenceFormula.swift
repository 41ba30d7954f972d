import Workbook

/// A described network as a formula of its parameters, and of its batch where a gradient in that is claimed.
/// The methods of the book can check it.
struct ReferenceFormula: Formula {
  let network: DescribedNetwork
  var name: String { "the described network" }

  var evaluationPoint: [Tensor<Double>] {
    network.judged.map {
      Tensor($0.name, Matrix(rows: $0.rows, columns: $0.columns, elements: $0.values))
    }
  }

  func loss<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> Scalar {
    forward(parameters, .analytic).loss
  }

  func gradient<Scalar: AnalyticField>(at parameters: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    gradient(parameters, .analytic)
  }

  fileprivate func forward<Scalar>(
    _ parameters: [Tensor<Scalar>], _ arithmetic: Arithmetic<Scalar>
  ) -> ForwardPass<Scalar> {
    let count = network.parameters.count
    let inputs = network.inputClaim.map { _ in
      Matrix(
        rows: network.examples, columns: network.inputs.columns,
        elements: parameters[count].elements)
    }
    return ForwardPass(
      network, arithmetic,
      parameters: zip(network.parameters, parameters).map {
        Matrix(rows: $0.rows, columns: $0.columns, elements: $1.elements)
      }, inputs: inputs)
  }

  fileprivate func gradient<Scalar>(
    _ parameters: [Tensor<Scalar>], _ arithmetic: Arithmetic<Scalar>
  ) -> [Tensor<Scalar>] {
    let pass = BackwardPass(forward(parameters, arithmetic))
    return zip(network.judged, pass.judged).map { parameter, gradient in
      Tensor(
        parameter.name,
        Matrix(rows: parameter.rows, columns: parameter.columns, elements: gradient.elements))
    }
  }
}

/// The same where fractions are enough.
struct AlgebraicReference: AlgebraicFormula {
  let formula: ReferenceFormula
  var name: String { formula.name }
  var evaluationPoint: [Tensor<Double>] { formula.evaluationPoint }

  func loss<Scalar: OrderedField>(at parameters: [Tensor<Scalar>]) -> Scalar {
    formula.forward(parameters, Arithmetic()).loss
  }

  func gradient<Scalar: OrderedField>(at parameters: [Tensor<Scalar>]) -> [Tensor<Scalar>] {
    formula.gradient(parameters, Arithmetic())
  }
}

/// The true loss and gradient of a network, and how that is known.
struct Reference: Sendable {
  /// How the backward pass of this program was itself checked at this very point.
  enum Method: String, Sendable {
    case fractions = "every entry by dual numbers over exact fractions"
    case differences = "every entry by central differences in balls"
    case direction = "along a random direction by dual numbers over balls"
    case none = "not checked"
  }

  /// The loss.
  let loss: Double
  /// The gradient of all that is judged, each entry the `Double` nearest to the truth.
  let gradients: [[Double]]
  /// A bound for what is not known of each entry.
  let radii: [[Double]]
  let method: Method
  /// What the check says against the reference; `nil` where it agrees.
  let problem: String?

  /// The bits of the balls that the reference is computed in.
  typealias Number = Ball<256>

  /// How many products a check of every entry may take.
  static let everyEntry = 300_000.0

  /// Computes the reference of a network.
  init(of network: DescribedNetwork) {
    let (pass, _) = Undecided.recording {
      BackwardPass(ForwardPass<Number>(network, .analytic))
    }
    let truth = pass.judged
    loss = pass.forward.loss.nearest
    gradients = truth.map { $0.elements.map(\.nearest) }
    radii = truth.map { $0.elements.map { ($0 - $0).upperBound } }
    let isOrdinary = truth.allSatisfy { $0.elements.allSatisfy(\.isOrdinary) }
    let finding = isOrdinary ? Self.check(network) : nil
    method = finding.map { Self.method($0) } ?? .none
    problem = finding.flatMap { $0.verdict == .fail ? $0.detail : nil }
  }

  private static func method(_ finding: Finding) -> Method {
    switch finding.method {
    case .exact: .fractions
    case .differences: .differences
    default: .direction
    }
  }

  /// Returns what the strongest method found that ends in time; `nil` where none decides, as at a kink.
  private static func check(_ network: DescribedNetwork) -> Finding? {
    let formula = ReferenceFormula(network: network)
    let isSmall = Double(formula.parameterCount) * network.work <= everyEntry
    var attempts: [() -> Finding] = []
    if isSmall && network.isAlgebraic {
      attempts.append { AlgebraicReference(formula: formula).exactFinding() }
    }
    if isSmall { attempts.append { formula.differencesFinding() } }
    attempts.append { formula.directionFinding() }
    for attempt in attempts {
      // What a comparison leaves open outside of a method's own records is open too.
      let (finding, comparisons) = Undecided.recording(attempt)
      if finding.verdict != .undecided && comparisons.isEmpty { return finding }
    }
    return nil
  }
}

extension Ball {
  /// Whether the number is 0, or of a size that a `Double` can have. The checks write others out as fractions,
  /// which may be too long.
  fileprivate var isOrdinary: Bool {
    let size = upperBound
    return size == 0 || size > 1e-300 && size.isFinite
  }

  /// The `Double` nearest to the midpoint; 0 where the number may be 0, and NaN where nothing is known.
  var nearest: Double { isFinite ? lowerBound == 0 ? 0 : Double(midpoint) : .nan }
}
