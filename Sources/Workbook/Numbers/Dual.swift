/// A number with its derivative in one direction: v + d ε, where ε² = 0.
///
/// Give one input the derivative 1 and run a formula: the result comes with its derivative in that input,
/// by the rules of calculus, one operation after another, and with no step and no limit. Over exact
/// fractions the derivative is exact, over balls it is enclosed.
///
/// - Source: Griewank and Walther, “Evaluating derivatives”, 2nd edition, 2008, chapter 3.
///   doi:10.1137/1.9780898717761
public struct Dual<Scalar: Field>: Field {
  /// The number itself, v.
  public var value: Scalar
  /// Its derivative in that direction, d.
  public var derivative: Scalar

  /// Creates a number with a derivative: 0 for a constant, 1 for the input that is varied.
  public init(_ value: Scalar, derivative: Scalar) {
    self.value = value
    self.derivative = derivative
  }

  public init(count: Int) { self.init(Scalar(count: count), derivative: 0) }
  public init(_ value: Double) { self.init(Scalar(value), derivative: 0) }
  public init(integerLiteral value: Scalar.IntegerLiteralType) {
    self.init(Scalar(integerLiteral: value), derivative: 0)
  }

  public init?<Source: BinaryInteger>(exactly source: Source) {
    guard let value = Scalar(exactly: source) else { return nil }
    self.init(value, derivative: 0)
  }

  /// The magnitude of the number itself, without its derivative.
  public var magnitude: Scalar.Magnitude { value.magnitude }
}

extension Dual {
  public static prefix func - (x: Dual) -> Dual { Dual(-x.value, derivative: -x.derivative) }

  public static func + (a: Dual, b: Dual) -> Dual {
    Dual(a.value + b.value, derivative: a.derivative + b.derivative)
  }

  public static func - (a: Dual, b: Dual) -> Dual {
    Dual(a.value - b.value, derivative: a.derivative - b.derivative)
  }

  /// The product rule: (a b)′ = a′ b + a b′.
  public static func * (a: Dual, b: Dual) -> Dual {
    Dual(a.value * b.value, derivative: a.derivative * b.value + a.value * b.derivative)
  }

  /// The quotient rule: q = a / b has q′ = (a′ − q b′) / b.
  public static func / (a: Dual, b: Dual) -> Dual {
    let quotient = a.value / b.value
    return Dual(quotient, derivative: (a.derivative - quotient * b.derivative) / b.value)
  }

  public static func += (a: inout Dual, b: Dual) {
    a.value += b.value
    a.derivative += b.derivative
  }

  public static func -= (a: inout Dual, b: Dual) {
    a.value -= b.value
    a.derivative -= b.derivative
  }

  public static func *= (a: inout Dual, b: Dual) { a = a * b }
  public static func /= (a: inout Dual, b: Dual) { a = a / b }
}

extension Dual {
  /// Adds a product of matrices to a third, C += A B, by the product rule: C′ += A′ B + A B′.
  ///
  /// These are three products of matrices of plain numbers, which balls round once an entry.
  public static func addProduct(
    _ a: MatrixView<Dual>, _ b: MatrixView<Dual>, to c: UnsafeMutablePointer<Dual>
  ) {
    let size = a.rows * b.columns
    var values = (0..<size).map { c[$0].value }
    var derivatives = (0..<size).map { c[$0].derivative }
    a.withParts { a, aDerivatives in
      b.withParts { b, bDerivatives in
        Scalar.addProduct(a, b, to: &values)
        Scalar.addProduct(aDerivatives, b, to: &derivatives)
        Scalar.addProduct(a, bDerivatives, to: &derivatives)
      }
    }
    for i in 0..<size { c[i] = Dual(values[i], derivative: derivatives[i]) }
  }
}

extension MatrixView {
  /// Calls `body` with a matrix of the numbers and one of their derivatives.
  fileprivate func withParts<Number>(
    _ body: (MatrixView<Number>, MatrixView<Number>) -> Void
  ) where Scalar == Dual<Number> {
    let entries = (0..<rows).flatMap { row in (0..<columns).map { self[row, $0] } }
    let parts = entries.map(\.value) + entries.map(\.derivative)
    parts.withUnsafeBufferPointer { parts in
      guard let base = parts.baseAddress else { return }
      let values = MatrixView<Number>(base, rows: rows, columns: columns, rowStride: columns)
      var derivatives = values
      derivatives.base += entries.count
      body(values, derivatives)
    }
  }
}

extension Dual: Comparable where Scalar: Comparable {
  /// Whether `a` is smaller than `b`, with ε a positive number below all others.
  ///
  /// The values decide. Where the values are equal and the derivatives differ, the comparison comes out
  /// differently before and behind this point: a kink, reported to ``Undecided``.
  public static func < (a: Dual, b: Dual) -> Bool {
    if a.value < b.value { return true }
    if b.value < a.value { return false }
    if a.derivative != b.derivative { Undecided.comparison("\(a) < \(b), a kink") }
    return a.derivative < b.derivative
  }
}

extension Dual: AnalyticField where Scalar: AnalyticField {
  /// (exp v)′ = exp v · v′.
  public static func exp(_ x: Dual) -> Dual {
    let e = Scalar.exp(x.value)
    return Dual(e, derivative: e * x.derivative)
  }

  /// (log v)′ = v′ / v.
  public static func log(_ x: Dual) -> Dual {
    Dual(Scalar.log(x.value), derivative: x.derivative / x.value)
  }

  /// (log(1 + v))′ = v′ / (1 + v).
  public static func log(onePlus x: Dual) -> Dual {
    Dual(Scalar.log(onePlus: x.value), derivative: x.derivative / (1 + x.value))
  }

  /// (tanh v)′ = (1 − tanh² v) v′.
  public static func tanh(_ x: Dual) -> Dual {
    let t = Scalar.tanh(x.value)
    return Dual(t, derivative: (1 - t * t) * x.derivative)
  }

  /// (√v)′ = v′ / (2 √v).
  public static func sqrt(_ x: Dual) -> Dual {
    let root = Scalar.sqrt(x.value)
    return Dual(root, derivative: x.derivative / (2 * root))
  }
}

extension Dual: CustomStringConvertible {
  /// Such as `3 + 1ε`.
  public var description: String { "\(value) + \(derivative)ε" }
}
