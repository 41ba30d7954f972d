/// A number on its way to being rounded: `value` · 2^`exponent`, off by at most `error` units.
///
/// The elementary functions compute in fixed point with more bits than wanted and count, step by
/// step, how many units of the last place may be wrong.
struct Approximation: ~Copyable {
  var value: BigInteger
  var exponent: Int
  var error: Int
}

extension Enclosure {
  /// Rounds an approximation to `precision` bits; its error goes into the radius.
  init(rounding x: consuming Approximation, radius: Radius = .zero, to precision: Int) {
    let error = Radius(up: UInt64(x.error), exponent: x.exponent)
    self.init(
      rounding: x.value, exponent: x.exponent, radius: radius + error, to: precision)
  }
}
