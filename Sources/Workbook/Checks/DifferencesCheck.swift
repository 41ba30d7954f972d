extension Formula {
  /// Compares the backward pass with central differences in balls, parameter by parameter.
  ///
  /// Shares no rule of calculus with the backward pass: the loss is evaluated a step to both sides, and
  /// that is all. The step is 2⁻⁸⁰ at 256 bits. Its square, the error of the formula, is below 10⁻⁴⁸
  /// for losses of ordinary size, and the rounding, which the balls enclose, is far below that. What
  /// fails or is undecided is tried again with more bits and a smaller step.
  ///
  /// - Complexity: Two forward passes for each parameter.
  public func differencesFinding() -> Finding {
    .escalating(
      { differencesFinding(in: Ball<256>.self) }, { differencesFinding(in: Ball<512>.self) },
      { differencesFinding(in: Ball<1024>.self) })
  }

  private func differencesFinding<let bits: Int>(in ball: Ball<bits>.Type) -> Finding {
    let ours = gradient(at: place(in: ball))
    if let misshape = misshape(by: .differences, ours) { return misshape }
    let (slopes, undecided) = slopesByDifferences(in: ball)
    if let undecided { return .undecided(.differences, undecided) }
    return agreement(of: ours, with: slopes, by: .differences)
  }

  /// Returns the slope of the loss in each parameter by central differences in balls.
  ///
  /// - Returns: The slopes, and the comparison or the corner that makes them worthless, if there is one.
  func slopesByDifferences<let bits: Int>(
    in ball: Ball<bits>.Type
  ) -> (slopes: [Tensor<Ball<bits>>], undecided: String?) {
    let start = place(in: ball)
    let step = Ball<bits>(Rational(1, 1).scaled(byPowerOfTwo: -5 * bits / 16))
    let (sides, comparisons) = Undecided.recording {
      let center = loss(at: start)
      return entries.map { tensor, index in
        var nudged = start
        nudged[tensor].elements[index] += step
        let right = loss(at: nudged) - center
        nudged[tensor].elements[index] = start[tensor].elements[index] - step
        return (left: center - loss(at: nudged), right: right)
      }
    }
    var slopes = start
    for (entry, side) in zip(entries, sides) {
      slopes[entry.tensor].elements[entry.index] = (side.left + side.right) / (2 * step)
    }
    let units = units(of: slopes.map { midpoints(of: $0) })
    // On a smooth curve the slopes on the two sides differ by a multiple of the step.
    let corner = zip(entries, sides).first { entry, side in
      ((side.right - side.left) / step).lowerBound > 0x1p-40 * units[entry.tensor]
    }.map { entry, _ in
      "\(place[entry.tensor].place(of: entry.index)) sits on a corner of the loss"
    }
    return (slopes, comparisons.first ?? corner)
  }

  /// Compares a gradient in balls with a reference in balls, to 40 digits of each tensor's largest.
  private func agreement<let bits: Int>(
    of ours: [Tensor<Ball<bits>>], with reference: [Tensor<Ball<bits>>], by method: Method
  ) -> Finding {
    let slopes = reference.map { midpoints(of: $0) }
    let units = units(of: slopes)
    func error(_ tensor: Int, _ index: Int) -> Ball<bits> {
      ours[tensor].elements[index] - reference[tensor].elements[index]
    }
    let wrong = mismatch(by: method, ours.map { midpoints(of: $0) }, slopes) {
      error($0, $1).lowerBound > ballTolerance * units[$0]
    }
    if let wrong { return wrong }
    return .pass(
      method, upTo: entries.map { error($0.tensor, $0.index).upperBound / units[$0.tensor] })
  }
}

/// A gradient and a reference in balls agree if they do to 40 decimal digits.
let ballTolerance = 1e-40

extension Finding {
  /// Returns the finding that nothing is wrong by more than the given parts of the slopes' size.
  ///
  /// It is undecided where a part is larger than balls are allowed to leave open.
  static func pass(_ method: Method, upTo parts: [Double]) -> Finding {
    let worst = parts.reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
    if worst == 0 { return .pass(method, .equal) }
    if worst <= ballTolerance { return .pass(method, .digits(-Double.log10(worst))) }
    return .undecided(method, "the balls leave an error of up to \(worst) open")
  }
}

/// Returns the numbers in the middle of balls.
func midpoints<let bits: Int>(of tensor: Tensor<Ball<bits>>) -> Tensor<Double> {
  tensor.map { $0.isFinite ? Double($0.midpoint) : .nan }
}

/// Returns, for each tensor, what errors are measured in: its largest slope.
///
/// A tensor whose slopes are all 0 is measured by the largest slope of all.
func units(of slopes: [Tensor<Double>]) -> [Double] {
  let largest = slopes.map(\.scale).reduce(0, max)
  return slopes.map { $0.scale > 0 ? $0.scale : largest > 0 ? largest : 1 }
}
