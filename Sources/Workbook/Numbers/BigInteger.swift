import CGMP

/// A whole number of any size, changed in place by its one owner.
///
/// It cannot be copied, so no operation ever meets its own operand in another name, which GMP allows
/// and Swift does not. What several holders share is a ``Shared`` one, and that never changes.
struct BigInteger: ~Copyable, @unchecked Sendable {
  private var mpz = __mpz_struct()

  /// A whole number that never changes, to be shared by any number of holders on any threads.
  final class Shared: Sendable {
    let value: BigInteger
    let sign: Int
    let bitWidth: Int

    init(_ value: consuming BigInteger) {
      sign = value.sign
      bitWidth = value.bitWidth
      self.value = value
    }
  }

  /// Creates 0, without memory for digits.
  init() { __gmpz_init(&mpz) }
  init(_ value: Int) { __gmpz_init_set_si(&mpz, value) }

  init(copying other: borrowing BigInteger) {
    var view = other.mpz
    __gmpz_init_set(&mpz, &view)
  }

  /// Creates a copy of one of GMP's own numbers.
  init(copying other: UnsafePointer<__mpz_struct>) { __gmpz_init_set(&mpz, other) }

  /// Creates ±Σ wᵢ 2^(64 i) from the 64-bit digits wᵢ, the lowest first.
  init(words: [UInt], isNegative: Bool) {
    __gmpz_init(&mpz)
    __gmpz_import(&mpz, words.count, -1, MemoryLayout<UInt>.size, 0, 0, words)
    if isNegative { negate() }
  }

  init(power exponent: UInt, of base: UInt) {
    __gmpz_init(&mpz)
    __gmpz_ui_pow_ui(&mpz, base, exponent)
  }

  init(product a: borrowing BigInteger, _ b: borrowing BigInteger) {
    __gmpz_init(&mpz)
    var a = a.mpz
    var b = b.mpz
    __gmpz_mul(&mpz, &a, &b)
  }

  /// Creates a · 2^count.
  init(_ a: borrowing BigInteger, shiftedLeft count: Int) {
    // A sum may follow: memory for one more digit spares moving the others.
    __gmpz_init2(&mpz, UInt(a.bitWidth + count + 64))
    var a = a.mpz
    __gmpz_mul_2exp(&mpz, &a, UInt(count))
  }

  /// Creates a · 2^count, rounded towards 0, for a count of either sign.
  init(_ a: borrowing BigInteger, shiftedBy count: Int) {
    __gmpz_init(&mpz)
    var a = a.mpz
    if count < 0 {
      __gmpz_tdiv_q_2exp(&mpz, &a, count.magnitude)
    } else {
      __gmpz_mul_2exp(&mpz, &a, UInt(count))
    }
  }

  deinit {
    var mpz = mpz
    __gmpz_clear(&mpz)
  }

  // A view is the same digits in another struct: right for an operand that GMP only reads while its
  // owner is borrowed, and wrong for a result.

  /// Calls `body` with this number as GMP has it.
  func withMPZ<Result>(_ body: (UnsafePointer<__mpz_struct>) -> Result) -> Result {
    var view = mpz
    return body(&view)
  }
}

extension BigInteger {
  /// −1, 0 or 1.
  var sign: Int { Int(mpz._mp_size.signum()) }

  /// The number of bits of the magnitude, 0 for 0: 2^(bits − 1) ≤ |z| < 2^bits.
  var bitWidth: Int {
    let count = Int(mpz._mp_size.magnitude)
    guard count > 0 else { return 0 }
    return count * 64 - mpz._mp_d[count - 1].leadingZeroBitCount
  }

  /// The 64 leading bits of the magnitude, the first of them 1, cut off below; 0 for 0.
  var leadingBits: UInt64 {
    let count = Int(mpz._mp_size.magnitude)
    guard count > 0 else { return 0 }
    let high = UInt64(mpz._mp_d[count - 1])
    let shift = high.leadingZeroBitCount
    guard count > 1, shift > 0 else { return high << shift }
    return high << shift | UInt64(mpz._mp_d[count - 2]) >> (64 - shift)
  }

  /// The number of zero bits below the lowest one bit of a number that is not 0.
  var trailingZeros: Int {
    var view = mpz
    return Int(bitPattern: __gmpz_scan1(&view, 0))
  }

