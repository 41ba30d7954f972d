/// What is wrong with compressed bytes.
public enum InflateError: Error, Equatable, CustomStringConvertible {
  /// They end too early.
  case truncated
  /// They say something that no compressor writes.
  case damaged(String)
  /// They hold more bytes than the caller takes.
  case tooLong(limit: Int)
  /// They do not match their checksum.
  case wrongChecksum

  /// What is wrong, as the end of a sentence.
  public var description: String {
    switch self {
    case .truncated: "the compressed data is cut short"
    case .damaged(let problem): "the compressed data is damaged: \(problem)"
    case .tooLong(let limit): "the compressed data holds more than \(limit) bytes"
    case .wrongChecksum: "the compressed data does not match its checksum"
    }
  }
}

/// Decompresses DEFLATE; what follows the last block is left unread.
///
/// - Parameter limit: The most bytes that may come out. A small file can promise very many, and
///   decompression stops at the limit.
/// - Throws: `InflateError` where the bytes are cut short or damaged, or hold more than the limit.
/// - Complexity: Linear in the bytes that go in and come out.
/// - Source: P. Deutsch, RFC 1951, “DEFLATE Compressed Data Format Specification” (1996).
public func inflate(_ bytes: ArraySlice<UInt8>, limit: Int) throws(InflateError) -> [UInt8] {
  var inflater = Inflater(bytes, limit: limit)
  try inflater.readBlocks()
  return inflater.output
}

/// Decompresses a zlib stream: two bytes, DEFLATE, and the Adler-32 of what comes out.
///
/// - Parameter limit: The most bytes that may come out.
/// - Throws: `InflateError`, as ``inflate(_:limit:)`` does, and where the checksum is wrong.
/// - Source: P. Deutsch and J. Gailly, RFC 1950, “ZLIB Compressed Data Format Specification” (1996).
public func inflateZlib(_ bytes: ArraySlice<UInt8>, limit: Int) throws(InflateError) -> [UInt8] {
  guard bytes.count >= 2 else { throw .truncated }
  let (method, flags) = (bytes[bytes.startIndex], bytes[bytes.startIndex + 1])
  guard method & 0x0F == 8, method >> 4 <= 7, (Int(method) << 8 | Int(flags)) % 31 == 0 else {
    throw .damaged("it does not begin as a zlib stream does")
  }
  guard flags & 0x20 == 0 else { throw .damaged("it needs a preset dictionary") }
  var inflater = Inflater(bytes.dropFirst(2), limit: limit)
  try inflater.readBlocks()
  let checksum = bytes[inflater.position...].prefix(4)
  guard checksum.count == 4 else { throw .truncated }
  guard checksum.reduce(0, { $0 << 8 | UInt32($1) }) == adler32(inflater.output[...]) else {
    throw .wrongChecksum
  }
  return inflater.output
}

/// Reads blocks of DEFLATE, bit by bit, the lowest bit of a byte first.
private struct Inflater {
  private let bytes: ArraySlice<UInt8>
  private let limit: Int
  /// The first byte of which no bit is read.
  private(set) var position: Int
  /// Bits that are read from a byte and not used yet, the next one lowest.
  private var bits = 0
  private var bitCount = 0
  private(set) var output: [UInt8] = []

  init(_ bytes: ArraySlice<UInt8>, limit: Int) {
    (self.bytes, self.limit, position) = (bytes, limit, bytes.startIndex)
  }

  mutating func readBlocks() throws(InflateError) {
    var isLast = false
    while !isLast {
      isLast = try number(bits: 1) == 1
      switch try number(bits: 2) {
      case 0: try copyStored()
      case 1: try expand(literals: .fixedLiterals, distances: .fixedDistances)
      case 2:
        let (literals, distances) = try codes()
        try expand(literals: literals, distances: distances)
      default: throw .damaged("a block is of a kind that does not exist")
      }
    }
  }

  /// Reads a number of at most 16 bits.
  private mutating func number(bits count: Int) throws(InflateError) -> Int {
    while bitCount < count {
      guard position < bytes.endIndex else { throw .truncated }
      bits |= Int(bytes[position]) << bitCount
      position += 1
      bitCount += 8
    }
    defer {
      bits >>= count
      bitCount -= count
    }
    return bits & (1 << count - 1)
  }

  /// Reads one symbol.
  private mutating func symbol(_ code: HuffmanCode) throws(InflateError) -> Int {
    // The place of the bits so far among all codes of their length, and of the shorter ones.
    var (place, shorter) = (0, 0)
    for length in 1...HuffmanCode.longest {
      place = place << 1 | (try number(bits: 1))
      let count = code.counts[length]
      if place < count { return code.symbols[shorter + place] }
      place -= count
      shorter += count
    }
    throw .damaged("a code is not in its table")
  }

  /// Copies a block that is not compressed; it begins at a whole byte.
  private mutating func copyStored() throws(InflateError) {
    (bits, bitCount) = (0, 0)
    let count = try number(bits: 16)
    guard try number(bits: 16) == ~count & 0xFFFF else {
      throw .damaged("the length of a block contradicts itself")
    }
    guard bytes.endIndex - position >= count else { throw .truncated }
    guard limit - output.count >= count else { throw .tooLong(limit: limit) }
    output += bytes[position..<position + count]
    position += count
  }

