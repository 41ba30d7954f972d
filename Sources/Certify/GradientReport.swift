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

    /// Whether the claimed loss is that of the description.
    public var isRight: Bool { abs(claimed - truth) <= allowed }
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
  /// How many numbers of the batch meet a kink, where any derivative between those of both sides is accepted.
  public private(set) var kinks = 0

  /// What is judged, in short.
  public struct NetworkSummary: Sendable, Encodable {
    public let layers: [String]
    public let loss: String
    public let examples: Int
    public let parameters: Int
    /// The format of the claims, such as `float32`.
    public let format: String
  }

  /// Fail where the loss or a gradient is wrong, undecided where one cannot be judged, else pass.
  public var verdict: Check.Verdict {
    if referenceProblem != nil { return .undecided }
    if !loss.isRight || tensors.contains(where: { $0.verdict == .wrong }) { return .fail }
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
      format: network.formatName)
    progress("bounding what rounding may change", 0.1)
    let bound = RoundingBound(of: network)
    progress("computing the true gradient in balls", 0.2)
    let reference = Reference(of: network)
    let isSame = abs(network.claimedLoss - reference.loss) <= bound.loss
    loss = LossFinding(
      claimed: network.claimedLoss, truth: reference.loss, allowed: bound.loss,
      conventions: isSame
        ? [] : network.lossConventions(tolerance: min(bound.loss, 1e-3 * abs(reference.loss)) * 4))
    guard isSame else { return }
    method = reference.method.rawValue
    referenceProblem = reference.problem
    kinks = network.kinks
    let judged = network.judged
    let usual = UsualRounding(of: network, truth: reference.gradients, bound: bound)
    let (limits, smooth) = (usual.limits(bound), usual.smoothLimits(bound))
    tensors = judged.indices.map { index in
      let allowed = zip(bound.gradients[index], reference.radii[index]).map { $0 + $1 }
      return TensorFinding(
        judged[index], truth: reference.gradients[index], allowed: allowed,
        limits: limits[index], smooth: smooth[index], bits: network.bits)
    }
    guard tensors.contains(where: \.isSuspect) else { return }
    progress("looking for the cause", 0.8)
    let place = BreakSearch(network, tensors, bound.gradients)
    firstBreak = place.found
    let search = CauseSearch(
      network: network, truth: reference.gradients, allowed: limits,
      smooth: smooth,
      unit: Double(sign: .plus, exponent: -network.bits, significand: 1))
    causes = search.causes(
      MistakeSearch(network, region: place.region, includesLoss: place.includesLoss),
      isWrong: tensors.contains { $0.verdict == .wrong })
    // Rounding does not imitate a mistake in every entry.
    if !causes.isEmpty {
      for index in tensors.indices where tensors[index].isSuspect {
        tensors[index].verdict = .wrong
      }
    }
  }
}

extension DescribedNetwork {
  fileprivate var formatName: String {
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