  /// Whether the bit of the magnitude that is worth 2^index is set.
  func bit(_ index: Int) -> Bool {
    guard index < Int(mpz._mp_size.magnitude) * 64 else { return false }
    return mpz._mp_d[index / 64] >> UInt(index % 64) & 1 != 0
  }

  static func == (a: borrowing BigInteger, b: borrowing BigInteger) -> Bool {
    var a = a.mpz
    var b = b.mpz
    return __gmpz_cmp(&a, &b) == 0
  }

  /// The number itself, where it has fewer than 64 bits.
  var word: Int {
    var view = mpz
    return __gmpz_get_si(&view)
  }

  /// The number in decimal digits.
  var decimal: String {
    var view = mpz
    var digits = [CChar](repeating: 0, count: __gmpz_sizeinbase(&view, 10) + 2)
    __gmpz_get_str(&digits, 10, &view)
    return String(decoding: digits.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension BigInteger {
  mutating func negate() { mpz._mp_size = -mpz._mp_size }

  /// Becomes a machine word.
  mutating func take(_ word: Int) { __gmpz_set_si(&mpz, word) }

  mutating func add(_ word: Int) {
    withUnsafeMutablePointer(to: &mpz) {
      word < 0
        ? __gmpz_sub_ui($0, $0, word.magnitude) : __gmpz_add_ui($0, $0, word.magnitude)
    }
  }

  mutating func add(_ other: borrowing BigInteger) {
    var view = other.mpz
    withUnsafeMutablePointer(to: &mpz) { __gmpz_add($0, $0, &view) }
  }

  /// Makes the magnitude larger by 1, away from 0; a number that is 0 becomes `sign`.
  mutating func step(towards sign: Int) { add(sign < 0 ? -1 : 1) }

  mutating func subtract(_ other: borrowing BigInteger) {
    var view = other.mpz
    withUnsafeMutablePointer(to: &mpz) { __gmpz_sub($0, $0, &view) }
  }

  /// Becomes the product of two numbers.
  mutating func take(product a: borrowing BigInteger, _ b: borrowing BigInteger) {
    var a = a.mpz
    var b = b.mpz
    __gmpz_mul(&mpz, &a, &b)
  }

  mutating func take(product a: borrowing BigInteger, _ b: Int) {
    var a = a.mpz
    __gmpz_mul_si(&mpz, &a, b)
  }

  mutating func multiply(by other: borrowing BigInteger) {
    var view = other.mpz
    withUnsafeMutablePointer(to: &mpz) { __gmpz_mul($0, $0, &view) }
  }

  mutating func multiply(by other: Int) {
    withUnsafeMutablePointer(to: &mpz) { __gmpz_mul_si($0, $0, other) }
  }

  mutating func square() {
    withUnsafeMutablePointer(to: &mpz) { __gmpz_mul($0, $0, $0) }
  }

  mutating func shiftLeft(_ count: Int) {
    withUnsafeMutablePointer(to: &mpz) { __gmpz_mul_2exp($0, $0, UInt(count)) }
  }

  /// Divides by 2^count, rounding towards 0.
  mutating func shiftRight(_ count: Int) {
    withUnsafeMutablePointer(to: &mpz) { __gmpz_tdiv_q_2exp($0, $0, UInt(count)) }
  }

  /// Divides by a number, rounding towards 0.
  mutating func divide(by other: Int) {
    withUnsafeMutablePointer(to: &mpz) { _ = __gmpz_tdiv_q_ui($0, $0, UInt(other)) }
  }

  /// Divides by a number, rounding towards 0, and returns whether nothing was left over.
  mutating func divide(by other: borrowing BigInteger) -> Bool {
    var view = other.mpz
    var remainder = BigInteger()
    withUnsafeMutablePointer(to: &mpz) { __gmpz_tdiv_qr($0, &remainder.mpz, $0, &view) }
    return remainder.sign == 0
  }

  /// Replaces a number by its square root, rounded down, and returns whether nothing was left over.
  mutating func takeSquareRoot() -> Bool {
    var remainder = BigInteger()
    withUnsafeMutablePointer(to: &mpz) { __gmpz_sqrtrem($0, &remainder.mpz, $0) }
    return remainder.sign == 0
  }
}
