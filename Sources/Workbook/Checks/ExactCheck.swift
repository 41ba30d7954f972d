extension AlgebraicFormula {
  /// Compares the backward pass with dual numbers over exact fractions, parameter by parameter.
  ///
  /// Nothing is rounded and there is no tolerance: the formula is the derivative at this place, or it
  /// is not. At a corner the derivative is not one number, and the finding is undecided.
  ///
  /// - Complexity: A forward pass for each parameter.
  public func exactFinding() -> Finding {
    let start = place(in: Rational.self)
    let ours = gradient(at: start)
    if let misshape = misshape(by: .exact, ours) { return misshape }

    let (slopes, corners) = Undecided.recording {
      entries.map { tensor, index in
        var varied = start.map { $0.map { Dual($0, slope: 0) } }
        varied[tensor].elements[index].slope = 1
        return loss(at: varied).slope
      }
    }
    if let corner = corners.first { return .undecided(.exact, corner) }

    var reference = start
    for (entry, slope) in zip(entries, slopes) {
      reference[entry.tensor].elements[entry.index] = slope
    }
    return mismatch(
      by: .exact, ours.map { $0.map { Double($0) } }, reference.map { $0.map { Double($0) } }
    ) { ours[$0].elements[$1] != reference[$0].elements[$1] } ?? .pass(.exact, .equal)
  }
}
