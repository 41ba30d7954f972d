import Text

/// Named arrays of a NumPy `.npz` file: a ZIP file of `.npy` files.
public struct NpzArchive: Sendable {
  /// The names of the arrays, in the order of the file.
  public let names: [String]
  private let arrays: [String: NpyArray]
  private let path: String

  /// The most bytes that packed arrays may have once they are unpacked: a small file can claim terabytes.
  public static let unpackedLimit = 64 << 20

  /// Collects arrays, to write them.
  ///
  /// - Precondition: No name stands twice.
  public init(_ arrays: [(name: String, array: NpyArray)]) {
    names = arrays.map(\.name)
    self.arrays = Dictionary(arrays.map { ($0.name, $0.array) }) { one, _ in one }
    precondition(self.arrays.count == arrays.count, "a name stands twice: \(names)")
    path = "an archive in memory"
  }

  /// Reads a file.
  ///
  /// - Throws: `InputError` where the file is missing, is no `.npz` file, is damaged, or holds something
  ///   that this reader does not take.
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
    let directory = try Self.directory(of: source)
    var (names, arrays) = ([String](), [String: NpyArray]())
    for entry in directory.entries {
      let name = try Self.arrayName(of: entry, path: source.path)
      names.append(name)
      arrays[name] = try NpyArray(
        directory.bytes(of: entry), path: "\(source.path), \(name.quoted)")
    }
    (self.names, self.arrays, path) = (names, arrays, source.path)
  }

  /// Returns what is in an archive, if what is packed of it is small enough to be unpacked.
  static func directory(of source: ByteSource) throws(InputError) -> ZipDirectory {
    let directory = try ZipDirectory(source)
    let unpacked = directory.entries.reduce(0) { $0 + ($1.isDeflated ? $1.size : 0) }
    guard unpacked <= unpackedLimit else {
      throw InputError(
        .damaged, source.path,
        "its packed arrays have \(unpacked) bytes, and at most \(unpackedLimit) are unpacked; "
          + "write it with numpy.savez, which does not pack")
    }
    return directory
  }

  /// Returns the name of the array in an entry, which is its own name without `.npy`.
  static func arrayName(
    of entry: ZipDirectory.Entry, path: String
  ) throws(InputError) -> String {
    guard entry.name.hasSuffix(".npy"), entry.name.utf8.count > 4 else {
      throw InputError(.damaged, path, "its entry \(entry.name.quoted) is no .npy file")
    }
    return String(entry.name.dropLast(4))
  }

  /// Returns an array.
  ///
  /// - Throws: `InputError` where there is none of this name.
  public func array(_ name: String) throws(InputError) -> NpyArray {
    guard let array = arrays[name] else {
      let known = names.prefix(10).map(\.quoted).joined(separator: ", ")
      throw InputError(.damaged, path, "it has no array \(name.quoted); it has \(known)")
    }
    return array
  }

  /// Writes a file as `numpy.savez` does, without packing, in the place of what was there.
  ///
  /// - Throws: `OutputError` where the file cannot be written, or needs the 64-bit form of ZIP. Then what
  ///   was there is as it was.
  public func write(to path: String) throws(OutputError) {
    var (parts, directory, start) = ([[UInt8]](), [UInt8](), 0)
    for name in names {
      guard let array = arrays[name] else { continue }
      let size = array.header.count + array.bytes.count
      let entry = ZipRecord(
        name: name + ".npy", size: size, crc32((array.header + array.bytes)[...]))
      guard start + size < 0xFFFF_0000, names.count < 0xFFFF, entry.name.utf8.count < 0xFFFF else {
        throw OutputError(path, "it cannot be written: a .npz file has at most 4 GB here")
      }
      parts += [entry.local, array.header, array.bytes]
      directory += entry.central(at: start)
      start += entry.local.count + size
    }
    parts.append(directory)
    parts.append(ZipRecord.end(count: names.count, size: directory.count, start: start))
    try writeWhole(parts, to: path)
  }
}

/// What a ZIP file says of an entry that is stored as it is.
private struct ZipRecord {
  let name: String
  /// The version that a reader needs, flags, the method, the time, the day, the checksum, both sizes, and
  /// the length of the name. The day is the first that the format knows, so files do not depend on when
  /// they were written.
  private let description: [UInt8]

  init(name: String, size: Int, _ checksum: UInt32) {
    self.name = name
    let isUTF8 = 0x800
    description =
      [UInt8](20, littleEndian: 2) + [UInt8](isUTF8, littleEndian: 2)
      + [UInt8](0, littleEndian: 4) + [UInt8](1 << 5 | 1, littleEndian: 2)
      + [UInt8](Int(checksum), littleEndian: 4) + [UInt8](size, littleEndian: 4)
      + [UInt8](size, littleEndian: 4) + [UInt8](name.utf8.count, littleEndian: 2)
  }

  /// The record before the data.
  var local: [UInt8] { [0x50, 0x4B, 3, 4] + description + [0, 0] + Array(name.utf8) }

  /// The record in the directory.
  func central(at start: Int) -> [UInt8] {
    [0x50, 0x4B, 1, 2, 20, 0] + description + [UInt8](repeating: 0, count: 12)
      + [UInt8](start, littleEndian: 4) + Array(name.utf8)
  }

  static func end(count: Int, size: Int, start: Int) -> [UInt8] {
    [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + [UInt8](count, littleEndian: 2)
      + [UInt8](count, littleEndian: 2) + [UInt8](size, littleEndian: 4)
      + [UInt8](start, littleEndian: 4) + [0, 0]
  }
}
