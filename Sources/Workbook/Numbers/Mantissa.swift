/// A whole number that never changes: a machine word where that holds it, else digits of GMP's.
///
/// Most numbers of a ball of 24 or 53 bits are words. They need no memory of their own, and their
/// products and sums that have fewer than 128 bits are made in the processor's registers. Holders of
/// the digits share them.
enum Mantissa: Sendable {
  /// A number of fewer than 64 bits; so `Int.min` is none.
  case word(Int)
  /// A number of 64 bits or more.
  case digits(BigInteger.Shared)

  static let zero = Mantissa.word(0)

  init(_ z: consuming BigInteger) {
    self = z.bitWidth < Int.bitWidth ? .word(z.word) : .digits(BigInteger.Shared(z))
  }

  /// Creates ±`magnitude`.
  init(_ magnitude: UInt128, isNegative: Bool) {
    if let word = Int(exactly: magnitude) {
      self = .word(isNegative ? -word : word)
    } else {
      let words = [UInt(truncatingIfNeeded: magnitude), UInt(truncatingIfNeeded: magnitude >> 64)]
      self = .digits(BigInteger.Shared(BigInteger(words: words, isNegative: isNegative)))
    }
  }

  /// −1, 0 or 1.
  var sign: Int {
    switch self {
    case .word(let word): word.signum()
    case .digits(let digits): digits.sign
    }
  }

  /// The number of bits of the magnitude, 0 for 0.
  var bitWidth: Int {
    switch self {
    case .word(let word): Int.bitWidth - word.magnitude.leadingZeroBitCount
    case .digits(let digits): digits.bitWidth
    }
  }

  /// The 64 leading bits of the magnitude, the first of them 1, cut off below; 0 for 0.
  var leadingBits: UInt64 {
    switch self {
    case .word(let word): UInt64(word.magnitude) << word.magnitude.leadingZeroBitCount
    case .digits(let digits): digits.value.leadingBits
    }
  }

  /// A copy that may be changed.
  var integer: BigInteger {
    switch self {
    case .word(let word): BigInteger(word)
    case .digits(let digits): BigInteger(copying: digits.value)
    }
  }

  static prefix func - (z: Mantissa) -> Mantissa {
    if case .word(let word) = z { return .word(-word) }
    var integer = z.integer
    integer.negate()
    return Mantissa(integer)
  }

  static func == (a: Mantissa, b: Mantissa) -> Bool {
    switch (a, b) {
    case (.word(let a), .word(let b)): a == b
    case (.digits(let a), .digits(let b)): a.value == b.value
    default: false
    }
  }
}

extension BigInteger {
  /// Creates z · 2^count.
  init(_ z: Mantissa, shiftedLeft count: Int) {
    switch z {
    case .word(let word): self.init(BigInteger(word), shiftedLeft: count)
    case .digits(let digits): self.init(digits.value, shiftedLeft: count)
    }
  }

  mutating func add(_ z: Mantissa) {
    switch z {
    case .word(let word): add(word)
    case .digits(let digits): add(digits.value)
    }
  }

  mutating func subtract(_ z: Mantissa) {
    switch z {
    case .word(let word): add(-word)
    case .digits(let digits): subtract(digits.value)
    }
  }

  /// Becomes the product of two numbers.
  mutating func take(product a: Mantissa, _ b: Mantissa) {
    switch (a, b) {
    case (.digits(let a), .digits(let b)): take(product: a.value, b.value)
    case (.digits(let a), .word(let b)): take(product: a.value, b)
    case (.word(let a), .digits(let b)): take(product: b.value, a)
    case (.word(let a), .word(let b)):
      take(a)
      multiply(by: b)
    }
  }
}
