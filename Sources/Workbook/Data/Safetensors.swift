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
    case uint64 = "U64"

    /// The number of bytes of a number.
    public var size: Int { numberType.size }

    var numberType: NumberType {
      switch self {
      case .bool: .bool
      case .uint8: .uint8
      case .int8: .int8
      case .int16: .int16
      case .uint16: .uint16
      case .float16: .float16
      case .bfloat16: .bfloat16
      case .int32: .int32
      case .uint32: .uint32
      case .float32: .float32
      case .float64: .float64
      case .int64: .int64
      case .uint64: .uint64
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
    try self.init(try ByteSource(contentsOf: path))
  }

  /// Decodes the bytes of a file.
  ///
  /// - Throws: `InputError`, as ``init(contentsOf:)`` does.
  public init(_ file: [UInt8], path: String) throws(InputError) {
    try self.init(ByteSource(file, path: path))
  }

  private init(_ source: ByteSource) throws(InputError) {
    let header = try SafetensorsHeader(source)
    var entries: [Entry] = []
    for tensor in header.tensors {
      entries.append(
        Entry(
          name: tensor.name, elementType: tensor.elementType, shape: tensor.shape,
          bytes: try source.bytes(header.position(of: tensor))))
    }
    self.init(entries, header.metadata, path: source.path)
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
    let type = elementType.numberType
    return type.isInteger ? nil : type.numbers(in: bytes)
  }

  /// Returns the numbers; `nil` where they are no integers, or one of them is beyond `Int`.
  public func integers() -> [Int]? { elementType.numberType.integers(in: bytes) }
}
