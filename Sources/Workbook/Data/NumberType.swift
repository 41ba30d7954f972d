import Numbers

/// What the numbers of an array in a file are, whatever the format of the file. The lowest byte is the first.
enum NumberType: Sendable {
  case bool
  case int8, uint8, int16, uint16, int32, uint32, int64, uint64
  case float16, bfloat16, float32, float64

  /// The number of bytes of a number.
  var size: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// Whether these are whole numbers or truth values.
  var isInteger: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: false
    default: true
    }
  }

  /// Returns the numbers that some bytes hold, rounded where they must be.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func numbers<Scalar: FloatingField>(
    in bytes: [UInt8], as scalar: Scalar.Type = Scalar.self
  ) -> [Scalar] {
    switch self {
    case .bool: bytes.map { $0 == 0 ? 0 : 1 }
    case .int8: bytes.map(Int8.self) { Scalar($0) }
    case .uint8: bytes.map { Scalar($0) }
    case .int16: bytes.map(Int16.self) { Scalar($0) }
    case .uint16: bytes.map(UInt16.self) { Scalar($0) }
    case .int32: bytes.map(Int32.self) { Scalar($0) }
    case .uint32: bytes.map(UInt32.self) { Scalar($0) }
    case .int64: bytes.map(Int64.self) { Scalar($0) }
    case .uint64: bytes.map(UInt64.self) { Scalar($0) }
    case .float16: bytes.map(UInt16.self) { Scalar(Float(half: $0)) }
    case .bfloat16: bytes.map(UInt16.self) { Scalar(Float(bitPattern: UInt32($0) << 16)) }
    case .float32: bytes.map(Float.self) { Scalar($0) }
    case .float64: bytes.map(Double.self) { Scalar($0) }
    }
  }

  /// Returns the integers that some bytes hold, 0 and 1 for truth values; `nil` where they are no integers,
  /// or one of them is beyond `Int`.
  func integers(in bytes: [UInt8]) -> [Int]? {
    switch self {
    case .bool: return bytes.map { $0 == 0 ? 0 : 1 }
    case .int8: return bytes.map(Int8.self) { Int($0) }
    case .uint8: return bytes.map { Int($0) }
    case .int16: return bytes.map(Int16.self) { Int($0) }
    case .uint16: return bytes.map(UInt16.self) { Int($0) }
    case .int32: return bytes.map(Int32.self) { Int($0) }
    case .uint32: return bytes.map(UInt32.self) { Int($0) }
    case .int64: return bytes.map(Int64.self) { Int($0) }
    case .uint64:
      // What is beyond is below 0 where the same bytes are taken for a signed number.
      let integers = bytes.map(Int64.self) { Int($0) }
      return integers.contains { $0 < 0 } ? nil : integers
    case .float16, .bfloat16, .float32, .float64: return nil
    }
  }
}

extension [UInt8] {
  /// Returns something for each of the numbers that lie here one behind another.
  @inline(__always)
  fileprivate func map<Number, Result>(
    _ number: Number.Type, _ transform: (Number) -> Result
  ) -> [Result] {
    let size = MemoryLayout<Number>.size
    return withUnsafeBytes { raw in
      (0..<raw.count / size).map {
        transform(raw.loadUnaligned(fromByteOffset: $0 * size, as: Number.self))
      }
    }
  }
}

extension Float {
  /// The number that 16 bits stand for, by IEEE 754: a sign, 5 bits of exponent, 10 of fraction.
  init(half bits: UInt16) {
    let (exponent, fraction) = (Int(bits >> 10 & 31), Float(bits & 1023))
    let magnitude: Float =
      switch exponent {
      case 0: fraction * 0x1p-24
      case 31: fraction == 0 ? .infinity : .nan
      default: (1024 + fraction) * Float(sign: .plus, exponent: exponent - 25, significand: 1)
      }
    self = bits >> 15 == 0 ? magnitude : -magnitude
  }
}
