extension Formula {
  /// Compares the backward pass with dual numbers over balls, in one random direction.
  ///
  /// A forward pass gives the slope of the loss along a direction v; the backward pass claims that it is
  /// ⟨gradient, v⟩. One pass checks all parameters at once, so a network of any size can be checked.
  /// Where the two disagree, the wrong parameter is found by halving the direction.
  ///
  /// - Complexity: One forward pass; where it fails, one for each tensor and each halving.
  public func directionFinding() -> Finding {
    .escalating(
      { directionFinding(in: Ball<256>.self) }, { directionFinding(in: Ball<512>.self) },
      { directionFinding(in: Ball<1024>.self) })
  }

  private func directionFinding<let bits: Int>(in ball: Ball<bits>.Type) -> Finding {
    let start = place(in: ball)
    let (ours, comparisons) = Undecided.recording { gradient(at: start) }
    if let comparison = comparisons.first { return .undecided(.direction, comparison) }
    if let misshape = misshape(by: .direction, ours) { return misshape }

    var random = SplitMix64(seed: 1, stream: name)
    let direction = place.map { $0.map { _ in Ball<bits>(random.dyadic()) } }
    let slopes = SlopeAlong(formula: self, start: start, ours: ours, direction: direction)
    let (disagreement, corners) = Undecided.recording { slopes.disagreement(along: entries[...]) }
    if let corner = corners.first { return .undecided(.direction, corner) }
    if disagreement.lower <= ballTolerance {
      return .pass(.direction, upTo: [disagreement.upper])
    }
    return slopes.culprit()
  }
}

/// The slope of a loss along parts of a direction, by dual numbers and by the gradient.
private struct SlopeAlong<Subject: Formula, let bits: Int> {
  let formula: Subject
  let start: [Tensor<Ball<bits>>]
  let ours: [Tensor<Ball<bits>>]
  let direction: [Tensor<Ball<bits>>]

  /// Returns the slope along a direction that is 0 but for some parameters.
  func slope(along entries: ArraySlice<(tensor: Int, index: Int)>) -> Ball<bits> {
    var varied = start.map { $0.map { Dual($0, slope: 0) } }
    for (tensor, index) in entries {
      varied[tensor].elements[index].slope = direction[tensor].elements[index]
    }
    return formula.loss(at: varied).slope
  }

  /// Returns bounds of how far the gradient is from that slope, as a part of the sum of its terms.
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
    let error = slope(along: entries) - claim
    // Where the gradient claims that nothing changes, any change is as wrong as can be.
    let unit = size > 0 ? size : 1
    return (error.lowerBound / unit, error.upperBound / unit)
  }

  /// Returns the finding that a parameter's slope is wrong, found by halving what is suspected.
  func culprit() -> Finding {
    let isWrong = { disagreement(along: $0).lower > ballTolerance }
    var suspects = formula.entries[...]
    for tensor in start.indices {
      let own = formula.entries.filter { $0.tensor == tensor }[...]
      if isWrong(own) {
        suspects = own
        break
      }
    }
    while suspects.count > 1 {
      let half = suspects.prefix(suspects.count / 2)
      suspects = isWrong(half) ? half : suspects.dropFirst(half.count)
    }
    guard let (tensor, index) = suspects.first else {
      return .undecided(.direction, "there is no parameter")
    }
    var reference = ours.map { midpoints(of: $0) }
    let truth = slope(along: suspects) / direction[tensor].elements[index]
    reference[tensor].elements[index] = Double(truth.midpoint)
    return formula.mismatch(by: .direction, ours.map { midpoints(of: $0) }, reference) {
      $0 == tensor && $1 == index
    } ?? .undecided(.direction, "the wrong slopes cancel each other")
  }
}
