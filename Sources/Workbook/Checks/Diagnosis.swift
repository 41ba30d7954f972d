import Numbers
import Reports
import Tensors
import Text

/// What is known about a formula that helps to say why a gradient is wrong.
public struct Clues: Sendable {
  /// Counts that a gradient may be multiplied or divided by, with their names: examples, classes.
  public var counts: [(name: String, count: Int)]
  /// The gradients that well-known mistakes give.
  public var mistakes: [Mistake]

  /// A mistake, in a few words, and the gradient that it gives at the formula's evaluation point.
  public struct Mistake: Sendable {
    /// What was done, such as `the derivative of the activation is left out`.
    public let name: String
    /// The gradient that it gives.
    public let gradient: [Tensor<Double>]

    /// Names a mistake.
    public init(_ name: String, gradient: [Tensor<Double>]) {
      self.name = name
      self.gradient = gradient
    }
  }

  /// Creates clues.
  public init(counts: [(name: String, count: Int)] = [], mistakes: [Mistake] = []) {
    self.counts = counts
    self.mistakes = mistakes
  }
}

// A wrong gradient often has the signature of one mistake. The signatures below are tried in order,
// those that match by chance most rarely first.
extension Formula {
  /// Returns the first tensor of a gradient that is wrong, and what it looks like.
  ///
  /// - Parameter ours: The gradient at the formula's evaluation point, which is compared with the
  ///   formula's own.
  /// - Returns: The tensor's name (the last where all are right) and a sentence without its period, or
  ///   `nil` where all are right or nothing is recognised.
  public func diagnosis(
    of ours: [Tensor<Double>]
  ) -> (tensor: String, sentence: String?) {
    let reference = gradient(at: evaluationPoint)
    for tensor in reference.indices {
      if GradientPair(ours: ours[tensor], truth: reference[tensor]).isClose { continue }
      return (reference[tensor].name, diagnosis(ours, reference, tensor: tensor))
    }
    return (reference.last?.name ?? "", nil)
  }

  /// Returns what one tensor of a wrong gradient looks like, in a few words.
  ///
  /// Two numbers count as equal if they agree to 10⁻⁶ of the largest in their tensor. The diagnosis is a
  /// guess that helps a reader to find the mistake; no verdict depends on it.
  ///
  /// - Parameters:
  ///   - ours: The gradient.
  ///   - reference: The right gradient.
  ///   - tensor: The number of the tensor to look at.
  /// - Returns: A sentence without its period, or `nil` where nothing is recognised.
  func diagnosis(
    _ ours: [Tensor<Double>], _ reference: [Tensor<Double>], tensor: Int
  ) -> String? {
    let pair = GradientPair(ours: ours[tensor], truth: reference[tensor])
    if pair.isClose { return nil }
    for mistake in clues.mistakes
    where mistake.gradient.indices.contains(tensor)
      && pair.ours.isClose(to: mistake.gradient[tensor])
    {
      return mistake.name
    }
    return pair.diagnosis(counts: clues.counts, at: evaluationPoint[tensor])
  }
}

/// One tensor of a gradient and of the right gradient.
struct GradientPair {
  let ours: Tensor<Double>
  let truth: Tensor<Double>

  /// Whether the two agree so nearly that their difference has no shape of its own.
  var isClose: Bool { ours.isClose(to: truth) }

  /// Returns what the tensor looks like, in a few words.
  func diagnosis(counts: [(name: String, count: Int)], at evaluationPoint: Tensor<Double>)
    -> String?
  {
    if !ours.elements.allSatisfy(\.isFinite) {
      return "not finite: an overflow, a log of 0, or 0/0"
    }
    if ours.elements.allSatisfy({ $0 == 0 }) { return "no gradient arrives here" }
    return transposed ?? factor(among: counts) ?? logisticFactor(at: evaluationPoint)
      ?? leftOut(below: evaluationPoint) ?? oneNumber
  }

