import Foundation

/// The command as the reader typed it, for messages that say what to type.
enum CommandName {
  /// `scripts/run` where the script started this program, as the reader wrote its path; else
  /// `chapter-runner`. A shell reads it back as one word.
  static let typed = typed(in: ProcessInfo.processInfo.environment)

  static func typed(in environment: [String: String]) -> String {
    guard let name = environment["WORKBOOK_COMMAND"], !name.isEmpty else { return "chapter-runner" }
    return quoted(name)
  }
}
