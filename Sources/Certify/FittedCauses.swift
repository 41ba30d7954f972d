import Workbook

// Causes with a number of their own, which is fitted to all entries: a factor, a bound, a rate.
extension CauseSearch {
  /// One factor throughout, or for all but the gradient in the batch.
  var factor: Cause? {
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
  var decay: Cause? {
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
  var clipping: Cause? {
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
  var step: Cause? {
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
  var fewEntries: Cause? {
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
