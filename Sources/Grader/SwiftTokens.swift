/// A piece of a Swift source.
struct SwiftToken: Equatable, Sendable {
  /// What a piece is. Comments and the text of string literals are left out; what is interpolated is not.
  enum Kind: Sendable {
    case name, number, sign, mark, text
  }

  let kind: Kind
  /// The piece, without the backticks of a name; of a string literal a pair of quotes.
  let text: String
  /// Where the piece stands in the source's UTF-8.
  let range: Range<Int>
  /// The line, from 1.
  let line: Int
}

/// Reads the tokens of a Swift source, in one pass and a time that grows with its length.
struct SwiftTokens {
  private let bytes: [UInt8]
  private var at = 0
  private var line = 1
  private var tokens: [SwiftToken] = []
  /// The string literals around the code that is read now, which they interpolate.
  private var open: [OpenString] = []

  private struct OpenString {
    /// How many # and how many " begin and end it.
    let hashes, quotes: Int
    /// How many parentheses of its interpolation are open.
    var depth = 0
  }

  /// Returns the tokens of a source, in order.
  static func all(in source: String) -> [SwiftToken] {
    var reader = SwiftTokens(bytes: Array(source.utf8))
    reader.read()
    return reader.tokens
  }

  /// Returns the names and operators that stand in a source.
  static func words(in source: String) -> Set<String> {
    Set(all(in: source).filter { $0.kind == .name || $0.kind == .sign }.map(\.text))
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func byte(_ offset: Int = 0) -> UInt8 {
    at + offset < bytes.count ? bytes[at + offset] : 0
  }

  private func sees(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes[at...].starts(with: $0) }
  }

  private mutating func step(_ count: Int = 1) {
    for _ in 0..<count where at < bytes.count {
      if bytes[at] == .newline { line += 1 }
      at += 1
    }
  }

  private mutating func read() {
    while at < bytes.count {
      if byte() == UInt8(ascii: ")"), open.last?.depth == 0 {
        step()
        readString(open.removeLast())
      } else {
        if !open.isEmpty {
          if byte() == UInt8(ascii: "(") { open[open.count - 1].depth += 1 }
          if byte() == UInt8(ascii: ")") { open[open.count - 1].depth -= 1 }
        }
        readPiece()
      }
    }
  }

  private mutating func readPiece() {
    let start = at
    let first = line
    let head = byte()
    if head.isSpace {
      step()
    } else if sees("//") {
      while at < bytes.count && byte() != .newline { step() }
    } else if sees("/*") {
      skipComment()
    } else if let hashes = hashesOfString() {
      tokens.append(SwiftToken(kind: .text, text: "\"\"", range: start..<start, line: first))
      step(hashes)
      let string = OpenString(hashes: hashes, quotes: sees("\"\"\"") ? 3 : 1)
      step(string.quotes)
      readString(string)
    } else if head == UInt8(ascii: "`") {
      step()
      while at < bytes.count && byte() != UInt8(ascii: "`") && byte() != .newline { step() }
      step()
      add(.name, from: start, first, trimming: 1)
    } else if head.isDigit {
      readNumber()
      add(.number, from: start, first)
    } else if head.isNameHead {
      while byte().isNameHead || byte().isDigit { step() }
      // φ is a name, and ≤ and • are operators: which bytes beyond ASCII are which, their scalars say.
      splitOperators(from: start, first)
    } else if head.isOperator {
      while byte().isOperator && !sees("//") && !sees("/*") { step() }
      add(.sign, from: start, first)
    } else {
      // A run of # is one mark: to look behind each of them for a quote would take the square of its length.
      repeat { step() } while head == UInt8(ascii: "#") && byte() == head
      add(.mark, from: start, first)
    }
  }

  private mutating func add(
    _ kind: SwiftToken.Kind, from start: Int, _ line: Int, trimming: Int = 0
  ) {
    let inner = bytes[min(start + trimming, at)..<max(at - trimming, min(start + trimming, at))]
    tokens.append(
      SwiftToken(
        kind: kind, text: String(decoding: inner, as: UTF8.self), range: start..<at, line: line))
  }

  /// Adds what was read as names, and as operators where it has scalars of mathematics.
  private mutating func splitOperators(from start: Int, _ line: Int) {
    var place = start
    var (from, isSign) = (start, false)
    let end = at
    for scalar in String(decoding: bytes[start..<end], as: UTF8.self).unicodeScalars {
      let sign = scalar.properties.isPatternSyntax && !scalar.isASCII
      if sign != isSign && place > from {
        at = place
        add(isSign ? .sign : .name, from: from, line)
        from = place
      }
      isSign = sign
      place += UTF8.width(scalar)
    }
    at = end
    if at > from { add(isSign ? .sign : .name, from: from, line) }
  }

  private mutating func readNumber() {
    let isHexadecimal = sees("0x")
    while true {
      let isExponent =
        isHexadecimal
        ? byte() == UInt8(ascii: "p") || byte() == UInt8(ascii: "P")
        : byte() == UInt8(ascii: "e") || byte() == UInt8(ascii: "E")
      if isExponent && (byte(1) == UInt8(ascii: "-") || byte(1) == UInt8(ascii: "+")) {
        step(2)
      } else if byte().isDigit || byte().isNameHead
        || (byte() == UInt8(ascii: ".") && byte(1).isDigit)
      {
        step()
      } else {
        return
      }
    }
  }

  /// How many # stand before the quote of a string literal that begins here; `nil` where none does.
  private func hashesOfString() -> Int? {
    var count = 0
    while byte(count) == UInt8(ascii: "#") { count += 1 }
    return byte(count) == UInt8(ascii: "\"") ? count : nil
  }

  /// Reads a string literal to its end, or up to what it interpolates.
  private mutating func readString(_ string: OpenString) {
    while at < bytes.count {
      if string.quotes == 1 && byte() == .newline { return }
      if byte() == UInt8(ascii: "\\") && isRun(of: UInt8(ascii: "#"), string.hashes, at: 1) {
        step(1 + string.hashes)
        let isInterpolation = byte() == UInt8(ascii: "(")
        step()
        if isInterpolation {
          return open.append(OpenString(hashes: string.hashes, quotes: string.quotes))
        }
      } else if isRun(of: UInt8(ascii: "\""), string.quotes, at: 0)
        && isRun(of: UInt8(ascii: "#"), string.hashes, at: string.quotes)
      {
        return step(string.quotes + string.hashes)
      } else {
        step()
      }
    }
  }

  private func isRun(of wanted: UInt8, _ count: Int, at offset: Int) -> Bool {
    (0..<count).allSatisfy { byte(offset + $0) == wanted }
  }

  private mutating func skipComment() {
    var depth = 0
    repeat {
      if sees("/*") {
        depth += 1
        step(2)
      } else if sees("*/") {
        depth -= 1
        step(2)
      } else {
        step()
      }
    } while depth > 0 && at < bytes.count
  }
}

extension UInt8 {
  fileprivate static let newline = UInt8(ascii: "\n")
  fileprivate var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) || self == 0 }
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
  fileprivate var isNameHead: Bool {
    (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == 0x5F || self >= 0x80
  }
  fileprivate var isOperator: Bool {
    "/=-+!*%<>&|^~?.".utf8.contains(self)
  }
}
