import Testing
import Workbook

/// Bytes that zlib 1.3 has compressed, in hexadecimal digits, and what they hold.
struct Compressed: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let stream: [UInt8]
  let content: [UInt8]

  init(_ description: String, _ hexadecimal: String, _ content: [UInt8]) {
    (testDescription, self.content) = (description, content)
    stream = hexadecimal.split(by: 2).compactMap { UInt8($0, radix: 16) }
  }

  /// Python: zlib.compressobj(level, strategy=…); levels 0 and 9, Z_FIXED, Z_HUFFMAN_ONLY.
  static let all = [
    Compressed("nothing", "78da030000000001", []),
    Compressed("stored", "7801010600f9ff73746f726564093c0292", Array("stored".utf8)),
    Compressed(
      "fixed codes", "78014b5448ce2fa854c84f53484463010075aa08df",
      Array("a copy of a copy of a copy".utf8)),
    Compressed(
      "literals in a table",
      "780105c1090a00300803b079502a5490feffb14b5ef45c6e590428d7e64dc78b9ecb2d8b00e5dabce978"
        + "d173b96511a05c9b371d2f7a2eb72c02946bf3a6e345cfe5964580726dde74bce8b9dcb20850aecd9b8e"
        + "173d975b1601cab579d3f1a2e772cb2240b9366f3a5ef45c6e5904287f71a10649",
      squares),
    Compressed(
      "copies that overlap", "78da63651d05a360140c77000035861389", Array(repeating: 5, count: 1_000)
    ),
    Compressed(
      "a table and copies",
      "78da636064e11460e26516e2e16063e3e01162e66512e0646164186ac20cc3c61f4ccc2cac6cec1c9c5c"
        + "dc3cbc7cfc028242c222a262e2129252d232b272f20a8a4aca2aaa6aea1a9a5ada3aba7afa068646c626"
        + "a666e6169656d636b676f60e8e4ece2eae6eee1e9e5ede3ebe7efe018141c121a161e1119151d131b171"
        + "f1098949c929a969e9199959d939b979f9058545c525a565e5159555d535b575f50d8d4dcd2dad6ded1d"
        + "9d5ddd3dbd7dfd13264e9a3c65eab4e93366ce9a3d67eebcf90b162e5abc64e9b2e52b56ae5abd66edba"
        + "f51b366edabc65ebb6ed3b76eedabd67efbefd070e1e3a7ce4e8b1e3274e9e3a7de6ecb9f3172e5eba7c"
        + "e5eab5eb376edeba7de7eebdfb0f1e3e7afce4e9b3e72f5ebe7afde6edbbf71f3e7efafce5ebb7ef3f7e"
        + "fefafde7efbfffc3251e01ef199259",
      squares + squares + Array(0...255) + squares),
  ]

  /// The remainders of squares: enough disorder for a table of codes.
  static let squares = (0..<200).map { UInt8($0 * $0 % 23) }
}

extension String {
  fileprivate func split(by count: Int) -> [Substring] {
    var (rest, parts) = (self[...], [Substring]())
    while !rest.isEmpty {
      parts.append(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return parts
  }
}

@Test(arguments: Compressed.all)
func `what zlib has compressed comes back, and what follows is left`(sample: Compressed) throws {
  #expect(try inflateZlib(sample.stream[...], limit: sample.content.count) == sample.content)
  let longer = [7] + sample.stream + [1, 2, 3]
  #expect(try inflateZlib(longer[1...], limit: 10_000) == sample.content)
  #expect(try inflate(sample.stream[2...], limit: 10_000) == sample.content)
}

@Test(arguments: Compressed.all)
func `decompression stops at its limit`(sample: Compressed) {
  for limit in [0, 1, sample.content.count - 1] where limit < sample.content.count && limit >= 0 {
    #expect(throws: InflateError.tooLong(limit: limit)) {
      try inflateZlib(sample.stream[...], limit: limit)
    }
  }
}

@Test(arguments: Compressed.all)
func `no start of a stream is taken for the whole`(sample: Compressed) {
  for length in sample.stream.indices {
    #expect(throws: InflateError.truncated) {
      try inflateZlib(sample.stream[..<length], limit: 10_000)
    }
  }
}

@Test(arguments: Compressed.all)
func `a stream with another byte is refused, or is the same`(sample: Compressed) {
  for position in sample.stream.indices {
    for change in [0x01, 0x10, 0x80, 0xFF] as [UInt8] {
      var bytes = sample.stream
      bytes[position] ^= change
      let content = try? inflateZlib(bytes[...], limit: 10_000)
      #expect(content == nil || content == sample.content)
    }
  }
}

/// Streams by hand, the lowest bit first; each says something that RFC 1951 does not allow.
@Test(
  arguments: [
    ([0x07] as [UInt8], "a kind that does not exist"),
    ([0x01, 1, 0, 1, 0, 9], "contradicts itself"),
    // A fixed block: length 3 (symbol 257, 0000001), distance 1 (00000), and nothing before.
    ([0x03, 0x02, 0x00], "begins before the data"),
    // A fixed block: symbol 286, 11000110.
    ([0x1B, 0x03, 0x00], "length that does not exist"),
    // A dynamic block with 288 literals and lengths.
    ([0xFD, 0x00, 0x00], "table is too long"),
  ] as [([UInt8], String)])
func `what no compressor writes is named`(bytes: [UInt8], words: String) throws {
  let error = try #require(throws: InflateError.self) { try inflate(bytes[...], limit: 100) }
  #expect("\(error)".contains(words))
}

@Test func `a wrong checksum, another method and a preset dictionary are refused`() throws {
  var stream = Compressed.all[1].stream
  stream[stream.count - 1] ^= 1
  #expect(throws: InflateError.wrongChecksum) { try inflateZlib(stream[...], limit: 10_000) }
  for (start, words) in [([0x79, 0x9C], "as a zlib stream"), ([0x78, 0xBB], "dictionary")]
    as [([UInt8], String)]
  {
    let error = try #require(throws: InflateError.self) {
      try inflateZlib((start + stream.dropFirst(2))[...], limit: 10_000)
    }
    #expect("\(error)".contains(words))
  }
}

/// The values that RFC 1950 and the PNG specification are checked with everywhere.
@Test func `checksums of known words`() {
  #expect(crc32(Array("123456789".utf8)[...]) == 0xCBF4_3926)
  #expect(crc32([]) == 0)
  #expect(adler32(Array("Wikipedia".utf8)[...]) == 0x11E6_0398)
  #expect(adler32([]) == 1)
  #expect(adler32(Array(repeating: 0xFF, count: 1_000_000)[...]) == 0x3843_E1BE)
}
