extension Formula {
  /// Compares the backward pass with central differences in `Double`, parameter by parameter.
  ///
  /// This is what a reader without high precision does, done as well as `Double` can. The differences
  /// of steps 2⁻¹² and 2⁻¹³ are combined so that the h² of their errors cancels (Richardson's
  /// extrapolation). What is left is of the size of 10⁻¹² for losses of ordinary size, and 2⁻³¹ of the
  /// largest slope in a tensor is tolerated. A parameter whose step crosses a corner is set aside; that
  /// it does is not guessed but found by running the loss on a ball as wide as the step.
  ///
  /// - Complexity: Five forward passes for each parameter, one of them in balls.
  public func doubleDifferencesFinding() -> Finding {
    let method = Method.doubleDifferences
    let start = place(in: Double.self)
    let ours = gradient(at: start)
    if let misshape = misshape(by: method, ours) { return misshape }

    var reference = start
    var aside: Set<[Int]> = []
    for (tensor, index) in entries {
      reference[tensor].elements[index] = extrapolatedDifference(at: start, tensor, index)
      if crossesCorner(tensor, index) { aside.insert([tensor, index]) }
    }
    let compared = entries.filter { !aside.contains([$0.tensor, $0.index]) }
    let units = units(of: reference)
    // Rounding the loss cannot be told from a slope of this size.
    let floor = 8 * Double.ulpOfOne * abs(loss(at: start)) / differenceStep
    if let small = units.min(), floor > differenceTolerance * small {
      return .undecided(method, "a slope of \(small) is lost in the rounding of the loss")
    }
    func error(_ tensor: Int, _ index: Int) -> Double {
      abs(ours[tensor].elements[index] - reference[tensor].elements[index]) / units[tensor]
    }
    let wrong = mismatch(by: method, ours, reference) {
      !aside.contains([$0, $1]) && !(error($0, $1) <= differenceTolerance)
    }
    if let wrong { return wrong }
    if aside.count * 10 > parameterCount || compared.isEmpty {
      return .undecided(
        method, "\(aside.count) of \(parameterCount) parameters are too near a corner")
    }
    let worst = compared.map { error($0.tensor, $0.index) }.reduce(0, max)
    return .pass(method, .part(worst), kinks: aside.count)
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

  /// Whether some comparison in the loss could come out either way within a step of the place.
  private func crossesCorner(_ tensor: Int, _ index: Int) -> Bool {
    var widened = place(in: Ball<64>.self)
    widened[tensor].elements[index] += Ball<64>(radius: differenceStep)
    return !Undecided.recording { loss(at: widened) }.comparisons.isEmpty
  }
}

private let differenceStep = 0x1p-12
private let differenceTolerance = 0x1p-31

extension Ball {
  /// Creates the ball around 0 of a radius.
  fileprivate init(radius: Double) {
    self.init(Enclosure.zero.with(radius: Ball(radius).enclosure.upperMagnitude))
  }
}
