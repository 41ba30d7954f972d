/// A number that knows its slope in one direction: v + d ε, where ε² = 0.
///
/// Give one input the slope 1 and run a formula: the result comes with its derivative in that input,
/// by the rules of calculus, one operation after another, and with no step and no limit. Over exact
/// fractions the derivative is exact, over balls it is enclosed.
///
/// - Source: Griewank and Walther, “Evaluating derivatives”, 2nd edition, 2008, chapter 3.
///   doi:10.1137/1.9780898717761
public struct Dual<Scalar: Field>: Field {
  /// The number itself, v.
  public var value: Scalar
  /// How fast it changes, d.
  public var slope: Scalar

  /// Creates a number of a given slope: 0 for a constant, 1 for the input that is varied.
  public init(_ value: Scalar, slope: Scalar) {
    self.value = value
    self.slope = slope
  }

  public init(count: Int) { self.init(Scalar(count: count), slope: 0) }
  public init(_ value: Double) { self.init(Scalar(value), slope: 0) }
  public init(integerLiteral value: Scalar.IntegerLiteralType) {
    self.init(Scalar(integerLiteral: value), slope: 0)
  }

  public init?<Source: BinaryInteger>(exactly source: Source) {
    guard let value = Scalar(exactly: source) else { return nil }
    self.init(value, slope: 0)
  }

  /// The magnitude of the number itself, without its slope.
  public var magnitude: Scalar.Magnitude { value.magnitude }
}

extension Dual {
  public static prefix func - (x: Dual) -> Dual { Dual(-x.value, slope: -x.slope) }

  public static func + (a: Dual, b: Dual) -> Dual {
    Dual(a.value + b.value, slope: a.slope + b.slope)
  }

  public static func - (a: Dual, b: Dual) -> Dual {
    Dual(a.value - b.value, slope: a.slope - b.slope)
  }

  /// The product rule: (a b)′ = a′ b + a b′.
  public static func * (a: Dual, b: Dual) -> Dual {
    Dual(a.value * b.value, slope: a.slope * b.value + a.value * b.slope)
  }

  /// The quotient rule: q = a / b has q′ = (a′ − q b′) / b.
  public static func / (a: Dual, b: Dual) -> Dual {
    let quotient = a.value / b.value
    return Dual(quotient, slope: (a.slope - quotient * b.slope) / b.value)
  }

  public static func += (a: inout Dual, b: Dual) {
    a.value += b.value
    a.slope += b.slope
  }

  public static func -= (a: inout Dual, b: Dual) {
    a.value -= b.value
    a.slope -= b.slope
  }

  public static func *= (a: inout Dual, b: Dual) { a = a * b }
  public static func /= (a: inout Dual, b: Dual) { a = a / b }
}

extension Dual: Comparable where Scalar: Comparable {
  /// Whether `a` is the smaller, were ε a positive number below all others.
  ///
  /// The values decide. Where they are equal, the slopes tell which is the smaller a little further
  /// on, and it may be the other a little before: a corner, reported to ``Undecided``.
  public static func < (a: Dual, b: Dual) -> Bool {
    if a.value < b.value { return true }
    if b.value < a.value { return false }
    if a.slope != b.slope { Undecided.comparison("\(a) < \(b), a corner") }
    return a.slope < b.slope
  }
}

extension Dual: AnalyticField where Scalar: AnalyticField {
  /// (exp v)′ = exp v · v′.
  public static func exp(_ x: Dual) -> Dual {
    let e = Scalar.exp(x.value)
    return Dual(e, slope: e * x.slope)
  }

  /// (log v)′ = v′ / v.
  public static func log(_ x: Dual) -> Dual {
    Dual(Scalar.log(x.value), slope: x.slope / x.value)
  }

  /// (log(1 + v))′ = v′ / (1 + v).
  public static func log(onePlus x: Dual) -> Dual {
    Dual(Scalar.log(onePlus: x.value), slope: x.slope / (1 + x.value))
  }

  /// (tanh v)′ = (1 − tanh² v) v′.
  public static func tanh(_ x: Dual) -> Dual {
    let t = Scalar.tanh(x.value)
    return Dual(t, slope: (1 - t * t) * x.slope)
  }

  /// (√v)′ = v′ / (2 √v).
  public static func sqrt(_ x: Dual) -> Dual {
    let root = Scalar.sqrt(x.value)
    return Dual(root, slope: x.slope / (2 * root))
  }
}

extension Dual: CustomStringConvertible {
  /// Such as `3 + 1ε`.
  public var description: String { "\(value) + \(slope)ε" }
}
