extension Enclosure {
  /// A sum of products that is rounded once, at its end.
  ///
  /// The products are added in fixed point, in units that lie 64 bits below the last place of the
  /// largest one. A product that ends lower is cut off there for less than a unit, so n of them cost
  /// n 2⁻⁶⁴ ulp of the largest. Nothing is lost where all of them end above.
  struct DotProduct: ~Copyable {
    private let exponent: Int
    private let precision: Int
    private var sum = BigInteger()
    private var product = BigInteger()
    private var cutOff: UInt64 = 0
    private var radius = Radius.zero

    /// Creates an empty sum of products none of whose midpoints reaches 2^top.
    init(top: Int, precision: Int) {
      self.precision = precision
      exponent = top - precision - 64
    }

    /// The exponent of a power of two above the midpoint's magnitude, for ``init(top:precision:)``.
    static func top(_ a: Enclosure, _ b: Enclosure) -> Int {
      a.mantissa.sign == 0 || b.mantissa.sign == 0 ? -4 * Radius.limit : a.top + b.top
    }

    mutating func add(_ a: Enclosure, _ b: Enclosure) {
      radius += Enclosure.productRadius(a, b)
      guard a.mantissa.sign != 0 && b.mantissa.sign != 0 else { return }
      product.take(product: a.mantissa, b.mantissa)
      let shift = a.exponent + b.exponent - exponent
      if shift >= 0 {
        product.shiftLeft(shift)
      } else {
        if product.trailingZeros < -shift { cutOff += 1 }
        product.shiftRight(-shift)
      }
      sum.add(product)
    }

    /// The sum, rounded.
    consuming func enclosure() -> Enclosure {
      let lost = Radius(up: cutOff, exponent: exponent)
      return Enclosure(rounding: sum, exponent: exponent, radius: radius + lost, to: precision)
    }
  }
}
