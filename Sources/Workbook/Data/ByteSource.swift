import Text

/// Bytes that are read piece by piece: those of a file, or of an array in memory.
struct ByteSource {
  /// Where they are, for messages.
  let path: String
  /// How many there are.
  let size: Int
  private let read: (Range<Int>) throws(InputError) -> [UInt8]

  /// Opens a file.
  ///
  /// - Parameter name: What messages call it, if not by its path.
  /// - Throws: `InputError` where there is none, or something that is no file.
  init(contentsOf path: String, shownAs name: String? = nil) throws(InputError) {
    let file = try DataFile(path, shownAs: name)
    (self.path, size) = (file.path, file.size)
    read = { range throws(InputError) in try file.bytes(range) }
  }

  /// Takes bytes in memory.
  init(_ bytes: [UInt8], path: String) {
    (self.path, size) = (path, bytes.count)
    read = { range throws(InputError) in Array(bytes[range]) }
  }

  /// Returns a part of these bytes, counted from its own start.
  ///
  /// - Precondition: The range is one of these bytes.
  func part(_ range: Range<Int>, path: String) -> ByteSource {
    precondition(range.lowerBound >= 0 && range.upperBound <= size, "\(range) of \(size) bytes")
    let start = range.lowerBound
    return ByteSource(path: path, size: range.count) { part throws(InputError) in
      try self.read(start + part.lowerBound..<start + part.upperBound)
    }
  }

  private init(
    path: String, size: Int, read: @escaping (Range<Int>) throws(InputError) -> [UInt8]
  ) {
    (self.path, self.size, self.read) = (path, size, read)
  }

  /// Returns some of the bytes.
  ///
  /// - Throws: `InputError` where they cannot be read, as where a file has become shorter.
  /// - Precondition: There are such bytes.
  func bytes(_ range: Range<Int>) throws(InputError) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= size, "\(range) of \(size) bytes")
    return try read(range)
  }
}
