import Workbook

/// What probably made a gradient wrong.
public struct Cause: Sendable {
  /// A sentence without its period.
  public let words: String
  /// The number of the layer at which it was made, if it was made at one.
  public let layer: Int?
}

/// What a search for the cause compares with: the claim, the truth, and how far rounding reaches.
struct CauseSearch {
  let network: DescribedNetwork
  let truth: [[Double]]
  let allowed: [[Double]]
  /// How far an entry of each tensor may be off where no kink is met.
  let smooth: [Double]
  /// The unit roundoff of the claim's format.
  let unit: Double

  /// How many causes are told of those that explain a gradient equally well.
  private static let told = 2

  /// Returns what explains every number that is claimed; nothing where no known mistake does.
  ///
  /// - Parameter isWrong: Whether some entry is wrong for sure. Otherwise only a mistake that imitates every
  ///   number is told, since rounding does not do that.
  func causes(_ search: MistakeSearch, isWrong: Bool) -> [Cause] {
    if isWrong, let plain = plainCause { return [plain] }
    // Zeros alone bear no witness: any mistake with a small gradient would explain them.
    if !isWrong, claims.allSatisfy({ $0?.allSatisfy { $0 == 0 } ?? true }) { return [] }
    var found: [Cause] = []
    let own = search.right.judged.map(\.elements)
    for mistake in search.mistakes
    where explains(mistake.gradients(), isSlight: mistake.isSlight, own: own) {
      let layer = mistake.position.map { network.layers[$0].index }
      if !found.contains(where: { $0.words == mistake.words }) {
        found.append(Cause(words: mistake.words, layer: layer))
      }
      if found.count == Self.told { break }
    }
    guard found.isEmpty, isWrong else { return found }
    return [factor ?? decay ?? clipping ?? step ?? fewEntries].compactMap(\.self)
  }

  private var claims: [[Double]?] { network.judged.map(\.claim) }

  /// Whether a gradient is the claimed one, in every tensor that is given.
  ///
  /// Entries of a larger gradient are rounded more, so the tolerance grows with it. It must be far smaller
  /// than what is to be explained.
  ///
  /// - Parameter own: The right gradient as `Double` has it: what differs from the truth by rounding alone is
  ///   no mistake.
  private func explains(
    _ gradient: [[Double]], isSlight: Bool = false, own: [[Double]]? = nil
  ) -> Bool {
    var isNews = false
    for (index, claim) in claims.enumerated() {
      guard let claim else { continue }
      let tolerance =
        isSlight ? 512 * unit * size(gradient[index]) : tolerance(index, gradient[index])
      for entry in claim.indices {
        guard abs(claim[entry] - gradient[index][entry]) <= tolerance else { return false }
      }
      isNews =
        isNews
        || gradient[index].indices.contains { entry in
          let number = gradient[index][entry]
          return abs(number - truth[index][entry]) > 4 * tolerance
            && abs(number - (own ?? truth)[index][entry]) > 4 * tolerance
        }
    }
    return isNews
  }

  private func size(_ numbers: [Double]) -> Double { numbers.reduce(0) { max($0, abs($1)) } }

  private func tolerance(_ index: Int, _ gradient: [Double]) -> Double {
    let (scale, size) = (size(truth[index]), size(gradient))
    let rounding = smooth[index] * (scale > 0 ? max(1, size / scale) : 1)
    // Of a gradient that is 0 but for rounding nothing but rounding is left.
    if smooth[index] >= scale { return rounding + 64 * unit * size }
    return min(rounding, 1e-3 * max(scale, size)) + 64 * unit * max(scale, size)
  }

