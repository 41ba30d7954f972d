import Numbers
import Reports
import Tensors

/// A gradient in balls, and the comparisons that were undecided on the way to it.
typealias RecordedGradient<let bits: Int> = (result: [Tensor<Ball<bits>>], comparisons: [String])

extension Formula {
  /// Compares the backward pass with dual numbers over balls, in one random direction.
  ///
  /// A forward pass gives the derivative of the loss along a direction v; by the backward pass it is
  /// ⟨gradient, v⟩. One pass checks all parameters at once, so a network of any size can be checked.
  /// Where the two disagree, the wrong parameter is found by halving the direction.
  ///
  /// - Complexity: One forward pass; where it fails, one for each tensor and each halving.
  public func directionFinding() -> Finding {
    directionFinding(beside: gradientInBalls(Ball<256>.self))
  }

  /// Checks a gradient in balls of 256 bits that is known already, in one random direction.
  func directionFinding(beside known: RecordedGradient<256>) -> Finding {
    .escalating(
      { directionFinding(in: Ball<256>.self, beside: known) },
      { directionFinding(in: Ball<512>.self, beside: gradientInBalls(Ball<512>.self)) },
      { directionFinding(in: Ball<1024>.self, beside: gradientInBalls(Ball<1024>.self)) })
  }

  /// Returns the gradient that the backward pass computes in balls, and what it left undecided.
  func gradientInBalls<let bits: Int>(_ ball: Ball<bits>.Type) -> RecordedGradient<bits> {
    Undecided.recording { gradient(at: evaluationPoint(in: ball)) }
  }

  private func directionFinding<let bits: Int>(
    in ball: Ball<bits>.Type, beside known: RecordedGradient<bits>
  ) -> Finding {
    let start = evaluationPoint(in: ball)
    let (ours, comparisons) = known
    if let comparison = comparisons.first { return .undecided(.direction, comparison) }
    if let failure = shapeFailure(by: .direction, ours) { return failure }

    var random = SplitMix64(seed: 1, stream: name)
    let direction = evaluationPoint.map { $0.map { _ in Ball<bits>(random.dyadic()) } }
    let derivative = DerivativeAlong(formula: self, start: start, ours: ours, direction: direction)
    let (disagreement, kinks) = Undecided.recording { derivative.disagreement(along: entries[...]) }
    if let kink = kinks.first { return .undecided(.direction, kink) }
    if disagreement.lower <= ballTolerance {
      return .pass(.direction, upTo: [disagreement.upper])
    }
    return derivative.firstWrongParameter()
  }
}

/// The derivative of a loss along parts of a direction, by dual numbers and by the gradient.
private struct DerivativeAlong<Subject: Formula, let bits: Int> {
  let formula: Subject
  let start: [Tensor<Ball<bits>>]
  let ours: [Tensor<Ball<bits>>]
  let direction: [Tensor<Ball<bits>>]

  /// Returns the derivative along a direction that is 0 but for some parameters.
  func derivative(along entries: ArraySlice<(tensor: Int, index: Int)>) -> Ball<bits> {
    var varied = start.map { $0.map { Dual($0, derivative: 0) } }
    for (tensor, index) in entries {
      varied[tensor].elements[index].derivative = direction[tensor].elements[index]
    }
    return formula.loss(at: varied).derivative
  }

  /// Returns bounds of how far the gradient is from that derivative, as a part of the sum of its terms.
  func disagreement(
    along entries: ArraySlice<(tensor: Int, index: Int)>
  ) -> (lower: Double, upper: Double) {
    var claim: Ball<bits> = 0
    var size = 0.0
    for (tensor, index) in entries {
      let term = ours[tensor].elements[index] * direction[tensor].elements[index]
      claim += term
      size += term.upperBound
    }
    let error = derivative(along: entries) - claim
    // Where the gradient is 0 along the direction, the error is not divided.
    let unit = size > 0 ? size : 1
    return (error.lowerBound / unit, error.upperBound / unit)
  }

  /// Returns the finding that one parameter's derivative is wrong, by halving the direction.
  func firstWrongParameter() -> Finding {
    let isWrong = { disagreement(along: $0).lower > ballTolerance }
    var candidates = formula.entries[...]
    for tensor in start.indices {
      let own = formula.entries.filter { $0.tensor == tensor }[...]
      if isWrong(own) {
        candidates = own
        break
      }
    }
    while candidates.count > 1 {
      let half = candidates.prefix(candidates.count / 2)
      candidates = isWrong(half) ? half : candidates.dropFirst(half.count)
    }
    guard let (tensor, index) = candidates.first else {
      return .undecided(.direction, "there is no parameter")
    }
    var reference = ours.map { midpoints(of: $0) }
    let truth = derivative(along: candidates) / direction[tensor].elements[index]
    reference[tensor].elements[index] = Double(truth.midpoint)
    return formula.failure(by: .direction, ours.map { midpoints(of: $0) }, reference) {
      $0 == tensor && $1 == index
    } ?? .undecided(.direction, "the wrong entries of the gradient cancel each other")
  }
}
