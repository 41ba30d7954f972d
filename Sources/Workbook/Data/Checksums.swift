/// Returns the CRC-32 of bytes, which PNG and ZIP files carry.
///
/// - Source: ISO 3309; the polynomial is that of PNG (Third Edition), annex D, bits reversed.
public func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  let table = crcTable
  return ~bytes.reduce(~0) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
}

/// The CRC of each byte by itself.
private let crcTable: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(byte) { crc, _ in (crc & 1 == 0 ? 0 : 0xEDB8_8320) ^ (crc >> 1) }
}

/// Returns the Adler-32 of bytes, which stands at the end of a zlib stream.
///
/// - Source: P. Deutsch and J. Gailly, RFC 1950, section 8.2 (1996).
public func adler32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  var (a, b): (UInt32, UInt32) = (1, 0)
  for byte in bytes {
    a = (a + UInt32(byte)) % 65_521
    b = (b + a) % 65_521
  }
  return b << 16 | a
}
