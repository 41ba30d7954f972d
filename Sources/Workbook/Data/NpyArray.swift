import Numbers
import Text

/// An array of a NumPy `.npy` file, format 1.0 to 3.0, little-endian, in C order once it is read.
///
/// - Source: NumPy Enhancement Proposal 1, “A simple file format for NumPy arrays”.
public struct NpyArray: Equatable, Sendable {
  /// What each entry is.
  public enum ElementType: String, Sendable, CaseIterable {
    case uint8 = "|u1"
    /// A byte that is 0 for false.
    case bool = "|b1"
    case int32 = "<i4"
    case int64 = "<i8"
    case float32 = "<f4"
    case float64 = "<f8"

    /// The number of bytes of an entry.
    public var size: Int {
      switch self {
      case .uint8, .bool: 1
      case .int32, .float32: 4
      case .int64, .float64: 8
      }
    }
  }

  /// The length of each axis, outermost first.
  public let shape: [Int]
  /// What each entry is.
  public let elementType: ElementType
  /// The entries, as they stand in the file.
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
    let file = try DataFile(path)
    // The header first, by itself, so that the entries are never in memory twice.
    var start = try file.bytes(0..<min(12, file.size))
    if let end = NpyHeader.end(of: start), end > 12 && end <= file.size && end <= 1 << 16 {
      start += try file.bytes(12..<end)
    }
    let header = try NpyHeader(start, fileSize: file.size, path: path)
    try header.require(file.size - header.end, path: path)
    self.init(header, try file.bytes(header.end..<file.size), path: path)
  }

  /// Decodes the bytes of a file.
  ///
  /// - Throws: `InputError`, as ``init(contentsOf:)`` does.
  public init(_ file: [UInt8], path: String) throws(InputError) {
    let header = try NpyHeader(file, fileSize: file.count, path: path)
    try header.require(file.count - header.end, path: path)
    self.init(header, Array(file[header.end...]), path: path)
  }

  private init(_ header: NpyHeader, _ bytes: [UInt8], path: String) {
    (shape, elementType, self.path) = (header.shape, header.elementType, path)
    self.bytes =
      header.isFortranOrder && shape.count > 1
      ? Self.inCOrder(bytes, shape, entrySize: elementType.size) : bytes
  }

  /// Returns entries with the last axis fastest, of entries with the first axis fastest.
  private static func inCOrder(_ bytes: [UInt8], _ shape: [Int], entrySize: Int) -> [UInt8] {
    var (result, strides) = ([UInt8](), [entrySize])
    result.reserveCapacity(bytes.count)
    for length in shape.dropLast() { strides.append(strides[strides.count - 1] * length) }
    var (index, start) = (shape.map { _ in 0 }, 0)
    while result.count < bytes.count {
      result += bytes[start..<start + entrySize]
      // The index moves on as a counter does, from its last digit.
      for axis in shape.indices.reversed() {
        (index[axis], start) = (index[axis] + 1, start + strides[axis])
        if index[axis] < shape[axis] { break }
        (index[axis], start) = (0, start - strides[axis] * shape[axis])
      }
    }
    return result
  }

  /// Returns the entries as bytes.
  ///
  /// - Parameter wanted: The shape that is wanted, `nil` for an axis of any length.
  /// - Throws: `InputError` where the type or the shape is another.
  public func uint8s(shape wanted: [Int?]) throws(InputError) -> [UInt8] {
    try require(wanted, [.uint8])
    return bytes
  }

  /// Returns the entries as integers.
  ///
  /// - Parameter wanted: The shape that is wanted, `nil` for an axis of any length.
  /// - Throws: `InputError` where the type or the shape is another.
  public func integers(shape wanted: [Int?]) throws(InputError) -> [Int] {
    try require(wanted, [.uint8, .bool, .int32, .int64])
    switch elementType {
    case .uint8: return bytes.map { Int($0) }
    case .bool: return bytes.map { $0 == 0 ? 0 : 1 }
    case .int32: return load(Int32.self).map { Int($0) }
    default: return load(Int64.self).map { Int($0) }
    }
  }

  /// Returns the entries as floating-point numbers.
  ///
  /// - Parameter wanted: The shape that is wanted, `nil` for an axis of any length.
  /// - Throws: `InputError` where the shape is another, or an entry is NaN or infinite.
  public func doubles(shape wanted: [Int?]) throws(InputError) -> [Double] {
    try require(wanted, ElementType.allCases)
    let numbers: [Double] =
      switch elementType {
      case .uint8: bytes.map { Double($0) }
      case .bool: bytes.map { $0 == 0 ? 0 : 1 }
      case .int32: load(Int32.self).map { Double($0) }
      case .int64: load(Int64.self).map { Double($0) }
      case .float32: load(Float.self).map { Double($0) }
      case .float64: load(Double.self)
      }
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

  private func load<Entry>(_ type: Entry.Type) -> [Entry] {
    bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: MemoryLayout<Entry>.size).map {
        raw.loadUnaligned(fromByteOffset: $0, as: Entry.self)
      }
    }
  }
}
