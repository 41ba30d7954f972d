import Numbers
import Text

/// Named tensors and words about them: a `.safetensors` file.
///
/// The file is eight bytes that say how long a header is, the header, which is JSON, and the numbers.
///
/// - Source: https://github.com/huggingface/safetensors, README, “Format”.
public struct Safetensors: Sendable {
  /// What each number of a tensor is.
  public enum ElementType: String, Sendable, CaseIterable {
    case bool = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case int16 = "I16"
    case uint16 = "U16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int32 = "I32"
    case uint32 = "U32"
    case float32 = "F32"
    case float64 = "F64"
    case int64 = "I64"

    /// The number of bytes of a number.
    public var size: Int {
      switch self {
      case .bool, .uint8, .int8: 1
      case .int16, .uint16, .float16, .bfloat16: 2
      case .int32, .uint32, .float32: 4
      case .float64, .int64: 8
      }
    }
  }

  /// A tensor and its name.
  public struct Entry: Equatable, Sendable {
    /// Its name, such as `layers.0.weight`.
    public let name: String
    /// What each number is.
    public let elementType: ElementType
    /// The length of each axis, outermost first.
    public let shape: [Int]
    /// The numbers, the last axis fastest, the lowest byte of each first.
    public let bytes: [UInt8]

    /// Names numbers of any type.
    ///
    /// - Precondition: There are as many bytes as the shape asks for.
    public init(name: String, elementType: ElementType, shape: [Int], bytes: [UInt8]) {
      precondition(
        bytes.count == shape.reduce(elementType.size, *), "\(bytes.count) bytes for \(shape)")
      (self.name, self.elementType, self.shape, self.bytes) = (name, elementType, shape, bytes)
    }
  }

  /// Words about the tensors, by a key.
  public let metadata: [String: String]
  /// The tensors, in the order of their bytes in the file.
  public let entries: [Entry]
  /// Where it was read, for messages.
  public let path: String
  private let positions: [String: Int]

  /// Collects tensors, to write them. Those with longer numbers come first, so that each is aligned.
  ///
  /// - Precondition: No name stands twice, and none is `__metadata__`.
  public init(_ entries: [Entry], metadata: [String: String] = [:]) {
    let order = entries.indices.sorted {
      (-entries[$0].elementType.size, $0) < (-entries[$1].elementType.size, $1)
    }
    self.init(order.map { entries[$0] }, metadata, path: "tensors in memory")
    precondition(
      positions.count == entries.count && positions[SafetensorsHeader.metadataKey] == nil,
      "a name stands twice, or is kept for metadata: \(entries.map(\.name))")
  }

