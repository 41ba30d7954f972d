import Numbers
import Reports
import Tensors

/// A gradient by differences in `Double`, and the parameters, each by its tensor and its index, whose step
/// crosses a kink.
typealias DoubleDifferences = (gradient: [Tensor<Double>], aside: Set<[Int]>)

extension Formula {
  /// Compares the backward pass with central differences in `Double`, parameter by parameter.
  ///
  /// It needs no high precision, and is as accurate as `Double` allows. The differences
  /// of steps 2⁻¹² and 2⁻¹³ are combined so that the h² of their errors cancels (Richardson's
  /// extrapolation). What is left is of the size of 10⁻¹² for losses of ordinary size, and 2⁻³¹ of the
  /// largest entry of a tensor is tolerated. A parameter whose step crosses a kink is set aside; the loss
  /// is evaluated on a ball as wide as the step to find out whether it does.
  ///
  /// - Complexity: Five forward passes for each parameter, one of them in balls.
  public func doubleDifferencesFinding() -> Finding {
    doubleDifferencesFinding(beside: nil)
  }

  /// Compares the backward pass with differences in `Double`; they are computed unless they are known.
  func doubleDifferencesFinding(beside known: DoubleDifferences?) -> Finding {
    let method = Method.doubleDifferences
    let start = evaluationPoint(in: Double.self)
    let ours = gradient(at: start)
    if let failure = shapeFailure(by: method, ours) { return failure }
    let (reference, aside) = known ?? gradientByDoubleDifferences()
    let compared = entries.filter { !aside.contains([$0.tensor, $0.index]) }
    let units = errorUnits(of: reference)
    // The rounding of the loss is as large as the effect of a derivative of this size.
    let floor = 8 * Double.ulpOfOne * abs(loss(at: start)) / differenceStep
    if let small = units.min(), floor > differenceTolerance * small {
      return .undecided(
        method,
        "a derivative of \(small) is lost in the rounding of the loss; \(floor / differenceTolerance) or more is not"
      )
    }
    func error(_ tensor: Int, _ index: Int) -> Double {
      abs(ours[tensor].elements[index] - reference[tensor].elements[index]) / units[tensor]
    }
    let wrong = failure(by: method, ours, reference) {
      !aside.contains([$0, $1]) && !(error($0, $1) <= differenceTolerance)
    }
    if let wrong { return wrong }
    if aside.count * 10 > parameterCount || compared.isEmpty {
      return .undecided(
        method, "\(aside.count) of \(parameterCount) parameters are too near a kink")
    }
    let worst = compared.map { error($0.tensor, $0.index) }.reduce(0, max)
    return .pass(method, .part(worst), kinks: aside.count)
  }

  /// Returns the gradient of the loss by differences in `Double`, and what to set aside.
  func gradientByDoubleDifferences() -> DoubleDifferences {
    let start = evaluationPoint(in: Double.self)
    var gradient = start
    var aside: Set<[Int]> = []
    for (tensor, index) in entries {
      gradient[tensor].elements[index] = extrapolatedDifference(at: start, tensor, index)
      if crossesKink(tensor, index) { aside.insert([tensor, index]) }
    }
    return (gradient, aside)
  }

  /// Returns (4 D(h/2) − D(h)) / 3, where D(h) is the central difference of step h.
  private func extrapolatedDifference(
    at start: [Tensor<Double>], _ tensor: Int, _ index: Int
  ) -> Double {
    func loss(nudgedBy step: Double) -> Double {
      var nudged = start
      nudged[tensor].elements[index] += step
      return self.loss(at: nudged)
    }
    let h = differenceStep
    let wide = (loss(nudgedBy: h) - loss(nudgedBy: -h)) / (2 * h)
    let narrow = (loss(nudgedBy: h / 2) - loss(nudgedBy: -h / 2)) / h
    return (4 * narrow - wide) / 3
  }

  /// Whether some comparison in the loss could come out either way within a step of the evaluation point.
  private func crossesKink(_ tensor: Int, _ index: Int) -> Bool {
    var widened = evaluationPoint(in: Ball<64>.self)
    widened[tensor].elements[index] += Ball<64>(radius: differenceStep)
    return !Undecided.recording { loss(at: widened) }.comparisons.isEmpty
  }
}

private let differenceStep = 0x1p-12
private let differenceTolerance = 0x1p-31
