import Text

/// The entries of a ZIP file, by the directory at its end, each held beside what stands before its data.
///
/// - Source: PKWARE, “.ZIP File Format Specification”, APPNOTE.TXT 6.3.10 (2022), sections 4.3 and 4.4.
struct ZipDirectory {
  struct Entry {
    let name: String
    let isDeflated: Bool
    /// Where its bytes lie in the file, as they are stored.
    let range: Range<Int>
    /// How many bytes it has when it is unpacked.
    let size: Int
    let checksum: UInt32
  }

  let entries: [Entry]
  private let source: ByteSource

  /// 4 GB and 65,535 entries are what the format could say before its 64-bit form.
  private static let (unsaid16, unsaid32) = (0xFFFF, 0xFFFF_FFFF)
  /// The largest directory that is read.
  private static let limit = 16 << 20

  /// Reads the directory of a file.
  init(_ source: ByteSource) throws(InputError) {
    let end = try Self.end(of: source)
    let reader = ZipReader(source: source, directory: end.directory.lowerBound)
    let bytes = try source.bytes(end.directory)
    var (entries, starts, names, position) = ([Entry](), [Range<Int>](), Set<String>(), 0)
    while position < bytes.count {
      let (entry, whole, length) = try reader.entry(bytes, at: position)
      guard names.insert(entry.name).inserted else {
        throw InputError(
          .damaged, source.path, "two of its entries are named \(entry.name.quoted)")
      }
      entries.append(entry)
      starts.append(whole)
      position += length
    }
    guard entries.count == end.count else {
      throw InputError(
        .damaged, source.path,
        "it promises \(end.count) entries, and its directory has \(entries.count)")
    }
    starts.sort { $0.lowerBound < $1.lowerBound }
    for (one, next) in zip(starts, starts.dropFirst()) where one.upperBound > next.lowerBound {
      throw InputError(.damaged, source.path, "two of its entries overlap")
    }
    (self.entries, self.source) = (entries, source)
  }

  /// Returns an entry's bytes as they are stored, without reading them.
  func stored(_ entry: Entry, path: String) -> ByteSource { source.part(entry.range, path: path) }

  /// Returns the bytes of an entry, unpacked and compared with their checksum.
  func bytes(of entry: Entry) throws(InputError) -> [UInt8] {
    func damaged(_ problem: String) -> InputError { InputError(.damaged, source.path, problem) }
    var bytes = try source.bytes(entry.range)
    if entry.isDeflated {
      do throws(InflateError) {
        bytes = try inflate(bytes[...], limit: entry.size)
      } catch {
        throw damaged("its entry \(entry.name.quoted) cannot be unpacked: \(error)")
      }
    }
    guard bytes.count == entry.size else {
      throw damaged(
        "its entry \(entry.name.quoted) promises \(entry.size) bytes and has \(bytes.count)")
    }
    guard crc32(bytes[...]) == entry.checksum else {
      throw damaged("the checksum of its entry \(entry.name.quoted) is wrong; copy the file anew")
    }
    return bytes
  }

  /// Finds the record at the end, behind which there may be a comment.
  private static func end(
    of source: ByteSource
  ) throws(InputError) -> (directory: Range<Int>, count: Int) {
    func damaged(_ problem: String) -> InputError { InputError(.damaged, source.path, problem) }
    let size = source.size
    let tail = try source.bytes(max(0, size - 22 - unsaid16)..<size)
    guard
      let at = (0..<max(0, tail.count - 21)).last(where: {
        tail[$0...].starts(with: [0x50, 0x4B, 5, 6])
          && $0 + 22 + tail.littleEndian(2, at: $0 + 20) == tail.count
      })
    else { throw damaged("it does not end as a ZIP file does; it may be cut short") }
    let count = tail.littleEndian(2, at: at + 10)
    let (length, start) = (tail.littleEndian(4, at: at + 12), tail.littleEndian(4, at: at + 16))
    if count == unsaid16 || length == unsaid32 || start == unsaid32 {
      throw damaged("it is of the 64-bit form of ZIP, which this reader does not know")
    }
    guard tail.littleEndian(4, at: at + 4) == 0, tail.littleEndian(2, at: at + 8) == count else {
      throw damaged("it is one part of a ZIP file in several parts")
    }
    guard start + length == size - tail.count + at else {
      throw damaged("its directory does not stand where the end of the file says")
    }
    guard length <= limit else {
      throw damaged("its directory has \(length) bytes; at most \(limit) are read")
    }
    return (start..<start + length, count)
  }
}