  private init(_ entries: [Entry], _ metadata: [String: String], path: String) {
    (self.entries, self.metadata, self.path) = (entries, metadata, path)
    positions = Dictionary(entries.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  /// Reads a file.
  ///
  /// - Throws: `InputError` where the file is missing, is no safetensors file, is damaged, or holds
  ///   something that this reader does not take.
  public init(contentsOf path: String) throws(InputError) {
    let file = try DataFile(path)
    try self.init(size: file.size, path: path) { range throws(InputError) in
      try file.bytes(range)
    }
  }

  /// Decodes the bytes of a file.
  ///
  /// - Throws: `InputError`, as ``init(contentsOf:)`` does.
  public init(_ file: [UInt8], path: String) throws(InputError) {
    try self.init(size: file.count, path: path) { range throws(InputError) in Array(file[range]) }
  }

  /// Everything is compared with the size of the file before memory is asked for.
  private init(
    size: Int, path: String, read: (Range<Int>) throws(InputError) -> [UInt8]
  ) throws(InputError) {
    func damaged(_ problem: String) -> InputError { InputError(.damaged, path, problem) }
    guard size >= 8 else {
      throw damaged("it has \(size) bytes; a safetensors file begins with the length of its header")
    }
    // As a signed number, so that an absurd length is negative at the worst.
    let length = try read(0..<8).littleEndian(8, at: 0)
    guard length >= 0, length <= SafetensorsHeader.limit, length <= size - 8 else {
      let shown = UInt64(bitPattern: Int64(length))
      throw damaged(
        "its header would have \(shown) bytes, of \(size - 8) in the file and "
          + "\(SafetensorsHeader.limit) at most; it is no safetensors file, or is cut short")
    }
    guard length > 1, try read(8..<9) == [UInt8(ascii: "{")] else {
      throw damaged("its header does not begin as one of a safetensors file does, with {")
    }
    let data = 8 + length
    let header = try SafetensorsHeader(
      try read(8..<data), dataCount: size - data, path: path)
    var entries: [Entry] = []
    for tensor in header.tensors {
      let bytes = try read(data + tensor.range.lowerBound..<data + tensor.range.upperBound)
      entries.append(
        Entry(
          name: tensor.name, elementType: tensor.elementType, shape: tensor.shape, bytes: bytes))
    }
    self.init(entries, header.metadata, path: path)
  }

  /// Returns a tensor; `nil` where there is none of this name.
  public subscript(_ name: String) -> Entry? { positions[name].map { entries[$0] } }

  /// Returns the numbers of a tensor: floating-point numbers of any length, rounded where they must be.
  ///
  /// - Throws: `InputError` where there is no such tensor, its shape is another, its numbers are integers,
  ///   or one of them is NaN or infinite.
  public func numbers<Scalar: FloatingField>(
    _ name: String, shape: [Int], as scalar: Scalar.Type = Scalar.self
  ) throws(InputError) -> [Scalar] {
    guard let entry = self[name] else {
      throw InputError(.damaged, path, "it has no tensor \(name.quoted)")
    }
    guard entry.shape == shape else {
      throw InputError(
        .damaged, path, "the shape of \(name.quoted) is \(entry.shape.brief), wanted: \(shape)")
    }
    guard let numbers = entry.numbers(as: scalar) else {
      throw InputError(
        .damaged, path,
        "the numbers of \(name.quoted) are \(entry.elementType.rawValue), wanted: floating-point")
    }
    if let bad = numbers.firstIndex(where: { !$0.isFinite }) {
      throw InputError(
        .damaged, path,
        "entry \(bad) of \(name.quoted) is \(numbers[bad]); a network needs finite numbers")
    }
    return numbers
  }
}

extension [Int] {
  /// The lengths of axes, of which a stranger may have chosen thousands.
  fileprivate var brief: String { count <= 8 ? "\(self)" : "one of \(count) axes" }
}

extension Safetensors.Entry {
  /// Names floating-point numbers.
  ///
  /// - Precondition: There are as many as the shape asks for.
  public init<Scalar: FloatingField>(_ name: String, _ numbers: [Scalar], shape: [Int]) {
    precondition(
      numbers.count == shape.reduce(1, *), "\(numbers.count) numbers for \(name) \(shape)")
    self.init(
      name: name, elementType: Scalar.self == Float.self ? .float32 : .float64, shape: shape,
      bytes: numbers.withUnsafeBytes { Array($0) })
  }

  /// Returns the numbers; `nil` where they are integers.
  public func numbers<Scalar: FloatingField>(as scalar: Scalar.Type) -> [Scalar]? {
    switch elementType {
    case .float32: loaded(Float.self).map { Scalar($0) }
    case .float64: loaded(Double.self).map { Scalar($0) }
    case .bfloat16: loaded(UInt16.self).map { Scalar(Float(bitPattern: UInt32($0) << 16)) }
    case .float16: loaded(UInt16.self).map { Scalar(Float(half: $0)) }
    default: nil
    }
  }

  /// Returns the numbers; `nil` where they are no integers.
  public func integers() -> [Int]? {
    switch elementType {
    case .bool, .uint8: bytes.map { Int($0) }
    case .int8: bytes.map { Int(Int8(bitPattern: $0)) }
    case .int16: loaded(Int16.self).map { Int($0) }
    case .uint16: loaded(UInt16.self).map { Int($0) }
    case .int32: loaded(Int32.self).map { Int($0) }
    case .uint32: loaded(UInt32.self).map { Int($0) }
    case .int64: loaded(Int64.self).map { Int($0) }
    case .float16, .bfloat16, .float32, .float64: nil
    }
  }

  private func loaded<Number>(_ type: Number.Type) -> [Number] {
    bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: MemoryLayout<Number>.size).map {
        raw.loadUnaligned(fromByteOffset: $0, as: Number.self)
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
