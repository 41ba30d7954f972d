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
    for line in text.split(separator: "\n").map(String.init) {
      if let match = line.wholeMatch(of: #/(.+?):(\d+):(\d+): error: (.+)/#),
        sources.contains(String(match.1)), let number = Int(match.2)
      {
        diagnostics.append(
          Diagnostic(file: String(match.1), line: number, message: String(match.4)))
      } else if line.contains("error: ") {
        others.append(line)
      }
    }
    self.diagnostics = diagnostics
    otherError = others.first { Self.isOfMachine($0) } ?? others.first
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
