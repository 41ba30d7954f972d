import Foundation
import Numbers
import Text

/// An array of a NumPy `.npy` file, format 1.0 to 3.0, C order, little-endian.
///
/// - Source: NumPy Enhancement Proposal 1, “A simple file format for NumPy arrays”.
public struct NpyArray: Equatable, Sendable {
  /// What each entry is.
  public enum ElementType: String, Sendable, CaseIterable {
    case uint8 = "|u1"
    case int32 = "<i4"
    case int64 = "<i8"
    case float32 = "<f4"
    case float64 = "<f8"

    /// The number of bytes of an entry.
    public var size: Int {
      switch self {
      case .uint8: 1
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
    guard FileManager.default.fileExists(atPath: path) else {
      throw InputError(.missing, path, "there is no such file")
    }
    guard let file = FileHandle(forReadingAtPath: path) else { throw Self.unreadable(path) }
    do {
      let size = Int(try file.seekToEnd())
      try file.seek(toOffset: 0)
      // The header first, by itself, so that the entries are never in memory twice.
      var start = [UInt8](try file.read(upToCount: 12) ?? Data())
      if let end = NpyHeader.end(of: start), end > 12 && end <= size {
        start += [UInt8](try file.read(upToCount: end - 12) ?? Data())
      }
      let header = try NpyHeader(start, path: path)
      try file.seek(toOffset: UInt64(header.end))
      self.init(header, try Self.entries(of: header, in: file, size: size, path: path), path: path)
    } catch let error as InputError {
      throw error
    } catch {
      throw Self.unreadable(path)
    }
  }

  /// Decodes the bytes of a file.
  ///
  /// - Throws: `InputError`, as ``init(contentsOf:)`` does.
  public init(_ file: [UInt8], path: String) throws(InputError) {
    let header = try NpyHeader(file, path: path)
    try header.require(file.count - header.end, path: path)
    self.init(header, Array(file[header.end...]), path: path)
  }

  private init(_ header: NpyHeader, _ bytes: [UInt8], path: String) {
    (shape, elementType, self.bytes, self.path) = (header.shape, header.elementType, bytes, path)
  }

  private static func unreadable(_ path: String) -> InputError {
    InputError(.damaged, path, "the file cannot be read; check its permissions")
  }

  /// Reads the entries behind a header straight to where they stay.
  private static func entries(
    of header: NpyHeader, in file: FileHandle, size: Int, path: String
  ) throws -> [UInt8] {
    try header.require(size - header.end, path: path)
    let count = header.byteCount
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      while initializedCount < count {
        let rest = UnsafeMutableBufferPointer(rebasing: buffer[initializedCount..<count])
        let found = read(file.fileDescriptor, rest.baseAddress, min(rest.count, 1 << 30))
        if found <= 0 { break }
        initializedCount += found
      }
    }
    if bytes.count < count { throw unreadable(path) }
    return bytes
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
    try require(wanted, [.uint8, .int32, .int64])
    switch elementType {
    case .uint8: return bytes.map { Int($0) }
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

/// The start of a `.npy` file: a magic word, a version, and a Python dictionary as text.
private struct NpyHeader {
  let shape: [Int]
  let elementType: NpyArray.ElementType
  let byteCount: Int
  /// Where the data starts.
  let end: Int

  /// Returns where the data starts, by the first 12 bytes of a file; `nil` where they do not say.
  static func end(of start: [UInt8]) -> Int? {
    guard start.count >= 12 else { return nil }
    let lengthBytes = start[6] == 1 ? 2 : 4
    return (0..<lengthBytes).reduce(8 + lengthBytes) { $0 + Int(start[8 + $1]) << (8 * $1) }
  }

  /// Refuses another number of bytes of data than the header promises.
  func require(_ found: Int, path: String) throws(InputError) {
    if found != byteCount {
      throw InputError(
        .damaged, path,
        "its header promises \(byteCount) bytes of data, and \(found) follow; copy the file anew")
    }
  }

  init(_ file: [UInt8], path: String) throws(InputError) {
    func damaged(_ problem: String) -> InputError { InputError(.damaged, path, problem) }
    guard file.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw damaged("it does not begin as a .npy file does")
    }
    guard let end = Self.end(of: file), (1...3).contains(file[6]) else {
      throw damaged("it is cut short, or of a version of .npy that this reader does not know")
    }
    self.end = end
    let lengthBytes = file[6] == 1 ? 2 : 4
    guard file.count >= end else { throw damaged("it is cut short inside its header") }
    // A header is plain text. What is not must never reach the reader's terminal in a message.
    let printable = file[(8 + lengthBytes)..<end].map { 0x20..<0x7F ~= $0 ? $0 : UInt8(ascii: "?") }
    let text = String(decoding: printable, as: UTF8.self)

    guard let descr = text.firstMatch(of: /'descr': *'([^']*)'/)?.1,
      let order = text.firstMatch(of: /'fortran_order': *(True|False)/)?.1,
      let axes = text.firstMatch(of: /'shape': *\(([0-9, ]*)\)/)?.1
    else { throw damaged("its header is not understood: \(text.prefix(80))") }
    guard let elementType = NpyArray.ElementType(rawValue: String(descr)) else {
      let known = NpyArray.ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw damaged("its entries are \(descr); this reader takes \(known)")
    }
    guard order == "False" else {
      throw damaged("it is in Fortran order; save it with numpy.ascontiguousarray")
    }
    self.elementType = elementType
    var shape: [Int] = []
    var size = elementType.size
    for axis in axes.split(whereSeparator: { $0 == "," || $0 == " " }) {
      guard let length = Int(axis) else { throw damaged("an axis of length \(axis) is absurd") }
      let (product, overflow) = size.multipliedReportingOverflow(by: length)
      guard !overflow else { throw damaged("its shape (\(axes)) is absurd") }
      size = product
      shape.append(length)
    }
    (self.shape, byteCount) = (shape, size)
  }
}
