import Numbers
import Text

/// An array of a NumPy `.npy` file, format 1.0 to 3.0, in C order and little-endian once it is read.
///
/// - Source: NumPy Enhancement Proposal 1, “A simple file format for NumPy arrays”.
public struct NpyArray: Equatable, Sendable {
  /// What each entry is.
  public enum ElementType: String, Sendable, CaseIterable {
    /// A byte that is 0 for false.
    case bool = "|b1"
    case int8 = "|i1"
    case uint8 = "|u1"
    case int16 = "<i2"
    case uint16 = "<u2"
    case int32 = "<i4"
    case uint32 = "<u4"
    case int64 = "<i8"
    case uint64 = "<u8"
    case float16 = "<f2"
    case float32 = "<f4"
    case float64 = "<f8"

    /// The number of bytes of an entry.
    public var size: Int { numberType.size }

    var numberType: NumberType {
      switch self {
      case .bool: .bool
      case .int8: .int8
      case .uint8: .uint8
      case .int16: .int16
      case .uint16: .uint16
      case .int32: .int32
      case .uint32: .uint32
      case .int64: .int64
      case .uint64: .uint64
      case .float16: .float16
      case .float32: .float32
      case .float64: .float64
      }
    }
  }

  /// The length of each axis, outermost first.
  public let shape: [Int]
  /// What each entry is.
  public let elementType: ElementType
  /// The entries, the last axis fastest, the lowest byte of each first.
  public let bytes: [UInt8]
  /// Where it was read, for messages.
  let path: String

  /// Creates an array that was not read from a file.
  ///
  /// - Precondition: There are as many bytes as the shape asks for.
  init(_ bytes: [UInt8], of elementType: ElementType, shape: [Int]) {
    precondition(
      bytes.count == shape.reduce(elementType.size, *),
      "an array \(shape) of \(elementType.rawValue) cannot be made of \(bytes.count) bytes")
    (self.bytes, self.elementType, self.shape) = (bytes, elementType, shape)
    path = "an array in memory"
  }

  /// Reads a file.
  ///
  /// - Throws: `InputError` where the file is missing, is no `.npy` file, is cut short, or holds
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

  /// Reads the header first, by itself, so that the entries of a file are never in memory twice.
  init(_ source: ByteSource) throws(InputError) {
    let header = try NpyHeader(source)
    guard case .number(let type) = header.entry.kind else {
      throw InputError(.damaged, source.path, NpyEntry.refusal(of: header.descr))
    }
    (shape, elementType, path) = (header.shape, type, source.path)
    var bytes = try source.bytes(header.data)
    if header.entry.isBigEndian { Self.swapBytes(&bytes, entrySize: type.size) }
    self.bytes =
      header.isFortranOrder && shape.count > 1
      ? Self.inCOrder(bytes, shape, entrySize: type.size) : bytes
  }

  /// Turns the order of the bytes of each entry round.
  private static func swapBytes(_ bytes: inout [UInt8], entrySize: Int) {
    bytes.withUnsafeMutableBufferPointer { bytes in
      for start in stride(from: 0, to: bytes.count, by: entrySize) {
        for offset in 0..<entrySize / 2 {
          bytes.swapAt(start + offset, start + entrySize - 1 - offset)
        }
      }
    }
  }

  /// Returns entries with the last axis fastest, of entries with the first axis fastest.
  private static func inCOrder(_ bytes: [UInt8], _ shape: [Int], entrySize: Int) -> [UInt8] {
    guard let last = shape.last, !bytes.isEmpty else { return bytes }
    var strides = [entrySize]
    for length in shape.dropLast() { strides.append(strides[strides.count - 1] * length) }
    let lastStride = strides[shape.count - 1]
    var (index, start) = (shape.map { _ in 0 }, 0)
    return [UInt8](unsafeUninitializedCapacity: bytes.count) { result, count in
      bytes.withUnsafeBytes { bytes in
        guard let source = bytes.baseAddress, let target = result.baseAddress else { return }
        while count < bytes.count {
          for position in 0..<last {
            UnsafeMutableRawPointer(target + count).copyMemory(
              from: source + (start + position * lastStride), byteCount: entrySize)
            count += entrySize
          }
          // The index of the other axes moves on as a counter does, from its last digit.
          for axis in shape.indices.dropLast().reversed() {
            (index[axis], start) = (index[axis] + 1, start + strides[axis])
            if index[axis] < shape[axis] { break }
            (index[axis], start) = (0, start - strides[axis] * shape[axis])
          }
        }
      }
    }
  }

  /// Returns the entries as bytes.
  ///
  /// - Parameter wanted: The shape that is wanted, `nil` for an axis of any length.
  /// - Throws: `InputError` where the type or the shape is another.
  public func uint8s(shape wanted: [Int?]) throws(InputError) -> [UInt8] {
    try require(wanted, [.uint8])
    return bytes
  }

  /// Returns the entries as integers, 0 and 1 for truth values.
  ///
  /// - Parameter wanted: The shape that is wanted, `nil` for an axis of any length.
  /// - Throws: `InputError` where the type or the shape is another, or an entry is beyond `Int`.
  public func integers(shape wanted: [Int?]) throws(InputError) -> [Int] {
    try require(wanted, ElementType.allCases.filter(\.numberType.isInteger))
    guard let integers = elementType.numberType.integers(in: bytes) else {
      throw InputError(.damaged, path, "an entry is above \(Int.max)")
    }
    return integers
  }

  /// Returns the entries as floating-point numbers; integers beyond 2⁵³ are rounded.
  ///
  /// - Parameter wanted: The shape that is wanted, `nil` for an axis of any length.
  /// - Throws: `InputError` where the shape is another, or an entry is NaN or infinite.
  public func doubles(shape wanted: [Int?]) throws(InputError) -> [Double] {
    try require(wanted, ElementType.allCases)
    let numbers = elementType.numberType.numbers(in: bytes, as: Double.self)
    if let bad = numbers.firstIndex(where: { !$0.isFinite }) {
      throw InputError(
        .damaged, path, "entry \(bad) is \(numbers[bad]); a network can learn from finite numbers")
    }
    return numbers
  }

  private func require(_ wanted: [Int?], _ types: [ElementType]) throws(InputError) {
    guard types.contains(elementType) else {
      let names = types.map(\.rawValue).joined(separator: ", ")
      throw InputError(.damaged, path, "its entries are \(elementType.rawValue), wanted: \(names)")
    }
    let fits =
      shape.count == wanted.count && zip(shape, wanted).allSatisfy { $1 == nil || $0 == $1 }
    guard fits else {
      let text = wanted.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
      throw InputError(.damaged, path, "its shape is \(shape), wanted: [\(text)]")
    }
  }
}
