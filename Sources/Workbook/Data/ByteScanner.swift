import Text

/// Reads text of another program byte by byte, from its start to its end, and never goes back.
struct ByteScanner {
  private let bytes: [UInt8]
  /// How many bytes have been read.
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The byte that is read next; `nil` at the end.
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Reads a byte, whatever it is.
  mutating func take() -> UInt8? {
    guard let byte = next else { return nil }
    position += 1
    return byte
  }

  /// Reads a character if it comes next, and returns whether it did.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Reads a word if it comes next, and returns whether it did.
  mutating func take(word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  /// Reads spaces, tabs and line breaks.
  mutating func skipBlanks() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  /// Reads decimal digits, as many as there are.
  mutating func digits() -> String {
    let start = position
    while let byte = next, 0x30...0x39 ~= byte { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// Reads up to a character, and the character too; `nil` where it does not come.
  mutating func text(upTo end: UInt8) -> [UInt8]? {
    guard let stop = bytes[position...].firstIndex(of: end) else { return nil }
    defer { position = stop + 1 }
    return Array(bytes[position..<stop])
  }
}

// MARK: - JSON

extension ByteScanner {
  /// Reads a string of JSON with its quotes, and returns its UTF-8; `nil` where there is none.
  ///
  /// - Source: T. Bray, RFC 8259, section 7 (2017).
  mutating func jsonString() -> [UInt8]? {
    guard take("\"") else { return nil }
    var text: [UInt8] = []
    while let byte = take() {
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"):
        guard let scalar = escapedScalar() else { return nil }
        text += Array(String(Character(scalar)).utf8)
      case 0..<0x20: return nil
      default: text.append(byte)
      }
    }
    return nil
  }

  /// Reads what follows a backslash.
  private mutating func escapedScalar() -> Unicode.Scalar? {
    switch take().map({ Unicode.Scalar($0) }) {
    case "\"": "\""
    case "\\": "\\"
    case "/": "/"
    case "b": "\u{8}"
    case "f": "\u{C}"
    case "n": "\n"
    case "r": "\r"
    case "t": "\t"
    case "u": scalarOfUnits()
    default: nil
    }
  }

  /// Reads one or two units of UTF-16 in hexadecimal.
  private mutating func scalarOfUnits() -> Unicode.Scalar? {
    guard let first = hexadecimal() else { return nil }
    guard 0xD800..<0xDC00 ~= first else { return Unicode.Scalar(first) }
    guard take(word: "\\u"), let second = hexadecimal(), 0xDC00..<0xE000 ~= second else {
      return nil
    }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  private mutating func hexadecimal() -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = take(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue,
        byte < 0x80
      else { return nil }
      value = value << 4 + UInt32(digit)
    }
    return value
  }
}

/// Returns text as a string of JSON, with its quotes.
func jsonString(_ text: String) -> String {
  var json = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": json += "\\\""
    case "\\": json += "\\\\"
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: json.unicodeScalars.append(scalar)
    }
  }
  return json + "\""
}

extension [UInt8] {
  /// The number at a position, the lowest byte first.
  ///
  /// - Precondition: There are as many bytes.
  func littleEndian(_ byteCount: Int, at position: Int) -> Int {
    (0..<byteCount).reduce(0) { $0 | Int(self[position + $1]) << (8 * $1) }
  }

  /// The bytes of a number, the lowest first.
  init(_ number: Int, littleEndian byteCount: Int) {
    self = (0..<byteCount).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}

extension String {
  /// The start of a name that a stranger chose, in quotes, as a message may show it.
  package var quoted: String {
    let start = String(String.UnicodeScalarView(unicodeScalars.prefix(60)))
    return "“\(start.harmless)\(unicodeScalars.count > 60 ? "…" : "")”"
  }
}
