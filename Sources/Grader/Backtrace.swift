import Foundation

/// The calls that a program was in when it ended, as the Swift runtime reports them.
struct Backtrace {
  /// The environment that makes the runtime write a report to a file.
  static func environment(writingTo file: String) -> [String: String] {
    let settings = [
      "enable=yes", "interactive=no", "color=no", "format=json", "output-to=\(file)", "cache=no",
      "threads=crashed", "images=none", "registers=none", "limit=64", "top=8", "timeout=4s",
    ]
    return ["SWIFT_BACKTRACE": settings.joined(separator: ",")]
  }

  /// A call, the innermost first.
  struct Frame: Equatable {
    let function: String
    /// The function's name as the linker knows it.
    let symbol: String
    let file: String
    let line: Int

    /// Whether this is in a file; debuggers put the compiler's folder before a name.
    func isIn(_ name: String) -> Bool {
      let (own, asked) = (file.utf8, name.utf8)
      guard own.suffix(asked.count).elementsEqual(asked) else { return false }
      return own.count == asked.count || own.dropLast(asked.count).last == UInt8(ascii: "/")
    }

    /// Whether the compiler wrote this function: the address of a global variable, a thunk, a witness,
    /// outlined copies, metadata. The ends of such names are listed in Swift's `docs/ABI/Mangling.rst`.
    var isWrittenByCompiler: Bool {
      guard symbol.utf8.begins(with: "$s") else { return false }
      let end = Array(symbol.utf8.suffix(3))
      let isAccessor =
        end.count == 3 && end[0] == UInt8(ascii: "v") && Self.isOne(of: "al", end[1])
        && Self.isOne(of: "uoOP", end[2])
      let isMetadata =
        end.dropLast().last == UInt8(ascii: "M") && end.last.map(Self.isLetter) == true
      return isAccessor || isMetadata || hasEnding("T", of: Self.isOfThunk, then: { _ in false })
        || hasEnding("W", of: Self.isLetter, then: { Self.isOne(of: "0123456789_", $0) })
    }

    /// Whether the symbol ends with a letter, at least one byte of a kind, and any number of another.
    private func hasEnding(
      _ letter: Unicode.Scalar, of kind: (UInt8) -> Bool, then other: (UInt8) -> Bool
    ) -> Bool {
      let bytes = symbol.utf8.reversed().drop(while: other)
      return bytes.prefix(while: kind).dropFirst().contains(UInt8(ascii: letter))
    }

    private static func isOne(of text: StaticString, _ byte: UInt8) -> Bool {
      text.withUTF8Buffer { $0.contains(byte) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
      0x41...0x5A ~= byte || 0x61...0x7A ~= byte
    }

    private static func isOfThunk(_ byte: UInt8) -> Bool {
      0x41...0x5A ~= byte || isOne(of: "acdjmoqr", byte)
    }
  }

  let frames: [Frame]

  init(frames: [Frame]) { self.frames = frames }

  /// Reads a report; it has no frames where there is none that can be read.
  ///
  /// The answer can write where the runtime does, so what lies there is not trusted.
  init(contentsOf file: String) {
    guard let data = try? UntrustedFile.contents(of: file),
      let report = try? JSONDecoder().decode(Report.self, from: data),
      let thread = report.threads.first(where: { $0.crashed ?? false })
    else {
      frames = []
      return
    }
    frames = thread.frames.map { frame in
      let name = frame.description.map(Self.withoutOffset)
      return Frame(
        function: name ?? frame.symbol ?? "", symbol: frame.symbol ?? "",
        file: frame.sourceLocation?.file ?? "",
        line: frame.sourceLocation?.line ?? 0)
    }
  }

  /// Returns the line of a file that the innermost call in it had come to.
  func line(in file: String) -> Int? {
    let own = frames.filter { $0.isIn(file) && $0.line > 1 }
    return (own.first { !$0.isWrittenByCompiler } ?? own.first)?.line
  }

  /// Returns the line that the innermost written function of a file had come to.
  ///
  /// - Returns: `nil` also where the compiler gave the instruction no line, which it writes as 0, or that of
  ///   the file's beginning.
  func writtenLine(in file: String) -> Int? {
    frames.first { $0.isIn(file) && !$0.isWrittenByCompiler }.flatMap {
      $0.line > 1 ? $0.line : nil
    }
  }

  /// Returns a description without what it may end with, such as ` + 12`.
  private static func withoutOffset(_ description: String) -> String {
    let digits = description.utf8.reversed().prefix { 0x30...0x39 ~= $0 }.count
    let rest = description.utf8.dropLast(digits)
    guard digits > 0, rest.suffix(3).begins(with: " + ") else { return description }
    return String(rest.dropLast(3)) ?? description
  }

  /// The reason of a trap that prints no message, such as an arithmetic overflow.
  var reason: String? {
    let mark: StaticString = "Swift runtime failure: "
    for frame in frames {
      guard let place = frame.function.utf8.firstIndex(of: mark) else { continue }
      let words = frame.function.utf8[place...].dropFirst(mark.utf8CodeUnitCount).prefix(200)
      let line = words.prefix { $0 != 0x0A }
      let reason = line.firstIndex(of: " in ").map { line[..<$0] } ?? line
      return String(decoding: reason, as: UTF8.self)
    }
    return nil
  }

  /// The function that calls itself without end, if one fills the report.
  var recursion: String? {
    let names = frames.map(\.function).filter { !$0.isEmpty }
    let counts = Dictionary(grouping: names) { $0 }.mapValues(\.count)
    guard let most = counts.max(by: { $0.value < $1.value }), most.value >= 16 else { return nil }
    return most.key
  }

  private struct Report: Decodable {
    let threads: [Thread]

    struct Thread: Decodable {
      let crashed: Bool?
      let frames: [Frame]
    }

    struct Frame: Decodable {
      let symbol: String?
      let description: String?
      let sourceLocation: Location?
    }

    struct Location: Decodable {
      let file: String
      let line: Int
    }
  }
}
