import Foundation

/// Where a program stood when it ended, as the Swift runtime reports it.
struct Backtrace {
  /// What the program was told about reports, to be put in its environment.
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
    let file: String
    let line: Int

    /// Whether nobody wrote this function.
    var isOfTheCompiler: Bool {
      ["Addressor of ", "thunk", "outlined ", "witness", "metadata"].contains {
        function.contains($0)
      }
    }
  }

  let frames: [Frame]

  /// Reads a report; it has no frames where there is none.
  init(contentsOf file: String) {
    guard let data = FileManager.default.contents(atPath: file),
      let report = try? JSONDecoder().decode(Report.self, from: data),
      let thread = report.threads.first(where: { $0.crashed ?? false })
    else {
      frames = []
      return
    }
    frames = thread.frames.map { frame in
      let name = frame.description.map { $0.replacing(#/ \+ \d+$/#, with: "") }
      return Frame(
        function: name ?? frame.symbol ?? "", file: frame.sourceLocation?.file ?? "",
        line: frame.sourceLocation?.line ?? 0)
    }
  }

  /// Returns the line of a file that the innermost call in it had come to.
  ///
  /// A program can also be stopped in code that the compiler wrote, such as the way to a global variable.
  /// That has the line of a declaration, or the first, where imports stand.
  func line(in file: String) -> Int? {
    let own = frames.filter { $0.file == file && $0.line > 1 }
    return (own.first { !$0.isOfTheCompiler } ?? own.first)?.line
  }

  /// The reason that stands in no message, as for a sum that is too large.
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
      let sourceLocation: Place?
    }

    struct Place: Decodable {
      let file: String
      let line: Int
    }
  }
}
