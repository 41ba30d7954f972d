import Text

/// What each entry of a `.npy` file is, by its `descr`: the order of the bytes, a letter, and a size.
struct NpyEntry {
  enum Kind {
    case number(NpyArray.ElementType)
    /// Text of characters that have so many bytes each, with zeros behind it.
    case text(characterSize: Int)
  }

  let kind: Kind
  /// Whether the highest byte of a number, or of a character, is the first.
  let isBigEndian: Bool
  /// The number of bytes of an entry.
  let size: Int

  /// Reads what `descr` says; `nil` where this reader does not know it.
  init?(_ descr: String) {
    // “=” is the order of the machine that wrote the file. All of today's have the lowest byte first.
    guard let order = descr.first, "<>=|".contains(order) else { return nil }
    isBigEndian = order == ">"
    let rest = descr.dropFirst()
    // A byte has no order of its bytes: `<u1` and `>u1` are `|u1`.
    let spellings = [(order == "|" ? "|" : "<") + rest, "|" + rest]
    if let type = spellings.lazy.compactMap(NpyArray.ElementType.init(rawValue:)).first {
      (kind, size) = (.number(type), type.size)
      return
    }
    let digits = rest.dropFirst().utf8
    guard let characterSize = ["S": 1, "U": 4][rest.prefix(1)],
      digits.count < 10, digits.allSatisfy({ 0x30...0x39 ~= $0 }),
      let length = Int(rest.dropFirst())
    else { return nil }
    (kind, size) = (.text(characterSize: characterSize), characterSize * length)
  }

  /// Returns why an array of other entries is not read.
  static func refusal(of descr: String) -> String {
    let shown = String(String.UnicodeScalarView(descr.unicodeScalars.prefix(20))).harmless
    let words = Self.others[descr.dropFirst().prefix(1)].map { " (\($0))" } ?? ""
    let known = NpyArray.ElementType.allCases.map(\.rawValue).joined(separator: ", ")
    return "its entries are \(shown)\(words); this reader takes \(known), and > for <"
  }

  /// What other letters stand for.
  private static let others: [Substring: String] = [
    "O": "Python objects", "c": "complex numbers", "S": "text", "U": "text", "M": "dates",
    "m": "lengths of time", "f": "floating-point numbers that differ between machines",
    "V": "bytes, as NumPy writes bfloat16: save them as float32",
  ]

  /// Returns the text of a single entry; `nil` where this is no text.
  func text(_ bytes: [UInt8]) -> String? {
    guard case .text(let characterSize) = kind, bytes.count == size else { return nil }
    if characterSize == 1 {
      let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
      return String(validating: bytes[..<end], as: UTF8.self)
    }
    var values = stride(from: 0, to: bytes.count, by: 4).map { start in
      let value = bytes.littleEndian(4, at: start)
      return isBigEndian ? UInt32(value).byteSwapped : UInt32(value)
    }
    while values.last == 0 { values.removeLast() }
    let scalars = values.compactMap(Unicode.Scalar.init)
    guard scalars.count == values.count else { return nil }
    return String(String.UnicodeScalarView(scalars))
  }
}
