// What answers, their programs and their compiler write is searched byte by byte. Every search takes a time in
// proportion to the text: regular expressions can take the square of it, and comparisons of strings follow
// rules of Unicode that an answer can make slow.

extension Collection<UInt8> where SubSequence: Collection<UInt8> {
  /// Whether these bytes begin with those of a text.
  func begins(with text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes in starts(with: bytes) }
  }

  /// Returns where a short text stands first.
  func firstIndex(of text: StaticString) -> Index? {
    text.withUTF8Buffer { bytes in
      guard let first = bytes.first else { return startIndex }
      var rest = self[...]
      while let place = rest.firstIndex(of: first) {
        if self[place...].starts(with: bytes) { return place }
        rest = self[index(after: place)...]
      }
      return nil
    }
  }

  /// Whether a short text stands somewhere.
  func holds(_ text: StaticString) -> Bool { firstIndex(of: text) != nil }
}

extension Substring.UTF8View {
  /// Takes a decimal number of at most nine digits off the beginning.
  mutating func takeNumber() -> Int? {
    let digits = prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard 1...9 ~= digits.count else { return nil }
    self = self[digits.endIndex...]
    return digits.reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) }
  }

  /// Takes some bytes off the beginning, where they stand there.
  mutating func take(_ text: some Collection<UInt8>) -> Bool {
    guard starts(with: text) else { return false }
    self = dropFirst(text.count)
    return true
  }
}

extension String {
  /// Whether two strings have the same bytes.
  func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