  /// Numbers that are none, zeros throughout, and gradients of another shape.
  private var plainCause: Cause? {
    let judged = network.judged
    if claims.contains(where: { $0?.contains { !$0.isFinite } ?? false }) {
      return Cause(
        words: "some entries are not finite: an overflow, a logarithm of 0, or 0/0", layer: nil)
    }
    for (parameter, truth) in zip(judged, truth) {
      guard parameter.claim == nil, let given = parameter.given else { continue }
      return shapeCause(parameter, given, truth)
    }
    let wrong = claims.indices.filter { index in
      guard let claim = claims[index] else { return false }
      return zip(claim, truth[index]).enumerated().contains {
        !(abs($1.0 - $1.1) <= allowed[index][$0])
      }
    }
    if !wrong.isEmpty, wrong.allSatisfy({ claims[$0]?.allSatisfy { $0 == 0 } ?? false }) {
      let names = wrong.map { judged[$0].name }.joined(separator: ", ")
      return Cause(words: "no gradient arrives at \(names): every entry is 0", layer: nil)
    }
    return nil
  }

  private func shapeCause(
    _ parameter: Parameter, _ given: NamedArrays.Numbers, _ truth: [Double]
  ) -> Cause? {
    let layer = parameter.layer
    let scale = size(truth)
    let tolerance = 1e-3 * scale
    var inFile = truth
    for (index, place) in parameter.order.enumerated() { inFile[place] = truth[index] }
    if given.shape == Array(parameter.shape.reversed()), parameter.shape.count == 2 {
      let (rows, columns) = (parameter.shape[0], parameter.shape[1])
      let isTransposed = (0..<rows * columns).allSatisfy {
        abs(given.elements[$0 % columns * rows + $0 / columns] - inFile[$0]) <= tolerance
      }
      let rest = isTransposed ? "; its numbers are right" : ""
      return Cause(words: "\(parameter.name).grad is transposed\(rest)", layer: layer)
    }
    if parameter.role == .bias, given.elements.count == network.examples * truth.count {
      return Cause(
        words:
          "\(parameter.name).grad has a row for each example: the sum over the examples is missing",
        layer: layer)
    }
    if parameter.role == .bias, parameter.shape.reduce(1, *) != given.elements.count,
      let layer = network.layers.first(where: { $0.index == parameter.layer }),
      [layer.input.count, network.examples].contains(given.elements.count)
    {
      let what = given.elements.count == network.examples ? "example" : "input"
      return Cause(
        words:
          "\(parameter.name).grad has a number for each \(what): the sum runs along the other axis",
        layer: layer.index)
    }
    if parameter.role == .bias, given.elements.count == 1 {
      return Cause(
        words: "\(parameter.name).grad is one number: it sums the outputs too", layer: layer)
    }
    return nil
  }

  /// One factor throughout, or for all but the gradient in the batch.
  private var factor: Cause? {
    let count = network.parameters.count
    func norm(_ tensors: ArraySlice<[Double]?>) -> Double {
      tensors.reduce(0) { sum, claim in (claim ?? []).reduce(sum) { $0 + $1 * $1 } }.squareRoot()
    }
    var (along, square) = (0.0, 0.0)
    for (claim, truth) in zip(claims.prefix(count), truth) {
      guard let claim else { continue }
      for (a, b) in zip(claim, truth) {
        along += a * b
        square += b * b
      }
    }
    let ratio = along / square
    let scaled = truth.map { $0.map { ratio * $0 } }
    let ofParameters = Array(scaled.prefix(count)) + truth.dropFirst(count)
    guard ratio.isFinite, explains(scaled) || explains(ofParameters) else { return nil }
    let text = NumberFormat.significant(4).text(of: ratio)
    let isRound = { (size: Double) in
      (size * 100 - (size * 100).rounded()).magnitude < 1e-4 * size * 100
    }
    let sizes = [norm(claims[..<count]), norm(claims[...])]
    if ratio > 0, ratio < 1, let size = sizes.first(where: isRound) {
      let bound = NumberFormat.significant(3).text(of: size)
      return Cause(
        words:
          "the gradient is clipped: every entry is \(text) times the right one, and the norm of all "
          + "is \(bound)", layer: nil)
    }
    return Cause(words: "every entry is \(text) times the right one", layer: nil)
  }

