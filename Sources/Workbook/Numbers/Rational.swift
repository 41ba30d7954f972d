import CGMP
import Foundation

/// An exact fraction in lowest terms.
///
/// `+ − × ÷` and comparison are exact, so code that runs on fractions shows what its formula says and
/// nothing else. The price is that digits grow: each product has about as many as its factors together.
///
/// - Complexity: Sums and products are those of the GNU multiple precision library, with one
///   allocation for a new value and none where the left side of `+=` is held nowhere else.
public struct Rational: OrderedField, @unchecked Sendable {
  // A box is changed only while one struct alone holds it, so that values can be shared by threads.
  private var box: Box

  private init(_ box: Box) { self.box = box }

  /// Creates the fraction `numerator / denominator`.
  ///
  /// - Precondition: The denominator is not 0.
  public init(_ numerator: Int, _ denominator: Int) {
    precondition(denominator != 0, "the fraction \(numerator)/0")
    self = Rational(count: numerator) / Rational(count: denominator)
  }

  public init(count: Int) {
    box = .make { __gmpq_set_si($0, count, 1) }
  }

  /// Creates the fraction that a floating-point number is, exactly.
  ///
  /// - Precondition: The number is finite.
  public init(_ value: Double) {
    precondition(value.isFinite, "\(value) is no fraction")
    box = .make { __gmpq_set_d($0, value) }
  }

  /// Creates a fraction by writing to a new number of GMP's, which is 0 and must end in lowest terms.
  init(_ write: (UnsafeMutablePointer<__mpq_struct>) -> Void) { box = .make(write) }

  /// Calls `body` with the number as GMP has it.
  func withMPQ<Result>(_ body: (UnsafePointer<__mpq_struct>) -> Result) -> Result {
    box.withUnsafeMutablePointerToElements { body(UnsafePointer($0)) }
  }

  /// Returns the product of this fraction and 2 to a power.
  public func scaled(byPowerOfTwo exponent: Int) -> Rational {
    Rational { result in
      withMPQ { own in
        if exponent < 0 {
          __gmpq_div_2exp(result, own, exponent.magnitude)
        } else {
          __gmpq_mul_2exp(result, own, exponent.magnitude)
        }
      }
    }
  }

  /// −1, 0 or 1.
  public var sign: Int { withMPQ { Int($0.pointee._mp_num._mp_size.signum()) } }
}

extension Rational: Numeric {
  public init(integerLiteral value: Int) { self.init(count: value) }

  public init?<Source: BinaryInteger>(exactly source: Source) {
    if let count = Int(exactly: source) {
      self.init(count: count)
    } else {
      self.init { _ = __gmpq_set_str($0, String(source), 10) }
    }
  }

  public var magnitude: Rational { sign < 0 ? -self : self }

  public static prefix func - (x: Rational) -> Rational {
    Rational { result in x.withMPQ { __gmpq_neg(result, $0) } }
  }

  public static func + (a: Rational, b: Rational) -> Rational { operate(a, b, __gmpq_add) }
  public static func - (a: Rational, b: Rational) -> Rational { operate(a, b, __gmpq_sub) }
  public static func * (a: Rational, b: Rational) -> Rational { operate(a, b, __gmpq_mul) }
  public static func += (a: inout Rational, b: Rational) { a.operate(b, __gmpq_add) }
  public static func -= (a: inout Rational, b: Rational) { a.operate(b, __gmpq_sub) }
  public static func *= (a: inout Rational, b: Rational) { a.operate(b, __gmpq_mul) }
}

extension Rational: AlgebraicField {
  /// Returns the quotient.
  ///
  /// - Precondition: The divisor is not 0.
  public static func / (a: Rational, b: Rational) -> Rational {
    precondition(b.sign != 0, "division of \(a) by 0")
    return operate(a, b, __gmpq_div)
  }

  public static func /= (a: inout Rational, b: Rational) {
    precondition(b.sign != 0, "division of \(a) by 0")
    a.operate(b, __gmpq_div)
  }

  public var reciprocal: Rational? { sign == 0 ? nil : 1 / self }
}

extension Rational {
  public static func == (a: Rational, b: Rational) -> Bool {
    a.withMPQ { a in b.withMPQ { b in __gmpq_equal(a, b) != 0 } }
  }

  public static func < (a: Rational, b: Rational) -> Bool {
    a.withMPQ { a in b.withMPQ { b in __gmpq_cmp(a, b) < 0 } }
  }
}

extension Rational: CustomStringConvertible {
  /// The fraction in decimal digits, such as −3/4, or 2.
  public var description: String {
    withMPQ { own in
      guard let text = __gmpq_get_str(nil, 10, own) else { return "" }
      defer { free(text) }
      return String(cString: text)
    }
  }
}

extension Double {
  /// Creates the number of this format nearest to a fraction towards 0, less than an ulp away.
  public init(_ fraction: Rational) { self = fraction.withMPQ { __gmpq_get_d($0) } }
}

extension Rational {
  private typealias Operation = (
    UnsafeMutablePointer<__mpq_struct>?, UnsafePointer<__mpq_struct>?,
    UnsafePointer<__mpq_struct>?
  ) -> Void

  private static func operate(_ a: Rational, _ b: Rational, _ operation: Operation) -> Rational {
    Rational { result in a.withMPQ { a in b.withMPQ { b in operation(result, a, b) } } }
  }

  private mutating func operate(_ other: Rational, _ operation: Operation) {
    guard isKnownUniquelyReferenced(&box) else {
      self = Self.operate(self, other, operation)
      return
    }
    box.withUnsafeMutablePointerToElements { own in other.withMPQ { operation(own, own, $0) } }
  }

  /// The memory of a number of GMP's, which is freed with its last holder.
  private final class Box: ManagedBuffer<Void, __mpq_struct> {
    /// Returns a box whose number, 0 at first, `write` has written to.
    static func make(_ write: (UnsafeMutablePointer<__mpq_struct>) -> Void) -> Box {
      let box = unsafeDowncast(create(minimumCapacity: 1) { _ in }, to: Box.self)
      box.withUnsafeMutablePointerToElements {
        __gmpq_init($0)
        write($0)
      }
      return box
    }

    deinit { withUnsafeMutablePointerToElements { __gmpq_clear($0) } }
  }
}
