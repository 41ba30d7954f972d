/// The words and marks of a Swift file, without its comments and without what stands in its literals.
///
/// One pass over the bytes. It is no compiler: where a `/` may begin a regular expression or divide, it has to be told
/// which to assume.
struct AnswerTokens {
  /// An identifier without its backticks, or a mark of one byte.
  struct Token: Equatable {
    let text: String
    let line: Int
    /// Whether it is an identifier or a keyword.
    let isWord: Bool
  }

  private(set) var tokens: [Token] = []
  private let bytes: [UInt8]
  private let readsRegularExpressions: Bool
  private var place = 0
  private var line = 1
  /// Up to where no regular expression with so many `#` ends, by their number.
  private var searched = [Int](repeating: 0, count: 8)

  /// Reads a file.
  init(_ source: String, readsRegularExpressions: Bool = true) {
    bytes = Array(source.utf8)
    self.readsRegularExpressions = readsRegularExpressions
    // Each entry is a string whose interpolation is being read: its quotation, and how many parentheses are open.
    var open: [(quotation: Quotation, parentheses: Int)] = []
    while place < bytes.count {
      let byte = bytes[place]
      if skipsBlank() || skipsComment() { continue }
      if let quotation = opensString() {
        if skipString(quotation) { open.append((quotation, 0)) }
        continue
      }
      if readsRegularExpressions, skipsRegularExpression() { continue }
      if takesWord() { continue }
      if byte == UInt8(ascii: "#") {
        // All of a run at once: each of them would count the others again.
        add("#", isWord: false)
        place += hashes(at: place)
        continue
      }
      if let last = open.last {
        if byte == UInt8(ascii: "(") { open[open.count - 1].parentheses += 1 }
        if byte == UInt8(ascii: ")") {
          if last.parentheses == 0 {
            open.removeLast()
            place += 1
            if skipString(last.quotation) { open.append((last.quotation, 0)) }
            continue
          }
          open[open.count - 1].parentheses -= 1
        }
      }
      add(String(UnicodeScalar(byte)), isWord: false)
      place += 1
    }
  }

  private mutating func add(_ text: String, isWord: Bool) {
    tokens.append(Token(text: text, line: line, isWord: isWord))
  }

  private func stands(_ text: StaticString, at place: Int) -> Bool {
    place <= bytes.count && bytes[place...].begins(with: text)
  }

  private mutating func skipsBlank() -> Bool {
    guard [0x20, 0x09, 0x0A, 0x0D, 0x0B, 0x0C, 0x00].contains(bytes[place]) else { return false }
    step()
    return true
  }

  /// Goes on by a byte, and counts lines.
  private mutating func step() {
    if bytes[place] == 0x0A { line += 1 }
    place += 1
  }

  private mutating func skipsComment() -> Bool {
    if stands("//", at: place) {
      while place < bytes.count, bytes[place] != 0x0A, bytes[place] != 0x0D { place += 1 }
      return true
    }
    guard stands("/*", at: place) else { return false }
    var depth = 0
    repeat {
      if stands("/*", at: place) {
        depth += 1
        place += 2
      } else if stands("*/", at: place) {
        depth -= 1
        place += 2
      } else {
        step()
      }
    } while depth > 0 && place < bytes.count
    return true
  }

  /// How a string is quoted: the number of `#` around it, and whether it has several lines.
  private struct Quotation {
    let hashes: Int
    let isLong: Bool
  }

  /// How many `#` stand at a place, counted up to a number.
  private func hashes(at place: Int, upTo most: Int = .max) -> Int {
    var count = 0
    while count < most, byte(at: place + count) == UInt8(ascii: "#") { count += 1 }
    return count
  }

  /// Goes behind the quotation marks that open a string, if some do here.
  private mutating func opensString() -> Quotation? {
    let hashes = hashes(at: place)
    guard stands("\"", at: place + hashes) else { return nil }
    let isLong =
      stands("\"\"\"", at: place + hashes) && !endsOnLine(place + hashes + 2, hashes)
    place += hashes + (isLong ? 3 : 1)
    return Quotation(hashes: hashes, isLong: isLong)
  }

  /// Whether a string with `#`, which begins like a long one, ends on its line: `#"""#` is a quotation mark.
  private func endsOnLine(_ start: Int, _ hashes: Int) -> Bool {
    var place = start
    while hashes > 0, place < bytes.count, bytes[place] != 0x0A, bytes[place] != 0x0D {
      if bytes[place] == UInt8(ascii: "\""), self.hashes(at: place + 1, upTo: hashes) == hashes {
        return true
      }
      place += 1
    }
    return false
  }

  /// Goes behind the end of a string, or behind `\(` in it.
  ///
  /// - Returns: Whether it was `\(`, so that code follows.
  private mutating func skipString(_ quotation: Quotation) -> Bool {
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\\"),
        hashes(at: place + 1, upTo: quotation.hashes) == quotation.hashes
      {
        place += 1 + quotation.hashes
        if stands("(", at: place) {
          place += 1
          return true
        }
        if place < bytes.count { step() }
        continue
      }
      let ends = quotation.isLong ? stands("\"\"\"", at: place) : byte == UInt8(ascii: "\"")
      let length = quotation.isLong ? 3 : 1
      if ends, hashes(at: place + length, upTo: quotation.hashes) == quotation.hashes {
        place += length + quotation.hashes
        return false
      }
      // A short string that does not end on its line is an error; what follows is code again.
      if !quotation.isLong && (byte == 0x0A || byte == 0x0D) { return false }
      step()
    }
    return false
  }

  private mutating func skipsRegularExpression() -> Bool {
    let hashes = hashes(at: place, upTo: searched.count)
    guard hashes < searched.count, place >= searched[hashes], stands("/", at: place + hashes)
    else { return false }
    // Without #, one begins where a value may, not with a space, and ends on its line.
    if hashes == 0 && (isBehindValue || [0x20, 0x09].contains(byte(at: place + 1))) {
      return false
    }
    let isLong = hashes > 0 && [0x0A, 0x0D].contains(byte(at: place + hashes + 1))
    var end = place + hashes + 1
    while end < bytes.count, isLong || bytes[end] != 0x0A {
      if bytes[end] == UInt8(ascii: "\\") {
        end += 2
      } else if bytes[end] == UInt8(ascii: "/"), self.hashes(at: end + 1, upTo: hashes) == hashes {
        while place <= end + hashes { step() }
        return true
      } else {
        end += 1
      }
    }
    searched[hashes] = end
    return false
  }

  private func byte(at place: Int) -> UInt8 { place < bytes.count ? bytes[place] : 0x0A }

  /// Whether a value stands before this place, so that `/` divides.
  private var isBehindValue: Bool {
    guard let last = tokens.last else { return false }
    if last.isWord {
      return !["return", "in", "case", "where", "if", "while", "try", "await"].contains(last.text)
    }
    return [")", "]", "}", "?", "!"].contains(last.text)
  }

  private mutating func takesWord() -> Bool {
    if bytes[place] == UInt8(ascii: "`") {
      let name = bytes[(place + 1)...].prefix { $0 != UInt8(ascii: "`") && $0 != 0x0A }
      add(String(decoding: name, as: UTF8.self), isWord: true)
      place = min(name.endIndex + 1, bytes.count)
      return true
    }
    let word = bytes[place...].prefix { byte in
      byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte >= 0x80
        || 0x30...0x39 ~= byte || 0x41...0x5A ~= byte || 0x61...0x7A ~= byte
    }
    if word.isEmpty { return false }
    add(String(decoding: word, as: UTF8.self), isWord: true)
    place = word.endIndex
    return true
  }
}
