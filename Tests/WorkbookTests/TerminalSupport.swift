import Workbook

@testable import Reports

/// Returns a line as it is seen, without the escape codes that colour it.
func visible(_ line: String) -> String { line.replacing(/\u{1B}\[[0-9;]*m/, with: "") }

/// Whether there is a character in the text that only terminals with colour understand.
func hasEscapes(_ lines: [String]) -> Bool { lines.contains { $0.contains("\u{1B}") } }

extension TerminalStyle {
  /// A terminal of 80 columns that shows everything.
  static let full = TerminalStyle(width: 80, hasColour: true, hasUnicode: true)
  /// A pipe.
  static let pipe = TerminalStyle(width: 80, hasColour: false, hasUnicode: true)
  /// A terminal that takes plain ASCII alone.
  static let dumb = TerminalStyle(width: 80, hasColour: false, hasUnicode: false)
}