  /// The transpose of the right gradient. It has the right shape only where rows and columns are equal
  /// in number, or where the entries were laid out in the wrong order.
  private var transposed: String? {
    guard truth.shape.count == 2, truth.shape.allSatisfy({ $0 > 1 }) else { return nil }
    let flipped = Matrix(truth.matrix.transposed)
    return ours.isClose(to: Tensor(truth.name, flipped)) ? "this is the transpose" : nil
  }

  /// One factor throughout, with its name if it has one.
  private func factor(among counts: [(name: String, count: Int)]) -> String? {
    guard let ratio = constantRatio else { return nil }
    func isNear(_ value: Double) -> Bool { abs(ratio - value) <= 1e-4 * abs(value) }
    if isNear(-1) { return "× −1: the sign is reversed" }
    if isNear(2) { return "× 2: a ½ is missing, or a 2 too many" }
    if isNear(0.5) { return "× ½: a ½ too many, or one of two uses lost" }
    for (name, count) in counts where count > 1 {
      if isNear(Double(count)) {
        return "× \(count): not divided by \(name)"
      }
      if isNear(1 / Double(count)) {
        return "× 1/\(count): divided by \(name) too often"
      }
    }
    return "× \(NumberFormat.scientific(5).text(of: ratio)) in every entry"
  }

  /// The factor between the two, if every entry has the same.
  private var constantRatio: Double? {
    guard let largest = truth.elements.indices.max(by: { magnitude(at: $0) < magnitude(at: $1) }),
      truth.elements[largest] != 0
    else { return nil }
    let ratio = ours.elements[largest] / truth.elements[largest]
    return ours.isClose(to: truth.map { ratio * $0 }) ? ratio : nil
  }

  private func magnitude(at index: Int) -> Double { abs(truth.elements[index]) }

  /// An extra a (1 − a), where the parameters are the logits themselves.
  private func logisticFactor(at evaluationPoint: Tensor<Double>) -> String? {
    var expected = truth
    for index in expected.elements.indices {
      let a = 1 / (1 + Double.exp(-evaluationPoint.elements[index]))
      expected.elements[index] *= a * (1 - a)
    }
    return ours.isClose(to: expected)
      ? "a factor a(1 − a) too many: the derivative of σ had cancelled" : nil
  }

  /// Zeros where the right gradient has none, and elsewhere the right entries.
  private func leftOut(below evaluationPoint: Tensor<Double>) -> String? {
    let zeros = ours.elements.indices.filter {
      ours.elements[$0] == 0 && truth.elements[$0] != 0
    }
    var masked = truth
    for index in zeros { masked.elements[index] = 0 }
    guard !zeros.isEmpty, ours.isClose(to: masked) else { return nil }
    let negatives = evaluationPoint.elements.indices.filter {
      evaluationPoint.elements[$0] < 0 && truth.elements[$0] != 0
    }
    // One negative entry alone says nothing: all of them must be 0, and more than one.
    return zeros == negatives && zeros.count > 1
      ? "0 where the input is negative, which is wrong"
      : "0 in \(zeros.count) of \(truth.elements.count) entries, and elsewhere right"
  }

  /// The same number in every entry.
  private var oneNumber: String? {
    guard ours.elements.count > 1, let first = ours.elements.first else { return nil }
    guard ours.isClose(to: ours.map { _ in first }) else { return nil }
    let sum = truth.elements.reduce(0, +)
    return abs(first - sum) <= 1e-6 * max(abs(sum), truth.scale)
      ? "every entry is the sum of all entries" : "every entry is the same number"
  }
}

extension Tensor<Double> {
  /// Whether all entries agree to 10⁻⁶ of the largest.
  fileprivate func isClose(to other: Tensor) -> Bool {
    guard elements.count == other.elements.count else { return false }
    let tolerance = 1e-6 * max(scale, other.scale)
    return zip(elements, other.elements).allSatisfy { abs($0 - $1) <= tolerance }
  }
}