  /// A multiple of the weights, of which the loss knows nothing.
  private var decay: Cause? {
    for ofBiases in [false, true] {
      let moved = network.judged.map { parameter in
        parameter.role == .weight || ofBiases && parameter.role != .input
          ? parameter.values : parameter.values.map { _ in 0 }
      }
      var (along, square) = (0.0, 0.0)
      for index in moved.indices {
        guard let claim = claims[index] else { continue }
        for entry in claim.indices {
          along += (claim[entry] - truth[index][entry]) * moved[index][entry]
          square += moved[index][entry] * moved[index][entry]
        }
      }
      let rate = along / square
      let decayed = zip(truth, moved).map { zip($0, $1).map { $0 + rate * $1 } }
      guard rate.isFinite, rate != 0, explains(decayed) else { continue }
      let text = NumberFormat.significant(3).text(of: rate)
      let what = ofBiases ? "each weight and bias" : "each weight"
      return Cause(
        words:
          "the gradient is off by \(text) times \(what): a decay of the weights that the loss of the "
          + "description does not have", layer: nil)
    }
    return nil
  }

  /// Entries that are cut to a bound, or tensors that are each scaled to one norm.
  private var clipping: Cause? {
    let bound = claims.compactMap { $0 }.reduce(0) { max($0, size($1)) }
    if explains(truth.map { $0.map { max(-bound, min(bound, $0)) } }) {
      let text = NumberFormat.significant(3).text(of: bound)
      return Cause(words: "every entry beyond ±\(text) is cut to it", layer: nil)
    }
    func norm(_ numbers: [Double]) -> Double {
      numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    let norms = zip(claims, truth).compactMap { claim, truth in
      claim.map { (norm($0), norm(truth)) }
    }
    guard let limit = norms.map(\.0).max() else { return nil }
    let scaled = truth.map { tensor in
      let own = norm(tensor)
      return own > limit ? tensor.map { $0 * limit / own } : tensor
    }
    guard explains(scaled) else { return nil }
    let text = NumberFormat.significant(3).text(of: limit)
    return Cause(words: "the gradient of each tensor is clipped to the norm \(text)", layer: nil)
  }

  /// The parameters after a step, in place of the gradient.
  private var step: Cause? {
    var (along, square) = (0.0, 0.0)
    for (parameter, truth) in zip(network.judged, truth) {
      guard let claim = parameter.claim else { continue }
      for index in claim.indices {
        along += (parameter.values[index] - claim[index]) * truth[index]
        square += truth[index] * truth[index]
      }
    }
    let rate = along / square
    guard rate.isFinite, rate != 0 else { return nil }
    let moved = zip(network.judged, truth).map { parameter, truth in
      zip(parameter.values, truth).map { $0 - rate * $1 }
    }
    guard explains(moved) else { return nil }
    let text = NumberFormat.significant(3).text(of: rate)
    return Cause(
      words: "these are the parameters after a step with the rate \(text), not their gradient",
      layer: nil)
  }

  /// A few entries of one tensor, and all others right.
  private var fewEntries: Cause? {
    var wrong: [(tensor: Int, entry: Int)] = []
    for (index, claim) in claims.enumerated() {
      guard let claim else { continue }
      for entry in claim.indices
      where !(abs(claim[entry] - truth[index][entry]) <= allowed[index][entry]) {
        wrong.append((index, entry))
      }
    }
    guard let first = wrong.first, wrong.allSatisfy({ $0.tensor == first.tensor }) else {
      return nil
    }
    let parameter = network.judged[first.tensor]
    let all = parameter.values.count
    guard all > 3, wrong.count * 4 <= all else { return nil }
    let claim = claims[first.tensor] ?? []
    let what =
      wrong.count == 1
      ? "only \(parameter.location(of: first.entry)) is wrong"
      : "only \(wrong.count) of \(all) entries of \(parameter.name).grad are wrong"
    let zero = wrong.allSatisfy { claim[$0.entry] == 0 } ? " and 0" : ""
    return Cause(words: "\(what)\(zero); all others are right", layer: parameter.layer)
  }
}
