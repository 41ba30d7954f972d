import Foundation

/// What a compiler wrote where it made no program.
struct CompilerOutput: Equatable {
  /// An error with a line in a source file.
  struct Diagnostic: Equatable {
    let file: String
    let line: Int
    let message: String
  }

  /// The text as it is.
  let text: String
  /// The errors in the sources that were given, in order.
  let diagnostics: [Diagnostic]
  /// The first line about an error that is in no source; `nil` where there is none.
  let otherError: String?

  /// Reads the text that the compiler wrote about some sources.
  init(_ text: String, sources: [String]) {
    self.text = text
    var diagnostics: [Diagnostic] = []
    var others: [String] = []
    for bytes in text.utf8.split(separator: 0x0A) {
      let line = Substring(bytes)
      if let own = sources.lazy.compactMap({ Self.diagnostic(in: line, of: $0) }).first {
        diagnostics.append(own)
      } else if bytes.holds("error: ") {
        others.append(String(line))
      }
    }
    self.diagnostics = diagnostics
    otherError = others.first { Self.isOfMachine($0) } ?? others.first
  }

  /// Reads a line such as `file:7:3: error: words`.
  private static func diagnostic(in line: Substring, of source: String) -> Diagnostic? {
    var rest = line.utf8
    guard rest.take(source.utf8), rest.take(":".utf8), let number = rest.takeNumber(),
      rest.take(":".utf8), rest.takeNumber() != nil, rest.take(": error: ".utf8), !rest.isEmpty
    else { return nil }
    return Diagnostic(file: source, line: number, message: String(Substring(rest)))
  }

  /// Why the compiler could not do its work; `nil` where the sources are at fault.
  ///
  /// An error in a source is not enough: where a disk is full, Swift also says that a source imports a module
  /// that cannot be built.
  var fault: String? {
    if let otherError, Self.isOfMachine(otherError) { return otherError }
    return diagnostics.isEmpty ? otherError ?? "it wrote no error" : nil
  }

  /// Whether an error is one of the system's that no source can cause.
  private static func isOfMachine(_ line: String) -> Bool {
    [ENOSPC, EDQUOT, EROFS, EACCES, EPERM, EIO, ENOMEM, EMFILE, ENFILE].contains { code in
      line.localizedCaseInsensitiveContains(String(cString: strerror(code)))
    }
  }
}
