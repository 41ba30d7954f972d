import Numbers
import Tensors

// Signatures of factors: the derivative of a curve that is left out or used twice, a division by the
// wrong count.
extension GradientPair {
  /// A factor in each entry that is a function of its parameter, where the parameters are logits.
  var pointwiseFactor: String? {
    guard nonzero.count > 1, parameters.elements.count == truth.elements.count else { return nil }
    return Self.curves.first { curve in
      let factors = parameters.elements.map(curve.factor)
      let used = nonzero.map { factors[$0] }
      guard used.allSatisfy(\.isFinite), let first = used.first,
        !used.allSatisfy({ agree($0, first, beside: 0) })
      else { return false }
      var expected = truth
      for index in nonzero { expected.elements[index] *= factors[index] }
      return ours.agrees(with: expected)
    }?.words
  }

  /// The factors that a wrong or missing derivative of a curve gives, at the number before the curve.
  private static var curves: [(words: String, factor: (Double) -> Double)] {
    func σ(_ z: Double) -> Double { 1 / (1 + Double.exp(-z)) }
    func slope(_ a: Double) -> Double { a * (1 - a) }
    func tanh(_ z: Double) -> Double { Double.tanh(z) }
    func tanhSlope(_ h: Double) -> Double { 1 - h * h }
    return [
      ("a factor a(1 − a) too many: the derivative of σ had cancelled", { slope(σ($0)) }),
      (
        "× 1/(a(1 − a)): the derivative of σ is left out, or divided out once too often",
        { 1 / slope(σ($0)) }
      ),
      ("σ′ is taken at σ(z), not at z", { slope(σ(σ($0))) / slope(σ($0)) }),
      ("z(1 − z) for a(1 − a): σ(z) is a", { slope($0) / slope(σ($0)) }),
      ("a for a(1 − a)", { 1 / (1 - σ($0)) }),
      ("1 − a for a(1 − a)", { 1 / σ($0) }),
      ("1 − a², the derivative of tanh, for a(1 − a)", { (1 + σ($0)) / σ($0) }),
      ("a factor 1 − h² too many, where h = tanh z", { tanhSlope(tanh($0)) }),
      ("× 1/(1 − h²): the derivative of tanh is left out", { 1 / tanhSlope(tanh($0)) }),
      ("tanh′ is taken at tanh(z), not at z", { tanhSlope(tanh(tanh($0))) / tanhSlope(tanh($0)) }),
      ("1 − z² for 1 − h²: h is tanh(z)", { tanhSlope($0) / tanhSlope(tanh($0)) }),
      ("h for 1 − h², the derivative of tanh", { tanh($0) / tanhSlope(tanh($0)) }),
      ("1 − h for 1 − h², the derivative of tanh", { 1 / (1 + tanh($0)) }),
      (
        "1 + h² for 1 − h², the derivative of tanh",
        { (2 - tanhSlope(tanh($0))) / tanhSlope(tanh($0)) }
      ),
      (
        "−h² for 1 − h²: the 1 of the derivative of tanh is missing",
        { 1 - 1 / tanhSlope(tanh($0)) }
      ),
      ("h(1 − h), the derivative of σ, for 1 − h²", { tanh($0) / (1 + tanh($0)) }),
      ("a factor eᶻ too many, where z is the parameter", { Double.exp($0) }),
      ("a factor eᶻ is missing, where z is the parameter", { Double.exp(-$0) }),
      ("each entry is multiplied by its parameter", { $0 }),
      ("each entry is divided by its parameter", { 1 / $0 }),
    ]
  }

  /// One factor throughout, with its name if it has one.
  var constantFactor: String? {
    let largest = nonzero.max { abs(truth.elements[$0]) < abs(truth.elements[$1]) }
    guard let largest else { return nil }
    let ratio = ours.elements[largest] / truth.elements[largest]
    guard ours.agrees(with: truth.map { ratio * $0 }) else { return nil }
    // Of one entry any number is a multiple, so it bears witness to plain factors alone.
    if let words = name(of: ratio, amongProducts: nonzero.count > 1) { return words }
    guard nonzero.count > 1 else { return nil }
    let norm = ours.elements.reduce(0) { $0 + $1 * $1 }
    let isUnit = agree(norm, 1, beside: 0) ? ": its norm is 1" : ""
    return "× \(words(for: ratio)) in every entry" + isUnit
  }

  /// Returns what a factor means: a sign, a 2, a count, or a product or quotient of two of these.
  ///
  /// Several names of the same number are all told. Where there are more than two, none is.
  func name(of ratio: Double, amongProducts: Bool) -> String? {
    let size = abs(ratio)
    let reversed = ratio < 0 ? ", and the sign is reversed" : ""
    if agree(ratio, -1, beside: 0) { return "× −1: the sign is reversed" }
    for readings in [simpleReadings, amongProducts ? productReadings : []] {
      let alike = readings.filter { agree($0.value, size, beside: 0) }
      guard let first = alike.first, alike.count < 3 else { continue }
      let words = alike.map(\.words).joined(separator: "; or ")
      return "× \(ratio < 0 ? "−" : "")\(first.name): \(words)\(reversed)"
    }
    return nil
  }

  /// A factor, how it is written, and what it means.
  private typealias Reading = (value: Double, name: String, words: String)

  private var counts: [(name: String, count: Int)] { clues.counts.filter { $0.count > 1 } }

  private var simpleReadings: [Reading] {
    [
      (2, "2", "a ½ is missing, or a 2 too many"),
      (0.5, "½", "a ½ too many, or one of two uses lost"),
    ]
      + counts.flatMap { name, count in
        [
          (Double(count), "\(count)", "not divided by \(name)"),
          (1 / Double(count), "1/\(count)", "divided by \(name) too often"),
        ]
      }
  }

  private var productReadings: [Reading] {
    let half = "a ½ is missing, or a 2 too many"
    let twice = "a ½ is one too many, or a 2 is missing"
    var readings: [Reading] = []
    for (index, (name, n)) in counts.enumerated() {
      let count = Double(n)
      readings += [
        (2 * count, "\(2 * n)", "not divided by \(name), and \(half)"),
        (count / 2, "\(n)/2", "not divided by \(name), and \(twice)"),
        (2 / count, "2/\(n)", "divided by \(name) too often, and \(half)"),
        (1 / (2 * count), "1/\(2 * n)", "divided by \(name) too often, and \(twice)"),
        (count * count, "\(n * n)", "multiplied by \(name) where it is divided by it"),
        (1 / (count * count), "1/\(n * n)", "divided by \(name) twice too often"),
      ]
      for (other, m) in counts.dropFirst(index + 1) {
        let product = count * Double(m)
        readings += [
          (
            product, "\(n * m) = \(joined(name, "·", other))",
            "divided by neither \(name) nor \(other)"
          ),
          (
            1 / product, "1/\(n * m) = 1/(\(joined(name, "·", other)))",
            "divided by \(name) and by \(other) too often"
          ),
          (
            count / Double(m), "\(n)/\(m) = \(joined(name, "/", other))",
            "divided by \(other) for \(name)"
          ),
          (
            Double(m) / count, "\(m)/\(n) = \(joined(other, "/", name))",
            "divided by \(name) for \(other)"
          ),
        ]
      }
    }
    return readings
  }

  /// Returns two names with a sign between them, which stands apart from names of several words.
  private func joined(_ a: String, _ sign: String, _ b: String) -> String {
    let space = a.contains(" ") || b.contains(" ") ? " " : ""
    return a + space + sign + space + b
  }
}
