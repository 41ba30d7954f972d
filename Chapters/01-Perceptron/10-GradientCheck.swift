import Workbook

/*:
 ## The contract of a good check

 Checks can be wrong too, most often because they look at too little or tolerate
 too much. This one keeps a contract:

 - *every entry of every tensor*, not a few at random;
 - sizes that are pairwise distinct and more than one, so that a transposed
   matrix does not fit and a forgotten $1/n$ shows;
 - weights away from zero, because at zero many derivatives are zero;
 - a relative and an absolute tolerance: a derivative may be off by one
   millionth of its size, or by $10^{-8}$ where it is close to zero;
 - *kinks are counted.* A difference taken across the kink of $\max(0, \cdot)$
   is the derivative of neither side. Such an entry is set aside, and the report
   says how many there are.
 */

/// What comparing a gradient with central differences gave.
package struct GradientCheck: Sendable {
  /// The number of entries.
  package private(set) var entries = 0
  /// The number of entries set aside because a step crossed a kink.
  package private(set) var kinks = 0
  /// The largest error, as a fraction of the tolerance.
  package private(set) var worst = 0.0
  /// The entries that are wrong.
  package private(set) var mismatches: [Mismatch] = []
}

/*:
 Of an entry that is wrong, the report says where it is, and both numbers.
 */

extension GradientCheck {
  /// An entry whose derivative is not the central difference.
  package struct Mismatch: Sendable {
    package let tensor: String
    package let index: Int
    package let ours: Double
    package let difference: Double
  }
}

/*:
 The check goes through all weights. For each it makes a function of this one
 weight, `f`, and hands it to `checkEntry`.
 */

extension GradientCheck {
  /// Compares each entry of the `gradient` at `network` with the central
  /// difference of `loss`.
  package init<Network: Parameterised<Double>>(
    of gradient: Network, at network: Network, loss: (Network) -> Double
  ) {
    let center = loss(network)
    var changed = network
    for (number, (weights, ours)) in pairs(network, gradient).enumerated() {
      for (index, value) in weights.elements.enumerated() {
        let f = { (value: Double) -> Double in
          changed.setEntry(index, ofParameter: number, to: value)
          return loss(changed)
        }
        checkEntry(index, of: ours, f, at: value, center)
        changed.setEntry(index, ofParameter: number, to: value)
      }
    }
  }
}

/*:
 One entry is set aside, agrees, or is a mismatch.
 */

extension GradientCheck {
  static let step = 0x1p-17
  static let relativeTolerance = 1e-6
  static let absoluteTolerance = 1e-8

  /// Compares one entry with the central difference of `f`.
  private mutating func checkEntry(
    _ index: Int, of gradient: Tensor<Double>, _ f: (Double) -> Double,
    at value: Double, _ center: Double
  ) {
    entries += 1
    if Self.hasKink(f, at: value, center) {
      kinks += 1
    } else {
      compare(
        gradient.elements[index],
        centralDifference(of: f, at: value, step: Self.step),
        tensor: gradient.name, index: index)
    }
  }
}

/*:
 The tolerance belongs to the size of the entry. An error that is not a number
 is no agreement: the comparison `error <= 1` is false for NaN.
 */

extension GradientCheck {
  /// Compares one entry with the central difference. NaN agrees with nothing.
  private mutating func compare(
    _ ours: Double, _ difference: Double, tensor: String, index: Int
  ) {
    let tolerated =
      Self.absoluteTolerance
      + Self.relativeTolerance * max(abs(ours), abs(difference))
    let error = abs(ours - difference) / tolerated
    if error <= 1 {
      worst = max(worst, error)
    } else {
      mismatches.append(
        Mismatch(
          tensor: tensor, index: index, ours: ours, difference: difference))
    }
  }
}

/*:
 How can the check notice a kink? Take the differences to the left and to the
 right. For a smooth function they differ by $h f''$, so a step of half the size
 halves what they differ by. Across a kink it does not, except where the kink
 lies at one particular distance. So two smaller steps are tried, a half and a
 quarter: their particular distances differ. The code of this test, `hasKink`,
 is in [the source](file:10-GradientCheck.swift).
 */

//#-hidden-code
/// Returns the tensors of a network, each with the gradient's.
private func pairs<Network: Parameterised<Double>>(
  _ network: Network, _ gradient: Network
) -> [(Tensor<Double>, Tensor<Double>)] {
  let pairs = Array(zip(network.tensors, gradient.tensors))
  for (weights, gradient) in pairs {
    precondition(
      gradient.shape == weights.shape,
      "\(weights.name) has the shape \(weights.shape), "
        + "its gradient \(gradient.shape)")
  }
  return pairs
}

extension Parameterised {
  /// Changes one number.
  ///
  /// - Parameters:
  ///   - index: Its position in the parameter.
  ///   - number: The position of the parameter in the order of the visit.
  ///   - value: The new number.
  package mutating func setEntry(
    _ index: Int, ofParameter number: Int, to value: Scalar
  ) {
    forEachParameter { parameter, θ in
      if parameter.index == number { θ[index] = value }
    }
  }
}

extension GradientCheck {
  /// Whether the differences to the left and right fail to approach each other.
  private static func hasKink(
    _ f: (Double) -> Double, at x: Double, _ center: Double
  ) -> Bool {
    func asymmetry(_ h: Double) -> Double {
      (f(x + h) - 2 * center + f(x - h)) / h
    }
    let excesses = [2.0, 4].map {
      abs(asymmetry(step) - $0 * asymmetry(step / $0))
    }
    let tolerated = 2 * absoluteTolerance * max(1, abs(center))
    return excesses.contains { $0 > tolerated }
  }

  /// The outcome as a check of a claim.
  ///
  /// It is undecided where more than a tenth of the entries were set aside at
  /// kinks, and where there was nothing to compare.
  package func asCheck(_ claim: String) -> Check {
    let kinkText = "\(kinks) set aside at kinks"
    let format = NumberFormat.scientific(3)
    if let first = mismatches.first {
      return Check(
        claim, .fail,
        detail:
          "\(mismatches.count) of \(entries) derivatives differ, \(kinkText); "
          + "\(first.tensor) entry \(first.index): "
          + "gradient \(format.text(of: first.ours)), "
          + "central difference \(format.text(of: first.difference))")
    }
    let part = NumberFormat.scientific(1).text(of: worst)
    return Check(
      claim, entries == 0 || kinks * 10 > entries ? .undecided : .pass,
      detail: "\(entries) derivatives, \(kinkText); "
        + "the worst error is \(part) of the tolerance")
  }
}
//#-end-hidden-code
