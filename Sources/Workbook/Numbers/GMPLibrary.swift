import CGMP

/// The GNU multiple precision library that this program is linked to.
public enum GMPLibrary {
  /// Its version, such as 6.2.1.
  public static var version: String { String(cString: __gmp_version) }

  /// Returns a power of a whole number in decimal digits, exactly.
  public static func power(_ base: UInt, _ exponent: UInt) -> String {
    var result = __mpz_struct()
    __gmpz_init(&result)
    defer { __gmpz_clear(&result) }
    __gmpz_ui_pow_ui(&result, base, exponent)
    var digits = [CChar](repeating: 0, count: __gmpz_sizeinbase(&result, 10) + 2)
    __gmpz_get_str(&digits, 10, &result)
    return digits.withUnsafeBufferPointer { digits in
      digits.baseAddress.map { String(cString: $0) } ?? ""
    }
  }
}