/// Reads what a ZIP file says of one entry, twice: in the directory, and before the data.
private struct ZipReader {
  let source: ByteSource
  /// Where the directory begins, before which all data lies.
  let directory: Int

  private func damaged(_ problem: String) -> InputError {
    InputError(.damaged, source.path, problem)
  }

  /// Returns an entry, what of the file it takes, and the length of its record.
  func entry(
    _ bytes: [UInt8], at position: Int
  ) throws(InputError) -> (entry: ZipDirectory.Entry, whole: Range<Int>, length: Int) {
    func number(_ count: Int, _ offset: Int) -> Int {
      bytes.littleEndian(count, at: position + offset)
    }
    guard position + 46 <= bytes.count,
      bytes[position...].starts(with: [0x50, 0x4B, 1, 2])
    else { throw damaged("its directory is damaged at byte \(directory + position)") }
    let nameEnd = 46 + number(2, 28)
    let length = nameEnd + number(2, 30) + number(2, 32)
    guard position + length <= bytes.count,
      let name = String(validating: bytes[position + 46..<position + nameEnd], as: UTF8.self)
    else { throw damaged("its directory is damaged at byte \(directory + position)") }
    let (flags, method) = (number(2, 8), number(2, 10))
    guard flags & 0x2041 == 0 else { throw damaged("its entry \(name.quoted) is encrypted") }
    guard method == 0 || method == 8 else {
      throw damaged("its entry \(name.quoted) is packed by method \(method); known: 0 and 8")
    }
    let (packed, size) = (number(4, 20), number(4, 24))
    guard packed != 0xFFFF_FFFF, size != 0xFFFF_FFFF, number(4, 42) != 0xFFFF_FFFF else {
      throw damaged("its entry \(name.quoted) is in the 64-bit form, which is not known")
    }
    guard method == 8 || packed == size else {
      throw damaged("its entry \(name.quoted) is stored in \(packed) bytes and has \(size)")
    }
    let start = try dataStart(name, at: number(4, 42), method)
    guard start + packed <= directory else {
      throw damaged("its entry \(name.quoted) goes on behind the end of the data")
    }
    let entry = ZipDirectory.Entry(
      name: name, isDeflated: method == 8, range: start..<start + packed, size: size,
      checksum: UInt32(number(4, 16)))
    return (entry, number(4, 42)..<start + packed, length)
  }

  /// Returns where the data of an entry starts, behind a record that says the same as the directory.
  ///
  /// Sizes may be missing there, and NumPy writes them in the 64-bit form, so the directory's count.
  private func dataStart(
    _ name: String, at position: Int, _ method: Int
  ) throws(InputError) -> Int {
    let problem = "its entry \(name.quoted) does not begin where the directory says"
    guard position + 30 <= directory else { throw damaged(problem) }
    let record = try source.bytes(position..<position + 30)
    let nameEnd = position + 30 + record.littleEndian(2, at: 26)
    let start = nameEnd + record.littleEndian(2, at: 28)
    guard record.starts(with: [0x50, 0x4B, 3, 4]), start <= directory,
      record.littleEndian(2, at: 8) == method,
      try source.bytes(position + 30..<nameEnd) == Array(name.utf8)
    else { throw damaged(problem) }
    return start
  }
}
