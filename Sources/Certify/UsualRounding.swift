import Workbook

/// How much rounding usually changes, beside how much it could.
///
/// A bound for every order of summation supposes that all roundings push the same way. They hardly ever do:
/// in a wide network the bound can be a million times what happens. So this program runs its own pass in the
/// format, and looks how far that is from the truth. A claim that is a thousand times as far, or off by a
/// twentieth of the largest entry, is not called wrong, since the bound allows it, nor right.
struct UsualRounding: Sendable {
  /// How many times as far as usual a claim may be from the truth to be called right.
  private static let factor = 1_000.0
  /// Which part of the largest entry it may be off by at the most.
  private static let part = 0.05

  /// For each tensor that is judged, how far an entry may be off to be called right.
  let limits: [Double]

  /// Runs a network in the format of its claims.
  ///
  /// - Parameters:
  ///   - truth: The right gradients.
  ///   - bound: How far an entry may be off; entries that may be at a kink are left out.
  init(of network: DescribedNetwork, truth: [[Double]], bound: RoundingBound) {
    let isDouble = network.bits > 24
    let own =
      isDouble
      ? BackwardPass(ForwardPass<Double>(network, .floating)).judged.map(\.elements)
      : BackwardPass(ForwardPass<Float>(network, .floating)).judged.map {
        $0.elements.map { Double($0) }
      }
    let bits = isDouble ? 53 : network.bits
    // Errors grow with the unit roundoff.
    let coarser = Double(sign: .plus, exponent: isDouble ? 0 : 24 - bits, significand: 1)
    limits = own.indices.map { tensor in
      let scale = truth[tensor].reduce(0) { max($0, abs($1)) }
      let unit = Double(sign: .plus, exponent: -bits, significand: 1)
      let error = own[tensor].indices.reduce(scale * unit) { largest, entry in
        guard !bound.isAtKink(tensor, entry) else { return largest }
        let error = abs(own[tensor][entry] - truth[tensor][entry]) * coarser
        return error.isFinite ? max(largest, error) : largest
      }
      // A gradient of zeros has no size to compare with, and may not have been rounded here.
      if scale == 0 { return error > 0 ? Self.factor * error : .infinity }
      return min(Self.factor * error, Self.part * scale)
    }
  }

  /// Returns how far each entry may be off to be called right: what is usual, and what a kink leaves open.
  func limits(_ bound: RoundingBound) -> [[Double]] {
    zip(plainLimits(bound), bound.smooth.indices).map { plain, tensor in
      plain.indices.map { entry in
        let kink = bound.likely[tensor][entry] - bound.smooth[tensor][entry]
        return plain[entry] + (kink.isFinite ? kink : 0)
      }
    }
  }

  /// Returns how far each entry may be off where no kink is met.
  func plainLimits(_ bound: RoundingBound) -> [[Double]] {
    bound.smooth.indices.map { tensor in
      bound.smooth[tensor].map { smooth in
        let rounding = min(smooth, limits[tensor])
        return rounding.isFinite ? rounding : 0
      }
    }
  }

  /// Returns how far an entry of each tensor may be off where no kink is met.
  func smoothLimits(_ bound: RoundingBound) -> [Double] {
    zip(bound.smooth, limits).map { min($0.reduce(0, max), $1) }
  }
}

extension RoundingBound {
  /// Whether an entry depends on a number that may be at a kink.
  func isAtKink(_ tensor: Int, _ entry: Int) -> Bool {
    likely[tensor][entry] > smooth[tensor][entry] * (1 + 1e-9)
  }
}
