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
    func isIn(_ name: String) -> Bool { file == name || file.hasSuffix("/" + name) }

    /// Whether the compiler wrote this function: the address of a global variable, a thunk, a witness,
    /// outlined copies, metadata. The ends of such names are listed in Swift's `docs/ABI/Mangling.rst`.
    var isWrittenByCompiler: Bool {
      symbol.hasPrefix("$s")
        && symbol.contains(#/(v[al][uoOP]|T[A-Zacdjmoqr]+|W[A-Za-z]+[0-9_]*|M[a-zA-Z])$/#)
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
      let name = frame.description.map { $0.replacing(#/ \+ \d+$/#, with: "") }
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

  /// The reason of a trap that prints no message, such as an arithmetic overflow.
  var reason: String? {
    let mark = "Swift runtime failure: "
    let frame = frames.first { $0.function.contains(mark) }
    return frame.flatMap { frame in
      frame.function.firstRange(of: mark).map {
        String(frame.function[$0.upperBound...]).replacing(#/ in .*$/#, with: "")
      }
    }
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
