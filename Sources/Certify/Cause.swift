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
    if isWrong, let plain = plainCause(search.right) { return [plain] }
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

  var claims: [[Double]?] { network.judged.map(\.claim) }

  /// Whether a gradient is the claimed one, in every tensor that is given.
  ///
  /// Entries of a larger gradient are rounded more, so the tolerance grows with it. It must be far smaller
  /// than what is to be explained.
  ///
  /// - Parameter own: The right gradient as `Double` has it: what differs from the truth by rounding alone is
  ///   no mistake.
  func explains(
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

  func size(_ numbers: [Double]) -> Double { numbers.reduce(0) { max($0, abs($1)) } }

  private func tolerance(_ index: Int, _ gradient: [Double]) -> Double {
    let (scale, size) = (size(truth[index]), size(gradient))
    let rounding = smooth[index] * (scale > 0 ? max(1, size / scale) : 1)
    // Of a gradient that is 0 but for rounding nothing but rounding is left.
    if smooth[index] >= scale { return rounding + 64 * unit * size }
    return min(rounding, 1e-3 * max(scale, size)) + 64 * unit * max(scale, size)
  }

  /// Numbers that are none, zeros throughout, and gradients of another shape.
  private func plainCause(_ right: BackwardPass<Double>) -> Cause? {
    let judged = network.judged
    if claims.contains(where: { $0?.contains { !$0.isFinite } ?? false }) {
      return Cause(
        words: "some entries are not finite: an overflow, a logarithm of 0, or 0/0", layer: nil)
    }
    for (index, (parameter, truth)) in zip(judged, truth).enumerated() {
      guard parameter.claim == nil, let given = parameter.given else { continue }
      return shapeCause(parameter, index, given, truth, right)
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
    _ parameter: Parameter, _ index: Int, _ given: NamedArrays.Numbers, _ truth: [Double],
    _ right: BackwardPass<Double>
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
    guard parameter.role == .bias,
      let position = network.layers.firstIndex(where: { $0.bias == index })
    else { return nil }
    // What arrives at the layer: a row for each example, or for each position of one.
    let arriving = right.arriving[position]
    let rows = right.rows(arriving, at: position)
    func isGiven(_ numbers: [Double]) -> Bool {
      numbers.count == given.elements.count
        && zip(numbers, given.elements).allSatisfy { abs($0 - $1) <= tolerance }
    }
    if isGiven(rows.elements) || isGiven(arriving.elements) {
      return Cause(
        words:
          "\(parameter.name).grad is what arrives, a row for each example: the sum over the examples is "
          + "missing", layer: layer)
    }
    if isGiven((0..<rows.rows).map { sum(rows.row($0).elements) }) {
      return Cause(
        words:
          "\(parameter.name).grad sums along the other axis: a number for each row, not for each output",
        layer: layer)
    }
    if isGiven([truth.reduce(0, +)]) {
      return Cause(
        words: "\(parameter.name).grad is one number: it sums the outputs too", layer: layer)
    }
    return nil
  }
}
