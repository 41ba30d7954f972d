import Workbook

@testable import Numbers

/// An operation on enclosures, and what random cases of it are checked for.
///
/// What it returns must hold the true result for the ends of its operands and points between. Of exact
/// operands it must be tight, and of narrow balls not much wider than the results at their ends.
enum EnclosureOperation: String, CaseIterable, Sendable {
  case sum, difference, product, quotient, squareRoot
  case exponential, logarithm, logarithmOnePlus, hyperbolicTangent

  /// The most ulps that the radius may have where the operands are exact.
  ///
  /// Half is rounding. A sum with a far smaller term, a quotient and a root lose 2⁻³² on top, the
  /// functions 2⁻¹⁰ or less.
  var mostUlps: Double { 0.501 }

  /// How many times wider than the results at the ends of a narrow ball the radius may be.
  private var mostSpread: Rational { self == .hyperbolicTangent ? 4 : Rational(5, 4) }

  func callAsFunction(_ x: [Enclosure], _ precision: Int) -> Enclosure {
    switch self {
    case .sum: .sum(x[0], x[1], precision)
    case .difference: .difference(x[0], x[1], precision)
    case .product: .product(x[0], x[1], precision)
    case .quotient: .quotient(x[0], x[1], precision)
    case .squareRoot: .squareRoot(x[0], precision)
    case .exponential: .exponential(x[0], precision)
    case .logarithm: .logarithm(x[0], precision)
    case .logarithmOnePlus: .logarithm(onePlus: x[0], precision)
    case .hyperbolicTangent: .hyperbolicTangent(x[0], precision)
    }
  }

  /// Returns the true result for exact operands: a fraction, exactly or to far more bits than any
  /// radius has here, or nil where it is not defined.
  func truth(_ x: [Enclosure], _ precision: Int) -> Rational? {
    switch self {
    case .sum: return midpoint(x[0]) + midpoint(x[1])
    case .difference: return midpoint(x[0]) - midpoint(x[1])
    case .product: return midpoint(x[0]) * midpoint(x[1])
    case .quotient: return x[1].mantissa.sign == 0 ? nil : midpoint(x[0]) / midpoint(x[1])
    default:
      let tight = self(x, 4 * precision + 256)
      return tight.isFinite ? midpoint(tight) : nil
    }
  }

  /// Returns random operands.
  private func operands(_ precision: Int, _ random: inout SplitMix64) -> [Enclosure] {
    let bits = random.integer(in: 1...precision)
    let small = -precision - random.index(below: 60)
    switch self {
    case .sum, .difference, .product, .quotient:
      let a = random.number(bits: bits, top: random.integer(in: -2000...2000))
      // Sums are of interest where the terms overlap, and where they nearly do.
      let gap = random.chance(5) ? 2000 : random.chance(2) ? 3 : precision + 70
      let b = random.number(
        bits: random.integer(in: 1...precision), top: a.top + random.integer(in: -gap...gap))
      return [random.ball(a, precision: precision), random.ball(b, precision: precision)]
    case .squareRoot:
      let top = random.integer(in: -2000...2000)
      let x = random.number(bits: bits, top: top, isPositive: !random.chance(20))
      return [random.ball(x, precision: precision)]
    case .exponential:
      let top = random.chance(2) ? random.integer(in: -4...6) : random.integer(in: small...12)
      return [random.ball(random.number(bits: bits, top: top), precision: precision, most: 12)]
    case .logarithm:
      if random.chance(2) {
        let top = random.integer(in: -2000...2000)
        let x = random.number(bits: bits, top: top, isPositive: !random.chance(20))
        return [random.ball(x, precision: precision)]
      }
      // 1 ± 2^−k and a few more bits: the logarithm is small.
      let distance = random.number(
        bits: random.integer(in: 1...8), top: -random.index(below: precision))
      let x = Enclosure.sum(Enclosure(BigInteger(1)), distance, 2 * precision)
      return [random.ball(x, precision: precision)]
    case .logarithmOnePlus:
      let top = random.chance(2) ? random.integer(in: -4...1) : random.integer(in: small...2000)
      let x = random.number(bits: bits, top: top, isPositive: top > 0 && !random.chance(20))
      return [random.ball(x, precision: precision)]
    case .hyperbolicTangent:
      let top = random.chance(2) ? random.integer(in: -4...9) : random.integer(in: small...20)
      return [random.ball(random.number(bits: bits, top: top), precision: precision)]
    }
  }

  /// Runs a random case and returns what is wrong with its result, or nil.
  func failure(precision: Int, using random: inout SplitMix64) -> String? {
    let x = operands(precision, &random)
    let result = self(x, precision)
    func report(_ what: String) -> String {
      "\(rawValue) of \(x.map(\.description)) to \(precision) bits is \(result.description): \(what)"
    }
    if result.mantissa.bitWidth > precision + 1 { return report("not rounded") }

    let choices = x.map(points(of:))
    let combinations = choices.dropFirst().reduce(choices[0].map { [$0] }) { partial, next in
      partial.flatMap { head in next.map { head + [$0] } }
    }
    var truths: [Rational] = []
    for point in combinations {
      guard let truth = truth(point, precision) else {
        return result.isFinite ? report("finite where a value is not defined") : nil
      }
      if !holds(result, truth) { return report("misses the value at \(point.map(\.description))") }
      truths.append(truth)
    }
    guard let least = truths.min(), let greatest = truths.max() else { return nil }

    if x.allSatisfy(\.radius.isZero) {
      let ulps = ulps(result, precision)
      return ulps <= mostUlps ? nil : report("\(ulps) ulps")
    }
    return isNarrow(x) ? looseness(result, greatest - least, precision).map(report) : nil
  }

  /// Whether all radii are below 1/16 of what the slopes of the operation change over.
  private func isNarrow(_ x: [Enclosure]) -> Bool {
    x.allSatisfy { x in
      let scale =
        switch self {
        case .exponential, .hyperbolicTangent: Enclosure(BigInteger(1))
        case .logarithmOnePlus: Enclosure.sum(Enclosure(BigInteger(1)), x, 4096)
        default: x
        }
      return x.radius.scaled(byPowerOfTwo: 4) <= scale.with(radius: .zero).lowerMagnitude
    }
  }

  private func looseness(_ result: Enclosure, _ spread: Rational, _ precision: Int) -> String? {
    guard let radius = Ball<64>(result).radius else { return "the whole line" }
    let ulp = Rational(1, 1).scaled(byPowerOfTwo: result.top - precision)
    let most = spread * mostSpread * Rational(1, 2) + ulp
    return radius <= most ? nil : "too wide by \(Double(radius / most))"
  }
}

/// Runs random cases of all precisions and returns what went wrong in each that failed.
func failures(
  of operation: EnclosureOperation, cases: Int, using random: inout SplitMix64
) -> [String] {
  let precisions = [24, 53, 64, 113, 128, 256, 333, 512]
  return (0..<cases).compactMap { _ in
    operation.failure(precision: precisions[random.index(below: precisions.count)], using: &random)
  }
}