  /// Reads literals, and copies of what came before, up to the end of the block.
  private mutating func expand(
    literals: HuffmanCode, distances: HuffmanCode
  ) throws(InflateError) {
    while true {
      let symbol = try symbol(literals)
      if symbol == HuffmanCode.endOfBlock { return }
      if symbol < 256 {
        guard output.count < limit else { throw .tooLong(limit: limit) }
        output.append(UInt8(symbol))
        continue
      }
      let length = try length(symbol - 257)
      let distance = try distance(try self.symbol(distances))
      guard distance <= output.count else { throw .damaged("a copy begins before the data") }
      guard limit - output.count >= length else { throw .tooLong(limit: limit) }
      // One by one: a copy may take what it has itself written.
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }

  /// Reads the rest of a length, 3 to 258. Four symbols in a row have equally many more bits.
  private mutating func length(_ symbol: Int) throws(InflateError) -> Int {
    if symbol < 8 { return 3 + symbol }
    if symbol == 28 { return 258 }
    guard symbol < 28 else { throw .damaged("a copy has a length that does not exist") }
    let more = symbol / 4 - 1
    return 3 + (4 + symbol % 4) << more + (try number(bits: more))
  }

  /// Reads the rest of a distance, 1 to 32,768. Two symbols in a row have equally many more bits.
  private mutating func distance(_ symbol: Int) throws(InflateError) -> Int {
    if symbol < 4 { return 1 + symbol }
    guard symbol < 30 else { throw .damaged("a copy has a distance that does not exist") }
    let more = symbol / 2 - 1
    return 1 + (2 + symbol % 2) << more + (try number(bits: more))
  }

  /// Reads the codes of a block: how long the code of each symbol is, itself in a code.
  private mutating func codes() throws(InflateError) -> (HuffmanCode, HuffmanCode) {
    let literalCount = try number(bits: 5) + 257
    let distanceCount = try number(bits: 5) + 1
    let orderCount = try number(bits: 4) + 4
    guard literalCount <= 286, distanceCount <= 30 else { throw .damaged("a table is too long") }
    var lengths = [Int](repeating: 0, count: 19)
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    for symbol in order.prefix(orderCount) { lengths[symbol] = try number(bits: 3) }
    let all = try codeLengths(
      count: literalCount + distanceCount, in: try HuffmanCode(checking: lengths[...]))
    guard all[HuffmanCode.endOfBlock] > 0 else { throw .damaged("a block can have no end") }
    return (
      try HuffmanCode(checking: all[..<literalCount]),
      try HuffmanCode(checking: all[literalCount...])
    )
  }

  /// Reads lengths of codes, 0 to 15; the symbols 16, 17 and 18 say that one is repeated.
  private mutating func codeLengths(
    count: Int, in code: HuffmanCode
  ) throws(InflateError) -> [Int] {
    var lengths: [Int] = []
    while lengths.count < count {
      let symbol = try symbol(code)
      var (length, times) = (0, 1)
      switch symbol {
      case 16:
        guard let last = lengths.last else { throw .damaged("a table repeats what is not there") }
        (length, times) = (last, 3 + (try number(bits: 2)))
      case 17: times = 3 + (try number(bits: 3))
      case 18: times = 11 + (try number(bits: 7))
      default: length = symbol
      }
      lengths += repeatElement(length, count: times)
    }
    guard lengths.count == count else { throw .damaged("a table is longer than it says") }
    return lengths
  }
}

/// A canonical Huffman code: shorter codes before longer ones, equally long ones by their symbols.
private struct HuffmanCode {
  static let longest = 15
  static let endOfBlock = 256

  /// How many codes there are of each length.
  private(set) var counts = [Int](repeating: 0, count: longest + 1)
  /// The symbols in the order of their codes.
  let symbols: [Int]

  /// Makes the code of which the length of each symbol's code is known, 0 where it has none.
  init(lengths: ArraySlice<Int>) {
    for length in lengths where length > 0 { counts[length] += 1 }
    let first = lengths.startIndex
    symbols = (1...Self.longest).flatMap { length in
      lengths.indices.filter { lengths[$0] == length }.map { $0 - first }
    }
  }

  /// Makes a code of a file's lengths.
  ///
  /// - Throws: `InflateError` where there are no such codes, or where some bits mean nothing.
  init(checking lengths: ArraySlice<Int>) throws(InflateError) {
    self.init(lengths: lengths)
    // How many codes of the present length are free when the shorter ones are taken.
    var free = 1
    for length in 1...Self.longest {
      free = free << 1 - counts[length]
      guard free >= 0 else { throw .damaged("a table has more codes than there are") }
    }
    // A table of one symbol, or of none, cannot use every code.
    guard free == 0 || symbols.isEmpty || (symbols.count == 1 && counts[1] == 1) else {
      throw .damaged("a table has fewer codes than there are")
    }
  }

  /// The code of literals and lengths in blocks that bring no table.
  static let fixedLiterals = HuffmanCode(
    lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }[...])
  /// The code of distances in blocks that bring no table.
  static let fixedDistances = HuffmanCode(lengths: Array(repeating: 5, count: 32)[...])
}
