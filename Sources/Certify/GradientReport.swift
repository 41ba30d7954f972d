import Workbook

/// What was found of a gradient file.
public struct GradientReport: Sendable {
  /// The claimed loss beside the true one.
  public struct LossFinding: Sendable {
    public let claimed: Double
    public let truth: Double
    /// How far rounding may put a program from the truth.
    public let allowed: Double
    /// The losses that the claimed number would be; one sentence's end each.
    public let conventions: [String]

    /// Pass where the claimed loss is that of the description, fail where rounding cannot explain it.
    ///
    /// Where rounding could explain anything, nothing is decided.
    public var verdict: Check.Verdict {
      let error = abs(claimed - truth)
      guard claimed.isFinite, error <= allowed else { return .fail }
      return error <= 0.05 * abs(truth) + least ? .pass : .undecided
    }

    /// Whether the claimed loss is that of the description.
    public var isRight: Bool { verdict == .pass }
    /// What rounding may change in a loss near 0.
    let least: Double
  }

  /// Where a backward pass breaks first, seen from the output.
  public struct Break: Sendable {
    public enum Part: String, Sendable { case weight, bias, upstream, loss, input }
    public let part: Part
    /// The number of the layer with the first wrong gradient, and of the last layer that may be to blame:
    /// behind it all is right.
    public let layer: Int
    public let upTo: Int
    /// What is known, in sentences.
    public let words: String
  }

  public let network: NetworkSummary
  public let loss: LossFinding
  /// What was found of each gradient, in the order of the layers; empty where the loss is another.
  public private(set) var tensors: [TensorFinding] = []
  public private(set) var firstBreak: Break?
  /// What explains every number that is claimed; several where they cannot be told apart.
  public private(set) var causes: [Cause] = []
  /// How the reference was itself checked.
  public private(set) var method: String?
  /// What the second check says against the reference; `nil` where it agrees.
  public private(set) var referenceProblem: String?
  /// What the program takes for a derivative at kinks, if it is not what this program takes.
  public private(set) var kinkConvention: String?
  /// How many inputs of ReLU are exactly 0.
  public private(set) var kinks = 0

  /// What is judged, in short.
  public struct NetworkSummary: Sendable, Encodable {
    public let layers: [String]
    public let loss: String
    public let examples: Int
    public let parameters: Int
    /// The format of the claims, such as `float32`.
    public let format: String
    /// The format of the numbers in the file, where the description says a coarser one.
    public let savedFormat: String?
  }

  /// Fail where the loss or a gradient is wrong, undecided where one cannot be judged, else pass.
  public var verdict: Check.Verdict {
    if referenceProblem != nil { return .undecided }
    if loss.verdict != .pass { return loss.verdict }
    if tensors.contains(where: { $0.verdict == .wrong }) { return .fail }
    let isJudged = tensors.contains { $0.verdict != .missing }
    return isJudged && !tensors.contains { $0.verdict == .undecided } ? .pass : .undecided
  }

  /// Judges a file.
  ///
  /// - Parameter progress: Is told what is done next, and what part of all is done.
  public init(_ file: GradientFile, progress: (String, Double) -> Void = { _, _ in }) {
    let network = file.network
    self.network = NetworkSummary(
      layers: network.layers.map(\.words), loss: network.loss.words, examples: network.examples,
      parameters: network.parameters.map(\.values.count).reduce(0, +),
      format: DescribedNetwork.format(bits: network.bits),
      savedFormat: network.bits < network.savedBits
        ? DescribedNetwork.format(bits: network.savedBits) : nil)
    progress("bounding what rounding may change", 0.1)
    let bound = RoundingBound(of: network)
    progress("computing the true gradient in balls", 0.2)
    let reference = Reference(of: network)
    let unit = Double(sign: .plus, exponent: -network.bits, significand: 1)
    let isOther = !(abs(network.claimedLoss - reference.loss) <= bound.loss)
    loss = LossFinding(
      claimed: network.claimedLoss, truth: reference.loss, allowed: bound.loss,
      conventions: isOther
        ? network.lossConventions(
          truth: reference.loss, tolerance: min(bound.loss, 1e-3 * abs(reference.loss)) * 4) : [],
      least: 64 * unit)
    guard loss.isRight else { return }
    method = reference.method.rawValue
    referenceProblem = reference.problem
    kinks = network.kinks
    let judged = network.judged
    let usual = UsualRounding(of: network, truth: reference.gradients, bound: bound)
    let (limits, smooth) = (usual.limits(bound), usual.smoothLimits(bound))
    let largest = reference.gradients.reduce(0) { $1.reduce($0) { max($0, abs($1)) } }
    tensors = judged.indices.map { index in
      let allowed = zip(bound.gradients[index], reference.radii[index]).map { $0 + $1 }
      return TensorFinding(
        judged[index], truth: reference.gradients[index], allowed: allowed,
        limits: limits[index], largest: largest, bits: network.bits)
    }
    if tensors.contains(where: \.isSuspect),
      let words = network.kinkConvention(limits: usual.plainLimits(bound))
    {
      kinkConvention = words
      for index in tensors.indices where tensors[index].isSuspect {
        tensors[index].verdict = .withinRounding
      }
    }
    guard tensors.contains(where: \.isSuspect) else { return }
    progress("looking for the cause", 0.8)
    let place = BreakSearch(network, tensors, limits)
    firstBreak = place.found
    let search = CauseSearch(
      network: network, truth: reference.gradients, allowed: limits,
      smooth: smooth,
      unit: unit)
    causes = search.causes(
      MistakeSearch(network, region: place.region, includesLoss: place.includesLoss),
      isWrong: tensors.contains { $0.verdict == .wrong })
    // Rounding does not imitate a mistake in every entry.
    if !causes.isEmpty {
      for index in tensors.indices where tensors[index].isSuspect {
        tensors[index].verdict = .wrong
      }
    }
    // What is not decided breaks nowhere.
    if !tensors.contains(where: { $0.verdict == .wrong }) { firstBreak = nil }
  }
}

extension DescribedNetwork {
  fileprivate static func format(bits: Int) -> String {
    switch bits {
    case ...8: "bfloat16"
    case ...11: "float16"
    case ...24: "float32"
    default: "float64"
    }
  }

  /// How many inputs of ReLU are exactly 0.
  fileprivate var kinks: Int {
    let forward = ForwardPass<Double>(self, .floating)
    return layers.indices.reduce(0) { count, position in
      switch layers[position].kind {
      case .relu, .leakyReLU: count + forward.activations[position].elements.count { $0 == 0 }
      default: count
      }
    }
  }
}
