import Numbers
import Reports
import Tensors
import Text

// A wrong gradient often has the signature of one mistake. A signature is told only where it explains
// every entry of the tensor, and a known mistake only where the other tensors do not contradict it: a
// wrong name for a mistake costs a reader more than none.
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
    for tensor in reference.indices where !ours[tensor].isClose(to: reference[tensor]) {
      return (reference[tensor].name, diagnosis(ours, reference, tensor: tensor))
    }
    return (reference.last?.name ?? "", nil)
  }

  /// Returns what one tensor of a wrong gradient looks like, in a few words.
  ///
  /// The diagnosis is a guess that helps a reader to find the mistake; no verdict depends on it.
  ///
  /// - Parameters:
  ///   - ours: The gradient.
  ///   - reference: The right gradient.
  ///   - tensor: The number of the tensor to look at.
  /// - Returns: A sentence without its period, or `nil` where nothing is recognised.
  func diagnosis(
    _ ours: [Tensor<Double>], _ reference: [Tensor<Double>], tensor: Int
  ) -> String? {
    if ours[tensor].isClose(to: reference[tensor]) { return nil }
    let pair = GradientPair(
      ours: ours[tensor], truth: reference[tensor], parameters: evaluationPoint[tensor],
      others: reference.indices.filter { $0 != tensor }.map { reference[$0] }, clues: clues)
    return clues.mistake(in: ours, beside: reference, tensor: tensor) ?? pair.signature
  }
}

extension Clues {
  /// Returns the name of the mistake that explains one tensor of a gradient.
  ///
  /// A mistake that explains the whole gradient goes first. Else each of the other tensors must be right,
  /// or as some known mistake has it, so that there may be two mistakes, but no unexplained number.
  fileprivate func mistake(
    in ours: [Tensor<Double>], beside reference: [Tensor<Double>], tensor: Int
  ) -> String? {
    func explains(_ mistake: Mistake, _ index: Int) -> Bool {
      mistake.gradient.indices.contains(index) && ours[index].agrees(with: mistake.gradient[index])
    }
    let likely = mistakes.filter { explains($0, tensor) }
    let whole = likely.first { mistake in
      ours.indices.allSatisfy { explains(mistake, $0) || !mistake.gradient.indices.contains($0) }
    }
    let isKnown = ours.indices.allSatisfy { index in
      ours[index].isClose(to: reference[index]) || mistakes.contains { explains($0, index) }
    }
    return whole?.name ?? (isKnown ? likely.first?.name : nil)
  }
}

/// One tensor of a gradient beside the right one, and what is known of it.
struct GradientPair {
  let ours: Tensor<Double>
  let truth: Tensor<Double>
  /// The parameters in which it is the gradient.
  let parameters: Tensor<Double>
  /// The right gradients of all other tensors.
  let others: [Tensor<Double>]
  let clues: Clues

  /// The indices of the entries that are not 0 in the right gradient.
  let nonzero: [Int]
  /// The indices of the entries that are wrong.
  let wrong: [Int]

  init(
    ours: Tensor<Double>, truth: Tensor<Double>, parameters: Tensor<Double>,
    others: [Tensor<Double>] = [], clues: Clues = Clues()
  ) {
    (self.ours, self.truth, self.parameters) = (ours, truth, parameters)
    (self.others, self.clues) = (others, clues)
    nonzero = truth.elements.indices.filter { truth.elements[$0] != 0 }
    wrong = zip(ours.elements, truth.elements).enumerated().filter {
      !agree($1.0, $1.1, beside: truth.scale)
    }.map(\.offset)
  }

  /// What the tensor looks like, in a few words.
  ///
  /// Those that match by chance most rarely go first: no number of theirs is fitted, and all entries
  /// bear witness. Then come those with one fitted number, and last those that say little.
  var signature: String? {
    guard ours.elements.count == truth.elements.count else { return nil }
    if !ours.elements.allSatisfy(\.isFinite) {
      return "not finite: an overflow, a log of 0, or 0/0"
    }
    if ours.elements.allSatisfy({ $0 == 0 }) { return "no gradient arrives here" }
    let signatures: [KeyPath<GradientPair, String?>] = [
      \.transposed, \.anotherTensor, \.otherOrder, \.pointwiseFactor, \.mask, \.constantFactor,
      \.functionOfTruth, \.leftOut, \.sameRows, \.oneNumber, \.clipped, \.factorInSome, \.labels,
      \.step, \.decay, \.constantDifference,
    ]
    return signatures.lazy.compactMap { self[keyPath: $0] }.first
  }

  /// The rows and columns of the tensor; a vector is one row.
  var size: (rows: Int, columns: Int) {
    truth.shape.count == 2 ? (truth.shape[0], truth.shape[1]) : (1, truth.elements.count)
  }

  /// Returns a number as a reader would write it: as 1/7 where 7 is a known count.
  func words(for value: Double) -> String {
    let known = clues.counts.first { agree(abs(value) * Double($0.count), 1, beside: 1) }
    if let known { return (value < 0 ? "−1/" : "1/") + "\(known.count)" }
    let text = NumberFormat.significant(5).text(of: value)
    guard text.contains("."), !text.contains("·") else { return text }
    let short = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
    return String(short.reversed())
  }
}

/// Whether two numbers agree to 10⁻⁶, or to the last digits of numbers as large as `scale`.
func agree(_ a: Double, _ b: Double, beside scale: Double) -> Bool {
  abs(a - b) <= 1e-6 * max(abs(a), abs(b)) + 1e-12 * scale
}

extension Tensor<Double> {
  /// Whether all entries agree to 10⁻⁶ of the largest, so nearly that their difference has no shape.
  func isClose(to other: Tensor) -> Bool {
    guard elements.count == other.elements.count else { return false }
    let tolerance = 1e-6 * max(scale, other.scale)
    return zip(elements, other.elements).allSatisfy { abs($0 - $1) <= tolerance }
  }

  /// Whether each entry agrees with the other's to 10⁻⁶ of itself, however large another entry is.
  func agrees(with other: Tensor) -> Bool {
    guard elements.count == other.elements.count else { return false }
    let least = min(scale, other.scale)
    return zip(elements, other.elements).allSatisfy { agree($0, $1, beside: least) }
  }
}
