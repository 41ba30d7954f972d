import Numbers
import Reports
import Tensors

/// A gradient by differences in balls, and what makes it meaningless, if anything does.
typealias Differences<let bits: Int> = (gradient: [Tensor<Ball<bits>>], undecided: String?)

extension Formula {
  /// Compares the backward pass with central differences in balls, parameter by parameter.
  ///
  /// It shares no rule of calculus with the backward pass, since it only evaluates the loss one step to
  /// each side. The step is 2⁻⁸⁰ at 256 bits. Its square, the error of the formula, is below 10⁻⁴⁸
  /// for losses of ordinary size, and the rounding, which the balls enclose, is far below that. A check
  /// that fails or is undecided is repeated with more bits and a smaller step.
  ///
  /// - Complexity: Two forward passes for each parameter.
  public func differencesFinding() -> Finding {
    differencesFinding(beside: gradientByDifferences(in: Ball<256>.self))
  }

  /// Compares the backward pass with differences in balls of 256 bits that are known already.
  ///
  /// Where it does not pass beside them, those of 512 bits are needed, and computed unless they are known.
  func differencesFinding(
    beside known: Differences<256>, finer: Differences<512>? = nil
  ) -> Finding {
    .escalating(
      { differencesFinding(in: Ball<256>.self, beside: known) },
      {
        differencesFinding(
          in: Ball<512>.self, beside: finer ?? gradientByDifferences(in: Ball<512>.self))
      },
      {
        differencesFinding(
          in: Ball<1024>.self, beside: gradientByDifferences(in: Ball<1024>.self))
      })
  }

  private func differencesFinding<let bits: Int>(
    in ball: Ball<bits>.Type, beside known: Differences<bits>
  ) -> Finding {
    let ours = gradient(at: evaluationPoint(in: ball))
    if let failure = shapeFailure(by: .differences, ours) { return failure }
    let (reference, undecided) = known
    if let undecided { return .undecided(.differences, undecided) }
    return agreement(of: ours, with: reference, by: .differences)
  }

  /// Returns the gradient of the loss by central differences in balls.
  ///
  /// - Returns: The gradient, and the undecided comparison or the kink that makes it meaningless, if any.
  func gradientByDifferences<let bits: Int>(
    in ball: Ball<bits>.Type
  ) -> Differences<bits> {
    let start = evaluationPoint(in: ball)
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
    var gradient = start
    for (entry, side) in zip(entries, sides) {
      gradient[entry.tensor].elements[entry.index] = (side.left + side.right) / (2 * step)
    }
    let units = errorUnits(of: gradient.map { midpoints(of: $0) })
    // On a smooth curve the derivatives on the two sides differ by a multiple of the step.
    let kink = zip(entries, sides).first { entry, side in
      ((side.right - side.left) / step).lowerBound > 0x1p-40 * units[entry.tensor]
    }.map { entry, _ in
      "\(evaluationPoint[entry.tensor].location(of: entry.index)) is at a kink of the loss"
    }
    return (gradient, comparisons.first ?? kink)
  }

  /// Compares a gradient in balls with a reference in balls, to 40 digits of each tensor's largest.
  private func agreement<let bits: Int>(
    of ours: [Tensor<Ball<bits>>], with reference: [Tensor<Ball<bits>>], by method: Method
  ) -> Finding {
    let truth = reference.map { midpoints(of: $0) }
    let units = errorUnits(of: truth)
    func error(_ tensor: Int, _ index: Int) -> Ball<bits> {
      ours[tensor].elements[index] - reference[tensor].elements[index]
    }
    let wrong = failure(by: method, ours.map { midpoints(of: $0) }, truth) {
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
  /// Returns the finding that nothing is wrong by more than the given parts of the gradient's size.
  ///
  /// It is undecided where a part is larger than 10⁻⁴⁰.
  static func pass(_ method: Method, upTo parts: [Double]) -> Finding {
    let worst = parts.reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
    if worst == 0 { return .pass(method, .equal) }
    if worst <= ballTolerance { return .pass(method, .digits(-Double.log10(worst))) }
    return .undecided(
      method, "the balls allow an error of up to \(worst); at most \(ballTolerance) is accepted")
  }
}

/// Returns the midpoints of balls.
func midpoints<let bits: Int>(of tensor: Tensor<Ball<bits>>) -> Tensor<Double> {
  tensor.map { $0.isFinite ? Double($0.midpoint) : .nan }
}

/// Returns, for each tensor, the unit of its errors: its largest entry.
///
/// The unit of a tensor that is all 0 is the largest entry of all tensors.
func errorUnits(of gradient: [Tensor<Double>]) -> [Double] {
  let largest = gradient.map(\.scale).reduce(0, max)
  return gradient.map { $0.scale > 0 ? $0.scale : largest > 0 ? largest : 1 }
}
