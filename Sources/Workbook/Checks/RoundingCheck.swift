import Numbers
import Reports
import Tensors

extension Formula {
  /// Compares the gradient in `Float` with one in balls, or with central differences in balls.
  ///
  /// - Parameter truth: The right gradient; `nil` for the differences.
  public func floatFinding(beside truth: [Tensor<Ball<256>>]? = nil) -> Finding {
    roundingFinding(.float, Float.self, rounding: Ball<24>.self, beside: truth)
  }

  /// Compares the gradient in `Double` with one in balls, or with central differences in balls.
  ///
  /// - Parameter truth: The right gradient; `nil` for the differences.
  public func doubleFinding(beside truth: [Tensor<Ball<256>>]? = nil) -> Finding {
    roundingFinding(.double, Double.self, rounding: Ball<53>.self, beside: truth)
  }

  /// Compares the gradient in a floating-point format with one in balls of 256 bits.
  ///
  /// The allowed error is computed: the same formula runs in balls that have as many bits as the format
  /// and round every operation as it does, and their radius encloses every error by rounding. The
  /// gradient may be off by twice the largest radius of its tensor: twice, since the functions of a
  /// system library err by up to one unit in the last place, and those of the balls by half a unit.
  ///
  /// Errors are counted in units in the last place of the tensor's largest entry. A small entry can be
  /// the difference of large numbers, and then few of its own digits are right.
  ///
  /// - Complexity: Two backward passes, and two forward passes for each parameter where no gradient
  ///   is given.
  private func roundingFinding<Format: FloatingField, let bits: Int>(
    _ method: Method, _ format: Format.Type, rounding: Ball<bits>.Type,
    beside given: [Tensor<Ball<256>>]?
  ) -> Finding {
    let ours = gradient(at: evaluationPoint(in: format)).map { $0.map { Double($0) } }
    if let failure = shapeFailure(by: method, ours) { return failure }
    let (truth, undecided) =
      given.map { ($0, nil) } ?? gradientByDifferences(in: Ball<256>.self)
    if let undecided { return .undecided(method, undecided) }
    let (narrow, comparisons) = Undecided.recording { gradient(at: evaluationPoint(in: rounding)) }
    if let comparison = comparisons.first { return .undecided(method, comparison) }

    let reference = truth.map { midpoints(of: $0) }
    let scales = errorUnits(of: reference)
    let units = scales.map { Double(Format($0).ulp) }
    let allowed = zip(narrow, units).map { tensor, unit in
      let radii = tensor.elements.map { $0.radius.map { Double($0) } ?? .infinity }
      return 2 * radii.reduce(0, max) / unit
    }
    guard allowed.allSatisfy(\.isFinite) else {
      return .undecided(method, "the radius is infinite: \(bits) bits are too few for this formula")
    }
    let ulps = ours.indices.map { tensor in
      zip(ours[tensor].elements, truth[tensor].elements).map { ours, truth in
        let error = (Ball<256>(ours) - truth).upperBound
        // Nothing may be wrong where nothing was rounded, but the truth itself has 40 digits.
        return error <= ballTolerance * scales[tensor] ? 0 : error / units[tensor]
      }
    }
    let wrong = failure(by: method, ours, reference) { !(ulps[$0][$1] <= allowed[$0]) }
    if let wrong { return wrong }
    let worst = entries.max { ulps[$0.tensor][$0.index] < ulps[$1.tensor][$1.index] }
    guard let worst else { return .undecided(method, "there is no parameter") }
    return .pass(
      method, .ulps(ulps[worst.tensor][worst.index], allowed: allowed[worst.tensor]))
  }
}
